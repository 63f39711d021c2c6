//! `cargo xtask measure`: how large the packaged libraries are, and how long they take through Kotlin.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};

use super::{VERSION, android, consumer::Consumer, library};
use crate::bindings::SHIPPED;

pub(crate) fn measure() -> Result<()> {
    let out = std::path::absolute(android::OUT)?;
    android::write(&out)?;
    let consumer = Consumer::build(&out)?;
    let (dynamic, archive) = (library::dynamic(&SHIPPED)?, library::archive(&SHIPPED)?);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();

    println!("\nload: {}", load.trim());
    size("library, stripped, with verification", &dynamic)?;
    size("static library", &archive)?;
    size("kazasu.jar, with the library of this machine", &consumer.jar("kazasu")?)?;
    size("AAR", &out.join(format!("app/kazasu/kazasu-android/{VERSION}/kazasu-android-{VERSION}.aar")))?;
    consumer.run("MeasureKt", &[])
}

fn size(what: &str, path: &Path) -> Result<()> {
    let bytes = fs::metadata(path).with_context(|| path.display().to_string())?.len();
    println!("{what:<50} {bytes:>10} bytes");
    Ok(())
}
