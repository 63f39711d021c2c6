package app.kazasu.android

import android.nfc.INfcTag
import android.nfc.TransceiveResult
import android.os.DeadObjectException
import app.kazasu.CardLink
import app.kazasu.SecretKind
import app.kazasu.TapReason
import app.kazasu.testing.SimulatedCard
import kotlinx.coroutines.runBlocking
import org.mockito.ArgumentMatchers.any
import org.mockito.ArgumentMatchers.anyBoolean
import org.mockito.ArgumentMatchers.anyInt
import org.mockito.ArgumentMatchers.anyLong
import org.mockito.Mockito.times
import org.mockito.Mockito.verify
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import org.mockito.Mockito.`when` as on

/** How Android tells that an exchange came to nothing. */
enum class Loss(val reached: Boolean, val leaves: Boolean, val answer: (INfcTag) -> TransceiveResult?) {
    /** `TagLostException`. */
    TagLost(false, true, { TransceiveResult(TransceiveResult.RESULT_TAGLOST, null) }),

    /** The same, after the card had carried the command out. */
    TagLostAfter(true, true, { TransceiveResult(TransceiveResult.RESULT_TAGLOST, null) }),

    /** Another `IOException`: the time is over, or the answer was disturbed. */
    TimedOut(false, false, { TransceiveResult(TransceiveResult.RESULT_FAILURE, null) }),

    /** The same, after the card had carried the command out. */
    TimedOutAfter(true, false, { TransceiveResult(TransceiveResult.RESULT_FAILURE, null) }),

    /** `IOException` as well: longer than the controller takes after all. */
    TooLong(false, false, { TransceiveResult(TransceiveResult.RESULT_EXCEEDED_LENGTH, null) }),

    /** The NFC service dies in the middle. */
    ServiceDied(false, false, { throw DeadObjectException() }),

    /** The binder call throws what nobody announced. */
    BinderException(true, false, { throw IllegalStateException("in the NFC service") }),

    /** `SecurityException`: the handle is that of an earlier tag. */
    StaleHandle(
        false,
        true,
        {
            on(it.isTagUpToDate(anyLong())).thenReturn(false)
            null
        },
    ),
}

/** A simulated card at a phone, tap after tap, lost once at exchange [at] of the first. */
internal class HeldCard(val card: SimulatedCard, val at: Int? = null, val loss: Loss? = null) {
    val phone = Phone()
    val channel = NfcChannel(phone.activity, NfcChannel.Options(lingerMillis = 0))
    private val services = mutableListOf<INfcTag>()

    init {
        repeat(3) { tap -> phone.tags += phone.tag(service(tap)) }
    }

    private fun service(tap: Int): INfcTag = phone.service().also { service ->
        services += service
        var exchange = 0
        var link: CardLink? = null
        fun leave() {
            runBlocking { link?.close() }
            link = null
        }
        on(service.connect(anyInt(), anyInt())).thenAnswer {
            runBlocking { link = card.awaitCard(TapReason.Start) }
            0
        }
        on(service.transceive(anyInt(), any(), anyBoolean())).thenAnswer { call ->
            val lost = loss.takeIf { tap == 0 && exchange == at }
            exchange += 1
            fun transmit(): ByteArray = runBlocking { checkNotNull(link).transceive(call.getArgument(1)) }
            if (lost == null) return@thenAnswer TransceiveResult(TransceiveResult.RESULT_SUCCESS, transmit())
            if (lost.reached) transmit()
            if (lost.leaves) leave()
            lost.answer(service)
        }
        on(service.reconnect(anyInt())).thenAnswer {
            leave()
            0
        }
    }

    fun assertLeft(about: String) {
        for (secret in SecretKind.entries) assertFalse(card.isUnlocked(secret), "$about: $secret is unlocked")
        assertEquals(card.taps.opened, card.taps.closed, about)
        for (service in services.take(card.taps.opened)) {
            // A stale handle reaches no service any more; there is nothing left to close.
            val closed = if (loss == Loss.StaleHandle && service === services.first()) 0 else 1
            verify(service, times(closed)).reconnect(anyInt())
            verify(service, times(1)).connect(anyInt(), anyInt())
        }
        verify(phone.adapter, times(card.taps.opened)).enableReaderMode(any(), any(), anyInt(), any())
        verify(phone.adapter, times(card.taps.opened)).disableReaderMode(phone.activity)
    }
}
