//! The fuzz targets: they build, their seeds hold, and a few seconds of fuzzing find nothing.
//!
//! Seeds and checks run on any toolchain. Fuzzing itself takes a nightly one, for the instrumentation.

use std::fs;

use anyhow::{Context, Result, ensure};

use super::Part;
use crate::{
    command::{cargo, output, program, run},
    needs::Need,
};

pub(super) const PART: Part = Part {
    name: "fuzz",
    about: "the fuzz targets on their seeds, then each for some seconds",
    needs: &[Need::Program { name: "c++", package: "g++" }],
    run: fuzz,
};

const MANIFEST: &str = "fuzz/Cargo.toml";

const CARGO_FUZZ: &str = "cargo-fuzz@0.13.2";

/// No sanitizer, because all that reads inputs is safe Rust. Tracing comparisons would slow RSA down tenfold.
const BUILD: [&str; 4] = ["--fuzz-dir=fuzz", "--sanitizer=none", "--no-trace-compares", "--release"];

fn fuzz() -> Result<()> {
    // What is fuzzed are the versions that are shipped; cargo adds libFuzzer.
    fs::copy("Cargo.lock", "fuzz/Cargo.lock").context("fuzz/Cargo.lock")?;
    run(cargo().args(["fmt", "--manifest-path", MANIFEST, "--check"]))?;
    run(cargo()
        .args(["clippy", "--manifest-path", MANIFEST, "--target-dir=target", "--all-targets"])
        .args(["--", "--deny", "warnings"]))?;
    run(cargo().args(["test", "--manifest-path", MANIFEST, "--target-dir=target", "--lib"]))?;

    let has_nightly = nightly("rustc").arg("--version").output().is_ok_and(|output| output.status.success());
    ensure!(has_nightly, "no nightly toolchain to fuzz with: `rustup toolchain install nightly`");
    if program("cargo-fuzz").arg("--version").output().is_err() {
        run(cargo().args(["install", "--locked", CARGO_FUZZ]))?;
    }
    run(nightly("cargo").args(["fuzz", "build"]).args(BUILD))?;
    let targets = output(nightly("cargo").args(["fuzz", "list", "--fuzz-dir=fuzz"]))?;
    for target in String::from_utf8(targets)?.lines() {
        let [corpus, seeds] = ["corpus", "seeds"].map(|kind| format!("fuzz/{kind}/{target}"));
        fs::create_dir_all(&corpus).context("the corpus")?;
        run(nightly("cargo")
            .args(["fuzz", "run"])
            .args(BUILD)
            .args([target, &corpus, &seeds, "--"])
            .args(["-max_total_time=10", "-max_len=8192", "-timeout=10", "-rss_limit_mb=1024"])
            .args(["-verbosity=0", "-print_final_stats=1"]))?;
    }
    Ok(())
}

fn nightly(name: &str) -> std::process::Command {
    let mut command = program("rustup");
    command.args(["run", "nightly", name]);
    command
}
