//! The exhaustive model run of the card machine, and the page that it writes.

use anyhow::Result;

use super::Part;
use crate::command::{cargo, run};

pub(super) const PART: Part = Part {
    name: "pin-safety",
    about: "every flow, fault, counter and tap of the card machine; docs/pin-safety.md is current",
    needs: &[],
    fetch: None,
    run: check,
};

const PAGE: &str = "docs/pin-safety.md";

fn check() -> Result<()> {
    model(&["--check", PAGE])
}

/// Runs the model and writes the page.
pub(crate) fn write() -> Result<()> {
    model(&[PAGE])
}

fn model(arguments: &[&str]) -> Result<()> {
    run(cargo()
        .args([
            "run",
            "--package",
            "kazasu-model",
            "--bin",
            "pin-safety",
            "--profile",
            "checked",
            "--locked",
            "--",
        ])
        .args(arguments))
}
