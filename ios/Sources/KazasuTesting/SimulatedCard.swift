import Foundation
import Kazasu
import enum KazasuFFI.ChannelKind
import KazasuTestingFFI

/// What happens to an exchange.
public typealias FaultKind = KazasuTestingFFI.FaultKind
/// A fault at one exchange of a tap, counted from 0.
public typealias Fault = KazasuTestingFFI.Fault
/// One command and its answer: header, lengths and status word.
public typealias Exchange = KazasuTestingFFI.Exchange

/// A simulated My Number Card that is held to the reader whenever one is wanted: a channel for tests, without a phone and
/// without a card.
///
/// ```swift
/// let card = try SimulatedCard("ichiro")
/// let outcome = try await Kazasu(card).openAccount(document, card.password())
/// ```
///
/// Counters and changed secrets last as long as the object. Nothing here belongs in a released app.
public class SimulatedCard: CardChannel, @unchecked Sendable {
    private let card: KazasuTestingFFI.SimulatedCard
    private let properties: LinkProperties
    private let lock = NSLock()
    private var hook: (@Sendable (Int) async -> Void)?
    private var counts = Taps()

    /// Links opened, and how many of them have been closed.
    public struct Taps: Sendable, Equatable {
        public var opened = 0
        public var closed = 0
    }

    /// The card of a persona of the deck; see ``Personas/names``.
    public init(_ persona: String, properties: LinkProperties = LinkProperties(kind: .simulated)) throws {
        card = try .named(persona: persona)
        self.properties = properties
    }

    /// The card of a persona in JSON, as `core/sim/personas/schema.json` has it.
    public init(json: String, properties: LinkProperties = LinkProperties(kind: .simulated)) throws {
        card = try .fromJson(json: json)
        self.properties = properties
    }

    /// Sets what happens in the coming taps, the next one first, and forgets what was set before.
    public func setFaults(_ taps: [[Fault]]) { card.setFaults(taps: taps) }

    /// Calls `hook` before each command, with its number in the tap from 0: the place to cancel at.
    public func beforeExchange(_ hook: (@Sendable (Int) async -> Void)?) { lock.withLock { self.hook = hook } }

    public var taps: Taps { lock.withLock { counts } }

    public func awaitCard(_ reason: TapReason) async throws(ChannelError) -> any CardLink {
        card.tap()
        lock.withLock { counts.opened += 1 }
        return Link(card: self)
    }

    /// The right password, as the persona has it, for one use.
    public func password() throws -> SigningPassword {
        var secret = [UInt8](card.secret(secret: .signingPassword))
        return try SigningPassword(&secret)
    }

    /// The right PIN, as the persona has it, for one use.
    public func pin() throws -> AuthenticationPin {
        var secret = [UInt8](card.secret(secret: .authenticationPin))
        return try AuthenticationPin(&secret)
    }

    /// What the counter of a secret really is; 0 is blocked.
    public func triesLeft(_ secret: SecretKind) -> Int { Int(card.triesLeft(secret: secret.simulated)) }

    /// Whether a secret counts as verified at this moment: never once a call is over.
    public func isUnlocked(_ secret: SecretKind) -> Bool { card.isUnlocked(secret: secret.simulated) }

    /// How many VERIFY commands with a secret have reached the card.
    public var verifyCount: Int { Int(card.verifyCount()) }

    /// What reached the card so far: headers, lengths and status words, no data field.
    public var journal: [Exchange] { card.journal() }

    /// The signing certificate on the card, DER, if it is issued.
    public var signingCertificate: Data? { card.certificate(purpose: .signing) }

    /// The authentication certificate on the card, DER, if it is issued.
    public var authenticationCertificate: Data? { card.certificate(purpose: .authentication) }

    private final class Link: CardLink, @unchecked Sendable {
        private let card: SimulatedCard
        private var exchange = 0

        init(card: SimulatedCard) { self.card = card }

        var properties: LinkProperties { card.properties }

        func transceive(_ command: [UInt8]) async throws(ChannelError) -> [UInt8] {
            let (number, hook) = card.lock.withLock {
                defer { exchange += 1 }
                return (exchange, card.hook)
            }
            await hook?(number)
            do {
                return [UInt8](try card.card.transmit(command: Data(command)))
            } catch LinkError.Refused {
                throw .commandRefused
            } catch {
                throw .cardLost
            }
        }

        func close(_ ending: TapEnding) async {
            card.lock.withLock { card.counts.closed += 1 }
            card.card.leave()
        }
    }
}

extension SecretKind {
    fileprivate var simulated: KazasuTestingFFI.Secret {
        switch self {
        case .authenticationPin: .authenticationPin
        case .signingPassword: .signingPassword
        }
    }
}
