import KazasuFFI

/// Where cards come from: a phone's NFC, a reader, a simulated card.
///
/// One operation uses a channel at a time; ``Kazasu`` sees to that, also when several share the channel.
public protocol CardChannel: AnyObject, Sendable {
    /// Waits until a card is at the reader. Called again after a lost card it gives a new link, and the old one is dead.
    func awaitCard(_ reason: TapReason) async throws(ChannelError) -> any CardLink
}

/// The connection to one card for one tap.
public protocol CardLink: Sendable {
    var properties: LinkProperties { get }

    /// Sends a command APDU as it is and returns the answer, data and status word, as it came. `ChannelError.cardLost`
    /// unless it is certain that no byte of the command reached the card: then it is `.commandRefused`.
    func transceive(_ command: [UInt8]) async throws(ChannelError) -> [UInt8]

    /// Ends the tap and takes the power from the card. Called once, lost card or not, unless another `awaitCard` came
    /// first.
    func close(_ ending: TapEnding) async
}

/// What the core needs to know of a link.
public struct LinkProperties: Sendable, Equatable {
    /// Longest command in bytes that can be sent.
    public var maxCommandLength: Int
    /// Whether commands and answers of extended length (ISO 7816-4 §5.2) may be tried.
    public var extendedLength: Bool
    /// Whether the system has selected the JPKI application already.
    public var applicationSelected: Bool

    /// For the estimate of how long a tap takes, and for traces.
    public var kind: LinkKind

    public init(
        maxCommandLength: Int = 65_544, extendedLength: Bool = true, applicationSelected: Bool = false,
        kind: LinkKind = .other
    ) {
        self.maxCommandLength = maxCommandLength
        self.extendedLength = extendedLength
        self.applicationSelected = applicationSelected
        self.kind = kind
    }
}

/// Why a card is wanted: data for what the user is told.
public enum TapReason: Sendable, Equatable {
    /// The first tap of an operation.
    case start
    /// The card was lost and nothing is spent.
    case `continue`
    /// The card was lost during VERIFY: this tap only reads the counter.
    case lookAtCounter
    /// The card was lost after the secret was accepted; it was entered once more.
    case secretEnteredAgain
}

/// How a tap ended: data for what the user is told.
public enum TapEnding: Sendable, Equatable {
    case completed
    case failed
    case cancelled
}

/// What a link runs over.
public typealias LinkKind = KazasuFFI.ChannelKind
