package app.kazasu

/** What keeps a [CardChannel] or a [CardLink] from working. Holds no byte of any command or answer. */
public sealed class ChannelException(message: String, cause: Throwable? = null) : Exception(message, cause) {
    /** Its code in the error catalogue; see [UserMessage.of]. */
    public abstract val code: String
}

/** The card left the field, or the link failed. Whether the command reached the card is not known. */
public class CardLostException(message: String = "the card was lost", cause: Throwable? = null) :
    ChannelException(message, cause) {
    override val code: String get() = "card_lost"
}

/** The command was not sent, not one byte of it, and the card is still there. */
public class CommandRefusedException(message: String = "the command was not sent", cause: Throwable? = null) :
    ChannelException(message, cause) {
    override val code: String get() = "channel_refused"
}

/** NFC cannot be used. */
public class NfcUnavailableException(
    /** Why not. */
    public val reason: Reason,
    cause: Throwable? = null,
) : ChannelException("NFC: $reason", cause) {
    /** Why NFC cannot be used. */
    public enum class Reason {
        /** The device has none. */
        Missing,

        /** It is switched off in the settings. */
        Off,
    }

    override val code: String get() = "no_reader"
}

/** The platform does not let this app at the card or the secure element: a missing permission or an access rule. */
public class AccessDeniedException(message: String, cause: Throwable? = null) : ChannelException(message, cause) {
    override val code: String get() = "reader_failed"
}

/** The channel does not work for another reason. */
public class ChannelFailedException(message: String, cause: Throwable? = null) : ChannelException(message, cause) {
    override val code: String get() = "reader_failed"
}
