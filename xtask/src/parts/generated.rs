//! What `cargo xtask generate` makes is committed as it makes it.

use anyhow::{Result, ensure};

use super::Part;
use crate::generate::stale;

pub(super) const PART: Part = Part {
    name: "generated",
    about: "pages and data made from the error catalogue and the personas are current",
    needs: &[],
    fetch: None,
    run: generated,
};

fn generated() -> Result<()> {
    let stale = stale()?;
    ensure!(stale.is_empty(), "not as generated: {}; run `cargo xtask generate`", stale.join(", "));
    Ok(())
}
