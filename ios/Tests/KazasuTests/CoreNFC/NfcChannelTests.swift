#if os(Linux)
    import CoreNFC
    import Dispatch
    import Testing

    @testable import Kazasu

    /// The channel of an iPhone, with a test in the part of iOS. One at a time: there is one system.
    @Suite(.serialized)
    struct NfcChannelTests {
        let channel = NfcChannel(texts: .english, pollingPause: .milliseconds(1))
        let begin = SheetTexts.english[.tap(.start)]

        @Test func aCardIsConnectedAndAnswers() async throws {
            let system = PlayedSystem(finding: [[.iso7816(PlayedTag { .success(Array($0.reversed())) })]])
            let link = try await channel.awaitCard(.start)
            #expect(link.properties.applicationSelected)
            #expect(try await link.transceive([0x00, 0x20, 0x00, 0x9B]) == [0x9B, 0x00, 0x20, 0x00])
            await link.close(.completed)
            #expect(system.log == [.begin(begin), .connect, .invalidate("Done", isError: false)])
        }

        @Test(
            arguments: [
                [0, 0xB0, 0, 0, 0], [0, 0xB0, 0, 0, 4], [0, 0xB0, 0x8A, 0, 0, 0, 0], [0, 0xB0, 0x8A, 0, 0, 0x08, 0],
                [0, 0x20, 0, 0x9B], [0, 0x20, 0, 0x9B, 2, 1, 2], [0x80, 0x2A, 0, 0x80, 2, 1, 2, 0],
            ] as [[UInt8]])
        func everyFormOfCommandReachesTheCardAsItIs(command: [UInt8]) async throws {
            let system = PlayedSystem(finding: [[.iso7816(PlayedTag { .success($0) })]])
            let link = try await channel.awaitCard(.start)
            #expect(try await link.transceive(command) == command)
            await link.close(.completed)
            #expect(system.begun == 1)
        }

        @Test func anotherApplicationSelectedIsSaid() async throws {
            let system = PlayedSystem(finding: [[.iso7816(PlayedTag(selected: "D392F000260100000002"))]])
            let link = try await channel.awaitCard(.start)
            #expect(!link.properties.applicationSelected)
            await link.close(.failed)
            #expect(system.log.last == .invalidate("Not completed", isError: true))
        }

        @Test func severalTagsOtherTagsAndFailedConnectionsGoOnPolling() async throws {
            let card = NFCTag.iso7816(PlayedTag())
            let system = PlayedSystem(
                finding: [[card, card], [.feliCa(PlayedFeliCa())], [card], [card]], connectFailures: 1)
            let link = try await channel.awaitCard(.start)
            let texts = SheetTexts.english
            #expect(
                system.log == [
                    .begin(begin), .restartPolling(texts[.severalTags]), .restartPolling(texts[.otherTag]), .connect,
                    .restartPolling(texts[.tap(.continue)]), .connect,
                ])
            await link.close(.completed)
        }

        @Test func aLostCardIsAwaitedInTheSameSheet() async throws {
            let lost = PlayedTag { _ in .failure(NFCReaderError(.readerTransceiveErrorTagConnectionLost)) }
            let system = PlayedSystem(finding: [[.iso7816(lost)], [.iso7816(PlayedTag())]])
            let dead = try await channel.awaitCard(.start)
            await #expect(throws: ChannelError.cardLost) { try await dead.transceive([0, 0xA4, 4, 0x0C]) }
            let link = try await channel.awaitCard(.lookAtCounter)
            #expect(try await link.transceive([0, 0xA4, 4, 0x0C]) == [0x90, 0])
            await #expect(throws: ChannelError.cardLost) { try await dead.transceive([0, 0xA4, 4, 0x0C]) }
            await dead.close(.failed)
            await link.close(.completed)
            await link.close(.completed)
            let prompt = SheetTexts.english[.tap(.lookAtCounter)]
            #expect(
                system.log == [
                    .begin(begin), .connect, .restartPolling(prompt), .connect, .invalidate("Done", isError: false),
                ])
        }

        @Test(arguments: [
            (NFCReaderError.Code.readerErrorInvalidParameter, ChannelError.commandRefused),
            (.readerErrorInvalidParameterLength, .commandRefused), (.readerErrorParameterOutOfBound, .commandRefused),
            (.readerTransceiveErrorPacketTooLong, .commandRefused), (.readerTransceiveErrorRetryExceeded, .cardLost),
            (.readerTransceiveErrorTagResponseError, .cardLost), (.readerTransceiveErrorTagNotConnected, .cardLost),
            (.readerTransceiveErrorSessionInvalidated, .terminated),
        ])
        func errorsOfACommand(code: NFCReaderError.Code, error: ChannelError) async throws {
            let system = PlayedSystem(finding: [[.iso7816(PlayedTag { _ in .failure(NFCReaderError(code)) })]])
            let link = try await channel.awaitCard(.start)
            await #expect(throws: error) { try await link.transceive([0, 0xB0, 0, 0, 4]) }
            await link.close(.failed)
            #expect(system.begun == 1)
        }

        @Test func whatIsNoCommandIsRefused() async throws {
            let system = PlayedSystem(finding: [[.iso7816(PlayedTag())]])
            let link = try await channel.awaitCard(.start)
            await #expect(throws: ChannelError.commandRefused) { try await link.transceive([0, 0xB0]) }
            await link.close(.failed)
            #expect(system.begun == 1)
        }

        @Test(arguments: [
            (NFCReaderError.Code.readerSessionInvalidationErrorUserCanceled, ChannelError.cancelledByUser),
            (.readerSessionInvalidationErrorSessionTimeout, .timedOut),
            (.readerSessionInvalidationErrorSystemIsBusy, .systemBusy),
            (.readerSessionInvalidationErrorSessionTerminatedUnexpectedly, .terminated),
            (.readerErrorRadioDisabled, .unavailable(.switchedOff)),
            (.readerErrorSecurityViolation, .unavailable(.notPermitted)),
            (.readerErrorUnsupportedFeature, .unavailable(.notSupported)),
        ])
        func endsOfASession(code: NFCReaderError.Code, error: ChannelError) async throws {
            let system = PlayedSystem(finding: [])
            let channel = channel
            let card = Task { try await channel.awaitCard(.start) }
            try await until { system.begun == 1 }
            system.end(code)
            await #expect(throws: error) { try await card.value }

            let again = PlayedSystem(finding: [[.iso7816(PlayedTag())]])
            let link = try await channel.awaitCard(.start)
            again.end(code)
            try await until { await (try? link.transceive([0, 0xB0, 0, 0, 4])) == nil }
            await #expect(throws: error) { try await link.transceive([0, 0xB0, 0, 0, 4]) }
            await link.close(.failed)
            #expect(again.log == [.begin(begin), .connect])
        }

        @Test func theNextSheetWaitsForTheEndOfTheLast() async throws {
            let tag = NFCTag.iso7816(PlayedTag())
            let system = PlayedSystem(finding: [[tag], [tag]], confirmsAtOnce: false)
            let link = try await channel.awaitCard(.start)
            await link.close(.completed)
            async let next = channel.awaitCard(.start)
            try await Task.sleep(for: .milliseconds(50))
            #expect(system.begun == 1)
            system.end(.readerSessionInvalidationErrorUserCanceled)
            await (try next).close(.completed)
            #expect(system.begun == 2)
        }

        @Test func aCancelledTaskClosesTheSheetOnce() async throws {
            let system = PlayedSystem(finding: [])
            let channel = channel
            let waiting = Task { try await channel.awaitCard(.start) }
            try await until { system.begun == 1 }
            waiting.cancel()
            await #expect(throws: ChannelError.cancelled) { try await waiting.value }
            try await until { system.log.count == 2 }
            #expect(system.log.last == .invalidate(begin, isError: false))

            let before = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await channel.awaitCard(.start)
            }
            await #expect(throws: ChannelError.cancelled) { try await before.value }
            #expect(system.begun == 1)
        }

        @Test func aSecondWaitIsRefused() async throws {
            let system = PlayedSystem(finding: [])
            let channel = channel
            let first = Task { try await channel.awaitCard(.start) }
            try await until { system.begun == 1 }
            await #expect(throws: ChannelError.inUse) { try await channel.awaitCard(.start) }
            system.end(.readerSessionInvalidationErrorSessionTimeout)
            await #expect(throws: ChannelError.timedOut) { try await first.value }
        }

        @Test func aDeviceWithoutNfc() async throws {
            let system = PlayedSystem(finding: [])
            NFCReaderSession.readingAvailable = false
            defer { NFCReaderSession.readingAvailable = true }
            await #expect(throws: ChannelError.unavailable(.notSupported)) { try await channel.awaitCard(.start) }
            #expect(system.begun == 0)
        }
    }
#endif
