//! How much a binary property list comes to when it is read. Its objects refer to each other by number, any of them many
//! times, so that a short file can stand for values without end.

use std::slice::Chunks;

/// The longest number, in bytes.
const NUMBER: usize = 8;

/// What a value takes in memory besides its bytes, roughly.
const VALUE: u64 = 64;

/// Whether everything that the root stands for takes at most `most` bytes. What is malformed is left to the parser.
pub(super) fn fits(plist: &[u8], most: u64) -> bool {
    let Some(objects) = Objects::of(plist) else { return true };
    let mut left = most;
    let mut awaiting = vec![objects.root];
    while let Some(reference) = awaiting.pop() {
        let Some(object) = objects.get(reference) else { continue };
        // Paid for before they are kept: a reference of one byte becomes a number of eight.
        let cost = object.bytes.saturating_add(VALUE.saturating_mul(object.references.len() as u64));
        let Some(rest) = left.checked_sub(cost) else { return false };
        left = rest;
        awaiting.extend(object.references.filter_map(number));
    }
    true
}

/// The table of objects.
struct Objects<'a> {
    plist: &'a [u8],
    table: usize,
    offset_size: usize,
    reference_size: usize,
    root: u64,
}

struct Object<'a> {
    /// Of a string or of data.
    bytes: u64,
    /// Of an array or a dictionary, its keys too: as they stand in the file.
    references: Chunks<'a, u8>,
}

impl<'a> Objects<'a> {
    /// By the trailer: two sizes, and after the number of objects that of the root and where the table begins.
    fn of(plist: &'a [u8]) -> Option<Self> {
        let trailer: &[u8; 32] = plist.last_chunk()?;
        let [.., offset_size, reference_size] = *trailer.first_chunk::<8>()?;
        Some(Self {
            plist,
            table: usize::try_from(number(trailer.get(24..)?)?).ok()?,
            offset_size: offset_size.into(),
            reference_size: reference_size.into(),
            root: number(trailer.get(16..24)?)?,
        })
    }

    fn get(&self, object: u64) -> Option<Object<'a>> {
        let at = usize::try_from(object).ok()?.checked_mul(self.offset_size)?.checked_add(self.table)?;
        let offset = usize::try_from(number(self.slice(at, self.offset_size)?)?).ok()?;
        let marker = *self.plist.get(offset)?;
        let (length, content) = self.length(marker, offset.checked_add(1)?)?;
        let (bytes, references) = match marker >> 4 {
            0x4 | 0x5 => (length, 0),
            0x6 => (length.checked_mul(2)?, 0),
            0xA | 0xD if self.reference_size > NUMBER => return None,
            0xA => (0, length),
            0xD => (0, length.checked_mul(2)?),
            _ => (0, 0),
        };
        let size = usize::try_from(references).ok()?.checked_mul(self.reference_size)?;
        Some(Object { bytes, references: self.slice(content, size)?.chunks(self.reference_size.max(1)) })
    }

    /// The length in a marker, or in the integer after it, and where the content begins.
    fn length(&self, marker: u8, after: usize) -> Option<(u64, usize)> {
        if marker & 0xF < 0xF {
            return Some((u64::from(marker & 0xF), after));
        }
        let size = 1 << (self.plist.get(after)? & 3);
        let begin = after.checked_add(1)?;
        Some((number(self.slice(begin, size)?)?, begin.checked_add(size)?))
    }

    fn slice(&self, at: usize, length: usize) -> Option<&'a [u8]> {
        self.plist.get(at..at.checked_add(length)?)
    }
}

/// Big-endian, of up to eight bytes.
fn number(bytes: &[u8]) -> Option<u64> {
    (bytes.len() <= NUMBER).then(|| bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}
