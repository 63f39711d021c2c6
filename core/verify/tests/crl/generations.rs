//! Replacing a list by the next one.

use std::path::Path;

use kazasu_cert::{RustCrypto, UnixTime};
use kazasu_verify::{
    CrlCheck, CrlIndex, CrlIngest, CrlInvalidity, CrlMark, CrlProblem, CrlScope, CrlScopeProblem, CrlStatus,
    IngestError, TrustAnchors,
};

use crate::common::*;

fn mark(number: u64, this_update: i64) -> CrlMark {
    CrlMark { this_update: UnixTime(this_update), crl_number: Some(number.into()) }
}

fn current(directory: &Path) -> (u64, CrlMark) {
    let index = CrlIndex::open(directory).unwrap();
    let list = index.iter().next().unwrap();
    (list.generation(), list.facts().mark())
}

fn names(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn the_newest_counts_and_the_one_before_is_kept() {
    let directory = tempfile::tempdir().unwrap();
    let directory = &directory.path().join("created");
    for generation in 1..=4 {
        let number = generation + 10;
        let this_update = NOW - 10 * HOUR + i64::try_from(generation).unwrap() * HOUR;
        let report = ingest(&list(number, this_update), directory).unwrap();
        assert_eq!(report.generation, generation);
        assert_eq!(report.replaced, (generation > 1).then(|| mark(number - 1, this_update - HOUR)));
        assert_eq!(report.crl.mark(), mark(number, this_update));
        assert_eq!(current(directory), (generation, mark(number, this_update)));
        assert_eq!(names(directory).len(), 2.min(usize::try_from(generation).unwrap()));
    }
    let previous = CrlIndex::open_previous(directory).unwrap();
    assert_eq!(previous.iter().next().unwrap().generation(), 3);
}

#[test]
fn an_older_list_is_refused_and_the_same_one_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    ingest(&list(1, NOW - 3 * HOUR), directory).unwrap();
    ingest(&list(7, NOW - 2 * HOUR), directory).unwrap();
    let before = names(directory);
    for (number, this_update) in [(6, NOW - HOUR), (7, NOW - 2 * HOUR - 1), (8, NOW - 3 * HOUR)] {
        let error = ingest(&list(number, this_update), directory).unwrap_err();
        let (seen, found) = (mark(7, NOW - 2 * HOUR), mark(number, this_update));
        assert_eq!(error, IngestError::Crl(CrlProblem::Rollback { seen, found }));
    }
    let again = ingest(&list(7, NOW - 2 * HOUR), directory).unwrap();
    assert_eq!((again.generation, again.replaced), (2, Some(mark(7, NOW - 2 * HOUR))));
    assert_eq!(names(directory), before);
}

#[test]
fn an_open_index_stays_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    ingest(&list(1, NOW - 3 * HOUR), directory.path()).unwrap();
    let open = CrlIndex::open(directory.path()).unwrap();
    let mut next = list(2, NOW - 2 * HOUR);
    next.revoke(SERIAL, NOW - DAY, None).unwrap();
    ingest(&next, directory.path()).unwrap();
    ingest(&list(3, NOW - HOUR), directory.path()).unwrap();
    // The file it reads is gone from the directory by now.
    assert_eq!(open.iter().next().unwrap().generation(), 1);
    assert_eq!(status(check_at(NOW).index(&open)), Ok(CrlStatus::Good));
    let previous = CrlIndex::open_previous(directory.path()).unwrap();
    assert_eq!(revoked(status(check_at(NOW).index(&previous))), (NOW - DAY, None));
}

#[test]
fn only_what_counts_now_is_taken_in() {
    let directory = tempfile::tempdir().unwrap();
    let refused = |ingest: CrlIngest<'_>, list: &[u8]| ingest.ingest(list, directory.path()).unwrap_err();
    let own = signed(&list(7, NOW));
    let later = CrlInvalidity::IssuedLater { this_update: UnixTime(NOW) };
    assert_eq!(refused(ingest_at(NOW - 1), &own), IngestError::Crl(later.into()));
    let expired = CrlInvalidity::Expired { next_update: UnixTime(NOW + DAY) };
    assert_eq!(refused(ingest_at(NOW + DAY + 1), &own), IngestError::Crl(expired.into()));
    let mut endless = list(7, NOW);
    endless.next_update.clear();
    let endless = refused(ingest_at(NOW), &signed(&endless));
    assert_eq!(endless, IngestError::Crl(CrlInvalidity::NoNextUpdate.into()));
    let partitions_only = CrlIngest { scope: CrlScope::Partition, ..ingest_at(NOW) };
    let everything = signed(&full_list(7, NOW));
    let no_partition = IngestError::Crl(CrlScopeProblem::NoPartition.into());
    assert_eq!(refused(partitions_only, &everything), no_partition);
    assert_eq!(names(directory.path()), [] as [&str; 0]);
    partitions_only.ingest(&own[..], directory.path()).unwrap();
    ingest_at(NOW).ingest(&everything[..], directory.path()).unwrap();
}

#[test]
fn an_index_answers_for_the_anchors_its_lists_were_checked_against() {
    let directory = tempfile::tempdir().unwrap();
    ingest(&list(7, NOW - HOUR), directory.path()).unwrap();
    let index = CrlIndex::open(directory.path()).unwrap();
    // Without the generation that signed.
    let others: Vec<_> =
        ANCHORS.iter().map(|anchor| anchor.certificate().as_der().to_vec()).take(2).collect();
    let others = TrustAnchors::test(kazasu_verify::Purpose::Signing, others).unwrap();
    let check = CrlCheck { anchors: &others, crypto: &RustCrypto, ..check_at(NOW) };
    assert_eq!(status(check.index(&index)), Err(CrlInvalidity::UnknownKey.into()));
    let seen = mark(8, NOW - HOUR);
    let rollback = CrlProblem::Rollback { seen, found: mark(7, NOW - HOUR) };
    assert_eq!(CrlCheck { seen: Some(seen), ..check_at(NOW) }.index(&index), Err(rollback));
}
