//! `attack-corpus DIR`: writes the attack corpus. `cargo xtask attack-corpus --out DIR` runs it.

use std::env;
use std::path::PathBuf;

use anyhow::{Result, bail};
use kazasu_attacks::write_corpus;

fn main() -> Result<()> {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let [directory] = &arguments[..] else { bail!("usage: attack-corpus DIR") };
    let directory = PathBuf::from(directory);
    let manifest = write_corpus(&directory)?;
    let attacks = manifest.vectors.iter().filter(|vector| vector.case.is_some()).count();
    let controls = manifest.vectors.len() - attacks;
    println!("{}: {attacks} attack vectors, {controls} controls", directory.display());
    Ok(())
}
