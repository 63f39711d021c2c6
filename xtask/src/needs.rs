//! What a part needs from the system, and how to get it on Debian.

use std::{env, fmt, fs, path::Path};

use anyhow::Result;

use crate::command::{program, run};

/// A tool or a library, and the Debian package it comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Program {
        name: &'static str,
        package: &'static str,
    },
    /// A development library, by its name for pkg-config.
    Library {
        name: &'static str,
        package: &'static str,
    },
    /// Any other file, by its absolute path in the package.
    File {
        path: &'static str,
        package: &'static str,
    },
    /// Only root may do it.
    Root {
        why: &'static str,
    },
}

impl Need {
    fn is_met(self) -> bool {
        match self {
            Self::Program { name, .. } => is_program(name),
            Self::Library { name, .. } => {
                program("pkg-config").args(["--exists", name]).status().is_ok_and(|status| status.success())
            }
            Self::File { path, .. } => Path::new(path).exists(),
            Self::Root { .. } => is_root(),
        }
    }

    const fn package(self) -> Option<&'static str> {
        match self {
            Self::Program { package, .. } | Self::Library { package, .. } | Self::File { package, .. } => {
                Some(package)
            }
            Self::Root { .. } => None,
        }
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Program { name, package } => write!(f, "no program `{name}` (Debian package {package})"),
            Self::Library { name, package } => write!(f, "no library `{name}` (Debian package {package})"),
            Self::File { path, package } => write!(f, "no {path} (Debian package {package})"),
            Self::Root { why } => write!(f, "not root: {why}"),
        }
    }
}

/// Those of `needs` that this machine does not meet.
pub(crate) fn missing(needs: &[Need]) -> Vec<Need> {
    needs.iter().copied().filter(|need| !need.is_met()).collect()
}

/// Installs what is missing where we may: as root on a system with apt-get. What is still missing
/// afterwards is for the parts to tell.
pub(crate) fn provide(needs: &[Need]) {
    let mut packages: Vec<_> = missing(needs).into_iter().filter_map(Need::package).collect();
    packages.sort_unstable();
    packages.dedup();
    if packages.is_empty() || !is_root() || !is_program("apt-get") {
        return;
    }
    // The package lists are fetched only where those at hand do not do.
    let done = install(&packages).or_else(|_| {
        run(apt_get().arg("update"))?;
        install(&packages)
    });
    if let Err(error) = done {
        eprintln!("xtask: {error:#}");
    }
}

fn install(packages: &[&str]) -> Result<()> {
    run(apt_get().args(["install", "--yes", "--no-install-recommends"]).args(packages))
}

fn apt_get() -> std::process::Command {
    let mut command = program("apt-get");
    command.args(["--quiet=2", "--option=Dpkg::Use-Pty=0"]).env("DEBIAN_FRONTEND", "noninteractive");
    command
}

/// Looks where a daemon may be as well: an ordinary user's PATH leaves the sbin directories out.
fn is_program(name: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/sbin".into(), "/sbin".into()])
        .any(|directory| directory.join(name).is_file())
}

/// The effective user of this process, as the kernel tells it.
fn is_root() -> bool {
    fs::read_to_string("/proc/self/status").is_ok_and(|status| effective_user(&status) == Some(0))
}

/// proc(5), line `Uid:` with real, effective, saved and file system user.
fn effective_user(status: &str) -> Option<u32> {
    status.lines().find_map(|line| line.strip_prefix("Uid:"))?.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_told_with_its_package() {
        let needs = [
            Need::Program { name: "sh", package: "dash" },
            Need::Program { name: "no-such-program", package: "p1" },
            Need::File { path: "/no/such/file", package: "p2" },
            Need::Library { name: "no-such-library", package: "p3" },
        ];
        let lines: Vec<_> = missing(&needs).iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "no program `no-such-program` (Debian package p1)",
                "no /no/such/file (Debian package p2)",
                "no library `no-such-library` (Debian package p3)",
            ]
        );
    }

    #[test]
    fn the_effective_user_counts() {
        assert_eq!(effective_user("Name:\tx\nUid:\t1000\t0\t0\t0\nGid:\t5\t5\t5\t5\n"), Some(0));
        assert_eq!(effective_user("Uid:\t0\t1000\t0\t0\n"), Some(1000));
        assert_eq!(effective_user("Name:\tx\n"), None);
    }
}
