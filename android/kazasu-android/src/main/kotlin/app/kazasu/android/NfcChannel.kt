package app.kazasu.android

import android.app.Activity
import android.content.Context
import android.nfc.NfcAdapter
import android.nfc.Tag
import android.nfc.tech.IsoDep
import android.os.Bundle
import app.kazasu.AccessDeniedException
import app.kazasu.CardChannel
import app.kazasu.CardLink
import app.kazasu.ChannelFailedException
import app.kazasu.NfcUnavailableException
import app.kazasu.TapReason
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.withContext
import java.io.IOException
import java.lang.ref.WeakReference

/**
 * The NFC reader of a phone.
 *
 * Reader mode is on while a card is wanted and until the link is closed: type B, which the card speaks, and type A, which
 * phones speak; without the NDEF check, which would cost exchanges; with a presence check that leaves a computing card in
 * peace. The manifest needs `android.permission.NFC`.
 *
 * Nothing runs on the main thread: Android's NFC calls block, and this channel makes them on [Options.dispatcher].
 *
 * @param activity the one on the screen. Android turns reader mode off while it is paused, and on again. After a recreation
 *   hand the new one to [attach].
 */
public class NfcChannel @JvmOverloads constructor(
    activity: Activity,
    private val options: Options = Options(),
) : CardChannel {
    /**
     * How to go about it.
     *
     * @property timeoutMillis how long the card may take for one answer. Android's default is too short for a signature.
     * @property presenceCheckMillis how often Android looks whether the card is still there while nothing is sent.
     * @property dispatcher where the blocking calls are made.
     */
    public data class Options @JvmOverloads constructor(
        val timeoutMillis: Int = 10_000,
        val presenceCheckMillis: Int = 1_000,
        val dispatcher: CoroutineDispatcher = Dispatchers.IO,
    )

    @Volatile
    private var activity = WeakReference(activity)

    /** Hands over the activity that has taken the place of the last one. Applies from the next tap on. */
    public fun attach(activity: Activity) {
        this.activity = WeakReference(activity)
    }

    override suspend fun awaitCard(reason: TapReason): CardLink {
        val activity = activity.get() ?: throw ChannelFailedException("the activity is gone: attach the new one")
        val reader = Reader(activity, usable(activity))
        try {
            reader.enable()
            while (true) {
                val tag = reader.tags.receive()
                connect(tag, reader)?.let { return it }
            }
        } catch (e: Throwable) {
            withContext(NonCancellable) { reader.disable() }
            throw e
        }
    }

    /** A link, or `null` for a tag that is no card of ours or is gone again: then the wait goes on. */
    private suspend fun connect(tag: Tag, reader: Reader): CardLink? = withContext(NonCancellable + options.dispatcher) {
        val card = IsoDep.get(tag) ?: return@withContext null
        try {
            card.connect()
            card.timeout = options.timeoutMillis
            IsoDepLink(card, options.dispatcher) {
                reader.ignore(tag)
                reader.disable()
            }
        } catch (_: IOException) {
            closeQuietly(card)
            null
        } catch (_: RuntimeException) {
            // A stale handle, or the NFC service has died.
            closeQuietly(card)
            null
        }
    }

    private inner class Reader(private val activity: Activity, private val adapter: NfcAdapter) {
        /** Filled on a binder thread, where nothing may be thrown and nothing may wait. */
        val tags = Channel<Tag>(Channel.CONFLATED)

        suspend fun enable() = guarded {
            val extras = Bundle()
            extras.putInt(NfcAdapter.EXTRA_READER_PRESENCE_CHECK_DELAY, options.presenceCheckMillis)
            adapter.enableReaderMode(activity, { tag -> if (tag != null) tags.trySend(tag) }, FLAGS, extras)
        }

        /** Keeps Android from offering the card that still lies there to other apps. */
        fun ignore(tag: Tag) {
            try {
                adapter.ignore(tag, IGNORE_MILLIS, null, null)
            } catch (_: RuntimeException) {
                // The card is gone already.
            }
        }

        suspend fun disable() {
            try {
                guarded { adapter.disableReaderMode(activity) }
            } catch (_: Exception) {
                // Destroyed activities have their reader mode turned off by Android.
            }
        }

        private suspend fun guarded(call: () -> Unit) = withContext(options.dispatcher) {
            try {
                call()
            } catch (e: SecurityException) {
                throw AccessDeniedException("the manifest lacks android.permission.NFC", e)
            } catch (e: RuntimeException) {
                throw ChannelFailedException("reader mode: ${e.javaClass.simpleName}", e)
            }
        }
    }

    private fun usable(context: Context): NfcAdapter {
        val adapter = NfcAdapter.getDefaultAdapter(context)
            ?: throw NfcUnavailableException(NfcUnavailableException.Reason.Missing)
        if (!adapter.isEnabled) throw NfcUnavailableException(NfcUnavailableException.Reason.Off)
        return adapter
    }

    private companion object {
        const val FLAGS = NfcAdapter.FLAG_READER_NFC_B or NfcAdapter.FLAG_READER_NFC_A or
            NfcAdapter.FLAG_READER_SKIP_NDEF_CHECK

        /** After a card has left for so long, it counts as a new one. */
        const val IGNORE_MILLIS = 1_000
    }
}
