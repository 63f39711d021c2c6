#if canImport(CoreNFC) && !os(macOS)
    @preconcurrency import CoreNFC
    import Foundation

    /// The NFC reader of an iPhone.
    ///
    /// One sheet serves for all taps of an operation; it closes when the operation ends. Info.plist must list the JPKI
    /// application first (`D392F000260100000001`) and the entitlement must name the format `TAG`; without them the system
    /// refuses, and the error is `unavailable(.notPermitted)`.
    public final class NfcChannel: NSObject, CardChannel, @unchecked Sendable {
        // Everything that varies is touched on `queue` alone, where Core NFC calls back as well.
        private let queue = DispatchQueue(label: "app.kazasu.nfc")
        private let texts: SheetTexts
        private let pollingPause: DispatchTimeInterval
        private var sheet = ReaderSheet()
        private var session: NFCTagReaderSession?
        private var tag: NFCTag?
        private var wait: Wait?
        private var lastEnd = ChannelError.terminated
        /// Counts the links, so that a dead one does nothing.
        private var link = 0

        public convenience init(texts: SheetTexts = .japanese) {
            self.init(texts: texts, pollingPause: .milliseconds(500))
        }

        /// `pollingPause`: after a tag that is of no use, before looking for the next; Apple's examples have half a second.
        init(texts: SheetTexts, pollingPause: DispatchTimeInterval) {
            self.texts = texts
            self.pollingPause = pollingPause
        }

        public func awaitCard(_ reason: TapReason) async throws(ChannelError) -> any CardLink {
            let wait = Wait()
            let result = await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    queue.async { self.begin(wait, reason, continuation) }
                }
            } onCancel: {
                queue.async { self.withdraw(wait) }
            }
            return try result.get()
        }

        private func begin(_ wait: Wait, _ reason: TapReason, _ continuation: Wait.Continuation) {
            guard !wait.isWithdrawn else { return continuation.resume(returning: .failure(.cancelled)) }
            guard self.wait == nil else { return continuation.resume(returning: .failure(.inUse)) }
            wait.continuation = continuation
            self.wait = wait
            handle(.wanted(reason))
        }

        private func withdraw(_ wait: Wait) {
            wait.isWithdrawn = true
            guard self.wait === wait else { return }
            answer(.failure(.cancelled))
            handle(.withdrawn)
        }

        private func answer(_ result: Result<NfcLink, ChannelError>) {
            wait?.continuation?.resume(returning: result)
            wait = nil
        }

        private func handle(_ event: ReaderSheet.Event) {
            for effect in sheet.handle(event) { carryOut(effect) }
        }

        private func carryOut(_ effect: ReaderSheet.Effect) {
            switch effect {
            case .begin(let reason):
                let made = NFCTagReaderSession(pollingOption: .iso14443, delegate: self, queue: queue)
                guard let made, NFCTagReaderSession.readingAvailable else {
                    return handle(.invalidated(.unavailable(.notSupported)))
                }
                session = made
                made.alertMessage = texts[.tap(reason)]
                made.begin()
            case .show(let alert):
                session?.alertMessage = texts[alert]
            case .connect(let index):
                guard let session, let tag, index == 0 else { return handle(.connectFailed) }
                session.connect(to: tag) { error in
                    self.queue.async { self.handle(error == nil ? .connected : .connectFailed) }
                }
            case .restartPolling:
                tag = nil
                link += 1
                let number = link
                queue.asyncAfter(deadline: .now() + pollingPause) {
                    guard number == self.link, self.sheet.state == .polling else { return }
                    self.session?.restartPolling()
                }
            case .invalidate(let ending):
                link += 1
                tag = nil
                switch ending {
                case .completed:
                    session?.alertMessage = texts[.done]
                    session?.invalidate()
                case .failed: session?.invalidate(errorMessage: texts[.failed])
                case .cancelled: session?.invalidate()
                }
            case .deliverCard:
                guard case .iso7816(let card)? = tag else { return answer(.failure(.cardLost)) }
                link += 1
                answer(.success(NfcLink(channel: self, number: link, selected: card.initialSelectedAID)))
            case .fail(let error):
                answer(.failure(error))
            }
        }

        /// One call of `awaitCard`.
        private final class Wait: @unchecked Sendable {
            typealias Continuation = CheckedContinuation<Result<NfcLink, ChannelError>, Never>
            var continuation: Continuation?
            var isWithdrawn = false
        }
    }

    extension NfcChannel: NFCTagReaderSessionDelegate {
        public func tagReaderSessionDidBecomeActive(_ session: NFCTagReaderSession) {
            guard session === self.session else { return }
            handle(.active)
        }

        public func tagReaderSession(_ session: NFCTagReaderSession, didDetect tags: [NFCTag]) {
            guard session === self.session else { return }
            tag = tags.first
            handle(.detected(tags.map { if case .iso7816 = $0 { true } else { false } }))
        }

        public func tagReaderSession(_ session: NFCTagReaderSession, didInvalidateWithError error: any Error) {
            guard session === self.session else { return }
            self.session = nil
            tag = nil
            link += 1
            lastEnd = ChannelError(endOfSession: error)
            handle(.invalidated(lastEnd))
        }
    }

    extension NfcChannel {
        func transceive(_ command: [UInt8], on number: Int) async throws(ChannelError) -> [UInt8] {
            let result: Result<[UInt8], ChannelError> = await withCheckedContinuation { continuation in
                queue.async { self.send(command, on: number) { continuation.resume(returning: $0) } }
            }
            return try result.get()
        }

        private func send(
            _ command: [UInt8], on number: Int,
            _ answer: @escaping @Sendable (Result<[UInt8], ChannelError>) -> Void
        ) {
            guard number == link, case .iso7816(let card)? = tag else {
                return answer(.failure(session == nil ? lastEnd : .cardLost))
            }
            guard let apdu = NFCISO7816APDU(data: Data(command)) else {
                return answer(.failure(.commandRefused))
            }
            card.sendCommand(apdu: apdu) { data, sw1, sw2, error in
                guard let error else { return answer(.success(data + [sw1, sw2])) }
                self.queue.async {
                    let reason = ChannelError(command: error)
                    answer(.failure(reason == .terminated && self.session == nil ? self.lastEnd : reason))
                }
            }
        }

        func close(_ ending: TapEnding, on number: Int) async {
            await withCheckedContinuation { continuation in
                queue.async {
                    if number == self.link { self.handle(.closed(ending)) }
                    continuation.resume()
                }
            }
        }
    }

    /// The card at the reader, until it is lost or the sheet closes.
    struct NfcLink: CardLink {
        let channel: NfcChannel
        let number: Int
        let properties: LinkProperties

        /// `selected`: the AID that the system has selected, as hexadecimal digits.
        init(channel: NfcChannel, number: Int, selected: String) {
            self.channel = channel
            self.number = number
            properties = LinkProperties(
                applicationSelected: selected.uppercased() == "D392F000260100000001", kind: .nfc
            )
        }

        func transceive(_ command: [UInt8]) async throws(ChannelError) -> [UInt8] {
            try await channel.transceive(command, on: number)
        }

        func close(_ ending: TapEnding) async {
            await channel.close(ending, on: number)
        }
    }

    extension ChannelError {
        /// Why the system ended a session.
        init(endOfSession error: any Error) {
            self =
                switch (error as? NFCReaderError)?.code {
                case .readerSessionInvalidationErrorUserCanceled: .cancelledByUser
                case .readerSessionInvalidationErrorSessionTimeout: .timedOut
                case .readerSessionInvalidationErrorSystemIsBusy: .systemBusy
                case .readerErrorUnsupportedFeature: .unavailable(.notSupported)
                case .readerErrorRadioDisabled: .unavailable(.switchedOff)
                case .readerErrorSecurityViolation: .unavailable(.notPermitted)
                default: .terminated
                }
        }

        /// Why a command has no answer. Only what the system refuses to send is certain not to have reached the card.
        init(command error: any Error) {
            self =
                switch (error as? NFCReaderError)?.code {
                case .readerErrorInvalidParameter, .readerErrorInvalidParameterLength, .readerErrorParameterOutOfBound,
                    .readerTransceiveErrorPacketTooLong:
                    .commandRefused
                case .readerTransceiveErrorSessionInvalidated: .terminated
                default: .cardLost
                }
        }
    }
#endif
