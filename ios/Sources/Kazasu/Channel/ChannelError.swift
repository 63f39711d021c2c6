/// Why there is no card or no answer.
public enum ChannelError: Error, Sendable, Equatable {
    /// The card left the field, or the channel failed; the command may have reached the card.
    case cardLost
    /// The channel did not send the command. No byte of it reached the card.
    case commandRefused
    /// The user closed the system's sheet.
    case cancelledByUser
    /// No card came in the time that the system allows (60 s on an iPhone), or the tap took longer.
    case timedOut
    /// The system's reader is in use: try again in a moment.
    case systemBusy
    /// The device cannot read cards.
    case unavailable(Unavailable)
    /// The system ended the session, for instance because the app went to the background.
    case terminated
    /// The task that waited for a card was cancelled.
    case cancelled
    /// Another operation waits for a card on this channel.
    case inUse
    /// Several readers hold a card, and the channel was not told which one to use.
    case severalCards

    public enum Unavailable: Sendable, Equatable {
        /// No NFC, or no support in this version of the system.
        case notSupported
        /// No reader is connected, or none of the given name.
        case noReader
        /// NFC is switched off.
        case switchedOff
        /// The app lacks an entitlement or an entry in Info.plist.
        case notPermitted
    }
}
