//! The deck of personas, as a table and as a web page.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use serde_json::Value;

use super::{head, row};

const INTRODUCTION: &str = "
Invented people with simulated cards, the same everywhere by name: `Persona::named(\"ichiro\")` in Rust, `--sim ichiro` in
the desktop tool, `SimulatedCard(\"ichiro\")` in Kotlin and Swift, `personas.html#ichiro` ([the web page](personas.html)).
Their certificates come from a test hierarchy (`O=JPKI-TEST`) whose keys are public, and their secrets are test values that
stand in the files. A file of your own works as well: `--sim my-card.json`, in the form of
[schema.json](../core/sim/personas/schema.json) (JSON Schema 2020-12). Three rules that compare values are checked by the
loader alone; it also names the place of what is wrong.

";

/// One persona as it stands in its file.
struct Persona {
    name: String,
    file: Value,
}

fn read(folder: &Path) -> Result<Vec<Persona>> {
    let mut personas = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name != "schema.json") {
            let file: Value = serde_json::from_str(&fs::read_to_string(&path)?)
                .with_context(|| path.display().to_string())?;
            let name = text(&file, "/name")?.to_owned();
            personas.push(Persona { name, file });
        }
    }
    personas.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(personas)
}

fn text<'a>(file: &'a Value, pointer: &str) -> Result<&'a str> {
    file.pointer(pointer).and_then(Value::as_str).with_context(|| format!("no text at {pointer}: {file}"))
}

/// `docs/personas.md`.
pub(super) fn page(folder: &Path) -> Result<String> {
    let mut page = head("Personas", "`core/sim/personas`") + INTRODUCTION;
    page += &row(["Name", "What it is for", "日本語"]);
    page += &row(["---", "---", "---"]);
    for Persona { name, file } in &read(folder)? {
        let name = format!("`{name}`");
        page += &row([name.as_str(), text(file, "/description/en")?, text(file, "/description/ja")?]);
    }
    Ok(page)
}

/// `docs/personas.html`: everything in the deck, each persona at the fragment of its name; without a script.
pub(super) fn web_page(folder: &Path) -> Result<String> {
    let personas = read(folder)?;
    let (mut links, mut sections) = (Vec::new(), Vec::new());
    for Persona { name, file } in &personas {
        let name = escaped(name);
        links.push(format!("<li><a href=\"#{name}\">{name}</a></li>\n"));
        let members = ["holder", "secrets", "certificates", "capabilities", "token", "timing"];
        let present = members.into_iter().filter_map(|member| Some((member, file.get(member)?)));
        let facts: String = present.map(|(member, value)| facts(member, value)).collect();
        let (ja, en) = (escaped(text(file, "/description/ja")?), escaped(text(file, "/description/en")?));
        let json = escaped(&serde_json::to_string_pretty(file)?);
        sections.push(format!(
            "<section id=\"{name}\">\n<h2><a href=\"#{name}\">{name}</a></h2>\n<p lang=\"ja\">{ja}</p>\n<p>{en}</p>\n\
             <dl>\n{facts}</dl>\n<details><summary>JSON</summary><pre>{json}</pre></details>\n</section>\n",
        ));
    }
    Ok(include_str!("personas.html")
        .replace("{links}", &links.concat())
        .replace("{sections}", &sections.concat()))
}

/// One line for each value, named by the way to it.
fn facts(path: &str, value: &Value) -> String {
    let below = |(name, value): (&str, &Value)| facts(&format!("{path} › {name}"), value);
    match value {
        Value::Object(members) => members.iter().map(|(name, value)| below((name, value))).collect(),
        Value::String(text) => fact(path, text),
        other => fact(path, &other.to_string()),
    }
}

fn fact(name: &str, value: &str) -> String {
    let (name, value) = (name.replace('_', " "), escaped(value));
    format!("<div><dt>{}</dt><dd>{value}</dd></div>\n", escaped(&name))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deck() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/sim/personas")
    }

    #[test]
    fn the_web_page_has_every_persona_at_its_name_with_all_it_says() {
        let page = web_page(&deck()).unwrap();
        let sections: Vec<_> = page.split("<section id=\"").skip(1).collect();
        let personas = read(&deck()).unwrap();
        assert_eq!(sections.len(), personas.len());
        for (section, Persona { name, file }) in sections.iter().zip(personas) {
            assert!(section.starts_with(&format!("{name}\"")), "{name}");
            let (_, json) = section.split_once("<pre>").unwrap();
            let json = json.split_once("</pre>").unwrap().0.replace("&quot;", "\"").replace("&lt;", "<");
            let json = json.replace("&gt;", ">").replace("&amp;", "&");
            assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), file, "{name}");
        }
    }

    #[test]
    fn text_is_no_markup() {
        assert_eq!(fact("a_b", "<i>\"&"), "<div><dt>a b</dt><dd>&lt;i&gt;&quot;&amp;</dd></div>\n");
    }
}
