//! What a user or a developer would notice: refusals before the card, blocked cards, re-taps, phones, new secrets.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{
    FLOWS, WRONG, assert_closed, card, completed, digest, done, drive, failure, password, pin, request, right_request,
    run, secret_of, secrets, sign,
};
use kazasu_card::{
    Attempt, AuthenticationPin, Authenticate, CardSession, Completed, Failure, Known, Leaving, Misuse, Options,
    ReadCertificate, Reconciliation, Request, SecretKind, Sign, SigningPassword, Stage, Step, ToBeSigned, TokenKind, Tries,
};
use kazasu_cert::{Certificate, HashAlgorithm};
use kazasu_sim::{Fault, FaultKind, FaultyCard, Purpose, Secret, SimulatedCard};

fn session_on(card: &SimulatedCard, request: Request, faults: Vec<Fault>) -> (CardSession, FaultyCard) {
    (CardSession::new(request, Options::default()), FaultyCard::new(card.clone(), faults))
}

fn lose(at: usize) -> Vec<Fault> {
    vec![Fault { at, kind: FaultKind::LostBefore }]
}

#[test]
fn results_are_those_of_the_card() {
    for name in ["ichiro", "hanako", "filler-6282", "gets-61xx", "cold-6f00", "long-address"] {
        let mut card = card(name);
        card.power_off();
        card.power_on();
        for (flow, purpose) in [("read-auth", Purpose::Authentication), ("read-sign", Purpose::Signing)] {
            let request = right_request(flow, name, &card);
            let Completed::Certificate(read) = completed(run(&mut card, request, Options::default())) else {
                panic!("{name}, {flow}")
            };
            assert_eq!(Some(read.der.as_slice()), card.certificate(purpose), "{name}, {flow}");
        }
        let request = right_request("sign-three", name, &card);
        let outcome = run(&mut card, request, Options::default());
        let Completed::Signed(signed) = completed(outcome) else { panic!("{name}") };
        assert_eq!(signed.signatures.len(), 3);
        assert!(signed.signatures[1].cms.is_some());
        assert_eq!(signed.signatures[0].bytes, signed.signatures[2].bytes);
        assert_closed(&card, name);
    }
}

#[test]
fn all_three_hash_functions() {
    for hash in HashAlgorithm::ALL {
        let mut card = card("ichiro");
        let (_, value) = secrets("ichiro");
        let request = sign(vec![ToBeSigned::Digest(hash.digest(b"x"))], &value);
        let Completed::Signed(signed) = completed(run(&mut card, request, Options::default())) else { panic!() };
        assert_eq!(signed.signatures[0].digest.algorithm(), hash);
    }
}

#[test]
fn wrong_secret_costs_exactly_one_try() {
    for name in ["ichiro", "hanako"] {
        for flow in FLOWS.iter().filter(|flow| secret_of(flow).is_some()) {
            let mut card = card(name);
            let request = request(flow, &card, WRONG.0, WRONG.1);
            let outcome = run(&mut card, request, Options::default());
            let secret = secret_of(flow).unwrap();
            assert_eq!(outcome.tries.of(secret), Tries::Remaining(secret.max_tries() - 1));
            assert_eq!(card.tries_left(common::sim_secret(secret)), secret.max_tries() - 1);
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
    assert!(matches!(failure(outcome), Failure::LastTry { remaining: 1, secret: SecretKind::SigningPassword }));
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
    let outcome = run(&mut card, Request::ReadCertificate(ReadCertificate::Signing(consent)), Options::default());
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
fn nothing_is_spent_before_verify_and_the_tap_is_resumed() {
    let fresh = card("ichiro");
    for at in 0..=2 {
        let (mut session, mut card) = session_on(&fresh, right_request("open-account", "ichiro", &fresh), lose(at));
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
fn a_card_without_the_known_certificate_gets_no_verify() {
    let (mine, mut presented) = (card("ichiro"), card("hanako"));
    let request = right_request("authenticate-known", "ichiro", &mine);
    let outcome = run(&mut presented, request, Options::default());
    assert!(matches!(failure(outcome), Failure::NotTheKnownCertificate));
    assert_eq!(presented.verify_count(), 0);
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
    let (pin_value, password_value) = if right { secrets("ichiro") } else { (WRONG.0.to_vec(), WRONG.1.to_vec()) };
    let request = request("open-account", fresh, &pin_value, &password_value);
    // SELECT, recognise, query, VERIFY.
    let (mut session, mut card) = session_on(fresh, request, vec![Fault { at: 3, kind: fault }]);
    let first = session.start().unwrap();
    let Step::NeedTap(tap) = drive(&mut session, first, &mut card) else { panic!("lost at VERIFY") };
    assert_eq!(tap.known, Known::VerifyOutcomeUnknown);
    card.tap();
    let next = session.resume().unwrap();
    let outcome = done(drive(&mut session, next, &mut card));
    let Failure::Reconciled { finding, secret: SecretKind::SigningPassword } = failure(outcome) else { panic!() };
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
        let (mut session, mut card) = session_on(&fresh, right_request("open-account", "ichiro", &fresh), lose(at));
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
fn a_card_that_wants_a_consent_per_signature_gives_what_it_signed() {
    let mut card = card("consent-per-signature");
    let request = right_request("sign-three", "consent-per-signature", &card);
    let outcome = run(&mut card, request, Options::default());
    let Failure::SecretNeededAgain { signatures } = failure(outcome) else { panic!() };
    assert_eq!(signatures.len(), 1);
    assert_eq!(card.verify_count(), 1);
    assert_closed(&card, "consent per signature");
}

#[test]
fn a_card_lost_while_leaving_does_not_undo_the_result() {
    let fresh = card("ichiro");
    // SELECT, recognise, query, VERIFY, READ, SIGN, leave.
    for fault in [FaultKind::LostBefore, FaultKind::Status(0x6A82), FaultKind::Answer(vec![])] {
        let fault = vec![Fault { at: 6, kind: fault }];
        let (mut session, mut card) = session_on(&fresh, right_request("open-account", "ichiro", &fresh), fault);
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
                assert_eq!(card.tries_left(secret), SecretKindOf(secret).max());
            }
            assert!(matches!(outcome.result, Ok(_) | Err(Failure::Cancelled)), "{flow} at {at}: {outcome:?}");
            assert!(card.verify_count() <= 1);
        }
    }
}

struct SecretKindOf(Secret);

impl SecretKindOf {
    const fn max(&self) -> u8 {
        match self.0 {
            Secret::AuthenticationPin => 3,
            Secret::SigningPassword => 5,
        }
    }
}

#[test]
fn a_phone_wants_its_pin_before_its_certificate() {
    let mut phone = card("android-phone");
    let request = right_request("read-auth", "android-phone", &phone);
    let outcome = run(&mut phone, request, Options::default());
    assert_eq!(outcome.leaving, Leaving::NotNeeded);
    let Failure::PinNeeded { label } = failure(outcome) else { panic!() };
    assert_eq!(label.as_deref(), Some("JPKIAPGPSETOKEN"));
    assert_eq!(phone.verify_count(), 0);

    let (value, _) = secrets("android-phone");
    let request = Request::ReadCertificate(ReadCertificate::Authentication(Some(pin(&value))));
    let Completed::Certificate(read) = completed(run(&mut phone, request, Options::default())) else { panic!() };
    assert_eq!(Some(read.der.as_slice()), phone.certificate(Purpose::Authentication));

    phone.clear_journal();
    let request = right_request("authenticate", "android-phone", &phone);
    let outcome = run(&mut phone, request, Options::default());
    // One exchange more than a card: the refused READ. The phone has no text application to leave to.
    assert_eq!(outcome.leaving, Leaving::Left);
    completed(outcome);
    assert_closed(&phone, "phone");
}

#[test]
fn a_pin_that_a_card_does_not_need_is_not_sent() {
    let mut card = card("ichiro");
    let request = Request::ReadCertificate(ReadCertificate::Authentication(Some(pin(WRONG.0))));
    completed(run(&mut card, request, Options::default()));
    assert_eq!(card.verify_count(), 0);
}

#[test]
fn token_kinds_and_availability() {
    let info = |name| match completed(run(&mut card(name), Request::CardInfo, Options::default())) {
        Completed::CardInfo(info) => info,
        other => panic!("{other:?}"),
    };
    assert_eq!(info("ichiro").kind, TokenKind::MyNumberCard);
    assert_eq!(info("old-juki").kind, TokenKind::JukiCard);
    assert_eq!(info("android-phone").kind, TokenKind::AndroidPhone);
    assert_eq!(info("iphone").kind, TokenKind::IPhone);
    let availability = info("ichiro").availability.unwrap();
    assert!(availability.signing && availability.authentication);
    let availability = info("minor").availability.unwrap();
    assert!(!availability.signing && availability.authentication);
}

#[test]
fn a_certificate_that_is_not_issued() {
    let mut minor = card("minor");
    let request = right_request("read-sign", "minor", &minor);
    let outcome = run(&mut minor, request, Options::default());
    assert!(matches!(failure(outcome), Failure::NotIssued { .. } | Failure::Blocked { .. }));
    let request = right_request("read-auth", "minor", &minor);
    completed(run(&mut minor, request, Options::default()));
}

#[test]
fn another_kind_of_card() {
    for answer in [0x6A82u16, 0x6D00, 0x6E00] {
        let mut session = CardSession::new(Request::RemainingTries, Options::default());
        drop(session.start().unwrap());
        let outcome = done(session.handle_response(&answer.to_be_bytes()).unwrap());
        assert!(matches!(failure(outcome), Failure::NotJpki { .. }));
    }
}

#[test]
fn a_changed_secret_is_in_force() {
    let mut card = card("ichiro");
    for flow in ["change-pin", "change-password"] {
        let request = right_request(flow, "ichiro", &card);
        assert!(matches!(completed(run(&mut card, request, Options::default())), Completed::SecretChanged(_)));
    }
    let request = request("authenticate", &card, b"9753", b"NEWPASS99");
    completed(run(&mut card, request, Options::default()));
    let request = common::request("read-sign", &card, b"9753", b"NEWPASS99");
    completed(run(&mut card, request, Options::default()));
    assert_closed(&card, "changed");
}

#[test]
fn a_known_signing_certificate_is_not_read_again() {
    let mut card = card("ichiro");
    let known = Certificate::from_der(card.certificate(Purpose::Signing).unwrap()).unwrap();
    card.clear_journal();
    let request = Request::Sign(Sign {
        documents: vec![ToBeSigned::Digest(digest())],
        password: password(&secrets("ichiro").1),
        known_certificate: Some(known),
    });
    completed(run(&mut card, request, Options { recognise_card: false, ..Options::default() }));
    assert!(card.journal().iter().all(|exchange| exchange.ins != 0xB0));
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
fn nothing_to_sign_is_told_before_the_card_is_touched() {
    let mut session = CardSession::new(sign(Vec::new(), b"ABC123"), Options::default());
    let outcome = done(session.start().unwrap());
    assert_eq!(outcome.exchanges, 0);
    assert!(matches!(failure(outcome), Failure::NothingToSign));
}

#[test]
fn debug_output_holds_no_secret() {
    let (mut session, mut card) = session_on(&card("ichiro"), request("open-account", &card("ichiro"), b"1234", b"SECRET77"), vec![]);
    let mut step = session.start().unwrap();
    let mut printed = format!("{session:?}");
    while let Step::Transmit(transmit) = step {
        printed += &format!("{transmit:?} {session:?}");
        if let Stage::Verifying { .. } = transmit.stage() {
            assert!(transmit.command().windows(8).any(|window| window == b"SECRET77"));
        }
        step = session.handle_response(&card.transmit(transmit.command()).unwrap()).unwrap();
    }
    printed += &format!("{step:?}");
    assert!(!printed.contains("SECRET77") && !printed.contains("83, 69, 67"), "{printed}");
}
