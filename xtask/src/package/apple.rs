//! The static library for Apple's platforms.
//!
//! Archiving takes no linker, so that it is built wherever there is a compiler for the target; an app is linked on a Mac.

use std::{fmt, path::PathBuf};

use anyhow::{Context as _, Result};

use super::{library, xcframework::Slice};
use crate::{
    bindings::SHIPPED,
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
    pub(super) fn build(&self) -> Result<Slice> {
        // Before the builds, which take minutes.
        let merger = if self.targets.len() == 1 { None } else { Some(merger()?) };
        let archives: Result<Vec<_>> = self.targets.iter().map(|(target, _)| archive(target)).collect();
        let mut archives = archives?;
        let architectures = self.targets.iter().map(|(_, architecture)| *architecture).collect();
        let mut slice =
            Slice { platform: self.name, variant: self.variant, architectures, archive: archives.remove(0) };
        if let Some(merger) = merger {
            let whole =
                PathBuf::from(format!("target/package/lib{}-{}.a", SHIPPED.library, slice.identifier()));
            run(program(merger)
                .arg("-create")
                .arg(&slice.archive)
                .args(archives)
                .arg("-output")
                .arg(&whole))?;
            slice.archive = whole;
        }
        Ok(slice)
    }
}

/// Makes one library of those of several processors: Apple's tool, or LLVM's.
fn merger() -> Result<&'static str> {
    ["lipo", "llvm-lipo"]
        .into_iter()
        .find(|tool| program(tool).arg("--version").output().is_ok())
        .context("no `lipo` (it comes with Xcode) and no `llvm-lipo` (Debian package llvm)")
}

fn archive(target: &'static str) -> Result<PathBuf> {
    let targets = [target];
    let cross = Cross::to(&targets)?;
    let mut cargo = cross.cargo("rustc");
    library::shipped(&mut cargo, &SHIPPED).arg("--crate-type=staticlib");
    run(cargo.envs(DEPLOYMENT))?;
    Ok(PathBuf::from(format!("{}/{target}/shipped/lib{}.a", cross.target_directory(), SHIPPED.library)))
}
