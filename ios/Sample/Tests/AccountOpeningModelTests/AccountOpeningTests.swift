import AccountOpeningModel
import Foundation
import Kazasu
import KazasuTesting
import Testing

/// The whole app but its looks, without phone and card.
@MainActor
struct AccountOpeningTests {
    let bank = TestBank()

    func model(_ card: SimulatedCard) -> AccountOpening {
        let document = Data("an application with the bank's nonce".utf8)
        return AccountOpening(document: document, jpki: Kazasu(card), bank: bank)
    }

    func right(_ card: SimulatedCard) -> [UInt8] { Array("KAZASU2026".utf8) }
    var wrong: [UInt8] { Array("WRONG0000".utf8) }

    @Test func threeScreensToTheEnd() async throws {
        let card = try SimulatedCard("ichiro")
        let model = model(card)
        var seen: [Screen] = []
        model.changed = { seen.append($0) }
        model.confirm()
        var typed = right(card)
        await model.enter(&typed)
        #expect(seen == [.password(.first), .card, .thanks])
        #expect(typed.allSatisfy { $0 == 0 })
        #expect(await bank.received?.certificate.der == card.signingCertificate)
    }

    @Test func aWrongPasswordIsAskedAgainUpToTheLastTry() async throws {
        let card = try SimulatedCard("ichiro")
        let model = model(card)
        model.confirm()
        for remaining in [4, 3, 2, 1] {
            var typed = wrong
            await model.enter(&typed)
            #expect(model.screen == .password(.wrong(remaining: remaining)))
        }
        // The consent counts only once the question has been asked.
        var typed = right(card)
        await model.enter(&typed, evenIfLastTry: true)
        #expect(model.screen == .password(.lastTry(remaining: 1)))
        #expect(card.verifyCount == 4)
        typed = right(card)
        await model.enter(&typed)
        #expect(model.screen == .password(.lastTry(remaining: 1)))
        typed = right(card)
        await model.enter(&typed, evenIfLastTry: true)
        #expect(model.screen == .thanks)
        #expect(card.verifyCount == 5)
    }

    @Test func whatCannotBeAPasswordIsNotSent() async throws {
        let card = try SimulatedCard("ichiro")
        let model = model(card)
        model.confirm()
        var typed = Array("12".utf8)
        await model.enter(&typed)
        guard case .password(.malformed(let message)) = model.screen else {
            Issue.record("\(model.screen)")
            return
        }
        #expect(message.code == "secret_length" && typed == [0, 0])
        #expect(card.taps.opened == 0)
    }

    @Test(arguments: 0..<6, [false, true])
    func aLostCardIsHeldAgain(at exchange: Int, after: Bool) async throws {
        let card = try FlakyCard(loseAt: exchange, after: after)
        let model = model(card)
        model.confirm()
        var typed = right(card)
        await model.enter(&typed)
        for _ in 0..<3 {
            switch model.screen {
            case .holdAgain: await model.holdAgain()
            case .password(.again), .password(.first):
                typed = right(card)
                await model.enter(&typed)
            default: break
            }
        }
        if case .problem(let message) = model.screen {
            #expect(message.code == "card_lost")
        } else {
            #expect(model.screen == .thanks)
        }
        #expect(!card.isUnlocked(.signingPassword) && card.triesLeft(.signingPassword) == 5)
    }

    @Test func givingUpGoesBackToTheStart() async throws {
        let card = try FlakyCard(loseAt: 1)
        let model = model(card)
        model.confirm()
        var typed = right(card)
        await model.enter(&typed)
        #expect(model.screen == .holdAgain(.nothingSpent))
        model.giveUp()
        #expect(model.screen == .application)
        await model.holdAgain()
        #expect(model.screen == .application && card.verifyCount == 0)
    }

    @Test func aBlockedCardAndAnotherCardEndOnTheThirdScreen() async throws {
        for (persona, code) in [("blocked-6983", "blocked"), ("signing-not-issued", "certificate_not_issued")] {
            let card = try SimulatedCard(persona)
            let model = model(card)
            model.confirm()
            var typed = right(card)
            await model.enter(&typed)
            guard case .problem(let message) = model.screen else {
                Issue.record("\(persona): \(model.screen)")
                continue
            }
            #expect(message.code == code)
        }
    }
}

actor TestBank: Bank {
    private(set) var received: Signed?

    func submit(_ signed: Signed) { received = signed }
}
