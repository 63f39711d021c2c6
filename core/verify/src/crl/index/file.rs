//! A file of the index: written once, checked whenever it is opened.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use kazasu_cert::UnixTime;
use kazasu_mmap::MappedFile;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::record::{Packed, Wide};
use super::segment::{self, Segment, SegmentWriter};
use super::sort::{Record, Sorter};
use crate::AnchorRecord;
use crate::crl::{CrlFacts, CrlNumber};
use crate::hex;

/// Also says which version of the format it is.
const PREFIX: [u8; 16] = *b"KAZASUCR\x02\0\0\0\0\0\0\0";
const VERSION_AT: usize = 8;

/// Length of the footer and the last hash.
const TRAILER_LEN: usize = 4 + 32;

/// A footer holds two names and a few numbers for each segment: 30 million entries make 60 KB.
const MAX_FOOTER_LEN: u64 = 2 << 20;

/// Entries held in memory, 32 MiB and 7 MiB.
const PACKED_CAPACITY: usize = 1 << 22;
const WIDE_CAPACITY: usize = 1 << 17;

/// Bytes written at once. In aligned pieces of 2 MiB, Linux keeps the file as huge pages and maps it so (seen with 6.18 on
/// ext4): lookups take a tenth less time then, and taking in a list a tenth more.
const CHUNK: usize = 256 << 10;

/// Everything about a file but the entries.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Footer {
    pub(super) generation: u64,
    /// Entries on the list.
    pub(super) entries: u64,
    /// Length of the list in bytes.
    pub(super) list_len: u64,
    #[serde(with = "hex")]
    issuer: Vec<u8>,
    #[serde(with = "hex::optional")]
    partition: Option<Vec<u8>>,
    this_update: UnixTime,
    next_update: Option<UnixTime>,
    crl_number: Option<CrlNumber>,
    anchor: String,
    #[serde(with = "hex")]
    anchor_sha256: [u8; 32],
    #[serde(with = "hex")]
    tbs_sha256: [u8; 32],
    pub(super) ascending: Vec<Segment>,
    pub(super) others: Vec<Segment>,
    /// How many [`Wide`] entries.
    pub(super) wide: usize,
    #[serde(with = "hex")]
    sections_sha256: [u8; 32],
}

impl Footer {
    pub(super) fn facts(&self) -> CrlFacts {
        CrlFacts {
            issuer: self.issuer.clone(),
            partition: self.partition.clone(),
            this_update: self.this_update,
            next_update: self.next_update,
            crl_number: self.crl_number,
            signed_by: AnchorRecord { name: self.anchor.clone(), sha256: self.anchor_sha256 },
            tbs_sha256: self.tbs_sha256,
        }
    }

    /// Where the sections stand in the file, if they can.
    fn sections(&self) -> Option<[Range<usize>; 3]> {
        let ascending = PREFIX.len().checked_add(segment::section_len(&self.ascending)?)?;
        let others = ascending.checked_add(segment::section_len(&self.others)?)?;
        let wide = others.checked_add(self.wide.checked_mul(Wide::LEN)?)?;
        Some([PREFIX.len()..ascending, ascending..others, others..wide])
    }

    fn encode(&self) -> io::Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec(self)?;
        let len = u32::try_from(bytes.len()).map_err(|_| ErrorKind::FileTooLarge)?;
        if u64::from(len) + TRAILER_LEN as u64 > MAX_FOOTER_LEN {
            return Err(ErrorKind::FileTooLarge.into());
        }
        let hash = hash(&bytes);
        bytes.extend_from_slice(&len.to_le_bytes());
        bytes.extend_from_slice(&hash);
        Ok(bytes)
    }

    /// Reads the footer at the end of a file without looking at the sections.
    pub(super) fn read(path: &Path) -> Result<Self, IndexError> {
        let io_error = |error: io::Error| IndexError::io(path, &error);
        let damaged = || IndexError::Damaged { path: path.to_owned() };
        let mut file = File::open(path).map_err(io_error)?;
        let len = file.metadata().map_err(io_error)?.len();
        let mut prefix = [0; PREFIX.len()];
        file.read_exact(&mut prefix).map_err(|_| damaged())?;
        check_prefix(&prefix, path)?;
        // The smaller of the two: the longest footer there may be, or the file.
        file.seek(SeekFrom::Start(len.saturating_sub(MAX_FOOTER_LEN))).map_err(io_error)?;
        let mut end = Vec::new();
        file.take(MAX_FOOTER_LEN).read_to_end(&mut end).map_err(io_error)?;
        Self::decode(&end).map(|(footer, _)| footer).ok_or_else(damaged)
    }

    /// The footer at the end of `bytes`, and its length with the trailer.
    fn decode(bytes: &[u8]) -> Option<(Self, usize)> {
        let (rest, trailer) = bytes.split_at_checked(bytes.len().checked_sub(TRAILER_LEN)?)?;
        let (len, expected) = trailer.split_first_chunk()?;
        let len = usize::try_from(u32::from_le_bytes(*len)).ok()?;
        let footer = rest.get(rest.len().checked_sub(len)?..)?;
        if hash(footer) != expected {
            return None;
        }
        Some((serde_json::from_slice(footer).ok()?, len + TRAILER_LEN))
    }
}

/// The hash that covers the footer and the version.
fn hash(footer: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(PREFIX).chain_update(footer).finalize().into()
}

fn check_prefix(bytes: &[u8], path: &Path) -> Result<(), IndexError> {
    let prefix = bytes.first_chunk::<{ PREFIX.len() }>();
    if prefix == Some(&PREFIX) {
        return Ok(());
    }
    let (magic, version) = PREFIX.split_at(VERSION_AT);
    match prefix.and_then(|prefix| prefix.strip_prefix(magic)).and_then(|rest| rest.first_chunk()) {
        Some(found) if !version.starts_with(found) => {
            Err(IndexError::Version { path: path.to_owned(), found: u32::from_le_bytes(*found) })
        }
        _ => Err(IndexError::Damaged { path: path.to_owned() }),
    }
}

/// A file whose hashes were found right.
#[derive(Debug)]
pub(super) struct Sections {
    map: MappedFile,
    ascending: Range<usize>,
    others: Range<usize>,
    wide: Range<usize>,
}

impl Sections {
    /// Maps a file and reads it once to check the hashes.
    pub(super) fn open(path: &Path) -> Result<(Footer, Self), IndexError> {
        let io_error = |error: io::Error| IndexError::io(path, &error);
        let file = File::open(path).map_err(io_error)?;
        let map = MappedFile::new(&file).map_err(io_error)?;
        check_prefix(&map, path)?;
        let damaged = || IndexError::Damaged { path: path.to_owned() };
        let (footer, footer_len) = Footer::decode(&map).ok_or_else(damaged)?;
        let [ascending, others, wide] = footer.sections().ok_or_else(damaged)?;
        if map.len().checked_sub(footer_len) != Some(wide.end) {
            return Err(damaged());
        }
        let sections = map.get(PREFIX.len()..wide.end).unwrap_or_default();
        if <[u8; 32]>::from(Sha256::digest(sections)) != footer.sections_sha256 {
            return Err(damaged());
        }
        Ok((footer, Self { map, ascending, others, wide }))
    }

    #[inline]
    pub(super) fn ascending(&self) -> &[u8] {
        self.map.get(self.ascending.clone()).unwrap_or_default()
    }

    #[inline]
    pub(super) fn others(&self) -> &[u8] {
        self.map.get(self.others.clone()).unwrap_or_default()
    }

    #[inline]
    pub(super) fn wide(&self) -> &[u8] {
        self.map.get(self.wide.clone()).unwrap_or_default()
    }

    /// Length of the file.
    pub(super) fn file_len(&self) -> usize {
        self.map.len()
    }
}

/// Writes a file while a list is being read.
#[derive(Debug)]
pub(super) struct IndexWriter {
    ascending: SegmentWriter<Output>,
    others: Sorter<Packed>,
    wide: Sorter<Wide>,
}

impl IndexWriter {
    /// Starts an empty `file`; what has to be sorted first is set aside in `directory`.
    pub(super) fn new(file: File, directory: &Path) -> Self {
        Self {
            ascending: SegmentWriter::new(Output { file, pending: PREFIX.to_vec(), hasher: Sha256::new() }),
            others: Sorter::new(directory, PACKED_CAPACITY),
            wide: Sorter::new(directory, WIDE_CAPACITY),
        }
    }

    /// Takes an entry: one that is in order goes straight into the file.
    #[inline]
    pub(super) fn push(&mut self, packed: Packed) -> io::Result<()> {
        if self.ascending.push(packed)? { Ok(()) } else { self.others.push(packed) }
    }

    pub(super) fn push_wide(&mut self, wide: Wide) -> io::Result<()> {
        self.wide.push(wide)
    }

    /// Completes the file and says how long it is. Synchronising it is the caller's.
    pub(super) fn finish(
        self,
        facts: &CrlFacts,
        generation: u64,
        entries: u64,
        list_len: u64,
    ) -> io::Result<u64> {
        let (ascending, output) = self.ascending.finish()?;
        let mut sorted = SegmentWriter::new(output);
        let mut others = self.others.finish()?;
        while let Some(record) = others.next()? {
            // Refused is what has the same serial number: the earliest revocation comes first, and counts.
            let _ = sorted.push(record)?;
        }
        let (others, mut output) = sorted.finish()?;
        let (mut wide, mut count, mut last) = (self.wide.finish()?, 0, None);
        let mut bytes = Vec::with_capacity(Wide::LEN);
        while let Some(record) = wide.next()? {
            if last.replace(record.serial) != Some(record.serial) {
                bytes.clear();
                record.write(&mut bytes);
                output.write_all(&bytes)?;
                count += 1;
            }
        }
        output.flush()?;
        let Output { mut file, hasher, .. } = output;
        let footer = Footer {
            generation,
            entries,
            list_len,
            issuer: facts.issuer.clone(),
            partition: facts.partition.clone(),
            this_update: facts.this_update,
            next_update: facts.next_update,
            crl_number: facts.crl_number,
            anchor: facts.signed_by.name.clone(),
            anchor_sha256: facts.signed_by.sha256,
            tbs_sha256: facts.tbs_sha256,
            ascending,
            others,
            wide: count,
            sections_sha256: hasher.finalize().into(),
        };
        file.write_all(&footer.encode()?)?;
        file.stream_position()
    }
}

/// Hashes what goes into a file, and writes it in chunks.
#[derive(Debug)]
struct Output {
    file: File,
    /// Fewer than a chunk.
    pending: Vec<u8>,
    hasher: Sha256,
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(CHUNK - self.pending.len());
        let bytes = bytes.get(..taken).unwrap_or_default();
        self.pending.extend_from_slice(bytes);
        if self.pending.len() == CHUNK {
            self.flush()?;
        }
        self.hasher.update(bytes);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.write_all(&self.pending)?;
        self.pending.clear();
        Ok(())
    }
}

/// Why an index, or one list of it, cannot be asked. It says nothing about any certificate.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum IndexError {
    /// Reading it failed.
    #[error("{}: {kind}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the operating system said.
        kind: ErrorKind,
    },
    /// A file is cut off or was changed since it was written. Taking in the list anew replaces it.
    #[error("{} is damaged", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// A file was written by another version of this software. Taking in the list anew replaces it.
    #[error("{} has format version {found}", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
    },
}

impl IndexError {
    pub(super) fn io(path: &Path, error: &io::Error) -> Self {
        Self::Io { path: path.to_owned(), kind: error.kind() }
    }
}
