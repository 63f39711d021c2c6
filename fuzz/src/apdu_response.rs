//! Answers of a card: splitting off the status word, reading it, and the length in the head of a certificate.
//!
//! The input is the answer.

use der::{Decode, Encode, Header, SliceReader, Tag};
use kazasu_card::{ResponseApdu, SecretAnswer, StatusWord};
use kazasu_cert::der_total_len;

/// Nothing is lost or invented, and tries come from exactly `63Cx`.
pub fn run(input: &[u8]) {
    match ResponseApdu::parse(input) {
        Ok(answer) => {
            assert_eq!([answer.data, &answer.sw.0.to_be_bytes()].concat(), input);
            let data_len = input.len() - 2;
            assert_eq!(format!("{answer:?}"), format!("{:04X} ({data_len} bytes of data)", answer.sw.0));
            status_word(answer.sw);
        }
        Err(error) => assert!(input.len() < 2 && error.len == input.len()),
    }
    total_len(input);
}

fn status_word(sw: StatusWord) {
    let [sw1, sw2] = sw.0.to_be_bytes();
    let len = if sw2 == 0 { 256 } else { usize::from(sw2) };
    assert_eq!(sw.more_data(), (sw1 == 0x61).then_some(len));
    assert_eq!(sw.exact_length(), (sw1 == 0x6C).then_some(len));
    match sw.about_secret() {
        SecretAnswer::Success => assert_eq!(sw.0, 0x9000),
        SecretAnswer::Remaining(tries) => {
            assert!((1..=15).contains(&tries) && sw.0 == 0x63C0 | u16::from(tries));
        }
        SecretAnswer::Blocked => assert!([0x63C0, 0x6983, 0x6984].contains(&sw.0)),
        SecretAnswer::NoCounter => assert_eq!(sw.0, 0x6300),
        SecretAnswer::Other => assert!(sw1 != 0x63 || (0x01..0xC0).contains(&sw2) || sw2 >= 0xD0),
    }
}

/// The crate `der` reads lengths its own way.
fn total_len(head: &[u8]) {
    let ours = der_total_len(head);
    assert_eq!(ours, der_total_len(&head[..head.len().min(6)]));
    let theirs = SliceReader::new(head).and_then(|mut reader| Header::decode(&mut reader));
    if let Ok(header) = theirs {
        // Not with the sum of `der`, whose lengths end at 2^28 - 1.
        let parts = [header.encoded_len().unwrap(), header.length];
        let total = parts.into_iter().map(|len| usize::try_from(len).unwrap()).sum();
        assert_eq!(ours, (header.tag == Tag::Sequence).then_some(total));
    }
}
