package app.kazasu.android

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import java.util.concurrent.atomic.AtomicReference

/**
 * Reader mode that stays on after a tap. The card lies at the phone for another moment, and Android would offer it to whatever
 * other app wants cards.
 */
internal object Lingering {
    private val last = AtomicReference<(() -> Unit)?>()

    /** Turns it [off] after [millis], or when the next wait begins. */
    fun begin(millis: Int, dispatcher: CoroutineDispatcher, off: () -> Unit) {
        last.getAndSet(off)?.invoke()
        CoroutineScope(dispatcher).launch {
            delay(millis.toLong())
            if (last.compareAndSet(off, null)) off()
        }
    }

    /** Only reader mode that is turned on anew finds a card that still lies there. */
    fun end() {
        last.getAndSet(null)?.invoke()
    }
}
