//! `doctor` with a real daemon: none, no card, somebody else's card, one that is well.

use kazasu_sim::vpcd::Slot;
use pcsc::{Context, Protocols, Scope, ShareMode};
use serde_json::Value;

use crate::{
    card::{Inserted, card},
    daemon::{Daemon, Reader, no_daemon},
    process::run_kazasu,
};

/// The report, whose exit code, problem and the check that has it have to be these.
#[track_caller]
fn doctor(arguments: &[&str], code: i32, error: Option<(&str, &str)>) -> Value {
    let work = tempfile::tempdir().unwrap();
    let report = run_kazasu(work.path(), &[&["doctor", "--json"], arguments].concat(), "").json(code);
    assert_eq!(report["error"].as_str(), error.map(|(code, _)| code), "{report}");
    let problems = report["findings"].as_array().unwrap().iter().filter(|one| one["status"] == "problem");
    let checks: Vec<_> = problems.map(|one| one["check"].as_str().unwrap()).collect();
    assert_eq!(checks, error.map(|(_, check)| check).into_iter().collect::<Vec<_>>(), "{report}");
    report
}

#[test]
fn without_a_daemon() {
    let _alone = no_daemon();
    doctor(&[], 10, Some(("no_pcsc", "pcsc")));
}

#[test]
fn from_no_card_to_one_that_is_well() {
    let daemon = Daemon::start();
    doctor(&[], 11, Some(("no_card", "card")));
    doctor(&["--reader", "No such reader"], 10, Some(("no_reader", "reader")));
    doctor(&["--reader", "Virtual PCD 00"], 10, Some(("several_readers", "reader")));

    let first = Inserted::new(&daemon, Reader::First, card("ichiro"), Slot::new());
    let report = doctor(&[], 0, None);
    let reader = report["findings"].as_array().unwrap().iter().find(|one| one["check"] == "reader").unwrap();
    assert_eq!(reader["readers"][0], Reader::First.name());
    assert!(
        report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["atr"].as_str().is_some_and(|atr| atr.starts_with("3B")))
    );

    let context = Context::establish(Scope::User).unwrap();
    let other = context.connect(&Reader::First.c_name(), ShareMode::Exclusive, Protocols::ANY).unwrap();
    doctor(&[], 10, Some(("reader_held", "reader")));
    drop(other);

    let second = Inserted::new(&daemon, Reader::Second, card("blocked-63c0"), Slot::new());
    doctor(&[], 10, Some(("several_cards", "reader")));
    let work = tempfile::tempdir().unwrap();
    let report =
        run_kazasu(work.path(), &["doctor", "--json", "--reader", Reader::Second.name()], "").json(22);
    assert_eq!(report["error"], "blocked");

    // Nothing that could cost a try was sent to either.
    for card in [first.pull(), second.pull()] {
        assert!(!card.journal().is_empty());
        assert_eq!(card.verify_count(), 0);
    }
}
