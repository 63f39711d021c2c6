//! What a relying party decides for itself. Nothing here has a default: each choice is written down by the caller.

use kazasu_cert::{HashAlgorithm, SignatureScheme};
use serde::Serialize;

/// The relying party's choices for a [`Verifier`](crate::Verifier). The report repeats them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// What happens without proof that the certificate is not revoked.
    pub revocation: RevocationPolicy,
    /// What happens with a CMS that has no signed attributes.
    pub signed_attributes: SignedAttributesPolicy,
    /// The hash functions a signature may be made with.
    pub hashes: AcceptedHashes,
    /// What the RSA padding has to hold.
    pub scheme: Scheme,
    /// How far this machine's clock may lag behind the CA's.
    pub clock_skew: ClockSkew,
}

/// Whether an accepted certificate must be proved not to be revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RevocationPolicy {
    /// Without proof the verdict is [`Indeterminate`](crate::Verdict::Indeterminate).
    Required,
    /// Revocation is not looked at, and the report says
    /// [`NotChecked`](crate::RevocationStatus::NotChecked). For tests and for callers that ask a platform operator
    /// about the status themselves.
    NotChecked,
}

/// Whether a CMS signer may leave out signedAttrs (RFC 5652 §5.3), and with them the content type and the
/// certificate hash that are signed along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignedAttributesPolicy {
    /// Each signer must have them.
    Required,
    /// A signature made directly over the content is accepted as well, unless the content could itself be the
    /// encoding of signed attributes: then a signature over a CMS could be passed off as one over that content.
    Optional,
}

/// A non-empty set of hash functions. SHA-1 has no place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AcceptedHashes(u8);

impl AcceptedHashes {
    /// SHA-256 alone.
    pub const SHA256: Self = Self(1);
    /// SHA-256, SHA-384 and SHA-512.
    pub const SHA2: Self = Self(0b111);

    /// Whether `algorithm` may be used.
    pub const fn contains(self, algorithm: HashAlgorithm) -> bool {
        self.0 & (1 << algorithm as u8) != 0
    }

    /// The accepted functions, weakest first.
    pub fn iter(self) -> impl Iterator<Item = HashAlgorithm> {
        HashAlgorithm::ALL.into_iter().filter(move |algorithm| self.contains(*algorithm))
    }
}

impl Serialize for AcceptedHashes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// What RSASSA-PKCS1-v1_5 pads (docs/certificate-facts.md §7). The two are never tried one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// `DigestInfo`, as RFC 8017 §8.2 has it.
    Pkcs1,
    /// The digest alone, type 1 padding, as some JPKI services sign.
    BareHash,
}

impl Scheme {
    pub(crate) const fn signature_scheme(self) -> SignatureScheme {
        match self {
            Self::Pkcs1 => SignatureScheme::Pkcs1V15,
            Self::BareHash => SignatureScheme::Pkcs1V15BareHash,
        }
    }
}

/// Seconds by which a fresh certificate's notBefore may lie in the future. notAfter has no allowance at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ClockSkew(u16);

impl ClockSkew {
    /// No allowance.
    pub const ZERO: Self = Self(0);
    /// The largest allowance: 300 seconds.
    pub const FIVE_MINUTES: Self = Self(300);

    /// An allowance of `seconds`; `None` above 300.
    pub const fn seconds(seconds: u16) -> Option<Self> {
        if seconds <= Self::FIVE_MINUTES.0 { Some(Self(seconds)) } else { None }
    }

    /// The allowance in seconds.
    pub const fn as_secs(self) -> u16 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_hashes() {
        assert_eq!(AcceptedHashes::SHA256.iter().collect::<Vec<_>>(), [HashAlgorithm::Sha256]);
        assert_eq!(AcceptedHashes::SHA2.iter().collect::<Vec<_>>(), HashAlgorithm::ALL);
        assert!(!AcceptedHashes::SHA256.contains(HashAlgorithm::Sha512));
    }

    #[test]
    fn the_clock_skew_has_a_ceiling() {
        assert_eq!(ClockSkew::seconds(300), Some(ClockSkew::FIVE_MINUTES));
        assert_eq!(ClockSkew::seconds(301), None);
    }
}
