//! The attack cases of docs/certificate-facts.md §4.4, as `kazasu-attacks` makes them, put to the library; and what goes
//! beyond a single answer.

mod cms;

use std::collections::BTreeSet;

use kazasu_attacks::{Attack, ELSEWHERE, Expected, Question, attacks, controls};
use kazasu_sim::der;
use kazasu_sim::pki::{Extension, oids};
use kazasu_verify::{EvidenceProblem, ExtensionProblem, Purpose, Rejection, Report, Verdict, Warning};

use crate::common::status::{assert_open, checked, list, signed};
use crate::common::{Vector, assert_rejected, holder};

#[track_caller]
fn assert_expected(attack: &Attack, report: &Report) {
    let what = attack.id();
    match &attack.expected {
        Expected::Accepted { attributes } => {
            assert_eq!((&report.errors[..], report.verdict), (&[][..], Verdict::Accepted), "{what}");
            assert_eq!(report.attributes.is_some(), *attributes, "{what}");
        }
        Expected::Rejected(rejection) => assert_rejected(report, rejection, &what),
        Expected::NotDer(rule) => {
            let found = match report.errors.first() {
                Some(Rejection::Der(kazasu_cert::CertificateError::Der(violation))) => Some(violation.rule),
                _ => None,
            };
            assert_eq!(found, Some(*rule), "{what}: {:?}", report.errors);
            assert_rejected(report, &report.errors[0], &what);
        }
        Expected::Open(code) => assert_open(report, code, &what),
    }
}

#[test]
fn every_attack_is_answered_as_the_table_says() {
    for attack in attacks() {
        assert_expected(&attack, &attack.question.report());
    }
}

/// What the attacks change one thing of.
#[test]
fn every_control_is_answered_as_it_should_be() {
    for control in controls() {
        assert_expected(&control, &control.question.report());
    }
}

#[test]
fn every_case_of_the_table_has_a_place() {
    let here = attacks().into_iter().filter_map(|attack| attack.case);
    let cases: BTreeSet<u8> = here.chain(ELSEWHERE.iter().map(|one| one.case)).collect();
    assert_eq!(cases, (1..=70).collect());
}

/// RFC 5280 §4.2.1.12 wants one purpose at least, and the profile none.
#[test]
fn an_extended_key_usage_that_names_nothing() {
    let mut vector = Vector::new(Purpose::Signing);
    let extension = Extension::plain(oids::extended_key_usage(), der::sequence::<Vec<u8>>(&[]));
    vector.template.extensions.push(extension);
    let expected = Rejection::ExtKeyUsage(ExtensionProblem::Unexpected);
    assert_rejected(&vector.report(), &expected, "no purpose");
}

/// A list that proves nothing does not spoil one that does, nor the other way round.
#[test]
fn a_bad_list_beside_a_good_one() {
    let good = || signed(&list(&checked(Purpose::Signing)));
    let (mut lists, mut warned, is_list) =
        (0, 0, |attack: &Attack| (54..=58).contains(&attack.case.unwrap_or_default()));
    for attack in attacks().into_iter().filter(is_list) {
        let ([bad], None, Expected::Open(_)) =
            (&attack.question.evidence[..], attack.question.seen_crl, &attack.expected)
        else {
            continue;
        };
        for evidence in [vec![bad.clone(), good()], vec![good(), bad.clone()]] {
            let report = Question { evidence, ..attack.question.clone() }.report();
            assert_eq!(report.verdict, Verdict::Accepted, "{}: {:?}", attack.id(), report.codes());
            // What is for other certificates is not worth a word.
            let problems: Vec<_> =
                report.signers[0].revocation.problems().map(EvidenceProblem::code).collect();
            assert!(problems.len() < 2, "{}: {problems:?}", attack.id());
            assert_eq!(report.warnings.contains(&Warning::EvidenceIgnored), problems.len() == 1);
            warned += problems.len();
        }
        lists += 1;
    }
    assert!(lists > 20 && warned > 20, "{lists} lists, {warned} warnings");
}

#[test]
fn the_profile_of_the_other_purpose_has_another_policy_as_well() {
    let title = "profile of an authentication certificate from the signing CA";
    let attack = attacks().into_iter().find(|attack| attack.title == title).unwrap();
    let policy = Rejection::Policy(ExtensionProblem::Value);
    assert!(attack.question.report().errors.contains(&policy));
}

/// Neither a rejection nor the `Debug` of any report shows who it was.
#[test]
fn no_message_holds_personal_data() {
    let mut vector = Vector::new(Purpose::Signing);
    vector.key_usage(7, &[0x80]);
    vector.signature = Some(vec![1; 256]);
    let report = vector.report();
    let shown = format!("{report:?} {}", serde_json::to_string(&report).unwrap());
    let accepted = format!("{:?}", Vector::new(Purpose::Signing).report());
    for secret in [holder().name, holder().address, holder().date_of_birth] {
        assert!(!shown.contains(&secret) && !accepted.contains(&secret));
    }
}
