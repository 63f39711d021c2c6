//! Why a signature is not accepted: one variant for each cause.

use const_oid::ObjectIdentifier;
use kazasu_cert::{AttributeError, AttributeKind, CertificateError, UnixTime};
use serde::{Serialize, Serializer};
use thiserror::Error;

use crate::{BerProblem, Environment, Purpose, RevocationReason};

/// A reason to reject. "Rule" is a rule of docs/certificate-facts.md §4.1.
///
/// Serialized as its [`code`](Self::code).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Rejection {
    /// One of several signers of a CMS was rejected, so the whole is (RFC 5652 §5.1 allows several; rule 17).
    #[error("signer {signer} of {signers} is rejected")]
    AnySignerBad {
        /// Position of the first rejected signer, from 0.
        signer: usize,
        /// How many there are.
        signers: usize,
    },
    /// A CMS without a single SignerInfo says nothing (RFC 5652 §5.1).
    #[error("the CMS has no signer")]
    NoSigner,
    /// The signature is not a CMS SignedData (RFC 5652 §3 and §5.1).
    #[error("the CMS cannot be read: {0}")]
    CmsEncoding(CmsProblem),
    /// The certificate is too long, not DER or not a certificate (rule 1).
    #[error("the certificate cannot be read: {0}")]
    Der(CertificateError),
    /// The certificate is not of version 3 (rule 2).
    #[error("the certificate is not of version 3")]
    Version,
    /// The serial number is negative, zero or longer than 20 octets (rule 2; RFC 5280 §4.1.2.2).
    #[error("the serial number of the certificate is not a positive integer of at most 20 octets")]
    Serial,
    /// A time is not written as RFC 5280 §4.1.2.5 has it (rule 1).
    #[error("a time in the certificate is not written as RFC 5280 demands")]
    Time,
    /// An extension occurs twice (rule 12; RFC 5280 §4.2).
    #[error("the certificate has the extension {oid} twice")]
    DuplicateExtension {
        /// The extension.
        oid: ObjectIdentifier,
    },
    /// The certificate is one of the other CA: the card's other certificate was read (rule 6).
    #[error("the certificate is for {found:?}, not for {expected:?}")]
    WrongPurpose {
        /// The purpose the verifier is for.
        expected: Purpose,
        /// The purpose the issuer's name tells.
        found: Purpose,
    },
    /// The issuer is a CA whose certificate merely came along with the signature: only pinned anchors count (rule 6).
    #[error("the certificate was issued by a CA that came with the signature and is not a trust anchor")]
    UntrustedAnchor,
    /// The certificate was issued with the key of a certificate that came along and is no CA (rule 6, rule 8).
    #[error("the certificate was issued by somebody whose certificate is not one of a CA")]
    NotACa,
    /// No anchor of this purpose and environment has the key named by the authority key identifier (rule 5, rule 6).
    #[error("the issuer is not a trust anchor for {purpose:?} in {environment:?}")]
    UnknownIssuer {
        /// The purpose of the anchors.
        purpose: Purpose,
        /// The environment of the anchors.
        environment: Environment,
    },
    /// The issuer's name is spelt like the anchor's but is encoded differently (rule 4).
    #[error("the issuer's name is not byte for byte that of the trust anchor")]
    NameMismatch,
    /// The authority key identifier is missing, incomplete, or does not belong to the key that signed (rule 5).
    #[error("the authority key identifier does not name the issuer: {0}")]
    AkiMismatch(AkiProblem),
    /// A signature does not verify (rule 5 and rule 15; RFC 8017 §8.2.2).
    #[error("the signature of {0} does not verify")]
    BadSignature(Signed),
    /// The algorithm beside the signature differs from the one inside the certificate (rule 3).
    #[error("the two signature algorithms of the certificate differ")]
    AlgMismatch,
    /// SHA-1 or MD5 (rule 3, rule 15).
    #[error("{oid} is too weak")]
    WeakAlg {
        /// The algorithm.
        oid: ObjectIdentifier,
    },
    /// The algorithm or its parameters are not those of the profile, or contradict each other (rules 3, 13, 15).
    #[error("the algorithm of {of} is not acceptable: {oid}")]
    Alg {
        /// Where it stands.
        of: AlgorithmOf,
        /// The algorithm.
        oid: ObjectIdentifier,
    },
    /// The modulus has not exactly the length of the profile, or is even (rule 13).
    #[error("the RSA modulus has {bits} bits or is even")]
    KeySize {
        /// Its length in bits.
        bits: usize,
    },
    /// The public exponent is not that of the profile (rule 13).
    #[error("the RSA exponent is not 65537")]
    Exponent,
    /// The certificate is past its notAfter (rule 7).
    #[error("the certificate expired at {not_after}")]
    Expired {
        /// Its last valid second.
        not_after: UnixTime,
    },
    /// The certificate's notBefore has not come yet (rule 7).
    #[error("the certificate is not valid before {not_before}")]
    NotYetValid {
        /// Its first valid second.
        not_before: UnixTime,
    },
    /// The anchor is not valid at the validation time (rule 7).
    #[error("the trust anchor is valid from {not_before} to {not_after} only")]
    AnchorExpired {
        /// The anchor's first valid second.
        not_before: UnixTime,
        /// The anchor's last valid second.
        not_after: UnixTime,
    },
    /// The certificate was issued while its anchor was not valid (rule 7, shell model).
    #[error("the certificate was issued at {issued}, outside the validity of its trust anchor")]
    OutsideAnchor {
        /// The certificate's notBefore.
        issued: UnixTime,
    },
    /// The certificate is revoked, or on hold, which JPKI never lifts (rule 16).
    #[error("the certificate is revoked since {since}")]
    Revoked {
        /// Since when.
        since: UnixTime,
        /// Why, if that is known.
        reason: Option<RevocationReason>,
    },
    /// The OCSP responder does not know the certificate, and the policy takes that for a no (rule 16).
    #[error("the OCSP responder does not know the certificate")]
    StatusUnknown,
    /// The certificate is CA:TRUE, has a basicConstraints that cannot be read, or is issued to its own issuer
    /// (rule 8).
    #[error("the certificate is one of a CA")]
    LeafIsCa,
    /// keyUsage is missing, not critical, or not exactly that of the profile (rule 8, rule 9).
    #[error("keyUsage is not that of the profile: {0}")]
    KeyUsage(ExtensionProblem),
    /// extKeyUsage is not exactly that of the profile (rule 10).
    #[error("extKeyUsage is not that of the profile: {0}")]
    ExtKeyUsage(ExtensionProblem),
    /// certificatePolicies is missing, not critical, or not exactly the one policy of the profile (rule 11).
    #[error("certificatePolicies is not that of the profile: {0}")]
    Policy(ExtensionProblem),
    /// A critical extension that the profile does not have (rule 12; RFC 5280 §4.2).
    #[error("the critical extension {oid} is not part of the profile")]
    UnhandledCritical {
        /// The extension.
        oid: ObjectIdentifier,
    },
    /// An attribute occurs twice in subjectAltName (rule 14).
    #[error("the certificate has more than one {0}")]
    DuplicateAttribute(AttributeKind),
    /// An attribute is missing, or is not text as the profile has it (rule 14).
    #[error("an attribute cannot be read: {0}")]
    AttributeEncoding(AttributeError),
    /// The signer of a CMS does not name exactly one certificate (RFC 5652 §5.3; rule 17).
    #[error("the signer's certificate cannot be told: {0}")]
    SignerCert(SignerCertProblem),
    /// signing-certificate-v2, or signing-certificate before it, names another certificate (RFC 5035 §4 and §5; rule 17).
    #[error("signing-certificate does not name the signer's certificate")]
    SigningCertificate,
    /// The signed attributes are missing or do not follow RFC 5652 §5.3, §5.4 and §11.
    #[error("signed attributes: {0}")]
    SignedAttrs(SignedAttrsProblem),
    /// The signature is for another document, or the content inside the CMS is another one (rule 15).
    #[error("the document is not the one that was signed")]
    ContentMismatch,
}

/// Every code of [`Rejection`], the most useful first: the order of [`Report::errors`](crate::Report::errors).
pub const REJECTION_CODES: &[&str] = &[
    "any_signer_bad",
    "no_signer",
    "cms_encoding",
    "der",
    "version",
    "serial",
    "time",
    "duplicate_extension",
    "signer_cert",
    "wrong_purpose",
    "untrusted_anchor",
    "not_a_ca",
    "unknown_issuer",
    "name_mismatch",
    "alg_mismatch",
    "weak_alg",
    "alg",
    "key_size",
    "exponent",
    "aki_mismatch",
    "signing_certificate",
    "signed_attrs",
    "content_mismatch",
    "bad_signature",
    "expired",
    "not_yet_valid",
    "anchor_expired",
    "outside_anchor",
    "revoked",
    "status_unknown",
    "leaf_is_ca",
    "key_usage",
    "ext_key_usage",
    "policy",
    "unhandled_critical",
    "duplicate_attribute",
    "attribute_encoding",
];

impl Rejection {
    /// A stable name for machines, one of [`REJECTION_CODES`].
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AnySignerBad { .. } => "any_signer_bad",
            Self::NoSigner => "no_signer",
            Self::CmsEncoding(_) => "cms_encoding",
            Self::Der(_) => "der",
            Self::Version => "version",
            Self::Serial => "serial",
            Self::Time => "time",
            Self::DuplicateExtension { .. } => "duplicate_extension",
            Self::WrongPurpose { .. } => "wrong_purpose",
            Self::UntrustedAnchor => "untrusted_anchor",
            Self::NotACa => "not_a_ca",
            Self::UnknownIssuer { .. } => "unknown_issuer",
            Self::NameMismatch => "name_mismatch",
            Self::AkiMismatch(_) => "aki_mismatch",
            Self::BadSignature(_) => "bad_signature",
            Self::AlgMismatch => "alg_mismatch",
            Self::WeakAlg { .. } => "weak_alg",
            Self::Alg { .. } => "alg",
            Self::KeySize { .. } => "key_size",
            Self::Exponent => "exponent",
            Self::Expired { .. } => "expired",
            Self::NotYetValid { .. } => "not_yet_valid",
            Self::AnchorExpired { .. } => "anchor_expired",
            Self::OutsideAnchor { .. } => "outside_anchor",
            Self::Revoked { .. } => "revoked",
            Self::StatusUnknown => "status_unknown",
            Self::LeafIsCa => "leaf_is_ca",
            Self::KeyUsage(_) => "key_usage",
            Self::ExtKeyUsage(_) => "ext_key_usage",
            Self::Policy(_) => "policy",
            Self::UnhandledCritical { .. } => "unhandled_critical",
            Self::DuplicateAttribute(_) => "duplicate_attribute",
            Self::AttributeEncoding(_) => "attribute_encoding",
            Self::SignerCert(_) => "signer_cert",
            Self::SigningCertificate => "signing_certificate",
            Self::SignedAttrs(_) => "signed_attrs",
            Self::ContentMismatch => "content_mismatch",
        }
    }

    pub(crate) fn rank(&self) -> usize {
        REJECTION_CODES.iter().position(|code| *code == self.code()).unwrap_or(REJECTION_CODES.len())
    }
}

impl Serialize for Rejection {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// What is wrong with a CMS as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CmsProblem {
    /// Neither DER nor BER.
    #[error("not BER: {0}")]
    Ber(BerProblem),
    /// Not an encoding of SignedData.
    #[error("not a ContentInfo with SignedData ({reason})")]
    Structure {
        /// What was expected where.
        reason: &'static str,
    },
    /// A ContentInfo of another type than SignedData.
    #[error("its content type is {oid}, not SignedData")]
    ContentType {
        /// The type found.
        oid: ObjectIdentifier,
    },
    /// More signers, certificates or signed attributes than anybody needs.
    #[error("more than {limit} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many are read.
        limit: usize,
    },
}

/// What is wrong with an authority key identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AkiProblem {
    /// There is none, or it cannot be read, or it is not complete.
    #[error("keyIdentifier, issuer and serial number must all be there")]
    Incomplete,
    /// The serial number or the issuer's name is not that of the anchor with this key.
    #[error("serial number or issuer belong to another CA certificate than the key")]
    OtherCertificate,
    /// The certificate is signed by another generation of the CA.
    #[error("another generation of the CA has signed")]
    OtherKey,
}

/// What a signature is made over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Signed {
    /// The certificate, by its issuer.
    Certificate,
    /// The document or the signed attributes, by the holder.
    Document,
}

impl std::fmt::Display for Signed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Certificate => "the certificate",
            Self::Document => "the document",
        })
    }
}

/// Where an algorithm stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AlgorithmOf {
    /// The certificate's signature.
    Certificate,
    /// The certificate's public key.
    PublicKey,
    /// digestAlgorithm of a CMS signer.
    Digest,
    /// signatureAlgorithm of a CMS signer.
    Signature,
}

impl std::fmt::Display for AlgorithmOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Certificate => "the certificate's signature",
            Self::PublicKey => "the public key",
            Self::Digest => "the signer's digest",
            Self::Signature => "the signer's signature",
        })
    }
}

/// What is wrong with an extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ExtensionProblem {
    /// It is not there.
    #[error("missing")]
    Missing,
    /// It is there, but the profile has none.
    #[error("not expected")]
    Unexpected,
    /// It is not critical.
    #[error("not critical")]
    NotCritical,
    /// It cannot be read.
    #[error("malformed")]
    Malformed,
    /// It has another value.
    #[error("another value")]
    Value,
}

/// Why a CMS signer does not name exactly one certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SignerCertProblem {
    /// No certificate has this issuer and serial number, or this key identifier.
    #[error("it is not in the CMS")]
    Missing,
    /// Several different certificates do.
    #[error("several certificates in the CMS answer to its name")]
    Ambiguous,
    /// It is not the certificate the caller expects.
    #[error("it is not the certificate that was handed over separately")]
    Unexpected,
}

/// What is wrong with signed attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SignedAttrsProblem {
    /// There are none, and the policy or the content type demands them (RFC 5652 §5.3).
    #[error("missing")]
    Missing,
    /// There are none, and the content is itself the encoding of attributes, or could be: it was given as a digest.
    #[error("missing, and the content may be the signed attributes of another signature")]
    AttributesAsContent,
    /// Not a SET of attributes.
    #[error("malformed")]
    Malformed,
    /// contentType is not there exactly once with exactly one value (RFC 5652 §11.1).
    #[error("content type not exactly once")]
    ContentTypeCount,
    /// contentType differs from eContentType (RFC 5652 §11.1).
    #[error("content type of another content")]
    ContentTypeValue,
    /// messageDigest is not there exactly once with exactly one value (RFC 5652 §11.2).
    #[error("message digest not exactly once")]
    MessageDigestCount,
    /// signing-certificate or signing-certificate-v2 is there, but not once with one value (RFC 5035 §4 and §5).
    #[error("signing-certificate not exactly once")]
    SigningCertificateCount,
    /// signingTime is there, but not once with one value (RFC 5652 §11.3).
    #[error("signing time not exactly once, or not a time")]
    SigningTime,
}
