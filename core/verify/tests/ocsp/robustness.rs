//! Bytes from anybody: never a panic, and never a "good" that nobody signed.

use std::sync::atomic::{AtomicUsize, Ordering};

use kazasu_cert::{Digest, PublicKey, SignatureError, SignatureScheme};
use kazasu_sim::status_services::CertificateStatus;
use kazasu_verify::{CryptoProvider, NoncePolicy, OcspStatus, RustCrypto, check_ocsp};
use proptest::prelude::*;

use crate::common::{SERIAL, Vector};

/// Whatever is not signed is a length, a tag or an algorithm: none may turn one answer into another either.
#[test]
fn every_byte_of_an_answer_changed() {
    let vector = Vector::new();
    let answer = vector.received();
    assert_eq!(vector.check_bytes(&answer).unwrap().status, OcspStatus::Good);
    for at in 0..answer.len() {
        for mask in [0x01, 0x20, 0xFF] {
            let mut changed = answer.clone();
            changed[at] ^= mask;
            let checked = vector.check_bytes(&changed);
            assert!(checked.is_err(), "byte {at} ^ {mask:02x}: {checked:?}");
        }
    }
}

#[test]
fn every_length_of_an_answer_cut_off() {
    let vector = Vector::new();
    let answer = vector.received();
    for len in 0..answer.len() {
        assert_eq!(vector.check_bytes(&answer[..len]).unwrap_err().code(), "ocsp_encoding", "{len}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn arbitrary_bytes(bytes: Vec<u8>) {
        prop_assert!(Vector::new().check_bytes(&bytes).is_err());
    }

    /// A status nobody signed never comes out, whatever is changed and however much of it.
    #[test]
    fn a_revoked_answer_never_becomes_good(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut vector = Vector::new();
        vector.policy.nonce = NoncePolicy::NotSent;
        vector.responder.statuses.insert(SERIAL, CertificateStatus::hold(1_700_000_000));
        let mut answer = vector.received();
        for (at, byte) in changes {
            let at = at.index(answer.len());
            answer[at] = byte;
        }
        if let Ok(answer) = vector.check_bytes(&answer) {
            prop_assert!(matches!(answer.status, OcspStatus::Revoked { .. }), "{answer:?}");
        }
    }
}

#[derive(Debug, Default)]
struct Counting(AtomicUsize);

impl CryptoProvider for Counting {
    fn check_signature(
        &self,
        key: &PublicKey,
        scheme: SignatureScheme,
        digest: &Digest,
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        RustCrypto.check_signature(key, scheme, digest, signature)
    }
}

/// However many certificates come along.
#[test]
fn an_answer_costs_two_rsa_operations() {
    let mut vector = Vector::new();
    let certificates = &mut vector.responder.signer.certificates;
    *certificates = vec![certificates[0].clone(); 8];
    let counting = Counting::default();
    let received = vector.received();
    check_ocsp(&received, &vector.leaf, vector.issuer(), &counting, &vector.policy, vector.at).unwrap();
    assert_eq!(counting.0.load(Ordering::Relaxed), 2);
}
