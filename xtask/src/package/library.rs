//! The native libraries of this machine, as they are shipped: optimised for size and stripped.

use std::{
    env::consts::{DLL_PREFIX, DLL_SUFFIX},
    path::PathBuf,
};

use anyhow::Result;

use crate::{
    bindings::Crate,
    command::{cargo, run},
};

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
    run(cargo()
        .args(["rustc", "--locked", "--quiet", "--profile=shipped", "--package", krate.package, "--lib"])
        .args(["--crate-type", kind]))
}
