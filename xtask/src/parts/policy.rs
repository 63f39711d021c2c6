//! Licences, sources and dependency directions, by [`crate::policy`]; cargo-deny on top where it is
//! installed.

use anyhow::{Result, ensure};

use super::Part;
use crate::{
    command::{cargo, output, program, run},
    policy::{Metadata, Policy, private_keys, violations},
};

pub(super) const PART: Part = Part {
    name: "policy",
    about: "licences, crate sources, dependency directions, no RSA private key in a released crate",
    needs: &[],
    fetch: None,
    run: policy,
};

fn policy() -> Result<()> {
    let policy = Policy::parse(&std::fs::read_to_string("deny.toml")?)?;
    let metadata: Metadata = serde_json::from_slice(&output(cargo().args([
        "metadata",
        "--format-version=1",
        "--locked",
        "--all-features",
    ]))?)?;
    let mut found = violations(&metadata, &policy);
    found.extend(private_keys(&metadata)?);
    for violation in &found {
        println!("{violation}");
    }
    ensure!(found.is_empty(), "{} violations", found.len());
    println!("{} packages keep the policy", metadata.packages.len());
    if program("cargo-deny").arg("--version").output().is_ok() {
        run(cargo().args(["deny", "--locked", "check", "bans", "licenses", "sources"]))?;
    }
    Ok(())
}
