//! Whatever a card is sent, it answers, and its counters move by the rules alone.
#![allow(clippy::unwrap_used)]

use std::sync::OnceLock;

use kazasu_sim::{Persona, Secret, SimulatedCard};
use proptest::{collection::vec, prelude::*};

/// One card for each persona of the deck, made once.
fn cards() -> &'static [SimulatedCard] {
    static CARDS: OnceLock<Vec<SimulatedCard>> = OnceLock::new();
    CARDS.get_or_init(|| {
        Persona::names().map(|name| SimulatedCard::new(&Persona::named(name).unwrap()).unwrap()).collect()
    })
}

const JPKI: [u8; 15] =
    [0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01];

/// Bytes that look like a command more often than chance would have it.
fn command() -> impl Strategy<Value = Vec<u8>> {
    let classes =
        prop_oneof![4 => Just(0x00_u8), 2 => Just(0x80), 1 => Just(0x10), 1 => Just(0x90), 1 => any::<u8>()];
    let instructions =
        prop_oneof![Just(0xA4_u8), Just(0xB0), Just(0x20), Just(0x24), Just(0x2A), Just(0xC0), any::<u8>()];
    let first = prop_oneof![Just(0x00_u8), Just(0x01), Just(0x02), Just(0x04), any::<u8>()];
    let second =
        prop_oneof![Just(0x80_u8), Just(0x98), Just(0x9B), Just(0x97), Just(0x9A), Just(0x0C), any::<u8>()];
    let data = prop_oneof![
        Just(Vec::new()),
        Just(b"1234".to_vec()),
        Just(vec![0x00, 0x1A]),
        vec(any::<u8>(), 0..20)
    ];
    let well_formed = (classes, instructions, first, second, data, proptest::option::of(any::<u8>()))
        .prop_map(|(cla, ins, p1, p2, data, le)| {
            let mut command = vec![cla, ins, p1, p2];
            if let Ok(lc @ 1..) = u8::try_from(data.len()) {
                command.push(lc);
                command.extend(data);
            }
            command.extend(le);
            command
        });
    prop_oneof![3 => well_formed, 1 => vec(any::<u8>(), 0..300), 1 => Just(JPKI.to_vec())]
}

fn tries(card: &SimulatedCard) -> [u8; 2] {
    Secret::ALL.map(|secret| card.tries_left(secret))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_command_is_answered(which in any::<prop::sample::Index>(), commands in vec(command(), 1..40)) {
        let mut card = which.get(cards()).clone();
        for command in &commands {
            let before = tries(&card);
            let answer = card.transmit(command);
            prop_assert!((2..=65_538).contains(&answer.len()));
            let after = tries(&card);
            let exchange = card.journal().last().copied().unwrap();
            prop_assert_eq!(exchange.answer_len + 2, answer.len());
            // A counter moves by VERIFY alone, and by one of the two; a success never lowers it.
            if before != after {
                prop_assert_eq!(exchange.ins, 0x20);
                prop_assert_eq!(before.iter().zip(&after).filter(|(one, other)| one != other).count(), 1);
                prop_assert!(exchange.sw == 0x9000 || before.iter().sum::<u8>() == after.iter().sum::<u8>() + 1);
            }
        }
    }

    #[test]
    fn arbitrary_bytes_are_answered(which in any::<prop::sample::Index>(), command in vec(any::<u8>(), 0..1200)) {
        let mut card = which.get(cards()).clone();
        prop_assert!(card.transmit(&command).len() >= 2);
        card.transmit(&JPKI);
        prop_assert!(card.transmit(&command).len() >= 2);
    }

    #[test]
    fn no_key_works_without_its_secret(which in any::<prop::sample::Index>(), commands in vec(command(), 1..30)) {
        let mut card = which.get(cards()).clone();
        for command in &commands {
            let unlocked = Secret::ALL.map(|secret| card.is_unlocked(secret));
            let answer = card.transmit(command);
            let signed = card.journal().last().is_some_and(|exchange| exchange.ins == 0x2A) && answer.len() > 2;
            prop_assert!(!signed || unlocked.contains(&true));
        }
        card.power_off();
        prop_assert!(Secret::ALL.iter().all(|secret| !card.is_unlocked(*secret)));
    }

    #[test]
    fn persona_reader_never_panics(json in "\\PC{0,200}") {
        prop_assert!(Persona::from_json(&json).is_err());
    }
}
