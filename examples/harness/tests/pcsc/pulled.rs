//! The card is pulled out, at each exchange and in both ways in which pcscd tells it.

use std::fs;

use kazasu_sim::{
    Persona, Secret,
    vpcd::{Pull, Slot},
};

use crate::{
    card::{Inserted, card},
    daemon::{Daemon, Reader},
    process::run_kazasu,
};

const ARGUMENTS: &[&str] = &["open-account", "--in", "document", "--out", "account", "--pin-stdin", "--json"];

#[test]
fn at_every_exchange_of_a_card_that_can_do_everything() {
    pulled("ichiro", |_| true);
}

#[test]
fn at_some_exchanges_of_an_older_card() {
    pulled("hanako", |at| at % 4 == 1);
}

fn pulled(persona: &str, is_tried: fn(usize) -> bool) {
    let daemon = Daemon::start();
    let directory = tempfile::tempdir().unwrap();
    let work = directory.path();
    let account = work.join("account");
    fs::write(work.join("document"), b"document").unwrap();
    let password = Persona::named(persona).unwrap().secrets.signing_password.value;
    let password = std::str::from_utf8(password.as_bytes()).unwrap();

    let inserted = Inserted::new(&daemon, Reader::First, card(persona), Slot::new());
    run_kazasu(work, ARGUMENTS, password).json(0);
    let undisturbed = inserted.pull().journal().to_vec();
    assert!(undisturbed.len() >= 6, "{undisturbed:?}");

    for how in [Pull::Close, Pull::Reset] {
        for (at, exchange) in undisturbed.iter().enumerate().filter(|(at, _)| is_tried(*at)) {
            fs::remove_dir_all(&account).ok();
            let inserted = Inserted::new(&daemon, Reader::First, card(persona), Slot::pulled_after(at, how));
            let finished = run_kazasu(work, ARGUMENTS, password);
            let card = inserted.pull();
            let what = format!("{persona}, {how:?} at {at}: {exchange:02X?}");

            let closing = at + 1 == undisturbed.len();
            let expected = match exchange {
                _ if closing => 0,
                exchange if exchange.is_verify() => 31,
                _ => 30,
            };
            assert_eq!(finished.code, Some(expected), "{what}: {finished:?}");
            finished.json(expected);
            assert_eq!(account.exists(), expected == 0, "{what}");
            assert!(card.verify_count() <= 1, "{what}");
            assert_eq!(card.tries_left(Secret::SigningPassword), 5, "{what}");
            assert_eq!(card.journal(), &undisturbed[..=at], "{what}");
        }
    }
}
