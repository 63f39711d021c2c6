//! Compiling for machines other than this one.
//!
//! With the standard library of the target installed (`rustup target add`), that is cargo as it is. Debian has the source of
//! the standard library and a compiler of the same version: with both, cargo builds the library along. They are unpacked into
//! the cache directory, so that nothing is installed on the system and nobody has to be root.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result};

use crate::{
    cache,
    command::{cargo, output, program, run},
};

/// Debian's stable releases have the compiler that its browsers are built with; the plain packages are too old.
const PACKAGES: [&str; 3] = ["rustc-web", "libstd-rust-web-dev", "rust-web-src"];

pub(crate) struct Cross<'a> {
    targets: &'a [&'static str],
    /// The unpacked Debian packages, if they are what it takes.
    debian: Option<PathBuf>,
}

impl<'a> Cross<'a> {
    /// # Errors
    /// Neither are all targets installed nor can apt-get fetch Debian's compiler.
    pub(crate) fn to(targets: &'a [&'static str]) -> Result<Self> {
        let sysroot = String::from_utf8(output(program("rustc").args(["--print", "sysroot"]))?)?;
        let libraries = Path::new(sysroot.trim()).join("lib/rustlib");
        let missing = targets.iter().find(|target| !libraries.join(target).join("lib").is_dir());
        let debian = missing.map(|target| debian().with_context(|| no_library(target))).transpose()?;
        Ok(Self { targets, debian })
    }

    /// cargo for all targets at once. A profile's folder is in `target_directory` below a target's name.
    pub(crate) fn cargo(&self, subcommand: &str) -> Command {
        let mut command = cargo();
        command.args([subcommand, "--locked", "--quiet"]);
        command.args(self.targets.iter().flat_map(|target| ["--target", target]));
        command.arg("--target-dir").arg(self.target_directory());
        if let Some(root) = &self.debian {
            let libraries = [root.join("usr/lib/x86_64-linux-gnu"), root.join("usr/lib/aarch64-linux-gnu")];
            command
                .arg("-Zbuild-std=std,panic_unwind")
                .env("RUSTC", root.join("usr/bin/rustc"))
                .env("RUSTC_BOOTSTRAP", "1")
                .env("LD_LIBRARY_PATH", env::join_paths(libraries).unwrap_or_default());
        }
        command
    }

    /// Apart for the other compiler: what one has built, the other would build again.
    pub(crate) const fn target_directory(&self) -> &'static str {
        if self.debian.is_some() { "target/cross" } else { "target" }
    }
}

fn no_library(target: &str) -> String {
    format!("no standard library for {target} (`rustup target add {target}`)")
}

/// Fetches and unpacks the packages unless they are there. Half of them never have the final name.
fn debian() -> Result<PathBuf> {
    let _alone = cache::lock();
    let root = cache::folder()?.join("rust-web");
    if !root.is_dir() {
        let begun = root.with_extension("new");
        if begun.exists() {
            fs::remove_dir_all(&begun).with_context(|| begun.display().to_string())?;
        }
        unpack(&begun)?;
        fs::rename(&begun, &root).with_context(|| root.display().to_string())?;
    }
    Ok(root)
}

fn unpack(root: &Path) -> Result<()> {
    println!("unpacking Debian's Rust compiler into {} (160 MB to fetch)", root.display());
    let archives = root.join("archives");
    fs::create_dir_all(archives.join("partial")).with_context(|| archives.display().to_string())?;
    // The package lists are fetched only where those at hand do not do.
    if let Err(error) = download(&archives) {
        run(program("apt-get").args(["--quiet=2", "update"])).context(error)?;
        download(&archives)?;
    }
    for entry in fs::read_dir(&archives).with_context(|| archives.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "deb") {
            run(program("dpkg").arg("--extract").args([&path, root]))?;
        }
    }
    fs::remove_dir_all(&archives).with_context(|| archives.display().to_string())
}

/// What they depend on comes along, unless the system has it. Nothing is installed, so nobody else has to wait.
fn download(archives: &Path) -> Result<()> {
    run(program("apt-get")
        .args(["--quiet=2", "--download-only", "--yes", "--no-install-recommends", "--reinstall"])
        .args(["--option=Debug::NoLocking=true", "--option=APT::Sandbox::User=root", "--option"])
        .arg(format!("Dir::Cache::Archives={}/", archives.display()))
        .arg("install")
        .args(PACKAGES)
        .stdout(Stdio::null()))
}
