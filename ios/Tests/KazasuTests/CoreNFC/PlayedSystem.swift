#if os(Linux)
    import CoreNFC
    import Foundation

    /// A test in the part of iOS: what it is asked is in `log`, what it does is up to the test.
    final class PlayedSystem: StandInSystem, @unchecked Sendable {
        enum Call: Equatable {
            case begin(String)
            case connect
            case restartPolling(String)
            case invalidate(String, isError: Bool)
        }

        private let lock = NSLock()
        private var calls: [Call] = []
        private var session: NFCTagReaderSession?
        private var sessions = 0
        /// What is found at each polling, in order; nothing once it is empty.
        private var findings: [[NFCTag]]
        private let connectFailures: Int
        private var connects = 0
        /// Whether invalidation is confirmed at once.
        private let confirmsAtOnce: Bool

        init(finding findings: [[NFCTag]], connectFailures: Int = 0, confirmsAtOnce: Bool = true) {
            self.findings = findings
            self.connectFailures = connectFailures
            self.confirmsAtOnce = confirmsAtOnce
            NFCReaderSession.readingAvailable = true
            NFCTagReaderSession.system = self
        }

        var log: [Call] { lock.withLock { calls } }
        var begun: Int { lock.withLock { sessions } }

        func begin(_ session: NFCTagReaderSession) {
            lock.withLock {
                calls.append(.begin(session.alertMessage))
                self.session = session
                sessions += 1
            }
            session.delegate?.tagReaderSessionDidBecomeActive(session)
            poll(session)
        }

        func connect(_ session: NFCTagReaderSession, to tag: NFCTag, completion: @escaping ((any Error)?) -> Void) {
            let fails = lock.withLock {
                calls.append(.connect)
                connects += 1
                return connects <= connectFailures
            }
            completion(fails ? NFCReaderError(.readerTransceiveErrorTagNotConnected) : nil)
        }

        func restartPolling(_ session: NFCTagReaderSession) {
            lock.withLock { calls.append(.restartPolling(session.alertMessage)) }
            poll(session)
        }

        func invalidate(_ session: NFCTagReaderSession, errorMessage: String?) {
            let message = errorMessage ?? session.alertMessage
            lock.withLock { calls.append(.invalidate(message, isError: errorMessage != nil)) }
            if confirmsAtOnce { end(.readerSessionInvalidationErrorUserCanceled) }
        }

        /// The session is over, for this reason.
        func end(_ code: NFCReaderError.Code) {
            guard let session = lock.withLock({ self.session }), let queue = session.queue else { return }
            nonisolated(unsafe) let ended = session
            queue.async {
                ended.delegate?.tagReaderSession(ended, didInvalidateWithError: NFCReaderError(code))
            }
        }

        private func poll(_ session: NFCTagReaderSession) {
            guard let found = lock.withLock({ findings.isEmpty ? nil : findings.removeFirst() }) else { return }
            session.delegate?.tagReaderSession(session, didDetect: found)
        }
    }

    /// A card that answers what the test says; nil is a lost card.
    final class PlayedTag: NFCISO7816Tag, @unchecked Sendable {
        let initialSelectedAID: String
        private let answer: @Sendable ([UInt8]) -> Result<[UInt8], NFCReaderError>

        init(
            selected: String = "D392F000260100000001",
            answer: @escaping @Sendable ([UInt8]) -> Result<[UInt8], NFCReaderError> = { _ in .success([0x90, 0]) }
        ) {
            initialSelectedAID = selected
            self.answer = answer
        }

        func sendCommand(apdu: NFCISO7816APDU, completionHandler: @escaping (Data, UInt8, UInt8, (any Error)?) -> Void)
        {
            switch answer(apdu.bytes) {
            case .success(let bytes):
                let status = bytes.suffix(2)
                completionHandler(Data(bytes.dropLast(2)), status.first ?? 0, status.last ?? 0, nil)
            case .failure(let error):
                completionHandler(Data(), 0, 0, error)
            }
        }
    }

    final class PlayedFeliCa: NFCFeliCaTag {}

    extension NFCISO7816APDU {
        /// The command as the card gets it.
        var bytes: [UInt8] {
            let header = [instructionClass, instructionCode, p1Parameter, p2Parameter]
            let body = data.map { [UInt8($0.count)] + $0 } ?? []
            let expected = expectedResponseLength
            let le: [UInt8] = expected == -1 ? [] : [UInt8(expected & 0xFF)]
            return header + body + (expected <= 256 ? le : [0, UInt8(expected >> 8 & 0xFF)] + le)
        }
    }
#endif
