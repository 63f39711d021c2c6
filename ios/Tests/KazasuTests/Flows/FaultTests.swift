import Kazasu
import KazasuTesting
import Testing

/// Each flow with each persona, and each flow with a fault at each exchange.
struct FaultTests {
    @Test(arguments: Personas.names)
    func everyFlowWithEveryPersona(persona: String) async throws {
        for flow in Flow.allCases {
            let card = try SimulatedCard(persona)
            let ended = try await flow.run(Kazasu(card), Typed(card: card))
            card.expectLeft("\(persona) \(flow)", consents: ended.consents)
            #expect(ended.code != "bug")
        }
    }

    @Test(arguments: Flow.allCases)
    func aFaultAtEveryExchange(flow: Flow) async throws {
        let whole = try SimulatedCard("ichiro")
        #expect(try await flow.run(Kazasu(whole), Typed(card: whole)).code == "completed")
        for isRight in flow.secret == nil ? [true] : [true, false] {
            for at in 0..<whole.journal.count {
                for kind in Self.kinds {
                    let card = try SimulatedCard("ichiro")
                    card.setFaults([[Fault(at: UInt32(at), kind: kind)]])
                    let ended = try await flow.run(Kazasu(card), Typed(card: card, isRight: isRight))
                    card.expectLeft("\(flow) \(kind) at \(at)", consents: ended.consents)
                    #expect(ended.code != "bug", "\(flow) \(kind) at \(at)")
                }
            }
        }
    }

    @Test(arguments: Flow.allCases)
    func cancelledAtEveryExchange(flow: Flow) async throws {
        let whole = try SimulatedCard("ichiro")
        _ = try await flow.run(Kazasu(whole), Typed(card: whole))
        for at in 0..<whole.journal.count {
            let card = try SimulatedCard("ichiro")
            let task = Task { try await flow.run(Kazasu(card), Typed(card: card)) }
            card.beforeExchange { if $0 == at { task.cancel() } }
            do {
                let ended = try await task.value
                Issue.record("\(flow) at \(at): \(ended)")
            } catch KazasuError.cancelled(let cancelled) {
                #expect(cancelled.trySpent == .no, "\(flow) at \(at)")
            }
            card.expectLeft("\(flow) cancelled at \(at)", consents: 1)
        }
    }

    @Test func seededFaultsCanBeRepeated() async throws {
        for seed in 1...200 as ClosedRange<UInt64> {
            let (one, two) = (try FlakyCard(seed: seed), try FlakyCard(seed: seed))
            let first = try await Flow.openAccount.run(Kazasu(one), Typed(card: one))
            let second = try await Flow.openAccount.run(Kazasu(two), Typed(card: two))
            #expect(first == second)
            #expect(one.journal == two.journal)
            one.expectLeft("seed \(seed)", consents: first.consents)
        }
    }

    static let kinds: [FaultKind] = [
        .lostBefore, .lostAfter, .refusedByTransport, .warmReset, .coldReset, .garbage, .status(statusWord: 0x6F00),
        .status(statusWord: 0x6700), .status(statusWord: 0x6982), .status(statusWord: 0x63C0),
        .status(statusWord: 0x63C2), .status(statusWord: 0x6983), .status(statusWord: 0x6984),
        .status(statusWord: 0x6C10), .status(statusWord: 0x6110), .statusAfter(statusWord: 0x6300),
        .answer(bytes: .init()), .answer(bytes: .init([0x90])), .truncate(len: 1), .shortData(len: 3),
        .append(bytes: .init([0xAA])), .flipBit(at: 77),
    ]
}
