//! The operator's seal: without the key, a record cannot be replaced by another one.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac};
use kazasu_cert::{CryptoProvider, HashAlgorithm, KeyError, PublicKey, RustCrypto, SignatureScheme};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use thiserror::Error;
use zeroize::Zeroizing;

/// A seal over the SHA-256 of a record's canonical form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Seal {
    /// How it is made.
    pub algorithm: SealAlgorithm,
    /// The operator's name for the key. Not part of what is sealed.
    pub key: String,
    /// The seal.
    #[serde(with = "super::keep::base64")]
    pub value: Vec<u8>,
}

/// How a seal is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SealAlgorithm {
    /// HMAC with SHA-256 (RFC 2104) over the 32 bytes of the hash. Who can check it can make it.
    HmacSha256,
    /// ECDSA on P-256 with SHA-256, DER. The 32 bytes are the message, so that they are hashed once more: what a
    /// key store does with data to sign.
    EcdsaP256Sha256,
}

/// Makes seals: a key in memory, a key store, a service.
pub trait SealKey {
    /// How.
    fn algorithm(&self) -> SealAlgorithm;

    /// The name the record gives the key.
    fn name(&self) -> &str;

    /// The seal over these 32 bytes.
    ///
    /// # Errors
    /// [`SealError::NotMade`].
    fn seal(&self, record_sha256: &[u8; 32]) -> Result<Vec<u8>, SealError>;
}

/// Checks seals.
pub trait SealVerifier {
    /// Whether the seal is one over these 32 bytes.
    ///
    /// # Errors
    /// [`SealError::Algorithm`] for one of another kind, [`SealError::Wrong`].
    fn check(&self, record_sha256: &[u8; 32], seal: &Seal) -> Result<(), SealError>;
}

/// What is wrong with a seal.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SealError {
    /// There is none.
    #[error("there is none")]
    Missing,
    /// It is made in another way than the key at hand can check.
    #[error("it is made in another way than can be checked with this key")]
    Algorithm,
    /// It is not one over this record with this key.
    #[error("it does not fit")]
    Wrong,
    /// The key is none for seals: an HMAC key of less than 32 or more than 4096 bytes, a public key that is not on P-256.
    #[error("the key is not one for seals")]
    Key,
    /// The holder of the key did not make one.
    #[error("it could not be made: {reason}")]
    NotMade {
        /// What the holder says.
        reason: String,
    },
}

impl From<KeyError> for SealError {
    fn from(_: KeyError) -> Self {
        Self::Key
    }
}

/// Seals with a secret that both sides have. `Debug` does not show it.
#[derive(Clone)]
pub struct HmacSeal {
    name: String,
    key: Zeroizing<Vec<u8>>,
}

impl HmacSeal {
    /// The longest key that is taken, in bytes: far more than adds to its strength.
    pub const MAX_KEY_LEN: usize = 4096;

    /// A key of at least 32 bytes (RFC 2104 §3: not shorter than the hash) and at most [`MAX_KEY_LEN`](Self::MAX_KEY_LEN).
    ///
    /// # Errors
    /// [`SealError::Key`].
    pub fn new(name: &str, key: &[u8]) -> Result<Self, SealError> {
        if !(32..=Self::MAX_KEY_LEN).contains(&key.len()) {
            return Err(SealError::Key);
        }
        Ok(Self { name: name.to_owned(), key: key.to_vec().into() })
    }

    fn mac(&self, record_sha256: &[u8; 32]) -> Result<Hmac<Sha256>, SealError> {
        let mac = Hmac::new_from_slice(&self.key).map_err(|_| SealError::Key)?;
        Ok(mac.chain_update(record_sha256))
    }
}

impl fmt::Debug for HmacSeal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HmacSeal").field("name", &self.name).finish_non_exhaustive()
    }
}

impl SealKey for HmacSeal {
    fn algorithm(&self) -> SealAlgorithm {
        SealAlgorithm::HmacSha256
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn seal(&self, record_sha256: &[u8; 32]) -> Result<Vec<u8>, SealError> {
        Ok(self.mac(record_sha256)?.finalize().into_bytes().to_vec())
    }
}

impl SealVerifier for HmacSeal {
    fn check(&self, record_sha256: &[u8; 32], seal: &Seal) -> Result<(), SealError> {
        if seal.algorithm != SealAlgorithm::HmacSha256 {
            return Err(SealError::Algorithm);
        }
        self.mac(record_sha256)?.verify_slice(&seal.value).map_err(|_| SealError::Wrong)
    }
}

/// Checks seals with the operator's public key, which need not be secret.
#[derive(Clone, Debug)]
pub struct P256SealVerifier(PublicKey);

impl P256SealVerifier {
    /// A `SubjectPublicKeyInfo` with a key on P-256, DER.
    ///
    /// # Errors
    /// [`SealError::Key`].
    pub fn from_spki_der(der: &[u8]) -> Result<Self, SealError> {
        match PublicKey::from_spki_der(der)? {
            key @ PublicKey::P256(_) => Ok(Self(key)),
            _ => Err(SealError::Key),
        }
    }
}

impl SealVerifier for P256SealVerifier {
    fn check(&self, record_sha256: &[u8; 32], seal: &Seal) -> Result<(), SealError> {
        if seal.algorithm != SealAlgorithm::EcdsaP256Sha256 {
            return Err(SealError::Algorithm);
        }
        let digest = HashAlgorithm::Sha256.digest(record_sha256);
        RustCrypto
            .check_signature(&self.0, SignatureScheme::EcdsaDer, &digest, &seal.value)
            .map_err(|_| SealError::Wrong)
    }
}
