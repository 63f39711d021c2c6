//! Formatting, clippy and rustdoc without a warning.
//!
//! `clippy::incompatible_msrv` is among the lints, so that the minimum version in `Cargo.toml` is
//! checked against the standard library on any later toolchain.

use anyhow::Result;

use super::{PCSC_LIBRARY, Part};
use crate::command::{cargo, run};

pub(super) const PART: Part = Part {
    name: "lint",
    about: "rustfmt, clippy (with and without optional features) and rustdoc, warnings denied",
    needs: PCSC_LIBRARY,
    fetch: None,
    run: lint,
};

fn lint() -> Result<()> {
    run(cargo().args(["fmt", "--all", "--check"]))?;
    for features in [&[][..], &["--all-features"]] {
        run(cargo()
            .args(["clippy", "--workspace", "--all-targets", "--locked"])
            .args(features)
            .args(["--", "--deny", "warnings"]))?;
    }
    run(cargo()
        .args(["doc", "--workspace", "--no-deps", "--locked", "--all-features"])
        .env("RUSTDOCFLAGS", "--deny warnings"))
}
