//! A Swift toolchain on Linux: Debian's, in a directory of its own, because it wants a newer C library than the
//! stable release before it has.
//!
//! Made once for a user of the machine and kept in the cache directory; deleting it is safe. Packages come from the
//! mirror that apt on this machine is set up with. What is mounted in it is mounted in a namespace that ends with the
//! command, so nothing is left behind.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, Result, ensure};

use crate::{
    cache,
    command::{output, program},
    needs::Need,
};

pub(crate) const NEEDS: [Need; 3] = [
    Need::Root { why: "a chroot is made and entered" },
    Need::Program { name: "debootstrap", package: "debootstrap" },
    Need::Program { name: "unshare", package: "util-linux" },
];

const RELEASE: &str = "trixie";

/// Foundation includes C headers that `swiftlang` does not depend on.
const PACKAGES: &str = "swiftlang libc6-dev libstdc++-14-dev";

/// Where the workspace appears inside.
const WORKSPACE: &str = "/workspace";

/// `$1` the chroot, `$2` the workspace, then the command.
const ENTER: &str = r#"
root=$1 workspace=$2; shift 2
mkdir -p "$root/workspace" &&
mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" && mount --bind "$workspace" "$root/workspace" &&
exec chroot "$root" env --chdir=/workspace HOME=/root LANG=C.UTF-8 "$@"
"#;

pub(crate) struct SwiftChroot {
    root: PathBuf,
}

impl SwiftChroot {
    /// Makes it unless it is there. Half of one never has the final name.
    pub(crate) fn provide() -> Result<Self> {
        let _alone = cache::lock();
        let cache = cache::folder()?;
        let root = cache.join(format!("swift-{RELEASE}"));
        if !root.is_dir() {
            let begun = cache.join(format!("swift-{RELEASE}.new"));
            if begun.exists() {
                fs::remove_dir_all(&begun).with_context(|| begun.display().to_string())?;
            }
            fs::create_dir_all(&cache).with_context(|| cache.display().to_string())?;
            Self::install(&begun)?;
            fs::rename(&begun, &root).with_context(|| root.display().to_string())?;
        }
        Ok(Self { root })
    }

    fn install(root: &Path) -> Result<()> {
        println!("installing Swift into {} (450 MB to fetch)", root.display());
        // Not by `run`: a mirror's address belongs in no log.
        let status = program("debootstrap")
            .args(["--variant=minbase", RELEASE])
            .arg(root)
            .arg(debian_mirror()?)
            .stdout(Stdio::null())
            .status()
            .context("debootstrap")?;
        ensure!(status.success(), "debootstrap ended with {status}");
        let install = format!(
            "apt-get --quiet=2 update && DEBIAN_FRONTEND=noninteractive \
             apt-get --quiet=2 --yes --no-install-recommends --option=Dpkg::Use-Pty=0 install {PACKAGES} >/dev/null && \
             apt-get clean"
        );
        Self { root: root.to_owned() }.run(["sh", "-c", &install])
    }

    /// Runs a command inside, in the workspace.
    pub(crate) fn run<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Result<()> {
        let arguments: Vec<&str> = arguments.into_iter().collect();
        println!("$ {}", arguments.join(" "));
        let status = program("unshare")
            .args(["--mount", "sh", "-c", ENTER, "sh"])
            .args([&self.root, Path::new(".")])
            .args(&arguments)
            .status()
            .context("unshare")?;
        ensure!(status.success(), "`{}` ended with {status}", arguments.join(" "));
        Ok(())
    }

    /// The absolute path inside of what is `path` in the workspace.
    pub(crate) fn inside(path: &str) -> String {
        format!("{WORKSPACE}/{path}")
    }
}

/// The address that apt has the main archive from.
fn debian_mirror() -> Result<String> {
    let sites =
        output(program("apt-get").args(["indextargets", "--format", "$(SITE)", "Created-By: Packages"]))?;
    String::from_utf8(sites)?
        .lines()
        .find(|site| !site.contains("security"))
        .map(str::to_owned)
        .context("apt names no archive: run `apt-get update` once")
}
