//! Licences and sources of every crate, by the lists in `deny.toml`.

use std::fmt::Display;

use anyhow::{Context, Result};
use serde::Deserialize;
use spdx::{Expression, LicenseReq, ParseMode};

use super::metadata::{Metadata, Package};

/// The lists of `deny.toml` that both cargo-deny and we go by.
#[derive(Deserialize)]
pub(crate) struct Policy {
    licenses: Licenses,
    sources: Sources,
}

#[derive(Deserialize)]
struct Licenses {
    /// SPDX identifiers, with an exception where one belongs to it.
    allow: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sources {
    allow_registry: Vec<String>,
}

impl Policy {
    pub(crate) fn parse(deny_toml: &str) -> Result<Self> {
        toml::from_str(deny_toml).context("deny.toml")
    }

    pub(super) fn violations(&self, metadata: &Metadata) -> Vec<String> {
        metadata
            .packages
            .iter()
            .flat_map(|package| [self.licence(package), self.source(package, metadata)])
            .flatten()
            .collect()
    }

    fn licence(&self, package: &Package) -> Option<String> {
        let Some(licence) = &package.license else { return Some(breach(package, "states no licence")) };
        // LAX: older crates write MIT/Apache-2.0.
        let expression = match Expression::parse_mode(licence, ParseMode::LAX) {
            Ok(expression) => expression,
            Err(error) => return Some(breach(package, format!("licence {licence}: {}", error.reason))),
        };
        let allowed = |required: &LicenseReq| self.licenses.allow.contains(&required.to_string());
        (!expression.evaluate(allowed)).then(|| breach(package, format!("licence {licence} is not allowed")))
    }

    fn source(&self, package: &Package, metadata: &Metadata) -> Option<String> {
        let allowed = match &package.source {
            None => package.manifest_path.starts_with(&metadata.workspace_root),
            Some(source) => source
                .strip_prefix("registry+")
                .is_some_and(|url| self.sources.allow_registry.iter().any(|allowed| allowed == url)),
        };
        let source = package.source.as_deref().unwrap_or("a path outside the workspace");
        (!allowed).then(|| breach(package, format!("comes from {source}")))
    }
}

fn breach(package: &Package, what: impl Display) -> String {
    format!("{} {}: {what}", package.name, package.version)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{super::metadata::Resolve, *};

    const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

    fn policy() -> Policy {
        Policy::parse(
            r#"
            [licenses]
            allow = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "Unicode-3.0"]
            [sources]
            allow-registry = ["https://github.com/rust-lang/crates.io-index"]
            "#,
        )
        .unwrap()
    }

    fn violations(license: Option<&str>, source: Option<&str>, manifest: &str) -> Vec<String> {
        let package = Package {
            id: "x".into(),
            name: "x".into(),
            version: "1.0.0".into(),
            license: license.map(Into::into),
            source: source.map(Into::into),
            manifest_path: manifest.into(),
            dependencies: vec![],
        };
        policy().violations(&Metadata {
            packages: vec![package],
            workspace_members: vec![],
            workspace_root: PathBuf::from("/ours"),
            resolve: Resolve { nodes: vec![] },
        })
    }

    #[test]
    fn licence_expressions_are_evaluated() {
        for (licence, allowed) in [
            ("MIT", true),
            ("MIT/Apache-2.0", true),
            ("GPL-3.0-only", false),
            ("MIT OR GPL-3.0-only", true),
            ("MIT AND GPL-3.0-only", false),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("MIT WITH LLVM-exception", false),
            ("no such licence", false),
        ] {
            let found = violations(Some(licence), Some(CRATES_IO), "/elsewhere/Cargo.toml");
            assert_eq!(found.is_empty(), allowed, "{licence}: {found:?}");
        }
        assert_eq!(violations(None, Some(CRATES_IO), "/"), ["x 1.0.0: states no licence"]);
    }

    #[test]
    fn sources_are_crates_io_and_the_workspace() {
        assert!(violations(Some("MIT"), None, "/ours/core/x/Cargo.toml").is_empty());
        for source in
            [None, Some("git+https://example.org/x#0123"), Some("registry+https://example.org/index")]
        {
            let found = violations(Some("MIT"), source, "/ourselves/x/Cargo.toml");
            assert!(
                found.iter().any(|line| line.starts_with("x 1.0.0: comes from ")),
                "{source:?}: {found:?}"
            );
        }
    }
}
