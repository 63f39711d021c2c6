package app.kazasu

import java.util.concurrent.atomic.AtomicBoolean

/**
 * The user's consent to one attempt even if it is the last try, or if the card does not say how many tries remain.
 *
 * Ask first: a wrong secret then blocks the card until a visit to the municipal office. The value serves for one attempt; the
 * second use of it is a [ConsentUsedException].
 */
public class LastTryConsent private constructor() {
    private val used = AtomicBoolean()

    internal fun requireUnused() {
        if (used.get()) throw ConsentUsedException()
    }

    internal fun use() {
        if (used.getAndSet(true)) throw ConsentUsedException()
    }

    public companion object {
        /** To be called where the user has said yes to a question that names the consequence. */
        @JvmStatic
        public fun givenByUser(): LastTryConsent = LastTryConsent()
    }
}

/** A consent to the last try was handed over a second time: each attempt takes one of its own. */
public class ConsentUsedException internal constructor() :
    IllegalStateException("this consent to the last try was used before")
