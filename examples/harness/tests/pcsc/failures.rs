//! Wrong and blocked secrets, and readers and cards that are not there.

use std::{fs, path::Path};

use kazasu_sim::{Secret, vpcd::Slot};
use pcsc::{Context, Protocols, Scope, ShareMode};
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    card::{Inserted, card},
    daemon::{Daemon, Reader, no_daemon},
    process::{Process, kazasu, run_kazasu},
};

const AUTHENTICATE: &[&str] =
    &["authenticate", "--in", "document", "--out", "signature", "--pin-stdin", "--json"];

/// A directory with a document to sign.
fn work() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("document"), b"document").unwrap();
    directory
}

/// Signs with the authentication key; the exit status has to be `code`. Output appears with success alone.
#[track_caller]
fn authenticate(work: &Path, pin: &str, code: i32) -> Value {
    let json = run_kazasu(work, AUTHENTICATE, pin).json(code);
    assert_eq!(work.join("signature").exists(), code == 0);
    assert_eq!(json["error"].is_string(), code != 0, "{json}");
    json
}

#[test]
fn a_wrong_pin_costs_one_try_and_a_malformed_one_none() {
    let daemon = Daemon::start();
    let work = work();
    let inserted = Inserted::new(&daemon, Reader::First, card("ichiro"), Slot::new());
    for malformed in ["123", "12345", "12a4", "１２３４"] {
        authenticate(work.path(), malformed, 20);
    }
    for nothing in ["", "\n"] {
        Process::start(&mut kazasu(work.path(), AUTHENTICATE), nothing).finish().json(2);
    }
    assert_eq!(authenticate(work.path(), "9999", 21)["remaining_tries"], 2);
    assert_eq!(authenticate(work.path(), "9999", 21)["remaining_tries"], 1);
    // The last try is refused without consent.
    authenticate(work.path(), "1234", 23);
    let card = inserted.pull();
    assert_eq!(card.verify_count(), 2);
    assert_eq!(card.tries_left(Secret::AuthenticationPin), 1);
    assert_eq!(card.tries_left(Secret::SigningPassword), 5);

    let inserted = Inserted::new(&daemon, Reader::First, card, Slot::new());
    run_kazasu(work.path(), &[AUTHENTICATE, &["--last-try"]].concat(), "1234").json(0);
    assert_eq!(inserted.pull().tries_left(Secret::AuthenticationPin), 3);
}

#[test]
fn blocked_is_told_in_each_of_three_spellings() {
    let daemon = Daemon::start();
    let work = work();
    for persona in ["blocked-63c0", "blocked-6983", "blocked-6984"] {
        let inserted = Inserted::new(&daemon, Reader::First, card(persona), Slot::new());
        authenticate(work.path(), "1234", 22);
        let tries = run_kazasu(work.path(), &["tries", "--json"], "").json(0);
        assert_eq!(tries["authentication"]["blocked"], true, "{persona}: {tries}");
        assert_eq!(inserted.pull().verify_count(), 0, "{persona}");
    }
}

#[test]
fn without_a_daemon() {
    let _alone = no_daemon();
    let work = work();
    assert_eq!(authenticate(work.path(), "1234", 10)["error"], "no_pcsc");
    run_kazasu(work.path(), &["readers", "--json"], "").json(10);
}

#[test]
fn no_card() {
    let _daemon = Daemon::start();
    let work = work();
    assert_eq!(authenticate(work.path(), "1234", 11)["error"], "no_card");
    for (reader, code, error) in [
        (Reader::Second.name(), 11, "no_card"),
        ("No such reader", 10, "no_reader"),
        ("Virtual PCD 00", 10, "several_readers"),
    ] {
        let tries = run_kazasu(work.path(), &["tries", "--json", "--reader", reader], "").json(code);
        assert_eq!(tries["error"], error, "{reader}");
    }
}

#[test]
fn a_reader_held_by_another_program() {
    let daemon = Daemon::start();
    let work = work();
    let inserted = Inserted::new(&daemon, Reader::First, card("ichiro"), Slot::new());
    let context = Context::establish(Scope::User).unwrap();
    let other = context.connect(&Reader::First.c_name(), ShareMode::Exclusive, Protocols::ANY).unwrap();
    assert_eq!(authenticate(work.path(), "1234", 10)["error"], "reader_held");
    drop(other);
    authenticate(work.path(), "1234", 0);
    assert_eq!(inserted.pull().verify_count(), 1);
}

#[test]
fn two_readers_with_a_card() {
    let daemon = Daemon::start();
    let work = work();
    let first = Inserted::new(&daemon, Reader::First, card("ichiro"), Slot::new());
    let second = Inserted::new(&daemon, Reader::Second, card("hanako"), Slot::new());
    assert_eq!(authenticate(work.path(), "1234", 10)["error"], "several_cards");
    let arguments = ["read", "auth", "--out", "auth.der", "--reader", Reader::Second.name()];
    run_kazasu(work.path(), &arguments, "").succeeds();
    assert!(!second.pull().journal().is_empty());
    assert!(first.pull().journal().is_empty());
}
