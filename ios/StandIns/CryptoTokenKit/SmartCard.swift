import Foundation

/// The readers of a machine. Here a test derives from it.
open class TKSmartCardSlotManager: NSObject {
    /// Nil for an app without the entitlement `com.apple.security.smartcard`. Settable here alone.
    nonisolated(unsafe) public static var `default`: TKSmartCardSlotManager?

    open var slotNames: [String] { [] }

    /// Nil if the reader is gone.
    open func slotNamed(_ name: String) -> TKSmartCardSlot? { nil }
}

/// A reader.
open class TKSmartCardSlot: NSObject {
    public enum State: Int, Sendable {
        /// The reader is gone.
        case missing = 0
        case empty = 1
        /// A card came and is being looked at.
        case probing = 2
        /// A card that does not answer to reset.
        case muteCard = 3
        case validCard = 4
    }

    open var state: State { .missing }
    open var name: String { "" }
    /// Longest command in bytes that the reader can send.
    open var maxInputLength: Int { 0 }
    /// Longest answer in bytes that the reader can receive.
    open var maxOutputLength: Int { 0 }

    /// Nil if there is no valid card.
    open func makeSmartCard() -> TKSmartCard? { nil }
}

/// The card in a reader.
open class TKSmartCard: NSObject {
    /// False for good once the card has been taken out.
    open var isValid: Bool { false }
    /// Whether sessions begin and end with a reset of the card.
    open var isSensitive = false

    /// Waits until no other card object has a session with the card.
    open func beginSession(reply: @escaping @Sendable (Bool, (any Error)?) -> Void) {
        reply(false, TKError(.communicationError))
    }

    /// A command as it is; the answer with its status word. Only in a session.
    open func transmit(_ request: Data, reply: @escaping @Sendable (Data?, (any Error)?) -> Void) {
        reply(nil, TKError(.communicationError))
    }

    open func endSession() {}
}
