package app.kazasu.android

import android.app.Activity
import app.kazasu.CardChannel
import app.kazasu.CardLink
import app.kazasu.TapReason
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext

/**
 * The NFC reader of a phone, for My Number Cards and for phones that stand in for one.
 *
 * Reader mode is on while a card is awaited, until its link is closed; a card that is none of ours is passed over. Then it is
 * turned off, which takes the card's power away, and is on for another moment in which every card is passed over. The manifest
 * needs `android.permission.NFC`. Android's NFC calls block: they are made on [Options.dispatcher], never on the main thread.
 *
 * A channel outlives its [activity]: when Android creates that anew, as it does when the screen is turned, a wait for a card
 * goes on with the new one. A card in use is lost by it, with nothing spent unless [app.kazasu.NeedTap] says so.
 *
 * A phone has one NFC reader: while a call is under way on one channel, a call on another is a [app.kazasu.BusyException].
 *
 * What can go wrong is a [app.kazasu.NfcUnavailableException], also when NFC is switched off during the wait, or an
 * [app.kazasu.ChannelFailedException].
 *
 * @param activity the one on the screen; kept from being collected during a tap and that moment only. To be called in its
 *   `onCreate` or later: before, Android has not attached it.
 */
public class NfcChannel @JvmOverloads constructor(
    activity: Activity,
    private val options: Options = Options(),
) : CardChannel {
    /**
     * How to go about it.
     *
     * @property timeoutMillis how long the card may take for one answer. Android's default, often below a second, is too
     *   short for a signature.
     * @property presenceCheckMillis how often Android looks whether the card is still there while nothing is sent.
     * @property lingerMillis how long reader mode is on anew after the link is closed: the time to take the card away before
     *   Android offers it to other apps. 0 leaves it off.
     * @property dispatcher where the calls are made that block.
     */
    public data class Options @JvmOverloads constructor(
        val timeoutMillis: Int = 10_000,
        val presenceCheckMillis: Int = 1_000,
        val lingerMillis: Int = 3_000,
        val dispatcher: CoroutineDispatcher = Dispatchers.IO,
    ) {
        init {
            require(timeoutMillis > 0 && presenceCheckMillis > 0) { "times are above 0 ms" }
            require(lingerMillis >= 0) { "a time is not below 0 ms" }
        }
    }

    private val screen = Screen.of(activity)

    override val device: Any get() = NfcReader

    override suspend fun awaitCard(reason: TapReason): CardLink {
        val reader = ReaderMode(screen, options)
        try {
            withContext(options.dispatcher) { reader.awaitCard() }
            return checkNotNull(reader.link)
        } catch (e: Throwable) {
            withContext(NonCancellable + options.dispatcher) { reader.link?.close() ?: reader.off() }
            throw e
        }
    }

    /** The one of the phone. */
    private object NfcReader
}
