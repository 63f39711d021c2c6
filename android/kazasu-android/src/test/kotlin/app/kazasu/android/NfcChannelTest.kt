package app.kazasu.android

import android.app.Activity
import android.app.NativeActivity
import android.nfc.NfcAdapter
import android.nfc.TransceiveResult
import android.os.Bundle
import app.kazasu.BusyException
import app.kazasu.CardLink
import app.kazasu.CardLostException
import app.kazasu.ChannelException
import app.kazasu.CommandRefusedException
import app.kazasu.Kazasu
import app.kazasu.LinkKind
import app.kazasu.TapReason
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import org.mockito.ArgumentCaptor
import org.mockito.ArgumentMatchers.any
import org.mockito.ArgumentMatchers.anyBoolean
import org.mockito.ArgumentMatchers.anyInt
import org.mockito.ArgumentMatchers.eq
import org.mockito.Mockito.after
import org.mockito.Mockito.doAnswer
import org.mockito.Mockito.doThrow
import org.mockito.Mockito.inOrder
import org.mockito.Mockito.never
import org.mockito.Mockito.timeout
import org.mockito.Mockito.times
import org.mockito.Mockito.verify
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertTrue
import org.mockito.Mockito.`when` as on

class NfcChannelTest {
    private val phone = Phone()
    private val service = phone.service()
    private val tag = phone.tag(service)
    private val channel = NfcChannel(phone.activity, AT_ONCE)

    private suspend fun NfcChannel.link(): CardLink = awaitCard(TapReason.Start)

    private fun verifyOn(activity: Activity, count: Int = 1) =
        verify(phone.adapter, timeout(5_000).times(count)).enableReaderMode(eq(activity), any(), anyInt(), any())

    @Test
    fun `reader mode is on for types B and A without NDEF, and looks for the card once a second`(): Unit = runBlocking {
        phone.tags += tag
        channel.link().close()
        val extras = ArgumentCaptor.forClass(Bundle::class.java)
        val flags = NfcAdapter.FLAG_READER_NFC_B or NfcAdapter.FLAG_READER_NFC_A or NfcAdapter.FLAG_READER_SKIP_NDEF_CHECK
        verify(phone.adapter).enableReaderMode(eq(phone.activity), any(), eq(flags), extras.capture())
        assertEquals(1_000, extras.value.getInt(NfcAdapter.EXTRA_READER_PRESENCE_CHECK_DELAY))
    }

    @Test
    fun `a card has ten seconds for an answer, and nothing waits on the caller's thread`(): Unit = runBlocking {
        phone.tags += tag
        val link = channel.link()
        val order = inOrder(service)
        order.verify(service).connect(tag.serviceHandle, Phone.ISO_DEP)
        order.verify(service).setTimeout(Phone.ISO_DEP, 10_000)
        assertEquals(LinkKind.Nfc, link.properties.kind)
        assertContentEquals(byteArrayOf(0x90.toByte(), 0), link.transceive(byteArrayOf(0, 0, 0, 0)))
        link.close()
        verify(service, times(1)).reconnect(tag.serviceHandle)
        assertTrue(phone.threads.size >= 6 && Thread.currentThread() !in phone.threads, phone.threads.toString())
    }

    @Test
    fun `a phone that does not take the time keeps its own`(): Unit = runBlocking {
        on(service.setTimeout(anyInt(), anyInt())).thenReturn(-8)
        phone.tags += tag
        channel.link().close()
        verify(service).connect(anyInt(), anyInt())
        Unit
    }

    @Test
    fun `what is no card, or is gone again, is passed over`(): Unit = runBlocking {
        val gone = phone.service().also { on(it.connect(anyInt(), anyInt())).thenReturn(-5) }
        val stale = phone.service().also { on(it.isTagUpToDate(0)).thenReturn(false) }
        phone.tags += phone.tag(phone.service(), Phone.NFC_A)
        val link = async(Dispatchers.Default) { channel.link() }
        verifyOn(phone.activity)
        for (next in listOf(gone, stale)) {
            phone.discovered(phone.tag(next))
            verify(next, timeout(5_000).atLeast(1)).isTagUpToDate(0)
        }
        Thread.sleep(100)
        phone.discovered(tag)
        link.await().close()
        verify(service).connect(anyInt(), anyInt())
        verify(stale, never()).connect(anyInt(), anyInt())
        Unit
    }

    @Test
    fun `each reason why NFC does not work has its code, its sentence and its next step`(): Unit = runBlocking {
        suspend fun failure(phone: Phone = Phone(), prepare: Phone.() -> Unit): ChannelException {
            phone.prepare()
            val thrown = assertFailsWith<ChannelException> { NfcChannel(phone.activity).link() }
            assertEquals(thrown.code, thrown.userMessage.code)
            assertEquals(null, phone.callback)
            return thrown
        }
        fun Phone.refuse(reason: Throwable) =
            doThrow(reason).on(adapter).enableReaderMode(any(), any(), anyInt(), any())
        val codes = listOf(
            "nfc_missing" to failure(Phone(hasNfc = false)) {},
            "nfc_missing" to failure { refuse(UnsupportedOperationException()) },
            "nfc_off" to failure { nfcOn = false },
            "nfc_not_permitted" to failure { refuse(SecurityException("NFC permission required")) },
            "channel_failed" to failure { refuse(IllegalStateException("activity is already destroyed")) },
            "channel_failed" to failure { on(activity.isFinishing).thenReturn(true) },
        )
        for ((code, thrown) in codes) assertEquals(code, thrown.code)
        assertEquals("check_setup", codes[2].second.userMessage.nextAction)
        assertTrue(codes[2].second.userMessage.japanese.contains("オン"))
    }

    @Test
    fun `NFC switched off while a card is awaited ends the wait`(): Unit = runBlocking {
        val wait = async(Dispatchers.Default) { runCatching { channel.link() } }
        verifyOn(phone.activity)
        phone.nfcOn = false
        assertEquals("nfc_off", assertIs<ChannelException>(wait.await().exceptionOrNull()).code)
        verify(phone.adapter, times(1)).disableReaderMode(phone.activity)
    }

    @Test
    fun `a wait goes on with the activity that has taken the place of the last one`(): Unit = runBlocking {
        val link = async(Dispatchers.Default) { channel.link() }
        verifyOn(phone.activity)
        val other: NativeActivity = phone.created()
        val anew: Activity = phone.created()
        // A second screen of the kind changes nothing, nor does one of another kind.
        for (follower in phone.followers) follower.onActivityCreated(phone.created<Activity>(), null)
        phone.destroyed += phone.activity
        for (follower in phone.followers) listOf(other, anew).forEach { follower.onActivityCreated(it, null) }
        verifyOn(anew)
        phone.discovered(tag)
        link.await().close()
        verify(phone.adapter).disableReaderMode(anew)
        verify(phone.adapter, never()).enableReaderMode(eq(other), any(), anyInt(), any())
        verify(phone.adapter, times(2)).enableReaderMode(any(), any(), anyInt(), any())
    }

    @Test
    fun `an activity that is destroyed while reader mode is turned on has a successor`(): Unit = runBlocking {
        doAnswer {
            phone.destroyed += phone.activity
            throw IllegalStateException("activity is already destroyed")
        }.on(phone.adapter).enableReaderMode(eq(phone.activity), any(), anyInt(), any())
        val link = async(Dispatchers.Default) { channel.link() }
        verifyOn(phone.activity)
        val anew: Activity = phone.created()
        for (follower in phone.followers) follower.onActivityCreated(anew, null)
        verifyOn(anew)
        phone.discovered(tag)
        link.await().close()
        verify(phone.adapter, times(2)).enableReaderMode(any(), any(), anyInt(), any())
    }

    @Test
    fun `an activity that Android has not attached yet is named as the mistake`() {
        val thrown = assertFailsWith<IllegalArgumentException> { NfcChannel(mock<Activity>()) }
        assertTrue(thrown.message.orEmpty().contains("onCreate"), thrown.message)
    }

    @Test
    fun `while one channel is in use, another finds the reader busy, on the same activity or not`(): Unit = runBlocking {
        val others = listOf(NfcChannel(phone.activity, AT_ONCE), NfcChannel(phone.created<Activity>(), AT_ONCE))
        val first = launch(Dispatchers.Default) { Kazasu(channel).remainingTries() }
        verifyOn(phone.activity)
        for (other in others) assertFailsWith<BusyException> { Kazasu(other).remainingTries() }
        verify(phone.adapter, times(1)).enableReaderMode(any(), any(), anyInt(), any())
        first.cancelAndJoin()
        for (other in others) {
            phone.tags += phone.tag(phone.service())
            Kazasu(other).remainingTries()
        }
        verify(phone.adapter, times(3)).enableReaderMode(any(), any(), anyInt(), any())
    }

    @Test
    fun `a second tag while one is in use changes nothing`(): Unit = runBlocking {
        phone.tags += tag
        val link = channel.link()
        val second = phone.service()
        val binder = checkNotNull(phone.callback)
        binder.onTagDiscovered(phone.tag(second))
        binder.onTagDiscovered(null)
        assertEquals(2, link.transceive(byteArrayOf(0, 0, 0, 0)).size)
        link.close()
        binder.onTagDiscovered(phone.tag(second))
        verify(second, never()).connect(anyInt(), anyInt())
        verify(service, times(1)).transceive(anyInt(), any(), anyBoolean())
        Unit
    }

    @Test
    fun `at the end reader mode is off, and a card that still lies there is offered to nobody`(): Unit = runBlocking {
        phone.tags += tag
        channel.link().close()
        val order = inOrder(service, phone.adapter)
        order.verify(service).reconnect(tag.serviceHandle)
        order.verify(phone.adapter).ignore(tag, 1_000, null, null)
        order.verify(phone.adapter).disableReaderMode(phone.activity)
        assertEquals(null, phone.callback)
    }

    @Test
    fun `the card has no power when the link is closed, and there is time to take it away before others get it`(): Unit = runBlocking {
        phone.tags += tag
        NfcChannel(phone.activity, NfcChannel.Options(lingerMillis = 400)).link().close()
        val order = inOrder(service, phone.adapter)
        order.verify(service).reconnect(tag.serviceHandle)
        order.verify(phone.adapter).ignore(tag, 1_000, null, null)
        order.verify(phone.adapter).disableReaderMode(phone.activity)
        order.verify(phone.adapter).enableReaderMode(eq(phone.activity), any(), anyInt(), any())
        verify(phone.adapter, times(1)).disableReaderMode(any())
        val (still, late) = phone.service().let { phone.tag(it) to it }
        phone.discovered(still)
        verify(phone.adapter, timeout(5_000).times(2)).disableReaderMode(phone.activity)
        order.verify(phone.adapter).ignore(still, 1_000, null, null)
        order.verify(phone.adapter).disableReaderMode(phone.activity)
        verify(phone.adapter, times(2)).enableReaderMode(any(), any(), anyInt(), any())
        verify(late, never()).connect(anyInt(), anyInt())
        assertEquals(null, phone.callback)
        assertEquals(3_000, NfcChannel.Options().lingerMillis)
    }

    @Test
    fun `a card that fell silent has no power either, and is not ignored when it is held anew`(): Unit = runBlocking {
        on(service.transceive(anyInt(), any(), anyBoolean())).thenReturn(TransceiveResult(TransceiveResult.RESULT_FAILURE, null))
        phone.tags += tag
        val link = NfcChannel(phone.activity, NfcChannel.Options(lingerMillis = 300)).link()
        assertFailsWith<CardLostException> { link.transceive(ByteArray(4)) }
        link.close()
        verify(phone.adapter, times(1)).disableReaderMode(phone.activity)
        phone.discovered(phone.tag(phone.service()))
        verify(phone.adapter, timeout(5_000).times(2)).disableReaderMode(phone.activity)
        verify(phone.adapter, never()).ignore(any(), anyInt(), any(), any())
        Unit
    }

    @Test
    fun `an activity that is gone at the end leaves reader mode off`(): Unit = runBlocking {
        phone.tags += tag
        val link = NfcChannel(phone.activity, NfcChannel.Options(lingerMillis = 100)).link()
        doThrow(IllegalStateException("activity is already destroyed")).on(phone.adapter)
            .enableReaderMode(any(), any(), anyInt(), any())
        link.close()
        Thread.sleep(300)
        verify(phone.adapter, times(1)).disableReaderMode(phone.activity)
    }

    @Test
    fun `the next wait finds a card that still lies there, and is not ended by the one before`(): Unit = runBlocking {
        phone.tags += tag
        val patient = NfcChannel(phone.activity, NfcChannel.Options(lingerMillis = 300))
        patient.link().close()
        val next = async(Dispatchers.Default) { patient.link() }
        verifyOn(phone.activity, 3)
        val order = inOrder(phone.adapter)
        repeat(2) {
            order.verify(phone.adapter).enableReaderMode(any(), any(), anyInt(), any())
            order.verify(phone.adapter).disableReaderMode(phone.activity)
        }
        order.verify(phone.adapter).enableReaderMode(any(), any(), anyInt(), any())
        Thread.sleep(600)
        verify(phone.adapter, times(2)).disableReaderMode(phone.activity)
        phone.discovered(phone.tag(phone.service()))
        next.await().close()
        verify(phone.adapter, timeout(5_000).times(4)).disableReaderMode(phone.activity)
    }

    @Test
    fun `the next wait begins when the lingering one is off, not while it is being turned off`(): Unit = runBlocking {
        val (turningOff, goOn) = CountDownLatch(1) to CountDownLatch(1)
        phone.tags += tag
        val patient = NfcChannel(phone.activity, NfcChannel.Options(lingerMillis = 100))
        val link = patient.link()
        val turnedOff = AtomicInteger()
        doAnswer {
            if (turnedOff.incrementAndGet() == 2) {
                turningOff.countDown()
                goOn.await()
            }
            phone.callback = null
        }.on(phone.adapter).disableReaderMode(any())
        link.close()
        assertTrue(turningOff.await(5, TimeUnit.SECONDS))
        val next = async(Dispatchers.Default) { patient.link() }
        verify(phone.adapter, after(300).times(2)).enableReaderMode(any(), any(), anyInt(), any())
        goOn.countDown()
        verifyOn(phone.activity, 3)
        phone.discovered(phone.tag(phone.service()))
        next.await().close()
    }

    @Test
    fun `whatever the NFC service throws at the end, the end is reached`(): Unit = runBlocking {
        on(service.reconnect(anyInt())).thenThrow(IllegalStateException())
        on(phone.adapter.ignore(any(), anyInt(), any(), any())).thenThrow(SecurityException())
        phone.tags += tag
        val link = channel.link()
        doThrow(IllegalStateException()).on(phone.adapter).disableReaderMode(any())
        link.close()
        verify(phone.adapter, times(1)).disableReaderMode(phone.activity)
    }

    @Test
    fun `a cancelled wait turns reader mode off`(): Unit = runBlocking {
        val wait = launch(Dispatchers.Default) { channel.link() }
        verifyOn(phone.activity)
        wait.cancelAndJoin()
        verify(phone.adapter, times(1)).disableReaderMode(phone.activity)
        assertEquals(null, phone.callback)
    }

    @Test
    fun `a card that comes at the moment of the cancellation is closed`(): Unit = runBlocking {
        val connecting = CompletableDeferred<Unit>()
        val cancelled = CompletableDeferred<Unit>()
        on(service.connect(anyInt(), anyInt())).thenAnswer {
            connecting.complete(Unit)
            runBlocking { cancelled.await() }
            0
        }
        phone.tags += tag
        val wait = async(Dispatchers.Default) { runCatching { channel.link() } }
        connecting.await()
        wait.cancel()
        cancelled.complete(Unit)
        wait.join()
        verify(service, times(1)).reconnect(tag.serviceHandle)
        verify(phone.adapter, times(1)).disableReaderMode(phone.activity)
        assertTrue(wait.isCancelled && runCatching { wait.await() }.exceptionOrNull() is CancellationException)
    }

    @Test
    fun `an old phone gets no command above 261 bytes`(): Unit = runBlocking {
        val old = phone.service(maxTransceive = 261)
        phone.tags += phone.tag(old)
        val link = channel.link()
        assertEquals(261 to false, link.properties.maxCommandLength to link.properties.extendedLength)
        assertFailsWith<CommandRefusedException> { link.transceive(ByteArray(262)) }
        verify(old, never()).transceive(anyInt(), any(), anyBoolean())
        link.transceive(ByteArray(261))
        verify(old, times(1)).transceive(anyInt(), any(), anyBoolean())
        link.close()
    }

    @Test
    fun `the times have to be some`() {
        assertFailsWith<IllegalArgumentException> { NfcChannel.Options(timeoutMillis = 0) }
        assertFailsWith<IllegalArgumentException> { NfcChannel.Options(presenceCheckMillis = -1) }
        assertFailsWith<IllegalArgumentException> { NfcChannel.Options(lingerMillis = -1) }
    }

    private companion object {
        val AT_ONCE = NfcChannel.Options(lingerMillis = 0)
    }
}
