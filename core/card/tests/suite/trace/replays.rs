use std::time::Duration;

use kazasu_card::trace::{Event, read, replay};
use kazasu_card::{Options, Request, Sign, ToBeSigned};
use kazasu_cert::UnixTime;
use kazasu_sim::{Fault, FaultKind, FaultyCard, Persona, SimulatedCard};

use super::{OnLost, User, record};
use crate::common::{FLOWS, WRONG, card, digest, password, request, right_request, secrets};

fn faults() -> Vec<FaultKind> {
    use FaultKind as F;
    vec![
        F::LostBefore,
        F::LostAfter,
        F::RefusedByTransport,
        F::WarmReset,
        F::ColdReset,
        F::Answer(vec![]),
        F::AnswerAfter(vec![0x63]),
        F::Answer([&[0x30, 0x82, 0x0F, 0xFF][..], &[0; 200], &[0x90, 0x00]].concat()),
        F::Answer([&[0x30, 0x82, 0xFF, 0xFF][..], &[0x90, 0x00]].concat()),
        F::Answer([&[0x30, 0x80][..], &[0; 100], &[0x90, 0x00]].concat()),
        F::Answer([&[0x5A; 256][..], &[0x90, 0x00]].concat()),
        F::Truncate(100),
        F::ShortData(1),
        F::ShortData(63),
        F::Append(vec![0xAA; 3]),
        F::Append(vec![0xAA; 70_000]),
        F::FlipBit(0),
        F::FlipBit(70),
        F::FlipBit(1203),
        F::FlipBit(4000),
        F::Garbage,
        F::Status(0x6110),
        F::Status(0x6C10),
        F::Status(0x6982),
        F::StatusAfter(0x6A82),
        F::Status(0x63C1),
        F::StatusAfter(0x6983),
        F::Status(0x6B00),
        F::Status(0x9000),
        F::Status(0x0000),
    ]
}

struct Case<'a> {
    persona: &'a str,
    card: &'a SimulatedCard,
    flow: &'a str,
    fault: Option<(usize, FaultKind)>,
    cancels_at: Option<usize>,
    on_lost: OnLost,
    right: bool,
}

impl Case<'_> {
    /// The trace, after its replay has gone the same way.
    fn check(&self) -> String {
        let (pin, password) =
            if self.right { secrets(self.persona) } else { (WRONG.0.to_vec(), WRONG.1.to_vec()) };
        let user =
            User { cancels_at: self.cancels_at, on_lost: self.on_lost, pin: &pin, password: &password };
        let faults = self.fault.iter().map(|(at, kind)| Fault { at: *at, kind: kind.clone() }).collect();
        let mut link = FaultyCard::new(self.card.clone(), faults);
        let request = request(self.flow, self.card, &pin, &password);
        let lines = record(request, Options::default(), &mut link, user);
        let what =
            || format!("{}, {}, {:?}, {:?}\n{lines}", self.persona, self.flow, self.fault, self.cancels_at);
        let traces = read(lines.as_bytes()).unwrap_or_else(|error| panic!("{error}: {}", what()));
        assert_eq!(traces.len(), 1);
        let replayed = replay(&traces[0]).unwrap_or_else(|diverged| panic!("{diverged:?}: {}", what()));
        assert!(replayed.complete, "{}", what());
        lines
    }
}

fn exchanges(of: &SimulatedCard, persona: &str, flow: &str) -> usize {
    let mut clean = of.clone();
    clean.clear_journal();
    drop(crate::common::run(&mut clean, right_request(flow, persona, of), Options::default()));
    clean.journal().len()
}

/// Each fault at each exchange of each flow, on a card with all features and on one with none.
#[test]
fn every_fault_replays() {
    let mut lines = 0;
    for persona in ["ichiro", "hanako"] {
        let card = card(persona);
        for flow in FLOWS {
            for at in 0..exchanges(&card, persona, flow) {
                for (number, kind) in faults().into_iter().enumerate() {
                    let on_lost = [OnLost::Resume, OnLost::Abandon, OnLost::Cancel][(number + at) % 3];
                    let fault = Some((at, kind));
                    let right = !(at + number).is_multiple_of(4);
                    let case = Case { persona, card: &card, flow, fault, cancels_at: None, on_lost, right };
                    lines += case.check().lines().count();
                }
                for on_lost in [OnLost::Resume, OnLost::Abandon, OnLost::Cancel] {
                    for kind in [FaultKind::LostBefore, FaultKind::LostAfter] {
                        let fault = Some((at, kind));
                        Case { persona, card: &card, flow, fault, cancels_at: None, on_lost, right: true }
                            .check();
                    }
                }
            }
        }
    }
    assert!(lines > 10_000, "{lines}");
}

/// Each flow on each persona: without a fault, cancelled at each exchange, and with some faults.
#[test]
fn every_persona_replays() {
    let mut cases = 0;
    for (number, persona) in Persona::names().enumerate() {
        let card = card(persona);
        for flow in FLOWS {
            let case = |fault, cancels_at| {
                let case = Case {
                    persona,
                    card: &card,
                    flow,
                    fault,
                    cancels_at,
                    on_lost: OnLost::Resume,
                    right: true,
                };
                case.check();
            };
            case(None, None);
            for at in 0..exchanges(&card, persona, flow) {
                case(None, Some(at));
                let kinds = faults();
                let kind = kinds[(number * 7 + at * 3) % kinds.len()].clone();
                case(Some((at, kind)), None);
                cases += 2;
            }
        }
    }
    assert!(cases > 3_000, "{cases}");
}

/// Another card on the next tap, and a card that is not the one the caller named.
#[test]
fn another_card_replays() {
    let card = card("ichiro");
    let (pin, password) = secrets("ichiro");
    let user = User { cancels_at: None, on_lost: OnLost::Resume, pin: &pin, password: &password };
    for at in 2..4 {
        let lost = vec![Fault { at, kind: FaultKind::LostAfter }];
        let mut link =
            FaultyCard::new(card.clone(), lost).with_other_card(crate::common::card("foreign-resident"));
        let request = right_request("open-account", "ichiro", &card);
        let lines = record(request, Options::default(), &mut link, user);
        assert!(lines.contains("other_card") || lines.contains("verify_outcome_unknown"), "{lines}");
        assert!(lines.contains(r#""question":"same_card","holds":false"#), "{lines}");
        replay(&read(lines.as_bytes()).unwrap()[0]).unwrap();
    }
    let other = crate::common::card("foreign-resident");
    let request = right_request("authenticate-known", "ichiro", &card);
    let lines = record(request, Options::default(), &mut FaultyCard::new(other, vec![]), user);
    assert!(lines.contains("not_the_known_certificate"), "{lines}");
    replay(&read(lines.as_bytes()).unwrap()[0]).unwrap();
}

#[test]
fn requests_that_end_before_or_after_the_card_replay() {
    let (_, value) = secrets("ichiro");
    let impossible = ToBeSigned::DetachedCms { content: digest(), signing_time: Some(UnixTime(-1)) };
    for (documents, code) in [(vec![], "nothing_to_sign"), (vec![impossible], "certificate_unusable")] {
        let user = User { cancels_at: None, on_lost: OnLost::Resume, pin: &[], password: &value };
        let request = Request::Sign(Sign { documents, password: password(&value), known_certificate: None });
        let lines = record(request, Options::default(), &mut FaultyCard::new(card("ichiro"), vec![]), user);
        assert!(lines.contains(code), "{lines}");
        replay(&read(lines.as_bytes()).unwrap()[0]).unwrap();
    }
}

fn open_account() -> String {
    let (pin, password) = secrets("ichiro");
    let user = User { cancels_at: None, on_lost: OnLost::Resume, pin: &pin, password: &password };
    let card = card("ichiro");
    let request = right_request("open-account", "ichiro", &card);
    record(request, Options::default(), &mut FaultyCard::new(card, vec![]), user)
}

/// What was edited is found at the line that follows from it, or at its own.
#[test]
fn an_edited_trace_diverges_at_its_line() {
    let lines = open_account();
    replay(&read(lines.as_bytes()).unwrap()[0]).unwrap();
    let line_of = |part: &str| 1 + lines.lines().position(|line| line.contains(part)).expect(part);
    for (from, to, line) in [
        // One try left: no VERIFY follows.
        (r#""sw":"63C5""#, r#""sw":"63C1""#, line_of("63C5") + 1),
        (r#""header":"0020009B","lc":null"#, r#""header":"00200080","lc":null"#, line_of(r#""lc":null"#)),
        (r#""question":"signature_fits","holds":true"#, r#""question":"signature_fits","holds":false"#, {
            line_of("signature_fits") + 1
        }),
        (r#""question":"signature_fits""#, r#""question":"same_card""#, line_of("signature_fits")),
        (r#""floor":1"#, r#""floor":5"#, line_of("63C5") + 1),
        (r#""hash":"sha256""#, r#""hash":"sha512""#, line_of("digest_info")),
        (r#""code":"completed""#, r#""code":"blocked""#, line_of("completed")),
        (r#""exchanges":7"#, r#""exchanges":8"#, line_of("completed")),
    ] {
        assert_eq!(lines.matches(from).count(), 1, "{from}\n{lines}");
        let edited = lines.replace(from, to);
        let diverged = replay(&read(edited.as_bytes()).unwrap()[0]).expect_err(from);
        assert_eq!(
            (diverged.line, diverged.code()),
            (line, "trace_diverged"),
            "{from}: {diverged:?}\n{lines}"
        );
        assert_ne!(Some(diverged.recorded), diverged.now);
    }
}

#[test]
fn times_are_not_compared() {
    let lines = open_account().replace(r#""took_us":7"#, r#""took_us":123456"#);
    let trace = &read(lines.as_bytes()).unwrap()[0];
    let replayed = replay(trace).unwrap();
    assert_eq!((replayed.exchanges, replayed.taps, replayed.complete), (7, 1, true));
    let took = |event| match event {
        Event::Answer(answer) => answer.took_us.into(),
        _ => Duration::ZERO,
    };
    let total: Duration = trace.events.iter().map(|one| took(one.event)).sum();
    assert_eq!(total, Duration::from_micros(7 * 123_456));
}

/// A trace that breaks off agrees as far as it goes.
#[test]
fn the_beginning_of_a_trace_replays() {
    let lines = open_account();
    let all: Vec<_> = lines.lines().collect();
    for end in 1..all.len() {
        let trace = &read(all[..end].join("\n").as_bytes()).unwrap()[0];
        assert!(!replay(trace).unwrap().complete);
    }
}
