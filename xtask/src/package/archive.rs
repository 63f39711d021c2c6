//! Zip archives (AAR, JAR, zipped XCFramework) that are the same, byte for byte, whenever their content is.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{Read as _, Write as _},
    path::Path,
};

use anyhow::{Context, Result, ensure};
use zip::{DateTime, ZipArchive, ZipWriter, write::SimpleFileOptions};

pub(super) struct Archive {
    writer: ZipWriter<File>,
    names: BTreeSet<String>,
}

impl Archive {
    pub(super) fn create(path: &Path) -> Result<Self> {
        let file = File::create(path).with_context(|| path.display().to_string())?;
        Ok(Self { writer: ZipWriter::new(file), names: BTreeSet::new() })
    }

    pub(super) fn add(&mut self, name: &str, content: &[u8]) -> Result<()> {
        ensure!(self.names.insert(name.to_owned()), "two entries are called {name}");
        let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
        self.writer.start_file(name, options)?;
        Ok(self.writer.write_all(content)?)
    }

    /// Adds all files below a folder, in the order of their names, under `prefix`.
    pub(super) fn add_folder(&mut self, prefix: &str, folder: &Path) -> Result<()> {
        let context = || folder.display().to_string();
        let entries: Result<BTreeSet<_>, _> = fs::read_dir(folder)
            .with_context(context)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect();
        for path in entries.with_context(context)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let name = if prefix.is_empty() { name.into_owned() } else { format!("{prefix}/{name}") };
            if path.is_dir() {
                self.add_folder(&name, &path)?;
            } else {
                self.add(&name, &fs::read(&path).with_context(|| path.display().to_string())?)?;
            }
        }
        Ok(())
    }

    /// Adds those files of another archive whose names `keep` takes.
    pub(super) fn add_from(&mut self, archive: &Path, keep: impl Fn(&str) -> bool) -> Result<()> {
        let context = || archive.display().to_string();
        let mut other = ZipArchive::new(File::open(archive).with_context(context)?).with_context(context)?;
        for index in 0..other.len() {
            let entry = other.by_index_raw(index)?;
            let name = entry.name()?.into_owned();
            if entry.is_dir() || !keep(&name) {
                continue;
            }
            ensure!(self.names.insert(name.clone()), "two entries are called {name}");
            self.writer.raw_copy_file(entry)?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<()> {
        self.writer.finish()?;
        Ok(())
    }
}

/// The names of the files in an archive.
pub(super) fn names(archive: &Path) -> Result<BTreeSet<String>> {
    let context = || archive.display().to_string();
    let archive = ZipArchive::new(File::open(archive).with_context(context)?).with_context(context)?;
    archive.file_names().map(|name| Ok(name?.into_owned())).collect()
}

/// One file of an archive.
pub(super) fn read(archive: &Path, name: &str) -> Result<Vec<u8>> {
    let context = || format!("{}: {name}", archive.display());
    let mut archive = ZipArchive::new(File::open(archive).with_context(context)?).with_context(context)?;
    let mut content = Vec::new();
    archive.by_name(name).with_context(context)?.read_to_end(&mut content).with_context(context)?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_content_makes_the_same_archive() {
        let folder = tempfile::tempdir().unwrap();
        let content = folder.path().join("content");
        fs::create_dir_all(content.join("b")).unwrap();
        fs::write(content.join("b/2"), "two").unwrap();
        fs::write(content.join("a"), "one").unwrap();
        let make = |name: &str| {
            let path = folder.path().join(name);
            let mut archive = Archive::create(&path).unwrap();
            archive.add_folder("x", &content).unwrap();
            assert!(archive.add("x/a", b"").is_err());
            archive.finish().unwrap();
            path
        };
        let [one, two] = ["1.zip", "2.zip"].map(make);
        assert_eq!(fs::read(&one).unwrap(), fs::read(&two).unwrap());
        assert_eq!(names(&one).unwrap(), ["x/a", "x/b/2"].map(str::to_owned).into());

        let merged = folder.path().join("3.zip");
        let mut archive = Archive::create(&merged).unwrap();
        archive.add_from(&one, |name| name.ends_with('2')).unwrap();
        assert!(archive.add_from(&two, |_| true).is_err());
        archive.finish().unwrap();
        assert!(names(&merged).unwrap().contains("x/b/2"));
    }
}
