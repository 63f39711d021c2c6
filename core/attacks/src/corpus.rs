use std::path::Path;
use anyhow::Result;
/// x
#[derive(Debug)]
pub struct Manifest;
/// x
pub fn write_corpus(_: &Path) -> Result<Manifest> { Ok(Manifest) }
