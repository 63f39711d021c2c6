//! Card and secret errors, had from a persona and a fault, from an input, or from a misused session; what they cost is
//! compared with the card's own counters.

use kazasu_card::{
    Attempt, Authenticate, AuthenticationPin, CardSession, ChangeSecret, Failure, Known, Misuse, Options,
    ReadCertificate, Request, Sign, SigningPassword, Step, ToBeSigned,
};
use kazasu_cert::{Certificate, HashAlgorithm};
use kazasu_sim::{Fault, FaultKind, FaultyCard, LinkError, Persona, Purpose, Secret, SimulatedCard};

use crate::{Entry, Reach, catalogue};

#[test]
fn each_is_reached_and_costs_what_it_says() {
    let mut reached = 0;
    for entry in catalogue() {
        if let Some(code) = reach(&entry) {
            assert_eq!(code, entry.code, "{entry:?}");
            reached += 1;
        }
    }
    assert!(reached > 25, "{reached}");
}

/// Whatever happens in the first tap, and in the second after a VERIFY of unknown outcome: a code that says what it costs
/// says the truth.
#[test]
fn what_an_error_costs_is_true() {
    let persona = Persona::named("ichiro").unwrap();
    let card = SimulatedCard::new(&persona).unwrap();
    let entries = catalogue();
    let (mut cases, mut untrue) = (0, std::collections::BTreeMap::new());
    for (wrong, first_at, first, second_at, second) in cases_of_two_taps() {
        let fault = |at, kind: &str| fault(kind).map(|kind| Fault { at, kind }).into_iter().collect();
        let link =
            FaultyCard::new(card.clone(), fault(first_at, first)).with_next_tap(fault(second_at, second));
        let mut session = CardSession::new(request("sign", &persona, wrong), Options::default());
        let (failure, link) = drive(&mut session, link, None, |link| {
            link.tap();
            true
        });
        let Some(failure) = failure else { continue };
        let entry = entries.iter().find(|entry| entry.code == failure.code()).unwrap();
        let spent = tries(&card) - tries(link.card());
        let what = format!("{failure:?}, wrong {wrong}: {first} at {first_at}, {second} at {second_at}");
        if !entry.costs(spent) {
            untrue.entry(failure.code()).or_insert(format!("{what}: {spent} spent"));
        }
        cases += 1;
    }
    assert!(cases > 1000, "{cases}");
    assert!(untrue.is_empty(), "{untrue:#?}");
}

fn cases_of_two_taps() -> impl Iterator<Item = (bool, usize, &'static str, usize, &'static str)> {
    let kinds = [
        "lost before",
        "lost after",
        "refused",
        "answer",
        "answer 90",
        "append AAAAAA",
        "status 6581",
        "status 6982",
        "status 6F00",
        "status 6A82",
        "flip bit 3",
    ];
    let faults =
        move |exchanges| (0..exchanges).flat_map(move |at| kinds.into_iter().map(move |kind| (at, kind)));
    [false, true].into_iter().flat_map(move |wrong| {
        faults(7).flat_map(move |(at, kind)| {
            faults(4).map(move |(second_at, second)| (wrong, at, kind, second_at, second))
        })
    })
}

impl Entry {
    /// Whether it says that so many tries are spent, or leaves it open.
    fn costs(&self, spent: u8) -> bool {
        match self.tries_affected.as_str() {
            "none" => spent == 0,
            "one" => spent == 1,
            _ => spent <= 1,
        }
    }
}

/// A defect is not to be had; it has its code all the same.
#[test]
fn a_defect_has_its_code() {
    let too_long = kazasu_card::CommandApdu::short([0; 4], Some(&[0; 256]), None).unwrap_err();
    let bug = Failure::Command(too_long).code();
    let of_defects = catalogue().into_iter().filter(|entry| entry.reach.defect.is_some());
    assert_eq!(of_defects.map(|entry| entry.code).collect::<Vec<_>>(), [bug]);
}

fn reach(entry: &Entry) -> Option<&'static str> {
    let how = &entry.reach;
    if let Some(pin) = &how.pin {
        return Some(AuthenticationPin::new(pin.as_bytes()).unwrap_err().code());
    }
    if let Some(password) = &how.password {
        return Some(SigningPassword::new(password.as_bytes()).unwrap_err().code());
    }
    let (persona, request) = (Persona::named(how.persona.as_ref()?).unwrap(), how.request.as_ref()?);
    let request = self::request(request, &persona, how.secret.as_deref() == Some("wrong"));
    let mut session = CardSession::new(request, Options::default());
    if let Some(call) = &how.misuse {
        return Some(misused(call, &mut session).code());
    }
    let card = SimulatedCard::new(&persona).unwrap();
    let before = tries(&card);
    let (failure, after) = run(&mut session, card, how);
    assert!(entry.costs(before - after), "{entry:?}: {}", before - after);
    Some(failure.code())
}

/// Of both secrets together.
fn tries(card: &SimulatedCard) -> u8 {
    Secret::ALL.into_iter().map(|secret| card.tries_left(secret)).sum()
}

fn misused(call: &str, session: &mut CardSession) -> Misuse {
    match call {
        "resume" => session.resume().unwrap_err(),
        other => panic!("{other}"),
    }
}

fn request(name: &str, persona: &Persona, wrong: bool) -> Request {
    let secrets = &persona.secrets;
    let (pin, password): (&[u8], &[u8]) = if wrong {
        (b"0000", b"WRONG0000")
    } else {
        (secrets.authentication_pin.value.as_bytes(), secrets.signing_password.value.as_bytes())
    };
    let pin = || Attempt::new(AuthenticationPin::new(pin).unwrap());
    let digest = || HashAlgorithm::Sha256.digest(b"document");
    let sign = |documents| {
        let password = Attempt::new(SigningPassword::new(password).unwrap());
        let documents = vec![ToBeSigned::Digest(digest()); documents];
        Request::Sign(Sign { documents, password, known_certificate: None })
    };
    let authenticate = |known_certificate| {
        Request::Authenticate(Authenticate { challenge: digest(), pin: pin(), known_certificate })
    };
    match name {
        "tries" => Request::RemainingTries,
        "read_authentication" => Request::ReadCertificate(ReadCertificate::Authentication(None)),
        "authenticate" => authenticate(None),
        "authenticate_with_previous" => {
            let previous = persona.previous_certificate(Purpose::Authentication).unwrap().unwrap();
            authenticate(Some(Certificate::from_der(&previous).unwrap()))
        }
        "sign" => sign(1),
        "sign_three" => sign(3),
        "sign_nothing" => sign(0),
        "change_pin" => Request::ChangeSecret(ChangeSecret::AuthenticationPin {
            present: pin(),
            new: AuthenticationPin::new(b"9753").unwrap(),
        }),
        other => panic!("{other}"),
    }
}

/// Runs the session to its failure; with the tries that are left on the card of the first tap.
fn run(session: &mut CardSession, card: SimulatedCard, how: &Reach) -> (Failure, u8) {
    let cancel_at = how.at.filter(|_| how.fault.as_deref() == Some("cancel"));
    let faults = how.fault.as_deref().and_then(fault).map(|kind| Fault { at: how.at.unwrap(), kind });
    let mut of_first_card = None;
    let link = FaultyCard::new(card, faults.into_iter().collect());
    let (failure, link) = drive(session, link, cancel_at, |link| {
        let Some(name) = &how.resume_with else { return false };
        of_first_card = Some(tries(link.card()));
        let other = SimulatedCard::new(&Persona::named(name).unwrap()).unwrap();
        *link = link.clone().with_other_card(other);
        link.tap();
        true
    });
    (failure.unwrap(), of_first_card.unwrap_or_else(|| tries(link.card())))
}

/// Drives the session; `tap` says whether there is another tap for it.
fn drive(
    session: &mut CardSession,
    mut link: FaultyCard,
    cancel_at: Option<usize>,
    mut tap: impl FnMut(&mut FaultyCard) -> bool,
) -> (Option<Failure>, FaultyCard) {
    let mut step = session.start().unwrap();
    let outcome = loop {
        step = match step {
            Step::Transmit(_) if cancel_at == Some(link.exchanges_in_tap()) => session.cancel().unwrap(),
            Step::Transmit(transmit) => match link.transmit(transmit.command()) {
                Ok(answer) => session.handle_response(&answer).unwrap(),
                Err(LinkError::Refused) => session.channel_refused().unwrap(),
                Err(LinkError::Lost) => session.card_lost().unwrap(),
            },
            // Another VERIFY would take another consent.
            Step::NeedTap(lost) if lost.known == Known::SecretAccepted => break session.abandon().unwrap(),
            Step::NeedTap(_) if tap(&mut link) => session.resume().unwrap(),
            Step::NeedTap(_) => break session.abandon().unwrap(),
            Step::Done(outcome) => break outcome,
        };
    };
    (outcome.result.err(), link)
}

fn fault(text: &str) -> Option<FaultKind> {
    let (kind, value) = text.rsplit_once(' ').unwrap_or((text, ""));
    Some(match (kind, value) {
        ("cancel", "") => return None,
        ("lost", "before") => FaultKind::LostBefore,
        ("lost", "after") => FaultKind::LostAfter,
        ("refused", "") => FaultKind::RefusedByTransport,
        ("status", word) => FaultKind::Status(u16::from_str_radix(word, 16).unwrap()),
        ("answer", bytes) => FaultKind::Answer(hex(bytes)),
        ("append", bytes) => FaultKind::Append(hex(bytes)),
        ("flip bit", at) => FaultKind::FlipBit(at.parse().unwrap()),
        _ => panic!("{text}"),
    })
}

fn hex(digits: &str) -> Vec<u8> {
    assert!(digits.len().is_multiple_of(2), "{digits}");
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}
