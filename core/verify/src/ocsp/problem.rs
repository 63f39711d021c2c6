//! Why an OCSP answer proves nothing.

use const_oid::ObjectIdentifier;
use kazasu_cert::{CertificateError, UnixTime};
use serde::{Serialize, Serializer};
use thiserror::Error;

use super::response::MAX_OCSP_RESPONSE_LEN;
use crate::ExtensionProblem;

/// A reason not to rely on an answer. None of them says anything about the certificate: what was asked is still open.
///
/// Serialized as its [`code`](Self::code).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OcspProblem {
    /// Not an OCSP answer that can be read: empty, an HTML page, cut off, trailing bytes (RFC 6960 §4.2.1).
    #[error("the OCSP answer cannot be read: {0}")]
    Encoding(#[from] OcspEncodingProblem),
    /// The responder did not answer the question (RFC 6960 §2.3).
    #[error("the OCSP responder answers {0}")]
    Status(#[from] OcspErrorStatus),
    /// Signed, or the responder's certificate is signed, with SHA-1 or MD5.
    #[error("{oid} is too weak for a signature")]
    WeakAlg {
        /// The algorithm.
        oid: ObjectIdentifier,
    },
    /// Not signed at all, although RFC 6960 §4.2.1 demands it. As good as the weakest algorithm, and told as that.
    #[error("the OCSP answer is not signed")]
    Unsigned,
    /// Not signed by somebody who may speak for the issuer (RFC 6960 §4.2.2.2).
    #[error("the OCSP answer is not from an authorised responder: {0}")]
    Responder(#[from] ResponderProblem),
    /// No answer about the certificate asked for (RFC 6960 §3.2).
    #[error("the OCSP answer is not about this certificate: {0}")]
    Mismatch(#[from] CertIdProblem),
    /// Not made for this request (RFC 6960 §4.4.1).
    #[error("the OCSP answer {0}")]
    Nonce(#[from] NonceProblem),
    /// Not about the time in question (RFC 6960 §4.2.2.1).
    #[error("the OCSP answer is not about the time in question: {0}")]
    Stale(#[from] StaleProblem),
}

/// Every code of [`OcspProblem`].
pub const OCSP_PROBLEM_CODES: &[&str] = &[
    "ocsp_encoding",
    "ocsp_status",
    "weak_alg",
    "ocsp_responder",
    "ocsp_mismatch",
    "ocsp_nonce",
    "ocsp_stale",
];

impl OcspProblem {
    /// A stable name for machines, one of [`OCSP_PROBLEM_CODES`].
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Encoding(_) => "ocsp_encoding",
            Self::Status(_) => "ocsp_status",
            Self::WeakAlg { .. } | Self::Unsigned => "weak_alg",
            Self::Responder(_) => "ocsp_responder",
            Self::Mismatch(_) => "ocsp_mismatch",
            Self::Nonce(_) => "ocsp_nonce",
            Self::Stale(_) => "ocsp_stale",
        }
    }
}

impl Serialize for OcspProblem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// Why bytes are not taken as an OCSP answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OcspEncodingProblem {
    /// There are none.
    #[error("it is empty")]
    Empty,
    /// Longer than [`MAX_OCSP_RESPONSE_LEN`].
    #[error("{len} bytes, the limit is {MAX_OCSP_RESPONSE_LEN}")]
    TooLong {
        /// Length given, in bytes.
        len: usize,
    },
    /// It does not start as DER does, but as text: an HTML page, base64, PEM.
    #[error("it is text, not DER")]
    Text,
    /// Not DER of the type that must stand here.
    #[error("not an encoding of {expected}: {source}")]
    Structure {
        /// The type of RFC 6960.
        expected: &'static str,
        /// What the decoder said.
        source: der::Error,
    },
    /// Successful, but without responseBytes.
    #[error("it is successful without an answer in it")]
    NoResponseBytes,
    /// A type of answer that was not asked for; only id-pkix-ocsp-basic is known (RFC 6960 §4.2.1).
    #[error("its type {oid} is not that of a basic response")]
    ResponseType {
        /// `responseType`.
        oid: ObjectIdentifier,
    },
    /// A critical extension nobody here understands (RFC 6960 §4.4).
    #[error("its critical extension {oid} is not understood")]
    UnhandledCritical {
        /// The extension.
        oid: ObjectIdentifier,
    },
    /// An extension occurs twice.
    #[error("it has the extension {oid} twice")]
    DuplicateExtension {
        /// The extension.
        oid: ObjectIdentifier,
    },
}

/// `OCSPResponseStatus` without `successful` (RFC 6960 §4.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum OcspErrorStatus {
    /// The responder could not read the request.
    #[error("malformedRequest")]
    MalformedRequest,
    /// The responder is broken.
    #[error("internalError")]
    InternalError,
    /// The responder has no answer now.
    #[error("tryLater")]
    TryLater,
    /// The responder wants signed requests.
    #[error("sigRequired")]
    SigRequired,
    /// The responder does not serve this client, or not this certificate.
    #[error("unauthorized")]
    Unauthorized,
}

/// Why a signer may not speak for the issuer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ResponderProblem {
    /// responderID names neither the issuer nor a certificate that came along.
    #[error("responderID names nobody known")]
    Unknown,
    /// Several different certificates that came along answer to responderID.
    #[error("several certificates answer to responderID")]
    Ambiguous,
    /// More certificates came along than anybody needs.
    #[error("more than {limit} certificates came along")]
    TooManyCertificates {
        /// How many are read.
        limit: usize,
    },
    /// The delegate's certificate cannot be read, or is not DER throughout.
    #[error("the delegate's certificate cannot be read: {0}")]
    Certificate(CertificateError),
    /// The delegate's certificate was not issued with the key of the certificate's own issuer (RFC 6960 §4.2.2.2).
    #[error("the delegate's certificate is not from the issuer of the certificate in question")]
    NotFromIssuer,
    /// The delegate's extKeyUsage lacks id-kp-OCSPSigning: an ordinary certificate (RFC 6960 §4.2.2.2).
    #[error("extKeyUsage does not make it an OCSP responder: {0}")]
    ExtKeyUsage(ExtensionProblem),
    /// The delegate's keyUsage does not allow signing answers.
    #[error("keyUsage of the delegate: {0}")]
    KeyUsage(ExtensionProblem),
    /// The delegate's certificate is one of a CA.
    #[error("the delegate is a CA")]
    IsCa,
    /// The delegate's certificate, or the issuer's, was not valid when the answer was signed.
    #[error("valid from {not_before} to {not_after}, but the answer was produced at {produced_at}")]
    NotValid {
        /// First valid second.
        not_before: UnixTime,
        /// Last valid second.
        not_after: UnixTime,
        /// When the answer was signed.
        produced_at: UnixTime,
    },
    /// The delegate might itself be revoked: without id-pkix-ocsp-nocheck somebody would have to find out
    /// (RFC 6960 §4.2.2.2.1).
    #[error("whether the delegate is revoked is not proved: no id-pkix-ocsp-nocheck")]
    StatusUnproven,
    /// A critical extension in the delegate's certificate that is not understood.
    #[error("the critical extension {oid} of the delegate is not understood")]
    UnhandledCritical {
        /// The extension.
        oid: ObjectIdentifier,
    },
    /// An extension in the delegate's certificate occurs twice.
    #[error("the delegate has the extension {oid} twice")]
    DuplicateExtension {
        /// The extension.
        oid: ObjectIdentifier,
    },
    /// The delegate's key is not RSA of at least 2048 bits.
    #[error("the delegate's key cannot be used")]
    Key,
    /// A signature algorithm that is not RSA with SHA-256, SHA-384 or SHA-512.
    #[error("the signature algorithm {oid} is not acceptable")]
    Algorithm {
        /// The algorithm.
        oid: ObjectIdentifier,
    },
    /// The answer's signature does not verify.
    #[error("the signature does not verify")]
    BadSignature,
}

/// Why no single response is the one asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CertIdProblem {
    /// None has the serial number.
    #[error("the serial number is another")]
    OtherCertificate,
    /// One has the serial number, but the hashes of another issuer's name or key.
    #[error("the issuer is another")]
    OtherIssuer,
    /// One has the serial number, but hashes the issuer with an unknown function.
    #[error("the issuer is hashed with {oid}")]
    HashAlgorithm {
        /// The hash function.
        oid: ObjectIdentifier,
    },
}

/// What is wrong with the nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NonceProblem {
    /// It is required, and the answer has none.
    #[error("has no nonce")]
    Missing,
    /// The answer has another one: it was made for another request.
    #[error("has the nonce of another request")]
    Different,
}

/// Why an answer is not about the time in question. Of an old one a revocation still counts
/// ([`OcspAnswer::lapsed`](super::OcspAnswer::lapsed)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum StaleProblem {
    /// It is older than the policy allows: thisUpdate or producedAt.
    #[error("it is of {of}, and may be {max_age} seconds old")]
    TooOld {
        /// The older of the two.
        of: UnixTime,
        /// The limit, in seconds.
        max_age: u32,
    },
    /// nextUpdate has passed.
    #[error("newer data should have been there since {next_update}")]
    NextUpdatePassed {
        /// `nextUpdate`.
        next_update: UnixTime,
    },
    /// It was made later. Then it can prove that the certificate was already revoked, never that it was good.
    #[error("it is of {of}, which is later")]
    Later {
        /// The later of thisUpdate and producedAt.
        of: UnixTime,
    },
}
