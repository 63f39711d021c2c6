import AccountOpening
import Foundation
import Kazasu
import KazasuTesting
import Testing

/// Without a phone and without a card.
struct AccountOpeningTests {
    let application = Data("an application with the bank's nonce".utf8)

    @Test func theCustomerSigns() async throws {
        let (card, bank) = (try SimulatedCard("ichiro"), TestBank())
        let screen = try await openAccount(application, card.password(), with: Kazasu(card), at: bank)
        #expect(screen == .thanks)
        #expect(await bank.received?.certificate.der == card.signingCertificate)
    }

    @Test func aWrongPasswordIsAskedAgainWithTheTriesLeft() async throws {
        let card = try SimulatedCard("ichiro")
        var typed = [UInt8]("WRONG0000".utf8)
        let wrong = try SigningPassword(&typed)
        let screen = try await openAccount(application, wrong, with: Kazasu(card), at: TestBank())
        #expect(screen == .askPassword(remaining: 4))
    }

    @Test func aCardPulledAwayIsWantedAgain() async throws {
        let card = try FlakyCard(loseAt: 3)
        let screen = try await openAccount(application, card.password(), with: Kazasu(card), at: TestBank())
        #expect(screen == .tapAgain)
        #expect(card.verifyCount <= 1)
    }

    @Test func aBlockedCardSaysWhereToGo() async throws {
        let card = try SimulatedCard("blocked-6983")
        let screen = try await openAccount(application, card.password(), with: Kazasu(card), at: TestBank())
        guard case .blocked(let sentence) = screen else {
            Issue.record("\(screen)")
            return
        }
        #expect(sentence.contains("市区町村"))
    }
}

actor TestBank: Bank {
    private(set) var received: Signed?

    func submit(_ signed: Signed) { received = signed }
}
