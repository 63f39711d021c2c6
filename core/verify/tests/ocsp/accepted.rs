//! Answers that may be relied on, and what is said about them.

use kazasu_sim::Generation;
use kazasu_sim::status_services::{
    CertId, CertificateStatus, NonceAnswer, OcspSigner, OcspTemplate, RevocationReason as SimReason,
    SignatureHash, SingleResponse,
};
use kazasu_verify::{CertIdHash, NoncePolicy, NonceRecord, OcspStatus, Purpose, RevocationReason};

use crate::common::{NONCE, NOW, SERIAL, Vector, authority};

#[test]
fn good_for_every_purpose_generation_and_hash_function() {
    for purpose in Purpose::ALL {
        for generation in [Generation::G2019, Generation::G2023] {
            for hash in [CertIdHash::Sha1, CertIdHash::Sha256] {
                for signed in [SignatureHash::Sha256, SignatureHash::Sha384, SignatureHash::Sha512] {
                    let mut vector = Vector { hash, ..Vector::of(purpose, generation) };
                    vector.responder.signer.hash = signed;
                    let answer = vector.check().unwrap();
                    assert_eq!(answer.status, OcspStatus::Good);
                    assert_eq!(answer.issuer.name, vector.issuer().name());
                }
            }
        }
    }
}

#[test]
fn what_is_said_about_a_good_answer() {
    let vector = Vector::new();
    let answer = vector.check().unwrap();
    assert_eq!((answer.this_update, answer.produced_at), (NOW, NOW));
    assert_eq!(answer.next_update.unwrap().0, NOW.0 + 900);
    assert_eq!(answer.nonce, NonceRecord::Matched);
    let delegate = answer.delegate.as_ref().unwrap();
    let certificate = &vector.responder.signer.certificates[0];
    assert_eq!(delegate.sha256, kazasu_cert::Certificate::from_der(certificate).unwrap().sha256());

    let json = serde_json::to_value(&answer).unwrap();
    assert_eq!(json["status"], "good");
    assert_eq!(json["this_update"], "2026-03-31T23:33:20Z");
    assert_eq!(json["nonce"], "matched");
    assert_eq!(json["issuer"]["name"], "signca-test-2023");
}

#[test]
fn every_status_and_reason() {
    let since = NOW.0 - 86_400;
    let expected = [
        (Some(RevocationReason::Unspecified), "unspecified".into()),
        (Some(RevocationReason::KeyCompromise), "key_compromise".into()),
        (Some(RevocationReason::CaCompromise), "ca_compromise".into()),
        (Some(RevocationReason::AffiliationChanged), "affiliation_changed".into()),
        (Some(RevocationReason::Superseded), "superseded".into()),
        (Some(RevocationReason::CessationOfOperation), "cessation_of_operation".into()),
        (Some(RevocationReason::CertificateHold), "certificate_hold".into()),
        // removeFromCRL makes no sense here; revoked it is all the same.
        (None, serde_json::Value::Null),
        (Some(RevocationReason::PrivilegeWithdrawn), "privilege_withdrawn".into()),
        (Some(RevocationReason::AaCompromise), "aa_compromise".into()),
    ];
    let mut vector = Vector::new();
    for (sim, (reason, code)) in SimReason::ALL.into_iter().zip(expected) {
        let status = CertificateStatus::Revoked { at: since, reason: Some(sim) };
        vector.responder.statuses.insert(SERIAL, status);
        let answer = vector.check().unwrap();
        let revocation_time = kazasu_cert::UnixTime(since);
        assert_eq!(answer.status, OcspStatus::Revoked { revocation_time, reason });
        let json = serde_json::to_value(&answer).unwrap();
        assert_eq!((&json["status"], &json["reason"]), (&"revoked".into(), &code));
    }
    vector.responder.statuses.insert(SERIAL, CertificateStatus::Revoked { at: since, reason: None });
    assert!(matches!(vector.check().unwrap().status, OcspStatus::Revoked { reason: None, .. }));

    // Case 64: an answer, but not a good one.
    vector.responder.statuses.insert(SERIAL, CertificateStatus::Unknown);
    assert_eq!(vector.check().unwrap().status, OcspStatus::Unknown);
}

#[test]
fn signed_by_the_issuer_itself() {
    let mut vector = Vector::new();
    vector.responder.signer = OcspSigner::authority(vector.authority);
    assert_eq!(vector.check().unwrap().delegate, None);
    vector.responder.signer.responder_id = OcspTemplate::by_key(vector.authority.key());
    let answer = vector.check().unwrap();
    assert_eq!((answer.status, answer.delegate), (OcspStatus::Good, None));
}

#[test]
fn a_delegate_named_by_its_key_and_certificates_nobody_needs() {
    let mut vector = Vector::new();
    let signer = &mut vector.responder.signer;
    signer.responder_id = OcspTemplate::by_key(&signer.key);
    signer.certificates.push(crate::common::pki().anchors_der(kazasu_sim::Purpose::Signing)[2].clone());
    signer.certificates.push(signer.certificates[0].clone());
    assert!(vector.check().unwrap().delegate.is_some());
}

/// Case 65, as it must come out: ours is found wherever it stands.
#[test]
fn ours_among_several() {
    let mut vector = Vector::new();
    vector.responder.others_first = vec![1, 2_025_990, 2_025_992];
    vector.responder.otherwise = CertificateStatus::Unknown;
    vector.responder.statuses.insert(SERIAL, CertificateStatus::Good);
    assert_eq!(vector.check().unwrap().status, OcspStatus::Good);

    vector.responder.otherwise = CertificateStatus::Good;
    vector.responder.statuses.insert(SERIAL, CertificateStatus::hold(NOW.0 - 1));
    assert!(matches!(vector.check().unwrap().status, OcspStatus::Revoked { .. }));
}

/// One for each hash function, say. They should agree; if not, the most cautious counts, whichever comes first.
#[test]
fn several_about_ours() {
    fn add(template: &mut OcspTemplate, status: CertificateStatus) {
        let id = CertId::new(SignatureHash::Sha512, authority(Purpose::Signing, Generation::G2023), SERIAL);
        template.responses.push(SingleResponse::new(id, status, NOW.0 - 5, None).unwrap());
    }
    const BY_CAUTION: [fn(&mut OcspTemplate); 3] = [
        |template| add(template, CertificateStatus::Good),
        |template| add(template, CertificateStatus::Unknown),
        |template| add(template, CertificateStatus::hold(NOW.0 - 1)),
    ];
    let statuses = [CertificateStatus::Good, CertificateStatus::Unknown, CertificateStatus::hold(NOW.0 - 1)];
    for (first, status) in statuses.into_iter().enumerate() {
        for (second, edit) in BY_CAUTION.into_iter().enumerate() {
            let mut vector = Vector { edit, ..Vector::new() };
            vector.responder.statuses.insert(SERIAL, status);
            let answer = vector.check().unwrap();
            let is_expected = match first.max(second) {
                0 => answer.status == OcspStatus::Good && answer.this_update.0 == NOW.0 - 5,
                1 => answer.status == OcspStatus::Unknown,
                _ => matches!(answer.status, OcspStatus::Revoked { .. }),
            };
            assert!(is_expected, "{first} {second}: {answer:?}");
        }
    }
}

#[test]
fn a_nonce_where_none_is_demanded() {
    let mut vector = Vector::new();
    vector.policy.nonce = NoncePolicy::IfPresent(NONCE);
    assert_eq!(vector.check().unwrap().nonce, NonceRecord::Matched);
    vector.responder.nonce = NonceAnswer::Omit;
    assert_eq!(vector.check().unwrap().nonce, NonceRecord::Missing);
    for nonce in [NonceAnswer::Echo, NonceAnswer::Omit, NonceAnswer::Other] {
        vector.responder.nonce = nonce;
        vector.policy.nonce = NoncePolicy::NotSent;
        assert_eq!(vector.check().unwrap().nonce, NonceRecord::NotSent);
    }
}
