//! What a status service says about one certificate.

use crate::{SimError, der, pki::generalized_time};

/// `CRLReason` (RFC 5280 §5.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum RevocationReason {
    /// unspecified (0).
    Unspecified = 0,
    /// keyCompromise (1).
    KeyCompromise = 1,
    /// cACompromise (2).
    CaCompromise = 2,
    /// affiliationChanged (3).
    AffiliationChanged = 3,
    /// superseded (4).
    Superseded = 4,
    /// cessationOfOperation (5).
    CessationOfOperation = 5,
    /// certificateHold (6).
    CertificateHold = 6,
    /// removeFromCRL (8).
    RemoveFromCrl = 8,
    /// privilegeWithdrawn (9).
    PrivilegeWithdrawn = 9,
    /// aACompromise (10).
    AaCompromise = 10,
}

impl RevocationReason {
    /// All of them, by number.
    pub const ALL: [Self; 10] = [
        Self::Unspecified,
        Self::KeyCompromise,
        Self::CaCompromise,
        Self::AffiliationChanged,
        Self::Superseded,
        Self::CessationOfOperation,
        Self::CertificateHold,
        Self::RemoveFromCrl,
        Self::PrivilegeWithdrawn,
        Self::AaCompromise,
    ];

    /// ENUMERATED.
    pub fn to_der(self) -> Vec<u8> {
        der::tlv(0x0A, &[self as u8])
    }
}

/// `CertStatus` (RFC 6960 §4.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateStatus {
    /// Not known to be revoked.
    Good,
    /// Revoked, or on hold.
    Revoked {
        /// Seconds since 1970-01-01T00:00:00Z.
        at: i64,
        /// May be left out.
        reason: Option<RevocationReason>,
    },
    /// The responder does not know the certificate.
    Unknown,
}

impl CertificateStatus {
    /// On hold since an instant.
    pub const fn hold(at: i64) -> Self {
        Self::Revoked { at, reason: Some(RevocationReason::CertificateHold) }
    }

    /// `[0]`, `[1]` or `[2]`.
    ///
    /// # Errors
    /// [`SimError::Time`] for an instant outside the years 0 to 9999.
    pub fn to_der(self) -> Result<Vec<u8>, SimError> {
        Ok(match self {
            Self::Good => der::tlv(0x80, &[]),
            Self::Revoked { at, reason } => {
                let reason = reason.map_or_else(Vec::new, |r| der::constructed(0xA0, &[r.to_der()]));
                der::constructed(0xA1, &[generalized_time(at)?, reason])
            }
            Self::Unknown => der::tlv(0x82, &[]),
        })
    }
}
