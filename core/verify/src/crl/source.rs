//! A window that moves over a stream, and the hash of what it passed over.

use std::io::{self, ErrorKind, Read};

use kazasu_cert::{Digest, HashAlgorithm, Hasher};

/// Large enough to read and hash at full speed, small enough to stay in a core's cache.
const WINDOW: usize = 256 * 1024;

#[derive(Debug)]
pub(super) struct Source<R> {
    input: R,
    buffer: Box<[u8]>,
    /// Start and end of the window in the buffer.
    start: usize,
    end: usize,
    /// Position of the buffer's first byte in the stream.
    base: u64,
    hasher: Option<Hasher>,
    /// Up to where the buffer has been hashed.
    hashed: usize,
}

impl<R: Read> Source<R> {
    pub(super) fn new(input: R) -> Self {
        let buffer = vec![0; WINDOW].into_boxed_slice();
        Self { input, buffer, start: 0, end: 0, base: 0, hasher: None, hashed: 0 }
    }

    /// Position of the window's first byte in the stream.
    pub(super) fn offset(&self) -> u64 {
        self.base + self.start as u64
    }

    /// What has been read and not yet passed over.
    pub(super) fn window(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Passes over the window's first bytes.
    pub(super) fn advance(&mut self, len: usize) {
        self.start = self.end.min(self.start.saturating_add(len));
    }

    /// Reads on unless the window holds `len` bytes; says whether it now does. No more than fit the buffer.
    pub(super) fn want(&mut self, len: usize) -> io::Result<bool> {
        if self.end - self.start >= len {
            return Ok(true);
        }
        self.hash();
        self.buffer.copy_within(self.start..self.end, 0);
        self.base += self.start as u64;
        self.end -= self.start;
        (self.start, self.hashed) = (0, 0);
        while let Some(free @ [_, ..]) = self.buffer.get_mut(self.end..) {
            match self.input.read(free) {
                Ok(0) => break,
                Ok(read) => self.end = self.buffer.len().min(self.end.saturating_add(read)),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(self.end >= len)
    }

    /// From here on, what is passed over is hashed with SHA-256.
    pub(super) fn start_hash(&mut self) {
        self.hasher = Some(HashAlgorithm::Sha256.hasher());
        self.hashed = self.start;
    }

    /// The hash of what was passed over since [`start_hash`](Self::start_hash).
    pub(super) fn finish_hash(&mut self) -> Digest {
        self.hash();
        self.hasher.take().unwrap_or_else(|| HashAlgorithm::Sha256.hasher()).finish()
    }

    fn hash(&mut self) {
        if let Some(hasher) = &mut self.hasher {
            hasher.update(self.buffer.get(self.hashed..self.start).unwrap_or_default());
            self.hashed = self.start;
        }
    }
}
