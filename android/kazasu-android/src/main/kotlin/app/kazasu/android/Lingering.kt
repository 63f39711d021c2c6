package app.kazasu.android

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/**
 * Reader mode for nobody after a tap. The card lies at the phone for another moment, and Android would offer it to whatever other
 * app wants cards.
 *
 * Its methods hold one lock while Android is called: it knows one reader mode for each activity, and one that is being turned off
 * must not take the next one with it.
 */
internal object Lingering {
    private var off: (() -> Unit)? = null

    /** Turns it [on], and [off] after [millis] or when the next wait begins. What [on] throws is thrown; nothing lingers then. */
    @Synchronized
    fun begin(millis: Int, dispatcher: CoroutineDispatcher, on: () -> Unit, off: () -> Unit) {
        end()
        on()
        this.off = off
        CoroutineScope(dispatcher).launch {
            delay(millis.toLong())
            end(off)
        }
    }

    /** Returns when it is off. Only reader mode that is turned on anew finds a card that still lies there. */
    @Synchronized
    fun end() {
        off?.let(::end)
    }

    @Synchronized
    private fun end(which: () -> Unit) {
        if (off !== which) return
        off = null
        which()
    }
}
