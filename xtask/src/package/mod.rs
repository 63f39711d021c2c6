//! `cargo xtask package`: what app developers get, and the checks of it.
//!
//! What this machine cannot build is named at the end and left out; everything else is the same on every machine.

mod aar;
mod android;
mod apple;
mod archive;
mod consumer;
mod elf;
mod ios;
mod library;
mod linker;
mod maven;
mod measure;
mod ndk;
mod shrink;
mod xcframework;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use clap::Subcommand;

pub(crate) use android::check as check_android;
pub(crate) use ios::check as check_ios;
pub(crate) use linker::link;
pub(crate) use measure::measure;

use crate::{
    absolute,
    command::{program, run},
};

/// That of the workspace, and of the Maven modules.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// For which platform.
#[derive(Debug, Subcommand)]
pub(crate) enum Package {
    /// A Maven repository: the AAR for apps, the jar for servers, the test kit
    Android {
        /// Where to; what is there is replaced
        #[arg(long, value_name = "DIR", default_value = android::OUT, value_parser = absolute)]
        out: PathBuf,
    },
    /// A Swift package with an XCFramework
    Ios {
        /// Where to; what is there is replaced
        #[arg(long, value_name = "DIR", default_value = ios::OUT, value_parser = absolute)]
        out: PathBuf,
        /// The folder that the zipped XCFramework will be served from; without it the package has it beside it
        #[arg(long)]
        url: Option<String>,
    },
}

pub(crate) fn package(package: &Package) -> Result<()> {
    match package {
        Package::Android { out } => android::package(out),
        Package::Ios { out, url } => ios::package(out, url.as_deref()),
    }
}

/// An empty folder, whatever was there.
fn anew(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())
}

/// Writes a file, and makes the folders it is in.
fn write(path: &Path, content: &[u8]) -> Result<()> {
    let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
    folder.and_then(|()| fs::write(path, content)).with_context(|| path.display().to_string())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    write(to, &fs::read(from).with_context(|| from.display().to_string())?)
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| to.display().to_string())?;
    run(program("cp").arg("-R").arg(from.join(".")).arg(to))
}

/// Lower case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xF]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
