//! Tries, floors, consents, changed secrets: what the user has to lose.

use std::fmt::Write as _;

use crate::common::{
    FLOWS, WRONG, assert_closed, card, completed, digest, failure, request, right_request, run, secret_of,
    secrets, session_on,
};
use kazasu_card::{
    Attempt, Authenticate, AuthenticationPin, Completed, Failure, Leaving, Options, ReadCertificate, Request,
    SecretKind, SigningPassword, Stage, Step, Tries,
};
use kazasu_sim::Secret;

#[test]
fn wrong_secret_costs_exactly_one_try() {
    for name in ["ichiro", "hanako"] {
        for flow in FLOWS.iter().filter(|flow| secret_of(flow).is_some()) {
            let mut card = card(name);
            let request = request(flow, &card, WRONG.0, WRONG.1);
            let outcome = run(&mut card, request, Options::default());
            let secret = secret_of(flow).unwrap();
            assert_eq!(outcome.tries.of(secret), Tries::Remaining(secret.max_tries() - 1));
            assert_eq!(card.tries_left(crate::common::sim_secret(secret)), secret.max_tries() - 1);
            assert_eq!(card.verify_count(), 1);
            assert_eq!(outcome.leaving, Leaving::Left);
            let Failure::WrongSecret { remaining, .. } = failure(outcome) else { panic!("{name}, {flow}") };
            assert_eq!(remaining, Some(secret.max_tries() - 1));
        }
    }
}

#[test]
fn blocked_in_every_spelling_and_no_verify_is_sent() {
    for name in ["blocked-63c0", "blocked-6983", "blocked-6984"] {
        for flow in FLOWS.iter().filter(|flow| secret_of(flow).is_some()) {
            let mut card = card(name);
            let request = right_request(flow, name, &card);
            let outcome = run(&mut card, request, Options::default());
            assert_eq!(outcome.tries.of(secret_of(flow).unwrap()), Tries::Blocked, "{name}, {flow}");
            assert!(matches!(failure(outcome), Failure::Blocked { .. }), "{name}, {flow}");
            assert_eq!(card.verify_count(), 0);
        }
        let mut card = card(name);
        let outcome = run(&mut card, Request::RemainingTries, Options::default());
        assert_eq!((outcome.tries.authentication, outcome.tries.signing), (Tries::Blocked, Tries::Blocked));
        completed(outcome);
    }
}

#[test]
fn the_last_try_takes_a_consent_of_its_own() {
    let mut card = card("last-try");
    let request = right_request("open-account", "last-try", &card);
    let outcome = run(&mut card, request, Options::default());
    assert!(matches!(
        failure(outcome),
        Failure::LastTry { remaining: 1, secret: SecretKind::SigningPassword }
    ));
    assert_eq!(card.verify_count(), 0);

    let (_, value) = secrets("last-try");
    let consent = Attempt::even_if_last_try(SigningPassword::new(&value).unwrap());
    let request = Request::ReadCertificate(ReadCertificate::Signing(consent));
    completed(run(&mut card, request, Options::default()));
    assert_eq!(card.tries_left(Secret::SigningPassword), 5);
}

#[test]
fn the_last_try_spent_wrongly_is_told_as_blocked() {
    let mut card = card("last-try");
    let consent = Attempt::even_if_last_try(SigningPassword::new(WRONG.1).unwrap());
    let outcome =
        run(&mut card, Request::ReadCertificate(ReadCertificate::Signing(consent)), Options::default());
    assert_eq!(outcome.tries.signing, Tries::Blocked);
    assert!(matches!(failure(outcome), Failure::Blocked { .. }));
}

#[test]
fn the_callers_floor_counts() {
    let mut card = card("ichiro");
    let request = right_request("authenticate", "ichiro", &card);
    let outcome = run(&mut card, request, Options { floor: 3, ..Options::default() });
    assert!(matches!(failure(outcome), Failure::LastTry { remaining: 3, .. }));
    assert_eq!(card.verify_count(), 0);
}

#[test]
fn tries_that_are_not_reported_are_not_zero_and_take_a_consent() {
    for name in ["tries-9000", "tries-6300"] {
        let mut card = card(name);
        let outcome = run(&mut card, Request::RemainingTries, Options::default());
        assert_eq!(outcome.tries.authentication, Tries::NotReported);
        let request = right_request("authenticate", name, &card);
        let outcome = run(&mut card, request, Options::default());
        assert!(matches!(failure(outcome), Failure::TriesNotReported { .. }));
        assert_eq!(card.verify_count(), 0);
        let (value, _) = secrets(name);
        let request = Request::Authenticate(Authenticate {
            challenge: digest(),
            pin: Attempt::even_if_last_try(AuthenticationPin::new(&value).unwrap()),
            known_certificate: None,
        });
        completed(run(&mut card, request, Options::default()));
    }
}

#[test]
fn a_changed_secret_is_in_force() {
    let mut card = card("ichiro");
    for flow in ["change-pin", "change-password"] {
        let request = right_request(flow, "ichiro", &card);
        assert!(matches!(
            completed(run(&mut card, request, Options::default())),
            Completed::SecretChanged(_)
        ));
    }
    let request = request("authenticate", &card, b"9753", b"NEWPASS99");
    completed(run(&mut card, request, Options::default()));
    let request = crate::common::request("read-sign", &card, b"9753", b"NEWPASS99");
    completed(run(&mut card, request, Options::default()));
    assert_closed(&card, "changed");
}

#[test]
fn debug_output_holds_no_secret() {
    let (mut session, mut card) =
        session_on(&card("ichiro"), request("open-account", &card("ichiro"), b"1234", b"SECRET77"), vec![]);
    let mut step = session.start().unwrap();
    let mut printed = format!("{session:?}");
    assert!(printed.contains("exchanging") && printed.contains("Selecting"), "{printed}");
    while let Step::Transmit(transmit) = step {
        write!(printed, "{transmit:?} {session:?}").unwrap();
        if let Stage::Verifying { .. } = transmit.stage() {
            assert!(transmit.command().windows(8).any(|window| window == b"SECRET77"));
        }
        step = session.handle_response(&card.transmit(transmit.command()).unwrap()).unwrap();
    }
    write!(printed, "{step:?}").unwrap();
    assert!(!printed.contains("SECRET77") && !printed.contains("83, 69, 67"), "{printed}");
}

#[test]
fn a_status_word_is_shown_and_read_as_its_four_digits() {
    let word = kazasu_card::StatusWord(0x63C4);
    assert_eq!(format!("{word} {word:?}"), "63C4 63C4");
    assert_eq!(serde_json::from_str::<kazasu_card::StatusWord>("\"63C4\"").unwrap(), word);
    for wrong in ["", "63C", "063C4", "+3C4", "63G4"] {
        assert!(serde_json::from_str::<kazasu_card::StatusWord>(&format!("\"{wrong}\"")).is_err(), "{wrong}");
    }
}
