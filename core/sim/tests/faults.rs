//! Faults happen where they were put, once, and the card behind them is as they say.
#![allow(clippy::unwrap_used)]

use hex_literal::hex;
use kazasu_sim::{Fault, FaultKind, FaultyCard, LinkError, Persona, Secret, SimulatedCard};

const JPKI: [u8; 15] = hex!("00A4040C0AD392F000260100000001");
const WRONG_PIN: [u8; 9] = hex!("002000980430303030");
const RIGHT_PIN: [u8; 9] = hex!("002000980431323334");
const READ_AVAILABILITY: [u8; 5] = hex!("00B0880003");

fn card(name: &str) -> SimulatedCard {
    SimulatedCard::new(&Persona::named(name).unwrap()).unwrap()
}

/// The answer to the second command of a tap, which carries the fault.
fn second(kind: FaultKind, command: &[u8]) -> (FaultyCard, Result<Vec<u8>, LinkError>) {
    let mut link = FaultyCard::new(card("ichiro"), vec![Fault { at: 1, kind }]);
    assert_eq!(link.transmit(&JPKI).unwrap(), hex!("9000"));
    let answer = link.transmit(command);
    (link, answer)
}

#[test]
fn a_lost_verify_costs_a_try_only_if_it_arrived() {
    for (kind, left) in [(FaultKind::LostBefore, 3), (FaultKind::LostAfter, 2)] {
        let (mut link, answer) = second(kind, &WRONG_PIN);
        assert_eq!(answer, Err(LinkError::Lost));
        assert!(!link.is_present());
        assert_eq!(link.transmit(&JPKI), Err(LinkError::Lost));
        link.tap();
        assert_eq!((link.card().tries_left(Secret::AuthenticationPin), link.exchanges_in_tap()), (left, 0));
        assert_eq!(link.transmit(&JPKI).unwrap(), hex!("9000"));
        assert_eq!(link.transmit(&RIGHT_PIN).unwrap(), hex!("9000"), "the fault does not come again");
    }
}

#[test]
fn loss_ends_the_verified_state() {
    let (mut link, answer) = second(FaultKind::LostAfter, &RIGHT_PIN);
    assert_eq!(answer, Err(LinkError::Lost));
    link.tap();
    assert!(!link.card().is_unlocked(Secret::AuthenticationPin));
}

#[test]
fn a_reset_ends_the_selection_and_only_a_cold_one_the_verified_state() {
    for (kind, unlocked) in [(FaultKind::WarmReset, true), (FaultKind::ColdReset, false)] {
        let mut link = FaultyCard::new(card("ichiro"), vec![Fault { at: 2, kind: kind.clone() }]);
        assert_eq!(link.transmit(&JPKI).unwrap(), hex!("9000"));
        assert_eq!(link.transmit(&RIGHT_PIN).unwrap(), hex!("9000"));
        // No application is selected, so that the short identifier names nothing.
        assert_eq!(link.transmit(&READ_AVAILABILITY).unwrap(), hex!("6A82"), "{kind:?}");
        assert_eq!(link.card().is_unlocked(Secret::AuthenticationPin), unlocked, "{kind:?}");
        assert!(link.is_present());
    }
}

#[test]
fn a_refusal_reaches_no_card_and_loses_none() {
    let (mut link, answer) = second(FaultKind::RefusedByTransport, &WRONG_PIN);
    assert_eq!(answer, Err(LinkError::Refused));
    assert_eq!(link.card().verify_count(), 0);
    assert_eq!(link.transmit(&RIGHT_PIN).unwrap(), hex!("9000"));
}

#[test]
fn answers_made_up_leave_the_card_alone_unless_they_come_after() {
    for (kind, expected, left) in [
        (FaultKind::Status(0x6F00), hex!("6F00").as_slice(), 3),
        (FaultKind::StatusAfter(0x6F00), &hex!("6F00"), 2),
        (FaultKind::Answer(vec![0x90]), &hex!("90"), 3),
        (FaultKind::Answer(Vec::new()), &[], 3),
        (FaultKind::AnswerAfter(vec![0x63]), &hex!("63"), 2),
        (FaultKind::Truncate(1), &hex!("63"), 2),
        (FaultKind::Truncate(0), &[], 2),
        (FaultKind::Append(vec![0xAA]), &hex!("AA63C2"), 2),
        (FaultKind::Garbage, &hex!("63C2"), 2),
        (FaultKind::FlipBit(0), &hex!("63C2"), 2),
    ] {
        let (link, answer) = second(kind.clone(), &WRONG_PIN);
        assert_eq!(answer.unwrap(), expected, "{kind:?}");
        assert_eq!(link.card().tries_left(Secret::AuthenticationPin), left, "{kind:?}");
    }
}

#[test]
fn data_is_garbled_as_said() {
    for (kind, expected) in [
        (FaultKind::Append(vec![1, 2]), hex!("8F8F0001029000").as_slice()),
        (FaultKind::Garbage, &hex!("7070FF9000")),
        (FaultKind::FlipBit(0), &hex!("0F8F009000")),
        (FaultKind::FlipBit(23), &hex!("8F8F019000")),
        (FaultKind::FlipBit(24), &hex!("8F8F009000")),
        (FaultKind::ShortData(1), &hex!("8F9000")),
        (FaultKind::ShortData(9), &hex!("8F8F009000")),
        (FaultKind::Truncate(4), &hex!("8F8F0090")),
    ] {
        assert_eq!(second(kind.clone(), &READ_AVAILABILITY).1.unwrap(), expected, "{kind:?}");
    }
}

#[test]
fn each_tap_has_faults_of_its_own_and_may_bring_another_card() {
    let mut link = FaultyCard::new(card("ichiro"), Vec::new())
        .with_next_tap(vec![Fault { at: 0, kind: FaultKind::Status(0x6F00) }])
        .with_other_card(card("last-try"));
    assert_eq!(link.transmit(&JPKI).unwrap(), hex!("9000"));
    link.leave();
    link.tap();
    assert_eq!(link.transmit(&JPKI).unwrap(), hex!("6F00"));
    assert_eq!(link.transmit(&JPKI).unwrap(), hex!("9000"));
    assert_eq!(link.transmit(&hex!("00200098")).unwrap(), hex!("63C1"));
    link.tap();
    assert_eq!(link.transmit(&JPKI).unwrap(), hex!("9000"));
}
