//! What names from Gradle's version catalogs stand for in its scripts: `libs.card` for the library `card` of
//! `libs.versions.toml`.

use std::path::Path;

use toml::{Table, Value};

use super::files::{Project, Read, values};

/// The end of the name of a catalog's file. What is before it is the catalog's name in the scripts.
pub(super) const FILE: &str = ".versions";

/// Whether a script takes the library `module`, for instance `group:name`, by a catalog: itself, or in a bundle.
pub(super) fn takes(project: &Project, module: &str) -> bool {
    project.catalogs.iter().any(|Read { path, content }| {
        let aliases: Vec<_> = entries(content, "libraries")
            .filter(|(_, library)| is(library, module))
            .map(|(alias, _)| alias)
            .collect();
        let bundles = entries(content, "bundles").filter(|(_, bundle)| {
            let mut members = bundle.as_array().into_iter().flatten().filter_map(Value::as_str);
            members.any(|member| aliases.iter().any(|alias| dotted(alias) == dotted(member)))
        });
        let bundles = bundles.map(|(alias, _)| format!("bundles.{}", dotted(alias)));
        let mut names = aliases.iter().map(|alias| dotted(alias)).chain(bundles);
        names.any(|name| {
            project.gradle.iter().any(|script| mentions(&script.content, &in_script(path, &name)))
        })
    })
}

/// The version that a value of a script stands for, and where it is told.
pub(super) fn version<'a>(project: &'a Project, value: &str) -> Option<(&'a Path, &'a str)> {
    project.catalogs.iter().find_map(|Read { path, content }| {
        entries(content, "versions").find_map(|(alias, version)| {
            let name = in_script(path, &format!("versions.{}", dotted(alias)));
            mentions(value, &name).then_some((&**path, version.as_str()?))
        })
    })
}

fn entries<'a>(catalog: &'a Table, table: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    catalog
        .get(table)
        .and_then(Value::as_table)
        .into_iter()
        .flatten()
        .map(|(alias, value)| (alias.as_str(), value))
}

/// `"group:name:version"`, `{ module = "group:name" }` or `{ group = "group", name = "name" }`.
fn is(library: &Value, module: &str) -> bool {
    let part = |name| library.get(name).and_then(Value::as_str);
    match (library.as_str().or_else(|| part("module")), part("group"), part("name")) {
        (Some(text), ..) => {
            text.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        }
        (None, Some(group), Some(name)) => module.split_once(':') == Some((group, name)),
        _ => false,
    }
}

/// As Gradle names it: each separator is a dot.
fn dotted(alias: &str) -> String {
    alias.replace(['-', '_'], ".")
}

fn in_script(catalog: &Path, name: &str) -> String {
    let file = catalog.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    format!("{}.{name}", file.strip_suffix(FILE).unwrap_or_default())
}

/// Whether the name stands there by itself, and is not the beginning of a longer one.
fn mentions(text: &str, name: &str) -> bool {
    values(text, name).any(|after| !after.starts_with('.') || after.starts_with(".get"))
}
