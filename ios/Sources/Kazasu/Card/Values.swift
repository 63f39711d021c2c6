import Foundation
import KazasuFFI

/// A hash function that signatures are made with. SHA-1 is none.
public typealias HashAlgorithm = KazasuFFI.HashAlgorithm
/// One of the four certificates of the JPKI application.
public typealias CertificateKind = KazasuFFI.CertificateKind
/// What the card says about itself without a secret.
public typealias CardInfo = KazasuFFI.CardInfo
/// What is known of the tries of both secrets, as the card itself said last.
public typealias TriesReport = KazasuFFI.TriesReport
/// What is known of the tries of one secret.
public typealias Tries = KazasuFFI.Tries
/// One signature of the card, checked against the key in its certificate.
public typealias Signature = KazasuFFI.Signature

/// One thing to sign. Only its digest goes to the card.
public struct Document: Sendable {
    let toBeSigned: ToBeSigned

    /// Signs `bytes`; the result is the bare signature of the card (RSASSA-PKCS1-v1_5).
    public init(_ bytes: some DataProtocol, algorithm: HashAlgorithm = .sha256) {
        self.init(digest: KazasuFFI.digest(algorithm: algorithm, data: Data(bytes)), algorithm: algorithm)
    }

    /// The same for a document whose digest is known.
    public init(digest: Data, algorithm: HashAlgorithm) {
        toBeSigned = .digest(algorithm: algorithm, digest: digest)
    }

    /// Signs `bytes` as a detached CMS SignedData (RFC 5652), which names the certificate and carries it along.
    ///
    /// `signingTime` is the signer's claim of the time, if one shall stand in it. It proves nothing.
    public static func cms(
        _ bytes: some DataProtocol, signingTime: Date? = nil, algorithm: HashAlgorithm = .sha256
    ) -> Document {
        let digest = KazasuFFI.digest(algorithm: algorithm, data: Data(bytes))
        return cms(digest: digest, signingTime: signingTime, algorithm: algorithm)
    }

    /// The same for a document whose digest is known.
    public static func cms(digest: Data, signingTime: Date? = nil, algorithm: HashAlgorithm) -> Document {
        let seconds = signingTime.flatMap { Int64(exactly: $0.timeIntervalSince1970.rounded(.down)) }
        return Document(
            toBeSigned: .detachedCms(algorithm: algorithm, digest: digest, signingTime: seconds))
    }

    private init(toBeSigned: ToBeSigned) { self.toBeSigned = toBeSigned }
}

/// A certificate as it stands on the card. Not judged: that is the relying party's work. Its description shows nothing of it.
public struct CardCertificate: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    public let kind: CertificateKind
    /// Exactly the DER. A signing certificate holds name, address, date of birth and sex.
    public let der: Data

    public var description: String { "CardCertificate(\(kind), \(der.count) bytes)" }
    public var customMirror: Mirror { Mirror(self, children: ["kind": kind, "length": der.count]) }
}

/// Signatures by the signing key, with the certificate that the relying party still has to validate.
public struct Signed: Sendable, Equatable {
    public let certificate: CardCertificate
    /// One per document, in order; at least one.
    public let signatures: [Signature]

    /// The first signature: the only one of ``Kazasu/openAccount(_:_:consent:)``.
    public var signature: Signature { signatures[0] }
}

/// A signature by the authentication key, with the certificate that the relying party still has to validate.
public struct Authenticated: Sendable, Equatable {
    public let certificate: CardCertificate
    /// Over the challenge.
    public let signature: Signature
}
