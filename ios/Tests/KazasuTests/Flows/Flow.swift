import Foundation
import Kazasu
import KazasuTesting
import Testing

/// Every call of ``Kazasu``, by the name that the scenarios have for it.
typealias Flow = ScenarioFlow

extension Flow {
    static let allCases: [Flow] = [
        .remainingTries, .cardInfo, .readSigningCa, .readAuthenticationCa, .readAuthentication,
        .readAuthenticationWithPin, .readSigning, .authenticate, .authenticateKnown, .openAccount, .signTwo, .signKnown,
        .changePin, .changePassword,
    ]

    var secret: SecretKind? {
        switch self {
        case .remainingTries, .cardInfo, .readSigningCa, .readAuthenticationCa, .readAuthentication: nil
        case .readAuthenticationWithPin, .authenticate, .authenticateKnown, .changePin: .authenticationPin
        case .readSigning, .openAccount, .signTwo, .signKnown, .changePassword: .signingPassword
        }
    }

    /// Calls it with what `typed` has for it, and goes on until it is over.
    func run(_ jpki: Kazasu, _ typed: Typed) async throws -> Ended {
        switch self {
        case .remainingTries: try await end(jpki.remainingTries(), typed)
        case .cardInfo: try await end(jpki.cardInfo(), typed)
        case .readSigningCa: try await end(jpki.readCaCertificate(.signingCa), typed)
        case .readAuthenticationCa: try await end(jpki.readCaCertificate(.authenticationCa), typed)
        case .readAuthentication: try await end(jpki.readAuthenticationCertificate(), typed)
        case .readAuthenticationWithPin:
            try await end(jpki.readAuthenticationCertificate(typed.pin(), consent: typed.consent), typed)
        case .readSigning: try await end(jpki.readCertificate(typed.password(), consent: typed.consent), typed)
        case .authenticate:
            try await end(jpki.authenticate(typed.document, typed.pin(), consent: typed.consent), typed)
        case .authenticateKnown:
            try await end(
                jpki.authenticate(
                    typed.document, typed.pin(), consent: typed.consent,
                    knownCertificate: typed.card.authenticationCertificate), typed)
        case .openAccount:
            try await end(jpki.sign([typed.cms], typed.password(), consent: typed.consent), typed)
        case .signTwo:
            try await end(
                jpki.sign([Document(typed.document), typed.cms], typed.password(), consent: typed.consent), typed)
        case .signKnown:
            try await end(
                jpki.sign(
                    [Document(typed.document)], typed.password(), consent: typed.consent,
                    knownCertificate: typed.card.signingCertificate), typed)
        case .changePin:
            try await end(jpki.changePin(from: typed.pin(), to: typed.newPin(), consent: typed.consent), typed)
        case .changePassword:
            try await end(
                jpki.changePassword(from: typed.password(), to: typed.newPassword(), consent: typed.consent), typed)
        }
    }

    private func end<Value>(_ first: Outcome<Value>, _ typed: Typed) async throws -> Ended {
        var outcome = first
        var consents = secret == nil ? 0 : 1
        for _ in 0..<8 {
            switch outcome {
            case .needTap(let tap):
                if typed.cancels { withUnsafeCurrentTask { $0?.cancel() } }
                guard typed.goesOn else {
                    tap.giveUp()
                    return Ended(code: tap.reason == .nothingSpent ? "card_lost" : "verify_outcome_unknown", consents)
                }
                outcome = try await tap.resume()
            case .needSecret(let need):
                if typed.cancels { withUnsafeCurrentTask { $0?.cancel() } }
                guard typed.goesOn, let right = typed.cancels ? true : typed.newConsentRight, let secret else {
                    need.giveUp()
                    return Ended(code: "card_lost", consents)
                }
                consents += 1
                let again = typed.with(right: right)
                outcome = try await need.resume(
                    secret == .authenticationPin ? again.pin() : again.password(), consent: again.consent)
            case .done: return Ended(code: "completed", consents)
            case .wrongSecret(let wrong): return Ended(code: "wrong_secret", consents, remaining: wrong.remaining)
            case .blocked: return Ended(code: "blocked", consents)
            case .needConsent(let need):
                let code = need.remaining == nil ? "tries_not_reported" : "last_try"
                return Ended(code: code, consents, remaining: need.remaining)
            case .notDone(let notDone): return Ended(code: notDone.code, consents)
            }
        }
        throw NeverEnds()
    }

    struct NeverEnds: Error {}
}

/// What came of a call in the end.
struct Ended: Equatable, Sendable {
    let code: String
    let consents: Int
    let remaining: Int?

    init(code: String, _ consents: Int, remaining: Int? = nil) {
        (self.code, self.consents, self.remaining) = (code, consents, remaining)
    }
}

/// What the user types, and does when the card is lost.
struct Typed: Sendable {
    let card: SimulatedCard
    var isRight = true
    var evenIfLastTry = false
    /// Whether a lost card is held there again.
    var goesOn = true
    /// Whether the user cancels then.
    var cancels = false
    /// The secret where it is wanted once more; nil gives up there.
    var newConsentRight: Bool? = true

    private static let inputs = Scenarios.inputs

    var document: Data { Self.inputs.document }
    var cms: Document { .cms(document, signingTime: Date(timeIntervalSince1970: 1_790_000_000)) }
    var consent: LastTryConsent? { evenIfLastTry ? .givenByUser() : nil }

    func pin() throws -> AuthenticationPin {
        if isRight { return try card.pin() }
        var wrong = [UInt8](Self.inputs.wrongPin)
        return try AuthenticationPin(&wrong)
    }

    func password() throws -> SigningPassword {
        if isRight { return try card.password() }
        var wrong = [UInt8](Self.inputs.wrongPassword)
        return try SigningPassword(&wrong)
    }

    func newPin() throws -> AuthenticationPin {
        var new = [UInt8](Self.inputs.newPin)
        return try AuthenticationPin(&new)
    }

    func newPassword() throws -> SigningPassword {
        var new = [UInt8](Self.inputs.newPassword)
        return try SigningPassword(&new)
    }

    func with(right: Bool) -> Typed {
        var typed = self
        typed.isRight = right
        return typed
    }
}

extension SimulatedCard {
    /// What has to hold after every call: nothing unlocked, every link closed, no VERIFY without a consent.
    func expectLeft(_ about: String, consents: Int) {
        #expect(!isUnlocked(.authenticationPin) && !isUnlocked(.signingPassword), "\(about): still unlocked")
        #expect(taps.opened == taps.closed, "\(about): a link was left open")
        #expect(verifyCount <= consents, "\(about): \(verifyCount) VERIFY for \(consents) consents")
    }
}
