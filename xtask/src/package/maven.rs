//! The layout of a Maven repository: what is put there, Maven and Gradle take by its coordinates.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use sha1::{Digest as _, Sha1};

use super::VERSION;

/// `app.kazasu`, as folders.
const GROUP: &str = "app/kazasu";

pub(super) struct Repository(PathBuf);

impl Repository {
    pub(super) const fn new(root: PathBuf) -> Self {
        Self(root)
    }

    /// Puts one file of an artifact there, with its checksum. `ending` is what follows the version, such as `.pom`.
    pub(super) fn add(&self, artifact: &str, ending: &str, file: &Path) -> Result<()> {
        let path = self.path(artifact, ending);
        let bytes = fs::read(file).with_context(|| file.display().to_string())?;
        let checksum = super::hex(&Sha1::digest(&bytes));
        super::write(&path, &bytes)?;
        super::write(&self.path(artifact, &format!("{ending}.sha1")), checksum.as_bytes())
    }

    pub(super) fn path(&self, artifact: &str, ending: &str) -> PathBuf {
        self.0.join(format!("{GROUP}/{artifact}/{VERSION}/{artifact}-{VERSION}{ending}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_stand_where_maven_looks() {
        let root = tempfile::tempdir().unwrap();
        let repository = Repository::new(root.path().to_owned());
        let file = root.path().join("x");
        fs::write(&file, "abc").unwrap();
        repository.add("kazasu", "-sources.jar", &file).unwrap();
        let folder = root.path().join("app/kazasu/kazasu").join(VERSION);
        let name = format!("kazasu-{VERSION}-sources.jar");
        assert_eq!(fs::read(folder.join(&name)).unwrap(), b"abc");
        // FIPS 180-2, A.1
        let checksum = fs::read_to_string(folder.join(format!("{name}.sha1"))).unwrap();
        assert_eq!(checksum, "a9993e364706816aba3e25717850c26c9cd0d89d");
    }
}
