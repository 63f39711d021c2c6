package app.kazasu

/** Where a call stands; data for a display, not a sentence. */
public sealed interface Progress {
    /** A card is wanted. */
    public data class AwaitingCard(val reason: TapReason) : Progress

    /** The card works. */
    public data class Working(
        /** What it does. */
        val stage: Stage,
        /** Commands of this tap so far, this one included. */
        val exchange: Int,
        /** How much of the tap is left. */
        val left: TimeLeft,
    ) : Progress

    /** No card is wanted any more, or its link is closed: it may be taken away. */
    public data object CardFree : Progress
}

/** What is left of a tap: an estimate, which may go up once when the card turns out to be another one than assumed. */
public data class TimeLeft(
    /** Until the last answer, the command at hand included. */
    val milliseconds: Int,
    /** Commands, the one at hand included. */
    val exchanges: Int,
    /** Of the whole tap, 0 to 1: for a progress bar. */
    val done: Float,
)

/** What the card is doing. */
public sealed interface Stage {
    /** Selecting the JPKI application. */
    public data object Selecting : Stage

    /** Reading which card this is. */
    public data object Recognising : Stage

    /** Reading token label or availability. */
    public data object ReadingInfo : Stage

    /** Asking for the remaining tries. */
    public data class QueryingTries(val secret: SecretKind) : Stage

    /** Comparing the secret: a card lost from here on leaves the outcome unknown. */
    public data class Verifying(val secret: SecretKind) : Stage

    /** Reading a certificate: so many bytes of so many, once the first answer has told. */
    public data class ReadingCertificate(val certificate: CertificateKind, val read: Int, val total: Int?) : Stage

    /** Computing a signature, the longest single exchange; the first document is 1. */
    public data class Signing(val document: Int, val of: Int) : Stage

    /** Writing the new secret: a lost card leaves the outcome unknown. */
    public data class Changing(val secret: SecretKind) : Stage

    /** Leaving the application by selecting another one; the channel then ends the session with the card. */
    public data object Leaving : Stage

    /** Something that this version has no name for. */
    public data object Other : Stage
}
