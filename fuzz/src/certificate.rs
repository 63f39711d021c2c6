//! Certificates: parsing, every accessor, strict DER, and the verifier's judgement of one.
//!
//! The input is the certificate.

use der::Encode;
use kazasu_cert::{Certificate, HashAlgorithm, ObjectIdentifier, SignedDataDraft, UnixTime, der_total_len};
use kazasu_verify::{Document, SignatureInput, Submission, Verdict};

use crate::BerMutator;
use crate::verifier::{Choice, DOCUMENT};

/// How inputs are mutated.
pub const MUTATOR: BerMutator = BerMutator { prefix: 0 };

/// What is returned stands in the input, what passes for strict DER encodes to itself, and only such is accepted.
pub fn run(input: &[u8]) {
    let Ok(certificate) = Certificate::from_der(input) else { return };
    assert_eq!(certificate.as_der(), input);
    assert_eq!(der_total_len(input), Some(input.len()));
    assert!(format!("{certificate:?}").len() < 60);

    extensions(&certificate);
    strict_der(&certificate);
    signed_data(&certificate);
    verdict(&certificate);
}

fn extensions(certificate: &Certificate) {
    let all: Vec<_> = certificate.extensions().map(|extension| extension.oid).collect();
    let duplicate = certificate.duplicate_extension();
    assert_eq!(
        duplicate.is_some(),
        all.iter().any(|oid| all.iter().filter(|other| *other == oid).count() > 1)
    );
    for oid in &all {
        let twice = all.iter().filter(|other| *other == oid).count() > 1;
        assert_eq!(certificate.extension(*oid).is_err(), twice);
    }
    assert!(certificate.unhandled_critical_extension(&all).is_none());

    let _ = certificate.key_usage();
    let _ = certificate.extended_key_usage();
    let _ = certificate.basic_constraints();
    let _ = certificate.certificate_policies();
    let _ = certificate.issuer_alt_name();
    let _ = certificate.subject_key_identifier();
    let _ = certificate.ocsp_uris();
    let _ = certificate.subject_other_names();
    let _ =
        certificate.authority_key_identifier().map(|id| id.map(|id| id.value.issuer_name_der().is_some()));
    if let Ok(Some(points)) = certificate.crl_distribution_points() {
        let whole = certificate.as_der().len();
        assert!(
            points.value.iter().all(|point| point.directory_name_der().is_none_or(|name| name.len() < whole))
        );
    }
}

/// An encoder of other people's is the judge: what has only one encoding is not changed by encoding it again.
fn strict_der(certificate: &Certificate) {
    let strict = certificate.check_strict_der();
    assert_eq!(certificate.strict_der_violation(), strict.err());
    if let Err(violation) = strict {
        assert!(violation.offset <= certificate.as_der().len());
        return;
    }
    let parsed = certificate.decode().unwrap();
    let tbs = &parsed.tbs_certificate;
    assert_eq!(parsed.to_der().unwrap(), certificate.as_der());
    assert_eq!(tbs.to_der().unwrap(), certificate.tbs_der());
    assert_eq!(tbs.issuer.to_der().unwrap(), certificate.issuer_der());
    assert_eq!(tbs.subject.to_der().unwrap(), certificate.subject_der());
    assert_eq!(tbs.serial_number.as_bytes(), certificate.serial());
    assert_eq!(tbs.signature.to_der().unwrap(), certificate.tbs_signature_algorithm_der());
    assert_eq!(parsed.signature_algorithm.to_der().unwrap(), certificate.signature_algorithm_der());
    assert_eq!(tbs.subject_public_key_info.to_der().unwrap(), certificate.subject_public_key_info_der());
}

/// A SignedData around any certificate whose key is usable.
fn signed_data(certificate: &Certificate) {
    let key = certificate.public_key();
    let content = HashAlgorithm::Sha256.digest(DOCUMENT);
    let draft = SignedDataDraft::new(certificate, &content, Some(certificate.not_before()));
    assert_eq!(draft.is_ok(), key.is_ok());
    let (Ok(draft), Ok(key)) = (draft, key) else { return };
    if let Some(len) = key.signature_len() {
        assert!(draft.clone().into_detached(&vec![0; len + 1]).is_err());
        let cms = draft.into_attached(DOCUMENT, &vec![1; len]).unwrap();
        assert_eq!(der_total_len(&cms), Some(cms.len()));
    }
}

/// A verifier that takes every signature for good accepts nothing that is not strict DER, in time, and for one purpose.
fn verdict(certificate: &Certificate) {
    let at = UnixTime(certificate.not_before().0.saturating_add(1));
    let signature = vec![1; 256];
    let signature = SignatureInput::Raw { certificate: certificate.as_der(), signature: &signature };
    let submission = Submission::new(Document::Bytes(DOCUMENT), signature);
    let mut accepted = 0;
    for purpose in [0, Choice::AUTHENTICATION] {
        let report = Choice(Choice::ACCEPTS_ALL | purpose).check(&submission, at);
        if report.verdict != Verdict::Accepted {
            continue;
        }
        accepted += 1;
        assert!(certificate.check_strict_der().is_ok());
        assert_eq!(certificate.version(), 3);
        assert!(certificate.not_after() >= at && certificate.duplicate_extension().is_none());
        let policies = certificate.certificate_policies().unwrap().unwrap().value;
        assert!(
            policies
                .iter()
                .all(|policy: &ObjectIdentifier| policy.to_string().starts_with("1.2.392.200149.8.5.1."))
        );
    }
    assert!(accepted <= 1, "a certificate for both purposes");
}
