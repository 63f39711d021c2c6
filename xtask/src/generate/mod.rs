//! `cargo xtask generate`: every file that is made from data, in one place.

mod catalogue;
mod errors;
mod personas;

use std::fs;

use anyhow::{Context, Result};

/// A file and what belongs in it.
struct Generated {
    /// From the workspace root.
    path: &'static str,
    text: String,
}

fn all() -> Result<Vec<Generated>> {
    let catalogue = catalogue::read("docs/errors".as_ref())?;
    Ok(vec![
        Generated { path: "docs/errors.md", text: errors::page(&catalogue) },
        Generated { path: "docs/errors.json", text: errors::json(&catalogue)? },
        Generated { path: "docs/personas.md", text: personas::page("core/sim/personas".as_ref())? },
        Generated { path: "docs/personas.html", text: personas::web_page("core/sim/personas".as_ref())? },
    ])
}

/// Writes what has changed.
pub(crate) fn generate() -> Result<()> {
    for Generated { path, text } in all()?.into_iter().filter(is_stale) {
        fs::write(path, text).context(path)?;
        println!("{path}");
    }
    Ok(())
}

/// Files that are not as their data would have them.
pub(crate) fn stale() -> Result<Vec<&'static str>> {
    Ok(all()?.iter().filter(|file| is_stale(file)).map(|file| file.path).collect())
}

fn is_stale(file: &Generated) -> bool {
    !fs::read_to_string(file.path).is_ok_and(|text| text == file.text)
}

/// First lines of a page.
fn head(title: &str, made_from: &str) -> String {
    format!("# {title}\n\nMade by `cargo xtask generate` from {made_from}: change that, not this page.\n")
}

/// A row of a Markdown table.
fn row<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<_> = cells.into_iter().map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_in_a_cell_does_not_end_it() {
        assert_eq!(row(["a|b", "c"]), "| a\\|b | c |\n");
    }

    #[test]
    fn a_file_that_differs_or_is_missing_is_stale() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        let text = fs::read_to_string(path).unwrap();
        assert!(!is_stale(&Generated { path, text: text.clone() }));
        assert!(is_stale(&Generated { path, text: text + "\n" }));
        assert!(is_stale(&Generated { path: "/no/such/file", text: String::new() }));
    }
}
