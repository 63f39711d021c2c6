//! Rule 7: instants in UTC, both ends inclusive, an allowance at the beginning only.

use kazasu_sim::Generation;
use kazasu_verify::{ClockSkew, Purpose, Rejection, Verdict, Warning};

use crate::common::{Vector, assert_accepted, assert_rejected, time};

const NOT_BEFORE: &str = "2025-10-27T01:35:57Z";
const NOT_AFTER: &str = "2030-02-17T14:59:59Z";

fn at(text: &str, clock_skew: ClockSkew) -> kazasu_verify::Report {
    let mut vector = Vector::new(Purpose::Signing);
    vector.set_validity(NOT_BEFORE, NOT_AFTER);
    vector.policy.clock_skew = clock_skew;
    vector.at = time(text);
    vector.report()
}

#[test]
fn both_ends_are_inclusive() {
    for end in [NOT_BEFORE, NOT_AFTER] {
        let report = at(end, ClockSkew::ZERO);
        assert_accepted(&report, end);
        assert_eq!(report.warnings, []);
    }
}

#[test]
fn one_second_outside() {
    let early = Rejection::NotYetValid { not_before: time(NOT_BEFORE) };
    assert_rejected(&at("2025-10-27T01:35:56Z", ClockSkew::ZERO), &early, "before");
    let late = Rejection::Expired { not_after: time(NOT_AFTER) };
    for skew in [ClockSkew::ZERO, ClockSkew::FIVE_MINUTES] {
        assert_rejected(&at("2030-02-17T15:00:00Z", skew), &late, "after");
    }
}

#[test]
fn the_allowance_is_for_the_beginning() {
    let report = at("2025-10-27T01:30:57Z", ClockSkew::FIVE_MINUTES);
    assert_accepted(&report, "300 seconds early");
    assert_eq!(report.warnings, [Warning::NotYetValidWithinClockSkew]);
    let report = at("2025-10-27T01:30:56Z", ClockSkew::FIVE_MINUTES);
    assert_eq!((report.verdict, &report.warnings[..]), (Verdict::Rejected, &[][..]));
}

#[test]
fn an_expiry_date_ends_at_midnight_in_japan() {
    assert_accepted(&at("2030-02-17T23:59:59+09:00", ClockSkew::ZERO), "the last second of the day");
    assert_eq!(at("2030-02-18T00:00:00+09:00", ClockSkew::ZERO).verdict, Verdict::Rejected);
    // The same calendar day in UTC is nine hours later.
    assert_eq!(at("2030-02-17T23:00:00Z", ClockSkew::ZERO).verdict, Verdict::Rejected);
}

#[test]
fn the_anchor_has_no_allowance() {
    let mut vector = Vector::of(Purpose::Signing, Generation::G2015);
    vector.set_validity("2024-01-01T00:00:00Z", "2029-01-01T14:59:59Z");
    vector.at = time("2025-10-19T14:59:59Z");
    assert_accepted(&vector.report(), "the anchor's last second");
    vector.at = time("2025-10-19T15:00:00Z");
    assert!(matches!(vector.report().errors[..], [Rejection::AnchorExpired { .. }]));
}

#[test]
fn absurd_times() {
    for seconds in [i64::MIN, -1, 0, i64::MAX] {
        let mut vector = Vector::new(Purpose::Signing);
        vector.at = kazasu_cert::UnixTime(seconds);
        assert_eq!(vector.report().verdict, Verdict::Rejected, "{seconds}");
    }
}
