//! What a relying party decides for itself. Nothing here has a default: each choice is written down by the caller.

use kazasu_cert::{HashAlgorithm, SignatureScheme};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::MaxAge;

/// The relying party's choices for a [`Verifier`](crate::Verifier). The report repeats them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RevocationPolicy {
    /// Without proof by these rules the verdict is [`Indeterminate`](crate::Verdict::Indeterminate).
    Required(RevocationRules),
    /// Revocation is not looked at, and the report says
    /// [`NotChecked`](crate::RevocationStatus::NotChecked). For tests and for callers that ask a platform operator
    /// about the status themselves.
    NotChecked,
}

/// What counts as proof that a certificate is not revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevocationRules {
    /// Which CRLs are complete for a certificate.
    pub crl_scope: CrlScope,
    /// How old an OCSP answer may be.
    pub max_ocsp_age: MaxAge,
    /// Whether an OCSP answer must have been made for the request.
    pub ocsp_nonce: NonceEcho,
    /// What an OCSP answer means that does not know the certificate.
    pub unknown_status: OnUnknownStatus,
}

/// Which CRLs are complete for a certificate (RFC 5280 §5.2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CrlScope {
    /// Those whose issuingDistributionPoint names the partition of the certificate, and no other.
    Partition,
    /// Those, and also those without issuingDistributionPoint: the caller knows that they are lists of everything.
    Full,
}

/// Whether the nonce of a request must come back (RFC 6960 §4.4.1). A different one is fatal in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NonceEcho {
    /// It must: the answer was made just now, for this request.
    Required,
    /// It may be missing, because many responders sign in advance.
    Optional,
}

/// What an OCSP answer `unknown` means. It is never good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnUnknownStatus {
    /// The verdict stays open, even if a CRL does not list the certificate.
    Indeterminate,
    /// The certificate is rejected.
    Reject,
}

/// Whether a CMS signer may leave out signedAttrs (RFC 5652 §5.3), and with them the content type and the
/// certificate hash that are signed along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for AcceptedHashes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bits = Vec::deserialize(deserializer)?
            .into_iter()
            .fold(0, |bits, algorithm: HashAlgorithm| bits | 1 << algorithm as u8);
        if bits == 0 { Err(D::Error::custom("no hash function is accepted")) } else { Ok(Self(bits)) }
    }
}

/// What RSASSA-PKCS1-v1_5 pads (docs/certificate-facts.md §7). The two are never tried one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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

impl<'de> Deserialize<'de> for ClockSkew {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::seconds(u16::deserialize(deserializer)?).ok_or(D::Error::custom("more than 300 seconds"))
    }
}

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
