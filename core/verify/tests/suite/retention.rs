//! What a record keeps, and what it does not.

use kazasu_cert::HashAlgorithm;
use kazasu_sim::{Generation, Persona, der};
use kazasu_verify::{
    Document, EvidenceRecord, Keep, Purpose, ReplayInputs, ReplayOutcome, Retention, SignatureInput,
    Submission, ValidationTime, Verdict,
};
use serde_json::{Value, json};

use crate::common::cms::{CmsTemplate, attribute};
use crate::common::status::{Evidence, checked, list, signed};
use crate::common::{DOCUMENT, NOW, POLICY, Vector, pki, sim, time, verifier};
use crate::evidence::{Checked, rehash, with_anchors};

/// A CMS is more than a signature, and one that cannot be read may be anything.
#[test]
fn a_cms_is_kept_only_with_all_that_it_carries() {
    let vector = checked(Purpose::Signing);
    let usual = Checked::cms(&vector, Vec::new());
    let certificate = &usual.certificate;
    let built = |change: &dyn Fn(&mut CmsTemplate)| {
        let mut cms = CmsTemplate::new(certificate);
        cms.certificates.clear();
        change(&mut cms);
        cms.build()
    };
    let all = Retention::EVERYTHING;
    let no_document = Retention { document: Keep::HashOnly, ..all };
    let no_certificate = Retention { certificate: Keep::HashOnly, ..all };
    let no_revocation = Retention { revocation: Keep::HashOnly, ..all };
    let detached = built(&|_| ());
    let attached = built(&|cms| cms.content = Some(DOCUMENT.to_vec()));
    let carrying = built(&|cms| cms.certificates = vec![certificate.clone()]);
    let trailing = [&carrying[..], &[0]].concat();
    let too_many = built(&|cms| cms.certificates = vec![certificate.clone(); 65]);
    // An attribute certificate, say.
    let other_kind = built(&|cms| cms.certificates = vec![der::constructed(0xA2, &[certificate])]);
    let timestamp = built(&|cms| {
        cms.signer().unsigned_attributes = vec![attribute(14, std::slice::from_ref(certificate))];
    });
    for (what, cms, kept, not_kept) in [
        ("detached", detached, vec![no_document, no_certificate, no_revocation], vec![]),
        ("attached", attached, vec![no_certificate, no_revocation], vec![no_document]),
        ("carrying", carrying, vec![no_document, no_revocation], vec![no_certificate]),
        ("trailing", trailing, vec![], vec![no_document, no_certificate, no_revocation]),
        ("too many", too_many, vec![], vec![no_document, no_certificate, no_revocation]),
        ("other kind", other_kind, vec![no_document, no_revocation], vec![no_certificate]),
        ("timestamp", timestamp, vec![no_document], vec![no_certificate, no_revocation]),
    ] {
        let checked = Checked { signature: cms, ..Checked::cms(&vector, Vec::new()) };
        let is_kept = |retention| checked.record(retention).1.to_json().contains("\"signature\": \"M");
        assert!(is_kept(all), "{what}");
        assert!(kept.into_iter().all(is_kept), "{what}");
        assert!(!not_kept.into_iter().any(is_kept), "{what}");
    }
}

/// A piece of evidence that is of no use is described in a sentence, which names files, lists and dates.
#[test]
fn hashes_have_no_sentences() {
    let vector = checked(Purpose::Signing);
    let html = Evidence::Crl(b"<html>".to_vec());
    let checked = Checked::raw(&vector, vec![signed(&list(&vector)), html]);
    let sentences = |retention| {
        let (report, record) = checked.record(retention);
        assert_eq!(report.verdict, Verdict::Accepted);
        let evidence = record.report()["signers"][0]["revocation"]["evidence"].as_array().unwrap().clone();
        assert_eq!(evidence.len(), 2);
        evidence.iter().filter(|finding| finding.get("detail").is_some()).count()
    };
    assert_eq!(sentences(Retention::ATTRIBUTES), 1);
    assert_eq!(sentences(Retention::HASHES), 0);
}

/// That a name is written with a substitute, or a birthday unknown, is told with the attributes only.
#[test]
fn warnings_about_attributes_go_with_them() {
    let holder = Persona::named("substitute-characters").unwrap().holder;
    let mut vector = Vector::new(Purpose::Signing);
    vector.template = pki().leaf(sim(Purpose::Signing), Generation::G2023, &holder).unwrap();
    let checked = Checked::raw(&vector, Vec::new());
    let whole = |record: &EvidenceRecord| {
        let (document, signature) = (Some(DOCUMENT), Some(&checked.signature[..]));
        let certificate = Some(&checked.certificate[..]);
        with_anchors(|given| record.replay(&ReplayInputs { document, signature, certificate, ..given }))
            .unwrap()
    };
    let without = Retention { attributes: Keep::HashOnly, ..Retention::EVERYTHING };
    for (retention, warns) in [(Retention::ATTRIBUTES, true), (without, false), (Retention::HASHES, false)] {
        let (report, record) = checked.record(retention);
        let warnings = json!(report.warnings);
        assert!(warnings.as_array().unwrap().contains(&json!("name_substituted")));
        assert_eq!(record.report()["warnings"] == warnings, warns);
        assert_eq!(record.to_json().contains("_substitut"), warns);
        let contradicted = |record: &EvidenceRecord| {
            let members = whole(record).members.into_iter();
            let all = members.filter(|member| member.outcome == ReplayOutcome::Contradicted);
            all.map(|member| member.member).collect::<Vec<_>>()
        };
        assert_eq!(whole(&record).verdict, Verdict::Accepted);
        assert_eq!(whole(&record).attributes, report.attributes);
        // Records used to have them, and still read. What is not true is noticed.
        for (said, falsehoods) in [
            (warnings.clone(), vec![]),
            (json!(["date_of_birth_unknown"]), vec!["/warnings"]),
            (
                json!(["name_substituted"]),
                if warnings == json!(["name_substituted"]) { vec![] } else { vec!["/warnings"] },
            ),
        ] {
            let mut json: Value = serde_json::from_str(&record.to_json()).unwrap();
            json["record"]["report"]["warnings"] = said;
            rehash(&mut json);
            let read = EvidenceRecord::from_json(json.to_string().as_bytes()).unwrap();
            assert_eq!(contradicted(&read), falsehoods);
        }
    }
}

/// JSON has a member once.
#[test]
fn of_two_digests_of_one_hash_function_the_first_counts() {
    let vector = Vector::new(Purpose::Signing);
    let certificate = vector.certificate();
    let cms = CmsTemplate { content: Some(DOCUMENT.to_vec()), ..CmsTemplate::new(&certificate) }.build();
    let [of_document, of_other] =
        [DOCUMENT, b"another"].map(|document| HashAlgorithm::Sha256.digest(document));
    let verifier = verifier(Purpose::Signing, POLICY);
    for (digests, verdict) in [
        ([of_document.clone(), of_other.clone()], Verdict::Accepted),
        ([of_other, of_document], Verdict::Rejected),
    ] {
        let input = SignatureInput::Cms { cms: &cms, certificate: None };
        let submission = Submission::new(Document::Digests(&digests), input);
        let report = verifier.check(&submission, ValidationTime::now(time(NOW)));
        assert_eq!((report.verdict, &report.inputs.document[..]), (verdict, &digests[..1]));
        let record = EvidenceRecord::new(&verifier, &submission, &report, Retention::EVERYTHING);
        assert_eq!(with_anchors(|given| record.replay(&given)).unwrap().verdict, verdict);
    }
}
