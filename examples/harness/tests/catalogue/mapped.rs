//! Every public error has its entry, and every entry an error. That each variant has a code is the compiler's to check: the
//! `match` in each `code` names them all.

use std::collections::BTreeSet;

use kazasu_card::trace::{Diverged, TraceError};
use kazasu_card::{Failure, Misuse, Reconciliation, SecretError};
use kazasu_verify::REJECTION_CODES;

use crate::source::{codes_after, codes_of_errors, texts};
use crate::{catalogue, workspace};

fn in_catalogue(areas: &[&str]) -> BTreeSet<String> {
    let entries = catalogue().into_iter().filter(|entry| areas.contains(&entry.area.as_str()));
    entries.map(|entry| entry.code).collect()
}

fn set<'a>(codes: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    codes.into_iter().map(str::to_owned).collect()
}

#[test]
fn of_the_card() {
    let codes = [Failure::CODES, Reconciliation::CODES, Misuse::CODES].concat();
    assert_eq!(in_catalogue(&["card"]), set(codes));
}

#[test]
fn of_the_verifier() {
    let source = texts(&workspace().join("core/verify/src"));
    let mut codes = set(source.iter().flat_map(|text| codes_of_errors(text)));
    assert!(REJECTION_CODES.iter().all(|code| codes.contains(*code)), "{codes:?}");
    // The verdict itself, where nothing is wrong but something is missing.
    codes.insert("indeterminate".to_owned());
    assert_eq!(in_catalogue(&["verification", "revocation"]), codes);
}

#[test]
fn of_traces() {
    let codes = [TraceError::CODES, Diverged::CODES].concat();
    assert_eq!(in_catalogue(&["trace"]), set(codes));
}

/// Those that only a phone has: what the Kotlin exceptions and the Swift errors give, beside those of others.
#[test]
fn of_phones() {
    let source = |path: &str| texts(&workspace().join(path)).concat();
    let kotlin = source("android/kazasu/src/main/kotlin/app/kazasu/ChannelException.kt");
    let swift = source("ios/Sources/Kazasu/Card/KazasuError.swift");
    let kotlin =
        codes_after(&kotlin, |before| before.ends_with("->") || before.ends_with("code: String get() ="));
    let swift = codes_after(&swift, |before| before.ends_with(':'));
    for codes in [&kotlin, &swift] {
        assert!(["card_lost", "channel_refused"].iter().all(|code| codes.contains(code)), "{codes:?}");
    }
    let others = in_catalogue(&["card", "channel", "secrets"]);
    let own: BTreeSet<_> = set(kotlin.into_iter().chain(swift)).difference(&others).cloned().collect();
    assert_eq!(in_catalogue(&["phone"]), own);
}

/// The desktop tool's own, as they stand in its source: after the exit code, or in one of two helpers.
#[test]
fn of_the_desktop_tool_and_of_secrets() {
    let source = texts(&workspace().join("examples/harness/src"));
    let own = set(source.iter().flat_map(|text| {
        codes_after(text, |before| {
            let helper = before.ends_with("Failed::file(") || before.ends_with("several(");
            helper
                || before
                    .strip_suffix(',')
                    .is_some_and(|number| number.ends_with(|c: char| c.is_ascii_digit()))
        })
    }));
    let card = in_catalogue(&["card"]);
    let expected: BTreeSet<_> = set(SecretError::CODES.iter().copied()).union(&own).cloned().collect();
    assert_eq!(in_catalogue(&["secrets", "channel"]), expected.difference(&card).cloned().collect());
}
