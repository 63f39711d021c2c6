import Kazasu
import KazasuTestingFFI

/// A ``SimulatedCard`` that leaves the field, or does worse, where a test says.
public final class FlakyCard: SimulatedCard, @unchecked Sendable {
    /// Loses the card once, in the first tap.
    ///
    /// `loseAt`: at which exchange, counted from 0. `after`: whether the card has carried out the command, so that only its
    /// answer is lost.
    public init(loseAt: Int, after: Bool = false, persona: String = "ichiro") throws {
        try super.init(persona)
        setFaults([[Fault(at: UInt32(loseAt), kind: after ? .lostAfter : .lostBefore)]])
    }

    /// Does what a seed says in the coming taps; about every other one goes well. The same seed does the same, on every
    /// machine and in every language.
    public init(seed: UInt64, taps: Int = 8, persona: String = "ichiro") throws {
        try super.init(persona)
        setFaults(seededFaults(seed: seed, taps: UInt32(taps)))
    }
}

/// A reader at which one card after another is held; the last one again and again. `nil` never comes.
public actor CardSequence: CardChannel {
    private var cards: [(any CardChannel)?]

    public init(_ cards: (any CardChannel)?...) { self.cards = cards }

    public func awaitCard(_ reason: TapReason) async throws(ChannelError) -> any CardLink {
        let card = cards.count > 1 ? cards.removeFirst() : cards.first ?? nil
        if let card { return try await card.awaitCard(reason) }
        // Until the task is cancelled.
        while !Task.isCancelled { try? await Task.sleep(nanoseconds: 3_600_000_000_000) }
        throw .cancelled
    }
}
