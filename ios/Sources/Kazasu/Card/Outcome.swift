import KazasuFFI

/// What came of a call. Everything that card and user can cause is in here; ``KazasuError`` is for the rest.
public enum Outcome<Value: Sendable>: Sendable {
    /// It was done.
    case done(Value, TriesReport)
    /// The secret was wrong, and one try is spent. Ask again, and say how many tries remain.
    case wrongSecret(WrongSecret)
    /// No tries remain, or the secret was never set.
    case blocked(Blocked)
    /// A wrong secret could block the card, so that nothing was sent. Ask the user; then call again with a secret entered
    /// anew and ``LastTryConsent/givenByUser()``.
    case needConsent(NeedConsent)
    /// The card was lost with the work unfinished; nothing is spent by going on.
    case needTap(NeedTap<Value>)
    /// The card was lost after it had accepted the secret, and has forgotten it. Nothing is spent.
    case needSecret(NeedSecret<Value>)
    /// It was not done. If a secret had been accepted, the card was closed again all the same.
    case notDone(NotDone)

    /// What is known of the remaining tries, as the card itself said last; nil where the work goes on.
    public var tries: TriesReport? {
        switch self {
        case .done(_, let tries): tries
        case .wrongSecret(let wrong): wrong.tries
        case .blocked(let blocked): blocked.tries
        case .needConsent(let need): need.tries
        case .needTap, .needSecret: nil
        case .notDone(let notDone): notDone.tries
        }
    }
}

public struct WrongSecret: Sendable, Equatable {
    public let secret: SecretKind
    /// Tries that remain, 1 or more; nil if the card does not say.
    public let remaining: Int?
    public let tries: TriesReport
}

public struct Blocked: Sendable, Equatable {
    public let secret: SecretKind
    public let tries: TriesReport

    /// Who can unblock it. Nothing else helps.
    public var whoCanUnblock: [WhoActs] { message.whoActs }
    public var message: UserMessage { UserMessage(code: "blocked") }
}

public struct NeedConsent: Sendable, Equatable {
    public let secret: SecretKind
    /// Tries that remain; nil if the card does not say.
    public let remaining: Int?
    public let tries: TriesReport
}

/// Work that waits for a card. Another card is recognised before any secret reaches it.
///
/// Until then the secret may be kept in the core's memory: ``giveUp()`` wipes it, and so does the next call on the same
/// ``Kazasu``.
public struct NeedTap<Value: Sendable>: Sendable {
    public enum Reason: Sendable {
        /// Nothing is spent. The next tap goes on with the same consent.
        case nothingSpent
        /// The card was lost while it compared the secret. The next tap reads the counter and says; it sends no secret.
        case maySpend
    }

    public let reason: Reason
    let session: Session<Value>

    /// Waits for the card and goes on.
    public func resume() async throws(KazasuError) -> Outcome<Value> { try await session.resume() }

    public func giveUp() { session.giveUp() }
}

/// Work that waits for a card and for the secret, entered anew.
public struct NeedSecret<Value: Sendable>: Sendable {
    let session: Session<Value>

    /// Waits for the card and goes on. `secret` is of the kind that the call began with.
    public func resume(_ secret: any Secret, consent: LastTryConsent? = nil) async throws(KazasuError) -> Outcome<Value>
    {
        try await session.resume(secret, consent)
    }

    public func giveUp() { session.giveUp() }
}

public struct NotDone: Sendable, Equatable {
    public let problem: Problem
    /// Its code in the error catalogue.
    public let code: String
    /// For developers: what exactly. No byte of a secret, a name or a certificate.
    public let detail: String
    public let trySpent: TrySpent
    public let tries: TriesReport

    public var message: UserMessage { UserMessage(code: code) }
}

/// Why a call did not do what was asked. Each has a sentence in the error catalogue.
public enum Problem: Sendable, Equatable, CaseIterable {
    /// Another kind of card.
    case notJpki
    /// The certificate is not on the card; children under 15 normally have no signing certificate.
    case notIssued
    /// A phone is presented: it wants the PIN before it gives its authentication certificate.
    case pinNeeded
    /// The card was lost and no try with it. Start again.
    case cardLost
    /// The card was lost while it compared the secret, or gave no clear answer: a try may be spent.
    case verifyOutcomeUnknown
    /// The card was lost while it changed the secret, or did not say clearly what it did: either one may be in force.
    case changeOutcomeUnknown
    /// The card wants the secret again before each signature. Sign one document at a time.
    case secretNeededAgain
    /// Not the card of the tap before.
    case otherCard
    /// The card does not carry the certificate that the caller named.
    case notTheKnownCertificate
    /// The card answered what it must not.
    case unexpectedAnswer
    /// The certificate on the card is incomplete or of no use.
    case certificateUnusable
    /// The card's signature does not fit its certificate.
    case signatureMismatch
    /// The channel cannot carry a command that has no shorter form.
    case channelRefused
    /// A defect of the SDK.
    case defect
}

/// Whether a try was spent.
public enum TrySpent: Sendable, Equatable {
    case no
    /// The secret was wrong.
    case yes
    /// It is not known. Read ``Kazasu/remainingTries()`` before the next entry.
    case maybe
}
