//! The hash functions a list or an answer may be signed with.

use sha1::{Digest as _, Sha1};
use sha2::{Sha256, Sha384, Sha512};

use crate::{SimError, TestKey, der};

/// Hash function of an RSASSA-PKCS1-v1_5 signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureHash {
    /// SHA-1, which nobody may accept.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl SignatureHash {
    /// All of them, weakest first.
    pub const ALL: [Self; 4] = [Self::Sha1, Self::Sha256, Self::Sha384, Self::Sha512];

    /// `AlgorithmIdentifier` of the signature, parameters NULL.
    pub fn algorithm(self) -> Vec<u8> {
        let number = match self {
            Self::Sha1 => 5,
            Self::Sha256 => 11,
            Self::Sha384 => 12,
            Self::Sha512 => 13,
        };
        der::sequence(&[der::oid(&[1, 2, 840, 113_549, 1, 1, number]), der::null()])
    }

    /// `AlgorithmIdentifier` of the hash function alone, parameters NULL.
    pub fn hash_algorithm(self) -> Vec<u8> {
        let oid = match self {
            Self::Sha1 => der::oid(&[1, 3, 14, 3, 2, 26]),
            Self::Sha256 => der::oid(&[2, 16, 840, 1, 101, 3, 4, 2, 1]),
            Self::Sha384 => der::oid(&[2, 16, 840, 1, 101, 3, 4, 2, 2]),
            Self::Sha512 => der::oid(&[2, 16, 840, 1, 101, 3, 4, 2, 3]),
        };
        der::sequence(&[oid, der::null()])
    }

    /// The digest of `data`.
    pub fn digest(self, data: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => Sha1::digest(data).to_vec(),
            Self::Sha256 => Sha256::digest(data).to_vec(),
            Self::Sha384 => Sha384::digest(data).to_vec(),
            Self::Sha512 => Sha512::digest(data).to_vec(),
        }
    }

    /// The signature over `message`, 256 bytes.
    ///
    /// # Errors
    /// [`SimError::PrivateOperation`], which no message causes.
    pub fn sign(self, key: &TestKey, message: &[u8]) -> Result<Vec<u8>, SimError> {
        key.sign_padded(&der::sequence(&[self.hash_algorithm(), der::octet_string(&self.digest(message))]))
    }
}
