#if os(Linux)
    import CryptoTokenKit
    import Foundation
    import KazasuTesting
    import Testing

    @testable import Kazasu

    /// The readers of a Mac, with a test in the part of macOS. One at a time: there is one system.
    @Suite(.serialized)
    struct ReaderChannelTests {
        let channel = ReaderChannel(reader: nil, pause: 1_000_000)
        let document = Data("document".utf8)

        @Test(
            arguments: [
                [0, 0xA4, 4, 0x0C], [0, 0xB0, 0, 0, 4], [0, 0xB0, 0x8A, 0, 0, 0, 0], [0, 0x20, 0, 0x9B],
                [0, 0x20, 0, 0x9B, 2, 1, 2], [0x80, 0x2A, 0, 0x80, 2, 1, 2, 0],
            ] as [[UInt8]])
        func everyFormOfCommandReachesTheCardAsItIs(command: [UInt8]) async throws {
            let reader = PlayedReader(try SimulatedCard("ichiro"))
            PlayedReaders.connect(reader)
            let link = try await channel.awaitCard(.start)
            #expect(link.properties == LinkProperties(kind: .pcsc))
            #expect(try await link.transceive(command).count >= 2)
            await link.close(.completed)
            #expect(reader.log == .init(begun: 1, ended: 1, commands: [command]))
        }

        @Test func aSessionEndsOnceAndThenNothingIsSent() async throws {
            let reader = PlayedReader(try SimulatedCard("ichiro"))
            PlayedReaders.connect(reader)
            let link = try await channel.awaitCard(.start)
            await link.close(.failed)
            await link.close(.failed)
            await #expect(throws: ChannelError.cardLost) { try await link.transceive([0, 0xA4, 4, 0x0C]) }
            #expect(reader.log == .init(begun: 1, ended: 1))
        }

        @Test func aCardRemovedAtEachExchangeIsWantedAgain() async throws {
            let whole = try SimulatedCard("ichiro")
            _ = try await Kazasu(whole).openAccount(document, whole.password())
            for at in 0..<whole.journal.count {
                for kind in [FaultKind.lostBefore, .lostAfter] {
                    let card = try SimulatedCard("ichiro")
                    card.setFaults([[Fault(at: UInt32(at), kind: kind)]])
                    let reader = PlayedReader(card)
                    PlayedReaders.connect(reader)
                    let ended = try await Flow.openAccount.run(Kazasu(channel), Typed(card: card))
                    try await until { card.taps.opened == card.taps.closed }
                    card.expectLeft("\(kind) at \(at)", consents: ended.consents)
                    #expect(["completed", "card_lost"].contains(ended.code), "\(kind) at \(at): \(ended.code)")
                    let log = reader.log
                    #expect(log.begun == log.ended && log.begun >= 1, "\(kind) at \(at)")
                    #expect(log.notSensitive == 0)
                }
            }
        }

        @Test func aSessionThatIsRefusedIsNotEnded() async throws {
            let reader = PlayedReader(try SimulatedCard("ichiro"), .init(sessions: [.refused]))
            PlayedReaders.connect(reader)
            await #expect(throws: ChannelError.systemBusy) { try await channel.awaitCard(.start) }
            #expect(reader.log == .init())
        }

        @Test func aCardPulledBeforeTheSessionIsAwaitedAgain() async throws {
            let reader = PlayedReader(try SimulatedCard("ichiro"), .init(sessions: [.pulled, .begins]))
            PlayedReaders.connect(reader)
            await (try channel.awaitCard(.start)).close(.completed)
            #expect(reader.log == .init(begun: 1, ended: 1))
        }

        @Test func withoutEntitlementOrReaderThereIsNoCard() async throws {
            TKSmartCardSlotManager.default = nil
            await #expect(throws: ChannelError.unavailable(.notPermitted)) { try await channel.awaitCard(.start) }
            PlayedReaders.connect()
            await #expect(throws: ChannelError.unavailable(.noReader)) { try await channel.awaitCard(.start) }
            PlayedReaders.connect(PlayedReader(try SimulatedCard("ichiro"), name: "Reader A"))
            let named = ReaderChannel(reader: "B", pause: 1_000_000)
            await #expect(throws: ChannelError.unavailable(.noReader)) { try await named.awaitCard(.start) }
        }

        @Test func theReaderWithTheCardIsUsedUnlessThereAreTwo() async throws {
            let card = try SimulatedCard("ichiro")
            let second = PlayedReader(card, name: "Reader B")
            PlayedReaders.connect(PlayedReader(nil, name: "Reader A"), second)
            await (try channel.awaitCard(.start)).close(.completed)
            #expect(second.log.begun == 1)

            let first = PlayedReader(try SimulatedCard("hanako"), name: "Reader A")
            let other = PlayedReader(card, name: "Reader B")
            PlayedReaders.connect(first, other)
            await #expect(throws: ChannelError.severalCards) { try await channel.awaitCard(.start) }
            #expect(first.log == .init() && other.log == .init())
            let named = ReaderChannel(reader: "B", pause: 1_000_000)
            await (try named.awaitCard(.start)).close(.completed)
            #expect(first.log == .init() && other.log == .init(begun: 1, ended: 1))
        }

        @Test func cancelledWhileACardOrASessionIsAwaited() async throws {
            PlayedReaders.connect(PlayedReader(nil))
            let channel = channel
            let waiting = Task { try await channel.awaitCard(.start) }
            try await Task.sleep(for: .milliseconds(5))
            waiting.cancel()
            await #expect(throws: ChannelError.cancelled) { try await waiting.value }

            let reader = PlayedReader(try SimulatedCard("ichiro"), .init(sessions: [.waits]))
            PlayedReaders.connect(reader)
            let asking = Task { try await channel.awaitCard(.start) }
            try await until { reader.isAskedForASession }
            asking.cancel()
            await #expect(throws: ChannelError.cancelled) { try await asking.value }
            // The system gives it all the same, and has it back at once.
            reader.letIn()
            try await until { reader.log == .init(begun: 1, ended: 1) }
        }

        @Test func aReaderWithoutExtendedLengthIsAskedInTheShortForm() async throws {
            for behaviour in [
                PlayedReader.Behaviour(extendedLengthFails: true), .init(longestCommand: 261), .init(longestCommand: 0),
            ] {
                let card = try SimulatedCard("ichiro")
                let reader = PlayedReader(card, behaviour)
                PlayedReaders.connect(reader)
                let ended = try await Flow.openAccount.run(Kazasu(channel), Typed(card: card))
                #expect(ended.code == "completed")
                let extended = reader.log.commands.filter { $0.count == 7 && $0[4] == 0 }.count
                #expect(extended == (behaviour.extendedLengthFails ? 1 : 0))
                try await until { card.taps.opened == card.taps.closed }
                card.expectLeft("\(behaviour)", consents: 1)
            }
        }
    }
#endif
