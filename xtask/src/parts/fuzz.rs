//! The fuzz targets: the crate is in order, its seeds hold, and a few seconds of fuzzing each find nothing.
//!
//! Without a sanitizer, libFuzzer takes nothing but instrumentation that a stable compiler has as well, so that neither a
//! nightly toolchain nor cargo-fuzz is needed here. Long runs: docs/fuzzing.md.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use super::Part;
use crate::{
    command::{cargo, output, program, run},
    needs::Need,
};

pub(super) const PART: Part = Part {
    name: "fuzz",
    about: "the fuzz targets on their seeds, then each for some seconds",
    needs: &[Need::Program { name: "c++", package: "g++" }],
    fetch: None,
    run: fuzz,
};

const MANIFEST: &str = "fuzz/Cargo.toml";

/// What `cargo fuzz build --sanitizer none --no-trace-compares --release` sets.
const INSTRUMENTATION: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-simplifycfg-branch-fold-threshold=0 -Ccodegen-units=1";

/// For each target. A hang and a blow-up of memory are findings as well.
const LIMITS: [&str; 4] = ["-max_total_time=4", "-max_len=16384", "-timeout=10", "-rss_limit_mb=1024"];

fn fuzz() -> Result<()> {
    // What is fuzzed are the versions that are shipped; cargo adds libFuzzer.
    fs::copy("Cargo.lock", "fuzz/Cargo.lock").context("fuzz/Cargo.lock")?;
    run(cargo().args(["fmt", "--manifest-path", MANIFEST, "--check"]))?;
    run(cargo()
        .args(["clippy", "--manifest-path", MANIFEST, "--target-dir=target", "--all-targets"])
        .args(["--", "--deny", "warnings"]))?;
    run(cargo().args(["test", "--manifest-path", MANIFEST, "--target-dir=target", "--lib"]))?;

    // With a target given, build scripts and macros are built without the instrumentation.
    let host = host()?;
    run(cargo()
        .args(["build", "--manifest-path", MANIFEST, "--target-dir=fuzz/target", "--release", "--bins"])
        .args(["--target", &host])
        .env("RUSTFLAGS", INSTRUMENTATION))?;
    fs::create_dir_all("fuzz/artifacts").context("the place for findings")?;
    for target in targets()? {
        // What an earlier run found would only make this one slower.
        let corpus = format!("fuzz/target/smoke/{target}");
        if Path::new(&corpus).exists() {
            fs::remove_dir_all(&corpus).context("the corpus of an earlier run")?;
        }
        fs::create_dir_all(&corpus).context("a corpus")?;
        run(program(format!("fuzz/target/{host}/release/{target}"))
            .args([corpus, format!("fuzz/seeds/{target}")])
            .args(LIMITS)
            .args(["-verbosity=0", "-print_final_stats=1"])
            .arg(format!("-artifact_prefix=fuzz/artifacts/{target}-")))?;
    }
    Ok(())
}

/// One source file is one target.
fn targets() -> Result<Vec<String>> {
    let mut targets = Vec::new();
    for source in fs::read_dir("fuzz/fuzz_targets").context("fuzz/fuzz_targets")? {
        targets.extend(source?.path().file_stem().map(|stem| stem.to_string_lossy().into_owned()));
    }
    targets.sort();
    Ok(targets)
}

/// The target triple of the compiler's own machine.
fn host() -> Result<String> {
    let version = String::from_utf8(output(program("rustc").arg("-vV"))?)?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("`rustc -vV` names no host")
}
