import Foundation
import KazasuTestingFFI

/// The deck of simulated card holders (docs/personas.md). All are invented.
public enum Personas {
    /// Their names, as ``SimulatedCard/init(_:properties:)`` takes them.
    public static var names: [String] { personaNames() }

    /// The CA certificates of the test hierarchy, DER: the anchors of a verifier for signing certificates.
    public static func signingAnchors() throws -> [Data] { try testAnchors(purpose: .signing) }

    /// The same for authentication certificates.
    public static func authenticationAnchors() throws -> [Data] { try testAnchors(purpose: .authentication) }
}
