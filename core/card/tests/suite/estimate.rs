//! Estimates against sessions with simulated cards: the same exchanges, and the time that the simulator's own model gives.

use std::time::Duration;

use crate::common::{FLOWS, card, drive, lose, persona, right_request, run, session_on};
use kazasu_card::{
    ASSUMPTIONS, BitRate, CardProfile, CardSession, Confidence, Countdown, LinkModel, Options,
    PlannedExchange, Stage, Step, Work, plan,
};
use kazasu_sim::{Capabilities, Exchange, Persona, Purpose, SimulatedCard, Token};

/// Cards that lead to exchanges of their own, without habits.
const DIFFERENT: [&str; 6] = ["ichiro", "hanako", "short-length", "slow-card", "android-phone", "old-juki"];

/// Whether the card has no habits beyond those that a profile tells.
fn is_ordinary(persona: &Persona) -> bool {
    let Capabilities { sfi, extended_length, command_chaining, select_clears, .. } = persona.capabilities;
    let told =
        Capabilities { sfi, extended_length, command_chaining, select_clears, ..Capabilities::default() };
    told == persona.capabilities
}

/// What there is to know of a persona's card. The two CA certificates may differ in length.
fn profile(persona: &Persona, flow: &str) -> CardProfile {
    let made = SimulatedCard::new(persona).unwrap();
    let len = |purpose| made.certificate(purpose).map_or(0, <[u8]>::len);
    let authority = if flow == "read-sign-ca" { Purpose::Signing } else { Purpose::Authentication };
    let pki = kazasu_sim::TestPki::shared().unwrap();
    CardProfile {
        short_ef_identifiers: persona.capabilities.sfi.read,
        extended_length: persona.capabilities.extended_length,
        phone: persona.token.is_phone(),
        card_face: persona.token == Token::Card,
        authentication_certificate: len(Purpose::Authentication),
        signing_certificate: len(Purpose::Signing),
        ca_certificate: pki.authority(authority, persona.certificates.generation).certificate().len(),
        filler: persona.certificates.filler.len.into(),
        password: persona.secrets.signing_password.value.as_bytes().len(),
    }
}

fn model(persona: &Persona) -> LinkModel {
    let kazasu_sim::LinkModel { bit_rate, frame_size, activation, exchange, signature } = persona.timing;
    let bit_rate = match bit_rate {
        kazasu_sim::BitRate::Kbit106 => BitRate::Kbit106,
        kazasu_sim::BitRate::Kbit212 => BitRate::Kbit212,
        kazasu_sim::BitRate::Kbit424 => BitRate::Kbit424,
    };
    LinkModel { bit_rate, frame_size, activation, exchange, signature }
}

/// What a session really does, if it does what was asked.
fn exchanges(name: &str, flow: &str, options: Options) -> Option<Vec<Exchange>> {
    let mut card = card(name);
    if options.application_selected {
        card.transmit(&[0, 0xA4, 4, 0x0C, 10, 0xD3, 0x92, 0xF0, 0, 0x26, 1, 0, 0, 0, 1]);
    }
    card.clear_journal();
    let request = right_request(flow, name, &card);
    run(&mut card, request, options).result.ok()?;
    Some(card.journal().to_vec())
}

fn work(flow: &str, name: &str) -> Work {
    Work::from(&right_request(flow, name, &card(name)))
}

fn options() -> impl Iterator<Item = Options> {
    let switches = [true, false];
    switches.into_iter().flat_map(move |recognise_card| {
        switches.into_iter().flat_map(move |extended_length| {
            switches.into_iter().map(move |application_selected| Options {
                recognise_card,
                extended_length,
                application_selected: !application_selected,
                ..Options::default()
            })
        })
    })
}

/// Header and lengths, which are all that both sides know; how long the new password is, is not foreseen.
fn shape(header: [u8; 4], command_len: usize, answer_len: usize) -> ([u8; 4], usize, usize) {
    (header, if header[1] == 0x24 { 0 } else { command_len }, answer_len)
}

fn real_shape(exchange: &Exchange) -> ([u8; 4], usize, usize) {
    let Exchange { cla, ins, p1, p2, command_len, answer_len, .. } = *exchange;
    shape([cla, ins, p1, p2], command_len, answer_len)
}

fn planned_shape(exchange: &PlannedExchange) -> ([u8; 4], usize, usize) {
    shape(exchange.header, exchange.command_len, exchange.answer_len)
}

#[test]
fn every_exchange_of_every_flow_is_foreseen() {
    let mut cases = 0;
    for name in Persona::names() {
        let persona = persona(name);
        if !is_ordinary(&persona) {
            continue;
        }
        for flow in FLOWS {
            // Most personas differ in what stands on the card alone.
            let most = if DIFFERENT.contains(&name) { 8 } else { 1 };
            for options in options().take(most) {
                let Some(real) = exchanges(name, flow, options) else { continue };
                let planned = plan(work(flow, name), options, profile(&persona, flow));
                let real_shapes: Vec<_> = real.iter().map(real_shape).collect();
                let planned_shapes: Vec<_> = planned.iter().map(planned_shape).collect();
                assert_eq!(planned_shapes, real_shapes, "{name}, {flow}, {options:?}");
                let (time, by_simulator) =
                    (model(&persona).time_at_reader(&planned), persona.timing.time_at_reader(&real));
                // Microseconds, and the one byte by which the new password is shorter.
                let rounding = Duration::from_micros(
                    3 * real.len() as u64 + if flow == "change-password" { 100 } else { 0 },
                );
                assert!(
                    time.abs_diff(by_simulator) <= rounding,
                    "{name}, {flow}: {time:?}, {by_simulator:?}"
                );
                cases += 1;
            }
        }
    }
    assert!(cases > 700, "{cases}");
}

#[test]
fn a_slow_card_takes_longer_and_says_so() {
    let slow = persona("slow-card");
    let estimate = |model: LinkModel| {
        model.time_at_reader(&plan(work("open-account", "slow-card"), Options::default(), profile(&slow, "")))
    };
    assert!(estimate(model(&slow)) > 2 * estimate(LinkModel::default()));
    let by_rate = BitRate::ALL.map(|bit_rate| estimate(LinkModel { bit_rate, ..LinkModel::default() }));
    assert!(by_rate.is_sorted_by(|a, b| a > b), "{by_rate:?}");
}

/// `61xx`, `6Cxx` and the first `6F00` come on top.
#[test]
fn habits_are_not_foreseen() {
    for (name, more) in [("cold-6f00", 1), ("gets-61xx", 5)] {
        let real = exchanges(name, "open-account", Options::default()).unwrap();
        let planned = plan(work("open-account", name), Options::default(), profile(&persona(name), ""));
        assert!(real.len() >= planned.len() + more, "{name}: {} and {}", real.len(), planned.len());
    }
}

/// Drives a session with a countdown that expects a capable card; what is said before each command.
fn counted(name: &str, flow: &str) -> Vec<(Stage, kazasu_card::TimeLeft)> {
    let mut card = card(name);
    let request = right_request(flow, name, &card);
    let model = model(&persona(name));
    let mut countdown = Countdown::new((&request).into(), Options::default(), model, CardProfile::CAPABLE);
    let mut session = CardSession::new(request, Options::default());
    let mut step = session.start().unwrap();
    let mut said = Vec::new();
    while let Step::Transmit(transmit) = &step {
        said.push((transmit.stage(), countdown.before(transmit)));
        step = session.handle_response(&card.transmit(transmit.command())).unwrap();
    }
    said
}

#[test]
fn the_countdown_is_right_from_the_moment_the_card_is_known() {
    let mut cases = 0;
    for name in Persona::names().filter(|name| is_ordinary(&persona(name))) {
        let Persona { capabilities, token, .. } = persona(name);
        let capable = capabilities.sfi.read && capabilities.extended_length && token == Token::Card;
        for flow in FLOWS.into_iter().filter(|flow| exchanges(name, flow, Options::default()).is_some()) {
            let said = counted(name, flow);
            for (index, (stage, left)) in said.iter().enumerate() {
                let really = said.len() - index;
                let card = token == Token::Card;
                let known = match stage {
                    _ if capable => true,
                    Stage::Signing { .. } | Stage::Changing { .. } | Stage::Leaving => card,
                    Stage::ReadingCertificate { total: Some(_), .. } => card && flow.starts_with("read"),
                    _ => false,
                };
                assert!(!known || left.exchanges == really, "{name}, {flow}, {stage:?}: {left:?}, {really}");
                assert!(
                    left.exchanges.abs_diff(really) < 20,
                    "{name}, {flow}, {stage:?}: {left:?}, {really}"
                );
                assert!(left.time > Duration::ZERO && left.done_permille < 1000);
            }
            cases += 1;
        }
    }
    assert!(cases > 200, "{cases}");
    let times: Vec<_> = counted("ichiro", "open-account").into_iter().map(|(_, left)| left).collect();
    assert!(times.is_sorted_by(|a, b| a.time > b.time && a.done_permille < b.done_permille), "{times:?}");
}

#[test]
fn another_tap_counts_from_its_beginning() {
    let request = |card: &SimulatedCard| right_request("open-account", "ichiro", card);
    let at_first = card("ichiro");
    let mut countdown = Countdown::new(
        (&request(&at_first)).into(),
        Options::default(),
        LinkModel::default(),
        CardProfile::CAPABLE,
    );
    let (mut session, mut link) = session_on(&at_first, request(&at_first), lose(2));
    let step = session.start().unwrap();
    let Step::Transmit(first) = &step else { panic!("{step:?}") };
    let whole = countdown.before(first);
    assert!(matches!(drive(&mut session, step, &mut link), Step::NeedTap(_)));
    link.tap();
    let step = session.resume().unwrap();
    let Step::Transmit(again) = &step else { panic!("{step:?}") };
    assert_eq!(countdown.before(again), whole);
}

#[test]
fn the_assumptions_stand_in_the_documentation() {
    let facts = include_str!("../../../../docs/card-facts.md");
    for assumption in ASSUMPTIONS {
        let confidence = match assumption.confidence {
            Confidence::Agreed => "agreed",
            Confidence::Uncertain => "uncertain",
        };
        let value = assumption.value.to_string();
        let row = format!(
            "| `{}` | {value} {} | {} | {confidence} |",
            assumption.name, assumption.unit, assumption.source
        );
        assert!(facts.contains(&row), "docs/card-facts.md §9.3 lacks: {row}");
    }
    assert_eq!(serde_json::to_value(ASSUMPTIONS).unwrap()[0]["confidence"], "agreed");
}
