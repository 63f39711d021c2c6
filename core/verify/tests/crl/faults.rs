//! Damage, cuts and crashes: whatever happens, the old list stays in service or the loss is told.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use kazasu_sim::{KeyName, TestKey};
use kazasu_verify::{CrlIndex, CrlName, CrlProblem, IndexError, IngestError};
use tempfile::TempDir;

use crate::common::*;

/// An index with a list in which the certificate is revoked, and one of another municipality.
fn in_service() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let mut own = list(7, NOW - 2 * HOUR);
    own.revoke(SERIAL, NOW - DAY, None).unwrap();
    // One of each section: ascending, others, wide.
    own.revoke(SERIAL - 1, NOW - DAY, None).unwrap();
    own.revoke(1 << 40, NOW - DAY, None).unwrap();
    ingest(&own, directory.path()).unwrap();
    ingest(&list_of(&other_partition(), 7, NOW - 2 * HOUR), directory.path()).unwrap();
    directory
}

fn files(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let paths = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = paths.map(|path| (path.clone(), fs::read(path).unwrap())).collect();
    files.sort();
    files
}

/// The file of the certificate's own list.
fn own_file(directory: &Path) -> PathBuf {
    let mut files = files(directory);
    files.sort_by_key(|(_, content)| content.len());
    files.pop().unwrap().0
}

#[track_caller]
fn assert_in_service(directory: &Path, what: &str) {
    let index = CrlIndex::open(directory).unwrap();
    assert_eq!(index.damaged().count(), 0, "{what}");
    assert_eq!(revoked(status(check_at(NOW).index(&index))), (NOW - DAY, None), "{what}");
}

#[test]
fn a_bad_list_leaves_the_index_as_it_was() {
    struct Fails;
    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(ErrorKind::TimedOut.into())
        }
    }
    let directory = in_service();
    let before = files(directory.path());
    let mut next = list(8, NOW - HOUR);
    (0..50).for_each(|n| next.revoke(SERIAL + n, NOW - HOUR, None).unwrap());
    let next = {
        let good = signed(&next);
        let forged = next.sign(&TestKey::load(KeyName::Attacker).unwrap()).unwrap();
        [(good, ""), (forged, "crl_invalid")]
    };
    let [(good, _), (forged, _)] = &next;
    let refused = |list: &mut dyn Read, code: &str| {
        let error = ingest_at(NOW).ingest(list, directory.path()).unwrap_err();
        let IngestError::Crl(problem) = error else { panic!("{error:?}") };
        assert_eq!(problem.code(), code);
        assert_eq!(files(directory.path()), before, "{code}");
    };
    for len in (0..good.len()).step_by(13).chain([1, 2, 3, 4, good.len() - 1]) {
        refused(&mut &good[..len], "crl_encoding");
    }
    refused(&mut &forged[..], "crl_invalid");
    refused(&mut &b"<html>503 Service Unavailable</html>"[..], "crl_encoding");
    refused(&mut io::repeat(b'<').take(1 << 30), "crl_encoding");
    refused(&mut good[..good.len() / 2].chain(Fails), "crl_io");
    let mut flipped = good.clone();
    flipped[good.len() / 2] ^= 1;
    let error = ingest_at(NOW).ingest(&flipped[..], directory.path()).unwrap_err();
    assert!(matches!(error, IngestError::Crl(_)), "{error:?}");
    assert_in_service(directory.path(), "after all that");
    ingest_at(NOW).ingest(&good[..], directory.path()).unwrap();
}

#[test]
fn a_directory_that_cannot_be_written_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, b"").unwrap();
    let error = ingest(&list(7, NOW - HOUR), &file).unwrap_err();
    assert!(matches!(error, IngestError::Io { .. }), "{error:?}");
    let error = CrlIndex::open(directory.path().join("missing")).unwrap_err();
    assert!(matches!(error, IndexError::Io { kind: ErrorKind::NotFound, .. }), "{error:?}");
}

/// A crash between writing and renaming leaves a file under another name, whole or in part.
#[test]
fn what_a_crash_leaves_behind_is_not_looked_at() {
    let directory = in_service();
    let path = directory.path();
    let mut next = list(8, NOW - HOUR);
    next.revoke(SERIAL + 1, NOW - DAY, None).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    ingest(&next, elsewhere.path()).unwrap();
    let [(_, whole)] = &files(elsewhere.path())[..] else { panic!("one file") };
    let leftover = path.join("incoming-Xy12Zw.partial");
    for len in [0, 1, 100, whole.len() - 1, whole.len()] {
        fs::write(&leftover, &whole[..len]).unwrap();
        assert_in_service(path, "a leftover");
    }
    // It may belong to a program that is still at work, unless it is old.
    ingest(&list_of(&other_partition(), 8, NOW - HOUR), path).unwrap();
    assert!(leftover.exists());
    let file = File::options().write(true).open(&leftover).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(25 * 3600)).unwrap();
    ingest(&list_of(&other_partition(), 9, NOW - HOUR), path).unwrap();
    assert!(!leftover.exists());
    assert_in_service(path, "after the leftover");
}

#[track_caller]
fn assert_damaged(directory: &Path, own: &Path, what: &str) {
    let index = CrlIndex::open(directory).unwrap();
    let damaged: Vec<_> = index.damaged().cloned().collect();
    let expected = IndexError::Damaged { path: own.to_owned() };
    assert_eq!(damaged, std::slice::from_ref(&expected), "{what}");
    // Who asks for it is told; nobody is called good.
    let problem = CrlProblem::Index(expected);
    assert_eq!(problem.code(), "crl_index");
    assert_eq!(status(check_at(NOW).index(&index)), Err(problem.clone()), "{what}");
    assert_eq!(index.lookup(CrlName::Partition(&partition()), LEAF.serial()), Err(problem), "{what}");
    // The others are there.
    assert_eq!(index.lookup(CrlName::Partition(&other_partition()), LEAF.serial()), Ok(None), "{what}");
}

#[test]
fn a_cut_off_file_is_noticed_at_every_length() {
    let directory = in_service();
    let own = own_file(directory.path());
    let whole = fs::read(&own).unwrap();
    for len in 0..whole.len() {
        fs::write(&own, &whole[..len]).unwrap();
        assert_damaged(directory.path(), &own, &format!("{len} bytes"));
    }
    fs::write(&own, [&whole[..], &[0]].concat()).unwrap();
    assert_damaged(directory.path(), &own, "a byte more");
    fs::write(&own, &whole).unwrap();
    assert_in_service(directory.path(), "put back");
}

#[test]
fn every_flipped_bit_of_a_file_is_noticed() {
    let directory = in_service();
    let own = own_file(directory.path());
    let whole = fs::read(&own).unwrap();
    for at in (0..whole.len()).filter(|at| !(8..12).contains(at)) {
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (at % 8);
        fs::write(&own, flipped).unwrap();
        assert_damaged(directory.path(), &own, &format!("byte {at}"));
    }
    let mut other_version = whole.clone();
    other_version[8] = 1;
    fs::write(&own, other_version).unwrap();
    let index = CrlIndex::open(directory.path()).unwrap();
    let expected = IndexError::Version { path: own.clone(), found: 1 };
    assert_eq!(index.damaged().collect::<Vec<_>>(), [&expected]);
}

#[test]
fn taking_the_list_in_anew_repairs_a_damaged_file() {
    let directory = in_service();
    let own = own_file(directory.path());
    let mut content = fs::read(&own).unwrap();
    content[20] ^= 1;
    fs::write(&own, content).unwrap();
    assert_damaged(directory.path(), &own, "before");
    // The very list again, of which the footer is undamaged.
    let mut list = list(7, NOW - 2 * HOUR);
    list.revoke(SERIAL, NOW - DAY, None).unwrap();
    list.revoke(SERIAL - 1, NOW - DAY, None).unwrap();
    list.revoke(1 << 40, NOW - DAY, None).unwrap();
    let report = ingest(&list, directory.path()).unwrap();
    assert_eq!(report.generation, 2);
    assert_in_service(directory.path(), "repaired");
}

#[test]
fn files_of_other_kinds_are_left_alone() {
    let directory = in_service();
    for name in ["README", "x.crl-index", "a.b.crl-index", ".0000000001.crl-indexes"] {
        fs::write(directory.path().join(name), b"something else").unwrap();
    }
    assert_in_service(directory.path(), "beside other files");
    ingest(&list(8, NOW - HOUR), directory.path()).unwrap();
    assert_eq!(fs::read(directory.path().join("README")).unwrap(), b"something else");
}
