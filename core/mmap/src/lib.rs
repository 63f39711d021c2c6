//! Read-only memory maps of files that are never changed in place.
//!
//! Unsafe code is forbidden everywhere else in this workspace. A memory map cannot be had without it, because nobody
//! can promise a compiler that no other process writes to a file; so that promise is asked for here, in one place,
//! and every other crate stays free of it (docs/adr/0013-one-memory-map.md).
//!
//! ```no_run
//! let file = std::fs::File::open("partition.crl-index")?;
//! let map = kazasu_mmap::MappedFile::new(&file)?;
//! println!("{} bytes", map.len());
//! # Ok::<(), std::io::Error>(())
//! ```

use std::{fs::File, io, ops::Deref};

use memmap2::Mmap;

/// The bytes of a file, read through the page cache without a copy. The file may be closed, renamed and deleted;
/// the map stays.
///
/// # The caller's promise
/// Nobody writes to the file or shortens it while the map lives. Reading a part that was cut off ends the process
/// (`SIGBUS`), and bytes that change under a reader are undefined behaviour. A file that is written under another
/// name, synchronised, and only then renamed to where readers look for it keeps the promise by itself, as long as
/// nobody else has write access to the directory.
#[derive(Debug)]
pub struct MappedFile(Mmap);

impl MappedFile {
    /// Maps the whole file as it is now.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn new(file: &File) -> io::Result<Self> {
        // SAFETY: the file is not changed while it is mapped, as this type's documentation demands of the caller.
        #[expect(unsafe_code, reason = "the one call that cannot be had otherwise")]
        let map = unsafe { Mmap::map(file) }?;
        Ok(Self(map))
    }
}

impl Deref for MappedFile {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_map_outlives_the_file() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"kazasu").unwrap();
        let map = MappedFile::new(file.as_file()).unwrap();
        drop(file);
        assert_eq!(&map[..], b"kazasu");
    }

    #[test]
    fn an_empty_file_is_an_empty_map() {
        let map = MappedFile::new(&tempfile::tempfile().unwrap()).unwrap();
        assert!(map.is_empty());
    }
}
