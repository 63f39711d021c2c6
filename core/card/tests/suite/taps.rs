//! Lost cards, re-taps, cancelling, and driving a session wrongly.

use crate::common::{
    FLOWS, WRONG, assert_closed, card, completed, done, drive, failure, lose, password, pin, request,
    right_request, run, secrets, session_on,
};
use kazasu_card::{
    CardSession, Completed, Failure, Known, Leaving, Misuse, Options, ReadCertificate, Reconciliation,
    Request, SecretKind, Step,
};
use kazasu_sim::{Fault, FaultKind, FaultyCard, Secret, SimulatedCard};

#[test]
fn nothing_is_spent_before_verify_and_the_tap_is_resumed() {
    let fresh = card("ichiro");
    for at in 0..=2 {
        let (mut session, mut card) =
            session_on(&fresh, right_request("open-account", "ichiro", &fresh), lose(at));
        let first = session.start().unwrap();
        let Step::NeedTap(tap) = drive(&mut session, first, &mut card) else { panic!("lost at {at}") };
        assert_eq!(tap.known, Known::NothingSpent);
        assert_eq!(session.resume_with(pin(b"1234")).unwrap_err(), Misuse::ConsentNotNeeded);
        card.tap();
        let next = session.resume().unwrap();
        completed(done(drive(&mut session, next, &mut card)));
        assert_eq!(card.card().verify_count(), 1);
    }
}

#[test]
fn another_card_on_the_next_tap_gets_no_verify() {
    let (fresh, other) = (card("ichiro"), card("hanako"));
    let (mut session, card) = session_on(&fresh, right_request("open-account", "ichiro", &fresh), lose(2));
    let mut card = card.with_other_card(other);
    let first = session.start().unwrap();
    assert!(matches!(drive(&mut session, first, &mut card), Step::NeedTap(_)));
    card.tap();
    let next = session.resume().unwrap();
    let outcome = done(drive(&mut session, next, &mut card));
    assert!(matches!(failure(outcome), Failure::OtherCard));
    assert_eq!(card.card().verify_count(), 0);
}

#[test]
fn a_card_lost_while_its_certificate_is_read_is_known_by_the_beginning() {
    // A card that takes several READ; another one, then a phone, on the next tap.
    let fresh = card("hanako");
    for other in ["ichiro", "android-phone"] {
        let with_pin =
            Request::ReadCertificate(ReadCertificate::Authentication(Some(pin(&secrets("hanako").0))));
        for request in [right_request("authenticate", "hanako", &fresh), with_pin] {
            // SELECT, refused probe, SELECT EF, READ, READ.
            let (mut session, link) = session_on(&fresh, request, lose(4));
            let mut link = link.with_other_card(card(other));
            let first = session.start().unwrap();
            assert!(matches!(drive(&mut session, first, &mut link), Step::NeedTap(_)));
            link.tap();
            let next = session.resume().unwrap();
            let outcome = done(drive(&mut session, next, &mut link));
            assert!(matches!(failure(outcome), Failure::OtherCard), "{other}");
            assert_eq!(link.card().verify_count(), 0);
        }
    }
}

#[test]
fn a_card_without_the_known_certificate_gets_no_verify() {
    let (mine, mut presented) = (card("ichiro"), card("hanako"));
    let request = right_request("authenticate-known", "ichiro", &mine);
    let outcome = run(&mut presented, request, Options::default());
    assert!(matches!(failure(outcome), Failure::NotTheKnownCertificate));
    assert_eq!(presented.verify_count(), 0);
}

#[test]
fn a_named_card_that_does_not_show_itself_gets_no_verify_unless_it_is_a_phone() {
    let (mine, other) = (card("ichiro"), card("hanako"));
    for fault in [
        FaultKind::Status(0x6F00),
        FaultKind::Status(0x6A82),
        FaultKind::Answer(vec![0x90]),
        FaultKind::Garbage,
    ] {
        // Both ways of reading are spoilt on a card that knows short EF identifiers.
        let faults = (1..6).map(|at| Fault { at, kind: fault.clone() }).collect();
        let (mut session, mut presented) =
            session_on(&other, right_request("authenticate-known", "ichiro", &mine), faults);
        let first = session.start().unwrap();
        let outcome = done(drive(&mut session, first, &mut presented));
        failure(outcome);
        assert_eq!(presented.card().verify_count(), 0, "{fault:?}");
    }
    let mut phone = card("android-phone");
    let request = right_request("authenticate-known", "android-phone", &phone);
    completed(run(&mut phone, request, Options::default()));
}

#[test]
fn without_recognition_a_lost_card_ends_the_session() {
    let fresh = card("ichiro");
    let options = Options { recognise_card: false, ..Options::default() };
    let mut session = CardSession::new(right_request("open-account", "ichiro", &fresh), options);
    let mut card = FaultyCard::new(fresh, lose(1));
    let first = session.start().unwrap();
    let outcome = done(drive(&mut session, first, &mut card));
    assert!(matches!(failure(outcome), Failure::CardLost { known: Known::NothingSpent, .. }));
    assert_eq!(card.card().verify_count(), 0);
}

/// Loses the card at the VERIFY and reconciles on the next tap.
fn reconcile(fresh: &SimulatedCard, right: bool, fault: FaultKind) -> (Reconciliation, FaultyCard) {
    let (pin_value, password_value) =
        if right { secrets("ichiro") } else { (WRONG.0.to_vec(), WRONG.1.to_vec()) };
    let request = request("open-account", fresh, &pin_value, &password_value);
    // SELECT, recognise, query, VERIFY.
    let (mut session, mut card) = session_on(fresh, request, vec![Fault { at: 3, kind: fault }]);
    let first = session.start().unwrap();
    let Step::NeedTap(tap) = drive(&mut session, first, &mut card) else { panic!("lost at VERIFY") };
    assert_eq!(tap.known, Known::VerifyOutcomeUnknown);
    card.tap();
    let next = session.resume().unwrap();
    let outcome = done(drive(&mut session, next, &mut card));
    let Failure::Reconciled { finding, secret: SecretKind::SigningPassword } = failure(outcome) else {
        panic!()
    };
    (finding, card)
}

#[test]
fn an_unknown_verify_is_reconciled_by_the_counter() {
    let mut fresh = card("ichiro");
    let (finding, _) = reconcile(&fresh, true, FaultKind::LostAfter);
    assert_eq!(finding, Reconciliation::NothingSpent { remaining: 5 });
    let (finding, _) = reconcile(&fresh, false, FaultKind::LostAfter);
    assert_eq!(finding, Reconciliation::Counted { remaining: 4 });

    // One wrong entry first, so that a right one is told from one that did not arrive.
    let wrong = request("read-sign", &fresh, WRONG.0, WRONG.1);
    assert!(matches!(failure(run(&mut fresh, wrong, Options::default())), Failure::WrongSecret { .. }));
    let (finding, card) = reconcile(&fresh, true, FaultKind::LostAfter);
    assert_eq!(finding, Reconciliation::Right { remaining: 5 });
    assert_eq!(card.card().verify_count(), 2);
    let (finding, _) = reconcile(&fresh, true, FaultKind::LostBefore);
    assert_eq!(finding, Reconciliation::NotCounted { remaining: 4 });
}

#[test]
fn after_an_accepted_secret_the_next_tap_takes_a_new_consent() {
    let fresh = card("ichiro");
    // SELECT, recognise, query, VERIFY, READ, SIGN.
    for at in [4, 5] {
        let (mut session, mut card) =
            session_on(&fresh, right_request("open-account", "ichiro", &fresh), lose(at));
        let first = session.start().unwrap();
        let Step::NeedTap(tap) = drive(&mut session, first, &mut card) else { panic!("lost at {at}") };
        assert_eq!(tap.known, Known::SecretAccepted);
        assert_eq!(session.resume().unwrap_err(), Misuse::ConsentNeeded);
        assert_eq!(
            session.resume_with(pin(b"1234")).unwrap_err(),
            Misuse::WrongSecretKind(SecretKind::SigningPassword)
        );
        card.tap();
        let next = session.resume_with(password(&secrets("ichiro").1)).unwrap();
        completed(done(drive(&mut session, next, &mut card)));
        assert_eq!(card.card().verify_count(), 2);
        assert_closed(card.card(), "resumed");
    }
}

#[test]
fn signatures_before_a_lost_card_are_kept() {
    let fresh = card("ichiro");
    // SELECT, recognise, query, VERIFY, READ, SIGN, SIGN.
    let (mut session, mut card) = session_on(&fresh, right_request("sign-three", "ichiro", &fresh), lose(6));
    let first = session.start().unwrap();
    assert!(matches!(drive(&mut session, first, &mut card), Step::NeedTap(_)));
    card.tap();
    let signed_before = card.card().journal().iter().filter(|exchange| exchange.ins == 0x2A).count();
    let next = session.resume_with(password(&secrets("ichiro").1)).unwrap();
    let Completed::Signed(signed) = completed(done(drive(&mut session, next, &mut card))) else { panic!() };
    assert_eq!(signed.signatures.len(), 3);
    let signed_in_all = card.card().journal().iter().filter(|exchange| exchange.ins == 0x2A).count();
    assert_eq!((signed_before, signed_in_all), (1, 3));
}

#[test]
fn a_card_lost_while_leaving_does_not_undo_the_result() {
    let fresh = card("ichiro");
    // SELECT, recognise, query, VERIFY, READ, SIGN, leave.
    for fault in [FaultKind::LostBefore, FaultKind::Status(0x6A82), FaultKind::Answer(vec![])] {
        let fault = vec![Fault { at: 6, kind: fault }];
        let (mut session, mut card) =
            session_on(&fresh, right_request("open-account", "ichiro", &fresh), fault);
        let first = session.start().unwrap();
        let outcome = done(drive(&mut session, first, &mut card));
        assert!(matches!(outcome.leaving, Leaving::CardLost | Leaving::Left));
        completed(outcome);
    }
}

#[test]
fn cancelling_at_every_step_closes_the_card_and_spends_nothing() {
    let fresh = card("ichiro");
    for flow in FLOWS {
        for at in 0..20 {
            let mut card = fresh.clone();
            let mut session = CardSession::new(right_request(flow, "ichiro", &fresh), Options::default());
            let mut step = session.start().unwrap();
            let mut sent = 0;
            let outcome = loop {
                step = match step {
                    Step::Transmit(_) if sent == at => {
                        sent += 1;
                        session.cancel().unwrap()
                    }
                    Step::Transmit(transmit) => {
                        sent += usize::from(sent < at);
                        session.handle_response(&card.transmit(transmit.command())).unwrap()
                    }
                    Step::NeedTap(_) => panic!("not lost"),
                    Step::Done(outcome) => break outcome,
                }
            };
            assert_closed(&card, flow);
            for secret in Secret::ALL {
                assert_eq!(card.tries_left(secret), fresh.tries_left(secret));
            }
            assert!(matches!(outcome.result, Ok(_) | Err(Failure::Cancelled)), "{flow} at {at}: {outcome:?}");
            assert!(card.verify_count() <= 1);
        }
    }
}

#[test]
fn misuse_is_a_typed_error_and_changes_nothing() {
    let mut card = card("ichiro");
    let mut session = CardSession::new(Request::RemainingTries, Options::default());
    assert_eq!(session.handle_response(&[0x90, 0]).unwrap_err(), Misuse::NoCommandOutstanding);
    assert_eq!(session.card_lost().unwrap_err(), Misuse::NoCommandOutstanding);
    assert_eq!(session.resume().unwrap_err(), Misuse::NoTapAwaited);
    let mut step = session.start().unwrap();
    assert_eq!(session.start().unwrap_err(), Misuse::AlreadyStarted);
    assert_eq!(session.abandon().unwrap_err(), Misuse::NoTapAwaited);
    while let Step::Transmit(transmit) = step {
        step = session.handle_response(&card.transmit(transmit.command())).unwrap();
    }
    completed(done(step));
    assert_eq!(session.cancel().unwrap_err(), Misuse::Finished);
    assert_eq!(session.handle_response(&[0x90, 0]).unwrap_err(), Misuse::NoCommandOutstanding);
}

#[test]
fn cancelling_the_look_at_the_counter_leaves_the_outcome_unknown() {
    let fresh = card("ichiro");
    let (mut session, mut card) =
        session_on(&fresh, right_request("open-account", "ichiro", &fresh), lose(3));
    let first = session.start().unwrap();
    assert!(matches!(drive(&mut session, first, &mut card), Step::NeedTap(_)));
    card.tap();
    assert!(matches!(session.resume().unwrap(), Step::Transmit(_)));
    let step = session.cancel().unwrap();
    let outcome = done(drive(&mut session, step, &mut card));
    assert_eq!(outcome.tries.signing, kazasu_card::Tries::Unknown);
    assert!(matches!(failure(outcome), Failure::VerifyOutcomeUnknown { before: Some(5), .. }));
}

#[test]
fn a_lost_card_is_resumed_without_recognition_where_no_secret_is_at_stake() {
    let fresh = card("ichiro");
    let options = Options { recognise_card: false, ..Options::default() };
    for flow in ["tries", "info", "read-auth", "read-auth-ca", "read-sign-ca"] {
        let mut session = CardSession::new(right_request(flow, "ichiro", &fresh), options);
        let mut card = FaultyCard::new(fresh.clone(), lose(1));
        let first = session.start().unwrap();
        assert!(matches!(drive(&mut session, first, &mut card), Step::NeedTap(_)), "{flow}");
        card.tap();
        let next = session.resume().unwrap();
        completed(done(drive(&mut session, next, &mut card)));
    }
}

#[test]
fn another_card_while_looking_at_the_counter_leaves_the_outcome_unknown() {
    let fresh = card("ichiro");
    let (mut session, link) = session_on(&fresh, right_request("open-account", "ichiro", &fresh), lose(3));
    let mut link = link.with_other_card(card("hanako"));
    let first = session.start().unwrap();
    assert!(matches!(drive(&mut session, first, &mut link), Step::NeedTap(_)));
    link.tap();
    let next = session.resume().unwrap();
    let outcome = done(drive(&mut session, next, &mut link));
    assert_eq!(outcome.tries.signing, kazasu_card::Tries::Unknown);
    assert!(matches!(failure(outcome), Failure::VerifyOutcomeUnknown { before: Some(5), .. }));
}
