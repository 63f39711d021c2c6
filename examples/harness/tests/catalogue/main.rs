//! The error catalogue, docs/errors.json, against the code: every public error stands in it, and nothing else; each of its
//! errors can be had as its `reach` says.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]

mod card;
mod elsewhere;
mod mapped;
mod source;

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The part of an error that is tested here.
#[derive(Debug, Deserialize)]
struct Entry {
    code: String,
    area: String,
    tries_affected: String,
    reach: Reach,
}

/// How to get to see it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Reach {
    /// One of the deck.
    persona: Option<String>,
    /// What is asked of its card.
    request: Option<String>,
    /// `wrong` in place of the right one.
    secret: Option<String>,
    /// What happens to an exchange of the first tap.
    fault: Option<String>,
    /// Which exchange, from 0.
    at: Option<usize>,
    /// The persona on the next tap; without it a lost card ends the session.
    resume_with: Option<String>,
    /// A call that the session does not expect before its start.
    misuse: Option<String>,
    /// Typed as the PIN.
    pin: Option<String>,
    /// Typed as the signing password.
    password: Option<String>,
    /// A case of docs/certificate-facts.md §4.4.
    attack: Option<u8>,
    /// A command line of `kazasu`.
    command: Option<String>,
    /// What that exits with.
    exit: Option<i32>,
    /// A file or folder with tests, or with the code where it takes another machine to get there.
    test: Option<String>,
    /// Why it cannot be had from outside.
    defect: Option<String>,
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn catalogue() -> Vec<Entry> {
    let text = std::fs::read_to_string(workspace().join("docs/errors.json")).unwrap();
    let mut catalogue: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(catalogue["version"], 1);
    serde_json::from_value(catalogue["errors"].take()).unwrap()
}
