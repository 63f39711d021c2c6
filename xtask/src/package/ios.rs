//! `cargo xtask package ios`: a Swift package that takes the native libraries as XCFrameworks.
//!
//! It is the package in `ios`, with binary targets where that one links the libraries of a build.

use std::{
    env::consts::{ARCH, OS},
    fs,
    path::Path,
};

use anyhow::{Context as _, Result, ensure};
use sha2::{Digest as _, Sha256};

use super::{
    anew, apple,
    archive::Archive,
    copy, copy_folder, library, write,
    xcframework::{self, Slice},
};
use crate::{
    bindings::{self, Crate, Language, SHIPPED, TESTING},
    command::{program, run},
    swift_chroot::SwiftChroot,
};

/// Where the package goes unless told otherwise.
pub(super) const OUT: &str = "target/package/ios";

/// What uniffi writes.
const BUILD: &str = "target/package/ios-build";

const CRATES: [Crate; 2] = [SHIPPED, TESTING];

/// Says at the end what this machine could not build.
pub(super) fn package(out: &Path, url: Option<&str>) -> Result<()> {
    let mut missing = Vec::new();
    compose(out, url, |krate| {
        let mut slices = Vec::new();
        for platform in &apple::PLATFORMS {
            match platform.build(krate) {
                Ok(slice) => slices.push(slice),
                Err(error) => missing.push(format!("{} for {platform}: {error:#}", krate.library)),
            }
        }
        Ok(slices)
    })?;
    println!("\n{}: the Swift package", out.display());
    for line in &missing {
        println!("not in it: {line}");
    }
    println!("Linking an app with it takes Xcode, on a Mac.");
    Ok(())
}

fn compose(
    out: &Path,
    url: Option<&str>,
    mut slices: impl FnMut(&Crate) -> Result<Vec<Slice>>,
) -> Result<()> {
    let swift = Path::new(BUILD).join("swift");
    bindings::write(Path::new(BUILD), &[Language::Swift])?;
    anew(out)?;
    for folder in ["Sources", "Tests"] {
        copy_folder(&Path::new("ios").join(folder), &out.join(folder))?;
    }
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        copy(Path::new(licence), &out.join(licence))?;
    }
    let mut manifest = fs::read_to_string("ios/Package.swift").context("ios/Package.swift")?;
    for krate in &CRATES {
        let c_module = format!("{}C", krate.module);
        copy_folder(&swift.join(krate.module), &out.join("Generated").join(krate.module))?;
        let framework = out.join(format!("{c_module}.xcframework"));
        xcframework::create(&framework, krate, &swift.join(&c_module), &slices(krate)?)?;
        let place = match url {
            None => format!("path: \"{c_module}.xcframework\""),
            Some(url) => {
                let checksum = zipped(&framework)?;
                format!(
                    "url: \"{}/{c_module}.xcframework.zip\", checksum: \"{checksum}\"",
                    url.trim_end_matches('/')
                )
            }
        };
        let linked = format!(".systemLibrary(name: \"{c_module}\", path: \"Generated/{c_module}\")");
        ensure!(manifest.matches(&linked).count() == 1, "ios/Package.swift has no `{linked}` to replace");
        manifest = manifest.replace(&linked, &format!(".binaryTarget(name: \"{c_module}\", {place})"));
    }
    write(&out.join("Package.swift"), manifest.as_bytes())
}

/// Puts a zip archive in the place of the folder; the result is what `swift package compute-checksum` says of it.
fn zipped(framework: &Path) -> Result<String> {
    let path = framework.with_extension("xcframework.zip");
    let mut archive = Archive::create(&path)?;
    archive.add_folder(&framework.file_name().unwrap_or_default().to_string_lossy(), framework)?;
    archive.finish()?;
    fs::remove_dir_all(framework).with_context(|| framework.display().to_string())?;
    let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
    Ok(format!("{:x}", Sha256::digest(bytes)))
}

/// Composes the package with the libraries of this machine, and uses what can be used of it here.
///
/// # Errors
/// A property list that others cannot read, a function that a library does not have, a manifest that SwiftPM does not take,
/// or a Swift program that does not compile, link and run with header, module map and library as they stand.
pub(crate) fn check() -> Result<()> {
    let out = Path::new("target/package/ios-check");
    let slice = |krate: &Crate| -> Result<Slice> {
        let archive = library::archive(krate)?;
        Ok(Slice { platform: OS, variant: None, architectures: vec![ARCH], archive })
    };
    compose(out, None, |krate| Ok(vec![slice(krate)?]))?;
    for krate in &CRATES {
        let framework = out.join(format!("{}C.xcframework", krate.module));
        xcframework::check(&framework, krate)?;
        let read = "import plistlib, sys; plistlib.load(open(sys.argv[1], 'rb'))['AvailableLibraries'][0]";
        run(program("python3").args(["-c", read]).arg(framework.join("Info.plist")))?;
    }

    let chroot = SwiftChroot::provide()?;
    let inside = SwiftChroot::inside(&out.to_string_lossy());
    chroot.run(["sh", "-c", &format!("swift package --package-path {inside} dump-package > /dev/null")])?;
    write(&out.join("main.swift"), PROGRAM.as_bytes())?;
    let folder = slice(&SHIPPED)?.identifier();
    let library = format!("{inside}/KazasuFFIC.xcframework/{folder}");
    chroot.run([
        "swiftc",
        &format!("{inside}/main.swift"),
        &format!("{inside}/Generated/KazasuFFI/KazasuFFI.swift"),
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
        assert_eq!(format!("{:x}", Sha256::digest(fs::read(&path).unwrap())), checksum);
        assert!(super::super::archive::names(&path).unwrap().contains("X.xcframework/a/Info.plist"));
    }
}
