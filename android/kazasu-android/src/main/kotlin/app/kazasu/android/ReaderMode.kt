package app.kazasu.android

import android.app.Activity
import android.nfc.NfcAdapter
import android.nfc.Tag
import android.nfc.tech.IsoDep
import android.os.Bundle
import app.kazasu.ChannelFailedException
import app.kazasu.NfcUnavailableException
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import java.io.IOException

/** Android's reader mode for one tap. Its methods block, the callback aside. */
internal class ReaderMode(
    private val screen: Screen,
    private val options: NfcChannel.Options,
) : NfcAdapter.ReaderCallback {
    private val tags = Channel<Tag>(Channel.CONFLATED)

    /** For which activity it is on. */
    @Volatile
    private var on: Pair<NfcAdapter, Activity>? = null

    /** On a binder thread, where nothing may be thrown and nothing may wait. */
    override fun onTagDiscovered(tag: Tag?) {
        if (tag != null) tags.trySend(tag)
    }

    /** The card that came; a cancellation at the last moment leaves it here to be closed. */
    var link: IsoDepLink? = null
        private set

    /** Waits for a card, with reader mode on. */
    suspend fun awaitCard(): Unit = coroutineScope {
        val watch = launch {
            while (true) {
                on()
                delay(LOOK_MILLIS)
            }
        }
        while (link == null) link = link(tags.receive())
        watch.cancel()
    }

    /** A link, or `null` for a tag that is no card of ours or is gone again: then the wait goes on. */
    private fun link(tag: Tag): IsoDepLink? {
        var card: IsoDep? = null
        return try {
            card = IsoDep.get(tag) ?: return null
            card.connect()
            try {
                card.timeout = options.timeoutMillis
            } catch (_: IllegalArgumentException) {
                // A phone that does not take it keeps its own; a card that is too slow for that counts as lost.
            }
            IsoDepLink(card, options.dispatcher, ::ended)
        } catch (_: IOException) {
            card?.closeQuietly()
            null
        } catch (_: RuntimeException) {
            // The handle is stale, or the NFC service has died.
            card?.closeQuietly()
            null
        }
    }

    /** Turns it on for the activity of the moment; does nothing where it is on. */
    private fun on() {
        val activity = screen.activity
        if (activity == null || activity.isFinishing) throw ChannelFailedException("the activity is gone")
        guarded {
            val adapter = NfcAdapter.getDefaultAdapter(activity)
                ?: throw NfcUnavailableException(NfcUnavailableException.Reason.Missing)
            if (!adapter.isEnabled) throw NfcUnavailableException(NfcUnavailableException.Reason.Off)
            // One that is destroyed has a successor in a moment.
            if (on?.second === activity || activity.isDestroyed) return
            Lingering.end()
            try {
                adapter.on(activity, this)
            } catch (e: IllegalStateException) {
                // Destroyed just now.
                if (activity.isDestroyed) return
                throw e
            }
            on = adapter to activity
        }
    }

    private fun NfcAdapter.on(activity: Activity, callback: NfcAdapter.ReaderCallback) {
        val extras = Bundle()
        extras.putInt(NfcAdapter.EXTRA_READER_PRESENCE_CHECK_DELAY, options.presenceCheckMillis)
        enableReaderMode(activity, callback, FLAGS, extras)
    }

    /** The link is closed. */
    private fun ended(used: Tag?) {
        val (adapter, activity) = on ?: return
        off(used)
        if (options.lingerMillis > 0) linger(adapter, activity, well = used != null)
    }

    /**
     * Turns it on anew for nobody. It has been off in between because a card without power forgets what was verified, where it
     * could not be told to. That Android takes the power at that is likely, not certain: its NFC service disconnects the card and
     * begins to poll anew, and no phone has confirmed it.
     */
    private fun linger(adapter: NfcAdapter, activity: Activity, well: Boolean) {
        val nobody = Nobody()
        try {
            Lingering.begin(
                options.lingerMillis,
                options.dispatcher,
                on = { adapter.on(activity, nobody) },
                off = { adapter.off(activity, nobody.last.takeIf { well }) },
            )
        } catch (_: RuntimeException) {
            // The activity is destroyed, or the NFC service has died: it stays off.
        }
    }

    /** Passes the cards over that come while none is awaited. */
    private class Nobody : NfcAdapter.ReaderCallback {
        /** The newest handle of the card that lies there. */
        @Volatile
        var last: Tag? = null
            private set

        override fun onTagDiscovered(tag: Tag?) {
            last = tag
        }
    }

    /** Turns it off; see [NfcAdapter.off]. */
    fun off(used: Tag? = null) {
        val (adapter, activity) = on ?: return
        on = null
        adapter.off(activity, used)
    }

    /**
     * Turns it off. A [used] card that still lies there is not offered to other apps, if Android recognises it: that goes by
     * its identifier, which some cards change each time.
     */
    private fun NfcAdapter.off(activity: Activity, used: Tag?) {
        try {
            if (used != null) ignore(used, IGNORE_MILLIS, null, null)
        } catch (_: RuntimeException) {
            // The card is gone already.
        }
        try {
            disableReaderMode(activity)
        } catch (_: RuntimeException) {
            // That of a destroyed activity was turned off by Android.
        }
    }

    private inline fun guarded(call: () -> Unit) {
        try {
            call()
        } catch (e: SecurityException) {
            throw NfcUnavailableException(NfcUnavailableException.Reason.NotPermitted, e)
        } catch (e: UnsupportedOperationException) {
            throw NfcUnavailableException(NfcUnavailableException.Reason.Missing, e)
        } catch (e: RuntimeException) {
            throw ChannelFailedException("reader mode: ${e.javaClass.simpleName}", e)
        }
    }

    private companion object {
        /** Type B, which the card speaks, and type A, which phones speak. A check for NDEF would cost exchanges. */
        const val FLAGS = NfcAdapter.FLAG_READER_NFC_B or NfcAdapter.FLAG_READER_NFC_A or
            NfcAdapter.FLAG_READER_SKIP_NDEF_CHECK

        /** How often to look whether NFC is still on and the activity still the same. */
        const val LOOK_MILLIS = 500L

        /** A card that was away for so long is a new one. */
        const val IGNORE_MILLIS = 1_000
    }
}
