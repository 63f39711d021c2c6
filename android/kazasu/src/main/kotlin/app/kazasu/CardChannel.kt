package app.kazasu

/**
 * A way to a card: NFC, the secure element of the phone, a simulated card.
 *
 * A channel moves bytes and nothing else. It interprets no command, repeats none, logs none, and keeps no copy.
 */
public interface CardChannel {
    /**
     * What calls cannot share: one at a time on the same object, and a second one is a [BusyException]. Channels over one reader
     * name the same object; a channel around another one hands its on.
     */
    public val device: Any get() = this

    /**
     * Suspends until a card is at the reader, and opens a link to it.
     *
     * Called at most once at a time. When the caller's coroutine is cancelled the channel stops looking and throws the
     * [CancellationException][kotlinx.coroutines.CancellationException]; a link that it has already opened it closes itself.
     *
     * @param reason why a card is wanted, to tell the user.
     * @throws ChannelException if no card can come: NFC is off or missing, access is denied. Then nothing is spent.
     */
    public suspend fun awaitCard(reason: TapReason): CardLink
}

/**
 * A card at the reader, until it is taken away or [close]d. Used by one coroutine at a time.
 */
public interface CardLink {
    /** What the link can carry. */
    public val properties: LinkProperties

    /**
     * Sends one command APDU and returns the response APDU, status word included.
     *
     * **Do not keep [command]**: it may hold a secret, and it is overwritten when this returns. So is the returned array once
     * it has been read: give it away for good.
     *
     * Blocking work belongs on a thread of the channel's own choosing, never on the caller's. A cancelled coroutine may wait
     * for the answer: what the card does cannot be taken back, and the answer tells what it did.
     *
     * @throws CardLostException if the card left or the link failed: the command may or may not have reached the card.
     * @throws CommandRefusedException if not one byte of the command was sent, and the card is still there.
     */
    public suspend fun transceive(command: ByteArray): ByteArray

    /** Ends the link and takes the card's power away. Called exactly once, also when the coroutine was cancelled. */
    public suspend fun close()
}

/**
 * What a link can carry.
 *
 * @property maxCommandLength longest command in bytes; longer ones are not handed to the link. Old phones: 261.
 * @property extendedLength whether extended length (ISO 7816-4 §5.2) passes. The card is probed all the same.
 * @property applicationSelected whether the JPKI application is selected already, as some platforms do before they hand a card
 *   over.
 * @property kind what it is, for the trace.
 */
public data class LinkProperties @JvmOverloads constructor(
    val maxCommandLength: Int = 65_544,
    val extendedLength: Boolean = true,
    val applicationSelected: Boolean = false,
    val kind: LinkKind = LinkKind.Other,
)

/** What carries the commands. */
public enum class LinkKind {
    /** A simulated card. */
    Simulated,

    /** A reader behind PC/SC. */
    Pcsc,

    /** The NFC reader of a phone. */
    Nfc,

    /** The secure element of the phone itself. */
    SecureElement,

    /** Anything else. */
    Other,
}

/** Why a card is wanted. */
public enum class TapReason {
    /** The work begins. */
    Start,

    /** The card was lost, and nothing is spent: the work goes on with the same consent. */
    Continue,

    /** The card was lost while it compared the secret: its counter will tell what came of it. No secret is sent. */
    LookAtCounter,

    /** The card was lost after it had accepted the secret, which the user has entered anew. */
    SecretEnteredAgain,
}
