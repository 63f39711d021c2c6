//! Who may depend on whom: `cert <- card`, `cert <- verify`, `cert <- sim`.
//!
//! `card` and `verify` never know each other, and the simulator is in no released crate. Our own
//! crates are judged by what they declare, so that nothing hides behind a feature.

use super::metadata::{Metadata, Package};

/// What a crate of ours may depend on, and what its tests may use besides.
struct Rule {
    package: &'static str,
    normal: &'static [&'static str],
    tests: &'static [&'static str],
}

const RULES: &[Rule] = &[
    Rule { package: "kazasu-aws-lc", normal: &["kazasu-cert"], tests: &[WATCHED] },
    Rule { package: "kazasu-cert", normal: &[WATCHED], tests: &["kazasu-sim"] },
    Rule { package: "kazasu-card", normal: &["kazasu-cert"], tests: &["kazasu-sim"] },
    Rule { package: "kazasu-mmap", normal: &[], tests: &[] },
    Rule {
        package: "kazasu-verify",
        normal: &["kazasu-cert", "kazasu-mmap"],
        tests: &["kazasu-attacks", "kazasu-aws-lc", "kazasu-sim"],
    },
    Rule { package: "kazasu-attacks", normal: &["kazasu-cert", "kazasu-sim", "kazasu-verify"], tests: &[] },
    Rule { package: "kazasu-model", normal: &["kazasu-card", "kazasu-cert", "kazasu-sim"], tests: &[] },
    Rule { package: "kazasu-sim", normal: &["kazasu-cert", WATCHED], tests: &[] },
    Rule {
        package: "kazasu",
        normal: &["kazasu-card", "kazasu-cert", "kazasu-sim", "kazasu-verify"],
        tests: &["kazasu-attacks"],
    },
    Rule {
        package: "kazasu-ffi",
        normal: &["kazasu-card", "kazasu-cert", "kazasu-verify"],
        tests: &["kazasu-sim"],
    },
    Rule { package: "kazasu-testing-ffi", normal: &["kazasu-ffi", "kazasu-sim"], tests: &[] },
    Rule { package: "xtask", normal: &[], tests: &[] },
];

/// RUSTSEC-2023-0071: in use only where a rule names it. Why it may be used at all stands in
/// `deny.toml`.
const WATCHED: &str = "rsa";

pub(super) fn violations(metadata: &Metadata) -> Vec<String> {
    metadata
        .packages
        .iter()
        .flat_map(|package| {
            if metadata.is_member(package) { declared(package, metadata) } else { watched(package, metadata) }
        })
        .collect()
}

/// Breaches of a rule by one of our own crates.
fn declared(package: &Package, metadata: &Metadata) -> Vec<String> {
    let Some(rule) = RULES.iter().find(|rule| rule.package == package.name) else {
        return vec![format!("{}: no rule in xtask/src/policy/direction.rs", package.name)];
    };
    let is_ruled = |name: &str| {
        name == WATCHED
            || metadata.packages.iter().any(|other| metadata.is_member(other) && other.name == name)
    };
    package
        .dependencies
        .iter()
        .filter(|dependency| {
            let name = dependency.name.as_str();
            let in_tests = dependency.kind.as_deref() == Some("dev") && rule.tests.contains(&name);
            is_ruled(name) && !rule.normal.contains(&name) && !in_tests
        })
        .map(|dependency| {
            let kind = dependency.kind.as_deref().unwrap_or("normal");
            format!("{} must not depend on {} ({kind})", package.name, dependency.name)
        })
        .collect()
}

/// A crate from elsewhere that brings the watched one along.
fn watched(package: &Package, metadata: &Metadata) -> Vec<String> {
    let is_watched =
        |id: &String| metadata.packages.iter().any(|other| other.id == *id && other.name == WATCHED);
    metadata
        .resolve
        .nodes
        .iter()
        .filter(|node| node.id == package.id && node.dependencies.iter().any(is_watched))
        .map(|_| format!("{} {} brings in {WATCHED}", package.name, package.version))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// A workspace of all the crates with rules, `package` depending on `dependency`.
    fn workspace(package: &str, dependency: &str, kind: Option<&str>) -> Metadata {
        let is_ours = |name: &str| RULES.iter().any(|rule| rule.package == name);
        let mut names: Vec<_> = RULES.iter().map(|rule| rule.package).chain(["rsa", "serde"]).collect();
        if !names.contains(&package) {
            names.push(package);
        }
        let packages: Vec<Value> = names
            .iter()
            .map(|name| {
                let dependencies =
                    if *name == package { json!([{ "name": dependency, "kind": kind }]) } else { json!([]) };
                json!({ "id": name, "name": name, "version": "1.0.0", "license": "MIT", "source": null,
                        "manifest_path": "/x/Cargo.toml", "dependencies": dependencies })
            })
            .collect();
        let members: Vec<_> =
            names.iter().filter(|name| is_ours(name) || name.starts_with("kazasu")).collect();
        serde_json::from_value(json!({
            "packages": packages, "workspace_members": members, "workspace_root": "/x",
            "resolve": { "nodes": [{ "id": package, "dependencies": [dependency] }] },
        }))
        .unwrap()
    }

    #[test]
    fn the_directions_hold() {
        for (package, dependency, kind, allowed) in [
            ("kazasu-card", "kazasu-cert", None, true),
            ("kazasu-verify", "kazasu-cert", None, true),
            ("kazasu-sim", "kazasu-cert", None, true),
            ("kazasu-cert", "kazasu-card", None, false),
            ("kazasu-cert", "kazasu-verify", Some("dev"), false),
            ("kazasu-card", "kazasu-verify", None, false),
            ("kazasu-card", "kazasu-verify", Some("dev"), false),
            ("kazasu-verify", "kazasu-card", Some("dev"), false),
            ("kazasu-sim", "kazasu-card", Some("dev"), false),
            ("kazasu-card", "kazasu-sim", None, false),
            ("kazasu-card", "kazasu-sim", Some("build"), false),
            ("kazasu-card", "kazasu-sim", Some("dev"), true),
            ("kazasu", "kazasu-sim", None, true),
            ("kazasu-card", "serde", None, true),
        ] {
            let found = violations(&workspace(package, dependency, kind));
            assert_eq!(found.is_empty(), allowed, "{package} -> {dependency} {kind:?}: {found:?}");
        }
    }

    #[test]
    fn rsa_is_used_where_it_is_named() {
        for (package, allowed) in
            [("kazasu-cert", true), ("kazasu-sim", true), ("kazasu-card", false), ("kazasu", false)]
        {
            assert_eq!(violations(&workspace(package, "rsa", None)).is_empty(), allowed, "{package}");
        }
        assert_eq!(violations(&workspace("serde", "rsa", None)), ["serde 1.0.0 brings in rsa"]);
    }

    #[test]
    fn a_new_crate_needs_a_rule() {
        let found = violations(&workspace("kazasu-new", "serde", None));
        assert_eq!(found, ["kazasu-new: no rule in xtask/src/policy/direction.rs"]);
    }
}
