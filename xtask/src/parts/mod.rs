//! The parts of `cargo xtask test`, one file each, in the order in which they run.

mod attacks;
mod cross;
mod demo;
mod differential;
mod fuzz;
mod generated;
mod kotlin;
mod lint;
mod package;
mod pcsc;
pub(crate) mod pin_safety;
mod policy;
mod rust;
mod swift;

use anyhow::Result;

use crate::needs::Need;

/// One part of the tests.
#[derive(Debug)]
pub(crate) struct Part {
    /// What `--only` takes.
    pub(crate) name: &'static str,
    /// What `--list` says about it.
    pub(crate) about: &'static str,
    /// Without these it does not run.
    pub(crate) needs: &'static [Need],
    /// Fetches what `run` would have to wait for, while other parts run. What went wrong, `run` tells.
    pub(crate) fetch: Option<fn() -> Result<()>>,
    pub(crate) run: fn() -> Result<()>,
}

pub(crate) const ALL: &[Part] = &[
    lint::PART,
    policy::PART,
    generated::PART,
    rust::PART,
    pin_safety::PART,
    fuzz::PART,
    kotlin::PART,
    swift::PART,
    cross::PART,
    package::ANDROID,
    package::IOS,
    attacks::PART,
    differential::PART,
    demo::PART,
    pcsc::PART,
];

/// The crate `pcsc` links with this library.
const PCSC_LIBRARY: &[Need] = &[
    Need::Program { name: "pkg-config", package: "pkg-config" },
    Need::Library { name: "libpcsclite", package: "libpcsclite-dev" },
];

/// The part called `name`.
pub(crate) fn parse(name: &str) -> Result<&'static Part, String> {
    ALL.iter().find(|part| part.name == name).ok_or_else(|| {
        let names: Vec<_> = ALL.iter().map(|part| part.name).collect();
        format!("the parts are {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_found_by_its_name_alone() {
        for part in ALL {
            assert_eq!(parse(part.name).unwrap().about, part.about, "two parts called {}", part.name);
        }
        assert_eq!(
            parse("rus").unwrap_err(),
            "the parts are lint, policy, generated, rust, pin-safety, fuzz, kotlin, swift, cross, package-android, package-ios, attacks, differential, demo, pcsc"
        );
    }
}
