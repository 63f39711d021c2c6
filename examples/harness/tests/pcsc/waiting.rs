//! With `--wait`: the card comes later, comes back, or is another one.

use std::{fs, time::Duration};

use kazasu_sim::{
    Secret, SimulatedCard,
    vpcd::{Pull, Slot},
};
use rustix::process::Signal;
use tempfile::TempDir;

use crate::{
    card::{Inserted, card},
    daemon::{Daemon, Reader},
    process::{Finished, Process, kazasu},
};

const ARGUMENTS: &[&str] =
    &["sign", "--in", "document", "--out", "signature", "--pin-stdin", "--json", "--wait", "30"];

/// `kazasu` at work, and its directory.
fn start() -> (TempDir, Process) {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("document"), b"document").unwrap();
    let process = Process::start(&mut kazasu(directory.path(), ARGUMENTS), "KAZASU2026\n");
    (directory, process)
}

#[test]
fn the_card_comes_later() {
    let daemon = Daemon::start();
    let (_directory, process) = start();
    std::thread::sleep(Duration::from_secs(1));
    let inserted = Inserted::new(&daemon, Reader::First, card("ichiro"), Slot::new());
    process.finish().json(0);
    assert_eq!(inserted.pull().verify_count(), 1);
}

#[test]
fn the_card_comes_back() {
    let (finished, card) = second_card(|first| first);
    finished.json(0);
    assert_eq!(card.verify_count(), 1);
    assert_eq!(card.tries_left(Secret::SigningPassword), 5);
}

#[test]
fn another_card_gets_no_password() {
    let (finished, card) = second_card(|_| card("hanako"));
    assert_eq!(finished.json(30)["error"], "other_card");
    assert_eq!(card.verify_count(), 0);
    assert_eq!(card.tries_left(Secret::SigningPassword), 5);
}

/// Pulls the card before any VERIFY and puts in what `choose` makes of it; gives that card back as well.
fn second_card(choose: fn(SimulatedCard) -> SimulatedCard) -> (Finished, SimulatedCard) {
    let daemon = Daemon::start();
    let inserted = Inserted::new(&daemon, Reader::First, card("ichiro"), Slot::pulled_after(2, Pull::Reset));
    let (_directory, process) = start();
    let first = inserted.torn_out();
    assert_eq!(first.verify_count(), 0);
    let inserted = Inserted::new(&daemon, Reader::First, choose(first), Slot::new());
    let finished = process.finish();
    (finished, inserted.pull())
}

#[test]
fn an_interrupt_ends_the_wait() {
    let _daemon = Daemon::start();
    let (directory, mut process) = start();
    std::thread::sleep(Duration::from_secs(1));
    process.signal(Signal::TERM);
    process.finish().json(130);
    assert!(!directory.path().join("signature").exists());
}
