import Testing

@testable import Kazasu

/// Any events in any order.
struct ReaderSheetTests {
    @Test(arguments: 1...8)
    func oneSessionAtATimeInvalidatedOnceAndEveryWaitAnsweredOnce(seed: UInt64) {
        var random = Seeded(state: seed)
        var sheet = ReaderSheet()
        var (sessionLives, isInvalidated, waits) = (false, false, false)
        for _ in 0..<20_000 {
            let event = Self.events.randomElement(using: &random) ?? .active
            // What the channel and the system never do.
            if case .wanted = event, waits { continue }
            if case .invalidated = event, !sessionLives { continue }
            if event == .withdrawn, !waits { continue }

            if case .wanted = event { waits = true }
            if case .withdrawn = event { waits = false }
            if case .invalidated = event { sessionLives = false }
            for effect in sheet.handle(event) {
                switch effect {
                case .begin:
                    #expect(!sessionLives, "a second session")
                    (sessionLives, isInvalidated) = (true, false)
                case .invalidate:
                    #expect(sessionLives && !isInvalidated, "invalidated twice")
                    isInvalidated = true
                case .deliverCard, .fail:
                    #expect(waits, "an answer that nobody waits for")
                    waits = false
                case .connect, .restartPolling:
                    #expect(sessionLives && !isInvalidated)
                case .show: break
                }
            }
            if waits { #expect(sessionLives || isInvalidated, "waits for nothing") }
            if !waits && sessionLives && !isInvalidated { #expect(sheet.state == .connected) }
        }
    }

    static let events: [ReaderSheet.Event] = [
        .wanted(.start), .wanted(.continue), .active, .detected([true]), .detected([false]), .detected([true, false]),
        .detected([]), .connected, .connectFailed, .withdrawn, .closed(.completed), .closed(.failed),
        .invalidated(.timedOut), .invalidated(.cancelledByUser),
    ]
}

/// SplitMix64, so that a run can be repeated.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
