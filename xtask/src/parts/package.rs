//! What app developers get, used as they would.

use super::{Part, kotlin};
use crate::{needs::Need, package, swift_chroot};

pub(super) const ANDROID: Part = Part {
    name: "package-android",
    about: "the AAR and the jars, by a project outside of this one: as they are, and shrunk",
    needs: kotlin::PART.needs,
    fetch: None,
    run: package::check_android,
};

pub(super) const IOS: Part = Part {
    name: "package-ios",
    about: "the Swift package with an XCFramework of this machine: complete, and a program linked with it runs",
    needs: &{
        let [root, debootstrap, unshare] = swift_chroot::NEEDS;
        [root, debootstrap, unshare, Need::Program { name: "python3", package: "python3" }]
    },
    fetch: None,
    run: package::check_ios,
};
