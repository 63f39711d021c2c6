//! A customer's project, in a folder outside of ours: only what was packaged, and Maven Central.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

use super::{archive, copy_folder, elf};
use crate::command::{maven, program, run};

const TEMPLATES: &str = "android/packaging";

/// Maven's local repository for these projects: in the user's own, an earlier package of the same version would be taken for
/// this one.
const LOCAL_REPOSITORY: &str = "target/package/maven";

/// Copies a project of `android/packaging` to `folder`, and lets Maven package it with what is in `repository`.
pub(super) fn build(project: &str, folder: &Path, repository: &Path) -> Result<PathBuf> {
    let folder = folder.join(project);
    copy_folder(&Path::new(TEMPLATES).join(project), &folder)?;
    let local = std::path::absolute(LOCAL_REPOSITORY)?;
    let of_ours = local.join("app/kazasu");
    if of_ours.exists() {
        fs::remove_dir_all(&of_ours).with_context(|| of_ours.display().to_string())?;
    }
    let local = format!("-Dmaven.repo.local={}", local.display());
    let repository = format!("-Dkazasu.repository=file://{}", repository.display());
    run(maven(&folder).args(["package", &local, &repository]))?;
    Ok(folder.join("target"))
}

pub(super) struct Consumer {
    folder: TempDir,
    target: PathBuf,
}

impl Consumer {
    /// Compiles it. It is gone when this value is.
    pub(super) fn build(repository: &Path) -> Result<Self> {
        let folder = TempDir::with_prefix("kazasu-consumer-")?;
        let target = build("consumer", folder.path(), repository)?;
        Ok(Self { folder, target })
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Its own jar, then those it depends on.
    pub(super) fn jars(&self) -> Result<Vec<PathBuf>> {
        let libraries = self.target.join("libraries");
        let mut jars = vec![self.target.join("consumer-1.jar")];
        for entry in fs::read_dir(&libraries).with_context(|| libraries.display().to_string())? {
            jars.push(entry?.path());
        }
        Ok(jars)
    }

    /// The jar of a library, by what its name begins with and a version follows.
    pub(super) fn jar(&self, artifact: &str) -> Result<PathBuf> {
        let begin = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.strip_prefix(artifact)
                .and_then(|rest| rest.strip_prefix('-'))
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        };
        self.jars()?.into_iter().find(begin).with_context(|| format!("{artifact} is not among the libraries"))
    }

    /// Runs a class of it; classes in `before` go first.
    pub(super) fn run(&self, class: &str, before: &[&Path]) -> Result<()> {
        let jars = self.jars()?;
        let path = env::join_paths(before.iter().copied().chain(jars.iter().map(PathBuf::as_path)))?;
        run(program("java").current_dir(&self.folder).env("CLASSPATH", path).arg(class))
    }
}

/// An app that depends on the AAR.
pub(super) struct App {
    _folder: TempDir,
    libraries: PathBuf,
}

impl App {
    pub(super) fn resolve(repository: &Path) -> Result<Self> {
        let folder = TempDir::with_prefix("kazasu-app-")?;
        let libraries = build("app", folder.path(), repository)?.join("libraries");
        Ok(Self { _folder: folder, libraries })
    }

    /// The other native library in the app is JNA's: it has to have the ABIs that ours has, and its layout.
    pub(super) fn check(&self, abis: &[&str]) -> Result<()> {
        let mut checked = 0;
        for entry in fs::read_dir(&self.libraries).with_context(|| self.libraries.display().to_string())? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            ensure!(
                !name.starts_with("jna-") || name.ends_with(".aar"),
                "the app gets JNA for desktops: {name}"
            );
            if name.starts_with("jna-") {
                for abi in abis {
                    let entry = format!("jni/{abi}/libjnidispatch.so");
                    elf::is_aligned(&archive::read(&path, &entry)?)
                        .with_context(|| format!("{name}: {entry}"))?;
                    checked += 1;
                }
            }
        }
        ensure!(checked == abis.len(), "JNA's native libraries: {checked} of {}", abis.len());
        Ok(())
    }
}
