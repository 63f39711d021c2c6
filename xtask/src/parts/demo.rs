//! The first command of the README, as a user types it.

use anyhow::Result;

use super::Part;
use crate::command::{cargo, run};

pub(super) const PART: Part = Part {
    name: "demo",
    about: "cargo run --release -- demo, as in the README",
    needs: &[],
    fetch: None,
    run: demo,
};

fn demo() -> Result<()> {
    run(cargo().args(["run", "--release", "--", "demo"]))
}
