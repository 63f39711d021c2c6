//! The index against a map.

use std::collections::BTreeMap;

use kazasu_cert::UnixTime;
use kazasu_sim::Extension;
use kazasu_sim::der;
use kazasu_sim::pki::{generalized_time, oids, utc_time};
use kazasu_sim::status_services::{CrlEntry, CrlTemplate, RevocationReason as Listed};
use kazasu_verify::{
    CrlCheck, CrlIndex, CrlName, CrlProblem, CrlScope, CrlScopeProblem, CrlStatus, RevokedEntry,
};
use proptest::prelude::*;

use crate::common::*;

/// Serial number without leading zeros, date, code of the reason, invalidity date.
type Entry = (Vec<u8>, i64, Option<u8>, Option<i64>);

fn serial() -> impl Strategy<Value = Vec<u8>> {
    let minimal = |octets: Vec<u8>| octets.into_iter().skip_while(|octet| *octet == 0).collect::<Vec<_>>();
    prop_oneof![
        // Close together, so that some are listed twice.
        8 => (0u32..400).prop_map(move |number| minimal((number + 20_000_000).to_be_bytes().to_vec())),
        4 => any::<u32>().prop_map(move |number| minimal(number.to_be_bytes().to_vec())),
        1 => prop::collection::vec(any::<u8>(), 0..=20).prop_map(minimal),
        1 => Just(vec![0x7F, 0xFF, 0xFF, 0xFF]),
        1 => Just(vec![0x80, 0, 0, 0]),
        1 => Just(vec![0xFF; 20]),
    ]
}

fn entry() -> impl Strategy<Value = Entry> {
    let date = prop_oneof![
        8 => NOW - 2000 * DAY..NOW,
        // From 1950 to 9999.
        1 => -631_152_000i64..=253_402_300_799,
        1 => (NOW - HOUR - (1 << 29) - 3)..(NOW - HOUR - (1 << 29) + 3),
        1 => (NOW - HOUR - 2)..(NOW - HOUR + 3),
    ];
    let reason = prop::option::of(prop::sample::select(vec![0u8, 1, 2, 3, 4, 5, 6, 9, 10]));
    let invalidity = prop::option::weighted(0.05, -631_152_000i64..=253_402_300_799);
    (serial(), date, reason, invalidity)
}

fn listed((serial, date, reason, invalidity): &Entry) -> CrlEntry {
    let reason = reason.map(|code| Extension::plain(oids::reason_code(), der::tlv(0x0A, &[code])));
    let invalidity =
        invalidity.map(|date| Extension::plain(der::oid(&[2, 5, 29, 24]), generalized_time(date).unwrap()));
    CrlEntry {
        serial_number: der::unsigned(serial),
        revocation_date: utc_time(*date).or_else(|_| generalized_time(*date)).unwrap(),
        extensions: reason.into_iter().chain(invalidity).collect(),
    }
}

/// Date, reason and invalidity date.
type Found = (i64, Option<String>, Option<i64>);

fn found(entry: RevokedEntry) -> Found {
    let reason =
        entry.reason.map(|reason| serde_json::to_value(reason).unwrap().as_str().unwrap().to_owned());
    (entry.revocation_date.0, reason, entry.invalidity_date.map(|UnixTime(at)| at))
}

fn name(code: u8) -> String {
    let names = [
        "unspecified",
        "key_compromise",
        "ca_compromise",
        "affiliation_changed",
        "superseded",
        "cessation_of_operation",
        "certificate_hold",
        "",
        "",
        "privilege_withdrawn",
        "aa_compromise",
    ];
    names[usize::from(code)].to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn the_index_agrees_with_a_map(
        mut entries in prop::collection::vec(entry(), 0..600),
        in_order: bool,
        absent in prop::collection::vec(serial(), 60),
    ) {
        if in_order {
            entries.sort_by_key(|(serial, ..)| (serial.len(), serial.clone()));
        }
        // The dates alone tell which of two entries for one serial number counts.
        let mut model = BTreeMap::<&[u8], &Entry>::new();
        for entry in &entries {
            let kept = model.entry(&entry.0).or_insert(entry);
            if entry.1 < kept.1 {
                *kept = entry;
            }
        }
        let mut list = list(7, NOW - HOUR);
        list.entries = entries.iter().map(listed).collect();
        let signed = signed(&list);
        let directory = tempfile::tempdir().unwrap();
        let report = ingest_at(NOW).ingest(&signed[..], directory.path()).unwrap();
        prop_assert_eq!((report.entries, report.list_len), (entries.len() as u64, signed.len() as u64));

        let index = CrlIndex::open(directory.path()).unwrap();
        let partition = partition();
        let partition = CrlName::Partition(&partition);
        prop_assert_eq!(index.list(partition).unwrap().unwrap().entries(), entries.len() as u64);
        let serials = entries.iter().map(|(serial, ..)| serial).chain(&absent);
        for serial in serials {
            let dates = entries.iter().filter(|entry| entry.0 == *serial).map(|entry| entry.1);
            let ambiguous = dates.clone().count() > 1 && dates.clone().filter(|date| Some(*date) == dates.clone().min()).count() > 1;
            // As a certificate has it, and with a zero too many.
            for zeros in [vec![0], vec![0, 0]] {
                let content = [&zeros[..], serial].concat();
                let entry = index.lookup(partition, &content).unwrap().map(found);
                let expected = model.get(&serial[..]).map(|(_, date, reason, invalidity)| (*date, reason.map(name), *invalidity));
                if ambiguous {
                    prop_assert_eq!(entry.map(|entry| entry.0), expected.map(|entry| entry.0));
                } else {
                    prop_assert_eq!(entry, expected);
                }
            }
        }
        let elsewhere = other_partition();
        let nothing = index.lookup(CrlName::Partition(&elsewhere), &[1]);
        prop_assert_eq!(nothing, Err(CrlProblem::Scope(CrlScopeProblem::NoList)));
        for not_a_serial in [&[][..], &[0x80], &[1; 21]] {
            let problem = CrlProblem::Scope(CrlScopeProblem::Serial);
            prop_assert_eq!(index.lookup(partition, not_a_serial), Err(problem));
        }
    }

    #[test]
    fn the_index_decides_as_the_list_does(
        // Some of one second, of which one with a reason counts.
        revocations in prop::collection::vec((
            prop::sample::select(vec![SERIAL - 1, SERIAL, SERIAL + 1]),
            prop_oneof![-3 * DAY..2 * DAY, Just(-DAY)],
            prop::sample::select(vec![None, Some(Listed::KeyCompromise), Some(Listed::Superseded)]),
        ), 0..5),
        offset in -2 * DAY..3 * DAY,
    ) {
        let mut list = list(7, NOW);
        revocations.iter().for_each(|(serial, at, reason)| list.revoke(*serial, NOW + at, *reason).unwrap());
        let signed = signed(&list);
        let directory = tempfile::tempdir().unwrap();
        ingest_at(NOW).ingest(&signed[..], directory.path()).unwrap();
        let index = CrlIndex::open(directory.path()).unwrap();
        let check = check_at(NOW + offset);
        prop_assert_eq!(check.index(&index), check.list(&signed[..]));
    }
}

#[test]
fn partitions_and_a_list_of_everything_side_by_side() {
    let directory = tempfile::tempdir().unwrap();
    let mut own = list(3, NOW - 2 * HOUR);
    own.revoke(SERIAL, NOW - DAY, None).unwrap();
    for list in [&own, &list_of(&other_partition(), 9, NOW - HOUR)] {
        ingest(list, directory.path()).unwrap();
    }
    let index = CrlIndex::open(directory.path()).unwrap();
    assert_eq!(index.iter().count(), 2);
    assert_eq!(revoked(status(check_at(NOW).index(&index))), (NOW - DAY, None));

    // The list of everything is newer, and counts where it is expected.
    ingest(&full_list(4, NOW - HOUR), directory.path()).unwrap();
    let index = CrlIndex::open(directory.path()).unwrap();
    assert_eq!(index.iter().count(), 3);
    assert_eq!(revoked(status(check_at(NOW).index(&index))), (NOW - DAY, None));
    let full = CrlCheck { scope: CrlScope::Full, ..check_at(NOW) };
    assert_eq!(status(full.index(&index)), Ok(CrlStatus::Good));
    assert_eq!(index.lookup(CrlName::Full(LEAF.issuer_der()), LEAF.serial()), Ok(None));

    let negative = leaf(|leaf| leaf.serial_number = der::tlv(0x02, &[0x80]));
    let check = CrlCheck { certificate: &negative, ..check_at(NOW) };
    assert_eq!(status(check.index(&index)), Err(CrlProblem::Scope(CrlScopeProblem::Serial)));

    let empty = tempfile::tempdir().unwrap();
    let empty = CrlIndex::open(empty.path()).unwrap();
    assert_eq!(status(check_at(NOW).index(&empty)), Err(CrlProblem::Scope(CrlScopeProblem::NoList)));
}

/// A list of everything and a partition's have numbers of their own.
#[test]
fn of_lists_of_the_same_second_one_with_the_entry_counts() {
    let full = CrlCheck { scope: CrlScope::Full, ..check_at(NOW) };
    let revoking = |mut list: CrlTemplate| {
        list.revoke(SERIAL, NOW - DAY, None).unwrap();
        list
    };
    for (of_all, of_partition) in [(7, 8), (8, 7), (7, 7)] {
        let [all, partition] = [full_list(of_all, NOW - HOUR), list(of_partition, NOW - HOUR)];
        for lists in [[revoking(all.clone()), partition.clone()], [all, revoking(partition)]] {
            let ders = lists.each_ref().map(signed);
            for ders in [[&ders[0], &ders[1]], [&ders[1], &ders[0]]] {
                assert_eq!(revoked(status(full.lists(ders.map(Vec::as_slice)))), (NOW - DAY, None));
            }
            let directory = tempfile::tempdir().unwrap();
            lists.iter().for_each(|list| drop(ingest(list, directory.path()).unwrap()));
            let index = CrlIndex::open(directory.path()).unwrap();
            assert_eq!(revoked(status(full.index(&index))), (NOW - DAY, None));
        }
    }
}
