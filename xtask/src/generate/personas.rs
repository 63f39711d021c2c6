//! The deck of personas as a page.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use serde::Deserialize;

use super::{head, row};

const INTRODUCTION: &str = "
Invented people with simulated cards, the same everywhere by name: `Persona::named(\"ichiro\")` in Rust, `--sim ichiro` in
the desktop tool. Their certificates come from a test hierarchy (`O=JPKI-TEST`) whose keys are public, and their secrets are
test values that stand in the files. A file of your own works as well: `--sim my-card.json`, in the form of
[schema.json](../core/sim/personas/schema.json) (JSON Schema 2020-12). Three rules that compare values are checked by the
loader alone; it also names the place of what is wrong.

";

/// The part of a persona that the page shows.
#[derive(Deserialize)]
struct Persona {
    name: String,
    description: Description,
}

#[derive(Deserialize)]
struct Description {
    en: String,
    ja: String,
}

/// `docs/personas.md`.
pub(super) fn page(folder: &Path) -> Result<String> {
    let mut personas = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name != "schema.json") {
            let persona: Persona = serde_json::from_str(&fs::read_to_string(&path)?)
                .with_context(|| path.display().to_string())?;
            personas.push(persona);
        }
    }
    personas.sort_by(|a, b| a.name.cmp(&b.name));
    let mut page = head("Personas", "`core/sim/personas`") + INTRODUCTION;
    page += &row(["Name", "What it is for", "日本語"]);
    page += &row(["---", "---", "---"]);
    for Persona { name, description } in &personas {
        page += &row([format!("`{name}`").as_str(), &description.en, &description.ja]);
    }
    Ok(page)
}
