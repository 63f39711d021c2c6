import Foundation
import KazasuFFI

/// One request over one or more taps: the loop around the card machine.
///
/// A tap runs to its end whatever happens to the caller's task, because what the card does cannot be taken back and what it
/// has opened must be closed. Cancellation is looked at before each command.
final class Session<Value: Sendable>: Sendable {
    typealias Open = @Sendable (LinkProperties) throws -> CardSession

    private let work: Work
    private let value: @Sendable (CardResult, TriesReport) -> Value?
    private let open: Open
    private let machine = Protected<CardSession?>(nil)
    /// What is known while a tap is awaited; nil before the first one, during one and at the end.
    private let awaiting = Protected<Known?>(nil)

    init(_ work: Work, _ value: @escaping @Sendable (CardResult, TriesReport) -> Value?, open: @escaping Open) {
        (self.work, self.value, self.open) = (work, value, open)
    }

    func first() async throws(KazasuError) -> Outcome<Value> {
        try await tap(.start, known: nil) { link in
            let machine = try self.open(link)
            self.machine.set(machine)
            return try machine.start()
        }
    }

    func resume() async throws(KazasuError) -> Outcome<Value> {
        try await again(with: nil) { known throws(KazasuError) in
            try await self.tap(known.tapReason, known: known) { _ in try self.current().resume() }
        }
    }

    func resume(_ secret: any Secret, _ consent: LastTryConsent?) async throws(KazasuError) -> Outcome<Value> {
        if secret.isGone { throw .secretGone(secret.kind) }
        try consent?.requireUnused()
        return try await again(with: secret) { known throws(KazasuError) in
            try await self.tap(.secretEnteredAgain, known: known) { _ in
                try consent?.use()
                let machine = try self.current()
                switch secret {
                case let pin as AuthenticationPin:
                    return try machine.resumeWithPin(pin: pin.ffi, evenIfLastTry: consent != nil)
                case let password as SigningPassword:
                    return try machine.resumeWithPassword(password: password.ffi, evenIfLastTry: consent != nil)
                default:
                    throw KazasuError.argument("a secret of another make")
                }
            }
        }
    }

    /// Ends the wait for a tap and wipes what is kept.
    func giveUp() {
        guard awaiting.exchange(nil) != nil else { return }
        work.pending.set(nil)
        _ = try? machine.value?.abandon()
        trace()
        release()
    }

    private func again(
        with secret: (any Secret)?,
        _ go: @Sendable (Known) async throws(KazasuError) -> Outcome<Value>
    ) async throws(KazasuError) -> Outcome<Value> {
        try work.begin()
        defer { work.end() }
        guard let known = awaiting.exchange(nil) else { throw .sessionOver }
        guard (known == .secretAccepted) == (secret != nil) else {
            awaiting.set(known)
            throw .argument("the secret is wanted after it was accepted, and only then")
        }
        work.pending.set(nil)
        return try await go(known)
    }

    private func tap(
        _ reason: TapReason, known: Known?, _ begin: @escaping @Sendable (LinkProperties) throws -> Step
    ) async throws(KazasuError) -> Outcome<Value> {
        let cancellation = Cancellation()
        // A task of its own, so that cancelling the caller's does not reach the channel in the middle of an exchange.
        let tap = Task { await self.drive(reason, known, cancellation, begin) }
        let end = await withTaskCancellationHandler {
            await tap.value
        } onCancel: {
            cancellation.cancel()
        }
        return try finish(end, known: known, isCancelled: cancellation.isCancelled)
    }

    private func finish(
        _ end: Result<Step, KazasuError>, known: Known?, isCancelled: Bool
    ) throws(KazasuError) -> Outcome<Value> {
        switch end {
        case .success(.done(let outcome)):
            release()
            if isCancelled { throw .cancelled(Self.cancelled(outcome)) }
            return Outcome(outcome, value)
        case .success(.needTap(let known)):
            if isCancelled { throw .cancelled(abandoned()) }
            return wait(known)
        case .success(.transmit):
            release()
            throw .defect("a tap without an end")
        case .failure(.channel(.cancelled)) where isCancelled:
            throw .cancelled(abandoned())
        case .failure(let error):
            // No card came: what was awaited is still awaited.
            if let known, case .channel = error { _ = wait(known) } else { release() }
            throw error
        }
    }

    private func wait(_ known: Known) -> Outcome<Value> {
        awaiting.set(known)
        work.pending.set({ [weak self] in self?.giveUp() })
        return switch known {
        case .nothingSpent: .needTap(NeedTap(reason: .nothingSpent, session: self))
        case .verifyOutcomeUnknown: .needTap(NeedTap(reason: .maySpend, session: self))
        case .secretAccepted: .needSecret(NeedSecret(session: self))
        }
    }

    private func drive(
        _ reason: TapReason, _ known: Known?, _ cancellation: Cancellation,
        _ begin: @Sendable (LinkProperties) throws -> Step
    ) async -> Result<Step, KazasuError> {
        work.progress.send(.awaitingCard(reason))
        let link: any CardLink
        switch await cancellation.awaitCard(work.channel, reason) {
        case .success(let found): link = found
        case .failure(let error): return .failure(.channel(error))
        }
        let end: Result<Step, KazasuError>
        do {
            end = .success(try await exchange(over: link, cancellation, begin(link.properties)))
        } catch {
            end = .failure((error as? KazasuError) ?? .defect("\(error)"))
        }
        trace()
        await link.close(end.tapEnding(isCancelled: cancellation.isCancelled))
        work.progress.send(.cardFree)
        return end
    }

    private func exchange(over link: any CardLink, _ cancellation: Cancellation, _ first: Step) async throws -> Step {
        let machine = try current()
        var step = first
        var exchange = 0
        var isCancelling = false
        while case .transmit(let bytes, let stage, let left) = step {
            if cancellation.isCancelled, !isCancelling {
                isCancelling = true
                step = try machine.cancel()
                continue
            }
            exchange += 1
            work.progress.send(.working(stage, exchange: exchange, left: left))
            trace()
            var command = [UInt8](bytes)
            defer { command.wipe() }
            guard command.count <= link.properties.maxCommandLength else {
                step = try machine.channelRefused()
                continue
            }
            do {
                let answer = try await link.transceive(command)
                step = try machine.handleResponse(answer: Data(answer))
            } catch ChannelError.commandRefused {
                step = try machine.channelRefused()
            } catch is ChannelError {
                step = try machine.cardLost()
            }
        }
        return step
    }

    private func trace() {
        guard let sink = work.options.trace, let lines = machine.value?.takeTrace(), !lines.isEmpty else { return }
        sink(lines)
    }

    private func current() throws(KazasuError) -> CardSession {
        guard let machine = machine.value else { throw .sessionOver }
        return machine
    }

    /// Lets go of the machine, which wipes what it holds.
    private func release() { machine.set(nil) }

    /// Cancelled between two taps, or before the first.
    private func abandoned() -> KazasuError.Cancelled {
        let end = try? machine.value?.cancel()
        trace()
        release()
        guard case .done(let outcome)? = end else {
            let nothing = TriesReport(authentication: .notAsked, signing: .notAsked)
            return .init(code: "interrupted", isDone: false, trySpent: .no, tries: nothing)
        }
        return Self.cancelled(outcome)
    }

    private static func cancelled(_ outcome: KazasuFFI.Outcome) -> KazasuError.Cancelled {
        guard case .failed(let error) = outcome.result else {
            return .init(code: "interrupted", isDone: true, trySpent: .no, tries: outcome.tries)
        }
        return .init(code: error.code(), isDone: false, trySpent: error.trySpent, tries: outcome.tries)
    }
}

extension Known {
    fileprivate var tapReason: TapReason {
        switch self {
        case .nothingSpent: .continue
        case .verifyOutcomeUnknown: .lookAtCounter
        case .secretAccepted: .secretEnteredAgain
        }
    }
}

extension Result<Step, KazasuError> {
    fileprivate func tapEnding(isCancelled: Bool) -> TapEnding {
        if isCancelled { return .cancelled }
        guard case .success(.done(let outcome)) = self else { return .failed }
        if case .failed = outcome.result { return .failed }
        return .completed
    }
}
