//! The directory that holds the lists: names, generations, replacement.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::file::{Footer, IndexError};
use super::indexed::IndexedCrl;
use crate::crl::CrlProblem;
use crate::crl::entry::RevokedEntry;
use crate::crl::facts::{CrlFacts, CrlMark};
use crate::crl::number::Unsigned;
use crate::crl::problem::CrlScopeProblem;
use crate::hex::Hex;

const SUFFIX: &str = ".crl-index";
const PARTIAL_PREFIX: &str = "incoming-";
const PARTIAL_SUFFIX: &str = ".partial";

/// No list takes so long to be taken in.
const LEFTOVER_AGE: Duration = Duration::from_secs(86_400);

/// The name of a list in an index. Each purpose and environment has names of its own, so that one index can serve
/// them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CrlName<'a> {
    /// The partition with this distribution point: the DER of its `Name`
    /// ([`DistributionPoint::directory_name_der`](kazasu_cert::DistributionPoint::directory_name_der)).
    Partition(&'a [u8]),
    /// Everything the CA with this name, DER, has issued.
    Full(&'a [u8]),
}

impl<'a> CrlName<'a> {
    pub(super) fn of(facts: &'a CrlFacts) -> Self {
        match &facts.partition {
            Some(partition) => Self::Partition(partition),
            None => Self::Full(&facts.issuer),
        }
    }

    /// What the list's files are called.
    fn stem(self) -> String {
        let (kind, name) = match self {
            Self::Partition(name) => ("partition", name),
            Self::Full(name) => ("full", name),
        };
        let hash: [u8; 32] =
            Sha256::new().chain_update(kind).chain_update([0]).chain_update(name).finalize().into();
        Hex(hash.first_chunk::<16>().unwrap_or(&[0; 16])).to_string()
    }
}

/// An index of lists: each is mapped into memory and read through the page cache.
///
/// It is what the directory held when it was opened. Lists that are taken in later, by
/// [`CrlIngest`](crate::CrlIngest) in this process or another, are seen by opening it anew; an index that is open
/// stays as it is. Opening reads every file once, at the speed of SHA-256.
///
/// Whoever can write to the directory decides who is revoked, and can end every process that has an index open by
/// cutting off a file: give that right to the program that takes in lists, and to nobody else.
#[derive(Debug, Default)]
pub struct CrlIndex {
    partitions: HashMap<Box<[u8]>, IndexedCrl>,
    full: HashMap<Box<[u8]>, IndexedCrl>,
    /// By stem, since the name inside cannot be read.
    damaged: HashMap<String, IndexError>,
}

impl CrlIndex {
    /// Opens the newest generation of each list in `directory`.
    ///
    /// A damaged file does not keep the others from being used: whoever asks for its list gets the error, and
    /// [`damaged`](Self::damaged) tells them all.
    ///
    /// # Errors
    /// [`IndexError::Io`] when the directory cannot be read.
    pub fn open(directory: impl AsRef<Path>) -> Result<Self, IndexError> {
        Self::open_nth(directory.as_ref(), 0)
    }

    /// Opens the generation before the newest one of each list that has one: what was relied on before the last
    /// replacement.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_previous(directory: impl AsRef<Path>) -> Result<Self, IndexError> {
        Self::open_nth(directory.as_ref(), 1)
    }

    fn open_nth(directory: &Path, nth_newest: usize) -> Result<Self, IndexError> {
        let mut index = Self::default();
        for (stem, generations) in Generations::all(directory)? {
            let Some((_, path)) = generations.0.into_iter().nth(nth_newest) else { continue };
            match IndexedCrl::open(&path) {
                Ok(list) => {
                    let (lists, name) = match CrlName::of(list.facts()) {
                        CrlName::Partition(name) => (&mut index.partitions, name.into()),
                        CrlName::Full(name) => (&mut index.full, name.into()),
                    };
                    lists.insert(name, list);
                }
                Err(error) => {
                    index.damaged.insert(stem, error);
                }
            }
        }
        Ok(index)
    }

    /// A list by its name; `None` if the index has none of that name.
    ///
    /// # Errors
    /// [`IndexError`] when its file is damaged.
    pub fn list(&self, name: CrlName<'_>) -> Result<Option<&IndexedCrl>, IndexError> {
        let found = match name {
            CrlName::Partition(name) => self.partitions.get(name),
            CrlName::Full(name) => self.full.get(name),
        };
        match found {
            None if !self.damaged.is_empty() => {
                self.damaged.get(&name.stem()).map_or(Ok(None), |e| Err(e.clone()))
            }
            found => Ok(found),
        }
    }

    /// Looks up a serial number, given by its content octets, on one list: see [`IndexedCrl::lookup`].
    ///
    /// # Errors
    /// [`CrlProblem::Scope`] when there is no such list, or no certificate has such a serial number: then nothing is
    /// known. [`CrlProblem::Index`] when its file is damaged.
    pub fn lookup(&self, name: CrlName<'_>, serial: &[u8]) -> Result<Option<RevokedEntry>, CrlProblem> {
        Unsigned::from_content(serial).map_err(|_| CrlScopeProblem::Serial)?;
        Ok(self.list(name)?.ok_or(CrlScopeProblem::NoList)?.lookup(serial))
    }

    /// Every list, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &IndexedCrl> {
        self.partitions.values().chain(self.full.values())
    }

    /// What is wrong with each list that cannot be used.
    pub fn damaged(&self) -> impl Iterator<Item = &IndexError> {
        self.damaged.values()
    }
}

/// The files of one list, newest first.
#[derive(Debug, Default)]
pub(super) struct Generations(Vec<(u64, PathBuf)>);

impl Generations {
    fn all(directory: &Path) -> Result<HashMap<String, Self>, IndexError> {
        Self::those(directory, |_| true)
    }

    pub(super) fn of(directory: &Path, name: CrlName<'_>) -> Result<Self, IndexError> {
        let stem = name.stem();
        Ok(Self::those(directory, |found| found == stem)?.remove(&stem).unwrap_or_default())
    }

    /// Those whose stem is wanted, each by its stem.
    fn those(
        directory: &Path,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Result<HashMap<String, Self>, IndexError> {
        let io_error = |error: io::Error| IndexError::io(directory, &error);
        let mut lists = HashMap::<String, Self>::new();
        for entry in fs::read_dir(directory).map_err(io_error)? {
            let entry = entry.map_err(io_error)?;
            let name = entry.file_name();
            let name = name.to_str().and_then(|name| name.strip_suffix(SUFFIX)?.split_once('.'));
            let Some((stem, generation)) = name.filter(|(stem, _)| is_wanted(stem)) else { continue };
            if let Ok(generation) = generation.parse() {
                lists.entry(stem.to_owned()).or_default().0.push((generation, entry.path()));
            }
        }
        lists.values_mut().for_each(|list| list.0.sort_unstable_by(|a, b| b.cmp(a)));
        Ok(lists)
    }

    pub(super) fn newest(&self) -> Option<(u64, &Path)> {
        self.0.first().map(|(generation, path)| (*generation, path.as_path()))
    }

    /// The newest list of those that can be read.
    pub(super) fn mark(&self) -> Option<CrlMark> {
        let footers = self.0.iter().filter_map(|(_, path)| Footer::read(path).ok());
        footers.map(|footer| footer.facts().mark()).max()
    }
}

/// A file under way to its place in the directory.
#[derive(Debug)]
pub(super) struct Partial<'a> {
    directory: &'a Path,
    file: NamedTempFile,
}

impl<'a> Partial<'a> {
    /// Starts a file that no reader looks at. It is removed unless it is [published](Self::publish).
    pub(super) fn create(directory: &'a Path) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PARTIAL_PREFIX).suffix(PARTIAL_SUFFIX);
        #[cfg(unix)]
        {
            // Nothing in it is secret, and the programs that only read need not be the one that writes.
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o644));
        }
        let partial = Self { directory, file: builder.tempfile_in(directory)? };
        partial.remove_leftovers()?;
        Ok(partial)
    }

    /// Removes what a crash left behind: files of the same kind begun a day before this one.
    fn remove_leftovers(&self) -> io::Result<()> {
        let begun = self.file().metadata()?.modified()?;
        for entry in fs::read_dir(self.directory)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_str().unwrap_or_default();
            if name.starts_with(PARTIAL_PREFIX) && name.ends_with(PARTIAL_SUFFIX) {
                let age =
                    entry.metadata().and_then(|file| file.modified()).map(|time| begun.duration_since(time));
                if matches!(age, Ok(Ok(age)) if age > LEFTOVER_AGE) {
                    let _ = fs::remove_file(entry.path());
                }
            }
        }
        Ok(())
    }

    pub(super) fn file(&self) -> &File {
        self.file.as_file()
    }

    /// Makes the file the newest generation of a list, safe from a crash at any point, and removes those before the
    /// one before it. Does not replace anything.
    pub(super) fn publish(self, name: CrlName<'_>, generation: u64, older: &Generations) -> io::Result<()> {
        self.file().sync_all()?;
        let name = format!("{}.{generation:010}{SUFFIX}", name.stem());
        self.file.persist_noclobber(self.directory.join(name))?;
        #[cfg(unix)]
        File::open(self.directory)?.sync_all()?;
        for (_, path) in older.0.iter().skip(1) {
            // Not needed any more; a system that does not let it go now will do so next time.
            let _ = fs::remove_file(path);
        }
        Ok(())
    }
}
