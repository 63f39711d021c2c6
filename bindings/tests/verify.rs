//! The relying party's side through the types of the boundary.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;

use kazasu_ffi::{
    AnchorSource, CertIdHash, CrlMark, CrlScope, Document, Environment, EvidenceError, EvidenceRecord,
    EvidenceSources, InputError, Policy, Purpose, ReplayInputs, Retention, RevocationEvidence,
    RevocationPolicy, SignatureInput, Submission, TimeSource, ValidationTime, Verdict, Verifier,
};
use kazasu_sim::status_services::CrlIssuer;
use kazasu_sim::{Generation, Persona, TestPki};

/// 2026-04-01T00:00:00Z
const NOW: i64 = 1_775_001_600;
const TIME: ValidationTime = ValidationTime { at: NOW, source: TimeSource::Given };
const HOUR: i64 = 3_600;
/// The serial number of every leaf of the test PKI.
const SERIAL: u64 = 2_025_991;

fn anchors() -> Vec<Vec<u8>> {
    TestPki::shared().unwrap().anchors_der(kazasu_sim::Purpose::Signing)
}

fn policy(clock_skew_seconds: u16) -> Policy {
    Policy {
        revocation: RevocationPolicy::Required {
            crl_scope: CrlScope::Partition,
            max_ocsp_age_seconds: 1_800,
            ocsp_nonce_required: true,
            reject_unknown_status: false,
        },
        signed_attributes_required: true,
        longer_hashes: false,
        bare_hash: false,
        clock_skew_seconds,
    }
}

fn verifier() -> Arc<Verifier> {
    Arc::new(Verifier::test(Purpose::Signing, policy(0), anchors()).unwrap())
}

/// A signature of the persona, and the list of its partition with this number.
fn submission(crl_number: u64, revoked: bool) -> Submission {
    let pki = TestPki::shared().unwrap();
    let (purpose, generation) = (kazasu_sim::Purpose::Signing, Generation::G2023);
    let authority = pki.authority(purpose, generation);
    let leaf = pki.leaf(purpose, generation, &Persona::named("ichiro").unwrap().holder).unwrap();
    let certificate = leaf.sign(authority.key()).unwrap();
    let read = kazasu_cert::Certificate::from_der(&certificate).unwrap();
    let points = read.crl_distribution_points().unwrap().unwrap().value;
    let partition = points.first().unwrap().directory_name_der().unwrap();
    let issuer = CrlIssuer::new(authority);
    let mut list = issuer.partition(partition, crl_number, NOW - HOUR, NOW + HOUR).unwrap();
    if revoked {
        list.revoke(SERIAL, NOW - 2 * HOUR, None).unwrap();
    }
    Submission {
        document: Document::Bytes { bytes: b"document".to_vec() },
        signature: SignatureInput::Raw {
            certificate,
            signature: pki.leaf_key(purpose).sign_sha256(b"document").unwrap(),
        },
        revocation: vec![RevocationEvidence::Crl { der: list.sign(authority.key()).unwrap() }],
        seen_crl: None,
    }
}

#[test]
fn the_newest_list_is_handed_back_and_an_older_one_noticed() {
    let verifier = verifier();
    let report = verifier.check(submission(8, false), TIME).unwrap();
    assert_eq!(report.verdict(), Verdict::Accepted);
    let mark = report.crl_mark().unwrap();
    assert_eq!(mark, CrlMark { this_update: NOW - HOUR, crl_number: Some("8".to_owned()) });
    let seen = |number, revoked| {
        let submission = Submission { seen_crl: Some(mark.clone()), ..submission(number, revoked) };
        verifier.check(submission, TIME).unwrap()
    };
    assert_eq!(seen(8, false).verdict(), Verdict::Accepted);
    let older = seen(7, false);
    assert_eq!(older.codes(), ["crl_rollback", "indeterminate"]);
    assert_eq!((older.crl_mark(), seen(7, true).codes()), (None, vec!["revoked".to_owned()]));

    let wrong = |crl_number: &str| {
        let seen_crl = Some(CrlMark { this_update: NOW, crl_number: Some(crl_number.to_owned()) });
        verifier.check(Submission { seen_crl, ..submission(8, false) }, TIME).unwrap_err()
    };
    assert_eq!([wrong("0x8"), wrong(&"9".repeat(60))], [InputError::CrlNumber, InputError::CrlNumber]);
}

#[test]
fn a_time_in_milliseconds_is_refused() {
    let verifier = verifier();
    let retention = Retention {
        document: false,
        signature: false,
        certificate: false,
        revocation: false,
        attributes: false,
    };
    let sources = EvidenceSources {
        crl: true,
        ocsp: false,
        ocsp_responder: None,
        nonce: vec![0; 32],
        issuer_hash: CertIdHash::Sha1,
    };
    for at in [NOW * 1_000, 253_402_300_800, -1, i64::MIN, i64::MAX] {
        let time = ValidationTime { at, ..TIME };
        let error = InputError::Time { at };
        assert!(error.to_string().contains("milliseconds"));
        assert_eq!(verifier.check(submission(8, false), time).unwrap_err(), error);
        assert_eq!(verifier.fetches(submission(8, false), time, sources.clone()).unwrap_err(), error);
        let record = EvidenceRecord::of_check(Arc::clone(&verifier), submission(8, false), time, retention);
        assert_eq!(record.unwrap_err(), error);
        let seen_crl = Some(CrlMark { this_update: at, crl_number: None });
        let submission = Submission { seen_crl, ..submission(8, false) };
        assert_eq!(verifier.check(submission, TIME).unwrap_err(), error);
    }
    for at in [0, 253_402_300_799] {
        let report = verifier.check(submission(8, false), ValidationTime { at, ..TIME }).unwrap();
        assert_eq!(report.verdict(), Verdict::Rejected);
    }
}

#[test]
fn a_verifier_says_what_it_cannot_be_made_of() {
    let error = Verifier::test(Purpose::Signing, policy(301), anchors()).unwrap_err();
    assert_eq!(error, InputError::ClockSkew { seconds: 301 });
    assert_eq!(Verifier::production(Purpose::Signing, policy(301)).unwrap_err(), error);
    let error = Verifier::test(Purpose::Authentication, policy(0), anchors()).unwrap_err();
    assert!(matches!(error, InputError::Anchors { .. }));
    assert_eq!(error.code(), "misuse");
}

#[test]
fn a_test_record_is_checked_again_with_test_anchors_of_ones_own_only() {
    let retention =
        Retention { document: true, signature: true, certificate: true, revocation: true, attributes: true };
    let record = EvidenceRecord::of_check(verifier(), submission(8, false), TIME, retention).unwrap();
    assert_eq!((record.verdict(), record.environment()), (Verdict::Accepted, Environment::Test));
    let replay = |test_anchors| {
        let inputs = ReplayInputs {
            document: None,
            signature: None,
            certificate: None,
            revocation: Vec::new(),
            test_anchors,
        };
        record.replay(inputs)
    };
    let by_default = replay(None).unwrap();
    assert_eq!((by_default.verdict, by_default.anchors), (Verdict::Indeterminate, AnchorSource::Unavailable));
    assert_eq!(by_default.missing_inputs, ["anchors"]);
    assert_eq!((by_default.environment, by_default.revocation), (Environment::Test, None));
    let trusted = replay(Some(anchors())).unwrap();
    assert_eq!((trusted.verdict, trusted.anchors), (Verdict::Accepted, AnchorSource::Given));
    assert_eq!((trusted.policy, trusted.revocation.as_deref()), (policy(0), Some("good")));
    assert_eq!((trusted.contradicted, trusted.not_rechecked), (vec![], vec![]));
    let anchor = EvidenceError::GivenInput { input: "anchor".to_owned() };
    assert_eq!(replay(Some(anchors().split_off(1))).unwrap_err(), anchor);
    assert_eq!(replay(Some(Vec::new())).unwrap_err(), anchor);
}
