import Foundation

/// A value behind a lock.
final class Protected<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var protected: Value

    init(_ value: Value) { protected = value }

    func with<Result>(_ body: (inout Value) -> Result) -> Result {
        lock.withLock { body(&protected) }
    }
}

extension Protected where Value: Sendable {
    var value: Value { with { $0 } }

    func set(_ new: Value) { with { $0 = new } }

    /// Puts `new` there and returns what was.
    func exchange(_ new: Value) -> Value {
        with { value in
            defer { value = new }
            return value
        }
    }
}
