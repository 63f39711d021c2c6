//! The Swift side: what uniffi writes, and the tests of the package on Linux.

use std::{env::consts::ARCH, path::Path};

use anyhow::Result;

use super::Part;
use crate::{
    bindings::{self, Language},
    swift_chroot::{self, SwiftChroot},
};

pub(super) const PART: Part = Part {
    name: "swift",
    about: "bindings, tests of the Swift package on Linux under the thread sanitizer, and its articles",
    needs: &swift_chroot::NEEDS,
    fetch: Some(|| SwiftChroot::provide().map(drop)),
    run: swift,
};

const SOURCES: [&str; 6] =
    ["ios/Package.swift", "ios/Sources", "ios/StandIns", "ios/Tests", "ios/Example", "ios/Sample"];

/// Where the package is built, and what is built of its articles.
const SCRATCH: &str = "target/swift";
const ARTICLES: &str = "target/swift-docs";

fn swift() -> Result<()> {
    bindings::write(Path::new(bindings::OUT), &[Language::Swift])?;
    let chroot = SwiftChroot::provide()?;
    let lint = ["swift", "format", "lint", "--strict", "--recursive", "--configuration", "ios/.swift-format"];
    chroot.run(lint.into_iter().chain(SOURCES))?;
    // SwiftUI is on Apple's systems alone.
    chroot.run(["sh", "-c", "swiftc -frontend -parse ios/Sample/App/*.swift"])?;

    // The sanitizer's shadow memory has its own idea of where things are.
    let sanitized = ["setarch", "--addr-no-randomize", "swift", "test", "--sanitize=thread"];
    test(&chroot, &sanitized, "ios", SCRATCH)?;
    articles(&chroot)?;
    test(&chroot, &["swift", "test"], "ios/Example", "target/swift-example")?;
    test(&chroot, &["swift", "test"], "ios/Sample", "target/swift-sample")
}

fn test(chroot: &SwiftChroot, command: &[&str], package: &str, scratch: &str) -> Result<()> {
    let scratch = SwiftChroot::inside(scratch);
    let library = SwiftChroot::inside(&format!("{}/native/{}", bindings::OUT, bindings::jna_platform()));
    let package = ["--quiet", "--package-path", package, "--scratch-path", &scratch];
    let link = ["-Xlinker", "-L", "-Xlinker", &library, "-Xlinker", "-rpath", "-Xlinker", &library];
    let strict = ["-Xswiftc", "-warnings-as-errors"];
    chroot.run(command.iter().copied().chain(package).chain(strict).chain(link))
}

/// Converts the articles; a link to a symbol that the package does not have is an error.
fn articles(chroot: &SwiftChroot) -> Result<()> {
    let (symbols, map) = (format!("{ARTICLES}/symbols"), SwiftChroot::inside("ios/Generated/KazasuFFIC"));
    chroot.run([
        "sh",
        "-euc",
        &format!(
            "tools=$(dirname \"$(readlink -f \"$(command -v swiftc)\")\"); rm -rf {ARTICLES}; mkdir -p {symbols}; \
             \"$tools/swift-symbolgraph-extract\" -module-name Kazasu -minimum-access-level public \
             -I {SCRATCH}/debug/Modules -Xcc -fmodule-map-file={map}/module.modulemap \
             -target {ARCH}-pc-linux-gnu -output-dir {symbols}; \
             \"$tools/docc\" convert ios/Sources/Kazasu/Kazasu.docc --warnings-as-errors \
             --fallback-display-name Kazasu --fallback-bundle-identifier app.kazasu \
             --additional-symbol-graph-dir {symbols} --output-path {ARTICLES}/Kazasu.doccarchive"
        ),
    ])
}
