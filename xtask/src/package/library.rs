//! The native libraries as they are shipped: optimised for size and stripped. Here for this machine, in `ndk` and `apple` for
//! phones.

use std::{
    env::{
        self,
        consts::{DLL_PREFIX, DLL_SUFFIX},
    },
    path::PathBuf,
    process::Command,
};

use anyhow::{Context as _, Result};

use super::linker;

use crate::{
    bindings::Crate,
    command::{cargo, output, program, run},
};

/// What a profile cannot say.
const FLAGS: [&str; 2] = [
    // SHA-2 in loops instead of unrolled, where the processor does not compute it by itself: 20 KB.
    r#"target.'cfg(all())'.rustflags = ['--cfg=sha2_backend_soft="compact"']"#,
    // With one, the tables for unwinding need not follow each push and pop: 20 KB. Elsewhere they are short as it is.
    r#"target.'cfg(target_arch = "x86_64")'.rustflags = ['-Cforce-frame-pointers=yes']"#,
];

/// Completes the command `cargo rustc` for a library that is shipped.
pub(super) fn shipped<'a>(command: &'a mut Command, krate: &Crate) -> &'a mut Command {
    command
        .args(["--profile=shipped", "--package", krate.package, "--lib"])
        .args(FLAGS.iter().flat_map(|flag| ["--config", flag]))
        // These would take the place of ours.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
}

pub(super) fn dynamic(krate: &Crate) -> Result<PathBuf> {
    build(krate, "cdylib")?;
    Ok(PathBuf::from(format!("target/shipped/{DLL_PREFIX}{}{DLL_SUFFIX}", krate.library)))
}

pub(super) fn archive(krate: &Crate) -> Result<PathBuf> {
    build(krate, "staticlib")?;
    Ok(PathBuf::from(format!("target/shipped/lib{}.a", krate.library)))
}

/// One kind at a time: a crate that is built as a Rust library as well gets no link-time optimisation. And each crate by
/// itself: together they would switch on each other's features.
fn build(krate: &Crate, kind: &str) -> Result<()> {
    let mut command = cargo();
    shipped(command.args(["rustc", "--locked", "--quiet"]), krate).args(["--crate-type", kind]);
    if cfg!(target_os = "linux") {
        export_the_interface(&mut command)?;
    }
    run(&mut command).context("xtask links with `cc`, or with what CARGO_TARGET_<TRIPLE>_LINKER names")
}

/// What the linker of this machine exports.
fn export_the_interface(command: &mut Command) -> Result<()> {
    let version = String::from_utf8(output(program("rustc").arg("-vV"))?)?;
    let target =
        version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    let linker = env::var_os(linker::variable(target)).unwrap_or_else(|| "cc".into());
    linker::use_for(command, target, &linker)
}
