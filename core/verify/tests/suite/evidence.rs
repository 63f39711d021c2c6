//! Evidence records: what is in them, what can be checked again, and what a changed one looks like.

use kazasu_cert::UnixTime;
use kazasu_sim::der;
use kazasu_verify::{
    CrlMark, CrlNumber, Document, EvidenceError, EvidenceRecord, HmacSeal, Keep, P256SealVerifier, Policy,
    Purpose, Replay, ReplayInputs, ReplayOutcome, Report, Retention, SealAlgorithm, SealError, SealKey,
    SignatureInput, Submission, TestAnchors, ValidationTime, Verdict,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use signer_p256::ecdsa::signature::Signer as _;

use crate::common::cms::CmsTemplate;
use crate::common::status::{
    DAY, Evidence, HOUR, SERIAL, answered, checked, list, list_of, now, responder, signed,
};
use crate::common::{DOCUMENT, NOW, Vector, anchors, holder, time, verifier};

/// Everything that went into a check.
pub(crate) struct Checked {
    pub(crate) policy: Policy,
    pub(crate) certificate: Vec<u8>,
    pub(crate) signature: Vec<u8>,
    pub(crate) cms: bool,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) seen_crl: Option<CrlMark>,
}

impl Checked {
    pub(crate) fn raw(vector: &Vector, evidence: Vec<Evidence>) -> Self {
        Self {
            policy: vector.policy,
            certificate: vector.certificate(),
            signature: vector.holder_key.sign_sha256(DOCUMENT).unwrap(),
            cms: false,
            evidence,
            seen_crl: None,
        }
    }

    pub(crate) fn cms(vector: &Vector, evidence: Vec<Evidence>) -> Self {
        let certificate = vector.certificate();
        let signature = CmsTemplate::new(&certificate).build();
        Self { policy: vector.policy, certificate, signature, cms: true, evidence, seen_crl: None }
    }

    pub(crate) fn record(&self, retention: Retention) -> (Report, EvidenceRecord) {
        let input = if self.cms {
            SignatureInput::Cms { cms: &self.signature, certificate: None }
        } else {
            SignatureInput::Raw { certificate: &self.certificate, signature: &self.signature }
        };
        let evidence: Vec<_> = self.evidence.iter().map(Evidence::borrow).collect();
        let mut submission = Submission::new(Document::Bytes(DOCUMENT), input).with_revocation(&evidence);
        submission.seen_crl = self.seen_crl;
        let verifier = verifier(Purpose::Signing, self.policy);
        let report = verifier.check(&submission, ValidationTime::now(time(NOW)));
        let record = EvidenceRecord::new(&verifier, &submission, &report, retention);
        let json = record.to_json();
        let read = EvidenceRecord::from_json(json.as_bytes()).unwrap();
        assert_eq!(read.to_json(), json);
        (report, read)
    }
}

/// With test anchors of one's own.
pub(crate) fn replay(record: &EvidenceRecord) -> Replay {
    with_anchors(|given| record.replay(&given)).unwrap()
}

pub(crate) fn with_anchors<T>(run: impl FnOnce(ReplayInputs<'_>) -> T) -> T {
    let anchors = anchors(Purpose::Signing);
    run(ReplayInputs { test_anchors: TestAnchors::Given(&anchors), ..ReplayInputs::default() })
}

pub(crate) fn good() -> Checked {
    let vector = checked(Purpose::Signing);
    let evidence = vec![signed(&list(&vector)), answered(&vector, &responder(&vector))];
    Checked::raw(&vector, evidence)
}

#[test]
fn with_everything_kept_everything_is_checked_again() {
    let vector = checked(Purpose::Signing);
    let mut revoking = list(&vector);
    revoking.revoke(SERIAL, now() - DAY, None).unwrap();
    let expired = signed(&list_of(&vector, 7, now() - 2 * DAY));
    let unsigned = Checked { signature: vec![1; 256], ..good() };
    let cases = [
        (good(), Verdict::Accepted),
        (Checked::cms(&vector, vec![signed(&list(&vector))]), Verdict::Accepted),
        (Checked::raw(&vector, vec![signed(&revoking)]), Verdict::Rejected),
        (Checked::cms(&vector, vec![expired]), Verdict::Indeterminate),
        (Checked::raw(&vector, Vec::new()), Verdict::Indeterminate),
        (unsigned, Verdict::Rejected),
        (Checked { certificate: b"<html>".to_vec(), ..good() }, Verdict::Rejected),
        (Checked { cms: true, signature: b"<html>".to_vec(), ..good() }, Verdict::Rejected),
        (Checked { policy: crate::common::POLICY, evidence: Vec::new(), ..good() }, Verdict::Accepted),
    ];
    for (at, (checked, verdict)) in cases.into_iter().enumerate() {
        let (report, record) = checked.record(Retention::EVERYTHING);
        assert_eq!((report.verdict, record.verdict()), (verdict, verdict), "{at}");
        let replay = replay(&record);
        assert_eq!(replay.verdict, verdict, "{at}: {:?}", replay.errors);
        assert_eq!(replay.errors, report.codes(), "{at}");
        assert_eq!(replay.not_rechecked, [""; 0], "{at}");
        assert!(replay.checks.iter().all(|check| check.outcome == ReplayOutcome::Confirmed), "{at}");
        assert_eq!(replay.checks.len(), report.checks.len());
        assert_eq!(replay.attributes, report.attributes);
        assert_eq!(replay.time, report.time);
    }
}

/// The relying party knew of a newer list, and so does whoever replays.
#[test]
fn a_rollback_is_a_rollback_again() {
    let vector = checked(Purpose::Signing);
    let older = signed(&list_of(&vector, 7, now() - HOUR));
    let seen_crl = Some(CrlMark { this_update: UnixTime(now()), crl_number: Some(CrlNumber::from(8)) });
    let (report, record) =
        Checked { seen_crl, ..Checked::raw(&vector, vec![older]) }.record(Retention::EVERYTHING);
    assert_eq!(report.codes(), ["crl_rollback", "indeterminate"]);
    let replay = replay(&record);
    assert_eq!(
        (replay.verdict, replay.errors),
        (Verdict::Indeterminate, vec!["crl_rollback".to_owned(), "indeterminate".to_owned()])
    );
    assert!(replay.checks.iter().all(|check| check.outcome == ReplayOutcome::Confirmed));
}

#[test]
fn what_a_record_says() {
    let (report, record) = good().record(Retention::ATTRIBUTES);
    let json: Value = serde_json::from_str(&record.to_json()).unwrap();
    assert_eq!((&json["format"], &json["version"]), (&json!("kazasu-evidence"), &json!(1)));
    let record = &json["record"];
    assert_eq!(record["software"], json!({ "name": "kazasu-verify", "version": env!("CARGO_PKG_VERSION") }));
    assert_eq!(record["report"], json!(report));
    assert_eq!(record["report"]["time"], json!({ "at": NOW, "source": "clock" }));
    assert_eq!(record["retention"]["certificate"], "hash_only");
    assert_eq!(record["previous"], Value::Null);
    assert_eq!(record["kept"]["anchors"].as_array().unwrap().len(), 3);
    assert_eq!(json["seal"], Value::Null);
}

/// By default the attributes, but neither certificate nor signature nor document.
#[test]
fn what_is_not_kept_is_not_there() {
    let checked = good();
    let kept = |retention| checked.record(retention).1.to_json();
    // A piece of it in base64, wherever in a group of three bytes it begins.
    let contains = |json: &str, bytes: &[u8]| {
        let middle = &bytes[bytes.len() / 2..][..66];
        let encode = <base64ct::Base64 as base64ct::Encoding>::encode_string;
        (0..3).any(|start| json.contains(&encode(&middle[start..start + 60])))
    };
    let everything = kept(Retention::EVERYTHING);
    assert!(contains(&everything, &checked.certificate) && contains(&everything, &checked.signature));
    let attributes = kept(Retention::ATTRIBUTES);
    assert!(attributes.contains(&holder().name) && attributes.contains("1980-02-17"));
    let hashes = kept(Retention::HASHES);
    for secret in [holder().name, holder().address, "1980-02-17".to_owned(), holder().date_of_birth] {
        assert!(!hashes.contains(&secret), "{secret}");
    }
    for json in [attributes, hashes] {
        assert!(!contains(&json, &checked.certificate) && !contains(&json, &checked.signature));
        let json: Value = serde_json::from_str(&json).unwrap();
        let kept = &json["record"]["kept"];
        assert_eq!((&kept["document"], &kept["signature"]), (&Value::Null, &Value::Null));
        assert_eq!((&kept["certificates"], &kept["revocation"][0]["bytes"]), (&json!([]), &Value::Null));
        assert_eq!(json["record"]["report"]["inputs"]["document"]["sha256"].as_str().map(str::len), Some(64));
    }

    // A CMS carries the certificate, so it stays out where the certificate does.
    let vector = crate::common::status::checked(Purpose::Signing);
    let cms = Checked::cms(&vector, Vec::new());
    let retention = Retention { certificate: Keep::HashOnly, ..Retention::EVERYTHING };
    let json = cms.record(retention).1.to_json();
    assert!(!contains(&json, &cms.certificate));
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["record"]["kept"]["signature"], Value::Null);
}

#[test]
fn a_replay_says_what_can_no_longer_be_checked() {
    for checked in [good(), Checked::cms(&checked(Purpose::Signing), good().evidence)] {
        let (report, record) = checked.record(Retention::ATTRIBUTES);
        let alone = replay(&record);
        assert_eq!(alone.verdict, Verdict::Indeterminate);
        assert_eq!(alone.recorded_verdict, Verdict::Accepted);
        assert_eq!(alone.errors, ["evidence_incomplete", "indeterminate"]);
        assert!(alone.not_rechecked.contains(&"signature".to_owned()));
        assert_eq!(alone.not_rechecked.len(), report.checks.len());
        assert!(alone.attributes.is_none());
        let available: Vec<_> =
            alone.inputs.iter().filter(|input| input.available).map(|i| i.input).collect();
        assert_eq!(available, ["anchors"]);

        // The certificate alone: its path.
        let retention = Retention { certificate: Keep::Yes, ..Retention::ATTRIBUTES };
        let path = replay(&checked.record(retention).1);
        assert_eq!(path.verdict, Verdict::Indeterminate);
        assert!(!path.not_rechecked.contains(&"certificate_signature".to_owned()));
        assert!(path.not_rechecked.contains(&"signature".to_owned()));
        assert!(path.not_rechecked.contains(&"revocation".to_owned()));

        // And with what the archive still has.
        let received: Vec<&[u8]> = checked
            .evidence
            .iter()
            .rev()
            .map(|evidence| match evidence {
                Evidence::Crl(bytes) | Evidence::Ocsp(bytes, _) => bytes.as_slice(),
                Evidence::NotReceived(_) => panic!("received"),
            })
            .collect();
        let anchors = anchors(Purpose::Signing);
        let given = ReplayInputs {
            document: Some(DOCUMENT),
            signature: Some(&checked.signature),
            certificate: Some(&checked.certificate),
            revocation: &received,
            test_anchors: TestAnchors::Given(&anchors),
        };
        let whole = record.replay(&given).unwrap();
        assert_eq!(whole.verdict, Verdict::Accepted, "{:?}", whole.not_rechecked);
        assert_eq!(whole.attributes, report.attributes);
        let without_document = record.replay(&ReplayInputs { document: None, ..given }).unwrap();
        assert_eq!(without_document.verdict, Verdict::Accepted, "its digest is enough");
        let without_list = record.replay(&ReplayInputs { revocation: &received[..1], ..given }).unwrap();
        assert_eq!(without_list.not_rechecked, ["revocation"]);
        assert_eq!(without_list.verdict, Verdict::Indeterminate);

        for (input, wrong) in [
            ("document", ReplayInputs { document: Some(b"another"), ..given }),
            ("signature", ReplayInputs { signature: Some(b"another"), ..given }),
            ("certificate", ReplayInputs { certificate: Some(b"another"), ..given }),
            ("revocation evidence", ReplayInputs { revocation: &[b"another"], ..given }),
        ] {
            let error = record.replay(&wrong).unwrap_err();
            assert_eq!(error, EvidenceError::GivenInput { input });
            assert_eq!(error.code(), "evidence_input");
        }
    }
}

#[test]
fn a_no_stays_a_no_when_what_failed_fails_again() {
    let mut vector = checked(Purpose::Signing);
    vector.template.set_validity(now() - 2 * DAY, now() - HOUR).unwrap();
    let retention = Retention { certificate: Keep::Yes, ..Retention::HASHES };
    let replay = replay(&Checked::raw(&vector, Vec::new()).record(retention).1);
    assert_eq!(replay.verdict, Verdict::Rejected);
    assert!(replay.errors.contains(&"expired".to_owned()));
    assert!(replay.errors.contains(&"evidence_incomplete".to_owned()));
}

/// Every place in a JSON value, by pointer.
fn places(value: &Value, pointer: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| places(value, &format!("{pointer}/{name}"), found));
        }
        Value::Array(all) => {
            all.iter().enumerate().for_each(|(at, value)| places(value, &format!("{pointer}/{at}"), found));
        }
        _ => found.push(pointer.to_owned()),
    }
}

fn changed(value: &Value) -> Value {
    match value {
        Value::Null => json!("x"),
        Value::Bool(value) => json!(!value),
        Value::Number(value) => json!(value.as_i64().unwrap() + 1),
        Value::String(text) => json!(format!("{text}x")),
        _ => panic!("a leaf"),
    }
}

#[test]
fn every_changed_value_is_noticed() {
    let (_, record) = good().record(Retention::EVERYTHING);
    let json: Value = serde_json::from_str(&record.to_json()).unwrap();
    let mut all = Vec::new();
    places(&json, "", &mut all);
    assert!(all.len() > 150, "{}", all.len());
    for pointer in all {
        let mut json = json.clone();
        let place = json.pointer_mut(&pointer).unwrap();
        *place = changed(place);
        let error = EvidenceRecord::from_json(json.to_string().as_bytes()).unwrap_err();
        match pointer.as_str() {
            "/format" | "/seal" => assert_eq!(error.code(), "evidence_encoding"),
            "/version" => assert_eq!(error, EvidenceError::Version { found: 2 }),
            _ => assert_eq!(error, EvidenceError::Tampered, "{pointer}"),
        }
    }
    // Spaces, line ends and the order of members are not part of what is said.
    assert!(EvidenceRecord::from_json(json.to_string().as_bytes()).is_ok());
}

/// The hash of a record as anybody can compute it.
pub(crate) fn rehash(json: &mut Value) {
    let hashed = json!({ "format": json["format"], "record": json["record"], "version": json["version"] });
    json["sha256"] = json!(crate::report::hex(&Sha256::digest(hashed.to_string())));
}

#[test]
fn a_member_left_out_is_noticed_even_with_the_right_hash() {
    let (_, record) = good().record(Retention::HASHES);
    let json: Value = serde_json::from_str(&record.to_json()).unwrap();
    let parts = ["/record", "/record/kept", "/record/software", "/record/retention"];
    for (part, name) in parts.iter().flat_map(|part| {
        let members = json.pointer(part).unwrap().as_object().unwrap();
        members.keys().map(move |name| (*part, name.clone()))
    }) {
        let mut json = json.clone();
        json.pointer_mut(part).unwrap().as_object_mut().unwrap().remove(&name);
        rehash(&mut json);
        let error = EvidenceRecord::from_json(json.to_string().as_bytes()).unwrap_err();
        assert_eq!(error.code(), "evidence_encoding", "{part}/{name}");
    }
}

#[test]
fn a_record_made_up_with_its_hash_does_not_replay() {
    let (_, record) = Checked { signature: vec![1; 256], ..good() }.record(Retention::EVERYTHING);
    let rejected: Value = serde_json::from_str(&record.to_json()).unwrap();
    let mut same = rejected.clone();
    rehash(&mut same);
    assert_eq!(same, rejected, "the hash is what the documentation says");

    let replayed = |json: &mut Value| {
        rehash(json);
        replay(&EvidenceRecord::from_json(json.to_string().as_bytes()).unwrap())
    };
    // The verdict alone, then with every check.
    let mut json = rejected.clone();
    json["record"]["report"]["verdict"] = json!("accepted");
    let replay = replayed(&mut json);
    assert_eq!(replay.verdict, Verdict::Rejected);
    assert!(replay.errors.contains(&"evidence_mismatch".to_owned()));
    json["record"]["report"]["errors"] = json!([]);
    for check in json["record"]["report"]["checks"].as_array_mut().unwrap() {
        let check = check.as_object_mut().unwrap();
        check.insert("result".to_owned(), json!("passed"));
        check.remove("error");
        check.remove("detail");
    }
    let replay = replayed(&mut json);
    assert_eq!(replay.verdict, Verdict::Rejected);
    let contradicted = replay.checks.iter().filter(|check| check.outcome == ReplayOutcome::Contradicted);
    assert_eq!(contradicted.map(|check| check.check.as_str()).collect::<Vec<_>>(), ["signature"]);
    // The check left out.
    json["record"]["report"]["checks"].as_array_mut().unwrap().retain(|check| check["check"] != "signature");
    assert_eq!(replayed(&mut json).verdict, Verdict::Rejected);

    // Another name under the same certificate.
    let (_, record) = good().record(Retention::EVERYTHING);
    let mut json: Value = serde_json::from_str(&record.to_json()).unwrap();
    json["record"]["report"]["attributes"]["name"] = json!("乙野　二郎");
    assert_eq!(replayed(&mut json).verdict, Verdict::Rejected);

    // Inputs that are not those with the hashes.
    for (pointer, input) in [
        ("/record/kept/document", "document"),
        ("/record/kept/signature", "signature"),
        ("/record/kept/certificates/0", "certificate"),
        ("/record/kept/revocation/0/bytes", "revocation evidence"),
        ("/record/kept/anchors/0/certificate", "anchor"),
    ] {
        let mut json: Value = serde_json::from_str(&record.to_json()).unwrap();
        *json.pointer_mut(pointer).unwrap() = json!("AAAA");
        rehash(&mut json);
        let error = EvidenceRecord::from_json(json.to_string().as_bytes()).unwrap_err();
        assert_eq!(error, EvidenceError::KeptInput { input });
        assert_eq!(error.code(), "evidence_tampered");
    }
}

#[test]
fn what_is_not_a_record() {
    let (_, record) = good().record(Retention::EVERYTHING);
    let good = record.to_json();
    let code = |json: &str| EvidenceRecord::from_json(json.as_bytes()).unwrap_err().code();
    for bad in [
        "",
        "<html>",
        "{}",
        "[]",
        "null",
        r#"{"format":"kazasu-evidence"}"#,
        r#"{"format":"kazasu-evidence","version":1}"#,
        r#"{"format":"kazasu-evidence","version":1.0}"#,
        &good[..good.len() / 2],
        &format!("{good}{good}"),
        &good.replacen('{', r#"{"more":1,"#, 1),
        &good.replacen("\"version\": 1", "\"version\": 1, \"version\": 1", 1),
    ] {
        assert_eq!(code(bad), "evidence_encoding", "{bad:.60}");
    }
    assert_eq!(code(&good.replacen("\"version\": 1", "\"version\": 2", 1)), "evidence_version");
    for len in (0..good.len() - 1).step_by(97) {
        if good.is_char_boundary(len) {
            assert_eq!(code(&good[..len]), "evidence_encoding");
        }
    }
}

#[test]
fn records_form_a_chain() {
    let first = good().record(Retention::HASHES).1;
    let second = good().record(Retention::ATTRIBUTES).1.following(&first);
    let third = good().record(Retention::EVERYTHING).1.following(&second);
    let third = EvidenceRecord::from_json(third.to_json().as_bytes()).unwrap();
    assert_eq!(second.check_follows(&first), Ok(()));
    assert_eq!(third.check_follows(&second), Ok(()));
    assert_eq!(third.check_follows(&first), Err(EvidenceError::Chain), "one taken out");
    assert_eq!(first.check_follows(&second), Err(EvidenceError::Chain));
    let json = third.to_json().replacen(
        &crate::report::hex(second.sha256()),
        &crate::report::hex(first.sha256()),
        1,
    );
    assert_eq!(EvidenceRecord::from_json(json.as_bytes()).unwrap_err(), EvidenceError::Tampered);
}

struct P256Key(signer_p256::ecdsa::SigningKey);

impl SealKey for P256Key {
    fn algorithm(&self) -> SealAlgorithm {
        SealAlgorithm::EcdsaP256Sha256
    }

    fn name(&self) -> &'static str {
        "archive 2026"
    }

    fn seal(&self, record_sha256: &[u8; 32]) -> Result<Vec<u8>, SealError> {
        let signature: signer_p256::ecdsa::Signature = self.0.sign(record_sha256);
        Ok(signature.to_der().as_bytes().to_vec())
    }
}

#[test]
fn seals() {
    let (_, record) = good().record(Retention::HASHES);
    let hmac = HmacSeal::new("archive", &[7; 32]).unwrap();
    let key = P256Key(signer_p256::ecdsa::SigningKey::from_slice(&[9; 32]).unwrap());
    let point = key.0.verifying_key().to_encoded_point(false);
    let algorithm =
        der::sequence(&[der::oid(&[1, 2, 840, 10045, 2, 1]), der::oid(&[1, 2, 840, 10045, 3, 1, 7])]);
    let spki = der::sequence(&[algorithm, der::bit_string(0, point.as_bytes())]);
    let public = P256SealVerifier::from_spki_der(&spki).unwrap();

    let read = |record: EvidenceRecord| EvidenceRecord::from_json(record.to_json().as_bytes()).unwrap();
    let seal = |error| Err(EvidenceError::Seal(error));
    assert_eq!(record.check_seal(&hmac), seal(SealError::Missing));
    let by_hmac = read(record.clone().sealed_by(&hmac).unwrap());
    assert_eq!(by_hmac.check_seal(&hmac), Ok(()));
    assert_eq!(by_hmac.check_seal(&public), seal(SealError::Algorithm));
    assert_eq!(by_hmac.check_seal(&HmacSeal::new("archive", &[8; 32]).unwrap()), seal(SealError::Wrong));
    let by_p256 = read(record.clone().sealed_by(&key).unwrap());
    assert_eq!(by_p256.check_seal(&public), Ok(()));
    assert_eq!(by_p256.check_seal(&hmac), seal(SealError::Algorithm));
    assert_eq!(by_p256.seal().map(|seal| seal.key.as_str()), Some("archive 2026"));

    // The seal of another record.
    let mut other: Value = serde_json::from_str(&good().record(Retention::ATTRIBUTES).1.to_json()).unwrap();
    for sealed in [&by_hmac, &by_p256] {
        let json: Value = serde_json::from_str(&sealed.to_json()).unwrap();
        other["seal"] = json["seal"].clone();
        let other = EvidenceRecord::from_json(other.to_string().as_bytes()).unwrap();
        assert!(matches!(
            other.check_seal(&hmac).or(other.check_seal(&public)),
            Err(EvidenceError::Seal(SealError::Wrong | SealError::Algorithm))
        ));
    }
    assert!(matches!(HmacSeal::new("short", &[7; 31]), Err(SealError::Key)));
    assert!(matches!(P256SealVerifier::from_spki_der(b"<html>"), Err(SealError::Key)));
    assert!(!format!("{hmac:?}").contains('7'));
}
