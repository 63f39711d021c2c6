/// The life cycle of the system's NFC sheet: events in, effects out.
///
/// The system allows one session at a time and says late when it is over, so the next one waits for that word. It is
/// invalidated once only. After a lost card the same sheet goes on polling.
struct ReaderSheet: Equatable {
    private(set) var state = State.closed

    enum State: Equatable {
        case closed
        /// Begun; the system has not shown it yet.
        case opening(TapReason)
        case polling
        case connecting
        /// A card is connected, or was and is lost.
        case connected
        /// Invalidated by us; the system has not confirmed. Then the next one opens, if wanted.
        case ending(next: TapReason?)
    }

    enum Event: Equatable {
        case wanted(TapReason)
        case active
        /// For each tag whether it speaks ISO 7816.
        case detected([Bool])
        case connected
        case connectFailed
        /// Nobody waits for a card any more.
        case withdrawn
        case closed(TapEnding)
        case invalidated(ChannelError)
    }

    enum Effect: Equatable {
        case begin(TapReason)
        case show(SheetAlert)
        case connect(Int)
        case restartPolling
        case invalidate(TapEnding)
        case deliverCard
        case fail(ChannelError)
    }

    mutating func handle(_ event: Event) -> [Effect] {
        switch (state, event) {
        case (.closed, .wanted(let reason)):
            state = .opening(reason)
            return [.begin(reason)]
        case (.ending(nil), .wanted(let reason)):
            state = .ending(next: reason)
            return []
        case (.connected, .wanted(let reason)):
            state = .polling
            return [.show(.tap(reason)), .restartPolling]

        case (.opening, .active):
            state = .polling
            return []

        // The system may report tags before it says that it is active.
        case (.opening, .detected(let tags)), (.polling, .detected(let tags)):
            guard tags.count == 1 else {
                state = .polling
                return [.show(.severalTags), .restartPolling]
            }
            guard tags[0] else {
                state = .polling
                return [.show(.otherTag), .restartPolling]
            }
            state = .connecting
            return [.connect(0)]

        case (.connecting, .connected):
            state = .connected
            return [.show(.reading), .deliverCard]
        case (.connecting, .connectFailed):
            state = .polling
            return [.show(.tap(.continue)), .restartPolling]

        case (.opening, .withdrawn), (.polling, .withdrawn), (.connecting, .withdrawn):
            state = .ending(next: nil)
            return [.invalidate(.cancelled)]
        case (.ending, .withdrawn):
            state = .ending(next: nil)
            return []

        case (.connected, .closed(let ending)):
            state = .ending(next: nil)
            return [.invalidate(ending)]

        case (.ending(let next?), .invalidated):
            state = .opening(next)
            return [.begin(next)]
        case (.opening, .invalidated(let error)), (.polling, .invalidated(let error)),
            (.connecting, .invalidated(let error)):
            state = .closed
            return [.fail(error)]
        case (_, .invalidated):
            state = .closed
            return []

        // Late words of a session that is ending or of a link that is dead; and a second wait, which the channel refuses.
        case (_, .active), (_, .detected), (_, .connected), (_, .connectFailed), (_, .withdrawn), (_, .closed),
            (_, .wanted):
            return []
        }
    }
}
