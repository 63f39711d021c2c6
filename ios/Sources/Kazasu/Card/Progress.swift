import KazasuFFI

/// What the card is doing.
public typealias Stage = KazasuFFI.Stage

/// What is left of a tap: an estimate by a model of card and link.
public typealias TimeLeft = KazasuFFI.TimeLeft

extension Kazasu {
    /// Where a call stands; data for a display, not a sentence.
    public enum Progress: Sendable, Equatable {
        /// A card is wanted.
        case awaitingCard(TapReason)
        /// The card works on its `exchange`th command of this tap.
        case working(Stage, exchange: Int, left: TimeLeft)
        /// The link is closed: the card may be taken away.
        case cardFree
    }
}

/// Gives every event to every listener. A slow listener loses the oldest, and never delays the card.
final class ProgressFeed: Sendable {
    private let listeners = Protected<[Int: AsyncStream<Kazasu.Progress>.Continuation]>([:])
    private let numbers = Protected(0)

    func listen() -> AsyncStream<Kazasu.Progress> {
        AsyncStream(bufferingPolicy: .bufferingNewest(64)) { continuation in
            let number = numbers.with { next in
                next += 1
                return next
            }
            listeners.with { $0[number] = continuation }
            continuation.onTermination = { [weak self] _ in self?.listeners.with { $0[number] = nil } }
        }
    }

    func send(_ progress: Kazasu.Progress) {
        for listener in listeners.with({ Array($0.values) }) { listener.yield(progress) }
    }

    deinit {
        for listener in listeners.with({ Array($0.values) }) { listener.finish() }
    }
}
