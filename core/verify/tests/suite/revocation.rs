//! Rule 16: the evidence weighed.

use std::cell::Cell;
use std::io::{self, Read};

use kazasu_cert::UnixTime;
use kazasu_sim::Generation;
use kazasu_sim::status_services::{CertificateStatus, RevocationReason as SimReason};
use kazasu_verify::{
    Check, CheckResult, CrlMark, CrlStream, Document, EvidenceKind, Purpose, Rejection, RevocationEvidence,
    RevocationReason, RevocationStatus, SignatureInput, Submission, ValidationTime, Verdict, Verifier,
    Warning,
};

use crate::common::cms::CmsTemplate;
use crate::common::status::{
    DAY, Evidence, HOUR, SERIAL, answered, assert_open, authority, checked, list, list_of, now, responder,
    signed,
};
use crate::common::{DOCUMENT, NOW, POLICY, Vector, anchors, assert_accepted, assert_rejected, time};

fn revoking(vector: &Vector, number: u64, this_update: i64, since: i64) -> Evidence {
    let mut list = list_of(vector, number, this_update);
    list.revoke(SERIAL, since, Some(SimReason::KeyCompromise)).unwrap();
    signed(&list)
}

fn ocsp(vector: &Vector, status: CertificateStatus) -> Evidence {
    let mut responder = responder(vector);
    responder.otherwise = status;
    answered(vector, &responder)
}

fn revoked(since: i64) -> Rejection {
    Rejection::Revoked { since: UnixTime(since), reason: Some(RevocationReason::KeyCompromise) }
}

#[test]
fn good_says_since_when_and_from_where() {
    let vector = checked(Purpose::Signing);
    let report = vector.report_with(&[signed(&list(&vector))]);
    assert_accepted(&report, "CRL");
    let as_of = UnixTime(now() - HOUR);
    assert_eq!(report.revocation, RevocationStatus::Good { as_of, source: EvidenceKind::Crl });
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["revocation"], "good");
    assert_eq!(json["errors"], serde_json::json!([]));
    let signer = &json["signers"][0]["revocation"];
    assert_eq!(signer["status"], "good");
    assert_eq!(signer["as_of"], "2026-03-31T23:00:00Z");
    assert_eq!(signer["source"], "crl");
    let answer = &signer["evidence"][0]["answer"];
    assert_eq!(answer["status"], "good");
    assert_eq!(answer["crl"]["signed_by"]["name"], "signca-test-2023");
    assert_eq!(json["inputs"]["revocation"][0]["kind"], "crl");

    let report = vector.report_with(&[ocsp(&vector, CertificateStatus::Good), signed(&list(&vector))]);
    assert_accepted(&report, "both");
    let as_of = time(NOW);
    assert_eq!(report.revocation, RevocationStatus::Good { as_of, source: EvidenceKind::Ocsp }, "the newest");
}

#[test]
fn every_reason_and_a_hold_are_a_no() {
    for purpose in Purpose::ALL {
        let vector = checked(purpose);
        let since = now() - DAY;
        for reason in [None].into_iter().chain(SimReason::ALL.map(Some)) {
            let mut list = list(&vector);
            list.revoke(1, since, None).unwrap();
            list.revoke(SERIAL, since, reason).unwrap();
            let list = Evidence::Crl(list.sign(authority(purpose, Generation::G2023).key()).unwrap());
            let by_crl = vector.report_with(&[list]);
            let by_ocsp =
                vector.report_with(&[ocsp(&vector, CertificateStatus::Revoked { at: since, reason })]);
            if reason == Some(SimReason::RemoveFromCrl) {
                // Not a reason to be on a list; whatever it is taken for, it is not a yes.
                assert_ne!(by_crl.verdict, Verdict::Accepted);
                assert_ne!(by_ocsp.verdict, Verdict::Accepted);
                continue;
            }
            for report in [by_crl, by_ocsp] {
                assert_eq!(report.verdict, Verdict::Rejected, "{reason:?}");
                let Some(Rejection::Revoked { since: found, reason: why }) = report.errors.first() else {
                    panic!("{reason:?}: {:?}", report.errors)
                };
                assert_eq!(found.0, since);
                assert_eq!(why.is_some(), reason.is_some());
                assert_eq!(report.codes(), ["revoked"]);
                assert!(report.attributes.is_none());
                let last = report.checks.last().unwrap();
                assert_eq!(last.check, Check::Revocation);
                assert!(matches!(last.result, CheckResult::Failed(Rejection::Revoked { .. })));
            }
        }
    }
}

#[test]
fn of_several_lists_the_newest_counts_in_any_order() {
    let vector = checked(Purpose::Signing);
    let good_then = signed(&list_of(&vector, 6, now() - 2 * HOUR));
    let revoked_now = revoking(&vector, 7, now() - HOUR, now() - DAY);
    let revoked_then = revoking(&vector, 6, now() - 2 * HOUR, now() - DAY);
    let good_now = signed(&list_of(&vector, 7, now() - HOUR));
    for order in [[&good_then, &revoked_now], [&revoked_now, &good_then]] {
        assert_rejected(
            &vector.report_with(&order.map(Clone::clone)),
            &revoked(now() - DAY),
            "newest: revoked",
        );
    }
    for order in [[&revoked_then, &good_now], [&good_now, &revoked_then]] {
        assert_accepted(&vector.report_with(&order.map(Clone::clone)), "newest: good");
    }
}

#[test]
fn any_revoked_wins() {
    let vector = checked(Purpose::Signing);
    let (good_list, bad_list) = (signed(&list(&vector)), revoking(&vector, 7, now() - HOUR, now() - DAY));
    let good_answer = ocsp(&vector, CertificateStatus::Good);
    let since = now() - 2 * DAY;
    let bad_answer =
        ocsp(&vector, CertificateStatus::Revoked { at: since, reason: Some(SimReason::KeyCompromise) });
    let unknown = ocsp(&vector, CertificateStatus::Unknown);
    assert_rejected(
        &vector.report_with(&[good_answer.clone(), bad_list.clone()]),
        &revoked(now() - DAY),
        "the list says so",
    );
    assert_rejected(
        &vector.report_with(&[good_list.clone(), bad_answer.clone()]),
        &revoked(since),
        "the responder says so",
    );
    let all = [unknown.clone(), bad_list, bad_answer, good_answer];
    assert_rejected(&vector.report_with(&all), &revoked(since), "the earliest");
    assert_open(
        &vector.report_with(&[good_list, unknown]),
        "status_unknown",
        "unknown is stronger than good",
    );
}

#[test]
fn evidence_from_after_the_time_in_question() {
    let vector = checked(Purpose::Signing);
    let later = now() + 30 * DAY;
    let good_later = signed(&list_of(&vector, 9, later));
    assert_open(&vector.report_with(std::slice::from_ref(&good_later)), "crl_invalid", "never good");
    let revoked_before = revoking(&vector, 9, later, now() - DAY);
    assert_rejected(
        &vector.report_with(std::slice::from_ref(&revoked_before)),
        &revoked(now() - DAY),
        "but revoked",
    );
    let revoked_after = revoking(&vector, 9, later, now() + DAY);
    assert_open(&vector.report_with(std::slice::from_ref(&revoked_after)), "crl_invalid", "revoked later on");
    // Beside a list of the time itself.
    let good = signed(&list(&vector));
    assert_accepted(&vector.report_with(&[good.clone(), good_later]), "good then");
    assert_accepted(&vector.report_with(&[revoked_after, good.clone()]), "good then, revoked later on");
    assert_rejected(&vector.report_with(&[good, revoked_before]), &revoked(now() - DAY), "known later");

    let answer = |status| {
        let mut responder = responder(&vector);
        responder.age = -30 * DAY;
        responder.otherwise = status;
        answered(&vector, &responder)
    };
    assert_open(&vector.report_with(&[answer(CertificateStatus::Good)]), "ocsp_stale", "never good");
    let key_compromise = |at| CertificateStatus::Revoked { at, reason: Some(SimReason::KeyCompromise) };
    let report = vector.report_with(&[answer(key_compromise(now() - DAY))]);
    assert_rejected(&report, &revoked(now() - DAY), "but revoked");
    let report = vector.report_with(&[answer(key_compromise(now() + DAY))]);
    assert_open(&report, "ocsp_stale", "revoked later on");
}

#[test]
fn lapsed_evidence_proves_a_revocation_and_says_that_it_has_lapsed() {
    let vector = checked(Purpose::Signing);
    let since = now() - 10 * DAY;
    let old_list = revoking(&vector, 3, now() - 5 * DAY, since);
    let old_answer = |status| {
        let mut responder = responder(&vector);
        responder.age = 5 * DAY;
        responder.otherwise = status;
        answered(&vector, &responder)
    };
    let key_compromise = CertificateStatus::Revoked { at: since, reason: Some(SimReason::KeyCompromise) };
    let good_list = signed(&list(&vector));
    for (evidence, code) in [
        (vec![old_list.clone()], "crl_invalid"),
        (vec![old_answer(key_compromise)], "ocsp_stale"),
        (vec![good_list.clone(), old_answer(key_compromise)], "ocsp_stale"),
    ] {
        let report = vector.report_with(&evidence);
        assert_rejected(&report, &revoked(since), code);
        assert_eq!(report.codes(), ["revoked"]);
        assert_eq!(report.warnings, [Warning::RevokedByLapsedEvidence]);
        let json = serde_json::to_value(&report).unwrap();
        let findings = json["signers"][0]["revocation"]["evidence"].as_array().unwrap();
        let finding = findings.last().unwrap();
        assert_eq!((&finding["error"], &finding["answer"]["status"]), (&code.into(), &"revoked".into()));
        assert!(finding["detail"].is_string());
    }
    // Of several lists the newest counts, whatever a lapsed one says.
    assert_accepted(&vector.report_with(&[old_list, good_list]), "newest: good");
    let report = vector.report_with(&[old_answer(CertificateStatus::Good)]);
    assert_open(&report, "ocsp_stale", "never good");
    let report = vector.report_with(&[signed(&list_of(&vector, 3, now() - 5 * DAY))]);
    assert_open(&report, "crl_invalid", "never good");
}

/// The relying party has seen a newer list. The older one it is offered proves nobody good, but what it lists is revoked,
/// whatever an OCSP answer says.
#[test]
fn a_list_older_than_one_seen_proves_a_revocation() {
    let vector = checked(Purpose::Signing);
    let certificate = vector.certificate();
    let signature = vector.holder_key.sign_sha256(DOCUMENT).unwrap();
    let report = |evidence: &[Evidence]| {
        let evidence: Vec<_> = evidence.iter().map(Evidence::borrow).collect();
        let input = SignatureInput::Raw { certificate: &certificate, signature: &signature };
        let seen = CrlMark { this_update: UnixTime(now()), crl_number: Some(8.into()) };
        let submission =
            Submission::new(Document::Bytes(DOCUMENT), input).with_revocation(&evidence).with_seen_crl(seen);
        Verifier::new(anchors(Purpose::Signing), vector.policy)
            .check(&submission, ValidationTime::now(vector.at))
    };
    let older = || revoking(&vector, 7, now() - HOUR, now() - DAY);
    let good_answer = || answered(&vector, &responder(&vector));
    for evidence in [vec![older()], vec![older(), good_answer()], vec![good_answer(), older()]] {
        let report = report(&evidence);
        assert_rejected(&report, &revoked(now() - DAY), "revoked on an older list");
        assert_eq!(report.warnings, [Warning::RevokedByLapsedEvidence]);
        assert_eq!(report.crl_mark(), None, "nothing to remember of an older list");
        let json = serde_json::to_value(&report).unwrap();
        let finding = &json["signers"][0]["revocation"]["evidence"][0];
        assert_eq!(
            (&finding["error"], &finding["answer"]["status"]),
            (&"crl_rollback".into(), &"revoked".into())
        );
    }
    let without_entry = signed(&list_of(&vector, 7, now() - HOUR));
    assert_open(&report(std::slice::from_ref(&without_entry)), "crl_rollback", "never good");
    assert_accepted(&report(&[without_entry, good_answer()]), "the answer is good");
    let newer = signed(&list_of(&vector, 8, now()));
    let report = report(&[older(), newer]);
    assert_accepted(&report, "a newer list overrules the older one");
    assert_eq!(report.crl_mark(), Some(CrlMark { this_update: UnixTime(now()), crl_number: Some(8.into()) }));
}

/// A list that counts how often it was opened, and how many of its kind were open at the same time.
#[derive(Debug)]
struct Counted<'a> {
    list: Vec<u8>,
    opened: Cell<usize>,
    open: &'a Cell<usize>,
    most: &'a Cell<usize>,
}

struct Opened<'a>(&'a [u8], &'a Cell<usize>);

impl Read for Opened<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into)
    }
}

impl Drop for Opened<'_> {
    fn drop(&mut self) {
        self.1.set(self.1.get() - 1);
    }
}

impl CrlStream for Counted<'_> {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        self.opened.set(self.opened.get() + 1);
        self.open.set(self.open.get() + 1);
        self.most.set(self.most.get().max(self.open.get()));
        Ok(Box::new(Opened(&self.list, self.open)))
    }
}

/// There may be a list for every municipality, which is more than files can be open, and many signatures of one signer.
#[test]
fn lists_are_opened_one_after_another_and_read_once_for_each_certificate() {
    let vector = checked(Purpose::Signing);
    let certificate = vector.certificate();
    let mut cms = CmsTemplate::new(&certificate);
    cms.signers = vec![cms.signers[0].clone(); 16];
    let cms = cms.build();
    let Evidence::Crl(right) = signed(&list(&vector)) else { panic!("a list") };
    let (open, most) = (Cell::new(0), Cell::new(0));
    let lists = (0..50).map(|at| Counted {
        list: if at == 49 { right.clone() } else { b"<html>".to_vec() },
        opened: Cell::new(0),
        open: &open,
        most: &most,
    });
    let lists: Vec<_> = lists.collect();
    let evidence: Vec<_> = lists.iter().map(|list| RevocationEvidence::CrlStream(list)).collect();
    let input = SignatureInput::Cms { cms: &cms, certificate: None };
    let submission = Submission::new(Document::Bytes(DOCUMENT), input).with_revocation(&evidence);
    let report = Verifier::new(anchors(Purpose::Signing), vector.policy)
        .check(&submission, ValidationTime::now(vector.at));
    assert_eq!(report.verdict, Verdict::Accepted, "{:?}", report.codes());
    assert_eq!(report.signers.len(), 16);
    assert!(report.signers.iter().all(|signer| signer.revocation == report.signers[0].revocation));
    assert_eq!((open.get(), most.get()), (0, 1));
    // Once to look for the certificate, once for the hash in the report.
    assert!(lists.iter().all(|list| list.opened.get() == 2), "{lists:?}");
}

#[test]
fn nothing_and_nothing_useful() {
    let vector = checked(Purpose::Signing);
    let report = vector.report_with(&[]);
    assert_open(&report, "no_revocation_evidence", "nothing");
    assert_eq!(report.revocation, RevocationStatus::NoEvidence);
    let html = || Evidence::Crl(b"<html>".to_vec());
    let none = Evidence::NotReceived(EvidenceKind::Ocsp);
    let report = vector.report_with(&[html(), none]);
    assert_eq!(report.codes(), ["crl_encoding", "evidence_not_received", "indeterminate"]);
    assert_eq!(report.revocation, RevocationStatus::Unusable);
    assert_eq!(
        serde_json::to_value(&report).unwrap()["checks"].as_array().unwrap().last().unwrap()["error"],
        "crl_encoding"
    );

    // A useless answer beside a good list is said, but does no harm.
    let report = vector.report_with(&[Evidence::Ocsp(b"<html>".to_vec(), None), signed(&list(&vector))]);
    assert_accepted(&report, "one is enough");
    assert_eq!(report.warnings, [Warning::EvidenceIgnored]);
}

#[test]
fn a_no_beats_an_open_question_and_both_are_said() {
    let mut vector = checked(Purpose::Signing);
    vector.template.set_validity(now() - 2 * DAY, now() - 1).unwrap();
    let report = vector.report_with(&[Evidence::Crl(b"<html>".to_vec())]);
    assert_eq!(report.verdict, Verdict::Rejected);
    assert_eq!(report.codes(), ["expired", "crl_encoding"]);
    // The most useful first: who is revoked and expired has expired.
    let report = vector.report_with(&[revoking(&vector, 7, now() - HOUR, now() - DAY)]);
    assert_eq!(report.codes(), ["expired", "revoked"]);
}

#[test]
fn only_what_a_trust_anchor_has_signed_is_asked_about() {
    let mut vector = checked(Purpose::Signing);
    vector.issuer_key = vector.holder_key.clone();
    let report = vector.report_with(&[revoking(&vector, 7, now() - HOUR, now() - DAY)]);
    assert_eq!(report.revocation, RevocationStatus::NotReached);
    assert_eq!(report.codes(), ["bad_signature"]);
}

#[test]
fn not_checked_by_policy_alone() {
    let vector = Vector { policy: POLICY, ..checked(Purpose::Signing) };
    let report = vector.report_with(&[revoking(&vector, 7, now() - HOUR, now() - DAY)]);
    assert_accepted(&report, "nobody looked");
    assert_eq!(report.revocation, RevocationStatus::NotChecked);
}
