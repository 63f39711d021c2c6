//! Sorting more records than memory should hold: runs of them are sorted and set aside in a file, then merged.
//!
//! A CRL need not be in any order (RFC 5280 §5.1.2.6). One that is costs no comparison to speak of: the sort notices
//! it, and the merge always goes on with the same run.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::vec;

/// Bytes read or written at once.
const CHUNK: usize = 64 * 1024;

/// Something of a fixed length.
pub(super) trait Record: Copy + Ord {
    /// In bytes.
    const LEN: usize;

    /// Appends [`LEN`](Self::LEN) bytes.
    fn write(&self, out: &mut Vec<u8>);

    /// Reads [`LEN`](Self::LEN) bytes.
    fn read(bytes: &[u8]) -> Option<Self>;
}

/// Takes records in any order.
#[derive(Debug)]
pub(super) struct Sorter<R> {
    directory: PathBuf,
    /// So many records are held in memory.
    capacity: usize,
    buffer: Vec<R>,
    spill: Option<File>,
    /// Where each run stands in the spill file, in bytes.
    runs: Vec<Range<u64>>,
}

impl<R: Record> Sorter<R> {
    /// What does not fit `capacity` goes to a nameless file in `directory`.
    pub(super) fn new(directory: &Path, capacity: usize) -> Self {
        let directory = directory.to_owned();
        Self { directory, capacity, buffer: Vec::new(), spill: None, runs: Vec::new() }
    }

    #[inline]
    pub(super) fn push(&mut self, record: R) -> io::Result<()> {
        if self.buffer.len() == self.capacity {
            self.set_aside()?;
        }
        self.buffer.push(record);
        Ok(())
    }

    /// The records in ascending order.
    pub(super) fn finish(mut self) -> io::Result<Sorted<R>> {
        if self.spill.is_some() {
            self.set_aside()?;
        }
        match self.spill {
            Some(spill) => {
                drop(self.buffer);
                Merge::new(spill, self.runs).map(Sorted::Merged)
            }
            None => {
                self.buffer.sort_unstable();
                Ok(Sorted::InMemory(self.buffer.into_iter()))
            }
        }
    }

    fn set_aside(&mut self) -> io::Result<()> {
        self.buffer.sort_unstable();
        let spill = match &mut self.spill {
            Some(spill) => spill,
            None => self.spill.insert(tempfile::tempfile_in(&self.directory)?),
        };
        let start = self.runs.last().map_or(0, |run| run.end);
        let mut bytes = Vec::with_capacity(CHUNK);
        for records in self.buffer.chunks(CHUNK / R::LEN) {
            bytes.clear();
            records.iter().for_each(|record| record.write(&mut bytes));
            spill.write_all(&bytes)?;
        }
        self.runs.push(start..start + (self.buffer.len() * R::LEN) as u64);
        self.buffer.clear();
        Ok(())
    }
}

/// Gives records in ascending order.
#[derive(Debug)]
pub(super) enum Sorted<R> {
    InMemory(vec::IntoIter<R>),
    Merged(Merge<R>),
}

impl<R: Record> Sorted<R> {
    pub(super) fn next(&mut self) -> io::Result<Option<R>> {
        match self {
            Self::InMemory(records) => Ok(records.next()),
            Self::Merged(merge) => merge.next(),
        }
    }
}

#[derive(Debug)]
pub(super) struct Merge<R> {
    spill: File,
    runs: Vec<Run<R>>,
    /// The next record of each run that has one.
    heads: BinaryHeap<Reverse<(R, usize)>>,
}

impl<R: Record> Merge<R> {
    fn new(spill: File, runs: Vec<Range<u64>>) -> io::Result<Self> {
        let runs = runs.into_iter().map(|left| Run { left, ready: Vec::new().into_iter() }).collect();
        let mut merge = Self { spill, runs, heads: BinaryHeap::new() };
        for (number, run) in merge.runs.iter_mut().enumerate() {
            merge.heads.extend(run.next(&mut merge.spill)?.map(|record| Reverse((record, number))));
        }
        Ok(merge)
    }

    fn next(&mut self) -> io::Result<Option<R>> {
        let Some(mut head) = self.heads.peek_mut() else { return Ok(None) };
        let Reverse((record, number)) = *head;
        let run = self.runs.get_mut(number).ok_or(io::ErrorKind::InvalidData)?;
        match run.next(&mut self.spill)? {
            Some(next) => *head = Reverse((next, number)),
            None => {
                PeekMut::pop(head);
            }
        }
        Ok(Some(record))
    }
}

#[derive(Debug)]
struct Run<R> {
    /// Bytes of the spill file that have not been read.
    left: Range<u64>,
    ready: vec::IntoIter<R>,
}

impl<R: Record> Run<R> {
    fn next(&mut self, spill: &mut File) -> io::Result<Option<R>> {
        if let Some(record) = self.ready.next() {
            return Ok(Some(record));
        }
        let whole_records = CHUNK / R::LEN * R::LEN;
        let len = usize::try_from(self.left.end - self.left.start).unwrap_or(usize::MAX).min(whole_records);
        let mut bytes = vec![0; len];
        spill.seek(SeekFrom::Start(self.left.start))?;
        spill.read_exact(&mut bytes)?;
        self.left.start += len as u64;
        self.ready = bytes.chunks(R::LEN).filter_map(R::read).collect::<Vec<_>>().into_iter();
        Ok(self.ready.next())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::record::Packed;
    use super::*;

    fn sorted(numbers: &[u32], capacity: usize) -> Vec<u32> {
        let mut sorter = Sorter::new(&std::env::temp_dir(), capacity);
        numbers.iter().for_each(|number| sorter.push(Packed::of(*number, 0, 0)).unwrap());
        let mut sorted = sorter.finish().unwrap();
        std::iter::from_fn(|| sorted.next().unwrap()).map(Packed::serial).collect()
    }

    #[test]
    fn runs_longer_than_a_chunk() {
        let mut numbers: Vec<u32> = (0..60_000).map(|number| number * 7919 % 60_000).collect();
        let found = sorted(&numbers, 25_000);
        numbers.sort_unstable();
        assert_eq!(found, numbers);
    }

    proptest! {
        #[test]
        fn any_capacity_gives_the_same_order(mut numbers in prop::collection::vec(0u32..1000, 0..200), capacity in 1usize..220) {
            let found = sorted(&numbers, capacity);
            numbers.sort_unstable();
            prop_assert_eq!(found, numbers);
        }
    }
}
