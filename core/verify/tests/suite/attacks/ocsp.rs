//! Cases 60 to 65: OCSP. Each starts from an answer with which the signature is accepted.

use kazasu_sim::pki::oids;
use kazasu_sim::status_services::{
    CertId, CertificateStatus, ErrorStatus, Failure, NonceAnswer, OcspResponder, OcspSigner, OcspTemplate,
    SignatureHash, delegate,
};
use kazasu_sim::{Generation, KeyName, der};
use kazasu_verify::{
    NonceEcho, OnUnknownStatus, Policy, Purpose, Rejection, RevocationPolicy, RevocationRules,
};

use crate::common::status::{
    Evidence, NONCE, SERIAL, answered, assert_open, authority, checked, now, request, responder,
};
use crate::common::{CHECKED, POLICY, RULES, Vector, assert_accepted, assert_rejected, key};

/// Number, what it is, how the answer is made, the code.
type Attack = (u8, &'static str, fn(&Vector) -> Evidence, &'static str);

const NONCE_REQUIRED: Policy = Policy {
    revocation: RevocationPolicy::Required(RevocationRules { ocsp_nonce: NonceEcho::Required, ..RULES }),
    ..POLICY
};

#[track_caller]
fn run(policy: Policy, attacks: &[Attack]) {
    for purpose in Purpose::ALL {
        let vector = Vector { policy, ..checked(purpose) };
        let good = answered(&vector, &responder(&vector));
        assert_accepted(
            &vector.report_with(std::slice::from_ref(&good)),
            "the answer the attacks start from",
        );
        for (number, what, make, code) in attacks {
            let what = format!("case {number}: {what}");
            let bad = make(&vector);
            assert_open(&vector.report_with(&[bad]), code, &what);
        }
    }
}

fn with(vector: &Vector, change: impl FnOnce(&mut OcspResponder)) -> Evidence {
    let mut responder = responder(vector);
    change(&mut responder);
    answered(vector, &responder)
}

fn signer(vector: &Vector, change: impl FnOnce(&mut kazasu_sim::CertificateTemplate)) -> Evidence {
    let authority = authority(vector.purpose, Generation::G2023);
    let mut template = delegate(authority, &key(KeyName::OcspResponder));
    change(&mut template);
    let signer = OcspSigner::delegate(&template, authority.key(), &key(KeyName::OcspResponder)).unwrap();
    with(vector, |responder| responder.signer = signer)
}

/// The answer made from a changed template, signed by the proper delegate.
fn template(vector: &Vector, change: impl FnOnce(&mut OcspTemplate)) -> Evidence {
    let responder = responder(vector);
    let mut template = responder.template(&request(vector), now()).unwrap().unwrap();
    change(&mut template);
    Evidence::Ocsp(template.sign(&responder.signer.key).unwrap(), Some(NONCE))
}

#[test]
fn case_60_about_another_certificate() {
    run(
        CHECKED,
        &[
            (
                60,
                "another serial number",
                |v| template(v, |t| t.responses[0].cert_id.serial_number = der::integer(SERIAL + 1)),
                "ocsp_mismatch",
            ),
            (
                60,
                "the hashes of another generation",
                |v| {
                    let other = authority(v.purpose, Generation::G2019);
                    template(v, |t| {
                        t.responses[0].cert_id = CertId::new(SignatureHash::Sha1, other, SERIAL);
                    })
                },
                "ocsp_mismatch",
            ),
            (60, "no single response", |v| template(v, |t| t.responses.clear()), "ocsp_mismatch"),
        ],
    );
}

#[test]
fn case_61_who_may_answer() {
    run(
        CHECKED,
        &[
            (
                61,
                "without id-kp-OCSPSigning",
                |v| signer(v, |t| assert!(t.remove_extension(&oids::extended_key_usage()))),
                "ocsp_responder",
            ),
            (
                61,
                "expired",
                |v| signer(v, |t| t.set_validity(now() - 1_000, now() - 1).unwrap()),
                "ocsp_responder",
            ),
            (
                61,
                "issued by the attacker",
                |v| {
                    let authority = authority(v.purpose, Generation::G2023);
                    let template = delegate(authority, &key(KeyName::Attacker));
                    let attacker = key(KeyName::Attacker);
                    let signer = OcspSigner::delegate(&template, &attacker, &attacker).unwrap();
                    with(v, |responder| responder.signer = signer)
                },
                "ocsp_responder",
            ),
            (
                61,
                "issued by another generation",
                |v| {
                    let other = authority(v.purpose, Generation::G2019);
                    let template = delegate(other, &key(KeyName::OcspResponder));
                    let signer =
                        OcspSigner::delegate(&template, other.key(), &key(KeyName::OcspResponder)).unwrap();
                    with(v, |responder| responder.signer = signer)
                },
                "ocsp_responder",
            ),
            (
                61,
                "another cardholder",
                |v| {
                    let mut other = v.template.clone();
                    other.set_serial(4_711);
                    other.set_public_key(&key(KeyName::OtherLeaf));
                    let authority = authority(v.purpose, Generation::G2023);
                    let signer =
                        OcspSigner::delegate(&other, authority.key(), &key(KeyName::OtherLeaf)).unwrap();
                    with(v, |responder| responder.signer = signer)
                },
                "ocsp_responder",
            ),
        ],
    );
}

#[test]
fn case_62_freshness_and_nonce() {
    run(
        CHECKED,
        &[
            (
                62,
                "one second too old",
                |v| {
                    with(v, |responder| {
                        responder.age = 30 * 60 + 1;
                        responder.next_update = false;
                    })
                },
                "ocsp_stale",
            ),
            (62, "nextUpdate has passed", |v| with(v, |responder| responder.age = 15 * 60 + 1), "ocsp_stale"),
            (62, "from the future", |v| with(v, |responder| responder.age = -301), "ocsp_stale"),
            (
                62,
                "the nonce of another request",
                |v| with(v, |responder| responder.nonce = NonceAnswer::Other),
                "ocsp_nonce",
            ),
        ],
    );
    run(
        NONCE_REQUIRED,
        &[
            (62, "no nonce", |v| with(v, |responder| responder.nonce = NonceAnswer::Omit), "ocsp_nonce"),
            (
                62,
                "an answer whose request nobody knows",
                |v| {
                    let Evidence::Ocsp(response, _) = answered(v, &responder(v)) else { panic!("an answer") };
                    Evidence::Ocsp(response, None)
                },
                "ocsp_nonce",
            ),
        ],
    );
    let vector = checked(Purpose::Signing);
    let without = with(&vector, |responder| responder.nonce = NonceAnswer::Omit);
    assert_accepted(&vector.report_with(&[without]), "a nonce may be missing where it is not required");
}

#[test]
fn case_63_no_answer() {
    let mut attacks: Vec<Attack> = vec![
        (63, "tryLater", |v| failing(v, ErrorStatus::TryLater), "ocsp_status"),
        (63, "unauthorized", |v| failing(v, ErrorStatus::Unauthorized), "ocsp_status"),
        (63, "internalError", |v| failing(v, ErrorStatus::InternalError), "ocsp_status"),
        (63, "sigRequired", |v| failing(v, ErrorStatus::SigRequired), "ocsp_status"),
        (63, "malformedRequest", |v| failing(v, ErrorStatus::MalformedRequest), "ocsp_status"),
    ];
    attacks.extend([
        (63, "empty", (|_| Evidence::Ocsp(Vec::new(), None)) as fn(&Vector) -> Evidence, "ocsp_encoding"),
        (63, "HTML", |v| with(v, |responder| responder.failure = Some(Failure::html())), "ocsp_encoding"),
        (
            63,
            "nothing came",
            |_| Evidence::NotReceived(kazasu_verify::EvidenceKind::Ocsp),
            "evidence_not_received",
        ),
    ]);
    run(CHECKED, &attacks);
}

fn failing(vector: &Vector, status: ErrorStatus) -> Evidence {
    with(vector, |responder| responder.failure = Some(Failure::Status(status)))
}

#[test]
fn case_64_unknown() {
    fn unknown(vector: &Vector) -> Evidence {
        with(vector, |responder| responder.otherwise = CertificateStatus::Unknown)
    }
    run(CHECKED, &[(64, "unknown", unknown, "status_unknown")]);
    let mut vector = checked(Purpose::Signing);
    let rules = RevocationRules { unknown_status: OnUnknownStatus::Reject, ..RULES };
    vector.policy.revocation = RevocationPolicy::Required(rules);
    assert_rejected(&vector.report_with(&[unknown(&vector)]), &Rejection::StatusUnknown, "by policy");
}

#[test]
fn case_65_several_answers_and_weak_signatures() {
    run(
        CHECKED,
        &[
            (
                65,
                "others only",
                |v| template(v, |t| t.responses[0].cert_id.serial_number = der::integer(1)),
                "ocsp_mismatch",
            ),
            (65, "SHA-1", |v| with(v, |responder| responder.signer.hash = SignatureHash::Sha1), "weak_alg"),
            (
                65,
                "not signed",
                |v| {
                    let responder = responder(v);
                    let template = responder.template(&request(v), now()).unwrap().unwrap();
                    Evidence::Ocsp(template.assemble(&template.response_data(), &[]), Some(NONCE))
                },
                "weak_alg",
            ),
            (
                65,
                "signature of something else",
                |v| {
                    let responder = responder(v);
                    let template = responder.template(&request(v), now()).unwrap().unwrap();
                    let signature = responder.signer.key.sign_sha256(b"something else").unwrap();
                    Evidence::Ocsp(template.assemble(&template.response_data(), &signature), Some(NONCE))
                },
                "ocsp_responder",
            ),
        ],
    );
    let vector = checked(Purpose::Signing);
    let others = with(&vector, |responder| {
        responder.others_first = vec![1, 2, 3];
        responder.otherwise = CertificateStatus::Unknown;
        responder.statuses.insert(SERIAL, CertificateStatus::Good);
    });
    assert_accepted(&vector.report_with(&[others]), "ours is found by its CertID");
    let revoked = with(&vector, |responder| {
        responder.others_first = vec![1, 2];
        responder.statuses.insert(SERIAL, CertificateStatus::hold(now() - 10));
    });
    assert_eq!(vector.report_with(&[revoked]).codes(), ["revoked"]);
}
