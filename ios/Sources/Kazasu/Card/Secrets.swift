import Foundation
import KazasuFFI

/// One of the two secrets of the JPKI application.
public typealias SecretKind = KazasuFFI.SecretKind

/// A secret as the user typed it: **one consent to one VERIFY**.
///
/// The characters live in the core's memory, which is overwritten when they have been used, by ``wipe()``, and when the
/// object is released. A secret that was used is gone: a second call with it is `KazasuError.secretGone`.
public protocol Secret: Sendable {
    var kind: SecretKind { get }
    /// Whether the characters are gone: used or wiped.
    var isGone: Bool { get }
    /// Overwrites the characters now.
    func wipe()
}

/// 利用者証明用暗証番号: exactly four digits.
public final class AuthenticationPin: Secret {
    let ffi: KazasuFFI.AuthenticationPin

    /// Takes what the user typed, as UTF-8, and **overwrites `input`**, also when it fails.
    public init(_ input: inout [UInt8]) throws(SecretFormatError) {
        ffi = try take(&input) { try KazasuFFI.AuthenticationPin(input: $0) }
    }

    public var kind: SecretKind { .authenticationPin }
    public var isGone: Bool { ffi.isGone() }
    public func wipe() { ffi.wipe() }
}

/// 署名用パスワード: 6 to 16 characters of `A`-`Z` and `0`-`9`, at least one of each.
public final class SigningPassword: Secret {
    let ffi: KazasuFFI.SigningPassword

    /// Takes what the user typed, as UTF-8, and **overwrites `input`**, also when it fails. Lower case is refused, because
    /// the card would count it as wrong; see ``init(upperCasing:)``.
    public init(_ input: inout [UInt8]) throws(SecretFormatError) {
        ffi = try take(&input) { try KazasuFFI.SigningPassword(input: $0) }
    }

    /// The same with `a`-`z` folded to upper case first, for input fields that cannot force upper case.
    public init(upperCasing input: inout [UInt8]) throws(SecretFormatError) {
        ffi = try take(&input) { try KazasuFFI.SigningPassword.fromUpperCased(input: $0) }
    }

    public var kind: SecretKind { .signingPassword }
    public var isGone: Bool { ffi.isGone() }
    public func wipe() { ffi.wipe() }
}

/// An input that cannot be the secret; nothing reaches the card. Says what is wrong, never what was typed.
public enum SecretFormatError: Error, Sendable, Equatable {
    /// Four for the PIN, 6 to 16 for the password.
    case length
    /// A full-width character of a Japanese input method.
    case fullWidth
    case lowerCase
    /// Any other character that the secret cannot have.
    case character
    /// A password needs at least one letter and one digit.
    case composition

    /// Its code in the error catalogue.
    public var code: String {
        switch self {
        case .length: "secret_length"
        case .fullWidth: "secret_full_width"
        case .lowerCase: "secret_lower_case"
        case .character: "secret_character"
        case .composition: "secret_composition"
        }
    }

    public var message: UserMessage { UserMessage(code: code) }

    init(_ error: any Error) {
        self =
            switch error as? SecretError {
            case .Length: .length
            case .FullWidth: .fullWidth
            case .LowerCase: .lowerCase
            case .Composition: .composition
            case .Character, nil: .character
            }
    }
}

/// Hands the bytes over without a copy, and overwrites them.
private func take<Made>(_ input: inout [UInt8], make: (Data) throws -> Made) throws(SecretFormatError) -> Made {
    let made: Result<Made, any Error> = input.withUnsafeMutableBytes { bytes in
        defer { bytes.wipe() }
        guard let start = bytes.baseAddress else { return Result { try make(Data()) } }
        return Result { try make(Data(bytesNoCopy: start, count: bytes.count, deallocator: .none)) }
    }
    switch made {
    case .success(let made): return made
    case .failure(let error): throw SecretFormatError(error)
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Overwrites the memory. The barrier of `withExtendedLifetime` does not exist for raw memory, so the store is made
    /// through a function that the optimiser does not look into.
    func wipe() {
        Self.overwrite(self)
    }

    @inline(never)
    @_optimize(none)
    private static func overwrite(_ bytes: UnsafeMutableRawBufferPointer) {
        for index in bytes.indices { bytes[index] = 0 }
    }
}

extension [UInt8] {
    mutating func wipe() {
        withUnsafeMutableBytes { $0.wipe() }
    }
}
