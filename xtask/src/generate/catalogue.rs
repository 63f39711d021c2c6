//! The error catalogue: `docs/errors/*.toml`, one file for each area.

use std::{collections::HashSet, fs, path::Path};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use toml::Table;

/// Areas in the order of the page; each is a file of this name.
const AREAS: &[&str] = &["card", "secrets", "verification", "revocation", "channel", "phone", "trace"];

/// One error: for its fields see `errors::page`, which explains them to readers.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) code: String,
    pub(super) area: String,
    pub(super) cause: String,
    pub(super) ja: String,
    pub(super) easy_ja: String,
    pub(super) en: String,
    pub(super) next_action: NextAction,
    pub(super) who_acts: Vec<Actor>,
    pub(super) retryable: bool,
    pub(super) tries_affected: TriesAffected,
    /// How a test gets to see it.
    pub(super) reach: Table,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum NextAction {
    TapAgain,
    EnterAgain,
    EnterSecret,
    CheckTries,
    AskConsent,
    UseRightCard,
    Unblock,
    IssueCertificate,
    CheckSetup,
    Wait,
    GetEvidence,
    Refuse,
    FixCall,
    Report,
}

impl NextAction {
    /// All of them, with what an app does.
    pub(super) const ALL: &[(Self, &str)] = &[
        (Self::TapAgain, "show how to hold the card, then start the same request again"),
        (Self::EnterAgain, "show the remaining tries, then ask for the secret again"),
        (Self::EnterSecret, "ask for the secret"),
        (Self::CheckTries, "read the remaining tries and show them before anything is entered"),
        (Self::AskConsent, "say what is at stake, and go on only with a consent made for this one attempt"),
        (Self::UseRightCard, "ask for the right card, then start again"),
        (Self::Unblock, "explain where it is unlocked; no app can do it"),
        (Self::IssueCertificate, "send to the municipal office, which issues or renews certificates"),
        (Self::CheckSetup, "look at device, reader or file, then start again"),
        (Self::Wait, "try again a little later"),
        (Self::GetEvidence, "the relying party fetches revocation data again"),
        (Self::Refuse, "the relying party does not accept, and keeps the report"),
        (Self::FixCall, "the developer, or whoever typed the command, corrects it"),
        (Self::Report, "report the defect, without personal data"),
    ];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Actor {
    User,
    MunicipalOffice,
    Kiosk,
    Developer,
    JLis,
    RelyingParty,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum TriesAffected {
    None,
    One,
    Unknown,
}

/// A file: what its errors have in common, and the errors.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Area {
    #[serde(default)]
    default: Table,
    error: Vec<Table>,
}

/// Reads and checks all areas.
pub(super) fn read(folder: &Path) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for area in AREAS {
        let path = folder.join(area).with_extension("toml");
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        entries.extend(parse(area, &text).with_context(|| path.display().to_string())?);
    }
    let mut codes = HashSet::new();
    for entry in &entries {
        ensure!(codes.insert(&entry.code), "{}: occurs twice", entry.code);
    }
    Ok(entries)
}

fn parse(area: &str, text: &str) -> Result<Vec<Entry>> {
    let Area { default, error } = toml::from_str(text)?;
    let whole = |own: Table| -> Result<Entry> {
        let mut entry = default.clone();
        entry.extend(own);
        entry.insert("area".to_owned(), area.into());
        let entry: Entry = entry.try_into()?;
        check(&entry).with_context(|| entry.code.clone())?;
        Ok(entry)
    };
    error.into_iter().map(whole).collect()
}

/// What people read is short, whole, and in words that its readers know.
fn check(entry: &Entry) -> Result<()> {
    let is_code = |c: char| c.is_ascii_lowercase() || c == '_';
    ensure!(!entry.code.is_empty() && entry.code.chars().all(is_code), "a code is written in snake case");
    ensure!(entry.cause.ends_with('.'), "the cause is a sentence");
    ensure!(!entry.who_acts.is_empty(), "somebody has to act");
    ensure!(!entry.reach.is_empty(), "a test has to reach it");
    for (text, end, limit) in [(&entry.ja, '。', 90), (&entry.easy_ja, '。', 90), (&entry.en, '.', 190)] {
        ensure!(text.ends_with(end), "does not end as a sentence: {text}");
        ensure!(text.chars().count() <= limit, "longer than {limit} characters: {text}");
    }
    let is_kanji = |c: char| matches!(c, '\u{3400}'..='\u{9FFF}');
    ensure!(!entry.easy_ja.contains(is_kanji), "kanji in easy Japanese: {}", entry.easy_ja);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        [default]
        who_acts = ["j_lis"]
        retryable = false
        tries_affected = "none"
        [[error]]
        code = "some_code"
        cause = "Something."
        ja = "何か。"
        easy_ja = "なにか。"
        en = "Something."
        next_action = "wait"
        tries_affected = "one"
        reach = { attack = 3 }
    "#;

    #[test]
    fn an_error_takes_what_it_does_not_say_from_the_default() {
        let [entry] = &parse("card", GOOD).unwrap()[..] else { panic!() };
        assert_eq!((entry.code.as_str(), entry.area.as_str()), ("some_code", "card"));
        assert_eq!(entry.who_acts, [Actor::JLis]);
        assert_eq!(entry.tries_affected, TriesAffected::One);
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (from, to, reason) in [
            ("some_code", "SomeCode", "snake case"),
            ("ja = \"何か。\"", "ja = \"何か\"", "does not end"),
            ("なにか。", "何か。", "kanji"),
            ("\"Something.\"\n        ja", "\"Something\"\n        ja", "the cause"),
            ("[\"j_lis\"]", "[]", "somebody"),
            ("{ attack = 3 }", "{}", "reach"),
            ("\"wait\"", "\"pray\"", "unknown variant"),
            ("en = ", "english = ", "unknown field"),
            ("なにか。", &"な".repeat(91), "does not end"),
            ("なにか。", &format!("{}。", "な".repeat(90)), "longer than 90"),
        ] {
            assert!(GOOD.contains(from), "{from}");
            let error = format!("{:#}", parse("card", &GOOD.replace(from, to)).unwrap_err());
            assert!(error.contains(reason), "{to}: {error}");
        }
    }

    #[test]
    fn each_next_action_is_described_once_and_used() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/errors");
        let entries = read(&folder).unwrap();
        for (position, (action, _)) in NextAction::ALL.iter().enumerate() {
            assert!(NextAction::ALL.iter().skip(position + 1).all(|(other, _)| other != action));
            assert!(entries.iter().any(|entry| entry.next_action == *action), "{action:?} is not used");
        }
        assert!(entries.iter().all(|entry| NextAction::ALL.iter().any(|(one, _)| *one == entry.next_action)));
        let files = fs::read_dir(folder).unwrap().count();
        assert_eq!(files, AREAS.len(), "each area is a file and each file an area");
    }
}
