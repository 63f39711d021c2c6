//! The native libraries of this machine, as they are shipped: optimised and stripped.

use std::{
    env::consts::{DLL_PREFIX, DLL_SUFFIX},
    path::PathBuf,
};

use anyhow::Result;

use crate::{
    bindings::Crate,
    command::{cargo, run},
};

pub(super) struct Library {
    pub(super) dynamic: PathBuf,
    pub(super) archive: PathBuf,
}

/// Builds them. Each crate by itself: together they would switch on each other's features.
pub(super) fn build(krate: &Crate) -> Result<Library> {
    run(cargo().args(["build", "--locked", "--quiet", "--profile=shipped", "--package", krate.package]))?;
    let built = |suffix: &str| PathBuf::from(format!("target/shipped/{DLL_PREFIX}{}{suffix}", krate.library));
    Ok(Library { dynamic: built(DLL_SUFFIX), archive: built(".a") })
}
