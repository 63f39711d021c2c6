//! The Swift side: what uniffi writes, and the tests of the package on Linux.

use std::path::Path;

use anyhow::Result;

use super::Part;
use crate::{
    bindings::{self, Language},
    swift_chroot::{self, SwiftChroot},
};

pub(super) const PART: Part = Part {
    name: "swift",
    about: "bindings, and the tests of the Swift package on Linux",
    needs: &swift_chroot::NEEDS,
    run: swift,
};

const SOURCES: [&str; 5] = ["ios/Package.swift", "ios/Sources", "ios/StandIns", "ios/Tests", "ios/Example"];

fn swift() -> Result<()> {
    bindings::write(Path::new(bindings::OUT), &[Language::Swift])?;
    let chroot = SwiftChroot::provide()?;
    let lint = ["swift", "format", "lint", "--strict", "--recursive", "--configuration", "ios/.swift-format"];
    chroot.run(lint.into_iter().chain(SOURCES))?;

    let library = SwiftChroot::inside(&format!("{}/native/{}", bindings::OUT, bindings::jna_platform()));
    let link = ["-Xlinker", "-L", "-Xlinker", &library, "-Xlinker", "-rpath", "-Xlinker", &library];
    for (package, scratch) in [("ios", "target/swift"), ("ios/Example", "target/swift-example")] {
        let scratch = SwiftChroot::inside(scratch);
        let test = ["swift", "test", "--quiet", "--package-path", package, "--scratch-path", &scratch];
        chroot.run(test.into_iter().chain(["-Xswiftc", "-warnings-as-errors"]).chain(link))?;
    }
    Ok(())
}
