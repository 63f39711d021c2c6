use kazasu_cert::{Digest, HashAlgorithm, PublicKey, SignatureError, SignatureScheme};
use proptest::{collection::vec, prelude::*, sample::Index};
use signer_p256::ecdsa::signature::hazmat::PrehashSigner;

use crate::check;

#[derive(Clone, Copy, Debug)]
enum Curve {
    P256,
    P384,
}

/// A key made of `seed` and its signature, DER.
fn sign(curve: Curve, seed: u8, digest: &Digest) -> (PublicKey, Vec<u8>) {
    match curve {
        Curve::P256 => {
            let key = signer_p256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap();
            let signature: signer_p256::ecdsa::Signature = key.sign_prehash(digest.as_bytes()).unwrap();
            let point = key.verifying_key().to_encoded_point(false);
            (PublicKey::P256(point.as_bytes().to_vec()), signature.to_der().as_bytes().to_vec())
        }
        Curve::P384 => {
            let key = signer_p384::ecdsa::SigningKey::from_slice(&[seed; 48]).unwrap();
            let signature: signer_p384::ecdsa::Signature = key.sign_prehash(digest.as_bytes()).unwrap();
            let point = key.verifying_key().to_encoded_point(false);
            (PublicKey::P384(point.as_bytes().to_vec()), signature.to_der().as_bytes().to_vec())
        }
    }
}

#[test]
fn each_hash_function_on_each_curve() {
    for curve in [Curve::P256, Curve::P384] {
        for hash in HashAlgorithm::ALL {
            let digest = hash.digest(b"document");
            let (key, signature) = sign(curve, 7, &digest);
            assert_eq!(check(&key, SignatureScheme::EcdsaDer, &digest, &signature), Ok(()));
            for scheme in [SignatureScheme::Pkcs1V15, SignatureScheme::Pkcs1V15BareHash] {
                assert_eq!(check(&key, scheme, &digest, &signature), Err(SignatureError::Scheme));
            }
            let other = hash.digest(b"another");
            let checked = check(&key, SignatureScheme::EcdsaDer, &other, &signature);
            assert_eq!(checked, Err(SignatureError::Mismatch));
        }
    }
}

#[test]
fn points_of_another_form_are_refused() {
    let digest = HashAlgorithm::Sha256.digest(b"document");
    let (key, signature) = sign(Curve::P256, 7, &digest);
    let PublicKey::P256(point) = key else { unreachable!() };
    let x = &point[1..33];
    let of_form = |tag: u8, rest: &[u8]| PublicKey::P256([&[tag], rest].concat());
    // Compressed for either y; by x alone, which `p256` calls compact; hybrid; infinity; with an octet too many.
    let forms = [
        of_form(2, x),
        of_form(3, x),
        of_form(5, x),
        of_form(6, &point[1..]),
        of_form(7, &point[1..]),
        of_form(0, &[]),
        of_form(4, &[&point[1..], &[0]].concat()),
        PublicKey::P256(Vec::new()),
    ];
    for key in forms {
        let checked = check(&key, SignatureScheme::EcdsaDer, &digest, &signature);
        assert_eq!(checked, Err(SignatureError::Key), "{key:02X?}");
    }
}

fn curve() -> impl Strategy<Value = Curve> {
    prop_oneof![Just(Curve::P256), Just(Curve::P384)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn changed_signatures_and_points(
        curve in curve(),
        seed in 1..255u8,
        hash in 0..3usize,
        in_signature in vec((any::<Index>(), any::<u8>()), 0..3),
        extra in vec(any::<u8>(), 0..2),
        in_point in prop::option::weighted(0.2, (any::<Index>(), any::<u8>())),
    ) {
        let digest = HashAlgorithm::ALL[hash].digest(b"document");
        let (mut key, mut signature) = sign(curve, seed, &digest);
        for (at, octet) in in_signature {
            // The length octets at the beginning more often than chance would have it.
            let at = at.index(2 * signature.len()) % signature.len();
            signature[at] = octet;
        }
        signature.extend(extra);
        if let (Some((at, octet)), PublicKey::P256(point) | PublicKey::P384(point)) = (in_point, &mut key) {
            let at = at.index(point.len());
            point[at] = octet;
        }
        let _ = check(&key, SignatureScheme::EcdsaDer, &digest, &signature);
    }

    #[test]
    fn points_of_any_length(curve in curve(), point in vec(any::<u8>(), 0..120), signature in vec(any::<u8>(), 0..80)) {
        let digest = HashAlgorithm::Sha256.digest(b"document");
        let key = match curve {
            Curve::P256 => PublicKey::P256(point),
            Curve::P384 => PublicKey::P384(point),
        };
        let _ = check(&key, SignatureScheme::EcdsaDer, &digest, &signature);
    }
}
