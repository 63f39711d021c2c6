import Foundation
import Kazasu
import KazasuTesting
import Testing

/// What a developer can rely on beside the flows.
struct CallTests {
    let document = Data("document".utf8)

    @Test func theSixLines() async throws {
        let card = try SimulatedCard("ichiro")
        let jpki = Kazasu(card)
        guard case .done(let signed, let tries) = try await jpki.openAccount(document, card.password()) else {
            Issue.record("not signed")
            return
        }
        #expect(signed.certificate.der == card.signingCertificate)
        #expect(signed.signature.bytes.count == 256)
        #expect(tries.signing == .remaining(tries: 5))
        #expect(!"\(signed.certificate)".contains("30"))
    }

    @Test func theArrayOfASecretIsOverwritten() throws {
        var typed = [UInt8]("1234".utf8)
        let pin = try AuthenticationPin(&typed)
        #expect(typed == [0, 0, 0, 0])
        #expect(!pin.isGone)
        pin.wipe()
        #expect(pin.isGone)

        for (input, error) in [
            ("12", SecretFormatError.length), ("１２３４", .fullWidth), ("12a4", .character), ("", .length),
        ] {
            var wrong = [UInt8](input.utf8)
            #expect(throws: error) { try AuthenticationPin(&wrong) }
            #expect(wrong.allSatisfy { $0 == 0 })
            #expect(!error.message.japanese.isEmpty)
        }
        var lower = [UInt8]("abc123".utf8)
        #expect(throws: SecretFormatError.lowerCase) { try SigningPassword(&lower) }
        var upper = [UInt8]("abc123".utf8)
        #expect(try !SigningPassword(upperCasing: &upper).isGone)
    }

    @Test func aSecretServesOnce() async throws {
        let card = try SimulatedCard("ichiro")
        let (jpki, pin) = (Kazasu(card), try card.pin())
        _ = try await jpki.authenticate(document, pin)
        await #expect(throws: KazasuError.secretGone(.authenticationPin)) {
            try await jpki.authenticate(document, pin)
        }
        #expect(card.verifyCount == 1)
    }

    @Test func aSecondCallAtOnceIsRefused() async throws {
        let card = try SimulatedCard("ichiro")
        let jpki = Kazasu(card)
        card.beforeExchange { _ in
            await #expect(throws: KazasuError.busy) { try await jpki.remainingTries() }
        }
        _ = try await jpki.cardInfo()
        card.expectLeft("busy", consents: 0)
    }

    @Test func aSecondCallAtOnceOverTheSameChannelIsRefused() async throws {
        let card = try SimulatedCard("ichiro")
        let (one, other) = (Kazasu(card), Kazasu(card))
        let elsewhere = Kazasu(try SimulatedCard("ichiro"))
        let pin = try card.pin()
        card.beforeExchange { _ in
            await #expect(throws: KazasuError.busy) { try await other.authenticate(Data(), pin) }
            if case .done? = try? await elsewhere.remainingTries() { return }
            Issue.record("another channel is not busy")
        }
        _ = try await one.cardInfo()
        card.beforeExchange(nil)
        #expect(!pin.isGone)
        guard case .done = try await other.authenticate(Data(), pin) else {
            Issue.record("still busy")
            return
        }
        card.expectLeft("busy", consents: 1)
    }

    @Test func theLastTryTakesAConsentThatServesOnce() async throws {
        let card = try SimulatedCard("last-try")
        let jpki = Kazasu(card)
        guard case .needConsent(let need) = try await jpki.openAccount(document, card.password()) else {
            Issue.record("went ahead")
            return
        }
        #expect(need.remaining == 1 && card.verifyCount == 0)
        let consent = LastTryConsent.givenByUser()
        guard case .done = try await jpki.openAccount(document, card.password(), consent: consent) else {
            Issue.record("not signed")
            return
        }
        let again = try card.password()
        await #expect(throws: KazasuError.consentUsed) {
            try await jpki.openAccount(document, again, consent: consent)
        }
        #expect(!again.isGone)
    }

    /// The catalogue has a sentence for whatever keeps a card away.
    @Test(arguments: [
        (ChannelError.cardLost, "card_lost"), (.commandRefused, "channel_refused"), (.cancelledByUser, "interrupted"),
        (.cancelled, "interrupted"), (.timedOut, "nfc_timeout"), (.systemBusy, "nfc_busy"),
        (.terminated, "channel_failed"), (.inUse, "misuse"), (.severalCards, "several_cards"),
        (.unavailable(.notSupported), "nfc_missing"), (.unavailable(.noReader), "no_reader"),
        (.unavailable(.switchedOff), "nfc_off"), (.unavailable(.notPermitted), "nfc_not_permitted"),
    ])
    func errorsOfAChannelHaveSentences(error: ChannelError, code: String) {
        let message = KazasuError.channel(error).message
        #expect(message.code == code)
        #expect(!message.japanese.isEmpty && !message.easyJapanese.isEmpty && !message.english.isEmpty)
    }

    @Test func workThatIsOverCannotGoOn() async throws {
        let card = try FlakyCard(loseAt: 1)
        guard case .needTap(let tap) = try await Kazasu(card).openAccount(document, card.password()) else {
            Issue.record("no tap wanted")
            return
        }
        tap.giveUp()
        await #expect(throws: KazasuError.sessionOver) { try await tap.resume() }
    }

    @Test func progressIsDataAndEndsWithTheCardFree() async throws {
        let card = try SimulatedCard("ichiro")
        let jpki = Kazasu(card)
        let progress = jpki.progress
        _ = try await jpki.openAccount(document, card.password())
        var seen: [Kazasu.Progress] = []
        for await event in progress {
            seen.append(event)
            if event == .cardFree { break }
        }
        #expect(seen.first == .awaitingCard(.start))
        #expect(seen.count == card.journal.count + 2)
        var left: [UInt32] = []
        for case .working(_, _, let time) in seen { left.append(time.exchanges) }
        #expect(left.last == 1)
    }

    @Test func aTraceHasNoSecret() async throws {
        let lines = Lines()
        let card = try SimulatedCard("ichiro")
        let jpki = Kazasu(card, options: .init(trace: { lines.add($0) }))
        _ = try await jpki.openAccount(document, card.password())
        let text = lines.text
        #expect(text.hasPrefix("{"))
        #expect(text.split(separator: "\n").count > 5)
        #expect(!text.contains("甲野"))
    }

    @Test func aThousandSessionsCancelledAtRandomLeaveNothingBehind() async throws {
        var random = Seeded(state: 2026)
        let live = Live()
        for number in 0..<1000 {
            let card = try FlakyCard(seed: random.next() % 64, taps: 2)
            let flow = Flow.allCases.randomElement(using: &random) ?? .openAccount
            let at = Int.random(in: 0..<8, using: &random)
            do {
                // A session keeps its options as long as it lives.
                let one = live.one()
                let jpki = Kazasu(card, options: .init(trace: { _ in one.isUsed() }))
                let task = Task { try await flow.run(jpki, Typed(card: card)) }
                card.beforeExchange { if $0 == at { task.cancel() } }
                _ = await task.result
                card.beforeExchange(nil)
            }
            card.expectLeft("session \(number)", consents: 3)
        }
        try await until { live.count == 0 }
        #expect(live.used == 1000)
    }
}

/// Counts sessions.
final class Live: @unchecked Sendable {
    private let lock = NSLock()
    private var counts = (live: 0, used: 0)

    var count: Int { lock.withLock { counts.live } }
    var used: Int { lock.withLock { counts.used } }

    func one() -> One { One(self) }

    /// Lives as long as a session.
    final class One: @unchecked Sendable {
        private let all: Live
        private var wasUsed = false

        init(_ all: Live) {
            self.all = all
            all.lock.withLock { all.counts.live += 1 }
        }

        func isUsed() {
            all.lock.withLock {
                all.counts.used += wasUsed ? 0 : 1
                wasUsed = true
            }
        }

        deinit { all.lock.withLock { all.counts.live -= 1 } }
    }
}

/// Collects text from any thread.
final class Lines: @unchecked Sendable {
    private let lock = NSLock()
    private var collected = ""

    func add(_ text: String) { lock.withLock { collected += text } }
    var text: String { lock.withLock { collected } }
}
