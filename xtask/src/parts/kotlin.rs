//! The Kotlin side: its libraries, what uniffi writes, and the tests of the Maven modules.

use std::path::Path;

use anyhow::Result;

use super::Part;
use crate::{
    bindings::{self, Language},
    command::{maven, run},
    needs::Need,
};

pub(super) const PART: Part = Part {
    name: "kotlin",
    about: "bindings, and the tests of the Maven modules on a JVM",
    needs: &[
        Need::Program { name: "javac", package: "openjdk-17-jdk-headless" },
        Need::Program { name: "mvn", package: "maven" },
    ],
    fetch: None,
    run: kotlin,
};

fn kotlin() -> Result<()> {
    bindings::write(Path::new(bindings::OUT), &[Language::Kotlin])?;
    // Of what Maven tells besides, the counts of the tests.
    run(maven(Path::new("android"))
        .args(["verify", "-Dorg.slf4j.simpleLogger.log.org.apache.maven.plugin.surefire=info"]))
}
