/// Why a call has no ``Outcome``. What card and user can cause is an outcome; this is the rest.
public enum KazasuError: Error, Sendable, Equatable {
    /// No card could come. Nothing is spent.
    case channel(ChannelError)
    /// The task was cancelled. Another application was selected and the session with the card ended first.
    case cancelled(Cancelled)
    /// Another call is under way on the same channel. Nothing was sent.
    case busy
    /// The secret was used before or has been wiped: each entry by the user is one consent.
    case secretGone(SecretKind)
    /// The consent to the last try was used before: each attempt takes one of its own.
    case consentUsed
    /// The work that a ``NeedTap`` or ``NeedSecret`` stands for went on or was given up before. Nothing was sent.
    case sessionOver
    /// An argument cannot be right; says which. Nothing was sent.
    case argument(String)
    /// A defect of the SDK. The card was closed.
    case defect(String)

    /// What is known when a task was cancelled.
    public struct Cancelled: Sendable, Equatable {
        /// `interrupted`, or that of what happened before, such as `wrong_secret` or `verify_outcome_unknown`.
        public let code: String
        /// Whether what was asked for was done all the same: the cancellation came too late.
        public let isDone: Bool
        public let trySpent: TrySpent
        public let tries: TriesReport
    }

    /// Its code in the error catalogue.
    public var code: String {
        switch self {
        case .channel(let error): error.code
        case .cancelled(let cancelled): cancelled.code
        case .busy, .secretGone, .consentUsed, .sessionOver, .argument: "misuse"
        case .defect: "bug"
        }
    }

    public var message: UserMessage { UserMessage(code: code) }
}

extension ChannelError {
    /// Its code in the error catalogue.
    public var code: String {
        switch self {
        case .cardLost: "card_lost"
        case .commandRefused: "channel_refused"
        case .cancelledByUser, .cancelled: "interrupted"
        case .timedOut: "nfc_timeout"
        case .systemBusy: "nfc_busy"
        case .terminated: "channel_failed"
        case .inUse: "misuse"
        case .severalCards: "several_cards"
        case .unavailable(.notSupported): "nfc_missing"
        case .unavailable(.noReader): "no_reader"
        case .unavailable(.switchedOff): "nfc_off"
        case .unavailable(.notPermitted): "nfc_not_permitted"
        }
    }
}
