//! The provider.

use std::fmt;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::signature::{
    EcdsaVerificationAlgorithm, ParsedPublicKey, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey,
};
use kazasu_cert::{
    CryptoProvider, Digest, HashAlgorithm, MAX_MODULUS_BITS, PublicKey, RsaPublicKeyParts, RustCrypto,
    SignatureError, SignatureScheme,
};

use crate::algorithm;

/// AWS-LC checks by RSA keys of this length in bits at least.
const MIN_MODULUS_BITS: usize = 2048;

/// Checks signatures with AWS-LC.
///
/// [`knowing`](Self::knowing) sets up the keys of trust anchors beforehand, which saves a tenth of the time of each
/// check by one of them. `Default` knows no key; it accepts the same signatures.
#[derive(Default)]
pub struct AwsLc {
    known: Vec<KnownKey>,
}

/// An RSA key and what AWS-LC has computed from it, by [`HashAlgorithm::ALL`].
struct KnownKey {
    key: PublicKey,
    parsed: [ParsedPublicKey; 3],
}

impl AwsLc {
    /// A provider that has set up these keys. It takes all others as well. Keys it could not have used are left out:
    /// a check by one of them says why.
    pub fn knowing<'a>(keys: impl IntoIterator<Item = &'a PublicKey>) -> Self {
        Self { known: keys.into_iter().filter_map(KnownKey::new).collect() }
    }

    fn check_pkcs1_v15(
        &self,
        key: &PublicKey,
        parts: &RsaPublicKeyParts,
        digest: &Digest,
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        let hash = digest.algorithm();
        let imported = algorithm::digest(digest)?;
        if let Some(known) = self.known.iter().find(|known| known.key == *key) {
            let checked = known.by(hash).verify_digest_sig(&imported, signature);
            return checked.map_err(|_| SignatureError::Mismatch);
        }
        let (algorithm, components) = (algorithm::rsa(hash), components(parts));
        // Taken as numbers, the key is not looked at before the computation: why it failed is asked afterwards.
        let key = components.to_parsed_public_key(algorithm).map_err(|_| SignatureError::Key)?;
        let checked = key.verify_digest_sig(&imported, signature);
        checked.map_err(|_| {
            parse(&components, algorithm).map_or_else(|error| error, |_| SignatureError::Mismatch)
        })
    }
}

impl CryptoProvider for AwsLc {
    fn check_signature(
        &self,
        key: &PublicKey,
        scheme: SignatureScheme,
        digest: &Digest,
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        key.check_signature_form(scheme, signature)?;
        match (key, scheme) {
            (PublicKey::Rsa(parts), SignatureScheme::Pkcs1V15) if is_in_range(parts) => {
                self.check_pkcs1_v15(key, parts, digest, signature)
            }
            (PublicKey::P256(point), SignatureScheme::EcdsaDer) => {
                check_ecdsa(algorithm::p256(digest.algorithm()), point, digest, signature)
            }
            (PublicKey::P384(point), SignatureScheme::EcdsaDer) => {
                check_ecdsa(algorithm::p384(digest.algorithm()), point, digest, signature)
            }
            // There is no call for these; what is wrong, the default provider tells.
            _ => RustCrypto.check_signature(key, scheme, digest, signature),
        }
    }
}

impl KnownKey {
    fn new(key: &PublicKey) -> Option<Self> {
        let PublicKey::Rsa(parts) = key else { return None };
        if !is_in_range(parts) {
            return None;
        }
        let components = components(parts);
        let [Ok(first), Ok(second), Ok(third)] =
            HashAlgorithm::ALL.map(|hash| parse(&components, algorithm::rsa(hash)))
        else {
            return None;
        };
        Some(Self { key: key.clone(), parsed: [first, second, third] })
    }

    fn by(&self, hash: HashAlgorithm) -> &ParsedPublicKey {
        let [sha256, sha384, sha512] = &self.parsed;
        match hash {
            HashAlgorithm::Sha256 => sha256,
            HashAlgorithm::Sha384 => sha384,
            HashAlgorithm::Sha512 => sha512,
        }
    }
}

impl fmt::Debug for AwsLc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AwsLc({} known keys)", self.known.len())
    }
}

fn check_ecdsa(
    algorithm: &'static EcdsaVerificationAlgorithm,
    point: &[u8],
    digest: &Digest,
    signature: &[u8],
) -> Result<(), SignatureError> {
    let key = UnparsedPublicKey::new(algorithm, point);
    key.verify_digest(&algorithm::digest(digest)?, signature).map_err(|_| reason(&key))
}

/// Why a check by this point failed.
fn reason<B: AsRef<[u8]>>(key: &UnparsedPublicKey<B>) -> SignatureError {
    if key.parse().is_ok() { SignatureError::Mismatch } else { SignatureError::Key }
}

fn is_in_range(key: &RsaPublicKeyParts) -> bool {
    (MIN_MODULUS_BITS..=MAX_MODULUS_BITS).contains(&key.modulus_bits())
}

fn components(key: &RsaPublicKeyParts) -> RsaPublicKeyComponents<&[u8]> {
    RsaPublicKeyComponents { n: &key.modulus, e: &key.exponent }
}

/// The key by way of its encoding, which AWS-LC examines when it reads it.
fn parse(
    key: &RsaPublicKeyComponents<&[u8]>,
    algorithm: &'static RsaParameters,
) -> Result<ParsedPublicKey, SignatureError> {
    let der = key.as_der().map_err(|_| SignatureError::Key)?;
    ParsedPublicKey::new(algorithm, der.as_ref()).map_err(|_| SignatureError::Key)
}
