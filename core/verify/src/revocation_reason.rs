//! Why a certificate was revoked.

use serde::{Deserialize, Serialize};

/// `CRLReason` (RFC 5280 §5.3.1), without removeFromCRL: that is for delta CRLs. What J-LIS means by each is told in
/// docs/certificate-facts.md §5.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RevocationReason {
    /// unspecified (0); in JPKI, scrapped before it was handed out.
    Unspecified,
    /// keyCompromise (1).
    KeyCompromise,
    /// cACompromise (2).
    CaCompromise,
    /// affiliationChanged (3); in JPKI, what the certificate says about its holder has changed.
    AffiliationChanged,
    /// superseded (4); in JPKI, renewed.
    Superseded,
    /// cessationOfOperation (5).
    CessationOfOperation,
    /// certificateHold (6).
    CertificateHold,
    /// privilegeWithdrawn (9).
    PrivilegeWithdrawn,
    /// aACompromise (10).
    AaCompromise,
}
