//! Attack case 61 of docs/certificate-facts.md §4.4: whoever signs is not the issuer's responder.

use kazasu_cert::{CertificateError, DerRule, ObjectIdentifier, UnixTime};
use kazasu_sim::pki::oids;
use kazasu_sim::status_services::{OcspSigner, OcspTemplate, SignatureHash};
use kazasu_sim::{CertificateTemplate, Extension, Generation, KeyName, der};
use kazasu_verify::{ExtensionProblem, OcspProblem, OcspStatus, Purpose, ResponderProblem};

use crate::common::{NOW, Vector, authority, key, leaf};

#[track_caller]
fn assert_refused(vector: &Vector, expected: &ResponderProblem, what: &str) {
    let problem = vector.check().unwrap_err();
    assert_eq!(problem, OcspProblem::Responder(expected.clone()), "case 61: {what}");
    assert_eq!(problem.code(), "ocsp_responder");
}

fn value(template: &mut CertificateTemplate, id: &[u8], value: Vec<u8>) {
    template.extension_mut(id).unwrap().value = value;
}

fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

/// Issued with the right key, and yet no responder's certificate.
#[test]
fn case_61_the_certificate_is_not_one_of_a_responder() {
    use ExtensionProblem::{Malformed, Missing, Value};
    use ResponderProblem::{ExtKeyUsage, KeyUsage};
    type Case = (&'static str, fn(&mut CertificateTemplate), ResponderProblem);
    let cases: [Case; 11] = [
        (
            "no extKeyUsage",
            |t| assert!(t.remove_extension(&oids::extended_key_usage())),
            ExtKeyUsage(Missing),
        ),
        (
            "clientAuth and anyExtendedKeyUsage",
            |t| {
                let any = der::oid(&[2, 5, 29, 37, 0]);
                value(t, &oids::extended_key_usage(), der::sequence(&[oids::client_auth(), any]));
            },
            ExtKeyUsage(Value),
        ),
        (
            "an extKeyUsage that is none",
            |t| value(t, &oids::extended_key_usage(), der::null()),
            ExtKeyUsage(Malformed),
        ),
        ("no keyUsage", |t| assert!(t.remove_extension(&oids::key_usage())), KeyUsage(Missing)),
        (
            "keyEncipherment alone",
            |t| value(t, &oids::key_usage(), der::bit_string(5, &[0x20])),
            KeyUsage(Value),
        ),
        (
            "may sign certificates as well",
            |t| value(t, &oids::key_usage(), der::bit_string(2, &[0x84])),
            KeyUsage(Value),
        ),
        (
            "no id-pkix-ocsp-nocheck",
            |t| assert!(t.remove_extension(&oids::ocsp_nocheck())),
            ResponderProblem::StatusUnproven,
        ),
        (
            "an id-pkix-ocsp-nocheck that is none",
            |t| value(t, &oids::ocsp_nocheck(), der::integer(0)),
            ResponderProblem::StatusUnproven,
        ),
        (
            "is a CA",
            |t| {
                let ca = der::sequence(&[der::tlv(1, &[0xFF])]);
                t.extensions.push(Extension::critical(oids::basic_constraints(), ca));
            },
            ResponderProblem::IsCa,
        ),
        (
            "an unknown critical extension",
            |t| t.extensions.push(Extension::critical(der::oid(&[1, 2, 3, 4]), der::null())),
            ResponderProblem::UnhandledCritical { oid: oid("1.2.3.4") },
        ),
        (
            "extKeyUsage twice",
            |t| {
                let usage = t.extension_mut(&oids::extended_key_usage()).unwrap().clone();
                t.extensions.push(usage);
            },
            ResponderProblem::DuplicateExtension { oid: oid("2.5.29.37") },
        ),
    ];
    for (what, edit, expected) in cases {
        let mut vector = Vector::new();
        vector.set_delegate(edit);
        assert_refused(&vector, &expected, what);
    }
}

#[test]
fn case_61_the_certificate_was_not_valid() {
    for (from, to) in [(-1000, -1), (1, 1000)] {
        let mut vector = Vector::new();
        let (not_before, not_after) = (UnixTime(NOW.0 + from), UnixTime(NOW.0 + to));
        vector.set_delegate(|t| t.set_validity(not_before.0, not_after.0).unwrap());
        let expected = ResponderProblem::NotValid { not_before, not_after, produced_at: NOW };
        assert_refused(&vector, &expected, "another validity");
    }
    let mut vector = Vector::new();
    vector.set_delegate(|t| t.set_validity(NOW.0, NOW.0).unwrap());
    assert_eq!(vector.check().unwrap().status, OcspStatus::Good);
}

#[test]
fn case_61_the_certificate_is_from_somebody_else() {
    let ours = authority(Purpose::Signing, Generation::G2023);
    let older = authority(Purpose::Signing, Generation::G2019);
    let other = authority(Purpose::Authentication, Generation::G2023);
    let (attacker, cardholder) = (key(KeyName::Attacker), key(KeyName::SigningLeaf));
    let cases = [
        ("the authority for authentication certificates", other, other.key()),
        ("another generation", older, older.key()),
        ("another generation in this one's name", ours, older.key()),
        ("this generation in another one's name", older, ours.key()),
        ("the attacker", ours, &attacker),
    ];
    let expected = ResponderProblem::NotFromIssuer;
    for (what, named, issuer_key) in cases {
        let mut vector = Vector::new();
        vector.set_delegate_of(named, issuer_key, |_| {});
        assert_refused(&vector, &expected, what);
    }

    let mut vector = Vector::new();
    let holder = leaf(Purpose::Signing, Generation::G2023).1.subject;
    vector.set_delegate_of(ours, &cardholder, |t| t.issuer = holder);
    assert_refused(&vector, &expected, "a cardholder");

    vector.set_delegate(|t| t.inner_algorithm = SignatureHash::Sha512.algorithm());
    assert_refused(&vector, &expected, "two different algorithms in the certificate");
    vector.set_delegate(|t| value(t, &oids::authority_key_identifier(), der::null()));
    assert_refused(&vector, &expected, "an authority key identifier that is none");
}

/// The certificate alone says who issued it; without an authority key identifier the signature does.
#[test]
fn a_delegate_without_authority_key_identifier() {
    let mut vector = Vector::new();
    vector.set_delegate(|t| assert!(t.remove_extension(&oids::authority_key_identifier())));
    assert_eq!(vector.check().unwrap().status, OcspStatus::Good);
    let attacker = key(KeyName::Attacker);
    vector.set_delegate_of(vector.authority, &attacker, |t| {
        assert!(t.remove_extension(&oids::authority_key_identifier()));
    });
    assert_refused(&vector, &ResponderProblem::NotFromIssuer, "the attacker, without key identifier");
}

#[test]
fn case_61_an_ordinary_cardholder() {
    let cases = [
        (Purpose::Signing, KeyName::SigningLeaf, ExtensionProblem::Missing),
        (Purpose::Authentication, KeyName::AuthenticationLeaf, ExtensionProblem::Value),
    ];
    for (purpose, name, problem) in cases {
        let mut vector = Vector::of(purpose, Generation::G2023);
        // The certificates here have critical policies, as the real ones do.
        let (certificate, template) = leaf(purpose, Generation::G2023);
        vector.responder.signer = OcspSigner {
            key: key(name),
            responder_id: OcspTemplate::by_name(&template.subject),
            certificates: vec![certificate.as_der().to_vec()],
            hash: SignatureHash::Sha256,
        };
        assert_refused(&vector, &ResponderProblem::ExtKeyUsage(problem), "a cardholder");
    }
}

#[test]
fn case_61_the_signature_is_from_somebody_else() {
    type Case = (&'static str, fn(&mut Vector), ResponderProblem);
    let cases: [Case; 7] = [
        (
            "responderID names nobody",
            |v| v.responder.signer.responder_id = OcspTemplate::by_key(&key(KeyName::Attacker)),
            ResponderProblem::Unknown,
        ),
        (
            "the certificate does not come along",
            |v| v.responder.signer.certificates.clear(),
            ResponderProblem::Unknown,
        ),
        (
            "responderID names the issuer, but the delegate signs",
            |v| v.responder.signer.responder_id = OcspTemplate::by_name(v.authority.name()),
            ResponderProblem::BadSignature,
        ),
        (
            "the attacker in the delegate's name",
            |v| v.responder.signer.key = key(KeyName::Attacker),
            ResponderProblem::BadSignature,
        ),
        (
            "another generation in the issuer's name",
            |v| v.responder.signer = OcspSigner::authority(authority(Purpose::Signing, Generation::G2019)),
            ResponderProblem::BadSignature,
        ),
        (
            "two certificates of the same name",
            |v| {
                let first = v.responder.signer.certificates[0].clone();
                v.set_delegate(|t| t.set_serial(7));
                v.responder.signer.certificates.push(first);
            },
            ResponderProblem::Ambiguous,
        ),
        (
            "nine certificates",
            |v| v.responder.signer.certificates = vec![v.responder.signer.certificates[0].clone(); 9],
            ResponderProblem::TooManyCertificates { limit: 8 },
        ),
    ];
    for (what, change, expected) in cases {
        let mut vector = Vector::new();
        change(&mut vector);
        assert_refused(&vector, &expected, what);
    }
}

#[test]
fn case_61_a_certificate_that_cannot_be_read() {
    let mut vector = Vector::new();
    vector.set_delegate(|t| t.extension_mut(&oids::key_usage()).unwrap().critical = Some(0x01));
    match vector.check() {
        Err(OcspProblem::Responder(ResponderProblem::Certificate(CertificateError::Der(violation)))) => {
            assert_eq!(violation.rule, DerRule::Boolean);
        }
        other => panic!("{other:?}"),
    }
    vector.responder.signer.certificates = vec![der::sequence(&[vec![0; 5000]])];
    let expected = ResponderProblem::Certificate(CertificateError::TooLong { len: 5004 });
    assert_refused(&vector, &expected, "too long");
}

/// A key too small to be relied on, although the right authority certified it.
#[test]
fn case_61_a_small_key() {
    let mut vector = Vector::new();
    vector.set_delegate(|t| {
        let key = der::sequence(&[der::unsigned(&[0xC1; 128]), der::integer(65_537)]);
        let algorithm = der::sequence(&[der::oid(&[1, 2, 840, 113_549, 1, 1, 1]), der::null()]);
        t.subject_public_key_info = der::sequence(&[algorithm, der::bit_string(0, &key)]);
    });
    assert_refused(&vector, &ResponderProblem::Key, "1024 bits");
}
