//! Hash functions and `DigestInfo`.

use std::{fmt, str::FromStr};

use const_oid::{ObjectIdentifier, db::rfc5912};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use thiserror::Error;

use crate::tlv::{self, NULL, OCTET_STRING, SEQUENCE};

/// A hash function a signature may be made with. SHA-1 is left out on purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HashAlgorithm {
    /// SHA-256, 32 bytes.
    #[default]
    Sha256,
    /// SHA-384, 48 bytes.
    Sha384,
    /// SHA-512, 64 bytes.
    Sha512,
}

impl HashAlgorithm {
    /// All of them, weakest first.
    pub const ALL: [Self; 3] = [Self::Sha256, Self::Sha384, Self::Sha512];

    /// Length of a digest in bytes.
    pub const fn digest_len(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// Object identifier of the hash function (RFC 5754 §2).
    pub const fn oid(self) -> ObjectIdentifier {
        match self {
            Self::Sha256 => rfc5912::ID_SHA_256,
            Self::Sha384 => rfc5912::ID_SHA_384,
            Self::Sha512 => rfc5912::ID_SHA_512,
        }
    }

    /// The hash function with this object identifier, if it is one of [`ALL`](Self::ALL).
    pub fn from_oid(oid: &ObjectIdentifier) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.oid() == *oid)
    }

    /// Hashes `data` at once.
    pub fn digest(self, data: &[u8]) -> Digest {
        let mut hasher = self.hasher();
        hasher.update(data);
        hasher.finish()
    }

    /// Starts to hash data that comes in parts.
    pub fn hasher(self) -> Hasher {
        Hasher(match self {
            Self::Sha256 => State::Sha256(Sha256::new()),
            Self::Sha384 => State::Sha384(Sha384::new()),
            Self::Sha512 => State::Sha512(Sha512::new()),
        })
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }
}

impl fmt::Display for HashAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for HashAlgorithm {
    type Err = UnknownHashAlgorithm;

    /// Reads `sha256`, `sha384` or `sha512`.
    fn from_str(name: &str) -> Result<Self, UnknownHashAlgorithm> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name).ok_or(UnknownHashAlgorithm)
    }
}

/// The name is not one of `sha256`, `sha384` and `sha512`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a hash function in use: expected sha256, sha384 or sha512")]
#[non_exhaustive]
pub struct UnknownHashAlgorithm;

/// A hash computation under way; see [`HashAlgorithm::hasher`].
#[derive(Clone)]
pub struct Hasher(State);

#[derive(Clone)]
enum State {
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl Hasher {
    /// The function this computes.
    pub fn algorithm(&self) -> HashAlgorithm {
        match self.0 {
            State::Sha256(_) => HashAlgorithm::Sha256,
            State::Sha384(_) => HashAlgorithm::Sha384,
            State::Sha512(_) => HashAlgorithm::Sha512,
        }
    }

    /// Takes in the next bytes of the data.
    pub fn update(&mut self, data: &[u8]) {
        match &mut self.0 {
            State::Sha256(state) => state.update(data),
            State::Sha384(state) => state.update(data),
            State::Sha512(state) => state.update(data),
        }
    }

    /// The digest of everything taken in.
    pub fn finish(self) -> Digest {
        let algorithm = self.algorithm();
        match self.0 {
            State::Sha256(state) => Digest::padded(algorithm, &state.finalize()),
            State::Sha384(state) => Digest::padded(algorithm, &state.finalize()),
            State::Sha512(state) => Digest::padded(algorithm, &state.finalize()),
        }
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hasher").field("algorithm", &self.algorithm()).finish_non_exhaustive()
    }
}

/// The longest digest, in bytes.
const MAX_LEN: usize = 64;

/// A digest together with the function that made it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Digest {
    algorithm: HashAlgorithm,
    /// The digest, then zeros.
    bytes: [u8; MAX_LEN],
}

impl Digest {
    /// A digest that was computed elsewhere.
    ///
    /// # Errors
    /// [`DigestError`] unless `bytes` is exactly [`HashAlgorithm::digest_len`] long.
    pub fn new(algorithm: HashAlgorithm, bytes: &[u8]) -> Result<Self, DigestError> {
        if bytes.len() != algorithm.digest_len() {
            return Err(DigestError { algorithm, actual: bytes.len() });
        }
        Ok(Self::padded(algorithm, bytes))
    }

    fn padded(algorithm: HashAlgorithm, digest: &[u8]) -> Self {
        let mut bytes = [0; MAX_LEN];
        bytes.iter_mut().zip(digest).for_each(|(to, from)| *to = *from);
        Self { algorithm, bytes }
    }

    /// The function that made it.
    pub fn algorithm(&self) -> HashAlgorithm {
        self.algorithm
    }

    /// The digest: 32, 48 or 64 bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.algorithm.digest_len()).unwrap_or_default()
    }

    /// The DER of `DigestInfo` with NULL parameters: what RSASSA-PKCS1-v1_5 pads (RFC 8017 §9.2, note 1).
    /// 51, 67 or 83 bytes.
    pub fn digest_info(&self) -> Vec<u8> {
        let algorithm = tlv::algorithm(&self.algorithm.oid(), NULL);
        tlv::encode(SEQUENCE, &[&algorithm, &tlv::encode(OCTET_STRING, &[self.as_bytes()])])
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({} {})", self.algorithm, tlv::hex(self.as_bytes()))
    }
}

/// A digest has not the length its hash function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a {algorithm} digest is {} bytes long, not {actual}", .algorithm.digest_len())]
#[non_exhaustive]
pub struct DigestError {
    /// The hash function named.
    pub algorithm: HashAlgorithm,
    /// The length given, in bytes.
    pub actual: usize,
}

#[cfg(test)]
mod tests {
    use hex_literal::hex;

    use super::*;

    #[test]
    fn digests_of_abc() {
        // FIPS 180-4 example values.
        let expected: [&[u8]; 3] = [
            &hex!("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            &hex!(
                "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
                "8086072ba1e7cc2358baeca134c825a7"
            ),
            &hex!(
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
            ),
        ];
        for (algorithm, expected) in HashAlgorithm::ALL.into_iter().zip(expected) {
            let mut parts = algorithm.hasher();
            parts.update(b"a");
            parts.update(b"bc");
            assert_eq!(parts.finish().as_bytes(), expected);
            assert_eq!(algorithm.digest(b"abc").as_bytes(), expected);
            assert_eq!(expected.len(), algorithm.digest_len());
        }
    }

    #[test]
    fn digest_info_begins_as_rfc_8017_says() {
        let prefixes: [&[u8]; 3] = [
            &hex!("3031300d060960864801650304020105000420"),
            &hex!("3041300d060960864801650304020205000430"),
            &hex!("3051300d060960864801650304020305000440"),
        ];
        for (algorithm, prefix) in HashAlgorithm::ALL.into_iter().zip(prefixes) {
            let digest = algorithm.digest(b"");
            assert_eq!(digest.digest_info(), [prefix, digest.as_bytes()].concat());
        }
    }

    #[test]
    fn a_digest_of_another_length_is_refused() {
        for algorithm in HashAlgorithm::ALL {
            for len in (0..100).filter(|len| *len != algorithm.digest_len()) {
                let error = Digest::new(algorithm, &vec![0; len]).unwrap_err();
                assert_eq!(error, DigestError { algorithm, actual: len });
            }
            assert!(Digest::new(algorithm, &vec![0; algorithm.digest_len()]).is_ok());
        }
    }

    #[test]
    fn names_and_identifiers_read_back() {
        for algorithm in HashAlgorithm::ALL {
            assert_eq!(algorithm.to_string().parse(), Ok(algorithm));
            assert_eq!(HashAlgorithm::from_oid(&algorithm.oid()), Some(algorithm));
            assert_eq!(serde_json::to_string(&algorithm).unwrap(), format!("\"{algorithm}\""));
        }
        assert_eq!("sha1".parse::<HashAlgorithm>(), Err(UnknownHashAlgorithm));
        let sha1 = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
        assert_eq!(HashAlgorithm::from_oid(&sha1), None);
    }
}
