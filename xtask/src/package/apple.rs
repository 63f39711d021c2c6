//! The static libraries for Apple's platforms.
//!
//! Archiving takes no linker, so that they are built wherever there is a compiler for the target; an app is linked on a Mac.

use std::{fmt, path::PathBuf};

use anyhow::{Context as _, Result};

use super::xcframework::Slice;
use crate::{
    bindings::Crate,
    command::{program, run},
    cross::Cross,
};

/// A platform, and Rust's names for its processors with Apple's.
pub(super) struct Platform {
    name: &'static str,
    variant: Option<&'static str>,
    targets: &'static [(&'static str, &'static str)],
}

/// Intel's processors are in Macs alone, and so in simulators.
pub(super) const PLATFORMS: [Platform; 3] = [
    Platform { name: "ios", variant: None, targets: &[("aarch64-apple-ios", "arm64")] },
    Platform {
        name: "ios",
        variant: Some("simulator"),
        targets: &[("aarch64-apple-ios-sim", "arm64"), ("x86_64-apple-ios", "x86_64")],
    },
    Platform {
        name: "macos",
        variant: None,
        targets: &[("aarch64-apple-darwin", "arm64"), ("x86_64-apple-darwin", "x86_64")],
    },
];

/// What `ios/Package.swift` promises.
const DEPLOYMENT: [(&str, &str); 2] =
    [("IPHONEOS_DEPLOYMENT_TARGET", "15.0"), ("MACOSX_DEPLOYMENT_TARGET", "13.0")];

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.variant.unwrap_or_default())
    }
}

impl Platform {
    pub(super) fn build(&self, krate: &Crate) -> Result<Slice> {
        let archives: Result<Vec<_>> =
            self.targets.iter().map(|(target, _)| archive(krate, target)).collect();
        let architectures = self.targets.iter().map(|(_, architecture)| *architecture).collect();
        let mut slice =
            Slice { platform: self.name, variant: self.variant, architectures, archive: PathBuf::new() };
        slice.archive = match archives?.as_slice() {
            [one] => one.clone(),
            several => {
                merge(several, &format!("target/package/lib{}-{}.a", krate.library, slice.identifier()))?
            }
        };
        Ok(slice)
    }
}

/// Apple's tool, or LLVM's that does the same.
fn merge(archives: &[PathBuf], path: &str) -> Result<PathBuf> {
    let merge = |tool: &str| run(program(tool).arg("-create").args(archives).args(["-output", path]));
    merge("lipo")
        .or_else(|_| merge("llvm-lipo"))
        .context("Xcode has `lipo`, Debian's package llvm `llvm-lipo`")?;
    Ok(path.into())
}

fn archive(krate: &Crate, target: &'static str) -> Result<PathBuf> {
    let cross = Cross::to(target)?;
    let mut cargo = cross.cargo("rustc");
    cargo.args(["--profile=shipped", "--package", krate.package, "--lib", "--crate-type=staticlib"]);
    run(cargo.envs(DEPLOYMENT))?;
    Ok(PathBuf::from(format!("{}/{target}/shipped/lib{}.a", cross.target_directory(), krate.library)))
}
