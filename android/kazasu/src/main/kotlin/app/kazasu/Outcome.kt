package app.kazasu

/**
 * What came of a call: an exhaustive set, so that a `when` needs no `else`.
 *
 * Everything that card and user can cause is in here. Exceptions are for the rest: a channel that cannot work
 * ([ChannelException]), a call that is wrong ([BusyException], [SecretGoneException]), and cancellation.
 */
public sealed interface Outcome<out T>

/** It was done. */
public class Done<out T> internal constructor(
    /** What was asked for. */
    public val value: T,
    /** What is known of the remaining tries, as the card itself said last. */
    public val tries: TriesReport,
) : Outcome<T> {
    override fun toString(): String = "Done($value)"
}

/** The secret was wrong, and one try is spent. Ask again, and say how many tries remain. */
public data class WrongSecret internal constructor(
    /** Which one. */
    val secret: SecretKind,
    /** Tries that remain, 1 or more; `null` if the card does not say. */
    val remaining: Int?,
    /** What is known of the remaining tries, as the card itself said last. */
    val tries: TriesReport,
) : Outcome<Nothing>

/** No tries remain, or the secret was never set. Nothing but [whoCanUnblock] helps. */
public data class Blocked internal constructor(
    /** Which one. */
    val secret: SecretKind,
    /** What is known of the remaining tries, as the card itself said last. */
    val tries: TriesReport,
) : Outcome<Nothing> {
    /** Who can unblock it. */
    val whoCanUnblock: List<WhoActs> get() = UserMessage.of("blocked").whoActs

    /** What to tell the user. */
    val message: UserMessage get() = UserMessage.of("blocked")
}

/**
 * A wrong secret could block the card, so that nothing was sent. Ask the user; then call again with a secret entered anew
 * and [LastTryConsent.givenByUser].
 */
public data class NeedConsent internal constructor(
    /** Which secret. */
    val secret: SecretKind,
    /** Tries that remain; `null` if the card does not say. */
    val remaining: Int?,
    /** What is known of the remaining tries, as the card itself said last. */
    val tries: TriesReport,
) : Outcome<Nothing>

/**
 * The card was lost with the work unfinished. [resume] waits for it and goes on; nothing is spent by that. Another card is
 * recognised before any secret reaches it.
 *
 * Until then the secret may be kept in native memory: [close] gives up and wipes it. So does the next call on the same
 * [Kazasu].
 */
public class NeedTap<out T> internal constructor(
    /** What is known, and what the next tap does. */
    public val reason: Reason,
    private val session: Session<T>,
) : Outcome<T>, AutoCloseable {
    /** What is known when the card is lost. */
    public enum class Reason {
        /** Nothing is spent. The next tap goes on with the same consent. */
        NothingSpent,

        /** The card was lost while it compared the secret. The next tap reads the counter and says; it sends no secret. */
        MaySpend,
    }

    /**
     * Waits for the card and goes on.
     *
     * @throws SessionOverException if it went on or was given up before.
     */
    public suspend fun resume(): Outcome<T> = session.resume()

    /**
     * Gives up, and says what is known: nothing is spent, or after [Reason.MaySpend] a try may be.
     *
     * @throws SessionOverException if it went on or was given up before.
     */
    public fun giveUp(): Outcome<T> = session.giveUp() ?: throw SessionOverException()

    /** Gives up; does nothing if it went on or was given up before. */
    override fun close(): Unit = session.abandon()

    override fun toString(): String = "NeedTap($reason)"
}

/**
 * The card was lost after it had accepted the secret, and has forgotten it. Nothing is spent, but going on takes the secret
 * once more: ask the user, then [resume]. Or give up with [close].
 */
public class NeedSecret<out T> internal constructor(
    private val session: Session<T>,
) : Outcome<T>, AutoCloseable {
    /**
     * Waits for the card and goes on with a secret entered anew.
     *
     * @param secret of the same kind as the first one.
     * @throws SessionOverException if it went on or was given up before.
     * @throws IllegalArgumentException for the other kind.
     */
    @JvmOverloads
    public suspend fun resume(secret: Secret, consent: LastTryConsent? = null): Outcome<T> =
        session.resume(secret, consent)

    /**
     * Gives up. Nothing is spent.
     *
     * @throws SessionOverException if it went on or was given up before.
     */
    public fun giveUp(): Outcome<T> = session.giveUp() ?: throw SessionOverException()

    /** Gives up; does nothing if it went on or was given up before. */
    override fun close(): Unit = session.abandon()

    override fun toString(): String = "NeedSecret"
}

/** It was not done. If a secret had been accepted, the card was closed again all the same. */
public data class NotDone internal constructor(
    /** Why not. */
    val problem: Problem,
    /** Its code in the error catalogue. */
    val code: String,
    /** For developers: what exactly. No byte of a secret, a name or a certificate. */
    val detail: String,
    /** Whether a try was spent. */
    val trySpent: TrySpent,
    /** With [Problem.SecretNeededAgain]: what was signed before, in order. Sign the rest in calls of their own. */
    val signatures: List<Signature>,
    /** What is known of the remaining tries, as the card itself said last. */
    val tries: TriesReport,
) : Outcome<Nothing> {
    /** What to tell the user. */
    val message: UserMessage get() = UserMessage.of(code)
}

/** Why a call did not do what was asked. Each has a sentence in the error catalogue. */
public enum class Problem {
    /** Another kind of card. */
    NotJpki,

    /** The certificate is not on the card; children under 15 normally have no signing certificate. */
    NotIssued,

    /** A phone is presented: it wants the PIN before it gives its authentication certificate. */
    PinNeeded,

    /** The card was lost, and cannot be told from another; no try was lost with it. Start again. */
    CardLost,

    /** The card was lost while it compared the secret, or gave no clear answer: a try may be spent. */
    VerifyOutcomeUnknown,

    /** The card was lost while it changed the secret, or did not say clearly what it did: either one may be in force. */
    ChangeOutcomeUnknown,

    /** The card wants the secret again before each signature. Sign one document at a time. */
    SecretNeededAgain,

    /** Not the card of the tap before. */
    OtherCard,

    /** The card does not carry the certificate that the caller named. */
    NotTheKnownCertificate,

    /** The card answered what it must not. */
    UnexpectedAnswer,

    /** The certificate on the card is incomplete or of no use. */
    CertificateUnusable,

    /** The card's signature does not fit its certificate. */
    SignatureMismatch,

    /** The channel cannot carry a command that has no shorter form. */
    ChannelRefused,

    /** A defect of the SDK. */
    Defect,
}

/** Whether a try was spent. */
public enum class TrySpent {
    /** None was. */
    No,

    /** One was: the secret was wrong. */
    Yes,

    /** It is not known. Read [Kazasu.remainingTries] before the next entry. */
    Maybe,
}

/** What is known of the tries of both secrets. */
public data class TriesReport(
    /** Of the authentication PIN, 3 at most. */
    val authenticationPin: Tries,
    /** Of the signing password, 5 at most. */
    val signingPassword: Tries,
) {
    /** The tries of one secret. */
    public fun of(secret: SecretKind): Tries = when (secret) {
        SecretKind.AuthenticationPin -> authenticationPin
        SecretKind.SigningPassword -> signingPassword
    }
}

/** What is known of the tries of one secret. */
public sealed interface Tries {
    /** The card was not asked. */
    public data object NotAsked : Tries

    /** This many remain, 1 to 15. */
    public data class Remaining(val count: Int) : Tries

    /** None remain. */
    public data object Blocked : Tries

    /** The card does not say; not zero. */
    public data object NotReported : Tries

    /** A secret was sent, and what came of it is not known. */
    public data object Unknown : Tries
}
