//! Everything that a session can print: `Debug` of every step, `Display` with its sources, what serde writes, the trace.

use std::error::Error;
use std::fmt::Write as _;
use std::time::Duration;

use kazasu_card::trace::{Channel, TracedSession};
use kazasu_card::{
    Attempt, Authenticate, AuthenticationPin, ChangeSecret, Options, ReadCertificate, Request, Sign,
    SigningPassword, Step, ToBeSigned,
};
use kazasu_cert::HashAlgorithm;
use kazasu_sim::{Fault, FaultKind, FaultyCard, LinkError, Persona, SimulatedCard};

use crate::patterns;

const FLOWS: usize = 6;
const WRONG: (&[u8], &[u8]) = (b"8642", b"ZEBRA4711");

/// Faults that lead to messages of their own.
fn faults() -> impl Iterator<Item = Option<FaultKind>> {
    [
        FaultKind::LostBefore,
        FaultKind::LostAfter,
        FaultKind::RefusedByTransport,
        FaultKind::Status(0x6F00),
        FaultKind::Status(0x6982),
        FaultKind::AnswerAfter(vec![0x90]),
        FaultKind::Append(vec![0xAA; 70_000]),
        FaultKind::ShortData(40),
        FaultKind::FlipBit(9),
        FaultKind::Garbage,
    ]
    .into_iter()
    .map(Some)
}

pub(crate) fn nothing_is_printed() {
    let mut runs = 0;
    for name in Persona::names() {
        let persona = Persona::named(name).unwrap();
        let mut hidden = patterns::of_persona(&persona);
        hidden.push(patterns::Pattern::of("wrong PIN", WRONG.0));
        hidden.push(patterns::Pattern::of("wrong password", WRONG.1));
        let card = SimulatedCard::new(&persona).unwrap();
        // Every fault on a few cards that differ; on the others those that need one look each.
        let thorough = ["ichiro", "hanako", "android-phone"].contains(&name);
        for flow in 0..FLOWS {
            for wrong in [false, true] {
                let undisturbed = std::iter::once((0, None));
                let most = if thorough { usize::MAX } else { 1 };
                let disturbed = faults().take(most).flat_map(|kind| (1..7).map(move |at| (at, kind.clone())));
                for (at, kind) in undisturbed.chain(disturbed) {
                    let printed = printed(&persona, &card, flow, wrong, at, kind.clone());
                    if let Some(what) = patterns::leak(&hidden, &printed) {
                        panic!("{name}, flow {flow}, wrong {wrong}, {kind:?} at {at}: {what} in {printed}");
                    }
                    assert!(printed.len() > 500, "{printed}");
                    runs += 1;
                }
            }
        }
    }
    assert!(runs > 4000, "{runs}");
}

fn request(persona: &Persona, flow: usize, wrong: bool) -> Request {
    let secrets = &persona.secrets;
    let right = (secrets.authentication_pin.value.as_bytes(), secrets.signing_password.value.as_bytes());
    let (present, password) = if wrong { WRONG } else { right };
    let pin = |value| AuthenticationPin::new(value).unwrap();
    let attempt = Attempt::even_if_last_try(pin(present));
    let password = Attempt::even_if_last_try(SigningPassword::new(password).unwrap());
    let content = HashAlgorithm::Sha256.digest(b"document");
    let cms = ToBeSigned::DetachedCms { content: content.clone(), signing_time: None };
    match flow {
        0 => Request::RemainingTries,
        1 => Request::CardInfo,
        2 => Request::ReadCertificate(ReadCertificate::Signing(password)),
        3 => {
            Request::Authenticate(Authenticate { challenge: content, pin: attempt, known_certificate: None })
        }
        4 => Request::Sign(Sign { documents: vec![cms.clone(), cms], password, known_certificate: None }),
        _ => Request::ChangeSecret(ChangeSecret::AuthenticationPin { present: attempt, new: pin(b"9753") }),
    }
}

/// One session over two taps, with all it says.
fn printed(
    persona: &Persona,
    card: &SimulatedCard,
    flow: usize,
    wrong: bool,
    at: usize,
    kind: Option<FaultKind>,
) -> String {
    let request = request(persona, flow, wrong);
    let mut text = format!("{request:?} {persona_debug:?}", persona_debug = persona.secrets);
    let mut link = FaultyCard::new(card.clone(), kind.map(|kind| Fault { at, kind }).into_iter().collect());
    let mut session = TracedSession::new(request, Options::default(), Channel::Simulated);
    let took = Duration::from_millis(1);
    let mut step = session.start().unwrap();
    loop {
        write!(text, "{step:?} {session:?}").unwrap();
        step = match step {
            Step::Transmit(transmit) => {
                write!(text, "{:?} {}", transmit.apdu(), json(&transmit.stage())).unwrap();
                match link.transmit(transmit.command()) {
                    Ok(answer) => session.handle_response(&answer, took).unwrap(),
                    Err(LinkError::Refused) => session.channel_refused(took).unwrap(),
                    Err(LinkError::Lost) => session.card_lost(took).unwrap(),
                }
            }
            Step::NeedTap(tap) => {
                write!(text, "{}", json(&tap)).unwrap();
                link.tap();
                match session.resume(took) {
                    Ok(step) => step,
                    Err(misuse) => {
                        write!(text, "{misuse} {misuse:?}").unwrap();
                        Step::Done(session.abandon().unwrap())
                    }
                }
            }
            Step::Done(outcome) => {
                write!(text, "{} {}", json(&outcome.tries), json(&outcome.leaving)).unwrap();
                if let Err(failure) = &outcome.result {
                    let mut cause: Option<&dyn Error> = Some(failure);
                    while let Some(error) = cause {
                        write!(text, "{error} {error:?}").unwrap();
                        cause = error.source();
                    }
                }
                break;
            }
        };
    }
    text + &session.take_lines()
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap()
}
