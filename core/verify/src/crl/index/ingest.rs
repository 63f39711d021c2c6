//! Taking a list into an index.

use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use kazasu_cert::{CryptoProvider, UnixTime};
use serde::Serialize;
use thiserror::Error;

use super::directory::{CrlName, Generations, Partial};
use super::file::{Footer, IndexError, IndexWriter};
use super::indexed::IndexedCrl;
use super::record::{Packed, Wide, epoch};
use crate::crl::authority::valid_at;
use crate::crl::entry::ListedEntry;
use crate::crl::facts::{CrlFacts, CrlMark};
use crate::crl::list::{ReadList, Sink, Stop};
use crate::crl::number::Unsigned;
use crate::crl::problem::{CrlInvalidity, CrlProblem, CrlScopeProblem};
use crate::{CrlScope, TrustAnchor, TrustAnchors};

/// What lists are taken in, and as of when.
#[derive(Clone, Copy, Debug)]
pub struct CrlIngest<'a> {
    /// The CAs whose lists are taken in: of one purpose and environment.
    pub anchors: &'a TrustAnchors,
    /// Checks the signature.
    pub crypto: &'a dyn CryptoProvider,
    /// Whether a list without issuingDistributionPoint is taken in.
    pub scope: CrlScope,
    /// Now: the list must have been issued and not have expired.
    pub at: UnixTime,
}

/// What was taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct IngestReport {
    /// What the list says about itself.
    pub crl: CrlFacts,
    /// Entries on the list.
    pub entries: u64,
    /// Length of the list in bytes.
    pub list_len: u64,
    /// Length of its file in the index in bytes.
    pub index_len: u64,
    /// How many lists of this name were taken in so far.
    pub generation: u64,
    /// The list it replaced, if it was not the first. The same as its own when nothing had to be done because this
    /// very list was there already.
    pub replaced: Option<CrlMark>,
}

impl CrlIngest<'_> {
    /// Reads a list, DER, and makes it the newest generation of its name in `directory`, which is created if it does
    /// not exist.
    ///
    /// The list is read once, as a stream, in memory of constant size; entries that are not in ascending order are
    /// sorted with the help of a nameless file in `directory`, of 8 bytes for each of them. Nothing a reader could see changes before
    /// the signature has been checked and the new file is safe on disk. A crash or an error at any point leaves the
    /// list that was there in service, and its predecessor is kept as well.
    ///
    /// Several lists may be taken in at the same time; of two for the same name one fails.
    ///
    /// # Errors
    /// [`IngestError::Crl`] when the list cannot be read, is not signed by an anchor, is not one to be taken in, has
    /// expired, or is older than the one that is there. [`IngestError::Io`] and [`IngestError::Index`] when the
    /// directory is at fault.
    pub fn ingest(&self, list: impl Read, directory: impl AsRef<Path>) -> Result<IngestReport, IngestError> {
        let directory = directory.as_ref();
        fs::create_dir_all(directory)?;
        let partial = Partial::create(directory)?;
        let mut entries =
            Collect { epoch: 0, index: IndexWriter::new(partial.file().try_clone()?, directory) };
        let list = ReadList::read(list, &mut entries).map_err(|stop| match stop {
            Stop::Problem(problem) => IngestError::Crl(problem),
            Stop::Sink(error) => error.into(),
        })?;
        let (count, list_len) = (list.entries, list.len);
        let (facts, anchor) = list.authenticate(self.anchors, self.crypto).map_err(CrlProblem::from)?;
        self.check(&facts, anchor)?;

        let name = CrlName::of(&facts);
        let older = Generations::of(directory, name)?;
        let seen = older.mark();
        if let Some(seen) = seen.filter(|seen| !facts.mark().may_follow(*seen)) {
            return Err(CrlProblem::Rollback { seen, found: facts.mark() }.into());
        }
        if let Some(current) = same_list(&older, &facts) {
            return Ok(IngestReport {
                entries: count,
                list_len,
                index_len: current.file_len() as u64,
                generation: current.generation(),
                replaced: seen,
                crl: facts,
            });
        }
        let generation = older.newest().map_or(1, |(generation, _)| generation.saturating_add(1));
        let index_len = entries.index.finish(&facts, generation, count, list_len)?;
        partial.publish(name, generation, &older)?;
        Ok(IngestReport { entries: count, list_len, index_len, generation, replaced: seen, crl: facts })
    }

    /// Whether the list is one to be taken in now.
    fn check(&self, facts: &CrlFacts, anchor: &TrustAnchor) -> Result<(), CrlProblem> {
        let CrlFacts { this_update, next_update, .. } = *facts;
        if facts.partition.is_none() && self.scope == CrlScope::Partition {
            Err(CrlScopeProblem::NoPartition.into())
        } else if this_update > self.at {
            Err(CrlInvalidity::IssuedLater { this_update }.into())
        } else if let Some(next_update) = next_update.filter(|next_update| *next_update < self.at) {
            Err(CrlInvalidity::Expired { next_update }.into())
        } else if next_update.is_none() {
            Err(CrlInvalidity::NoNextUpdate.into())
        } else if !valid_at(anchor, self.at) {
            Err(CrlInvalidity::AnchorNotValid { at: self.at }.into())
        } else {
            Ok(())
        }
    }
}

/// The newest generation if it holds this very list and is undamaged.
fn same_list(older: &Generations, facts: &CrlFacts) -> Option<IndexedCrl> {
    let (_, path) = older.newest()?;
    let same = Footer::read(path).is_ok_and(|footer| footer.facts() == *facts);
    if same { IndexedCrl::open(path).ok() } else { None }
}

/// Hands on the entries.
struct Collect {
    epoch: i64,
    index: IndexWriter,
}

impl Sink for Collect {
    fn begin(&mut self, this_update: UnixTime) {
        self.epoch = epoch(this_update);
    }

    #[inline]
    fn entry(&mut self, listed: &ListedEntry<'_>) -> io::Result<()> {
        match Packed::new(listed, self.epoch) {
            Some(packed) => self.index.push(packed),
            None => {
                let serial = Unsigned::from_significant(listed.serial).map_err(|_| ErrorKind::InvalidData)?;
                self.index.push_wide(Wide { serial, entry: listed.entry })
            }
        }
    }
}

/// Why a list was not taken in. What was in the index before is untouched.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum IngestError {
    /// The list is at fault.
    #[error(transparent)]
    Crl(#[from] CrlProblem),
    /// What is in the directory cannot be read.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// Writing failed: no space, no permission, or another program has just taken in a list of the same name.
    #[error("writing the index failed: {kind}")]
    Io {
        /// What the operating system said.
        kind: ErrorKind,
    },
}

impl From<io::Error> for IngestError {
    fn from(error: io::Error) -> Self {
        Self::Io { kind: error.kind() }
    }
}
