//! The error catalogue as apps carry it, and how the library is linked.

use std::{env, fs, path::Path};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

const CATALOGUE: &str = "../docs/errors.json";

/// In the order of the fields of `CatalogueEntry`.
const FIELDS: [&str; 10] = [
    "code",
    "area",
    "cause",
    "ja",
    "easy_ja",
    "en",
    "next_action",
    "who_acts",
    "retryable",
    "tries_affected",
];

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={CATALOGUE}");
    let json: Value = serde_json::from_slice(&fs::read(CATALOGUE).context(CATALOGUE)?)?;
    let errors = json.get("errors").and_then(Value::as_array).context("no errors in the catalogue")?;
    let lines = errors.iter().map(line).collect::<Result<Vec<_>>>()?.join("\n");
    let out = env::var_os("OUT_DIR").context("OUT_DIR")?;
    fs::write(
        Path::new(&out).join("catalogue.deflate"),
        miniz_oxide::deflate::compress_to_vec(lines.as_bytes(), 10),
    )?;

    let system = env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if system == "android" || system == "linux" {
        // Android has devices whose memory pages have 16 KB, and loads no library there that is laid out for smaller ones.
        // Linux is linked alike, so that the layout is checked wherever the library is built.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,max-page-size=16384");
    }
    if system == "android" {
        // The NDK's linker is LLVM's. It packs the table of relocations, which every Android since 6 can read.
        println!("cargo::rustc-cdylib-link-arg=-Wl,--pack-dyn-relocs=android");
    }
    Ok(())
}

/// One entry: its fields, with tabs between them.
fn line(entry: &Value) -> Result<String> {
    let fields = FIELDS.map(|name| {
        let text = match entry.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Bool(value)) => value.to_string(),
            Some(Value::Array(all)) => {
                all.iter().map(|one| one.as_str().context(name)).collect::<Result<Vec<_>>>()?.join(",")
            }
            _ => return Err(anyhow::anyhow!("{entry} has no {name}")),
        };
        ensure!(!text.contains(['\t', '\n']), "a tab or the end of a line in {text}");
        Ok(text)
    });
    Ok(fields.into_iter().collect::<Result<Vec<_>>>()?.join("\t"))
}
