use kazasu_cert::{
    CryptoProvider, Digest, HashAlgorithm, PublicKey, RsaPublicKeyParts, RustCrypto, SignatureError,
    SignatureScheme,
};
use signer_rsa::{
    BigUint,
    traits::{PrivateKeyParts, PublicKeyParts},
};

use crate::fixture::{key, sign};

const MESSAGE: &[u8] = b"an application to open an account";

fn public() -> PublicKey {
    PublicKey::Rsa(RsaPublicKeyParts { modulus: key().n().to_bytes_be(), exponent: key().e().to_bytes_be() })
}

fn digest() -> Digest {
    HashAlgorithm::Sha256.digest(MESSAGE)
}

/// The private key operation on any encoded message.
fn raw(encoded: &[u8]) -> Vec<u8> {
    let number = BigUint::from_bytes_be(encoded).modpow(key().d(), key().n()).to_bytes_be();
    [vec![0; 256 - number.len()], number].concat()
}

/// Type 1 padding of at most `padding` octets before `message`, then filler to the end.
fn padded(padding: usize, message: &[u8]) -> Vec<u8> {
    let mut encoded = [&[0, 1][..], &vec![0xFF; padding], &[0], message].concat();
    encoded.resize(256, 0xA5);
    encoded
}

fn check(scheme: SignatureScheme, signature: &[u8]) -> Result<(), SignatureError> {
    RustCrypto.check_signature(&public(), scheme, &digest(), signature)
}

fn check_pkcs1(signature: &[u8]) -> Result<(), SignatureError> {
    check(SignatureScheme::Pkcs1V15, signature)
}

#[test]
fn each_hash_function() {
    for algorithm in HashAlgorithm::ALL {
        let digest = algorithm.digest(MESSAGE);
        let signature = sign(algorithm, digest.as_bytes());
        let check = |digest: &Digest| {
            RustCrypto.check_signature(&public(), SignatureScheme::Pkcs1V15, digest, &signature)
        };
        assert_eq!(check(&digest), Ok(()));
        assert_eq!(check(&algorithm.digest(b"another")), Err(SignatureError::Mismatch));
        for other in HashAlgorithm::ALL.into_iter().filter(|other| *other != algorithm) {
            assert_eq!(check(&other.digest(MESSAGE)), Err(SignatureError::Mismatch));
        }
    }
}

#[test]
fn length_and_range_of_the_signature() {
    let signature = sign(HashAlgorithm::Sha256, digest().as_bytes());
    let length = |actual| Err(SignatureError::Length { expected: 256, actual });
    assert_eq!(check_pkcs1(&signature[1..]), length(255));
    assert_eq!(check_pkcs1(&[&[0], &signature[..]].concat()), length(257));
    assert_eq!(check_pkcs1(&[]), length(0));
    // The same residue, not below the modulus. It fits in 256 bytes for some messages only.
    let found = (0..100u8).any(|salt| {
        let digest = HashAlgorithm::Sha256.digest(&[salt]);
        let signature = sign(HashAlgorithm::Sha256, digest.as_bytes());
        let larger = (BigUint::from_bytes_be(&signature) + key().n()).to_bytes_be();
        larger.len() == 256 && {
            let result = RustCrypto.check_signature(&public(), SignatureScheme::Pkcs1V15, &digest, &larger);
            assert_eq!(result, Err(SignatureError::NotBelowModulus));
            true
        }
    });
    assert!(found);
    assert_eq!(check_pkcs1(&key().n().to_bytes_be()), Err(SignatureError::NotBelowModulus));
    assert_eq!(check_pkcs1(&[0; 256]), Err(SignatureError::Mismatch));
}

#[test]
fn padding_is_compared_not_parsed() {
    let info = digest().digest_info();
    let full = 256 - 3 - info.len();
    assert_eq!(check_pkcs1(&raw(&padded(full, &info))), Ok(()), "the helpers are right");

    // Short padding and anything behind the digest.
    for padding in [8, full - 1] {
        assert_eq!(check_pkcs1(&raw(&padded(padding, &info))), Err(SignatureError::Mismatch));
    }
    // Garbage hidden inside: longer lengths, absent NULL, an octet of padding that is not FF, another block type.
    let without_null: Vec<u8> = {
        let mut bytes = info.clone();
        bytes.drain(15..17);
        bytes[1] -= 2;
        bytes[3] -= 2;
        bytes
    };
    let ber_length = [&[0x30, 0x81], &info[1..]].concat();
    let null_with_content = {
        let mut bytes = info.clone();
        bytes.splice(15..17, [0x05, 0x02, 0xAA, 0xBB]);
        bytes[1] += 2;
        bytes[3] += 2;
        bytes
    };
    for message in [without_null, ber_length, null_with_content] {
        let encoded = padded(256 - 3 - message.len(), &message);
        assert_eq!(check_pkcs1(&raw(&encoded)), Err(SignatureError::Mismatch));
    }
    for (index, octet) in [(1, 2), (1, 0), (2, 0xFE), (100, 0x00)] {
        let mut encoded = padded(full, &info);
        encoded[index] = octet;
        assert_eq!(check_pkcs1(&raw(&encoded)), Err(SignatureError::Mismatch), "{index}");
    }
}

#[test]
fn a_bare_hash_is_a_scheme_of_its_own() {
    let signature = raw(&padded(256 - 3 - 32, digest().as_bytes()));
    assert_eq!(check(SignatureScheme::Pkcs1V15BareHash, &signature), Ok(()));
    assert_eq!(check_pkcs1(&signature), Err(SignatureError::Mismatch));
    let ordinary = sign(HashAlgorithm::Sha256, digest().as_bytes());
    assert_eq!(check(SignatureScheme::Pkcs1V15BareHash, &ordinary), Err(SignatureError::Mismatch));
}

#[test]
fn schemes_fit_their_keys() {
    let signature = sign(HashAlgorithm::Sha256, digest().as_bytes());
    assert_eq!(check(SignatureScheme::EcdsaDer, &signature), Err(SignatureError::Scheme));
    for key in [PublicKey::P256(vec![4; 65]), PublicKey::P384(vec![4; 97])] {
        for scheme in [SignatureScheme::Pkcs1V15, SignatureScheme::Pkcs1V15BareHash] {
            let result = RustCrypto.check_signature(&key, scheme, &digest(), &signature);
            assert_eq!(result, Err(SignatureError::Scheme));
        }
        let off_curve = RustCrypto.check_signature(&key, SignatureScheme::EcdsaDer, &digest(), &signature);
        assert_eq!(off_curve, Err(SignatureError::Key));
    }
}

#[test]
fn unreasonable_keys_are_refused_not_computed_with() {
    let modulus = key().n().to_bytes_be();
    let even = [&modulus[..255], &[modulus[255] & 0xFE]].concat();
    let cases: [(Vec<u8>, Vec<u8>); 6] = [
        (even, vec![1, 0, 1]),
        (modulus.clone(), vec![1]),
        (modulus.clone(), vec![2]),
        (modulus.clone(), vec![0xFF; 8]),
        (modulus.clone(), vec![]),
        (vec![0xFF; 1025], vec![3]),
    ];
    for (modulus, exponent) in cases {
        let signature = vec![0x01; modulus.len()];
        let key = PublicKey::Rsa(RsaPublicKeyParts { modulus, exponent });
        let result = RustCrypto.check_signature(&key, SignatureScheme::Pkcs1V15, &digest(), &signature);
        assert_eq!(result, Err(SignatureError::Key));
    }
    for modulus in [vec![], vec![0], vec![3]] {
        let key = PublicKey::Rsa(RsaPublicKeyParts { modulus: modulus.clone(), exponent: vec![3] });
        let signature = vec![0; modulus.len()];
        assert!(RustCrypto.check_signature(&key, SignatureScheme::Pkcs1V15, &digest(), &signature).is_err());
    }
}
