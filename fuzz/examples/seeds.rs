//! Writes the seeds: `cargo run --example seeds`.

use std::{fs, io, path::Path};

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    for (target, _, generate) in kazasu_fuzz::seeds::TARGETS {
        let directory = root.join(target);
        if directory.exists() {
            fs::remove_dir_all(&directory)?;
        }
        fs::create_dir_all(&directory)?;
        for seed in generate() {
            fs::write(directory.join(seed.name), seed.bytes)?;
        }
    }
    Ok(())
}
