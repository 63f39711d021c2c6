//! The files that matter, found below a directory and parsed.

use std::fmt::Display;
use std::fs::{self, File};
use std::io::{self, Cursor, Read as _};
use std::path::{Path, PathBuf};

use plist::Dictionary;
use toml::Table;

use crate::failed::Failed;

use super::{binary_plist, catalogs};

/// No such file is longer. An Xcode project of a large app has some 10 MB.
const LONGEST: u64 = 64 << 20;

/// An Info.plist of a large app has some hundreds of arrays and dictionaries.
const MOST_CONTAINERS: u64 = 8192;

/// How a binary property list begins.
const BINARY: &[u8] = b"bplist";

/// What other people or the build put there, and tests, which have files of their own.
const SKIPPED: [&str; 9] = [
    "Carthage",
    "DerivedData",
    "Pods",
    "SourcePackages",
    "androidTest",
    "build",
    "node_modules",
    "target",
    "test",
];

/// Bundles in the app that are not the app.
const OTHER_BUNDLES: [&str; 5] = ["appex", "bundle", "framework", "xcframework", "xctest"];

/// A file and what is in it.
#[derive(Debug)]
pub(super) struct Read<T> {
    pub(super) path: PathBuf,
    pub(super) content: T,
}

/// All that is looked at.
#[derive(Debug, Default)]
pub(super) struct Project {
    pub(super) info_plists: Vec<Read<Dictionary>>,
    pub(super) entitlements: Vec<Read<Dictionary>>,
    /// Xcode projects, `.xcconfig` and `Package.swift`.
    pub(super) xcode: Vec<Read<String>>,
    pub(super) manifests: Vec<Read<String>>,
    pub(super) gradle: Vec<Read<String>>,
    /// Gradle's version catalogs.
    pub(super) catalogs: Vec<Read<Table>>,
    pub(super) keep_rules: Vec<Read<String>>,
}

impl Project {
    /// Reads everything below `root`. Links are not followed.
    pub(super) fn read(root: &Path) -> Result<Self, Failed> {
        let mut project = Self::default();
        let mut directories = vec![root.to_owned()];
        while let Some(directory) = directories.pop() {
            let unreadable = |error: io::Error| Failed::file("unreadable_input", &directory, &error);
            let entries: io::Result<Vec<_>> = fs::read_dir(&directory).map_err(unreadable)?.collect();
            let mut entries = entries.map_err(unreadable)?;
            entries.sort_by_key(fs::DirEntry::file_name);
            for entry in entries {
                let kind = entry.file_type().map_err(unreadable)?;
                if kind.is_dir() && !is_skipped(&entry.path()) {
                    directories.push(entry.path());
                } else if kind.is_file() {
                    project.take(entry.path())?;
                }
            }
        }
        Ok(project)
    }

    fn take(&mut self, path: PathBuf) -> Result<(), Failed> {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return Ok(()) };
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        match (stem, extension) {
            // Firebase has a GoogleService-Info.plist, which is no such file but does no harm.
            (stem, "plist") if stem.ends_with("Info") || stem.starts_with("Info") => {
                self.info_plists.push(plist(path)?);
            }
            (_, "entitlements") => self.entitlements.push(plist(path)?),
            (_, "pbxproj" | "xcconfig") | ("Package", "swift") => self.xcode.push(text(path)?),
            ("AndroidManifest", "xml") => self.manifests.push(text(path)?),
            (_, "gradle") => self.gradle.push(text(path)?),
            (stem, "kts") if stem.ends_with(".gradle") => self.gradle.push(text(path)?),
            (stem, "toml") if stem.ends_with(catalogs::FILE) => {
                let Read { path, content } = text(path)?;
                let content = toml::from_str(&content)
                    .map_err(|error| Failed::file("unreadable_input", &path, &error.message()))?;
                self.catalogs.push(Read { path, content });
            }
            (_, "pro") => self.keep_rules.push(text(path)?),
            (stem, "txt" | "cfg") if stem.contains("proguard") => self.keep_rules.push(text(path)?),
            _ => {}
        }
        Ok(())
    }
}

fn is_skipped(directory: &Path) -> bool {
    let name = directory.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let extension = directory.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    name.starts_with('.') || SKIPPED.contains(&name) || OTHER_BUNDLES.contains(&extension)
}

fn bytes(path: &Path) -> Result<Vec<u8>, Failed> {
    let unreadable = |error: io::Error| Failed::file("unreadable_input", path, &error);
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.len() as u64 > LONGEST {
        return Err(unreadable(io::Error::other("longer than any file of this kind")));
    }
    Ok(bytes)
}

fn text(path: PathBuf) -> Result<Read<String>, Failed> {
    let content = String::from_utf8(bytes(&path)?)
        .map_err(|error| Failed::file("unreadable_input", &path, &error.utf8_error()))?;
    Ok(Read { path, content })
}

/// A property list: XML, binary, or of the old style.
fn plist(path: PathBuf) -> Result<Read<Dictionary>, Failed> {
    let unreadable = |reason: &dyn Display| Failed::file("unreadable_input", &path, reason);
    let bytes = bytes(&path)?;
    let is_binary = bytes.starts_with(BINARY);
    if containers(&bytes) > MOST_CONTAINERS || is_binary && !binary_plist::fits(&bytes, LONGEST) {
        return Err(unreadable(&"more in it than any file of this kind"));
    }
    let value = plist::Value::from_reader(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let content = value.into_dictionary().ok_or_else(|| unreadable(&"no dictionary"))?;
    Ok(Read { path, content })
}

/// How many arrays and dictionaries there are at most, and so how deep they are nested: the library recurses.
fn containers(plist: &[u8]) -> u64 {
    if plist.starts_with(BINARY) {
        // The number of objects in the trailer.
        let count = plist.len().checked_sub(24).and_then(|at| plist.get(at..)?.first_chunk());
        return count.map_or(0, |count| u64::from_be_bytes(*count));
    }
    let opens = |rest: &&[u8]| match rest {
        [b'<', ..] => rest.starts_with(b"<array") || rest.starts_with(b"<dict"),
        rest => matches!(rest, [b'(' | b'{', ..]),
    };
    (0..plist.len()).filter_map(|at| plist.get(at..)).filter(opens).count() as u64
}

/// What follows a name on its line, an equals sign or a bracket aside: settings of Xcode and Gradle without their languages.
pub(super) fn values<'a>(text: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.lines().filter_map(move |line| {
        let (before, after) = line.split_once(name)?;
        let is_comment = before.contains("//") || before.trim_start().starts_with(['*', '#']);
        let is_whole = !is_part(before.chars().next_back()) && !is_part(after.chars().next());
        (is_whole && !is_comment).then(|| after.trim_start_matches([' ', '\t', '=', '"', '(']))
    })
}
