//! The library of the apps compiles for phones. Checked only: linking one takes the platform's own tools.

use anyhow::Result;

use super::Part;
use crate::{bindings::SHIPPED, command::run, cross::Cross, needs::Need};

pub(super) const PART: Part = Part {
    name: "cross",
    about: "`cargo check` of the bindings for Android and iOS",
    needs: &[Need::Program { name: "dpkg", package: "dpkg" }],
    run: cross,
};

const TARGETS: [&str; 2] = ["aarch64-linux-android", "aarch64-apple-ios"];

fn cross() -> Result<()> {
    for target in TARGETS {
        run(Cross::to(target)?.cargo("check").args(["--lib", "--package", SHIPPED.package]))?;
    }
    Ok(())
}
