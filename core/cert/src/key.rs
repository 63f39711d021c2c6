//! Public keys.

use const_oid::db::rfc5912;
use thiserror::Error;

use crate::tlv::{BIT_STRING, INTEGER, NULL, OID, Reader, SEQUENCE};

/// The largest RSA modulus that is looked at, in bits. Computing with larger ones serves no one but an attacker.
pub const MAX_MODULUS_BITS: usize = 8192;

const MAX_EXPONENT_BITS: usize = 64;

/// A subject's public key. Which kind and size may be used is the verifier's decision.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PublicKey {
    /// RSA (RFC 8017 §3.1).
    Rsa(RsaPublicKeyParts),
    /// A point on P-256, uncompressed: `04`, x, y; 65 bytes (SEC 1 §2.3.3). Not checked to be on the curve.
    P256(Vec<u8>),
    /// A point on P-384, uncompressed: `04`, x, y; 97 bytes. Not checked to be on the curve.
    P384(Vec<u8>),
}

/// An RSA public key: big-endian integers without leading zeros.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RsaPublicKeyParts {
    /// The modulus n.
    pub modulus: Vec<u8>,
    /// The public exponent e.
    pub exponent: Vec<u8>,
}

impl RsaPublicKeyParts {
    /// Length of the modulus in bits.
    pub fn modulus_bits(&self) -> usize {
        bit_len(&self.modulus)
    }
}

impl PublicKey {
    /// Reads a `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7; RFC 3279 §2.3.1 for RSA, RFC 5480 §2 for elliptic curves).
    ///
    /// # Errors
    /// [`KeyError`]. The parameters of rsaEncryption must be NULL, curves must be named and points uncompressed.
    pub fn from_spki_der(der: &[u8]) -> Result<Self, KeyError> {
        let mut fields = Reader::only(der, SEQUENCE)?.children();
        let mut algorithm = fields.expect(SEQUENCE)?.children();
        let key = fields.expect(BIT_STRING)?;
        fields.finish()?;
        let Some((0, key)) = key.content.split_first() else { return Err(KeyError::Malformed) };

        let id = algorithm.expect(OID)?.content;
        let parameters = if algorithm.is_empty() { None } else { Some(algorithm.next()?) };
        algorithm.finish()?;
        if id == rfc5912::RSA_ENCRYPTION.as_bytes() {
            match parameters {
                Some(parameters) if parameters.der == NULL => rsa(key).map(Self::Rsa),
                _ => Err(KeyError::Parameters),
            }
        } else if id == rfc5912::ID_EC_PUBLIC_KEY.as_bytes() {
            let curve = parameters.filter(|parameters| parameters.tag == OID).map(|curve| curve.content);
            if curve == Some(rfc5912::SECP_256_R_1.as_bytes()) {
                point(key, 32).map(Self::P256)
            } else if curve == Some(rfc5912::SECP_384_R_1.as_bytes()) {
                point(key, 48).map(Self::P384)
            } else {
                Err(KeyError::Parameters)
            }
        } else {
            Err(KeyError::Algorithm)
        }
    }

    /// Length of an RSA signature in bytes, which is that of the modulus; `None` for elliptic curves, whose DER
    /// signatures vary in length.
    pub fn signature_len(&self) -> Option<usize> {
        match self {
            Self::Rsa(key) => Some(key.modulus.len()),
            Self::P256(_) | Self::P384(_) => None,
        }
    }
}

fn rsa(der: &[u8]) -> Result<RsaPublicKeyParts, KeyError> {
    let mut numbers = Reader::only(der, SEQUENCE)?.children();
    let modulus = unsigned(numbers.expect(INTEGER)?.content)?;
    let exponent = unsigned(numbers.expect(INTEGER)?.content)?;
    numbers.finish()?;
    let (modulus_bits, exponent_bits) = (bit_len(&modulus), bit_len(&exponent));
    if modulus_bits > MAX_MODULUS_BITS {
        return Err(KeyError::ModulusTooLong { bits: modulus_bits });
    }
    if exponent_bits > MAX_EXPONENT_BITS {
        return Err(KeyError::ExponentTooLong { bits: exponent_bits });
    }
    Ok(RsaPublicKeyParts { modulus, exponent })
}

/// A positive INTEGER without its sign octet.
pub(crate) fn unsigned(content: &[u8]) -> Result<Vec<u8>, KeyError> {
    match content {
        [0, rest @ ..] if rest.first().is_some_and(|first| *first >= 0x80) => Ok(rest.to_vec()),
        [0x01..=0x7F, ..] => Ok(content.to_vec()),
        _ => Err(KeyError::Malformed),
    }
}

fn point(key: &[u8], coordinate_len: usize) -> Result<Vec<u8>, KeyError> {
    if is_uncompressed(key, coordinate_len) { Ok(key.to_vec()) } else { Err(KeyError::Malformed) }
}

/// SEC 1 §2.3.3: `04`, x, y.
pub(crate) fn is_uncompressed(point: &[u8], coordinate_len: usize) -> bool {
    point.first() == Some(&0x04) && point.len() == 1 + 2 * coordinate_len
}

/// Bits of a big-endian number without leading zero octets.
fn bit_len(number: &[u8]) -> usize {
    number.first().map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}

/// Why a public key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Neither rsaEncryption nor id-ecPublicKey.
    #[error("unknown public key algorithm")]
    Algorithm,
    /// rsaEncryption without NULL, or an elliptic curve other than P-256 and P-384.
    #[error("public key parameters that are not in use")]
    Parameters,
    /// Not the encoding of such a key.
    #[error("malformed public key")]
    Malformed,
    /// An RSA modulus of more than [`MAX_MODULUS_BITS`].
    #[error("an RSA modulus of {bits} bits, the limit is {MAX_MODULUS_BITS}")]
    ModulusTooLong {
        /// Length of the modulus.
        bits: usize,
    },
    /// An RSA exponent of more than 64 bits.
    #[error("an RSA exponent of {bits} bits, the limit is {MAX_EXPONENT_BITS}")]
    ExponentTooLong {
        /// Length of the exponent.
        bits: usize,
    },
}

impl From<crate::DerViolation> for KeyError {
    fn from(_: crate::DerViolation) -> Self {
        Self::Malformed
    }
}
