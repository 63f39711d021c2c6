//! What an answer that may be relied on says.

use kazasu_cert::UnixTime;
use serde::Serialize;

use super::StaleProblem;
use crate::time::{optional_rfc3339, rfc3339};
use crate::{AnchorRecord, CertificateRecord, RevocationReason};

/// What an authorised responder says about the certificate. Made by [`check_ocsp`](super::check_ocsp) alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OcspAnswer {
    /// The status. Only [`Good`](OcspStatus::Good) is good.
    #[serde(flatten)]
    pub status: OcspStatus,
    /// The instant of the data the answer rests on.
    #[serde(serialize_with = "rfc3339")]
    pub this_update: UnixTime,
    /// When newer data will be there, if the responder says so.
    #[serde(serialize_with = "optional_rfc3339")]
    pub next_update: Option<UnixTime>,
    /// When the answer was signed.
    #[serde(serialize_with = "rfc3339")]
    pub produced_at: UnixTime,
    /// The issuer in whose name it was signed.
    pub issuer: AnchorRecord,
    /// The certificate of the delegate that signed; `None` if the issuer's own key has.
    pub delegate: Option<CertificateRecord>,
    /// Whether it was made for this request.
    pub nonce: NonceRecord,
    /// Why it is too old to prove a certificate good. Only beside [`Revoked`](OcspStatus::Revoked), which age does
    /// not undo.
    #[serde(skip)]
    pub lapsed: Option<StaleProblem>,
}

/// `CertStatus` (RFC 6960 §2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum OcspStatus {
    /// Not known to be revoked as of thisUpdate.
    Good,
    /// Revoked. A hold counts as one: JPKI never lifts it (docs/certificate-facts.md §5.1).
    Revoked {
        /// Since when.
        #[serde(serialize_with = "rfc3339")]
        revocation_time: UnixTime,
        /// Why, if the responder says so.
        reason: Option<RevocationReason>,
    },
    /// The responder does not know the certificate. Not good.
    Unknown,
}

/// What became of the nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NonceRecord {
    /// The one that was sent came back.
    Matched,
    /// One was sent, and the answer has none.
    Missing,
    /// Nothing was there to compare with.
    NotSent,
}
