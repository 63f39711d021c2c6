#if os(Linux)
    import CryptoTokenKit
    import Foundation
    import Kazasu
    import KazasuTesting

    /// A test in the part of the system: readers by name, in this order.
    final class PlayedReaders: TKSmartCardSlotManager, @unchecked Sendable {
        private let slots: [PlayedReader]

        private init(_ slots: [PlayedReader]) { self.slots = slots }

        /// From now on the system has these readers and no others.
        static func connect(_ slots: PlayedReader...) { TKSmartCardSlotManager.default = PlayedReaders(slots) }

        override var slotNames: [String] { slots.map(\.name) }
        override func slotNamed(_ name: String) -> TKSmartCardSlot? { slots.first { $0.name == name } }
    }

    /// A reader and what is in it.
    final class PlayedReader: TKSmartCardSlot, @unchecked Sendable {
        /// How the card object behaves beside what the simulated card does.
        struct Behaviour: Sendable {
            /// What comes of each session that is asked for, in order; the last one again and again.
            var sessions: [Session] = [.begins]
            var extendedLengthFails = false
            var longestCommand = 65_544
        }

        enum Session: Sendable {
            case begins
            /// Another program has it.
            case refused
            /// The card is pulled while the session is waited for.
            case pulled
            /// Another program keeps it, until ``PlayedReader/letIn()``.
            case waits
        }

        struct Log: Equatable, Sendable {
            var begun = 0
            var ended = 0
            var notSensitive = 0
            var commands: [[UInt8]] = []
        }

        private let reader: String
        private let card: SimulatedCard?
        private let lock = NSLock()
        private var behaviour: Behaviour
        private var counted = Log()
        private var waiting: (() -> Void)?
        /// Looks at the reader during which it stays empty: the card was pulled.
        private var empty = 0

        init(_ card: SimulatedCard?, _ behaviour: Behaviour = Behaviour(), name: String = "Reader") {
            (self.card, self.behaviour, reader) = (card, behaviour, name)
        }

        var log: Log { lock.withLock { counted } }
        var isAskedForASession: Bool { lock.withLock { waiting != nil } }

        func letIn() {
            let waiting = lock.withLock {
                defer { self.waiting = nil }
                return self.waiting
            }
            waiting?()
        }

        override var name: String { reader }
        override var maxInputLength: Int { lock.withLock { behaviour.longestCommand } }
        override var maxOutputLength: Int { maxInputLength }

        override var state: State {
            guard card != nil else { return .empty }
            return lock.withLock {
                empty -= empty > 0 ? 1 : 0
                return empty > 0 ? .empty : .validCard
            }
        }

        override func makeSmartCard() -> TKSmartCard? { card.map { PlayedSmartCard(reader: self, card: $0) } }

        fileprivate func note(_ body: (inout Log) -> Void) { lock.withLock { body(&counted) } }

        fileprivate func pull() { lock.withLock { empty = 3 } }

        fileprivate var extendedLengthFails: Bool { lock.withLock { behaviour.extendedLengthFails } }

        fileprivate func ask(_ begin: @escaping (Bool) -> Void, pull: () -> Void) {
            let session = lock.withLock {
                behaviour.sessions.count > 1 ? behaviour.sessions.removeFirst() : behaviour.sessions[0]
            }
            switch session {
            case .begins: begin(true)
            case .refused: begin(false)
            case .pulled:
                pull()
                begin(false)
            case .waits: lock.withLock { waiting = { begin(true) } }
            }
        }
    }

    private final class PlayedSmartCard: TKSmartCard, @unchecked Sendable {
        private let reader: PlayedReader
        private let card: SimulatedCard
        private let lock = NSLock()
        private var link: (any CardLink)?
        private var isPulled = false

        init(reader: PlayedReader, card: SimulatedCard) { (self.reader, self.card) = (reader, card) }

        override var isValid: Bool { lock.withLock { !isPulled } }

        override func beginSession(reply: @escaping @Sendable (Bool, (any Error)?) -> Void) {
            if !isSensitive { reader.note { $0.notSensitive += 1 } }
            reader.ask(
                { [self] begins in
                    guard begins else { return reply(false, TKError(.communicationError)) }
                    Task {
                        let link = try? await card.awaitCard(.start)
                        lock.withLock { self.link = link }
                        reader.note { $0.begun += 1 }
                        reply(true, nil)
                    }
                }, pull: pull)
        }

        override func transmit(_ request: Data, reply: @escaping @Sendable (Data?, (any Error)?) -> Void) {
            let command = [UInt8](request)
            reader.note { $0.commands.append(command) }
            if command.count == 7, command[4] == 0, reader.extendedLengthFails {
                return reply(nil, TKError(.communicationError))
            }
            Task {
                guard let link = lock.withLock({ link }), isValid else {
                    return reply(nil, TKError(.tokenNotFound))
                }
                do {
                    reply(Data(try await link.transceive(command)), nil)
                } catch {
                    pull()
                    reply(nil, TKError(.communicationError))
                }
            }
        }

        override func endSession() {
            reader.note { $0.ended += 1 }
            let link = lock.withLock { self.link }
            Task { await link?.close(.completed) }
        }

        private func pull() {
            lock.withLock { isPulled = true }
            reader.pull()
        }
    }
#endif
