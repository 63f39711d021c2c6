//! What a certificate is used for, in which hierarchy, and on what carrier.

use serde::{Deserialize, Serialize};

/// Which of the two JPKI certificates a check is about. Chosen by the caller before anything received is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The signing certificate (署名用電子証明書): signatures of its holder, with the basic four attributes.
    Signing,
    /// The authentication certificate (利用者証明用電子証明書): log-in, without attributes.
    Authentication,
}

impl Purpose {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Signing, Self::Authentication];
}

/// Which hierarchy of CAs is relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// `O=JPKI`: real people.
    Production,
    /// `O=JPKI-TEST`: test cards and simulations. Proves nothing about anybody.
    Test,
}

/// Where the private key lives, as the certificate policy tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Carrier {
    /// The My Number Card.
    Card,
    /// A phone. No [`Profile`](crate::Profile) has this carrier yet: the profile of mobile certificates has not been
    /// confirmed (docs/certificate-facts.md §1.6), and what is not known is refused.
    Phone,
}
