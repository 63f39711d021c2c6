//! Every flow against every fault at every exchange, on a card with all features and on one with none, with right and
//! wrong secrets: at most one VERIFY per consent, never a panic, nothing left unlocked, and the card's counter equals what
//! the outcome says, or the outcome says that it is unknown.

use std::collections::BTreeSet;

use crate::common::{
    FLOWS, WRONG, assert_closed, card, drive, failure, request, secret_of, secrets, sim_secret,
};
use kazasu_card::{
    Attempt, AuthenticationPin, CardSession, Failure, Known, Leaving, Options, Outcome, SecretKind,
    SigningPassword, Step, Tries,
};
use kazasu_sim::{Fault, FaultKind, FaultyCard, SimulatedCard};

/// The faults, and whether the card lies about its counters in them: then the counter cannot be compared.
fn faults() -> Vec<(FaultKind, bool)> {
    use FaultKind as F;
    let honest = [
        F::LostBefore,
        F::LostAfter,
        F::RefusedByTransport,
        F::Answer(vec![]),
        F::Answer(vec![0x90]),
        F::AnswerAfter(vec![]),
        F::AnswerAfter(vec![0x63]),
        F::Truncate(1),
        F::ShortData(3),
        F::Append(vec![0xAA; 3]),
        F::Append(vec![0xAA; 70_000]),
        F::FlipBit(0),
        F::FlipBit(70),
        F::FlipBit(1203),
        F::Garbage,
    ];
    // Words of docs/card-facts.md §6. Where the card did act, only words that leave its outcome open are no lie.
    let status = [
        0x6100, 0x6110, 0x6200, 0x6281, 0x6282, 0x6283, 0x6284, 0x6381, 0x6400, 0x6581, 0x66F1, 0x6700,
        0x6881, 0x6882, 0x6981, 0x6982, 0x6985, 0x6986, 0x6987, 0x69FC, 0x6A80, 0x6A81, 0x6A82, 0x6A84,
        0x6A86, 0x6A87, 0x6A88, 0x6B00, 0x6C00, 0x6C10, 0x6D00, 0x6E00, 0x6F00, 0x9100, 0x0000, 0xFFFF,
    ];
    let lies = [0x9000, 0x6300, 0x63C0, 0x63C1, 0x63CF, 0x6983, 0x6984];
    honest
        .into_iter()
        .chain(status.into_iter().flat_map(|sw| [F::Status(sw), F::StatusAfter(sw)]))
        .map(|fault| (fault, false))
        .chain(lies.into_iter().flat_map(|sw| [(F::Status(sw), true), (F::StatusAfter(sw), true)]))
        .collect()
}

/// What is done when the card is lost.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OnLost {
    /// Tap again, with a new consent if one is needed.
    Resume,
    Abandon,
}

struct Case<'a> {
    persona: &'a str,
    flow: &'a str,
    right: bool,
    at: usize,
    fault: FaultKind,
    lies: bool,
    on_lost: OnLost,
}

impl Case<'_> {
    fn what(&self) -> String {
        let Self { persona, flow, right, at, fault, .. } = self;
        format!("{persona}, {flow}, right secret {right}, {:.60} at {at}", format!("{fault:?}"))
    }

    /// Runs the case and returns the class of its outcome.
    fn check(&self, fresh: &SimulatedCard) -> String {
        let what = self.what();
        let (pin, password) =
            if self.right { secrets(self.persona) } else { (WRONG.0.to_vec(), WRONG.1.to_vec()) };
        let mut session = CardSession::new(request(self.flow, fresh, &pin, &password), Options::default());
        let mut card = FaultyCard::new(fresh.clone(), vec![Fault { at: self.at, kind: self.fault.clone() }]);
        let mut consents = usize::from(secret_of(self.flow).is_some());
        let first = session.start().unwrap();
        let mut step = drive(&mut session, first, &mut card);
        let outcome = loop {
            match step {
                Step::NeedTap(tap) => {
                    // Nothing is kept by a card without power.
                    assert_closed(card.card(), &what);
                    if self.on_lost == OnLost::Abandon {
                        break session.abandon().unwrap();
                    }
                    card.tap();
                    let next = if tap.known == Known::SecretAccepted {
                        consents += 1;
                        match secret_of(self.flow).unwrap() {
                            SecretKind::AuthenticationPin => {
                                session.resume_with(Attempt::new(AuthenticationPin::new(&pin).unwrap()))
                            }
                            SecretKind::SigningPassword => {
                                session.resume_with(Attempt::new(SigningPassword::new(&password).unwrap()))
                            }
                        }
                    } else {
                        session.resume()
                    };
                    step = drive(&mut session, next.unwrap(), &mut card);
                }
                Step::Done(outcome) => break outcome,
                Step::Transmit(_) => panic!("{what}: driven to the end"),
            }
        };
        assert!(card.card().verify_count() <= consents, "{what}: {} VERIFY", card.card().verify_count());
        self.check_closed(&outcome, &mut card);
        if !self.lies {
            self.check_counters(&outcome, card.card());
        }
        class(&outcome)
    }

    fn check_closed(&self, outcome: &Outcome, card: &mut FaultyCard) {
        let what = self.what();
        match outcome.leaving {
            // A card that lies may say 9000 to the leaving and stay.
            _ if self.lies => {}
            Leaving::NotNeeded | Leaving::Left | Leaving::CardLost => assert_closed(card.card(), &what),
            Leaving::Refused(_) => {}
        }
        card.leave();
        assert_closed(card.card(), &what);
    }

    fn check_counters(&self, outcome: &Outcome, card: &SimulatedCard) {
        for secret in [SecretKind::AuthenticationPin, SecretKind::SigningPassword] {
            let left = card.tries_left(sim_secret(secret));
            match outcome.tries.of(secret) {
                Tries::Remaining(said) => assert_eq!(said, left, "{}: {secret:?}, {outcome:?}", self.what()),
                Tries::Blocked => assert_eq!(left, 0, "{}: {secret:?}, {outcome:?}", self.what()),
                Tries::NotAsked => {
                    assert_eq!(left, secret.max_tries(), "{}: {secret:?}, {outcome:?}", self.what());
                }
                Tries::NotReported | Tries::Unknown => {}
            }
        }
        if let Err(Failure::WrongSecret { secret, remaining: Some(said) }) = &outcome.result {
            assert_eq!(*said, card.tries_left(sim_secret(*secret)), "{}", self.what());
        }
        if self.right && secret_of(self.flow).is_some() {
            for secret in [SecretKind::AuthenticationPin, SecretKind::SigningPassword] {
                assert_eq!(
                    card.tries_left(sim_secret(secret)),
                    secret.max_tries(),
                    "{}: a try was spent",
                    self.what()
                );
            }
        }
    }
}

/// The name of the variant.
fn class(outcome: &Outcome) -> String {
    let text = match &outcome.result {
        Ok(_) => return "Completed".to_owned(),
        Err(failure) => format!("{failure:?}"),
    };
    text.split([' ', '(', '{']).next().unwrap_or_default().to_owned()
}

fn run_all(persona: &str, right: bool, on_lost: OnLost) -> BTreeSet<String> {
    let fresh = card(persona);
    let (pin, password) = if right { secrets(persona) } else { (WRONG.0.to_vec(), WRONG.1.to_vec()) };
    let mut classes = BTreeSet::new();
    let flows = FLOWS.iter().filter(|flow| right || secret_of(flow).is_some());
    for flow in flows {
        let mut clean = fresh.clone();
        clean.clear_journal();
        drop(crate::common::run(&mut clean, request(flow, &fresh, &pin, &password), Options::default()));
        for at in 0..clean.journal().len() {
            for (fault, lies) in faults() {
                let lost = matches!(fault, FaultKind::LostBefore | FaultKind::LostAfter);
                if on_lost == OnLost::Resume || lost {
                    let case = Case { persona, flow, right, at, fault, lies, on_lost };
                    classes.insert(case.check(&fresh));
                }
            }
        }
    }
    classes
}

fn assert_reached(classes: &BTreeSet<String>, expected: &[&str]) {
    for class in expected {
        assert!(classes.contains(*class), "no case ended in {class}: {classes:?}");
    }
}

#[test]
fn right_secret_on_a_capable_card() {
    let classes = run_all("ichiro", true, OnLost::Resume);
    assert_reached(
        &classes,
        &[
            "Completed",
            "NotJpki",
            "NotIssued",
            "Blocked",
            "VerifyOutcomeUnknown",
            "ChangeOutcomeUnknown",
            "Reconciled",
            "UnexpectedStatus",
            "NoStatusWord",
            "AnswerTooLong",
            "SignatureMismatch",
            "NotTheKnownCertificate",
            "SecretNeededAgain",
            "ChannelRefused",
            "LastTry",
        ],
    );
}

#[test]
fn right_secret_on_a_classic_card() {
    let classes = run_all("hanako", true, OnLost::Resume);
    assert_reached(&classes, &["Completed", "Reconciled", "CertificateIncomplete", "TriesNotReported"]);
}

#[test]
fn wrong_secret() {
    for persona in ["ichiro", "hanako"] {
        let classes = run_all(persona, false, OnLost::Resume);
        assert_reached(&classes, &["WrongSecret", "Reconciled", "VerifyOutcomeUnknown"]);
    }
}

#[test]
fn a_lost_card_given_up() {
    for (persona, right) in [("ichiro", true), ("hanako", true), ("ichiro", false)] {
        let classes = run_all(persona, right, OnLost::Abandon);
        assert_reached(&classes, &["CardLost", "VerifyOutcomeUnknown"]);
    }
}

#[test]
fn a_phone_shows_its_certificate_after_the_pin() {
    let classes = run_all("android-phone", true, OnLost::Resume);
    assert_reached(&classes, &["Completed", "CardLost", "PinNeeded", "VerifyOutcomeUnknown"]);
}

#[test]
fn the_counter_is_compared() {
    // The table's own check can fail: a report that differs from the card by one is noticed.
    let fresh = card("ichiro");
    let case = Case {
        persona: "ichiro",
        flow: "tries",
        right: true,
        at: 1,
        fault: FaultKind::Status(0x63C2),
        lies: false,
        on_lost: OnLost::Resume,
    };
    let noticed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| case.check(&fresh)));
    assert!(noticed.is_err());
    let outcome = crate::common::run(
        &mut fresh.clone(),
        request("authenticate", &fresh, WRONG.0, WRONG.1),
        Options::default(),
    );
    assert!(matches!(failure(outcome), Failure::WrongSecret { remaining: Some(2), .. }));
}
