import Foundation
import Kazasu

/// What the account opening screen shows next.
public enum Screen: Sendable, Equatable {
    case thanks
    case askPassword(remaining: Int?)
    case askLastTry(remaining: Int?)
    case blocked(String)
    case tapAgain
    case problem(String)
}

/// Where the application goes.
public protocol Bank: Sendable {
    func submit(_ signed: Signed) async
}

/// One attempt to open an account.
public func openAccount(
    _ document: Data, _ password: SigningPassword, with jpki: Kazasu, at bank: some Bank
) async throws(KazasuError) -> Screen {
    switch try await jpki.openAccount(document, password) {
    case .done(let signed, _):
        await bank.submit(signed)
        return .thanks
    case .wrongSecret(let wrong): return .askPassword(remaining: wrong.remaining)
    case .needConsent(let need): return .askLastTry(remaining: need.remaining)
    case .blocked(let blocked): return .blocked(blocked.message.japanese)
    case .needTap, .needSecret: return .tapAgain
    case .notDone(let notDone): return .problem(notDone.message.japanese)
    }
}
