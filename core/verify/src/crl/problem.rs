//! Why a list proves nothing about a certificate.

use std::io;

use const_oid::ObjectIdentifier;
use kazasu_cert::{DerRule, UnixTime};
use serde::{Serialize, Serializer};
use thiserror::Error;

use super::{CrlMark, IndexError};
use crate::{Environment, Purpose};

/// Why a CRL cannot be relied on for a certificate. Never a reason to call the certificate good, nor revoked.
///
/// Serialized as its [`code`](Self::code).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CrlProblem {
    /// It is not from an issuer relied on, or not valid at the time asked about.
    #[error("the CRL is not valid: {0}")]
    Invalid(#[from] CrlInvalidity),
    /// It is an older one than the relying party has already seen (RFC 5280 §5.2.3), and does not list the certificate:
    /// a revocation on it counts ([`CrlAnswer::lapsed`](super::CrlAnswer::lapsed)).
    #[error("the CRL is older than one that was already seen: {found} after {seen}")]
    Rollback {
        /// What was seen before.
        seen: CrlMark,
        /// What was offered.
        found: CrlMark,
    },
    /// It is not DER, or not a v2 CRL of RFC 5280 §5.1: cut off, damaged, or another kind of file.
    #[error("the CRL cannot be read: {rule} at byte {offset}")]
    Encoding {
        /// Position of the element in the list, in bytes from its start.
        offset: u64,
        /// The rule broken.
        rule: CrlEncodingRule,
    },
    /// It is not about this certificate, or not about all there is to know.
    #[error("the CRL does not decide on this certificate: {0}")]
    Scope(#[from] CrlScopeProblem),
    /// The index of lists cannot be asked.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// Reading it failed; the bytes themselves were not at fault.
    #[error("reading the CRL failed: {kind}")]
    Io {
        /// What the operating system said.
        kind: io::ErrorKind,
    },
}

impl CrlProblem {
    /// A stable name for machines: `crl_invalid`, `crl_rollback`, `crl_encoding`, `crl_scope`,
    /// `crl_index` or `crl_io`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "crl_invalid",
            Self::Rollback { .. } => "crl_rollback",
            Self::Encoding { .. } => "crl_encoding",
            Self::Scope(_) => "crl_scope",
            Self::Index(_) => "crl_index",
            Self::Io { .. } => "crl_io",
        }
    }

    /// Of several lists none of which serves: how much this one says about why. A list of another municipality says
    /// nothing.
    pub(super) const fn weight(&self) -> u8 {
        match self {
            Self::Scope(_) => 0,
            Self::Index(_) | Self::Io { .. } => 1,
            Self::Encoding { .. } => 2,
            Self::Rollback { .. } => 3,
            Self::Invalid(_) => 4,
        }
    }
}

impl From<io::Error> for CrlProblem {
    fn from(error: io::Error) -> Self {
        Self::Io { kind: error.kind() }
    }
}

impl Serialize for CrlProblem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// Why a list is not valid. One that has merely expired, or whose anchor has, still proves a revocation
/// ([`CrlAnswer::lapsed`](super::CrlAnswer::lapsed)).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CrlInvalidity {
    /// The CA of the other purpose has issued it.
    #[error("it is for {found:?}, not for {expected:?}")]
    WrongPurpose {
        /// The purpose of the anchors.
        expected: Purpose,
        /// The purpose the issuer's name tells.
        found: Purpose,
    },
    /// Its issuer is not, byte for byte, the name of a trust anchor.
    #[error("its issuer is not a trust anchor for {purpose:?} in {environment:?}")]
    UnknownIssuer {
        /// The purpose of the anchors.
        purpose: Purpose,
        /// The environment of the anchors.
        environment: Environment,
    },
    /// Its authority key identifier names no trust anchor that may sign CRLs.
    #[error("its authority key identifier names no trust anchor with cRLSign")]
    UnknownKey,
    /// Its algorithm is not sha256WithRSAEncryption with NULL, or not the same inside and outside.
    #[error("it is not signed with sha256WithRSAEncryption")]
    Algorithm,
    /// The signature does not verify.
    #[error("its signature does not verify")]
    BadSignature,
    /// The anchor that signed it was not valid at this time: when the list was issued, or at the time asked about.
    #[error("the trust anchor that signed it was not valid at {at}")]
    AnchorNotValid {
        /// The time at which it was not.
        at: UnixTime,
    },
    /// It was issued after the time asked about, and does not prove that the certificate was revoked by then.
    #[error("it was issued at {this_update}, after the time asked about")]
    IssuedLater {
        /// Its thisUpdate.
        this_update: UnixTime,
    },
    /// Its nextUpdate has passed at the time asked about.
    #[error("it expired at {next_update}")]
    Expired {
        /// Its nextUpdate, the last second at which it counts.
        next_update: UnixTime,
    },
    /// It has no nextUpdate (RFC 5280 §5.1.2.5 demands it).
    #[error("it has no nextUpdate")]
    NoNextUpdate,
}

/// Why a list does not decide on a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CrlScopeProblem {
    /// There is no list for the certificate's partition.
    #[error("there is no CRL for its partition")]
    NoList,
    /// The certificate was issued under another name than the list.
    #[error("it has another issuer")]
    OtherIssuer,
    /// The list is the partition of another municipality: that the serial number is absent there says nothing.
    #[error("it is another partition")]
    OtherPartition,
    /// The list names no partition, and the policy takes partitions only.
    #[error("it names no partition")]
    NoPartition,
    /// The certificate has no distribution point that is a directoryName for all reasons
    /// (docs/certificate-facts.md §2.6).
    #[error("the certificate names no partition")]
    NoDistributionPoint,
    /// The certificate's serial number is not one a list can hold.
    #[error("the certificate's serial number is not a positive integer of at most 20 octets")]
    Serial,
    /// issuingDistributionPoint names its partition otherwise than by one directoryName.
    #[error("its partition is not named by a directoryName")]
    PartitionName,
    /// The list is about CA certificates: an ARL.
    #[error("it is about CA certificates only")]
    OnlyCaCertificates,
    /// The list is about attribute certificates.
    #[error("it is about attribute certificates only")]
    OnlyAttributeCertificates,
    /// The list leaves some reasons to another list.
    #[error("it is about some reasons only")]
    OnlySomeReasons,
    /// The list holds entries of other issuers.
    #[error("it is an indirect CRL")]
    Indirect,
    /// The list holds only what changed since another one.
    #[error("it is a delta CRL")]
    Delta,
    /// The list, or one of its entries, has a critical extension that is not understood.
    #[error("the critical extension {oid} is not understood")]
    UnknownCritical {
        /// The extension.
        oid: ObjectIdentifier,
    },
}

/// The rule of DER or of RFC 5280 §5.1 that a list breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CrlEncodingRule {
    /// A rule of DER.
    #[error(transparent)]
    Der(#[from] DerRule),
    /// An element is longer than any list needs it.
    #[error("an element too long for a CRL")]
    TooLong,
    /// The version is not 2.
    #[error("not a v2 CRL")]
    Version,
    /// A serial number is negative or longer than 20 octets.
    #[error("a serial number that is negative or longer than 20 octets")]
    Serial,
    /// The CRL number is negative or longer than 20 octets.
    #[error("a CRL number that is negative or longer than 20 octets")]
    CrlNumber,
    /// reasonCode has a value RFC 5280 §5.3.1 does not know.
    #[error("an unknown reason code")]
    Reason,
    /// An extension occurs twice.
    #[error("an extension that occurs twice")]
    DuplicateExtension,
    /// The signature is not a whole number of octets.
    #[error("a signature that is not a whole number of octets")]
    SignatureBits,
}

/// What a part of a list may be refused for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Encoding(CrlEncodingRule),
    Scope(CrlScopeProblem),
}

impl Fault {
    pub(super) fn at(self, offset: u64) -> CrlProblem {
        match self {
            Self::Encoding(rule) => CrlProblem::Encoding { offset, rule },
            Self::Scope(problem) => problem.into(),
        }
    }
}

impl<E: Into<CrlEncodingRule>> From<E> for Fault {
    fn from(rule: E) -> Self {
        Self::Encoding(rule.into())
    }
}
