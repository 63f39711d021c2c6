//! `cargo xtask package android`: a Maven repository with what apps and servers depend on.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};

use super::{
    VERSION,
    aar::{self, Aar},
    anew,
    archive::Archive,
    consumer::{App, Consumer},
    copy, copy_folder, elf, library,
    maven::Repository,
    ndk::{self, Ndk},
    shrink::{Rules, Shrinker},
};
use crate::{
    bindings::{self, Language, SHIPPED, TESTING, jna_platform},
    command::{maven, run},
};

/// Where the repository goes unless told otherwise.
pub(super) const OUT: &str = "target/package/android";

/// A copy of the Maven modules: a build here does not meet one in their own folders.
const BUILD: &str = "target/package/android-build";

const PACKAGING: &str = "android/packaging";

/// The rules, where R8 looks for them in a jar.
pub(super) const RULES_IN_JAR: &str = "META-INF/proguard/kazasu.pro";

/// The jars, and where uniffi writes the generated part of each.
const MODULES: [(&str, Option<&str>); 3] = [
    ("kazasu", Some("app/kazasu/ffi")),
    ("kazasu-testing", Some("app/kazasu/testing/ffi")),
    ("kazasu-android", None),
];

/// Says at the end what this machine could not build.
pub(super) fn package(out: &Path) -> Result<()> {
    let natives = write(out)?;
    println!("\n{}: kazasu-android (AAR), kazasu (jar), kazasu-testing (jar)", out.display());
    if natives.is_empty() {
        println!(
            "The AAR has no native library and runs on no phone: neither ANDROID_NDK_HOME nor ANDROID_HOME names an NDK."
        );
    }
    Ok(())
}

/// The repository, and the names of the ABIs in the AAR.
pub(super) fn write(out: &Path) -> Result<Vec<&'static str>> {
    let build = std::path::absolute(BUILD)?;
    anew(&build)?;
    generate(&build.join("bindings"))?;
    stage(&build)?;
    let modules = MODULES.map(|(module, _)| module).join(",");
    let bindings = format!("-Dkazasu.bindings={}/bindings", build.display());
    run(maven(&build).args(["package", "--projects", &modules, &bindings]))?;
    let jar = |module: &str| build.join(format!("{module}/target/{module}-{VERSION}.jar"));

    let native = native()?;
    let aar = build.join("kazasu-android.aar");
    Aar {
        manifest: &Path::new(PACKAGING).join("AndroidManifest.xml"),
        jars: &[jar("kazasu"), jar("kazasu-android")],
        rules: &Path::new(PACKAGING).join("consumer-rules.pro"),
        native: &native,
    }
    .write(&aar, &build)?;

    anew(out)?;
    let repository = Repository::new(out.to_owned());
    repository.add("kazasu-parent", ".pom", Path::new("android/pom.xml"))?;
    for module in ["kazasu", "kazasu-testing"] {
        repository.add(module, ".pom", &Path::new("android").join(module).join("pom.xml"))?;
        repository.add(module, ".jar", &jar(module))?;
        repository.add(module, "-sources.jar", &sources(&build, &[module])?)?;
    }
    repository.add("kazasu-android", ".pom", &Path::new(PACKAGING).join("kazasu-android.pom.xml"))?;
    repository.add("kazasu-android", ".aar", &aar)?;
    repository.add("kazasu-android", "-sources.jar", &sources(&build, &["kazasu", "kazasu-android"])?)?;
    Ok(native.into_iter().map(|(abi, _)| abi).collect())
}

/// What uniffi writes, and the library of the test kit as a resource of its jar.
fn generate(bindings: &Path) -> Result<()> {
    bindings::write(bindings, &[Language::Kotlin])?;
    anew(&bindings.join("native"))?;
    let library = library::dynamic(&TESTING)?;
    copy(
        &library,
        &bindings.join("native").join(jna_platform()).join(library.file_name().unwrap_or_default()),
    )
}

/// The Maven modules without their tests, and what is in the jar of `kazasu` besides classes.
fn stage(build: &Path) -> Result<()> {
    copy(Path::new("android/pom.xml"), &build.join("pom.xml"))?;
    for entry in fs::read_dir("android").context("android")? {
        let module = entry?.path();
        if module.join("pom.xml").exists() {
            let staged = build.join(module.file_name().unwrap_or_default());
            copy(&module.join("pom.xml"), &staged.join("pom.xml"))?;
            copy_folder(&module.join("src/main"), &staged.join("src/main"))?;
        }
    }
    let resources = build.join("kazasu/src/main/resources");
    copy(&Path::new(PACKAGING).join("consumer-rules.pro"), &resources.join(RULES_IN_JAR))?;
    let library = library::dynamic(&SHIPPED)?;
    if cfg!(target_os = "linux") {
        // Linked as Android's are.
        elf::check(&library)?;
    }
    copy(&library, &resources.join(jna_platform()).join(library.file_name().unwrap_or_default()))
}

/// Name of the ABI, and its library; nothing without an NDK.
fn native() -> Result<Vec<(&'static str, PathBuf)>> {
    let Some(ndk) = Ndk::find() else { return Ok(Vec::new()) };
    ndk::ABIS.iter().map(|abi| Ok((abi.name, ndk.build(abi)?))).collect()
}

/// The sources of one artifact, for the documentation that an IDE shows.
fn sources(build: &Path, modules: &[&str]) -> Result<PathBuf> {
    let path = build.join(format!("{}-sources.jar", modules.join("-")));
    let mut archive = Archive::create(&path)?;
    for (module, generated) in MODULES.iter().filter(|(module, _)| modules.contains(module)) {
        archive.add_folder("", &build.join(module).join("src/main/kotlin"))?;
        if let Some(generated) = generated {
            for entry in fs::read_dir(build.join("bindings/kotlin").join(generated)).context(*generated)? {
                let file = entry?.path();
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                archive.add(&format!("{generated}/{name}"), &fs::read(&file)?)?;
            }
        }
    }
    archive.finish()?;
    Ok(path)
}

/// Packages, and uses what came out as a customer would.
///
/// # Errors
/// Something is missing from it, the customer's program does not compile or run, or it runs where it must not: shrunk
/// without our rules.
pub(crate) fn check() -> Result<()> {
    let out = std::path::absolute(OUT)?;
    let abis = write(&out)?;
    let repository = Repository::new(out.clone());

    let consumer = Consumer::build(&out)?;
    println!("with the jars:");
    consumer.run("MainKt", &[])?;

    println!("with the classes of the AAR:");
    let classes = ["app/kazasu/Kazasu", "app/kazasu/ffi/CardSession", "app/kazasu/android/NfcChannel"];
    let aar = repository.path("kazasu-android", ".aar");
    let classes = aar::check(&aar, consumer.folder(), &abis, &classes)?;
    consumer.run("MainKt", &[&classes])?;
    App::resolve(&out)?.check(&ndk::ABIS.map(|abi| abi.name))?;

    println!("shrunk:");
    let shrinker = Shrinker::provide(consumer.folder())?;
    run(&mut Shrinker::program(&shrinker.shrink(&consumer, Rules::All)?))?;
    for rules in [Rules::JnaAlone, Rules::None] {
        let output = Shrinker::program(&shrinker.shrink(&consumer, rules)?).output().context("java")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(
            !output.status.success()
                && (said.contains("com.sun.jna") || said.contains("UnsatisfiedLinkError")),
            "without our rules JNA must miss something; but with {rules:?}: {}, {said}",
            output.status
        );
    }
    println!("without our rules it fails, as it must");
    Ok(())
}
