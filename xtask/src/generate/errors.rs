//! The error catalogue as a page and as JSON.

use std::fmt::Write as _;

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;

use super::catalogue::{Entry, NextAction};
use super::{head, row};

const INTRODUCTION: &str = "
Every error of Kazasu has one code, the same in Rust, in the JSON of the desktop tool and in the foreign interfaces.
[errors.json](errors.json) holds the same for programs. The sentences, in Japanese, easy Japanese and English,
are for users: an app may show them as they are.

* **Cause**: for developers.
* **Next**: what the app does, see the table.
* **Who acts**: who can do something about it, the first one first.
* **Retryable**: whether trying again at once can help.
* **Tries**: what it may have cost: `none`, `one`, or `unknown` where one may be spent; then the outcome of the session
  says what is known.
* **Reach**: how a test gets to see it: a persona of the [deck](personas.md) and a request, with a fault at an exchange
  of the tap (counted from 0); an input; an attack case of [certificate-facts.md](certificate-facts.md) §4.4; a command
  of the desktop tool; or a test.

";

/// `docs/errors.md`.
pub(super) fn page(catalogue: &[Entry]) -> String {
    let mut page = head("Errors", "`docs/errors/*.toml`") + INTRODUCTION;
    page += &row(["Next", "What the app does"]);
    page += &row(["---", "---"]);
    for (action, what) in NextAction::ALL {
        page += &row([format!("`{}`", word(action)).as_str(), what]);
    }
    let mut area = "";
    for entry in catalogue {
        if entry.area != area {
            area = &entry.area;
            // Writing to a string does not fail.
            let _ = write!(page, "\n## {}{}\n", area[..1].to_uppercase(), &area[1..]);
        }
        page += &section(entry);
    }
    page
}

fn section(entry: &Entry) -> String {
    let Entry { code, cause, ja, easy_ja, en, .. } = entry;
    let who: Vec<_> = entry.who_acts.iter().map(word).collect();
    let reach: Vec<_> = entry
        .reach
        .iter()
        .map(|(key, value)| format!("{} `{}`", key.replace('_', " "), word(value)))
        .collect();
    format!(
        "\n### {code}\n\n{cause}\n\n* {ja}\n* {easy_ja}\n* {en}\n\nNext `{}`. Who acts: {}. Retryable: {}. \
         Tries: {}. Reach: {}.\n",
        word(&entry.next_action),
        who.join(", "),
        if entry.retryable { "yes" } else { "no" },
        word(&entry.tries_affected),
        reach.join(", "),
    )
}

/// `docs/errors.json`.
pub(super) fn json(catalogue: &[Entry]) -> Result<String> {
    #[derive(Serialize)]
    struct Catalogue<'a> {
        version: u32,
        errors: &'a [Entry],
    }
    Ok(serde_json::to_string_pretty(&Catalogue { version: 1, errors: catalogue })? + "\n")
}

/// A value as it stands in the data.
fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        other => other.unwrap_or_default().to_string(),
    }
}
