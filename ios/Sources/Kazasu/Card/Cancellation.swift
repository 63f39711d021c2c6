/// Whether the caller's task was cancelled. Only the wait for a card ends by it at once.
final class Cancellation: Sendable {
    private struct State {
        var isCancelled = false
        var waiting: Task<Result<any CardLink, ChannelError>, Never>?
    }

    private let state = Protected(State())

    var isCancelled: Bool { state.with { $0.isCancelled } }

    func cancel() {
        let waiting = state.with { state in
            state.isCancelled = true
            return state.waiting
        }
        waiting?.cancel()
    }

    func awaitCard(_ channel: any CardChannel, _ reason: TapReason) async -> Result<any CardLink, ChannelError> {
        if isCancelled { return .failure(.cancelled) }
        let task = Task { () -> Result<any CardLink, ChannelError> in
            do throws(ChannelError) {
                return .success(try await channel.awaitCard(reason))
            } catch {
                return .failure(error)
            }
        }
        let isCancelled = state.with { state in
            state.waiting = task
            return state.isCancelled
        }
        if isCancelled { task.cancel() }
        let result = await task.value
        state.with { $0.waiting = nil }
        return result
    }
}
