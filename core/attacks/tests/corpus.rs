//! The corpus as it is written: its manifest has the format it says, and its files are there.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::fs;

use kazasu_attacks::{attacks, controls, write_corpus};
use kazasu_verify::Verdict;
use serde_json::Value;

#[test]
fn names_are_unique() {
    let all: Vec<String> = attacks().iter().chain(&controls()).map(kazasu_attacks::Attack::id).collect();
    let mut seen = BTreeSet::new();
    let again: Vec<_> = all.iter().filter(|id| !seen.insert(*id)).collect();
    assert!(again.is_empty(), "{again:?}");
}

#[test]
fn controls_are_accepted_or_revoked() {
    let controls = controls();
    let accepted = controls.iter().filter(|one| one.expected.verdict() == Verdict::Accepted).count();
    assert!(accepted > 30);
    let others = controls.iter().filter(|one| one.expected.verdict() != Verdict::Accepted);
    assert!(others.into_iter().all(|one| one.expected.code() == Some("revoked")));
}

#[test]
fn the_manifest_has_its_format_and_the_files_are_there() {
    let directory = tempfile::tempdir().unwrap();
    let written = write_corpus(directory.path()).unwrap();
    let json =
        |name| -> Value { serde_json::from_slice(&fs::read(directory.path().join(name)).unwrap()).unwrap() };
    let (manifest, schema) = (json("manifest.json"), json("manifest.schema.json"));
    let validator = jsonschema::validator_for(&schema).unwrap();
    let found: Vec<_> =
        validator.iter_errors(&manifest).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(found.is_empty(), "{found:#?}");

    assert_eq!(written.vectors.len(), attacks().len() + controls().len());
    for vector in &written.vectors {
        let files = &vector.files;
        let single = [&files.document, &files.signature].into_iter().chain(&files.certificate);
        for path in single.chain(&files.anchors).chain(&files.crl).chain(&files.ocsp) {
            assert!(directory.path().join(path).is_file(), "{path}");
        }
        assert_ne!(vector.arguments.is_some(), vector.library_only.is_some(), "{}", vector.id);
    }
    assert!(write_corpus(directory.path()).is_err(), "the directory is in use");
}
