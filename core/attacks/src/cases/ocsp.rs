//! Cases 60 to 65: OCSP. Each starts from an answer with which the signature, or the log-in, is accepted.

use kazasu_sim::pki::oids;
use kazasu_sim::status_services::{
    CertId, CertificateStatus, ErrorStatus, Failure, NonceAnswer, OcspResponder, OcspSigner, OcspTemplate,
    SignatureHash, delegate,
};
use kazasu_sim::{Generation, KeyName, der};
use kazasu_verify::{
    EvidenceKind, NonceEcho, OnUnknownStatus, Policy, Purpose, Rejection, RevocationPolicy, RevocationRules,
};

use crate::status::{Evidence, NONCE, SERIAL, answered, authority, checked, now, request, responder};
use crate::vector::{POLICY, RULES, Vector, key};
use crate::{Attack, Expected, Question};

pub(super) fn attacks() -> Vec<Attack> {
    let of = |purpose| {
        [
            about_another_certificate(purpose),
            who_may_answer(purpose),
            freshness_and_nonce(purpose),
            no_answer(purpose),
            unknown(purpose),
            several_answers_and_weak_signatures(purpose),
        ]
        .concat()
    };
    Purpose::ALL.map(of).concat()
}

fn attack(
    purpose: Purpose,
    case: u8,
    title: &str,
    make: impl FnOnce(&Vector) -> Evidence,
    code: &'static str,
) -> Attack {
    let vector = checked(purpose);
    let question = Question { evidence: vec![make(&vector)], ..vector.question() };
    let log_in = if purpose == Purpose::Authentication { ", log-in" } else { "" };
    Attack::new(case, format!("{title}{log_in}"), question, Expected::Open(code))
}

/// Where an answer has to be made for the request.
fn with_nonce(
    purpose: Purpose,
    case: u8,
    title: &str,
    make: impl FnOnce(&Vector) -> Evidence,
    code: &'static str,
) -> Attack {
    let mut attack = attack(purpose, case, title, make, code);
    attack.question.policy = required(RevocationRules { ocsp_nonce: NonceEcho::Required, ..RULES });
    attack
}

const fn required(rules: RevocationRules) -> Policy {
    Policy { revocation: RevocationPolicy::Required(rules), ..POLICY }
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

fn about_another_certificate(purpose: Purpose) -> Vec<Attack> {
    vec![
        attack(
            purpose,
            60,
            "answer for another serial number",
            |v| template(v, |t| t.responses[0].cert_id.serial_number = der::integer(SERIAL + 1)),
            "ocsp_mismatch",
        ),
        attack(
            purpose,
            60,
            "answer with the hashes of another generation",
            |v| {
                let other = authority(v.purpose, Generation::G2019);
                template(v, |t| {
                    t.responses[0].cert_id = CertId::new(SignatureHash::Sha1, other, SERIAL);
                })
            },
            "ocsp_mismatch",
        ),
        attack(purpose, 60, "no single response", |v| template(v, |t| t.responses.clear()), "ocsp_mismatch"),
    ]
}

fn who_may_answer(purpose: Purpose) -> Vec<Attack> {
    vec![
        attack(
            purpose,
            61,
            "responder without id-kp-OCSPSigning",
            |v| signer(v, |t| assert!(t.remove_extension(&oids::extended_key_usage()))),
            "ocsp_responder",
        ),
        attack(
            purpose,
            61,
            "responder expired",
            |v| signer(v, |t| t.set_validity(now() - 1_000, now() - 1).unwrap()),
            "ocsp_responder",
        ),
        attack(
            purpose,
            61,
            "responder issued by the attacker",
            |v| {
                let authority = authority(v.purpose, Generation::G2023);
                let template = delegate(authority, &key(KeyName::Attacker));
                let attacker = key(KeyName::Attacker);
                let signer = OcspSigner::delegate(&template, &attacker, &attacker).unwrap();
                with(v, |responder| responder.signer = signer)
            },
            "ocsp_responder",
        ),
        attack(
            purpose,
            61,
            "responder issued by another generation",
            |v| {
                let other = authority(v.purpose, Generation::G2019);
                let template = delegate(other, &key(KeyName::OcspResponder));
                let signer =
                    OcspSigner::delegate(&template, other.key(), &key(KeyName::OcspResponder)).unwrap();
                with(v, |responder| responder.signer = signer)
            },
            "ocsp_responder",
        ),
        attack(
            purpose,
            61,
            "another cardholder as responder",
            |v| {
                let mut other = v.template.clone();
                other.set_serial(4_711);
                other.set_public_key(&key(KeyName::OtherLeaf));
                let authority = authority(v.purpose, Generation::G2023);
                let signer = OcspSigner::delegate(&other, authority.key(), &key(KeyName::OtherLeaf)).unwrap();
                with(v, |responder| responder.signer = signer)
            },
            "ocsp_responder",
        ),
    ]
}

fn freshness_and_nonce(purpose: Purpose) -> Vec<Attack> {
    vec![
        attack(
            purpose,
            62,
            "answer one second too old",
            |v| {
                with(v, |responder| {
                    responder.age = 30 * 60 + 1;
                    responder.next_update = false;
                })
            },
            "ocsp_stale",
        ),
        attack(
            purpose,
            62,
            "answer whose nextUpdate has passed",
            |v| with(v, |responder| responder.age = 15 * 60 + 1),
            "ocsp_stale",
        ),
        attack(
            purpose,
            62,
            "answer from the future",
            |v| with(v, |responder| responder.age = -301),
            "ocsp_stale",
        ),
        attack(
            purpose,
            62,
            "the nonce of another request",
            |v| with(v, |responder| responder.nonce = NonceAnswer::Other),
            "ocsp_nonce",
        ),
        with_nonce(
            purpose,
            62,
            "no nonce where one is required",
            |v| with(v, |responder| responder.nonce = NonceAnswer::Omit),
            "ocsp_nonce",
        ),
        with_nonce(
            purpose,
            62,
            "an answer whose request nobody knows",
            |v| {
                let response = responder(v).answer(&request(v), now());
                Evidence::Ocsp(response, None)
            },
            "ocsp_nonce",
        ),
    ]
}

fn no_answer(purpose: Purpose) -> Vec<Attack> {
    let status = |title, status| attack(purpose, 63, title, |v| failing(v, status), "ocsp_status");
    let body = |title, body: &[u8]| {
        let failure = Some(Failure::Body(body.to_vec()));
        attack(purpose, 63, title, |v| with(v, |responder| responder.failure = failure), "ocsp_encoding")
    };
    let nothing = |_: &Vector| Evidence::NotReceived(EvidenceKind::Ocsp);
    vec![
        status("tryLater", ErrorStatus::TryLater),
        status("unauthorized", ErrorStatus::Unauthorized),
        status("internalError", ErrorStatus::InternalError),
        status("sigRequired", ErrorStatus::SigRequired),
        status("malformedRequest", ErrorStatus::MalformedRequest),
        body("empty answer", b""),
        body("HTML for an answer", b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"),
        attack(purpose, 63, "nothing came", nothing, "evidence_not_received"),
    ]
}

fn failing(vector: &Vector, status: ErrorStatus) -> Evidence {
    with(vector, |responder| responder.failure = Some(Failure::Status(status)))
}

fn unknown(purpose: Purpose) -> Vec<Attack> {
    let unknown = |v: &Vector| with(v, |responder| responder.otherwise = CertificateStatus::Unknown);
    let mut rejected = attack(purpose, 64, "unknown where that is a no", unknown, "");
    rejected.question.policy = required(RevocationRules { unknown_status: OnUnknownStatus::Reject, ..RULES });
    rejected.expected = Expected::Rejected(Rejection::StatusUnknown);
    vec![attack(purpose, 64, "unknown", unknown, "status_unknown"), rejected]
}

fn several_answers_and_weak_signatures(purpose: Purpose) -> Vec<Attack> {
    let mut on_hold = attack(
        purpose,
        65,
        "good about others first, ours on hold",
        |v| {
            with(v, |responder| {
                responder.others_first = vec![1, 2];
                responder.statuses.insert(SERIAL, CertificateStatus::hold(now() - 10));
            })
        },
        "",
    );
    on_hold.expected = Expected::Rejected(Rejection::Revoked {
        since: kazasu_cert::UnixTime(now() - 10),
        reason: Some(kazasu_verify::RevocationReason::CertificateHold),
    });
    vec![
        on_hold,
        attack(
            purpose,
            65,
            "single responses about others only",
            |v| template(v, |t| t.responses[0].cert_id.serial_number = der::integer(1)),
            "ocsp_mismatch",
        ),
        attack(
            purpose,
            65,
            "answer signed with SHA-1",
            |v| with(v, |responder| responder.signer.hash = SignatureHash::Sha1),
            "weak_alg",
        ),
        attack(
            purpose,
            65,
            "answer not signed",
            |v| {
                let responder = responder(v);
                let template = responder.template(&request(v), now()).unwrap().unwrap();
                Evidence::Ocsp(template.assemble(&template.response_data(), &[]), Some(NONCE))
            },
            "weak_alg",
        ),
        attack(
            purpose,
            65,
            "answer with the signature of something else",
            |v| {
                let responder = responder(v);
                let template = responder.template(&request(v), now()).unwrap().unwrap();
                let signature = responder.signer.key.sign_sha256(b"something else").unwrap();
                Evidence::Ocsp(template.assemble(&template.response_data(), &signature), Some(NONCE))
            },
            "ocsp_responder",
        ),
    ]
}
