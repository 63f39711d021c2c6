import Foundation
import Kazasu

/// One attempt to open an account, without the screens: what the user does goes in, what to show comes out.
@MainActor
public final class AccountOpening {
    /// What is shown now.
    public private(set) var screen = Screen.application {
        didSet { changed(screen) }
    }
    /// Called with every new screen.
    public var changed: (Screen) -> Void = { _ in }
    /// What the bank wants signed.
    public let document: Data
    /// Where the card stands; for a display.
    public var progress: AsyncStream<Kazasu.Progress> { jpki.progress }

    private let jpki: Kazasu
    private let bank: any Bank
    private var unfinished: Unfinished?

    public init(document: Data, jpki: Kazasu, bank: any Bank) {
        (self.document, self.jpki, self.bank) = (document, jpki, bank)
    }

    /// The user has read the application and wants to sign it.
    public func confirm() { screen = .password(.first) }

    /// The user has typed the password: `typed` is overwritten. `evenIfLastTry`: whether the user has said yes to the
    /// question of `Prompt.lastTry`.
    public func enter(_ typed: inout [UInt8], evenIfLastTry: Bool = false) async {
        guard case .password(let prompt) = screen else { return typed.indices.forEach { typed[$0] = 0 } }
        let password: SigningPassword
        do {
            password = try SigningPassword(upperCasing: &typed)
        } catch {
            screen = .password(.malformed(error.message))
            return
        }
        // The consent belongs to the question that was asked.
        let consent: LastTryConsent? = if case .lastTry = prompt, evenIfLastTry { .givenByUser() } else { nil }
        let (document, jpki) = (document, jpki)
        if case .secret(let need) = unfinished {
            unfinished = nil
            await run { () async throws(KazasuError) in try await need.resume(password, consent: consent) }
        } else {
            await run { () async throws(KazasuError) in
                try await jpki.openAccount(document, password, consent: consent)
            }
        }
    }

    /// The user holds the card there again.
    public func holdAgain() async {
        guard case .tap(let need) = unfinished else { return }
        unfinished = nil
        await run { () async throws(KazasuError) in try await need.resume() }
    }

    /// The user wants no more of it: what waits for a card is wiped.
    public func giveUp() {
        switch unfinished {
        case .tap(let need): need.giveUp()
        case .secret(let need): need.giveUp()
        case nil: break
        }
        unfinished = nil
        screen = .application
    }

    private func run(
        _ work: @Sendable () async throws(KazasuError) -> Outcome<Signed>
    ) async {
        screen = .card
        do {
            screen = await next(try await work())
        } catch {
            switch error {
            case .channel(.cancelledByUser), .channel(.timedOut), .cancelled: screen = .password(.first)
            default: screen = .problem(error.message)
            }
        }
    }

    private func next(_ outcome: Outcome<Signed>) async -> Screen {
        switch outcome {
        case .done(let signed, _):
            await bank.submit(signed)
            return .thanks
        case .wrongSecret(let wrong): return .password(.wrong(remaining: wrong.remaining))
        case .needConsent(let need): return .password(.lastTry(remaining: need.remaining))
        case .blocked(let blocked): return .problem(blocked.message)
        case .needTap(let need):
            unfinished = .tap(need)
            return .holdAgain(need.reason)
        case .needSecret(let need):
            unfinished = .secret(need)
            return .password(.again)
        case .notDone(let notDone): return .problem(notDone.message)
        }
    }

    private enum Unfinished {
        case tap(NeedTap<Signed>)
        case secret(NeedSecret<Signed>)
    }
}

/// Where the application goes.
public protocol Bank: Sendable {
    func submit(_ signed: Signed) async
}
