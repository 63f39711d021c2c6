/// Waits until something holds; ten seconds at most.
func until(_ holds: () async throws -> Bool) async throws {
    for _ in 0..<2000 {
        if try await holds() { return }
        try await Task.sleep(nanoseconds: 5_000_000)
    }
    throw Late()
}

struct Late: Error {}
