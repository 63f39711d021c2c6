//! `cargo xtask bindings`: the libraries of this machine, and what uniffi writes for the other languages.
//!
//! Everything goes below `target`; none of it is committed.

use std::{
    env::consts::{ARCH, DLL_PREFIX, DLL_SUFFIX, OS},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{
    call_status,
    command::{cargo, program, run},
};

/// Where the bindings go unless told otherwise.
pub(crate) const OUT: &str = "target/bindings";

/// Where the Swift package looks for its half: SwiftPM takes nothing from outside the package.
const SWIFT_PACKAGE: &str = "ios/Generated";

/// A crate that has bindings.
pub(crate) struct Crate {
    pub(crate) package: &'static str,
    pub(crate) library: &'static str,
    /// Of its Swift side. The C module beneath has a `C` behind it.
    pub(crate) module: &'static str,
    /// The folder of its Kotlin side, which is one file with the library's name.
    pub(crate) kotlin: &'static str,
}

/// What apps ship.
pub(crate) const SHIPPED: Crate =
    Crate { package: "kazasu-ffi", library: "kazasu_ffi", module: "KazasuFFI", kotlin: "app/kazasu/ffi" };

/// What their tests use.
pub(crate) const TESTING: Crate = Crate {
    package: "kazasu-testing-ffi",
    library: "kazasu_testing_ffi",
    module: "KazasuTestingFFI",
    kotlin: "app/kazasu/testing/ffi",
};

const CRATES: [Crate; 2] = [SHIPPED, TESTING];

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
    run(build.args(CRATES.iter().flat_map(|krate| ["--package", krate.package])))?;
    for language in languages {
        let folder = out.join(language.name());
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
        }
        for Crate { library, module, kotlin, .. } in CRATES {
            match language {
                Language::Swift => generate_swift(library, module, &folder)?,
                Language::Kotlin | Language::Python => {
                    generator("uniffi-bindgen", |command| {
                        command.args(["generate", "--no-format", "--language", language.name()]);
                        command.arg("--out-dir").arg(&folder).arg(built(library));
                    })?;
                    if *language == Language::Kotlin {
                        call_status::keep_in(&folder.join(format!("{kotlin}/{library}.kt")))?;
                    }
                }
            }
        }
    }
    if languages.contains(&Language::Swift) && out == Path::new(OUT) {
        run(program("rm").args(["-rf", SWIFT_PACKAGE]))?;
        run(program("cp").arg("-r").arg(out.join(Language::Swift.name())).arg(SWIFT_PACKAGE))?;
    }
    let native = out.join("native").join(jna_platform());
    fs::create_dir_all(&native).with_context(|| native.display().to_string())?;
    for krate in CRATES {
        let library = built(krate.library);
        let copy = native.join(library.file_name().unwrap_or_default());
        fs::copy(&library, &copy).with_context(|| library.display().to_string())?;
    }
    Ok(())
}

/// A Swift module, and the C module it stands on, which says what to link.
fn generate_swift(library: &str, module: &str, folder: &Path) -> Result<()> {
    let [sources, headers] = [folder.join(module), folder.join(format!("{module}C"))];
    for (what, into) in [("--swift-sources", &sources), ("--headers", &headers)] {
        generator("uniffi-bindgen-swift", |command| {
            command.arg(what).arg(built(library)).arg(into);
        })?;
    }
    let map = format!(
        "module {module}C {{\n    header \"{module}C.h\"\n    link \"{library}\"\n    export *\n}}\n"
    );
    let path = headers.join("module.modulemap");
    fs::write(&path, map).with_context(|| path.display().to_string())
}

fn generator(name: &str, arguments: impl FnOnce(&mut Command)) -> Result<()> {
    let mut command = cargo();
    command.args(["run", "--quiet", "--locked", "--manifest-path", "bindings/bindgen/Cargo.toml"]);
    command.args(["--target-dir", "target/bindgen", "--bin", name, "--"]);
    arguments(&mut command);
    run(&mut command)
}

/// A library of the `dev` profile.
fn built(library: &str) -> PathBuf {
    format!("target/debug/{DLL_PREFIX}{library}{DLL_SUFFIX}").into()
}

/// What JNA calls this machine, as the folder of its libraries in a jar.
pub(crate) fn jna_platform() -> String {
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
