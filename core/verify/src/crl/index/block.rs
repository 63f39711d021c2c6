//! Sorted records in blocks, found in constant time.
//!
//! Within a block each record has the same few bits: those that the block's serial numbers and times need beyond
//! its smallest ones. With 30 million of 200 million serial numbers revoked over five years that makes 42 bits.
//!
//! A lookup takes the upper bits of the serial number, finds in `slots` the few `heads` these bits can belong to, and
//! in the block guesses the position by proportion, since serial numbers are spread evenly. So it touches two small
//! tables and one or two cache lines of the records.

use std::io::{self, Write};

use super::record::{Packed, REASON_BITS, TIME_BITS};

/// Records in a block; only the last one has fewer.
const BLOCK: usize = 1024;

const HEAD_LEN: usize = 16;
const SLOT_LEN: usize = 4;

/// Where a block begins and how its records are packed.
#[derive(Clone, Copy, Debug)]
struct Head {
    first_serial: u32,
    /// Position in `records`, in bytes.
    offset: u32,
    first_time: u32,
    serial_bits: u8,
    time_bits: u8,
}

impl Head {
    fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.first_serial.to_le_bytes());
        out.extend_from_slice(&self.offset.to_le_bytes());
        out.extend_from_slice(&self.first_time.to_le_bytes());
        out.extend_from_slice(&[self.serial_bits, self.time_bits, 0, 0]);
    }

    #[inline]
    #[expect(clippy::many_single_char_names, reason = "bytes taken apart")]
    fn read(heads: &[u8], number: usize) -> Option<Self> {
        let head: &[u8; HEAD_LEN] = heads.get(number.checked_mul(HEAD_LEN)?..)?.first_chunk()?;
        let [a, b, c, d, e, f, g, h, i, j, k, l, serial_bits, time_bits, ..] = *head;
        (serial_bits < 32 && time_bits <= TIME_BITS).then_some(Self {
            first_serial: u32::from_le_bytes([a, b, c, d]),
            offset: u32::from_le_bytes([e, f, g, h]),
            first_time: u32::from_le_bytes([i, j, k, l]),
            serial_bits,
            time_bits,
        })
    }
}

/// Writes the three sections one after another.
#[derive(Debug)]
pub(super) struct BlockWriter<W> {
    output: W,
    block: Vec<Packed>,
    heads: Vec<Head>,
    packed: Vec<u8>,
    /// Bytes of `records` so far.
    written: usize,
    summary: Blocks,
}

/// The sizes one has to know in order to read the sections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Blocks {
    /// Bytes of `records`.
    records_len: usize,
    /// How many records.
    count: usize,
    last_serial: u32,
    /// A serial number shifted right by this is its slot.
    slot_shift: u8,
    /// How many slots, less one: the last one is where the heads end.
    slots: usize,
}

impl<W: Write> BlockWriter<W> {
    pub(super) fn new(output: W) -> Self {
        let block = Vec::with_capacity(BLOCK);
        let (heads, packed, summary) = (Vec::new(), Vec::new(), Blocks::default());
        Self { output, block, heads, packed, written: 0, summary }
    }

    /// Takes a record if its serial number is above those of all before; says whether it did.
    #[inline]
    pub(super) fn push(&mut self, record: Packed) -> io::Result<bool> {
        if record.serial() <= self.summary.last_serial && self.summary.count > 0 {
            return Ok(false);
        }
        if self.block.len() == BLOCK {
            self.end_block()?;
        }
        self.block.push(record);
        self.summary.last_serial = record.serial();
        self.summary.count += 1;
        Ok(true)
    }

    pub(super) fn finish(mut self) -> io::Result<(Blocks, W)> {
        self.end_block()?;
        self.summary.records_len = self.written;
        self.summary.slots = self.heads.len().next_power_of_two();
        let bits = bits_for(self.summary.last_serial);
        self.summary.slot_shift = bits.saturating_sub(u8::try_from(self.summary.slots.ilog2()).unwrap_or(32));
        let mut bytes = Vec::new();
        self.heads.iter().for_each(|head| head.write(&mut bytes));
        self.output.write_all(&bytes)?;

        bytes.clear();
        let mut number = 0;
        for slot in 0..=self.summary.slots {
            let begins = |head: &Head| (head.first_serial >> self.summary.slot_shift) as usize >= slot;
            number += self.heads.iter().skip(number).take_while(|head| !begins(head)).count();
            bytes.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
        }
        self.output.write_all(&bytes)?;
        Ok((self.summary, self.output))
    }

    fn end_block(&mut self) -> io::Result<()> {
        let times = self.block.iter().map(|record| record.time());
        let (Some(first), Some(last), Some(first_time), Some(last_time)) =
            (self.block.first(), self.block.last(), times.clone().min(), times.max())
        else {
            return Ok(());
        };
        let offset = u32::try_from(self.written).map_err(|_| io::ErrorKind::FileTooLarge)?;
        let first_serial = first.serial();
        let serial_bits = bits_for(last.serial() - first_serial);
        let time_bits = bits_for(last_time - first_time);
        let head = Head { first_serial, offset, first_time, serial_bits, time_bits };

        self.packed.clear();
        let (mut pending, mut pending_bits) = (0u128, 0);
        for record in &self.block {
            let value = u64::from(record.serial() - first_serial)
                | u64::from(record.time() - first_time) << serial_bits
                | u64::from(record.reason()) << (serial_bits + time_bits);
            pending |= u128::from(value) << pending_bits;
            pending_bits += serial_bits + time_bits + REASON_BITS;
            if pending_bits >= 64 {
                self.packed.extend(pending.to_le_bytes().iter().take(8));
                pending >>= 64;
                pending_bits -= 64;
            }
        }
        self.packed.extend(pending.to_le_bytes().iter().take(usize::from(pending_bits).div_ceil(8)));
        self.output.write_all(&self.packed)?;
        self.written += self.packed.len();
        self.heads.push(head);
        self.block.clear();
        Ok(())
    }
}

impl Blocks {
    fn heads_len(&self) -> usize {
        self.count.div_ceil(BLOCK).saturating_mul(HEAD_LEN)
    }

    /// Bytes of all three sections.
    pub(super) fn len(&self) -> usize {
        let slots = self.slots.saturating_add(1).saturating_mul(SLOT_LEN);
        self.records_len.saturating_add(self.heads_len()).saturating_add(slots)
    }

    /// The record of a serial number; `sections` are the three sections.
    #[inline]
    pub(super) fn find(&self, sections: &[u8], serial: u32) -> Option<Packed> {
        if self.count == 0 || serial > self.last_serial {
            return None;
        }
        let (records, tables) = sections.split_at_checked(self.records_len)?;
        let (heads, slots) = tables.split_at_checked(self.heads_len())?;
        let slot = usize::try_from(serial >> self.slot_shift).ok()?;
        let (from, to) = (slot_at(slots, slot)?, slot_at(slots, slot + 1)?);
        let number = last_head(heads, from, to, serial)?;
        let head = Head::read(heads, number)?;
        let next = Head::read(heads, number + 1);
        let end = next.map_or(self.last_serial.saturating_add(1), |next| next.first_serial);
        let count = BLOCK.min(self.count - number * BLOCK);
        let packed = records.get(usize::try_from(head.offset).ok()?..)?;
        Block { head, packed, count }.find(serial, end)
    }
}

/// Of the heads in `from..to` and the one before them, the last that begins at or before `serial`.
#[inline]
fn last_head(heads: &[u8], mut from: usize, mut to: usize, serial: u32) -> Option<usize> {
    while from < to {
        let middle = from.midpoint(to);
        if Head::read(heads, middle)?.first_serial <= serial { from = middle + 1 } else { to = middle }
    }
    from.checked_sub(1)
}

#[inline]
fn slot_at(slots: &[u8], slot: usize) -> Option<usize> {
    let bytes = slots.get(slot.checked_mul(SLOT_LEN)?..)?.first_chunk()?;
    usize::try_from(u32::from_le_bytes(*bytes)).ok()
}

struct Block<'a> {
    head: Head,
    /// From its first record to the end of the section.
    packed: &'a [u8],
    count: usize,
}

impl Block<'_> {
    /// `end` is above every serial number of the block.
    #[inline]
    fn find(&self, serial: u32, end: u32) -> Option<Packed> {
        let Head { first_serial, first_time, serial_bits, time_bits, .. } = self.head;
        let wanted = u64::from(serial.checked_sub(first_serial)?);
        let span = u64::from(end.checked_sub(first_serial)?);
        let guess = (wanted * self.count as u64).checked_div(span)?;
        let mut position = usize::try_from(guess).ok()?.min(self.count - 1);
        let mask = low_bits(serial_bits);
        let mut value = self.value(position)?;
        while value & mask > wanted && position > 0 {
            position -= 1;
            value = self.value(position)?;
        }
        while value & mask < wanted && position + 1 < self.count {
            position += 1;
            value = self.value(position)?;
        }
        if value & mask != wanted {
            return None;
        }
        let time = u32::try_from(value >> serial_bits & low_bits(time_bits)).ok()?;
        let reason = value >> (serial_bits + time_bits) & low_bits(REASON_BITS);
        Some(Packed::of(serial, first_time.checked_add(time)?, u8::try_from(reason).ok()?))
    }

    /// The bits of a record, and above them those of the next.
    #[inline]
    fn value(&self, position: usize) -> Option<u64> {
        let width = self.head.serial_bits + self.head.time_bits + REASON_BITS;
        let bit = position * usize::from(width);
        let bytes = self.packed.get(bit / 8..)?;
        let word = match bytes.first_chunk() {
            Some(bytes) => u128::from_le_bytes(*bytes),
            // At the end of the section.
            None => bytes.iter().rev().fold(0, |word, byte| word << 8 | u128::from(*byte)),
        };
        #[expect(clippy::cast_possible_truncation, reason = "a record has 64 bits at most")]
        Some((word >> (bit % 8)) as u64)
    }
}

fn bits_for(value: u32) -> u8 {
    u8::try_from(u32::BITS - value.leading_zeros()).unwrap_or(32)
}

#[inline]
fn low_bits(bits: u8) -> u64 {
    (1 << bits) - 1
}

const _: () = assert!(31 + TIME_BITS + REASON_BITS <= 64);

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn check(model: &BTreeMap<u32, (u32, u8)>, absent: impl IntoIterator<Item = u32>) {
        let mut writer = BlockWriter::new(Vec::new());
        for (serial, (time, reason)) in model {
            assert!(writer.push(Packed::of(*serial, *time, *reason)).unwrap());
            assert!(!writer.push(Packed::of(*serial, *time, *reason + 1)).unwrap());
        }
        let (blocks, sections) = writer.finish().unwrap();
        assert_eq!((blocks.count, blocks.len()), (model.len(), sections.len()));
        for (serial, (time, reason)) in model {
            assert_eq!(blocks.find(&sections, *serial), Some(Packed::of(*serial, *time, *reason)));
        }
        for serial in absent {
            let expected = model.get(&serial).map(|(time, reason)| Packed::of(serial, *time, *reason));
            assert_eq!(blocks.find(&sections, serial), expected, "{serial}");
        }
    }

    #[test]
    fn extremes() {
        let edges = [0, 1, 127, 128, 0x7FFF_FFFE, 0x7FFF_FFFF];
        check(&BTreeMap::new(), edges);
        check(&BTreeMap::from([(0, (0, 0))]), edges);
        check(&BTreeMap::from([(0x7FFF_FFFF, (0x1FFF_FFFF, 14))]), edges);
        // Records of 64 bits.
        check(&BTreeMap::from([(0, (0x1FFF_FFFF, 14)), (1, (0, 0)), (0x7FFF_FFFF, (7, 3))]), edges);
        // All but one in one slot.
        let mut crowded: BTreeMap<_, _> = (0..5000).map(|serial| (serial, (serial, 4))).collect();
        crowded.insert(0x7FFF_FFFF, (0, 0));
        check(&crowded, 4990..5010);
        check(&(0..1024).map(|serial| (serial * 2, (0, 0))).collect(), 0..2100);
    }

    proptest! {
        #[test]
        fn agrees_with_a_map(
            model in prop::collection::btree_map(0u32..100_000, (0u32..1 << 29, 0u8..14), 0..700),
            absent in prop::collection::vec(0u32..110_000, 100),
        ) {
            check(&model, absent);
        }

        #[test]
        fn arbitrary_bytes_do_no_harm(sections: Vec<u8>, count in 0usize..1000, serial in 0u32..1000, slots in 0usize..300, records_len in 0usize..50) {
            let blocks = Blocks { records_len, count, last_serial: 999, slot_shift: 3, slots };
            let _ = blocks.find(&sections, serial);
        }
    }
}
