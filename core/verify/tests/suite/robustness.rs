//! Input from anybody: never a panic, never a yes. And what a yes costs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kazasu_cert::{Digest, PublicKey, SignatureError, SignatureScheme};
use kazasu_sim::KeyName;
use kazasu_verify::{
    CryptoProvider, EvidenceRecord, Policy, Purpose, RustCrypto, SignatureInput, SignedAttributesPolicy,
    Verdict, Verifier,
};
use proptest::prelude::*;

use crate::common::cms::CmsTemplate;
use crate::common::status::{Evidence, answered, list, responder, signed};
use crate::common::{
    CHECKED, DOCUMENT, NOW, POLICY, Vector, anchors, assert_accepted, check, key, time, verifier,
};

#[test]
fn every_byte_of_a_certificate_changed() {
    for purpose in Purpose::ALL {
        let good = Vector::new(purpose);
        let certificate = good.certificate();
        let signature = good.holder_key.sign_sha256(DOCUMENT).unwrap();
        let verifier = verifier(purpose, POLICY);
        for at in 0..certificate.len() {
            for mask in [0x01, 0x20, 0xFF] {
                let mut changed = certificate.clone();
                changed[at] ^= mask;
                let input = SignatureInput::Raw { certificate: &changed, signature: &signature };
                let report = check(&verifier, DOCUMENT, input, time(NOW));
                assert_eq!(report.verdict, Verdict::Rejected, "byte {at} ^ {mask:02x}");
                assert!(report.attributes.is_none());
            }
        }
    }
}

#[test]
fn every_length_of_a_cms_cut_off() {
    let certificate = Vector::new(Purpose::Signing).certificate();
    let cms = CmsTemplate::new(&certificate).build();
    let verifier = verifier(Purpose::Signing, POLICY);
    for len in 0..cms.len() {
        let input = SignatureInput::Cms { cms: &cms[..len], certificate: None };
        let report = check(&verifier, DOCUMENT, input, time(NOW));
        assert_eq!(report.errors.first().map(kazasu_verify::Rejection::code), Some("cms_encoding"), "{len}");
    }
}

proptest! {
    #[test]
    fn arbitrary_input(
        document: Vec<u8>,
        certificate: Vec<u8>,
        signature: Vec<u8>,
        at: i64,
        authentication: bool,
        optional: bool,
    ) {
        let purpose = if authentication { Purpose::Authentication } else { Purpose::Signing };
        let signed_attributes =
            if optional { SignedAttributesPolicy::Optional } else { SignedAttributesPolicy::Required };
        let verifier = verifier(purpose, Policy { signed_attributes, ..POLICY });
        for input in [
            SignatureInput::Raw { certificate: &certificate, signature: &signature },
            SignatureInput::Cms { cms: &signature, certificate: Some(&certificate) },
        ] {
            let report = check(&verifier, &document, input, kazasu_cert::UnixTime(at));
            prop_assert_eq!(report.verdict, Verdict::Rejected);
            prop_assert!(serde_json::to_string(&report).is_ok());
        }
    }

    #[test]
    fn arbitrary_evidence(crl: Vec<u8>, response: Vec<u8>, json: Vec<u8>) {
        let vector = Vector { policy: CHECKED, ..Vector::new(Purpose::Signing) };
        let report = vector.report_with(&[Evidence::Crl(crl), Evidence::Ocsp(response, None)]);
        prop_assert_eq!(report.verdict, Verdict::Indeterminate);
        prop_assert!(EvidenceRecord::from_json(&json).is_err());
    }

    #[test]
    fn damaged_evidence(at: prop::sample::Index, byte: u8) {
        let vector = Vector { policy: CHECKED, ..Vector::new(Purpose::Signing) };
        let Evidence::Crl(mut crl) = signed(&list(&vector)) else { panic!("a list") };
        let at_crl = at.index(crl.len());
        let crl_changed = crl[at_crl] != byte;
        crl[at_crl] = byte;
        let report = vector.report_with(&[Evidence::Crl(crl)]);
        prop_assert_eq!(report.verdict == Verdict::Accepted, !crl_changed);

        let Evidence::Ocsp(mut response, nonce) = answered(&vector, &responder(&vector)) else { panic!("an answer") };
        let at = at.index(response.len());
        response[at] = byte;
        let report = vector.report_with(&[Evidence::Ocsp(response, nonce)]);
        prop_assert_eq!(report.errors, []);
    }

    #[test]
    fn damaged_cms(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        let certificate = Vector::new(Purpose::Signing).certificate();
        let mut cms = CmsTemplate::new(&certificate).build();
        for (at, byte) in changes {
            let at = at.index(cms.len());
            cms[at] = byte;
        }
        // What is read is read; whatever the verdict, the report holds together.
        let report = check(
            &verifier(Purpose::Signing, CHECKED),
            DOCUMENT,
            SignatureInput::Cms { cms: &cms, certificate: None },
            time(NOW),
        );
        prop_assert_eq!(report.verdict == Verdict::Rejected, !report.errors.is_empty());
        prop_assert!(report.attributes.is_none());
    }
}

/// Counts, and otherwise does what [`RustCrypto`] does.
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

#[derive(Debug)]
struct RefusesAll;

impl CryptoProvider for RefusesAll {
    fn check_signature(
        &self,
        _: &PublicKey,
        _: SignatureScheme,
        _: &Digest,
        _: &[u8],
    ) -> Result<(), SignatureError> {
        Err(SignatureError::Mismatch)
    }
}

#[test]
fn a_yes_costs_two_rsa_operations_and_no_anchor_is_tried() {
    let good = Vector::new(Purpose::Signing);
    let stranger = Vector { issuer_key: key(KeyName::Attacker), ..good.clone() };
    let signature = good.holder_key.sign_sha256(DOCUMENT).unwrap();
    let ask = |certificate: &[u8], crypto: Arc<dyn CryptoProvider>| {
        let verifier = Verifier::with_crypto(anchors(Purpose::Signing), POLICY, crypto);
        check(&verifier, DOCUMENT, SignatureInput::Raw { certificate, signature: &signature }, time(NOW))
    };
    let counting = Arc::new(Counting::default());
    assert_accepted(&ask(&good.certificate(), counting.clone()), "counted");
    assert_eq!(counting.0.load(Ordering::Relaxed), 2);

    // The anchor that is named, the two others for the diagnosis, the document.
    let counting = Arc::new(Counting::default());
    assert_eq!(ask(&stranger.certificate(), counting.clone()).verdict, Verdict::Rejected);
    assert_eq!(counting.0.load(Ordering::Relaxed), 1 + 3 + 1);

    assert_eq!(ask(&good.certificate(), Arc::new(RefusesAll)).verdict, Verdict::Rejected);
}
