//! The library of the apps compiles for phones. Checked only: linking one takes the platform's own tools.

use anyhow::Result;

use super::Part;
use crate::{bindings::SHIPPED, command::run, cross::Cross};

pub(super) const PART: Part = Part {
    name: "cross",
    about: "`cargo check` of the bindings for Android and iOS",
    // With the targets from rustup, nothing; else apt-get and dpkg, which say so themselves if they are missing.
    needs: &[],
    fetch: Some(|| Cross::to(&TARGETS).map(drop)),
    run: cross,
};

const TARGETS: [&str; 2] = ["aarch64-linux-android", "aarch64-apple-ios"];

fn cross() -> Result<()> {
    run(Cross::to(&TARGETS)?.cargo("check").args(["--lib", "--package", SHIPPED.package]))
}
