//! Anything may come instead of a list.

use std::io::{self, ErrorKind, Read};

use kazasu_cert::DerRule;
use kazasu_sim::der;
use kazasu_verify::{CrlEncodingRule, CrlProblem, CrlStatus};
use proptest::prelude::*;

use crate::common::*;

fn small_list() -> Vec<u8> {
    let mut list = list(7, NOW - HOUR);
    (0..3).for_each(|n| list.revoke(SERIAL + 1 + n, NOW - DAY, None).unwrap());
    signed(&list)
}

#[track_caller]
fn assert_encoding(list: impl Read, offset: u64, rule: impl Into<CrlEncodingRule>, what: &str) {
    let rule = rule.into();
    let found = check_at(NOW).list(list);
    assert_eq!(found, Err(CrlProblem::Encoding { offset, rule }), "{what}");
    assert_eq!(found.unwrap_err().code(), "crl_encoding");
}

#[test]
fn what_is_not_a_list() {
    assert_encoding(&b""[..], 0, DerRule::Truncated, "empty");
    assert_encoding(&b"<!DOCTYPE html><html>"[..], 0, DerRule::UnexpectedTag, "HTML");
    assert_encoding(&b"-----BEGIN X509 CRL-----\n"[..], 0, DerRule::UnexpectedTag, "PEM");
    assert_encoding(&b"\x30\x80"[..], 0, DerRule::IndefiniteLength, "BER");
    assert_encoding(LEAF.as_der(), 8, CrlEncodingRule::Version, "a certificate");
    assert_encoding(&b"\x30\x85\x01\0\0\0\0"[..], 0, CrlEncodingRule::TooLong, "more than 4 GiB");
}

#[test]
fn something_huge() {
    assert_encoding(io::repeat(b'A').take(1 << 30), 0, DerRule::UnexpectedTag, "a gigabyte of letters");
    assert_encoding(io::repeat(0).take(1 << 30), 0, DerRule::UnexpectedTag, "a gigabyte of zeros");
    // An issuer of a gigabyte.
    let head = [0x30, 0x84, 0x40, 0, 0, 0, 0x30, 0x84, 0x3F, 0, 0, 0, 2, 1, 1, 0x30, 0x84, 0x30, 0, 0, 0];
    assert_encoding(head.chain(io::repeat(0)), 15, CrlEncodingRule::TooLong, "a field");
    // Entries as far as one likes to read, of a list that says to have a gigabyte of them.
    let list = list(7, NOW - HOUR);
    let fields =
        [list.version, list.inner_algorithm, list.issuer, list.this_update, list.next_update].concat();
    let tbs_len = u32::try_from(fields.len() + 6 + 0x3000_0000).unwrap().to_be_bytes();
    let list_len = (u32::from_be_bytes(tbs_len) + 600).to_be_bytes();
    let head = [&[0x30, 0x84][..], &list_len, &[0x30, 0x84], &tbs_len, &fields, &[0x30, 0x84, 0x30, 0, 0, 0]]
        .concat();
    let entry =
        [0x30, 0x12, 0x02, 0x01, 0x05, 0x17, 0x0D].into_iter().chain(*b"260101000000Z").collect::<Vec<_>>();
    let entries = entry.repeat(500_000);
    assert_encoding(
        head.chain(&entries[..]),
        (head.len() + entries.len()) as u64,
        DerRule::Truncated,
        "cut off after ten megabytes",
    );
    let whole = entry.len() * 1000;
    let entries = entry.repeat(1000).into_iter().chain([0x30, 0x82, 0x10, 0x01]).collect::<Vec<_>>();
    assert_encoding(
        head.chain(&entries[..]),
        (head.len() + whole) as u64,
        CrlEncodingRule::TooLong,
        "an entry",
    );
}

#[test]
fn every_truncation_is_noticed() {
    let list = small_list();
    assert_eq!(ask(&list), Ok(CrlStatus::Good));
    for len in 0..list.len() {
        assert!(matches!(ask(&list[..len]), Err(CrlProblem::Encoding { .. })), "{len}");
    }
    assert_encoding(
        &[&list[..], &[0]].concat()[..],
        list.len() as u64,
        DerRule::TrailingBytes,
        "a byte more",
    );
}

#[test]
fn every_flipped_bit_is_noticed() {
    let list = small_list();
    for at in 0..list.len() {
        let mut flipped = list.clone();
        flipped[at] ^= 1 << (at % 8);
        assert!(ask(&flipped).is_err(), "byte {at}");
    }
}

/// Gives a byte at a time, and is interrupted before each.
struct Trickle<'a>(&'a [u8], bool);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1 = !self.1;
        let first = buffer.len().min(1);
        if self.1 { Err(ErrorKind::Interrupted.into()) } else { self.0.read(&mut buffer[..first]) }
    }
}

#[test]
fn how_the_bytes_arrive_does_not_matter() {
    let list = small_list();
    let (at_once, trickled) = (check_at(NOW).list(&list[..]), check_at(NOW).list(Trickle(&list, false)));
    assert_eq!(trickled, at_once);
    assert!(at_once.is_ok());
}

#[test]
fn a_failing_reader_is_not_a_bad_list() {
    struct Fails;
    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(ErrorKind::ConnectionReset.into())
        }
    }
    let list = small_list();
    for len in [0, 1, 100, list.len() - 300, list.len() - 1, list.len()] {
        let problem = check_at(NOW).list(list[..len].chain(Fails)).unwrap_err();
        assert_eq!(problem, CrlProblem::Io { kind: ErrorKind::ConnectionReset }, "{len}");
        assert_eq!(problem.code(), "crl_io");
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_refused(bytes: Vec<u8>) {
        prop_assert!(ask(&bytes).is_err());
        prop_assert!(ask(&der::sequence(&[der::sequence(&[bytes])])).is_err());
    }

    #[test]
    fn arbitrary_parts_are_refused(bytes: Vec<u8>, part in 0usize..8) {
        let mut list = list(7, NOW - HOUR);
        match part {
            0 => list.version = bytes,
            1 => list.inner_algorithm = bytes,
            2 => list.issuer = bytes,
            3 => list.this_update = bytes,
            4 => list.next_update = bytes,
            5 => list.extensions[2].value = bytes,
            6 => list.extensions[0].value = bytes,
            _ => list.outer_algorithm = bytes,
        }
        prop_assert!(ask(&signed(&list)).is_err());
    }
}
