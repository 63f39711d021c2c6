//! The attack corpus as anybody can run it: written to files, put to the built `kazasu`, each answer as the manifest
//! says.

use std::path::Path;

use anyhow::Result;

use super::Part;
use crate::corpus;

pub(super) const PART: Part = Part {
    name: "attacks",
    about: "kazasu verify on the attack corpus",
    needs: &[],
    fetch: None,
    run: attacks,
};

fn attacks() -> Result<()> {
    let directory = Path::new("target/attack-corpus");
    let manifest = corpus::write_anew(directory)?;
    let asked = corpus::ask_kazasu(directory, &manifest)?;
    let controls = manifest.vectors.iter().filter(|vector| vector.case.is_none()).count();
    println!(
        "{} vectors, {controls} of them controls; {} put to kazasu, all answered as expected",
        manifest.vectors.len(),
        asked.len()
    );
    Ok(())
}
