//! What a replay makes of a record whose writer is not to be trusted, or who no longer has everything.

use std::io::{self, Read};

use kazasu_cert::{HashAlgorithm, UnixTime};
use kazasu_sim::pki::oids;
use kazasu_sim::{Generation, KeyName, der};
use kazasu_verify::{
    AnchorSource, CrlStream, Document, Environment, EvidenceError, EvidenceKind, EvidenceRecord, Keep,
    Policy, Purpose, Replay, ReplayInputs, ReplayOutcome, Retention, RevocationEvidence, RevocationStatus,
    SignatureInput, SignedAttributesPolicy, Submission, TestAnchors, TrustAnchors, ValidationTime, Verdict,
    Verifier,
};
use serde_json::{Value, json};

use crate::common::cms::{CmsTemplate, Hash};
use crate::common::status::{Evidence, checked, list, now, signed};
use crate::common::{CHECKED, DOCUMENT, NOW, POLICY, Vector, anchors, key, pki, sim, time, verifier};
use crate::evidence::{Checked, good, rehash, replay, with_anchors};

fn of_record(record: &EvidenceRecord) -> Replay {
    record.replay(&ReplayInputs { test_anchors: TestAnchors::OfRecord, ..ReplayInputs::default() }).unwrap()
}

fn contradicted(replay: &Replay) -> Vec<&str> {
    let all = replay.members.iter().filter(|member| member.outcome == ReplayOutcome::Contradicted);
    all.map(|member| member.member.as_str()).collect()
}

fn not_told(replay: &Replay) -> Vec<&str> {
    let all = replay.members.iter().filter(|member| member.outcome == ReplayOutcome::NotRechecked);
    all.map(|member| member.member.as_str()).collect()
}

/// Anybody can make a CA with the name of the test CA, a certificate for a person that does not exist, and a record of
/// both.
#[test]
fn a_record_is_no_authority_for_its_own_anchors() {
    let mut vector = Vector::new(Purpose::Signing);
    let attacker = key(KeyName::Attacker);
    let mut ca = pki().authority(sim(Purpose::Signing), Generation::G2023).template().clone();
    ca.set_public_key(&attacker);
    ca.extension_mut(&oids::subject_key_identifier()).unwrap().value =
        der::octet_string(&attacker.key_identifier());
    vector.aki(&attacker.key_identifier(), &ca.serial_number.clone());
    vector.template.set_public_key(&attacker);
    let signature = attacker.sign_sha256(DOCUMENT).unwrap();
    let ca = ca.sign(&attacker).unwrap();
    vector.issuer_key = attacker;
    let certificate = vector.certificate();
    let own = TrustAnchors::test(Purpose::Signing, [&ca]).unwrap();
    let verifier = Verifier::new(own.clone(), POLICY);
    let input = SignatureInput::Raw { certificate: &certificate, signature: &signature };
    let submission = Submission::new(Document::Bytes(DOCUMENT), input);
    let report = verifier.check(&submission, ValidationTime::now(time(NOW)));
    let record = EvidenceRecord::new(&verifier, &submission, &report, Retention::EVERYTHING);
    let record = EvidenceRecord::from_json(record.to_json().as_bytes()).unwrap();
    assert_eq!((record.verdict(), record.environment()), (Verdict::Accepted, Environment::Test));

    let by_default = record.replay(&ReplayInputs::default()).unwrap();
    assert_eq!(by_default.verdict, Verdict::Indeterminate);
    assert_eq!(by_default.errors, ["evidence_incomplete", "indeterminate"]);
    assert_eq!((by_default.anchors, by_default.environment), (AnchorSource::Unavailable, Environment::Test));
    assert!(by_default.inputs.iter().any(|input| input.input == "anchors" && !input.available));
    assert!(by_default.attributes.is_none() && by_default.revocation.is_none());

    // It agrees with itself: that is all, and it is said.
    let alone = of_record(&record);
    assert_eq!((alone.verdict, alone.anchors), (Verdict::Accepted, AnchorSource::OfRecord));
    assert_eq!((alone.policy, alone.revocation), (POLICY, Some(RevocationStatus::NotChecked)));
    assert!(alone.attributes.is_none());
    let json = json!(alone);
    assert_eq!((&json["environment"], &json["anchors"]), (&json!("test"), &json!("of_record")));
    assert_eq!((&json["revocation"], &json["policy"]), (&json!("not_checked"), &json!(POLICY)));
    assert!(json.get("attributes").is_none());

    // Anchors that are not those of the record.
    for other in [
        anchors(Purpose::Signing),
        anchors(Purpose::Authentication),
        TrustAnchors::production(Purpose::Signing),
    ] {
        let given = ReplayInputs { test_anchors: TestAnchors::Given(&other), ..ReplayInputs::default() };
        assert_eq!(record.replay(&given).unwrap_err(), EvidenceError::GivenInput { input: "anchor" });
    }
    let given = ReplayInputs { test_anchors: TestAnchors::Given(&own), ..ReplayInputs::default() };
    let trusted = record.replay(&given).unwrap();
    assert_eq!((trusted.verdict, trusted.anchors), (Verdict::Accepted, AnchorSource::Given));
    assert_eq!(trusted.attributes, report.attributes);
}

/// More anchors than the record names change nothing, and production needs none given.
#[test]
fn anchors_are_those_of_the_record() {
    let vector = Vector::new(Purpose::Signing);
    let one = pki().authority(sim(Purpose::Signing), Generation::G2023).certificate().to_vec();
    let certificate = vector.certificate();
    let signature = vector.holder_key.sign_sha256(DOCUMENT).unwrap();
    let input = SignatureInput::Raw { certificate: &certificate, signature: &signature };
    let submission = Submission::new(Document::Bytes(DOCUMENT), input);
    let record = |anchors| {
        let verifier = Verifier::new(anchors, POLICY);
        let report = verifier.check(&submission, ValidationTime::now(time(NOW)));
        EvidenceRecord::new(&verifier, &submission, &report, Retention::EVERYTHING)
    };
    let by_one = record(TrustAnchors::test(Purpose::Signing, [&one]).unwrap());
    assert_eq!(replay(&by_one).verdict, Verdict::Accepted);
    let mut json: Value = serde_json::from_str(&by_one.to_json()).unwrap();
    json["record"]["kept"]["anchors"][0]["name"] = json!("signca03");
    rehash(&mut json);
    let renamed = EvidenceRecord::from_json(json.to_string().as_bytes()).unwrap();
    let error = with_anchors(|given| renamed.replay(&given)).unwrap_err();
    assert_eq!(error, EvidenceError::KeptInput { input: "anchor" });

    let production = record(TrustAnchors::production(Purpose::Signing));
    for test_anchors in
        [TestAnchors::None, TestAnchors::OfRecord, TestAnchors::Given(&anchors(Purpose::Signing))]
    {
        let given = ReplayInputs { test_anchors, ..ReplayInputs::default() };
        let replay = production.replay(&given).unwrap();
        assert_eq!((replay.verdict, replay.anchors), (Verdict::Rejected, AnchorSource::BuiltIn));
        assert_eq!((replay.environment, contradicted(&replay)), (Environment::Production, vec![]));
    }
}

/// What a record says beside its checks is compared as well.
#[test]
fn a_false_statement_is_contradicted() {
    let (_, record) = good().record(Retention::EVERYTHING);
    let honest: Value = serde_json::from_str(&record.to_json()).unwrap();
    let signer = &honest["record"]["report"]["signers"][0];
    let falsehoods: [(&str, Value); 15] = [
        ("/verdict", json!("indeterminate")),
        ("/errors", json!(["revoked"])),
        ("/undecided", json!(["status_unknown"])),
        ("/warnings", json!(["evidence_ignored"])),
        ("/revocation", json!("not_checked")),
        ("/signers/0/certificate/serial", json!("00ff")),
        ("/signers/0/certificate/not_after", json!("2099-01-01T00:00:00Z")),
        ("/signers/0/anchor", json!({ "name": "signca03", "sha256": "00" })),
        ("/signers/0/carrier", json!("phone")),
        ("/signers/0/hash", json!("sha512")),
        ("/signers/0/claimed_signing_time", json!("2020-01-01T00:00:00Z")),
        ("/signers/0/revocation", json!({ "status": "good", "evidence": [] })),
        ("/attributes", json!({ "name": "乙野　二郎" })),
        ("/signers", json!([signer, {}])),
        ("/more", json!("than there is")),
    ];
    let replayed = |json: &mut Value| {
        rehash(json);
        replay(&EvidenceRecord::from_json(json.to_string().as_bytes()).unwrap())
    };
    for (pointer, falsehood) in falsehoods {
        let mut json = honest.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = json.pointer_mut(&format!("/record/report{parent}")).unwrap();
        parent[name] = falsehood;
        let replay = replayed(&mut json);
        assert_eq!((replay.verdict, contradicted(&replay)), (Verdict::Rejected, vec![pointer]));
        assert!(replay.attributes.is_none());
        assert_eq!(replay.errors, ["evidence_mismatch"], "{pointer}: what was found, not what was claimed");
        // Left out.
        let parent =
            json.pointer_mut(&format!("/record/report{}", pointer.rsplit_once('/').unwrap().0)).unwrap();
        parent.as_object_mut().unwrap().remove(name);
        if !["/verdict", "/signers", "/more"].contains(&pointer) {
            assert_eq!(contradicted(&replayed(&mut json)), [pointer], "left out");
        }
    }
    // Sentences may change from version to version.
    let (_, rejected) = Checked { signature: vec![1; 256], ..good() }.record(Retention::EVERYTHING);
    let mut json: Value = serde_json::from_str(&rejected.to_json()).unwrap();
    let checks = json["record"]["report"]["checks"].as_array_mut().unwrap();
    let failed = checks.iter_mut().find(|check| check["result"] == "failed").unwrap();
    failed["detail"] = json!("said otherwise");
    assert_eq!(replayed(&mut json).errors, ["bad_signature"]);
}

/// Whoever reads a record of somebody else does no more than for a check.
#[test]
fn a_record_has_no_more_signers_than_a_cms() {
    let (_, record) = good().record(Retention { certificate: Keep::Yes, ..Retention::HASHES });
    let honest: Value = serde_json::from_str(&record.to_json()).unwrap();
    let with_signers = |count| {
        let mut json = honest.clone();
        let signers = vec![honest["record"]["report"]["signers"][0].clone(); count];
        json["record"]["report"]["signers"] = json!(signers);
        rehash(&mut json);
        EvidenceRecord::from_json(json.to_string().as_bytes())
    };
    assert_eq!(replay(&with_signers(16).unwrap()).verdict, Verdict::Indeterminate);
    let error = with_signers(17).unwrap_err();
    assert_eq!((error.code(), error.to_string().contains("signers")), ("evidence_encoding", true));
}

/// Without the list, or without the signature, what is left is compared and the rest is named.
#[test]
fn what_can_be_compared_is_compared() {
    let falsified = |retention, pointer: &str, falsehood: Value| {
        let mut json: Value = serde_json::from_str(&good().record(retention).1.to_json()).unwrap();
        *json.pointer_mut(&format!("/record/report{pointer}")).unwrap() = falsehood;
        rehash(&mut json);
        replay(&EvidenceRecord::from_json(json.to_string().as_bytes()).unwrap())
    };
    let without_lists = Retention { revocation: Keep::HashOnly, ..Retention::EVERYTHING };
    let open = replay(&good().record(without_lists).1);
    assert_eq!((open.verdict, contradicted(&open)), (Verdict::Indeterminate, vec![]));
    assert_eq!(open.not_rechecked, ["revocation"]);
    assert_eq!(open.revocation, None);
    let conclusions = ["/errors", "/inputs/revocation", "/revocation", "/signers/0/revocation", "/undecided"];
    assert_eq!(not_told(&open), [&conclusions[..], &["/verdict", "/warnings"]].concat());
    for (pointer, falsehood) in [
        ("/attributes/name", json!("乙野　二郎")),
        ("/signers/0/certificate/serial", json!("00ff")),
        ("/signers/0/hash", json!("sha512")),
        ("/signers/0/claimed_signing_time", json!("2020-01-01T00:00:00Z")),
        ("/checks/0/rule", json!(16)),
    ] {
        let replay = falsified(without_lists, pointer, falsehood);
        assert_eq!(replay.verdict, Verdict::Rejected, "{pointer}");
        assert_eq!(replay.errors, ["evidence_mismatch", "evidence_incomplete"], "{pointer}");
    }

    let certificate_alone = Retention { certificate: Keep::Yes, ..Retention::ATTRIBUTES };
    let open = replay(&good().record(certificate_alone).1);
    assert_eq!((open.verdict, contradicted(&open)), (Verdict::Indeterminate, vec![]));
    let confirmed = open.members.iter().filter(|member| member.outcome == ReplayOutcome::Confirmed);
    let confirmed: Vec<_> = confirmed.map(|member| member.member.as_str()).collect();
    let of_certificate = ["not_after", "not_before", "serial", "sha256"];
    let of_certificate = of_certificate.map(|name| format!("/signers/0/certificate/{name}"));
    let of_certificate: Vec<_> = of_certificate.iter().map(String::as_str).collect();
    let expected =
        [&["/attributes", "/signers/0/anchor", "/signers/0/carrier"][..], &of_certificate].concat();
    assert_eq!(confirmed, expected);
    for (pointer, falsehood) in [
        ("/attributes/name", json!("乙野　二郎")),
        ("/signers/0/certificate/not_after", json!("2099-01-01T00:00:00Z")),
        ("/signers/0/anchor/name", json!("signca03")),
    ] {
        let replay = falsified(certificate_alone, pointer, falsehood);
        assert_eq!(replay.verdict, Verdict::Rejected, "{pointer}");
        assert_eq!(replay.errors, ["evidence_mismatch", "evidence_incomplete"], "{pointer}");
    }
    // With nothing at hand a claim cannot be told from the truth, and is not repeated as an error.
    let nothing = falsified(Retention::ATTRIBUTES, "/errors", json!(["revoked"]));
    assert_eq!(nothing.errors, ["evidence_incomplete", "indeterminate"]);
    assert!(nothing.members.iter().all(|member| member.outcome == ReplayOutcome::NotRechecked));
}

/// Milliseconds in place of seconds, say.
#[test]
fn a_time_without_a_form_in_rfc_3339() {
    let vector = Vector::new(Purpose::Signing);
    let certificate = vector.certificate();
    let signature = vector.holder_key.sign_sha256(DOCUMENT).unwrap();
    let verifier = verifier(Purpose::Signing, POLICY);
    let input = SignatureInput::Raw { certificate: &certificate, signature: &signature };
    let submission = Submission::new(Document::Bytes(DOCUMENT), input);
    for at in [1_775_001_600_000, i64::MAX, i64::MIN, 253_402_300_800, -62_167_219_201].map(UnixTime) {
        let report = verifier.check(&submission, ValidationTime::now(at));
        let record = EvidenceRecord::new(&verifier, &submission, &report, Retention::EVERYTHING);
        let record = EvidenceRecord::from_json(record.to_json().as_bytes()).unwrap();
        assert_eq!(record.time().at, at);
        let replay = replay(&record);
        assert_eq!(
            (replay.verdict, replay.errors),
            (Verdict::Rejected, report.codes().into_iter().map(str::to_owned).collect::<Vec<_>>())
        );
    }
    // One form for each instant.
    let record = EvidenceRecord::new(
        &verifier,
        &submission,
        &verifier.check(&submission, ValidationTime::now(time(NOW))),
        Retention::EVERYTHING,
    );
    for bad in ["@1775001600", "@x", "@", "@+99999999999999", "@ 99999999999999"] {
        let mut json: Value = serde_json::from_str(&record.to_json()).unwrap();
        json["record"]["report"]["time"]["at"] = json!(bad);
        rehash(&mut json);
        let error = EvidenceRecord::from_json(json.to_string().as_bytes()).unwrap_err();
        assert_eq!(error.code(), "evidence_encoding", "{bad}");
    }
}

/// Neither the serial number nor the birthday in the validity nor the municipality of the list stays in a record of
/// hashes.
#[test]
fn hashes_tell_nothing_about_the_person() {
    let vector = checked(Purpose::Signing);
    let mut expired = checked(Purpose::Signing);
    expired.template.set_validity(now() - 2 * 86_400, now() - 7_200).unwrap();
    let [good, expired] = [&vector, &expired].map(|vector| Checked::raw(vector, vec![signed(&list(vector))]));
    let personal = |report: &kazasu_verify::Report| {
        let certificate = report.signers[0].certificate.as_ref().unwrap();
        let partition = crate::common::status::partition(&vector);
        let serial = crate::report::hex(&certificate.serial);
        let validity = [certificate.not_before, certificate.not_after].map(|time| time.to_string());
        [&validity[..], &[format!("\"{serial}\""), crate::report::hex(&partition)]].concat()
    };
    for checked in [&good, &expired] {
        let (report, full) = checked.record(Retention::ATTRIBUTES);
        let (_, hashes) = checked.record(Retention::HASHES);
        for text in personal(&report) {
            assert!(full.to_json().contains(&text), "{text}");
            assert!(!hashes.to_json().contains(&text), "{text}");
        }
    }

    // What is left out is named; all the rest is checked again.
    let (report, record) = good.record(Retention::HASHES);
    let Evidence::Crl(list) = &good.evidence[0] else { panic!("a list") };
    let (signature, certificate) = (&good.signature, &good.certificate);
    let whole = |record: &EvidenceRecord| {
        let given = anchors(Purpose::Signing);
        let inputs = ReplayInputs {
            document: Some(DOCUMENT),
            signature: Some(signature),
            certificate: Some(certificate),
            revocation: &[list],
            test_anchors: TestAnchors::Given(&given),
        };
        record.replay(&inputs).unwrap()
    };
    let replay = whole(&record);
    assert_eq!((replay.verdict, contradicted(&replay)), (Verdict::Accepted, vec![]));
    let certificate =
        ["not_after", "not_before", "serial"].map(|name| format!("/signers/0/certificate/{name}"));
    let mut left_out = not_told(&replay);
    left_out.sort_unstable();
    let partition = "/signers/0/revocation/evidence/0/answer/crl/partition";
    let mut expected: Vec<_> =
        certificate.iter().map(String::as_str).chain([partition, "/attributes"]).collect();
    expected.sort_unstable();
    assert_eq!(left_out, expected);

    // Records used to hold it, and still read. What they say of it is compared.
    let mut json: Value = serde_json::from_str(&record.to_json()).unwrap();
    json["record"]["report"] = json!(report);
    json["record"]["report"].as_object_mut().unwrap().remove("attributes");
    let read = |json: &mut Value| {
        rehash(json);
        whole(&EvidenceRecord::from_json(json.to_string().as_bytes()).unwrap())
    };
    let replay = read(&mut json);
    assert_eq!((replay.verdict, not_told(&replay)), (Verdict::Accepted, vec!["/attributes"]));
    json["record"]["report"]["signers"][0]["certificate"]["serial"] = json!("00ff");
    assert_eq!(contradicted(&read(&mut json)), ["/signers/0/certificate/serial"]);
    // Where they are to be kept they may not be missing.
    json["record"]["retention"]["attributes"] = json!("yes");
    json["record"]["report"]["signers"][0]["certificate"].as_object_mut().unwrap().remove("serial");
    assert!(contradicted(&read(&mut json)).contains(&"/signers/0/certificate/serial"));
}

/// The relying party had digests, and not always that of SHA-256.
#[test]
fn a_document_is_compared_with_the_digests_there_are() {
    let vector = Vector::new(Purpose::Signing);
    let certificate = vector.certificate();
    let mut cms = CmsTemplate::new(&certificate);
    cms.signer().set_hash(Hash::Sha512);
    let sha512 = cms.build();
    let sha256 = CmsTemplate::new(&certificate).build();
    let all = HashAlgorithm::ALL.map(|algorithm| algorithm.digest(DOCUMENT));
    let verifier = verifier(Purpose::Signing, POLICY);
    for (cms, digests, verdict) in [
        (&sha512, &all[2..], Verdict::Accepted),
        (&sha512, &all[..], Verdict::Accepted),
        (&sha256, &all[..], Verdict::Accepted),
        // Of digests only that one hash function is accepted which was given.
        (&sha512, &all[..1], Verdict::Rejected),
        (&sha256, &all[2..], Verdict::Rejected),
    ] {
        let input = SignatureInput::Cms { cms, certificate: None };
        let submission = Submission::new(Document::Digests(digests), input);
        let report = verifier.check(&submission, ValidationTime::now(time(NOW)));
        let record = EvidenceRecord::new(&verifier, &submission, &report, Retention::EVERYTHING);
        with_anchors(|none| {
            for document in [None, Some(DOCUMENT)] {
                let replay = record.replay(&ReplayInputs { document, ..none }).unwrap();
                assert_eq!((replay.verdict, contradicted(&replay)), (verdict, vec![]), "{digests:?}");
            }
            let other = record.replay(&ReplayInputs { document: Some(b"another"), ..none }).unwrap_err();
            assert_eq!(other, EvidenceError::GivenInput { input: "document" });
        });
    }
}

/// Where the document itself is signed, without signed attributes, it takes the document to check that again.
#[test]
fn a_signature_over_the_document_itself_needs_the_document() {
    let vector = Vector::new(Purpose::Signing);
    let policy = Policy { signed_attributes: SignedAttributesPolicy::Optional, ..POLICY };
    let vector = Vector { policy, ..vector };
    let mut cms = CmsTemplate::new(&vector.certificate());
    cms.signer().attributes = None;
    let checked = Checked { signature: cms.build(), ..Checked::cms(&vector, Vec::new()) };
    let (report, record) = checked.record(Retention { document: Keep::HashOnly, ..Retention::EVERYTHING });
    assert_eq!(report.verdict, Verdict::Accepted);
    let open = replay(&record);
    assert_eq!((open.verdict, contradicted(&open)), (Verdict::Indeterminate, vec![]));
    assert_eq!(open.not_rechecked, ["signed_attributes", "signature"]);
    let whole =
        with_anchors(|none| record.replay(&ReplayInputs { document: Some(DOCUMENT), ..none })).unwrap();
    assert_eq!((whole.verdict, whole.attributes), (Verdict::Accepted, report.attributes));
    // A signature that is wrong is wrong with signed attributes and without the document.
    let mut json: Value = serde_json::from_str(
        &Checked { signature: vec![1; 256], cms: false, ..checked }
            .record(Retention { document: Keep::HashOnly, ..Retention::EVERYTHING })
            .1
            .to_json(),
    )
    .unwrap();
    let checks = json["record"]["report"]["checks"].as_array_mut().unwrap();
    let failed = checks.iter_mut().find(|check| check["result"] == "failed").unwrap();
    *failed = json!({ "check": "signature", "rule": 15, "signer": 0, "result": "passed" });
    rehash(&mut json);
    let forged = replay(&EvidenceRecord::from_json(json.to_string().as_bytes()).unwrap());
    assert_eq!((forged.verdict, &forged.errors[0]), (Verdict::Rejected, &"bad_signature".to_owned()));
}

/// A list that cannot be opened leaves no hash, like one that never came, but nothing is said of it.
#[test]
fn a_list_that_could_not_be_read_cannot_be_checked_again() {
    #[derive(Debug)]
    struct Gone;
    impl CrlStream for Gone {
        fn open(&self) -> io::Result<Box<dyn Read + '_>> {
            Err(io::ErrorKind::NotFound.into())
        }
    }
    let vector = checked(Purpose::Signing);
    let certificate = vector.certificate();
    let signature = vector.holder_key.sign_sha256(DOCUMENT).unwrap();
    let good = signed(&list(&vector));
    let verifier = verifier(Purpose::Signing, CHECKED);
    let input = SignatureInput::Raw { certificate: &certificate, signature: &signature };
    let not_received = RevocationEvidence::NotReceived(EvidenceKind::Crl);
    for (evidence, verdict) in [
        (vec![RevocationEvidence::CrlStream(&Gone)], Verdict::Indeterminate),
        (vec![RevocationEvidence::CrlStream(&Gone), good.borrow()], Verdict::Accepted),
        (vec![RevocationEvidence::CrlStream(&Gone), good.borrow(), not_received], Verdict::Accepted),
    ] {
        let submission = Submission::new(Document::Bytes(DOCUMENT), input).with_revocation(&evidence);
        let report = verifier.check(&submission, ValidationTime::now(time(NOW)));
        let record = EvidenceRecord::new(&verifier, &submission, &report, Retention::EVERYTHING);
        let replay = replay(&record);
        assert_eq!(report.verdict, verdict);
        assert_eq!((replay.verdict, contradicted(&replay)), (Verdict::Indeterminate, vec![]));
        assert_eq!(replay.not_rechecked, ["revocation"]);
    }
    // One that did not come is again one that did not come.
    let evidence = [not_received, good.borrow()];
    let submission = Submission::new(Document::Bytes(DOCUMENT), input).with_revocation(&evidence);
    let report = verifier.check(&submission, ValidationTime::now(time(NOW)));
    let record = EvidenceRecord::new(&verifier, &submission, &report, Retention::EVERYTHING);
    assert_eq!(replay(&record).verdict, Verdict::Accepted);
}
