//! To the second: which answer is about which instant.

use kazasu_cert::UnixTime;
use kazasu_sim::status_services::CertificateStatus;
use kazasu_sim::{Generation, pki::generalized_time};
use kazasu_verify::{ClockSkew, MaxAge, OcspStatus, Purpose, ResponderProblem, StaleProblem};

use crate::common::{NOW, SERIAL, Vector};

#[test]
fn both_ends_are_inclusive() {
    let mut vector = Vector::new();
    for age in [-300, 0, 900] {
        vector.responder.age = age;
        assert_eq!(vector.check().unwrap().status, OcspStatus::Good, "{age}");
    }
    vector.responder.next_update = false;
    vector.responder.age = 1800;
    let answer = vector.check().unwrap();
    assert_eq!((answer.status, answer.next_update), (OcspStatus::Good, None));
    vector.policy.max_age = MaxAge::seconds(1799);
    let of = UnixTime(NOW.0 - 1800);
    assert_eq!(vector.check(), Err(StaleProblem::TooOld { of, max_age: 1799 }.into()));
}

#[test]
fn without_skew_the_future_begins_at_once() {
    let mut vector = Vector::new();
    vector.policy.clock_skew = ClockSkew::ZERO;
    vector.responder.age = -1;
    assert_eq!(vector.check(), Err(StaleProblem::Later { of: UnixTime(NOW.0 + 1) }.into()));
}

/// A signature of the past, an answer of today.
#[test]
fn a_later_answer_proves_revoked_and_never_good() {
    let mut vector = Vector::new();
    vector.at = UnixTime(NOW.0 - 10 * 86_400);
    let later = Err(StaleProblem::Later { of: NOW }.into());
    assert_eq!(vector.check(), later);
    vector.responder.otherwise = CertificateStatus::Unknown;
    assert_eq!(vector.check(), later);

    let revoked = |at| CertificateStatus::Revoked { at, reason: None };
    vector.responder.statuses.insert(SERIAL, revoked(vector.at.0 + 1));
    assert_eq!(vector.check(), later, "revoked after the signature");
    vector.responder.statuses.insert(SERIAL, revoked(vector.at.0));
    let expected = OcspStatus::Revoked { revocation_time: vector.at, reason: None };
    assert_eq!(vector.check().unwrap().status, expected);
}

/// The data may be of before, but whoever signed it later knew more than they say.
#[test]
fn produced_later_from_data_of_before() {
    let mut vector = Vector::new();
    vector.edit = |t| t.produced_at = generalized_time(NOW.0 + 301).unwrap();
    assert_eq!(vector.check(), Err(StaleProblem::Later { of: UnixTime(NOW.0 + 301) }.into()));
}

/// A fresh answer that says "revoked" is believed whatever the time of revocation: clocks differ.
#[test]
fn a_fresh_revocation_of_the_near_future() {
    let mut vector = Vector::new();
    vector.responder.statuses.insert(SERIAL, CertificateStatus::hold(NOW.0 + 60));
    assert!(matches!(vector.check().unwrap().status, OcspStatus::Revoked { .. }));
}

/// What the CA has revoked stays revoked, however old the answer is that says so.
#[test]
fn an_answer_that_has_lapsed_proves_a_revocation_and_nothing_else() {
    let mut vector = Vector::new();
    let revoked = CertificateStatus::hold(NOW.0 - 86_400);
    for (age, lapsed) in [
        (901, StaleProblem::NextUpdatePassed { next_update: UnixTime(NOW.0 - 1) }),
        (3600, StaleProblem::TooOld { of: UnixTime(NOW.0 - 3600), max_age: 1800 }),
    ] {
        vector.responder.age = age;
        vector.responder.statuses.insert(SERIAL, revoked);
        let answer = vector.check().unwrap();
        assert!(matches!(answer.status, OcspStatus::Revoked { .. }));
        assert_eq!(answer.lapsed, Some(lapsed));
        for status in [CertificateStatus::Good, CertificateStatus::Unknown] {
            vector.responder.statuses.insert(SERIAL, status);
            assert_eq!(vector.check(), Err(lapsed.into()));
        }
    }
    vector.responder.age = 900;
    vector.responder.statuses.insert(SERIAL, revoked);
    assert_eq!(vector.check().unwrap().lapsed, None);
}

#[test]
fn the_issuer_was_valid_when_the_answer_was_signed() {
    let mut vector = Vector::of(Purpose::Signing, Generation::G2015);
    let end = 1_760_885_999;
    (vector.answered, vector.at) = (UnixTime(end), UnixTime(end));
    assert_eq!(vector.check().unwrap().status, OcspStatus::Good);
    (vector.answered, vector.at) = (UnixTime(end + 1), UnixTime(end + 1));
    let problem = vector.check().unwrap_err();
    assert_eq!(
        problem,
        ResponderProblem::NotValid {
            not_before: UnixTime(1_445_308_828),
            not_after: UnixTime(end),
            produced_at: UnixTime(end + 1),
        }
        .into()
    );
}

#[test]
fn times_at_the_ends_of_the_scale() {
    let mut vector = Vector::new();
    for at in [UnixTime(i64::MIN), UnixTime(i64::MAX)] {
        vector.at = at;
        assert_eq!(vector.check().unwrap_err().code(), "ocsp_stale");
    }
}
