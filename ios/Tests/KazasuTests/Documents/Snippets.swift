#if os(Linux)
    import Foundation
    import Kazasu
    import KazasuTesting
    import Testing

    // What the documents show, so that it compiles; tests run what can be run. `DocumentTests` compares.

    private let application = Data("an application with the bank's nonce".utf8)
    private let document = application
    private let bank = Bank()

    private struct Unexpected: Error {}

    private struct Bank: Sendable {
        func submit(_ signed: Signed) async {}
    }

    private func show(_ something: Any) {}
    private func goBack() {}

    private func gettingStarted(_ field: String) async throws {
        let jpki = Kazasu(NfcChannel())
        var typed = Array(field.utf8)
        let password = try SigningPassword(upperCasing: &typed)
        switch try await jpki.openAccount(application, password) {
        case .done(let signed, _): await bank.submit(signed)
        case let other: show(other)
        }
    }

    private func showing(_ jpki: Kazasu) async {
        let events = jpki.progress
        let display = Task {
            for await event in events {
                switch event {
                case .awaitingCard: show("カードをかざしてください")
                case .working(_, _, let left): show("あと\(left.exchanges)回のやりとり")
                case .cardFree: show("カードを離してください")
                }
            }
        }
        display.cancel()
    }

    private func next(_ outcome: Outcome<Signed>) async -> String {
        switch outcome {
        case .done(let signed, _):
            await bank.submit(signed)
            return "受け付けました"
        case .wrongSecret(let wrong): return "パスワードが違います。残り\(wrong.remaining.map(String.init) ?? "不明")"
        case .needConsent: return "次に間違えるとロックされます。続けますか"
        case .blocked(let blocked): return blocked.message.japanese
        case .needTap(let tap): return tap.reason == .nothingSpent ? "もう一度かざしてください" : "回数を確かめます。もう一度かざしてください"
        case .needSecret: return "もう一度入力してください。回数は減っていません"
        case .notDone(let problem): return problem.message.japanese
        }
    }

    private func sixLines(_ password: SigningPassword) async throws {
        let bank = SynchronousBank()
        let jpki = Kazasu(NfcChannel())  // SimulatedCard("ichiro") in tests
        switch try await jpki.openAccount(document, password) {
        case .done(let signed, _): bank.submit(signed)
        case .wrongSecret(let wrong): ask(wrong.remaining)
        case .needConsent(let need): askWhetherToRiskIt(need.remaining)
        case .blocked(let blocked): show(blocked.whoCanUnblock)
        case .needTap(let tap): show(tap.reason)  // tap.resume(); nothing is spent
        case .needSecret(let need): askAgain(need)  // need.resume(password)
        case .notDone(let problem): show(problem.message.japanese)
        }
    }

    private struct SynchronousBank {
        func submit(_ signed: Signed) {}
    }

    private func ask(_ remaining: Int?) {}
    private func askWhetherToRiskIt(_ remaining: Int?) {}
    private func askAgain(_ need: NeedSecret<Signed>) {}

    private func channels(_ jpki: Kazasu, _ password: SigningPassword) async -> Outcome<Signed>? {
        let channel = NfcChannel(
            texts: SheetTexts { alert in
                alert == .done ? "ありがとうございました" : SheetTexts.japanese[alert]
            })
        let reader = ReaderChannel(reader: "SCR3310")
        show((channel, reader))

        var outcome: Outcome<Signed>?
        do {
            outcome = try await jpki.openAccount(application, password)
        } catch KazasuError.channel(.cancelledByUser) {
            goBack()
        } catch {
            show(error.message.japanese)
        }
        return outcome
    }

    private func exchange(_ command: [UInt8]) async -> [UInt8]? { nil }
    private func powerDown() async {}

    private final class Pipe: CardChannel {
        func awaitCard(_ reason: TapReason) async throws(ChannelError) -> any CardLink { PipeLink() }
    }

    private struct PipeLink: CardLink {
        let properties = LinkProperties(maxCommandLength: 261, extendedLength: false)

        func transceive(_ command: [UInt8]) async throws(ChannelError) -> [UInt8] {
            guard let answer = await exchange(command) else { throw .cardLost }
            return answer
        }

        func close(_ ending: TapEnding) async { await powerDown() }
    }

    private func secrets(_ typedInto: String) throws -> AuthenticationPin {
        var field = typedInto
        var typed = Array(field.utf8)
        field = ""
        let pin = try AuthenticationPin(&typed)
        return pin
    }

    struct SnippetTests {
        @Test func theCustomerSigns() async throws {
            let card = try SimulatedCard("ichiro")
            let outcome = try await Kazasu(card).openAccount(application, card.password())
            guard case .done(let signed, _) = outcome else { throw Unexpected() }
            #expect(signed.certificate.der == card.signingCertificate)
            #expect(card.triesLeft(.signingPassword) == 5)
        }

        @Test func theCardIsHeldAgain() async throws {
            let card = try FlakyCard(loseAt: 1)
            guard case .needTap(let tap) = try await Kazasu(card).openAccount(application, card.password()) else {
                throw Unexpected()
            }
            guard case .done = try await tap.resume() else { throw Unexpected() }
            #expect(card.verifyCount == 1)
        }

        @Test func theLastTryIsAskedFor() async throws {
            let card = try SimulatedCard("last-try")
            let jpki = Kazasu(card)
            func userIsCertain() async -> Bool { true }
            func askAgain() throws -> SigningPassword { try card.password() }

            var outcome = try await jpki.openAccount(application, card.password())
            #expect(await next(outcome) == "次に間違えるとロックされます。続けますか")
            if case .needConsent = outcome, await userIsCertain() {
                outcome = try await jpki.openAccount(application, try askAgain(), consent: .givenByUser())
            }
            #expect(await next(outcome) == "受け付けました")
        }

        @Test func aChannelOfOnesOwnThatAlwaysLosesItsCard() async throws {
            let jpki = Kazasu(Pipe())
            guard case .needTap = try await jpki.remainingTries() else { throw Unexpected() }
            #expect(try secrets("1234").kind == .authenticationPin)
        }
    }
#endif
