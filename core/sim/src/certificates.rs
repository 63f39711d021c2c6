//! The certificates of a persona, and what becomes of them.

use serde::{Deserialize, Deserializer, de::Error as _};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    Generation, Purpose, SimError,
    persona::hex_bytes,
    status_services::{CertificateStatus, RevocationReason},
};

/// The certificates of a persona.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificates {
    /// The generation of the authorities that issued them.
    pub generation: Generation,
    /// Start of validity, seconds since 1970 (in JSON: RFC 3339).
    #[serde(deserialize_with = "instant")]
    pub not_before: i64,
    /// End of validity, likewise.
    #[serde(deserialize_with = "instant")]
    pub not_after: i64,
    /// Serial number of the signing certificate.
    pub signing_serial: u32,
    /// Serial number of the authentication certificate.
    pub authentication_serial: u32,
    /// What EF 0001 holds.
    #[serde(default)]
    pub signing: SigningCertificate,
    /// The three bytes of EF 0008: signing, authentication, unknown (card-facts §2.2, one source).
    #[serde(default = "both_issued", deserialize_with = "three_bytes")]
    pub availability: [u8; 3],
    /// Bytes that follow the DER in each certificate EF.
    #[serde(default)]
    pub filler: Filler,
    /// What a status service says about them.
    #[serde(default)]
    pub status: Statuses,
    /// The pair that they replaced, no longer on the card.
    #[serde(default)]
    pub previous: Option<PreviousCertificates>,
}

/// The pair of certificates before a renewal. The real card gets new keys then; here the keys stay.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreviousCertificates {
    /// The generation of the authorities that issued them.
    pub generation: Generation,
    /// Start of validity, seconds since 1970 (in JSON: RFC 3339).
    #[serde(deserialize_with = "instant")]
    pub not_before: i64,
    /// End of validity, likewise.
    #[serde(deserialize_with = "instant")]
    pub not_after: i64,
    /// Serial number of the signing certificate.
    pub signing_serial: u32,
    /// Serial number of the authentication certificate.
    pub authentication_serial: u32,
    /// What a status service says about them.
    #[serde(default)]
    pub status: Statuses,
}

/// What a status service says about a pair of certificates; good where nothing stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Statuses {
    /// About the signing certificate.
    pub signing: Option<Revocation>,
    /// About the authentication certificate.
    pub authentication: Option<Revocation>,
}

/// A revocation, or a hold: the reason [`CertificateHold`](RevocationReason::CertificateHold).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    /// Since when, seconds since 1970 (in JSON: RFC 3339).
    #[serde(deserialize_with = "instant")]
    pub revoked_at: i64,
    /// May be left out.
    #[serde(default)]
    pub reason: Option<RevocationReason>,
}

/// What EF 0001 holds. The content where no certificate was issued is not known from a real card (card-facts §4.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SigningCertificate {
    /// The certificate.
    #[default]
    Issued,
    /// Nothing: every READ answers 6B00.
    Empty,
    /// Filler alone.
    FillerOnly,
    /// There is no such file: 6A82.
    Absent,
    /// The file is deactivated: 6283.
    Deactivated,
}

/// Bytes after the certificate in its EF, which real EFs have (card-facts §4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filler {
    /// The byte that is repeated.
    pub byte: u8,
    /// How many of them.
    pub len: u16,
}

impl Default for Filler {
    fn default() -> Self {
        Self { byte: 0xFF, len: 0 }
    }
}

impl Certificates {
    /// Serial number and status of each certificate of one purpose, the current one first: what to tell a
    /// [status service](crate::status_services).
    pub fn statuses(&self, purpose: Purpose) -> impl Iterator<Item = (u32, CertificateStatus)> {
        let of = move |signing, authentication, statuses: &Statuses| match purpose {
            Purpose::Signing => (signing, status(statuses.signing)),
            Purpose::Authentication => (authentication, status(statuses.authentication)),
        };
        let current = of(self.signing_serial, self.authentication_serial, &self.status);
        let previous = self.previous.as_ref();
        let previous = previous.map(|old| of(old.signing_serial, old.authentication_serial, &old.status));
        std::iter::once(current).chain(previous)
    }

    pub(crate) fn check(&self) -> Result<(), SimError> {
        let refuse = |path: &str| Err(SimError::persona(path, "must come after not_before"));
        if self.not_before >= self.not_after {
            return refuse("certificates.not_after");
        }
        if self.previous.as_ref().is_some_and(|old| old.not_before >= old.not_after) {
            return refuse("certificates.previous.not_after");
        }
        Ok(())
    }
}

fn status(revocation: Option<Revocation>) -> CertificateStatus {
    revocation.map_or(CertificateStatus::Good, |Revocation { revoked_at: at, reason }| {
        CertificateStatus::Revoked { at, reason }
    })
}

fn both_issued() -> [u8; 3] {
    [0x8F, 0x8F, 0x00]
}

fn instant<'de, D: Deserializer<'de>>(input: D) -> Result<i64, D::Error> {
    let text = String::deserialize(input)?;
    OffsetDateTime::parse(&text, &Rfc3339).map(OffsetDateTime::unix_timestamp).map_err(D::Error::custom)
}

fn three_bytes<'de, D: Deserializer<'de>>(input: D) -> Result<[u8; 3], D::Error> {
    let bytes = hex_bytes(input)?;
    bytes.try_into().map_err(|_| D::Error::custom("must be three bytes in hexadecimal"))
}
