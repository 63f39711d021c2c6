package app.kazasu

/** What keeps a [CardChannel] or a [CardLink] from working. Holds no byte of any command or answer. */
public sealed class ChannelException(message: String, cause: Throwable? = null) : Exception(message, cause) {
    /** Its code in the error catalogue. */
    public abstract val code: String

    /** What to tell the user, and what to do next. */
    public val userMessage: UserMessage get() = UserMessage.of(code)
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

        /** The app lacks the permission for it. */
        NotPermitted,
    }

    override val code: String
        get() = when (reason) {
            Reason.Missing -> "nfc_missing"
            Reason.Off -> "nfc_off"
            Reason.NotPermitted -> "nfc_not_permitted"
        }
}

/** The certificates in the phone itself cannot be reached; a card still can. */
public class SecureElementUnavailableException(
    /** Why not. */
    public val reason: Reason,
    cause: Throwable? = null,
) : ChannelException("secure element: $reason", cause) {
    /** Why the secure element cannot be used. */
    public enum class Reason {
        /** The phone has none, or the JPKI application is not in it. */
        Missing,

        /** Its access rules do not let this app at the JPKI application. */
        Denied,
    }

    override val code: String
        get() = when (reason) {
            Reason.Missing -> "secure_element_missing"
            Reason.Denied -> "secure_element_denied"
        }
}

/** The channel does not work for another reason. */
public class ChannelFailedException(message: String, cause: Throwable? = null) : ChannelException(message, cause) {
    override val code: String get() = "channel_failed"
}
