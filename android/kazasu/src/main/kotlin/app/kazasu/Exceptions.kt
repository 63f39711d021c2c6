package app.kazasu

import kotlinx.coroutines.CancellationException

/**
 * A call was cancelled. Another application was selected and the session with the card ended first.
 *
 * Where a time-out or a scope has cancelled the coroutine, catch it inside of that: outside, kotlinx.coroutines shows its own
 * exception.
 */
public class KazasuCancellationException internal constructor(
    /**
     * Its code in the error catalogue: `interrupted`, or that of what happened before, such as `wrong_secret` or
     * `verify_outcome_unknown`.
     */
    public val code: String,
    /** Whether what was asked for was done all the same, as a secret that is changed now: the cancellation came too late. */
    public val done: Boolean,
    /** Whether a try was spent. */
    public val trySpent: TrySpent,
    /** What is known of the remaining tries. */
    public val tries: TriesReport,
    cause: Throwable?,
) : CancellationException("cancelled; try spent: $trySpent") {
    init {
        initCause(cause)
    }

    /** What to tell the user. */
    public val userMessage: UserMessage get() = UserMessage.of(code)
}

/**
 * Another call is under way on the same channel, or on another one over the same [CardChannel.device]. Nothing was sent.
 *
 * A call that was cancelled is under way until its card is closed, which may take as long as one answer: wait, and ask again.
 */
public class BusyException internal constructor() : IllegalStateException("another call is under way at this reader")

/** The work that a [NeedTap] or [NeedSecret] stands for went on or was given up before. Nothing was sent. */
public class SessionOverException internal constructor() : IllegalStateException("this work went on or was given up before")

/** A defect of the SDK, with what is known about it. The card was closed. Please report it. */
public class DefectException internal constructor(cause: Throwable) : RuntimeException("defect in Kazasu", cause)
