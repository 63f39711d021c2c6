//! The attack cases 60 and 62 to 65 of docs/certificate-facts.md §4.4, each as one change to an answer that is relied on
//! without it, signed with the real keys wherever the attacker could have it signed. Case 61 stands in `delegates`.

use kazasu_cert::{ObjectIdentifier, UnixTime};
use kazasu_sim::pki::generalized_time;
use kazasu_sim::status_services::{
    CertId, CertificateStatus, ErrorStatus, Failure, NonceAnswer, OcspTemplate, SignatureHash, delegate,
};
use kazasu_sim::{Extension, Generation, KeyName, der};
use kazasu_verify::{
    CertIdHash, CertIdProblem, NoncePolicy, NonceProblem, OcspEncodingProblem, OcspErrorStatus, OcspProblem,
    OcspStatus, Purpose, ResponderProblem, StaleProblem,
};

use crate::common::{NONCE, NOW, SERIAL, Vector, authority, key};

type Attack = (&'static str, fn(&mut Vector), OcspProblem);

fn attack(what: &'static str, change: fn(&mut Vector), expected: impl Into<OcspProblem>) -> Attack {
    (what, change, expected.into())
}

/// Attacks of one case of the table, all of which must have one of these codes.
fn run(number: u8, codes: &[&str], attacks: impl IntoIterator<Item = Attack>) {
    for (what, change, expected) in attacks {
        let mut vector = Vector::new();
        assert_eq!(vector.check().unwrap().status, OcspStatus::Good);
        change(&mut vector);
        let problem = vector.check().unwrap_err();
        assert_eq!(problem, expected, "case {number}: {what}");
        assert!(codes.contains(&problem.code()), "case {number}: {what}: {}", problem.code());
    }
}

fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

fn our_id(template: &mut OcspTemplate) -> &mut CertId {
    &mut template.responses[0].cert_id
}

#[test]
fn case_60_another_certificate() {
    run(
        60,
        &["ocsp_mismatch"],
        [
            attack(
                "another serial number",
                |v| v.edit = |t| our_id(t).serial_number = der::integer(SERIAL + 1),
                CertIdProblem::OtherCertificate,
            ),
            attack("no answer at all", |v| v.edit = |t| t.responses.clear(), CertIdProblem::OtherCertificate),
            attack(
                "the negative of our serial number",
                |v| v.edit = |t| our_id(t).serial_number = der::tlv(2, &[0xE1, 0x15, 0xF9]),
                CertIdProblem::OtherCertificate,
            ),
            attack(
                "the hash of another issuer's name",
                |v| v.edit = |t| our_id(t).issuer_name_hash[0] ^= 1,
                CertIdProblem::OtherIssuer,
            ),
            attack(
                "the hash of another generation's key",
                |v| {
                    v.edit = |t| {
                        let other = authority(Purpose::Signing, Generation::G2019);
                        our_id(t).issuer_key_hash = other.key().key_identifier().to_vec();
                    }
                },
                CertIdProblem::OtherIssuer,
            ),
            attack(
                "our hashes cut short",
                |v| v.edit = |t| our_id(t).issuer_key_hash.truncate(1),
                CertIdProblem::OtherIssuer,
            ),
            attack(
                "SHA-1 hashes under the name of SHA-256",
                |v| v.edit = |t| our_id(t).hash_algorithm = SignatureHash::Sha256.hash_algorithm(),
                CertIdProblem::OtherIssuer,
            ),
            attack(
                "hashes by a function nobody knows",
                |v| v.edit = |t| our_id(t).hash_algorithm = der::sequence(&[der::oid(&[1, 2, 3, 4])]),
                CertIdProblem::HashAlgorithm { oid: oid("1.2.3.4") },
            ),
        ],
    );
}

#[test]
fn case_62_replay() {
    run(
        62,
        &["ocsp_stale", "ocsp_nonce", "ocsp_encoding"],
        [
            attack(
                "a second older than the policy allows",
                |v| v.responder.age = 1801,
                StaleProblem::TooOld { of: UnixTime(NOW.0 - 1801), max_age: 1800 },
            ),
            attack(
                "old data in a new signature",
                |v| {
                    v.edit = |t| {
                        let old = generalized_time(NOW.0 - 86_400).unwrap();
                        t.responses[0].this_update = old;
                    }
                },
                StaleProblem::TooOld { of: UnixTime(NOW.0 - 86_400), max_age: 1800 },
            ),
            attack(
                "nextUpdate passed a second ago",
                |v| v.responder.age = 901,
                StaleProblem::NextUpdatePassed { next_update: UnixTime(NOW.0 - 1) },
            ),
            attack(
                "from the future",
                |v| v.responder.age = -301,
                StaleProblem::Later { of: UnixTime(NOW.0 + 301) },
            ),
            attack(
                "no nonce where one is required",
                |v| v.responder.nonce = NonceAnswer::Omit,
                NonceProblem::Missing,
            ),
            attack("another nonce", |v| v.responder.nonce = NonceAnswer::Other, NonceProblem::Different),
            attack(
                "another nonce where none is required",
                |v| {
                    v.policy.nonce = NoncePolicy::IfPresent(NONCE);
                    v.responder.nonce = NonceAnswer::Other;
                },
                NonceProblem::Different,
            ),
            attack(
                "the beginning of our nonce",
                |v| v.edit = |t| t.extensions = vec![OcspTemplate::nonce(&NONCE[..31])],
                NonceProblem::Different,
            ),
            attack(
                "our nonce without its encoding",
                |v| v.edit = |t| t.extensions[0].value = NONCE.to_vec(),
                NonceProblem::Different,
            ),
            attack(
                "our nonce after another one",
                |v| v.edit = |t| t.extensions.insert(0, OcspTemplate::nonce(&[0; 32])),
                OcspEncodingProblem::DuplicateExtension { oid: oid("1.3.6.1.5.5.7.48.1.2") },
            ),
        ],
    );
}

#[test]
fn case_63_no_answer() {
    let statuses = [
        (ErrorStatus::MalformedRequest, OcspErrorStatus::MalformedRequest, "malformedRequest"),
        (ErrorStatus::InternalError, OcspErrorStatus::InternalError, "internalError"),
        (ErrorStatus::TryLater, OcspErrorStatus::TryLater, "tryLater"),
        (ErrorStatus::SigRequired, OcspErrorStatus::SigRequired, "sigRequired"),
        (ErrorStatus::Unauthorized, OcspErrorStatus::Unauthorized, "unauthorized"),
    ];
    assert_eq!(statuses.map(|(sent, ..)| sent), ErrorStatus::ALL);
    for (sent, expected, name) in statuses {
        let mut vector = Vector::new();
        vector.responder.failure = Some(Failure::Status(sent));
        let problem = vector.check().unwrap_err();
        assert_eq!(problem, OcspProblem::Status(expected));
        assert_eq!(problem.code(), "ocsp_status");
        assert!(problem.to_string().ends_with(name), "{problem}");
    }
    run(
        63,
        &["ocsp_encoding"],
        [
            attack(
                "empty",
                |v| v.responder.failure = Some(Failure::Body(Vec::new())),
                OcspEncodingProblem::Empty,
            ),
            attack(
                "an HTML page",
                |v| v.responder.failure = Some(Failure::html()),
                OcspEncodingProblem::Text,
            ),
            attack(
                "a megabyte",
                |v| v.responder.failure = Some(Failure::Body(vec![0x30; 1 << 20])),
                OcspEncodingProblem::TooLong { len: 1 << 20 },
            ),
            attack(
                "successful, but nothing in it",
                |v| v.responder.failure = Some(Failure::Body(der::sequence(&[der::tlv(0x0A, &[0])]))),
                OcspEncodingProblem::NoResponseBytes,
            ),
            attack(
                "another type of answer",
                |v| {
                    let bytes = der::sequence(&[der::oid(&[1, 2, 3, 4]), der::octet_string(&[])]);
                    let body = der::sequence(&[der::tlv(0x0A, &[0]), der::constructed(0xA0, &[bytes])]);
                    v.responder.failure = Some(Failure::Body(body));
                },
                OcspEncodingProblem::ResponseType { oid: oid("1.2.3.4") },
            ),
            attack(
                "an unknown critical extension of the answer",
                |v| {
                    v.edit = |t| t.extensions.push(Extension::critical(der::oid(&[1, 2, 3, 4]), der::null()));
                },
                OcspEncodingProblem::UnhandledCritical { oid: oid("1.2.3.4") },
            ),
            attack(
                "an unknown critical extension of ours",
                |v| {
                    v.edit = |t| {
                        let extension = Extension::critical(der::oid(&[1, 2, 3, 4]), der::null());
                        t.responses[0].extensions.push(extension);
                    };
                },
                OcspEncodingProblem::UnhandledCritical { oid: oid("1.2.3.4") },
            ),
        ],
    );
}

#[test]
fn case_63_not_an_encoding() {
    let vector = Vector::new();
    let good = vector.received();
    let status_7 = der::sequence(&[der::tlv(0x0A, &[7])]);
    let trailing = [good.as_slice(), &[0]].concat();
    let garbled = OcspTemplate::wrap(b"not a basic response");
    let bad = [&trailing[..], &good[..good.len() - 1], &status_7, &garbled, &OcspTemplate::wrap(&[])];
    for received in bad {
        let problem = vector.check_bytes(received).unwrap_err();
        assert!(
            matches!(problem, OcspProblem::Encoding(OcspEncodingProblem::Structure { .. })),
            "{problem:?}"
        );
        assert_eq!(problem.code(), "ocsp_encoding");
    }
}

/// Case 64: `unknown` is an answer. What must not happen is that it passes as good.
#[test]
fn case_64_unknown() {
    let mut vector = Vector::new();
    vector.responder.otherwise = CertificateStatus::Unknown;
    assert_eq!(vector.check().unwrap().status, OcspStatus::Unknown);
}

#[test]
fn case_65_several_answers_and_bad_signatures() {
    run(
        65,
        &["ocsp_mismatch", "weak_alg"],
        [
            attack(
                "several answers, none about ours",
                |v| {
                    v.responder.others_first = vec![1, 2, 3];
                    v.edit = |t| t.responses.truncate(3);
                },
                CertIdProblem::OtherCertificate,
            ),
            attack(
                "signed with SHA-1",
                |v| v.responder.signer.hash = SignatureHash::Sha1,
                OcspProblem::WeakAlg { oid: oid("1.2.840.113549.1.1.5") },
            ),
            attack(
                "the delegate's certificate signed with SHA-1",
                |v| {
                    let algorithm = SignatureHash::Sha1.algorithm();
                    let mut template = delegate(v.authority, &key(KeyName::OcspResponder));
                    (template.inner_algorithm, template.outer_algorithm) = (algorithm.clone(), algorithm);
                    let tbs = template.tbs();
                    let signature = SignatureHash::Sha1.sign(v.authority.key(), &tbs).unwrap();
                    v.responder.signer.certificates = vec![template.assemble(&tbs, &signature)];
                },
                OcspProblem::WeakAlg { oid: oid("1.2.840.113549.1.1.5") },
            ),
        ],
    );
}

#[test]
fn case_65_not_signed() {
    let vector = Vector::new();
    let mut template = vector.responder.template(&vector.request(), NOW.0).unwrap().unwrap();
    let data = template.response_data();
    let empty = template.assemble(&data, &[]);
    let left_out = OcspTemplate::wrap(&der::sequence(&[&data]));
    for received in [empty, left_out] {
        let problem = vector.check_bytes(&received).unwrap_err();
        assert_eq!((&problem, problem.code()), (&OcspProblem::Unsigned, "weak_alg"));
    }

    let signature = vector.responder.signer.key.sign_sha256(&data).unwrap();
    template.algorithm = der::sequence(&[der::oid(&[1, 2, 840, 113_549, 1, 1, 1]), der::null()]);
    let expected = ResponderProblem::Algorithm { oid: oid("1.2.840.113549.1.1.1") };
    assert_eq!(vector.check_bytes(&template.assemble(&data, &signature)), Err(expected.into()));
    // RSASSA-PSS without parameters means SHA-1.
    template.algorithm = der::sequence(&[der::oid(&[1, 2, 840, 113_549, 1, 1, 10])]);
    let expected = ResponderProblem::Algorithm { oid: oid("1.2.840.113549.1.1.10") };
    assert_eq!(vector.check_bytes(&template.assemble(&data, &signature)), Err(expected.into()));
    template.algorithm = SignatureHash::Sha384.algorithm();
    let expected = ResponderProblem::BadSignature;
    assert_eq!(vector.check_bytes(&template.assemble(&data, &signature)), Err(expected.into()));
}

/// The other side of case 60: the question asked with SHA-256 is not answered by SHA-1 hashes of somebody else.
#[test]
fn the_hash_function_of_the_answer_counts() {
    let mut vector = Vector { hash: CertIdHash::Sha256, ..Vector::new() };
    vector.edit = |t| {
        let authority = authority(Purpose::Signing, Generation::G2023);
        t.responses[0].cert_id = CertId::new(SignatureHash::Sha1, authority, SERIAL);
    };
    assert_eq!(vector.check().unwrap().status, OcspStatus::Good);
}
