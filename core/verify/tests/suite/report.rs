//! The report: verdict, order of errors, JSON.

use std::collections::HashSet;

use kazasu_cert::{AttributeWarning, HashAlgorithm};
use kazasu_sim::{Generation, Persona, der};
use kazasu_verify::{
    Check, CheckResult, ClockSkew, Document, Purpose, REJECTION_CODES, RevocationStatus, SignatureInput,
    Submission, TimeSource, Undecided, ValidationTime, Verdict, Warning,
};
use serde_json::{Value, json};

use crate::common::{CHECKED, DOCUMENT, NOW, POLICY, Vector, holder, pki, sim, time, verifier};

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[test]
fn an_accepted_signing_certificate_as_json() {
    let vector = Vector::new(Purpose::Signing);
    let json = serde_json::to_value(vector.report()).unwrap();
    let sha256 = |data: &[u8]| hex(HashAlgorithm::Sha256.digest(data).as_bytes());
    let anchor = pki().authority(sim(Purpose::Signing), Generation::G2023).certificate();
    let signature = vector.holder_key.sign_sha256(DOCUMENT).unwrap();

    assert_eq!(json["verdict"], "accepted");
    assert_eq!(json["errors"], json!([]));
    assert_eq!(json["undecided"], json!([]));
    assert_eq!(json["warnings"], json!([]));
    assert_eq!(json["purpose"], "signing");
    assert_eq!(json["environment"], "test");
    assert_eq!(json["time"], json!({ "at": NOW, "source": "clock" }));
    assert_eq!(json["revocation"], "not_checked");
    assert_eq!(
        json["policy"],
        json!({
            "revocation": "not_checked",
            "signed_attributes": "required",
            "hashes": ["sha256", "sha384", "sha512"],
            "scheme": "pkcs1",
            "clock_skew": 300,
        })
    );
    assert_eq!(
        json["inputs"],
        json!({
            "document": { "sha256": sha256(DOCUMENT) },
            "signature": sha256(&signature),
            "certificate": sha256(&vector.certificate()),
            "revocation": [],
        })
    );
    assert_eq!(
        json["signers"],
        json!([{
            "certificate": {
                "sha256": sha256(&vector.certificate()),
                "serial": "1eea07",
                "not_before": "2025-10-27T01:35:57Z",
                "not_after": "2045-02-17T14:59:59Z",
            },
            "anchor": { "name": "signca-test-2023", "sha256": sha256(anchor) },
            "carrier": "card",
            "hash": "sha256",
            "claimed_signing_time": null,
            "revocation": { "status": "not_checked", "evidence": [] },
        }])
    );
    assert_eq!(json["checks"][0], json!({ "check": "encoding", "rule": 1, "signer": 0, "result": "passed" }));
    assert_eq!(json["attributes"]["name"], holder().name);
    assert_eq!(json["attributes"]["address"], holder().address);
    assert_eq!(json["attributes"]["date_of_birth"], "1980-02-17");
    assert_eq!(json["attributes"]["sex"], "male");
}

#[test]
fn a_rejected_one_as_json() {
    let mut vector = Vector::new(Purpose::Signing);
    vector.at = time("2045-02-17T15:00:00Z");
    let json = serde_json::to_value(vector.report()).unwrap();
    assert_eq!(json["verdict"], "rejected");
    assert_eq!(json["errors"], json!(["expired"]));
    assert_eq!(json.get("attributes"), None);
    let failed: Vec<&Value> =
        json["checks"].as_array().unwrap().iter().filter(|check| check["result"] == "failed").collect();
    let expected = json!({
        "check": "validity",
        "rule": 7,
        "signer": 0,
        "result": "failed",
        "error": "expired",
        "detail": "the certificate expired at 2045-02-17T14:59:59Z",
    });
    assert_eq!(failed, [&expected]);
}

#[test]
fn without_proof_that_is_required_the_verdict_is_open() {
    let mut vector = Vector::new(Purpose::Signing);
    vector.policy = CHECKED;
    let report = vector.report();
    assert_eq!(report.verdict, Verdict::Indeterminate);
    assert_eq!(report.errors, []);
    assert_eq!(report.undecided, [Undecided::NoRevocationEvidence]);
    assert_eq!(report.revocation, RevocationStatus::NoEvidence);
    assert!(report.attributes.is_none() && !report.is_accepted());
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["verdict"], "indeterminate");
    assert_eq!(json["revocation"], "no_evidence");
    assert_eq!(json["undecided"], json!(["no_revocation_evidence"]));
    assert_eq!(json["errors"], json!(["no_revocation_evidence", "indeterminate"]));
    let asked = json["checks"].as_array().unwrap().last().unwrap();
    assert_eq!((&asked["check"], &asked["result"]), (&json!("revocation"), &json!("undecided")));

    vector.signature = Some(vec![1; 256]);
    assert_eq!(vector.report().verdict, Verdict::Rejected, "a no beats an open question");
}

#[test]
fn the_most_useful_error_comes_first_and_the_checks_go_on() {
    let mut vector = Vector::new(Purpose::Authentication);
    vector.purpose = Purpose::Signing;
    vector.at = time("2046-01-01T00:00:00Z");
    vector.signature = Some(vec![1; 256]);
    let report = vector.report();
    let codes: Vec<_> = report.errors.iter().map(kazasu_verify::Rejection::code).collect();
    let expected = [
        "wrong_purpose",
        "bad_signature",
        "expired",
        "key_usage",
        "ext_key_usage",
        "policy",
        "attribute_encoding",
    ];
    assert_eq!(codes, expected);
    let asked =
        |check| report.checks.iter().find(|record| record.check == check).map(|record| &record.result);
    assert_eq!(asked(Check::CertificateSignature), Some(&CheckResult::NotPerformed));
    assert_eq!(asked(Check::PublicKey), Some(&CheckResult::Passed));
}

#[test]
fn every_report_lists_the_same_checks() {
    let names = |vector: &Vector| -> Vec<Check> { vector.report().checks.iter().map(|c| c.check).collect() };
    for purpose in Purpose::ALL {
        let good = Vector::new(purpose);
        let unreadable = Vector { certificate: Some(b"<html>".to_vec()), ..good.clone() };
        let unknown = Vector { issuer_key: good.holder_key.clone(), ..good.clone() };
        assert_eq!(names(&unreadable), names(&good));
        assert_eq!(names(&unknown), names(&good));
    }
}

#[test]
fn the_time_names_its_source() {
    let vector = Vector::new(Purpose::Signing);
    let certificate = vector.certificate();
    let signature = vector.holder_key.sign_sha256(DOCUMENT).unwrap();
    let input = SignatureInput::Raw { certificate: &certificate, signature: &signature };
    let submission = Submission::new(Document::Bytes(DOCUMENT), input);
    let at = ValidationTime { at: time("2026-04-01T09:00:00+09:00"), source: TimeSource::ReceiptRecord };
    let report = verifier(Purpose::Signing, POLICY).check(&submission, at);
    assert_eq!(report.time, at);
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["time"], json!({ "at": NOW, "source": "receipt_record" }));
}

#[test]
fn attributes_come_with_their_warnings() {
    let persona = Persona::named("substitute-characters").unwrap();
    let mut vector = Vector::new(Purpose::Signing);
    let generation = Generation::G2023;
    vector.template = pki().leaf(sim(Purpose::Signing), generation, &persona.holder).unwrap();
    let report = vector.report();
    assert_eq!(report.verdict, Verdict::Accepted);
    assert!(report.warnings.contains(&Warning::Attribute(AttributeWarning::NameSubstituted)));
    let json = serde_json::to_value(&report).unwrap();
    assert!(json["warnings"].as_array().unwrap().contains(&json!("name_substituted")));

    let dates = [
        ("319800200", AttributeWarning::DateOfBirthPartial),
        ("300000000", AttributeWarning::DateOfBirthUnknown),
        ("319800230", AttributeWarning::DateOfBirthImpossible),
        ("419800217", AttributeWarning::DateOfBirthEraMismatch),
    ];
    for (digits, warning) in dates {
        let mut attributes = Vector::attributes();
        attributes[1].1 = der::utf8(digits);
        let mut vector = Vector::new(Purpose::Signing);
        vector.set_attributes(&attributes);
        let report = vector.report();
        assert_eq!(report.verdict, Verdict::Accepted, "{digits}");
        assert_eq!(report.warnings, [Warning::Attribute(warning)], "{digits}");
        let json = serde_json::to_value(&report).unwrap();
        let known = warning == AttributeWarning::DateOfBirthEraMismatch;
        let date = if known { json!("1980-02-17") } else { Value::Null };
        assert_eq!(json["attributes"]["date_of_birth"], date, "{digits}");
        // Nothing about the person is said where the answer is no.
        vector.at = time("2046-01-01T00:00:00Z");
        assert_eq!(vector.report().warnings, []);
    }
}

#[test]
fn codes_are_stable_snake_case_and_each_there_once() {
    let different: HashSet<_> = REJECTION_CODES.iter().collect();
    assert_eq!(different.len(), REJECTION_CODES.len());
    for code in REJECTION_CODES {
        assert!(code.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{code}");
    }
}

#[test]
fn a_check_is_a_pure_function() {
    let mut vector = Vector::new(Purpose::Signing);
    vector.policy.clock_skew = ClockSkew::ZERO;
    assert_eq!(vector.report(), vector.report());
    vector.issuer_key = vector.holder_key.clone();
    assert_eq!(vector.report(), vector.report());
}
