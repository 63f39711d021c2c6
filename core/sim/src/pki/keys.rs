//! The fixed RSA keys of the test PKI. They are public: see `core/sim/keys/README.md`.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use sha1::{Digest as _, Sha1};
use sha2::Sha256;
use signer_rsa::{
    BigUint, Pkcs1v15Sign, RsaPrivateKey, hazmat::rsa_decrypt, pkcs8::DecodePrivateKey,
    traits::PublicKeyParts,
};

use crate::{SimError, der};

/// RSA modulus length in bytes of every key that a card or an authority has: 2048 bits.
pub(crate) const MODULUS_LEN: usize = 256;

/// Signatures that one key remembers.
const MOST_REMEMBERED: usize = 64;

/// Which of the fixed keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyName {
    /// Test CA for signing certificates, generation 2015.
    SigningCa2015,
    /// Test CA for signing certificates, generation 2019.
    SigningCa2019,
    /// Test CA for signing certificates, generation 2023.
    SigningCa2023,
    /// Test CA for authentication certificates, generation 2015.
    AuthenticationCa2015,
    /// Test CA for authentication certificates, generation 2019.
    AuthenticationCa2019,
    /// Test CA for authentication certificates, generation 2023.
    AuthenticationCa2023,
    /// Signing key (EF 001A) of every simulated card.
    SigningLeaf,
    /// Authentication key (EF 0017) of every simulated card.
    AuthenticationLeaf,
    /// Another holder's key, on no simulated card.
    OtherLeaf,
    /// A key no anchor knows.
    Attacker,
    /// The OCSP responder's key, for which each authority issues a certificate.
    OcspResponder,
    /// 1024 bits: a key no card has.
    Rsa1024,
    /// 2047 bits: a key no card has.
    Rsa2047,
    /// 4096 bits: a key no card has.
    Rsa4096,
    /// 2048 bits and public exponent 3: a key no card has.
    ExponentThree,
}

impl KeyName {
    const fn modulus_len(self) -> usize {
        match self {
            Self::Rsa1024 => 128,
            Self::Rsa4096 => 512,
            _ => MODULUS_LEN,
        }
    }
}

/// An RSA private key whose every signature is worthless, because the key is published. Lengths are given for 2048 bits,
/// which all keys have whose name does not say otherwise.
///
/// All operations are deterministic, and the first few signatures are remembered: exhaustive runs ask for the same ones a
/// million times.
#[derive(Clone)]
pub struct TestKey {
    name: KeyName,
    private: Arc<RsaPrivateKey>,
    made: Arc<Mutex<BTreeMap<Vec<u8>, Vec<u8>>>>,
}

impl TestKey {
    /// Loads one of the fixed keys.
    ///
    /// # Errors
    /// [`SimError::Key`] if the embedded file is damaged.
    pub fn load(name: KeyName) -> Result<Self, SimError> {
        let (file, der) = embedded(name);
        let private = RsaPrivateKey::from_pkcs8_der(der).map_err(|_| SimError::Key { name: file })?;
        if private.size() != name.modulus_len() {
            return Err(SimError::Key { name: file });
        }
        Ok(Self { name, private: Arc::new(private), made: Arc::default() })
    }

    /// Which key this is.
    pub fn name(&self) -> KeyName {
        self.name
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2): 256 bytes.
    ///
    /// # Errors
    /// [`SimError::PrivateOperation`], which a message of any length does not cause.
    pub fn sign_sha256(&self, message: &[u8]) -> Result<Vec<u8>, SimError> {
        let digest_info = der::sequence(&[
            der::sequence(&[der::oid(&[2, 16, 840, 1, 101, 3, 4, 2, 1]), der::null()]),
            der::octet_string(&Sha256::digest(message)),
        ]);
        self.sign_padded(&digest_info)
    }

    /// What the card does with the data of its signature command: type 1 padding around `block` as it is, 1 to
    /// 245 bytes, then the private operation (card-facts §5.1). 256 bytes.
    ///
    /// # Errors
    /// [`SimError::PrivateOperation`] for a block of any other length.
    pub fn sign_padded(&self, block: &[u8]) -> Result<Vec<u8>, SimError> {
        let refused = || SimError::PrivateOperation { len: block.len() };
        if block.is_empty() {
            return Err(refused());
        }
        let made = || self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(signature) = made().get(block) {
            return Ok(signature.clone());
        }
        let signature = self.private.sign(Pkcs1v15Sign::new_unprefixed(), block).map_err(|_| refused())?;
        let mut made = made();
        if made.len() < MOST_REMEMBERED {
            made.insert(block.to_vec(), signature.clone());
        }
        Ok(signature)
    }

    /// The bare private operation on a number of up to 256 bytes below the modulus: for signatures whose padding is
    /// wrong on purpose. 256 bytes.
    ///
    /// # Errors
    /// [`SimError::PrivateOperation`] for a number not below the modulus.
    pub fn raw_private_operation(&self, number: &[u8]) -> Result<Vec<u8>, SimError> {
        let refused = || SimError::PrivateOperation { len: number.len() };
        let input = BigUint::from_bytes_be(number);
        if input >= *self.private.n() {
            return Err(refused());
        }
        let power = rsa_decrypt::<signer_rsa::rand_core::OsRng>(None, self.private.as_ref(), &input)
            .map_err(|_| refused())?
            .to_bytes_be();
        let mut out = vec![0; self.private.size().saturating_sub(power.len())];
        out.extend(power);
        Ok(out)
    }

    /// The modulus, big-endian, 256 bytes.
    pub fn modulus(&self) -> Vec<u8> {
        self.private.n().to_bytes_be()
    }

    /// `RSAPublicKey` (RFC 8017 §A.1.1), the content of the `subjectPublicKey` BIT STRING.
    pub fn public_key_der(&self) -> Vec<u8> {
        der::sequence(&[der::unsigned(&self.modulus()), der::unsigned(&self.private.e().to_bytes_be())])
    }

    /// `SubjectPublicKeyInfo`: rsaEncryption with NULL parameters.
    pub fn subject_public_key_info(&self) -> Vec<u8> {
        der::sequence(&[
            der::sequence(&[der::oid(&[1, 2, 840, 113_549, 1, 1, 1]), der::null()]),
            der::bit_string(0, &self.public_key_der()),
        ])
    }

    /// SHA-1 of the public key bits, 20 bytes (RFC 5280 §4.2.1.2 method 1; docs/certificate-facts.md §2.2).
    pub fn key_identifier(&self) -> [u8; 20] {
        Sha1::digest(self.public_key_der()).into()
    }
}

impl fmt::Debug for TestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestKey").field("name", &self.name).finish_non_exhaustive()
    }
}

fn embedded(name: KeyName) -> (&'static str, &'static [u8]) {
    macro_rules! key {
        ($file:literal) => {
            ($file, include_bytes!(concat!("../../keys/", $file, ".der")))
        };
    }
    match name {
        KeyName::SigningCa2015 => key!("signing-ca-2015"),
        KeyName::SigningCa2019 => key!("signing-ca-2019"),
        KeyName::SigningCa2023 => key!("signing-ca-2023"),
        KeyName::AuthenticationCa2015 => key!("authentication-ca-2015"),
        KeyName::AuthenticationCa2019 => key!("authentication-ca-2019"),
        KeyName::AuthenticationCa2023 => key!("authentication-ca-2023"),
        KeyName::SigningLeaf => key!("signing-leaf"),
        KeyName::AuthenticationLeaf => key!("authentication-leaf"),
        KeyName::OtherLeaf => key!("other-leaf"),
        KeyName::Attacker => key!("attacker"),
        KeyName::OcspResponder => key!("ocsp-responder"),
        KeyName::Rsa1024 => key!("rsa-1024"),
        KeyName::Rsa2047 => key!("rsa-2047"),
        KeyName::Rsa4096 => key!("rsa-4096"),
        KeyName::ExponentThree => key!("exponent-three"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_by_hand_gives_the_same_signature() {
        let key = TestKey::load(KeyName::SigningLeaf).unwrap();
        for len in [1, 51, 245] {
            let block = vec![0x5A; len];
            let mut padded = vec![0x00, 0x01];
            padded.resize(MODULUS_LEN - len - 1, 0xFF);
            padded.push(0x00);
            padded.extend_from_slice(&block);
            assert_eq!(key.sign_padded(&block).unwrap(), key.raw_private_operation(&padded).unwrap());
        }
    }

    #[test]
    fn a_remembered_signature_is_the_same_and_belongs_to_its_key() {
        let key = TestKey::load(KeyName::SigningLeaf).unwrap();
        let first = key.sign_padded(&[7; 51]).unwrap();
        assert_eq!(key.sign_padded(&[7; 51]).unwrap(), first);
        assert_ne!(key.sign_padded(&[8; 51]).unwrap(), first);
        assert_ne!(TestKey::load(KeyName::OtherLeaf).unwrap().sign_padded(&[7; 51]).unwrap(), first);
        for at in 0..=MOST_REMEMBERED {
            key.sign_padded(&[u8::try_from(at).unwrap(); 20]).unwrap();
        }
        assert_eq!(key.made.lock().unwrap().len(), MOST_REMEMBERED);
    }

    #[test]
    fn inputs_out_of_range_are_refused() {
        let key = TestKey::load(KeyName::Attacker).unwrap();
        assert_eq!(key.sign_padded(&[]), Err(SimError::PrivateOperation { len: 0 }));
        assert_eq!(key.sign_padded(&[1; 246]), Err(SimError::PrivateOperation { len: 246 }));
        assert_eq!(key.raw_private_operation(&[0xFF; 256]), Err(SimError::PrivateOperation { len: 256 }));
    }

    #[test]
    fn debug_shows_no_key_material() {
        let key = TestKey::load(KeyName::OtherLeaf).unwrap();
        assert_eq!(format!("{key:?}"), "TestKey { name: OtherLeaf, .. }");
    }
}
