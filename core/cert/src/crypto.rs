//! Checking signatures: the seam and the default implementation.

use std::fmt::Debug;

use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::{BoxedUint, Pkcs1v15Sign};
use thiserror::Error;

use crate::key::{is_uncompressed, unsigned};
use crate::tlv::{INTEGER, Reader, SEQUENCE};
use crate::{Digest, KeyError, MAX_MODULUS_BITS, PublicKey, RsaPublicKeyParts};

/// How a signature is made from a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureScheme {
    /// RSASSA-PKCS1-v1_5 over a `DigestInfo` with NULL parameters (RFC 8017 §8.2).
    Pkcs1V15,
    /// The same padding over the bare digest, without `DigestInfo`. Only where the caller asked for it
    /// (docs/certificate-facts.md §7): it does not bind the hash function.
    Pkcs1V15BareHash,
    /// ECDSA, the signature as DER `SEQUENCE { r, s }` (RFC 3279 §2.2.3).
    EcdsaDer,
}

/// An implementation of RSA and ECDSA.
///
/// An implementation must call [`PublicKey::check_signature_form`] first or do the same. For RSA it must encode
/// the expected message anew and compare all of it (RFC 8017 §8.2.2), never parse the padding it finds.
pub trait CryptoProvider: Debug + Send + Sync {
    /// Whether `signature` is one over `digest` by the owner of `key`. Says nothing about who that is.
    ///
    /// # Errors
    /// [`SignatureError`]; whatever it is, the signature must not be relied on.
    fn check_signature(
        &self,
        key: &PublicKey,
        scheme: SignatureScheme,
        digest: &Digest,
        signature: &[u8],
    ) -> Result<(), SignatureError>;
}

/// The default provider, in Rust throughout.
#[derive(Clone, Copy, Debug, Default)]
pub struct RustCrypto;

impl CryptoProvider for RustCrypto {
    fn check_signature(
        &self,
        key: &PublicKey,
        scheme: SignatureScheme,
        digest: &Digest,
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        key.check_signature_form(scheme, signature)?;
        match (key, scheme) {
            (PublicKey::Rsa(key), SignatureScheme::Pkcs1V15) => {
                check_pkcs1_v15(key, &digest.digest_info(), signature)
            }
            (PublicKey::Rsa(key), SignatureScheme::Pkcs1V15BareHash) => {
                check_pkcs1_v15(key, digest.as_bytes(), signature)
            }
            (PublicKey::P256(point), SignatureScheme::EcdsaDer) => {
                let key =
                    p256::ecdsa::VerifyingKey::from_sec1_bytes(point).map_err(|_| SignatureError::Key)?;
                let (r, s) = ecdsa_numbers(signature)?;
                let signature =
                    p256::ecdsa::Signature::from_scalars(r, s).map_err(|_| SignatureError::Mismatch)?;
                key.verify_prehash(digest.as_bytes(), &signature).map_err(|_| SignatureError::Mismatch)
            }
            (PublicKey::P384(point), SignatureScheme::EcdsaDer) => {
                let key =
                    p384::ecdsa::VerifyingKey::from_sec1_bytes(point).map_err(|_| SignatureError::Key)?;
                let (r, s) = ecdsa_numbers(signature)?;
                let signature =
                    p384::ecdsa::Signature::from_scalars(r, s).map_err(|_| SignatureError::Mismatch)?;
                key.verify_prehash(digest.as_bytes(), &signature).map_err(|_| SignatureError::Mismatch)
            }
            _ => Err(SignatureError::Scheme),
        }
    }
}

/// EMSA-PKCS1-v1_5 around `message`, encoded anew and compared as a whole.
fn check_pkcs1_v15(key: &RsaPublicKeyParts, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
    let modulus = BoxedUint::from_be_slice_vartime(&key.modulus);
    let exponent = BoxedUint::from_be_slice_vartime(&key.exponent);
    // How small a key may be is the verifier's decision.
    let key = rsa::PublicKey::new_with_size_limits(modulus, exponent, 0..=MAX_MODULUS_BITS)
        .map_err(|_| SignatureError::Key)?;
    key.verify(Pkcs1v15Sign::new_unprefixed(), message, signature).map_err(|_| SignatureError::Mismatch)
}

/// r and s, each filled with zeros in front to the length that a curve's numbers have.
fn ecdsa_numbers<const N: usize>(signature: &[u8]) -> Result<([u8; N], [u8; N]), SignatureError> {
    let numbers = || -> Result<_, KeyError> {
        let mut numbers = Reader::only(signature, SEQUENCE)?.children();
        let r = unsigned(numbers.expect(INTEGER)?.content)?;
        let s = unsigned(numbers.expect(INTEGER)?.content)?;
        numbers.finish()?;
        Ok((filled(&r)?, filled(&s)?))
    };
    numbers().map_err(|_| SignatureError::Mismatch)
}

fn filled<const N: usize>(number: &[u8]) -> Result<[u8; N], KeyError> {
    let mut filled = [0; N];
    let zeros = N.checked_sub(number.len()).ok_or(KeyError::Malformed)?;
    filled.iter_mut().skip(zeros).zip(number).for_each(|(to, from)| *to = *from);
    Ok(filled)
}

impl PublicKey {
    /// What can be said of a signature without computing: the scheme fits the key, and an RSA signature is exactly
    /// as long as the modulus and, as a number, smaller (RFC 8017 §8.2.2, steps 1 and 2a); a point is uncompressed.
    ///
    /// # Errors
    /// [`SignatureError::Scheme`], [`SignatureError::Length`], [`SignatureError::NotBelowModulus`] or, for a point of
    /// another form, [`SignatureError::Key`].
    pub fn check_signature_form(
        &self,
        scheme: SignatureScheme,
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        match (self, scheme) {
            (Self::Rsa(key), SignatureScheme::Pkcs1V15 | SignatureScheme::Pkcs1V15BareHash) => {
                if signature.len() != key.modulus.len() {
                    Err(SignatureError::Length { expected: key.modulus.len(), actual: signature.len() })
                } else if signature >= key.modulus.as_slice() {
                    // Both are big-endian and equally long, so bytes compare as numbers do.
                    Err(SignatureError::NotBelowModulus)
                } else {
                    Ok(())
                }
            }
            (Self::P256(point), SignatureScheme::EcdsaDer) => check_point_form(point, 32),
            (Self::P384(point), SignatureScheme::EcdsaDer) => check_point_form(point, 48),
            _ => Err(SignatureError::Scheme),
        }
    }
}

/// Libraries differ in which other forms they take: `p256` knows one, tag 05, that no standard for X.509 has.
fn check_point_form(point: &[u8], coordinate_len: usize) -> Result<(), SignatureError> {
    if is_uncompressed(point, coordinate_len) { Ok(()) } else { Err(SignatureError::Key) }
}

/// Why a signature is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// The signature is not one over this digest by this key.
    #[error("the signature does not match")]
    Mismatch,
    /// An RSA signature of the wrong length.
    #[error("a signature of {actual} bytes where the key makes {expected}")]
    Length {
        /// Length of the modulus in bytes.
        expected: usize,
        /// Length given in bytes.
        actual: usize,
    },
    /// An RSA signature that, as a number, is not smaller than the modulus.
    #[error("the signature is not below the modulus")]
    NotBelowModulus,
    /// The scheme is not one for this kind of key.
    #[error("the signature scheme does not fit the key")]
    Scheme,
    /// The provider cannot compute with this key: an even modulus or exponent, an exponent out of range, a point
    /// off the curve or not uncompressed.
    #[error("the key cannot be used")]
    Key,
}
