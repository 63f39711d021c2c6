//! `cargo xtask bindings`: the libraries of this machine, and what uniffi writes for the other languages.
//!
//! Everything goes below `target`; none of it is committed.

use std::{
    env::consts::{ARCH, DLL_PREFIX, DLL_SUFFIX, OS},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::command::{cargo, run};

/// Where the bindings go unless told otherwise.
pub(crate) const OUT: &str = "target/bindings";

/// The crates that have bindings, as packages and as libraries.
const CRATES: [(&str, &str); 2] =
    [("kazasu-ffi", "kazasu_ffi"), ("kazasu-testing-ffi", "kazasu_testing_ffi")];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Kotlin,
    Swift,
    Python,
}

impl Language {
    pub(crate) const ALL: [Self; 3] = [Self::Kotlin, Self::Swift, Self::Python];

    const fn name(self) -> &'static str {
        match self {
            Self::Kotlin => "kotlin",
            Self::Swift => "swift",
            Self::Python => "python",
        }
    }
}

/// Builds the libraries and writes `OUT/kotlin`, `OUT/swift`, `OUT/python` and, for JNA to find, `OUT/native`.
pub(crate) fn write(out: &Path, languages: &[Language]) -> Result<()> {
    let mut build = cargo();
    build.args(["build", "--locked", "--quiet"]);
    // Not stripped: what the generator reads stands in the symbols.
    run(build.args(CRATES.iter().flat_map(|(package, _)| ["--package", package])))?;
    for language in languages {
        let folder = out.join(language.name());
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
        }
        for (_, library) in CRATES {
            generate(*language, &built(library), &folder)?;
        }
    }
    let native = out.join("native").join(jna_platform());
    fs::create_dir_all(&native).with_context(|| native.display().to_string())?;
    for (_, library) in CRATES {
        let library = built(library);
        let copy = native.join(library.file_name().unwrap_or_default());
        fs::copy(&library, &copy).with_context(|| library.display().to_string())?;
    }
    Ok(())
}

fn generate(language: Language, library: &Path, folder: &Path) -> Result<()> {
    let mut generator = cargo();
    generator.args(["run", "--quiet", "--locked", "--manifest-path", "bindings/bindgen/Cargo.toml"]).args([
        "--target-dir",
        "target/bindgen",
        "--bin",
    ]);
    if language == Language::Swift {
        generator.args(["uniffi-bindgen-swift", "--", "--swift-sources", "--headers", "--modulemap"]);
        generator.arg(library).arg(folder);
        let name = library.file_stem().unwrap_or_default().to_string_lossy().replace(DLL_PREFIX, "");
        generator.args(["--modulemap-filename", &format!("{name}.modulemap")]);
    } else {
        generator.args(["uniffi-bindgen", "--", "generate", "--no-format", "--language", language.name()]);
        generator.arg("--out-dir").arg(folder).arg(library);
    }
    run(&mut generator)
}

/// A library of the `dev` profile.
fn built(library: &str) -> PathBuf {
    format!("target/debug/{DLL_PREFIX}{library}{DLL_SUFFIX}").into()
}

/// What JNA calls this machine, as the folder of its libraries in a jar.
fn jna_platform() -> String {
    let system = if OS == "macos" { "darwin" } else { OS };
    format!("{system}-{}", ARCH.replace('_', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jna_names_machines_in_its_own_way() {
        if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
            assert_eq!(jna_platform(), "linux-x86-64");
        }
    }
}
