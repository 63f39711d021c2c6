#if canImport(CryptoTokenKit)
    @preconcurrency import CryptoTokenKit
    import Foundation

    /// The card readers of a Mac, contactless or not.
    ///
    /// The app needs the entitlement `com.apple.security.smartcard`; without it the error is `unavailable(.notPermitted)`.
    /// A card is waited for until the task is cancelled: the system shows no sheet and sets no limit. Each session begins
    /// and ends with a reset of the card, so that nothing stays unlocked for the next program.
    public final class ReaderChannel: CardChannel {
        private let name: String?
        /// Nanoseconds between two looks at the readers.
        private let pause: UInt64

        /// `reader`: the name of a reader, or a part of it. Without one, the reader that has a card: two cards at once are
        /// `ChannelError.severalCards`, because a secret must not go to somebody else's.
        public convenience init(reader: String? = nil) {
            self.init(reader: reader, pause: 200_000_000)
        }

        init(reader: String?, pause: UInt64) {
            (name, self.pause) = (reader, pause)
        }

        public func awaitCard(_ reason: TapReason) async throws(ChannelError) -> any CardLink {
            while true {
                if Task.isCancelled { throw .cancelled }
                if let found = try findCard(), let link = try await begin(found) { return link }
                try? await Task.sleep(nanoseconds: pause)
            }
        }

        /// The card to use; nil while there is none.
        private func findCard() throws(ChannelError) -> Card? {
            guard let manager = TKSmartCardSlotManager.default else { throw .unavailable(.notPermitted) }
            let names = manager.slotNames.filter { name.map($0.contains) ?? true }
            let slots = names.compactMap(manager.slotNamed)
            guard !slots.isEmpty else { throw .unavailable(.noReader) }
            let held = slots.filter { $0.state == .validCard }
            guard held.count < 2 else { throw .severalCards }
            return held.first.flatMap { slot in slot.makeSmartCard().map { Card(slot: slot, card: $0) } }
        }

        /// Waits for a session; nil if the card was taken away meanwhile.
        private func begin(_ found: Card) async throws(ChannelError) -> ReaderLink? {
            found.card.isSensitive = true
            let beginning = Beginning()
            let begun = await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    guard beginning.wait(continuation) else { return }
                    found.card.beginSession { isBegun, _ in
                        // Nobody wants it any more.
                        if !beginning.answer(isBegun), isBegun { found.card.endSession() }
                    }
                }
            } onCancel: {
                beginning.answer(nil)
            }
            switch begun {
            case true?: return ReaderLink(found, pause)
            case false?:
                if found.card.isValid { throw .systemBusy }
                return nil
            case nil: throw .cancelled
            }
        }
    }

    /// Not `Sendable` by itself; used by one call after another.
    private struct Card: @unchecked Sendable {
        let slot: TKSmartCardSlot
        let card: TKSmartCard
    }

    /// One answer to one question, from the system or because the task was cancelled, whichever is first.
    private final class Beginning: Sendable {
        private enum State {
            case new
            case waiting(CheckedContinuation<Bool?, Never>)
            case answered
        }

        private let state = Protected(State.new)

        /// False, and answered, if it was cancelled before.
        func wait(_ continuation: CheckedContinuation<Bool?, Never>) -> Bool {
            let waits = state.with { state in
                guard case .new = state else { return false }
                state = .waiting(continuation)
                return true
            }
            if !waits { continuation.resume(returning: nil) }
            return waits
        }

        /// False if there was an answer before.
        @discardableResult
        func answer(_ begun: Bool?) -> Bool {
            let before = state.with { state in
                defer { state = .answered }
                return state
            }
            guard case .waiting(let continuation) = before else {
                if case .new = before { return true }
                return false
            }
            continuation.resume(returning: begun)
            return true
        }
    }

    /// The card in a reader, for one session.
    private final class ReaderLink: CardLink {
        let properties: LinkProperties
        private let found: Card
        private let pause: UInt64
        private let isOpen = Protected(true)

        init(_ found: Card, _ pause: UInt64) {
            (self.found, self.pause) = (found, pause)
            let (longestCommand, longestAnswer) = (found.slot.maxInputLength, found.slot.maxOutputLength)
            properties = LinkProperties(
                maxCommandLength: max(longestCommand, Self.short),
                extendedLength: longestCommand > Self.short && longestAnswer > 258, kind: .pcsc)
        }

        /// A short command of case 4, ISO 7816-4 §5.1; its longest answer has 258 bytes.
        private static let short = 261

        func transceive(_ command: [UInt8]) async throws(ChannelError) -> [UInt8] {
            guard isOpen.value else { throw .cardLost }
            let answer: Data? = await withCheckedContinuation { continuation in
                found.card.transmit(Data(command)) { answer, _ in continuation.resume(returning: answer) }
            }
            if let answer { return [UInt8](answer) }
            // Drivers that know short commands only fail on extended length, which is used for reading alone: there it does
            // no harm to ask again in the short form.
            let isExtended = command.count == 7 && command[4] == 0
            if isExtended, await isStillThere() { throw .commandRefused }
            throw .cardLost
        }

        /// The reader takes a moment to notice.
        private func isStillThere() async -> Bool {
            for _ in 0..<3 {
                guard found.card.isValid else { return false }
                try? await Task.sleep(nanoseconds: pause)
            }
            return found.card.isValid
        }

        func close(_ ending: TapEnding) async {
            if isOpen.exchange(false) { found.card.endSession() }
        }
    }
#endif
