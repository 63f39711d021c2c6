//! `cargo xtask package ios`: the Swift package `Kazasu` with the native library as an XCFramework.
//!
//! Without the test kit: that has a static Rust library of its own, and two of them cannot be linked into one program. Tests
//! depend on the package in `ios`.

use std::{
    env::consts::{ARCH, OS},
    fs,
    path::Path,
};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use super::{
    anew, apple,
    archive::Archive,
    copy, copy_folder, library, write,
    xcframework::{self, Slice},
};
use crate::{
    bindings::{self, Language, SHIPPED},
    command::{program, run},
    swift_chroot::SwiftChroot,
};

/// Where the package goes unless told otherwise.
pub(super) const OUT: &str = "target/package/ios";

/// What uniffi writes.
const BUILD: &str = "target/package/ios-build";

/// Of `ios/Package.swift` what an app takes; `PLACE` is where the library comes from.
const MANIFEST: &str = r#"// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "Kazasu",
    platforms: [.iOS(.v15), .macOS(.v13)],
    products: [.library(name: "Kazasu", targets: ["Kazasu"])],
    targets: [
        .binaryTarget(name: "KazasuFFIC", PLACE),
        .target(name: "KazasuFFI", dependencies: ["KazasuFFIC"]),
        .target(name: "Kazasu", dependencies: ["KazasuFFI"]),
    ],
    swiftLanguageModes: [.v6]
)
"#;

const FRAMEWORK: &str = "KazasuFFIC.xcframework";

/// Says at the end what this machine could not build.
pub(super) fn package(out: &Path, url: Option<&str>) -> Result<()> {
    let (mut slices, mut missing) = (Vec::new(), Vec::new());
    for platform in &apple::PLATFORMS {
        match platform.build() {
            Ok(slice) => slices.push(slice),
            Err(error) => missing.push(format!("{platform}: {error:#}")),
        }
    }
    compose(out, url, &slices)?;
    println!("\n{}: the Swift package", out.display());
    for line in &missing {
        println!("not in it: the library for {line}");
    }
    println!("Linking an app with it takes Xcode, on a Mac.");
    Ok(())
}

fn compose(out: &Path, url: Option<&str>, slices: &[Slice]) -> Result<()> {
    let swift = Path::new(BUILD).join("swift");
    bindings::write(Path::new(BUILD), &[Language::Swift])?;
    anew(out)?;
    copy_folder(Path::new("ios/Sources/Kazasu"), &out.join("Sources/Kazasu"))?;
    copy_folder(&swift.join(SHIPPED.module), &out.join("Sources").join(SHIPPED.module))?;
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        copy(Path::new(licence), &out.join(licence))?;
    }
    let framework = out.join(FRAMEWORK);
    xcframework::create(&framework, &SHIPPED, &swift.join("KazasuFFIC"), slices)?;
    let place = match url {
        None => format!("path: \"{FRAMEWORK}\""),
        Some(url) => {
            let checksum = zipped(&framework)?;
            format!("url: \"{}/{FRAMEWORK}.zip\", checksum: \"{checksum}\"", url.trim_end_matches('/'))
        }
    };
    write(&out.join("Package.swift"), MANIFEST.replace("PLACE", &place).as_bytes())
}

/// Puts a zip archive in the place of the folder; the result is what `swift package compute-checksum` says of it.
fn zipped(framework: &Path) -> Result<String> {
    let path = framework.with_extension("xcframework.zip");
    let mut archive = Archive::create(&path)?;
    archive.add_folder(&framework.file_name().unwrap_or_default().to_string_lossy(), framework)?;
    archive.finish()?;
    fs::remove_dir_all(framework).with_context(|| framework.display().to_string())?;
    let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
    Ok(super::hex(&Sha256::digest(bytes)))
}

/// Composes the package with the libraries of this machine, and uses what can be used of it here.
///
/// # Errors
/// A property list that others cannot read, a function that a library does not have, a manifest that SwiftPM does not take,
/// or a Swift program that does not compile, link and run with header, module map and library as they stand.
pub(crate) fn check() -> Result<()> {
    let out = Path::new("target/package/ios-check");
    let archive = library::archive(&SHIPPED)?;
    compose(out, None, &[Slice { platform: OS, variant: None, architectures: vec![ARCH], archive }])?;
    let framework = out.join(FRAMEWORK);
    xcframework::check(&framework, &SHIPPED)?;
    let read = "import plistlib, sys; plistlib.load(open(sys.argv[1], 'rb'))['AvailableLibraries'][0]";
    run(program("python3").args(["-c", read]).arg(framework.join("Info.plist")))?;

    let chroot = SwiftChroot::provide()?;
    let inside = SwiftChroot::inside(&out.to_string_lossy());
    chroot.run(["sh", "-c", &format!("swift package --package-path {inside} dump-package > /dev/null")])?;
    // Beside the package, not of it.
    write(&out.join("main.swift"), PROGRAM.as_bytes())?;
    let library = format!("{inside}/{FRAMEWORK}/{OS}-{ARCH}");
    chroot.run([
        "swiftc",
        &format!("{inside}/main.swift"),
        &format!("{inside}/Sources/KazasuFFI/KazasuFFI.swift"),
        "-I",
        &format!("{library}/Headers"),
        "-L",
        &library,
        "-lkazasu_ffi",
        "-o",
        &format!("{inside}/main"),
    ])?;
    chroot.run([format!("{inside}/main").as_str()])
}

const PROGRAM: &str = r#"
guard let entry = errorEntry(code: "blocked"), entry.ja.contains("市区町村") else { fatalError("no catalogue") }
print("blocked: \(entry.ja)")
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_archive() {
        let root = tempfile::tempdir().unwrap();
        let framework = root.path().join("X.xcframework");
        write(&framework.join("a/Info.plist"), b"x").unwrap();
        let checksum = zipped(&framework).unwrap();
        assert!(!framework.exists());
        let path = root.path().join("X.xcframework.zip");
        assert_eq!(super::super::hex(&Sha256::digest(fs::read(&path).unwrap())), checksum);
        assert!(super::super::archive::names(&path).unwrap().contains("X.xcframework/a/Info.plist"));
    }
}
