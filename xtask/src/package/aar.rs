//! The AAR: classes, native libraries, manifest and shrinker rules in one file, so that an app has one dependency.
//!
//! <https://developer.android.com/studio/projects/android-library#aar-contents> lists what belongs in one.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};

use super::archive::{self, Archive};
use crate::bindings::SHIPPED;

pub(super) struct Aar<'a> {
    pub(super) manifest: &'a Path,
    /// The classes in them are merged.
    pub(super) jars: &'a [PathBuf],
    pub(super) rules: &'a Path,
    /// Name of the ABI, and its library.
    pub(super) native: &'a [(&'static str, PathBuf)],
}

impl Aar<'_> {
    /// Writes it to `path`; `scratch` is a folder for what goes into it.
    pub(super) fn write(&self, path: &Path, scratch: &Path) -> Result<()> {
        let read = |path: &Path| fs::read(path).with_context(|| path.display().to_string());
        let classes = scratch.join("classes.jar");
        let mut merged = Archive::create(&classes)?;
        for jar in self.jars {
            // Not the native library, the rules and Maven's own files in them.
            let is_code =
                |name: &Path| name.extension().is_some_and(|e| e == "class" || e == "kotlin_module");
            merged.add_from(jar, |name| is_code(Path::new(name)))?;
        }
        merged.finish()?;

        let mut aar = Archive::create(path)?;
        aar.add("AndroidManifest.xml", &read(self.manifest)?)?;
        aar.add("classes.jar", &read(&classes)?)?;
        // No resources.
        aar.add("R.txt", b"")?;
        aar.add("proguard.txt", &read(self.rules)?)?;
        for (abi, library) in self.native {
            aar.add(&entry(abi), &read(library)?)?;
        }
        aar.finish()
    }
}

/// # Errors
/// Something is not in the AAR, or in its `classes.jar`, that belongs there.
pub(super) fn check(aar: &Path, scratch: &Path, abis: &[&str], classes: &[&str]) -> Result<PathBuf> {
    let jar = scratch.join("classes.jar");
    let names = archive::names(aar)?;
    let expected = ["AndroidManifest.xml", "classes.jar", "R.txt", "proguard.txt"].map(str::to_owned);
    let expected = expected.into_iter().chain(abis.iter().map(|abi| entry(abi))).collect();
    ensure!(names == expected, "{} has {names:?}, not {expected:?}", aar.display());
    super::write(&jar, &archive::read(aar, "classes.jar")?)?;
    let names = archive::names(&jar)?;
    for class in classes {
        ensure!(names.contains(&format!("{class}.class")), "no {class} in the AAR");
    }
    Ok(jar)
}

fn entry(abi: &str) -> String {
    format!("jni/{abi}/lib{}.so", SHIPPED.library)
}
