//! What the card's own functions tell, and quirks that no persona of the deck has.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use hex_literal::hex;
use kazasu_sim::{
    Capabilities, Exchange, Filler, LinkModel, Persona, Purpose, Secret, SelectClears, SigningCertificate,
    SimulatedCard,
};

const JPKI: [u8; 15] = hex!("00A4040C0AD392F000260100000001");
const TEXT: [u8; 15] = hex!("00A4040C0AD3921000310001010408");
const VERIFY_PASSWORD: [u8; 15] = hex!("0020009B0A4B415A41535532303236");

fn ichiro(change: impl FnOnce(&mut Persona)) -> SimulatedCard {
    let mut persona = Persona::named("ichiro").unwrap();
    change(&mut persona);
    SimulatedCard::new(&persona).unwrap()
}

fn with(capabilities: Capabilities) -> SimulatedCard {
    ichiro(|persona| persona.capabilities = capabilities)
}

#[track_caller]
fn expect(card: &mut SimulatedCard, command: &[u8], answer: &[u8]) {
    assert_eq!(card.transmit(command), answer);
}

#[test]
fn counters_and_locks_are_told_without_an_exchange() {
    let mut card = ichiro(|_| ());
    expect(&mut card, &JPKI, &hex!("9000"));
    assert_eq!(Secret::ALL.map(|secret| card.tries_left(secret)), [3, 5]);
    expect(&mut card, &hex!("0020009B0131"), &hex!("63C4"));
    expect(&mut card, &hex!("0020009B"), &hex!("63C4"));
    assert_eq!(Secret::ALL.map(|secret| card.tries_left(secret)), [3, 4]);
    assert!(!card.is_unlocked(Secret::SigningPassword));
    expect(&mut card, &VERIFY_PASSWORD, &hex!("9000"));
    assert!(card.is_unlocked(Secret::SigningPassword) && !card.is_unlocked(Secret::AuthenticationPin));
    assert_eq!(Secret::ALL.map(|secret| card.tries_left(secret)), [3, 5]);
    assert_eq!((card.verify_count(), card.journal().len()), (2, 4));
    card.power_off();
    assert!(!card.is_unlocked(Secret::SigningPassword));
}

#[test]
fn a_wrong_secret_ends_the_verified_state() {
    let mut card = ichiro(|_| ());
    card.transmit(&JPKI);
    card.transmit(&VERIFY_PASSWORD);
    expect(&mut card, &hex!("0020009B0131"), &hex!("63C4"));
    assert!(!card.is_unlocked(Secret::SigningPassword));
}

#[test]
fn the_journal_has_headers_and_lengths_only() {
    let mut card = ichiro(|_| ());
    card.transmit(&JPKI);
    card.transmit(&VERIFY_PASSWORD);
    card.transmit(&hex!("00B08600000000"));
    card.transmit(&hex!("0020"));
    assert_eq!(
        card.journal()[1..],
        [
            Exchange { ins: 0x20, p2: 0x9B, lc: 10, command_len: 15, sw: 0x9000, ..Exchange::default() },
            Exchange {
                ins: 0xB0,
                p1: 0x86,
                le: Some(65_536),
                command_len: 7,
                sw: 0x9000,
                answer_len: 160,
                ..Exchange::default()
            },
            Exchange { ins: 0x20, command_len: 2, sw: 0x6700, ..Exchange::default() },
        ]
    );
    card.clear_journal();
    assert_eq!((card.journal().len(), card.verify_count()), (0, 0));
}

#[test]
fn select_may_leave_the_verified_state() {
    let mut card = with(Capabilities {
        select_clears: SelectClears { another: false, same: false },
        ..Capabilities::default()
    });
    card.transmit(&JPKI);
    card.transmit(&VERIFY_PASSWORD);
    card.transmit(&JPKI);
    card.transmit(&TEXT);
    assert!(card.is_unlocked(Secret::SigningPassword));
    card.power_off();
    card.power_on();
    assert!(!card.is_unlocked(Secret::SigningPassword));
}

#[test]
fn what_a_missing_signing_certificate_looks_like() {
    let cases = [
        (SigningCertificate::Empty, hex!("9000"), hex!("6B00").to_vec()),
        (SigningCertificate::FillerOnly, hex!("9000"), hex!("FFFFFFFF9000").to_vec()),
        (SigningCertificate::Absent, hex!("6A82"), hex!("6A82").to_vec()),
        (SigningCertificate::Deactivated, hex!("6283"), hex!("6283").to_vec()),
    ];
    for (signing, select, read) in cases {
        let mut card = ichiro(|persona| persona.certificates.signing = signing);
        assert!(card.certificate(Purpose::Signing).is_none());
        card.transmit(&JPKI);
        card.transmit(&VERIFY_PASSWORD);
        expect(&mut card, &hex!("00A4020C020001"), &select);
        expect(&mut card, &hex!("00B0810004"), &read);
    }
}

#[test]
fn filler_follows_the_certificate() {
    let mut card = ichiro(|persona| persona.certificates.filler = Filler { byte: 0x5A, len: 3 });
    card.transmit(&JPKI);
    let answer = card.transmit(&hex!("00B08A00000000"));
    let expected = [card.certificate(Purpose::Authentication).unwrap(), &hex!("5A5A5A9000")].concat();
    assert_eq!(answer, expected);
}

#[test]
fn short_reads_come_with_success() {
    let mut card = with(Capabilities { short_reads: Some(100), ..Capabilities::default() });
    card.transmit(&JPKI);
    let answer = card.transmit(&hex!("00B08A0000"));
    assert_eq!(answer.len(), 102);
    assert!(answer.ends_with(&hex!("9000")));
    assert_eq!(card.transmit(&hex!("00B08A0004")).len(), 6);
}

#[test]
fn a_limit_of_nothing_hands_out_everything_by_get_response() {
    let mut card = with(Capabilities { answers_61xx: Some(0), ..Capabilities::default() });
    card.transmit(&JPKI);
    expect(&mut card, &hex!("00B0860000"), &hex!("61A0"));
    assert_eq!(card.transmit(&hex!("00C00000A0")).len(), 162);
    expect(&mut card, &hex!("00B08A0000"), &hex!("6100"));
    assert_eq!(card.transmit(&hex!("00C0000000")).len(), 258);
    expect(&mut card, &hex!("00B0880000"), &hex!("6103"));
    // Any other command drops what was waiting.
    expect(&mut card, &hex!("00200098"), &hex!("63C3"));
    expect(&mut card, &hex!("00C0000003"), &hex!("6985"));
}

#[test]
fn an_answer_of_64_kib_never_comes_up_because_files_are_smaller() {
    let mut card = ichiro(|persona| persona.certificates.filler = Filler { byte: 0, len: u16::MAX });
    card.transmit(&JPKI);
    let answer = card.transmit(&hex!("00B08A00000000"));
    assert_eq!(answer.len(), 65_536 + 2);
}

#[test]
fn a_capable_card_is_faster_at_the_reader() {
    let opened = |commands: &[&[u8]]| {
        let mut card = ichiro(|_| ());
        for command in commands {
            card.transmit(command);
        }
        LinkModel::default().time_at_reader(card.journal())
    };
    let extended = opened(&[&JPKI, &hex!("00B08A00000000")]);
    let classic = opened(&[
        &JPKI,
        &hex!("00A4020C02000A"),
        &hex!("00B0000000"),
        &hex!("00B0010000"),
        &hex!("00B0020000"),
        &hex!("00B0030000"),
        &hex!("00B0040000"),
        &hex!("00B0050000"),
        &hex!("00B0060000"),
    ]);
    assert!(extended < classic, "{extended:?} {classic:?}");
}
