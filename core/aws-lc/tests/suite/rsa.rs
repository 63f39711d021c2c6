use std::sync::LazyLock;

use kazasu_cert::{HashAlgorithm, PublicKey, RsaPublicKeyParts, SignatureError, SignatureScheme};
use proptest::{collection::vec, prelude::*, sample::Index};
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use signer_rsa::{
    BigUint, RsaPrivateKey,
    traits::{PrivateKeyParts, PublicKeyParts},
};

use crate::check;

/// Two of the ordinary length, one that only the default provider takes, one longer, and one of an odd length.
static KEYS: LazyLock<[RsaPrivateKey; 5]> = LazyLock::new(|| {
    let mut rng = ChaCha8Rng::seed_from_u64(20_260_401);
    [2048, 2048, 1024, 3072, 2052].map(|bits| RsaPrivateKey::new(&mut rng, bits).unwrap())
});

const SCHEMES: [SignatureScheme; 3] =
    [SignatureScheme::Pkcs1V15, SignatureScheme::Pkcs1V15BareHash, SignatureScheme::EcdsaDer];

fn public(modulus: &BigUint, exponent: &BigUint) -> PublicKey {
    PublicKey::Rsa(RsaPublicKeyParts { modulus: modulus.to_bytes_be(), exponent: exponent.to_bytes_be() })
}

fn public_of(key: &RsaPrivateKey) -> PublicKey {
    public(key.n(), key.e())
}

/// The private key operation on any encoded message.
fn raw(key: &RsaPrivateKey, encoded: &[u8]) -> Vec<u8> {
    let number = BigUint::from_bytes_be(encoded).modpow(key.d(), key.n()).to_bytes_be();
    [vec![0; key.size() - number.len()], number].concat()
}

/// EMSA-PKCS1-v1_5 with any message.
fn padded(key: &RsaPrivateKey, message: &[u8]) -> Vec<u8> {
    [&[0, 1][..], &vec![0xFF; key.size() - 3 - message.len()], &[0], message].concat()
}

#[test]
fn each_hash_function_by_each_key() {
    for key in &*KEYS {
        for hash in HashAlgorithm::ALL {
            let digest = hash.digest(b"document");
            let signature = raw(key, &padded(key, &digest.digest_info()));
            assert_eq!(check(&public_of(key), SignatureScheme::Pkcs1V15, &digest, &signature), Ok(()));
            let bare = raw(key, &padded(key, digest.as_bytes()));
            assert_eq!(check(&public_of(key), SignatureScheme::Pkcs1V15BareHash, &digest, &bare), Ok(()));
            for other in HashAlgorithm::ALL.into_iter().filter(|other| *other != hash) {
                let other = other.digest(b"document");
                let checked = check(&public_of(key), SignatureScheme::Pkcs1V15, &other, &signature);
                assert_eq!(checked, Err(SignatureError::Mismatch));
            }
        }
    }
}

#[test]
fn the_limits_of_the_exponent_are_the_same() {
    let digest = HashAlgorithm::Sha256.digest(b"document");
    let [p, q] = KEYS[0].primes() else { panic!("two primes") };
    let one = BigUint::from(1u8);
    let totient = (p - &one) * (q - &one);
    let (mut taken, mut refused) = (0, 0);
    let limit = 1u64 << 33;
    for exponent in (1..40).chain(65_530..65_540).chain(limit - 40..limit + 40).chain([u64::MAX]) {
        let e = BigUint::from(exponent);
        // Without an inverse there is no signature, and even exponents have none.
        let Some(d) = inverse(&e, &totient) else {
            let checked = check(&public(KEYS[0].n(), &e), SignatureScheme::Pkcs1V15, &digest, &[1; 256]);
            assert!(checked.is_err());
            continue;
        };
        let encoded = BigUint::from_bytes_be(&padded(&KEYS[0], &digest.digest_info()));
        let signature = encoded.modpow(&d, KEYS[0].n()).to_bytes_be();
        let signature = [vec![0; 256 - signature.len()], signature].concat();
        let checked = check(&public(KEYS[0].n(), &e), SignatureScheme::Pkcs1V15, &digest, &signature);
        if exponent > 1 && exponent < limit {
            assert_eq!(checked, Ok(()), "{exponent}");
            taken += 1;
        } else {
            assert_eq!(checked, Err(SignatureError::Key), "{exponent}");
            refused += 1;
        }
    }
    assert!(taken > 20 && refused > 10, "{taken} {refused}");
}

/// The inverse by the extended Euclidean algorithm.
fn inverse(number: &BigUint, modulus: &BigUint) -> Option<BigUint> {
    let (zero, one) = (BigUint::from(0u8), BigUint::from(1u8));
    let (mut r0, mut r1, mut s0, mut s1) = (modulus.clone(), number % modulus, zero.clone(), one.clone());
    while r1 != zero {
        let quotient = &r0 / &r1;
        (r0, r1) = (r1.clone(), r0 - &quotient * &r1);
        (s0, s1) = (s1.clone(), (s0 + modulus * &quotient - &quotient * &s1 % modulus) % modulus);
    }
    (r0 == one).then_some(s0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Blocks that only the owner of the key can make, some of them all but right.
    #[test]
    fn signed_blocks(
        key in 0..KEYS.len(),
        hash in 0..3usize,
        bare in any::<bool>(),
        changes in vec((any::<Index>(), any::<u8>()), 0..3),
        rotate in prop_oneof![4 => Just(0usize), 1 => 0usize..40],
        schemes in 0..3usize,
    ) {
        let key = &KEYS[key];
        let digest = HashAlgorithm::ALL[hash].digest(b"document");
        let message = if bare { digest.as_bytes().to_vec() } else { digest.digest_info() };
        let mut block = padded(key, &message);
        for (at, octet) in changes {
            let at = at.index(block.len() - 1) + 1;
            block[at] = octet;
        }
        block[1..].rotate_left(rotate);
        let _ = check(&public_of(key), SCHEMES[schemes], &digest, &raw(key, &block));
    }

    #[test]
    fn changed_signatures(
        key in 0..KEYS.len(),
        changes in vec((any::<Index>(), 0..8u8), 0..3),
        keep in prop_oneof![3 => Just(usize::MAX), 1 => 0usize..400],
    ) {
        let key = &KEYS[key];
        let digest = HashAlgorithm::Sha256.digest(b"document");
        let mut signature = raw(key, &padded(key, &digest.digest_info()));
        for (at, bit) in &changes {
            let at = at.index(signature.len());
            signature[at] ^= 1 << bit;
        }
        signature.truncate(keep);
        let _ = check(&public_of(key), SignatureScheme::Pkcs1V15, &digest, &signature);
    }

    /// Keys nobody has the private part of: what is refused must be refused by both, for the same reason.
    #[test]
    fn odd_keys(
        modulus in prop_oneof![
            vec(any::<u8>(), 0..30),
            vec(any::<u8>(), 254..258),
            vec(any::<u8>(), 256..258),
            vec(any::<u8>(), 1020..1028),
        ],
        odd in any::<bool>(),
        exponent in prop_oneof![vec(any::<u8>(), 0..10), Just(vec![3]), Just(vec![1, 0, 1]), Just(vec![2]), Just(vec![1])],
        hash in 0..3usize,
        scheme in 0..3usize,
        signature: u8,
    ) {
        let mut modulus: Vec<u8> = modulus.into_iter().skip_while(|octet| *octet == 0).collect();
        if let (true, Some(last)) = (odd, modulus.last_mut()) {
            *last |= 1;
        }
        let exponent = exponent.into_iter().skip_while(|octet| *octet == 0).collect();
        let signature = vec![signature; modulus.len()];
        let key = PublicKey::Rsa(RsaPublicKeyParts { modulus, exponent });
        let _ = check(&key, SCHEMES[scheme], &HashAlgorithm::ALL[hash].digest(b""), &signature);
    }
}
