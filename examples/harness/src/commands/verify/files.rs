//! Files from anybody, of any length: nothing is held that would not be looked at.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use kazasu_cert::{Digest, HashAlgorithm, Hasher, der_total_len};
use kazasu_verify::Document;

use crate::failed::Failed;
use crate::output::read_file;

/// What is longer is read as a stream where that will do: 64 MiB.
pub(super) const MAX_HELD: usize = 64 << 20;

/// Of a file that is to be `limit` bytes long at most as much as it takes to see that it is longer.
pub(super) fn read_start(path: &Path, limit: usize) -> Result<Vec<u8>, Failed> {
    let read = || {
        let file = File::open(path)?;
        let most = limit.saturating_add(1);
        let len = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
        let mut start = Vec::with_capacity(len.min(most));
        file.take(most as u64).read_to_end(&mut start)?;
        Ok(start)
    };
    read().map_err(|error| unreadable(path, &error))
}

/// The longest CMS that the decoder reads, 256 MiB less one byte. A longer one is not held only to be refused.
const MAX_CMS: usize = (256 << 20) - 1;

/// A signature for a document of `document_len` bytes. A CMS is not longer than its content and [`MAX_HELD`]; one that
/// is longer than that alone is read on only as far as the length in its head goes, for only DER may be so long.
pub(super) fn read_signature(path: &Path, document_len: usize) -> Result<Vec<u8>, Failed> {
    let start = read_start(path, MAX_HELD)?;
    match der_total_len(&start) {
        Some(len) if (start.len()..=MAX_HELD.saturating_add(document_len).min(MAX_CMS)).contains(&len) => {
            drop(start);
            read_start(path, len)
        }
        _ => Ok(start),
    }
}

/// Whether it is a file too long to be held.
pub(super) fn is_long(path: &Path) -> Result<bool, Failed> {
    let metadata = fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    Ok(metadata.is_file() && metadata.len() > MAX_HELD as u64)
}

/// The relying party's copy of a document.
pub(super) enum Original {
    Held(Vec<u8>),
    /// Too long to be held.
    Hashed {
        len: usize,
        digests: [Digest; 3],
    },
}

impl Original {
    pub(super) fn read(path: &Path) -> Result<Self, Failed> {
        if !is_long(path)? {
            return read_file(path).map(Self::Held);
        }
        let hash = || {
            let mut file = File::open(path)?;
            let mut hashers = HashAlgorithm::ALL.map(HashAlgorithm::hasher);
            let (mut buffer, mut len) = (vec![0; 256 << 10], 0);
            loop {
                let piece = match file.read(&mut buffer) {
                    Ok(0) => return Ok(Self::Hashed { len, digests: hashers.map(Hasher::finish) }),
                    Ok(read) => buffer.get(..read).unwrap_or_default(),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(error) => return Err(error),
                };
                len += piece.len();
                hashers.iter_mut().for_each(|hasher| hasher.update(piece));
            }
        };
        hash().map_err(|error| unreadable(path, &error))
    }

    pub(super) fn document(&self) -> Document<'_> {
        match self {
            Self::Held(bytes) => Document::Bytes(bytes),
            Self::Hashed { digests, .. } => Document::Digests(digests),
        }
    }

    /// In bytes.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Held(bytes) => bytes.len(),
            Self::Hashed { len, .. } => *len,
        }
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Failed {
    Failed::file("unreadable_input", path, error)
}
