//! How a card shows which one it is, where that goes wrong halfway.

use kazasu_card::{
    Authenticate, CardSession, Completed, Failure, Known, Leaving, Options, Outcome, Request, Step,
};
use kazasu_cert::Certificate;
use kazasu_sim::{Fault, FaultKind, FaultyCard, Purpose};

use crate::common::{
    card, completed, digest, done, drive, failure, lose, pin, right_request, run, secrets, session_on,
};

/// The first tap of a flow on `ichiro`, up to its end or to the wait for the next tap.
fn first_tap(flow: &str, faults: Vec<Fault>) -> (CardSession, FaultyCard, Step) {
    let fresh = card("ichiro");
    let (mut session, mut card) = session_on(&fresh, right_request(flow, "ichiro", &fresh), faults);
    let first = session.start().unwrap();
    let step = drive(&mut session, first, &mut card);
    (session, card, step)
}

const fn fault(at: usize, kind: FaultKind) -> Fault {
    Fault { at, kind }
}

#[test]
fn an_empty_fingerprint_is_read_again_in_the_classic_way() {
    // SELECT, empty READ, SELECT EF, READ, SELECT EF, query, VERIFY.
    let faults = vec![fault(1, FaultKind::ShortData(0)), fault(6, FaultKind::LostAfter)];
    let (_, card, step) = first_tap("open-account", faults);
    let Step::NeedTap(tap) = step else { panic!("not recognised: {step:?}") };
    assert_eq!((tap.known, card.card().verify_count()), (Known::VerifyOutcomeUnknown, 1));
}

#[test]
fn a_fingerprint_that_ends_before_the_serial_number_recognises_nothing() {
    for (len, recognised) in [(63, false), (64, true)] {
        // SELECT, READ, READ of the rest.
        let faults = vec![fault(1, FaultKind::ShortData(len)), fault(2, FaultKind::LostBefore)];
        let (_, _, step) = first_tap("authenticate", faults);
        assert_eq!(matches!(step, Step::NeedTap(_)), recognised, "{len}: {step:?}");
    }
}

#[test]
fn a_garbled_fingerprint_keeps_nobody_from_signing_but_is_none() {
    let garbled = || fault(1, FaultKind::Garbage);
    let (_, _, step) = first_tap("open-account", vec![garbled()]);
    assert!(matches!(completed(done(step)), Completed::Signed(_)));
    // SELECT, garbled READ, query: lost, so that the next tap would have to be recognised.
    let (_, _, step) = first_tap("open-account", vec![garbled(), fault(2, FaultKind::LostBefore)]);
    assert!(done(step).result.is_err());
}

#[test]
fn a_phone_that_refuses_its_certificate_is_not_asked_twice() {
    let mut phone = card("android-phone");
    let request = right_request("authenticate-known", "android-phone", &phone);
    let outcome = run(&mut phone, request, Options::default());
    let reads = phone.journal().iter().filter(|exchange| exchange.ins == 0xB0).count();
    assert_eq!(reads, 1);
    completed(outcome);
}

#[test]
fn what_a_lost_card_leaves_to_be_closed() {
    let given_up = |at| -> Outcome {
        let (mut session, _, step) = first_tap("open-account", lose(at));
        assert!(matches!(step, Step::NeedTap(_)), "{at}: {step:?}");
        session.abandon().unwrap()
    };
    for at in 0..=2 {
        assert_eq!(given_up(at).leaving, Leaving::NotNeeded, "no VERIFY was sent: {at}");
    }
    for at in 3..=5 {
        assert_eq!(given_up(at).leaving, Leaving::CardLost, "lost with the power: {at}");
    }
}

/// A phone shows its certificate after the PIN only: the caller's certificate keeps no VERIFY from another phone.
#[test]
fn a_known_certificate_recognises_cards_and_not_phones() {
    // All test cards have the same authentication key; the signing certificate is one with another key.
    let known = Certificate::from_der(card("ichiro").certificate(Purpose::Signing).unwrap()).unwrap();
    for (presented, verifies) in [("hanako", 0), ("android-phone", 1)] {
        let mut other = card(presented);
        let outcome = run(
            &mut other,
            Request::Authenticate(Authenticate {
                challenge: digest(),
                pin: pin(&secrets(presented).0),
                known_certificate: Some(known.clone()),
            }),
            Options::default(),
        );
        assert_eq!(other.verify_count(), verifies, "{presented}");
        let told = failure(outcome);
        let expected = match verifies {
            0 => matches!(told, Failure::NotTheKnownCertificate),
            _ => matches!(told, Failure::SignatureMismatch),
        };
        assert!(expected, "{presented}: {told:?}");
    }
}
