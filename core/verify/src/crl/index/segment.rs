//! Sorted records in segments, found in constant time.
//!
//! Within a segment each record has the same few bits. The serial numbers from the segment's first to its last are cut
//! into buckets of equal width, a power of two, so that a record holds its place in the bucket and no more. With 30
//! million of 200 million serial numbers revoked over five years that makes 43 bits.
//!
//! A lookup finds the segment among a few in memory, reads from a small table where the bucket begins, and guesses the
//! position in it by proportion, since serial numbers are spread evenly. So it touches one cache line of the table and a
//! few of the records, side by side. The tables stand together at the end, so that little of a cache holds them all.

use std::hint;
use std::io::{self, Write};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::record::{Packed, REASON_BITS, SERIAL_BITS, TIME_BITS};

/// Records in a segment; only the last one has fewer. So many are held in memory while they are written, and their
/// number fits an entry of the table.
const SEGMENT: usize = u16::MAX as usize;

/// There are so many records for each bucket at least, on average. Half as many would take a bit less in each record,
/// and twice the table.
const BUCKET: usize = 256;

/// Length of an entry of the table.
const START_LEN: usize = 2;

/// Records are read around the guessed position: so many of them, and so far apart that no cache line is left out.
const PROBES: usize = 5;
const PROBE_DISTANCE: usize = 8;

/// Where a segment stands and how its records are packed. Its table has for each bucket the number of its first record,
/// and in the end how many records there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Segment {
    first_serial: u32,
    last_serial: u32,
    /// How many records.
    count: usize,
    /// Position of its records in the section, in bytes.
    records: usize,
    /// Position of its table in the section, in bytes.
    table: usize,
    first_time: u32,
    time_bits: u8,
    /// Bits of a serial number that tell its place in the bucket.
    serial_bits: u8,
}

/// Writes a section of segments: the records of all, then the tables of all.
#[derive(Debug)]
pub(super) struct SegmentWriter<W> {
    output: W,
    records: Vec<Packed>,
    segments: Vec<Segment>,
    /// Bytes of records so far.
    written: usize,
    packed: Vec<u8>,
    tables: Vec<u8>,
}

impl<W: Write> SegmentWriter<W> {
    pub(super) fn new(output: W) -> Self {
        let (records, segments) = (Vec::new(), Vec::new());
        Self { output, records, segments, written: 0, packed: Vec::new(), tables: Vec::new() }
    }

    /// Takes a record if its serial number is above those of all before; says whether it did.
    #[inline]
    pub(super) fn push(&mut self, record: Packed) -> io::Result<bool> {
        let last = match self.records.last() {
            Some(last) => Some(last.serial()),
            None => self.segments.last().map(|segment| segment.last_serial),
        };
        if last.is_some_and(|last| record.serial() <= last) {
            return Ok(false);
        }
        if self.records.len() == SEGMENT {
            self.end_segment()?;
        }
        self.records.push(record);
        Ok(true)
    }

    pub(super) fn finish(mut self) -> io::Result<(Vec<Segment>, W)> {
        self.end_segment()?;
        self.output.write_all(&self.tables)?;
        self.segments.iter_mut().for_each(|segment| segment.table += self.written);
        Ok((self.segments, self.output))
    }

    fn end_segment(&mut self) -> io::Result<()> {
        let (Some(first), Some(last)) = (self.records.first(), self.records.last()) else { return Ok(()) };
        let times = self.records.iter().map(|record| record.time());
        let (earliest, latest) = times.fold((u32::MAX, 0), |(a, b), time| (a.min(time), b.max(time)));
        let span = last.serial() - first.serial();
        let buckets = u32::try_from(self.records.len() / BUCKET).unwrap_or(u32::MAX).max(1);
        let segment = Segment {
            first_serial: first.serial(),
            last_serial: last.serial(),
            count: self.records.len(),
            records: self.written,
            // Among the tables, until all records are written.
            table: self.tables.len(),
            first_time: earliest,
            time_bits: bits_for(latest - earliest),
            serial_bits: bits_for(span / buckets),
        };
        self.pack(&segment);
        self.output.write_all(&self.packed)?;
        self.written += self.packed.len();
        self.segments.push(segment);
        self.records.clear();
        Ok(())
    }

    fn pack(&mut self, segment: &Segment) {
        self.packed.clear();
        let Segment { first_serial, first_time, serial_bits, .. } = *segment;
        let (mut pending, mut pending_bits) = (0u128, 0);
        for record in &self.records {
            let value = u64::from(record.serial() - first_serial) & low_bits(serial_bits)
                | u64::from(record.time() - first_time) << serial_bits
                | u64::from(record.reason()) << (segment.width() - REASON_BITS);
            pending |= u128::from(value) << pending_bits;
            pending_bits += segment.width();
            if pending_bits >= 64 {
                #[expect(clippy::cast_possible_truncation, reason = "the rest stays pending")]
                self.packed.extend_from_slice(&(pending as u64).to_le_bytes());
                pending >>= 64;
                pending_bits -= 64;
            }
        }
        self.packed.extend(pending.to_le_bytes().iter().take(usize::from(pending_bits).div_ceil(8)));

        let mut number = 0;
        for bucket in 0..=segment.buckets() {
            let before = |record: &&Packed| segment.bucket(record.serial() - first_serial) < bucket;
            number += self.records.iter().skip(number).take_while(before).count();
            self.tables.extend_from_slice(&u16::try_from(number).unwrap_or(u16::MAX).to_le_bytes());
        }
    }
}

/// Bytes of a section; `None` unless its segments are in order and stand one after another in it.
pub(super) fn section_len(segments: &[Segment]) -> Option<usize> {
    let is_sound = segments.iter().all(Segment::is_sound);
    let in_order = segments.is_sorted_by(|a, b| a.last_serial < b.first_serial);
    (is_sound && in_order).then_some(())?;
    let records = segments.iter().try_fold(0, |at, segment| segment.records_end(at));
    segments.iter().try_fold(records?, |at, segment| segment.table_end(at))
}

/// The record of a serial number in a section.
#[inline]
pub(super) fn find(segments: &[Segment], section: &[u8], serial: u32) -> Option<Packed> {
    let (first, last) = (segments.first()?, segments.last()?);
    let (above_first, span) =
        (serial.checked_sub(first.first_serial)?, u64::from(last.last_serial - first.first_serial));
    if serial > last.last_serial {
        return None;
    }
    // The same guess as in a bucket, and nearly always right.
    let guess = usize::try_from(u64::from(above_first) * segments.len() as u64 / (span + 1)).ok()?;
    let is_it = |segment: &&Segment| (segment.first_serial..=segment.last_serial).contains(&serial);
    let segment = segments.get(guess).filter(is_it).or_else(|| {
        segments.get(segments.partition_point(|segment| segment.last_serial < serial)).filter(is_it)
    })?;
    segment.find(section, serial)
}

impl Segment {
    fn is_sound(&self) -> bool {
        let bits = self.serial_bits <= SERIAL_BITS && self.time_bits <= TIME_BITS;
        bits && self.first_serial <= self.last_serial && self.count <= SEGMENT
    }

    /// Where its records end, if they begin at `start`.
    fn records_end(&self, start: usize) -> Option<usize> {
        (self.records == start).then_some(start)?.checked_add(self.records_len())
    }

    /// Where its table ends, if it begins at `start`.
    fn table_end(&self, start: usize) -> Option<usize> {
        (self.table == start).then_some(start)?.checked_add((self.buckets() + 1) * START_LEN)
    }

    /// Bits of a record.
    #[inline]
    fn width(&self) -> u8 {
        self.serial_bits + self.time_bits + REASON_BITS
    }

    #[inline]
    fn records_len(&self) -> usize {
        (self.count * usize::from(self.width())).div_ceil(8)
    }

    #[inline]
    fn bucket(&self, above_first: u32) -> usize {
        (above_first >> self.serial_bits) as usize
    }

    fn buckets(&self) -> usize {
        self.bucket(self.last_serial - self.first_serial) + 1
    }

    #[inline]
    fn find(&self, section: &[u8], serial: u32) -> Option<Packed> {
        let above_first = serial.checked_sub(self.first_serial)?;
        let records = section.get(self.records..)?;
        let starts = self.table.checked_add(self.bucket(above_first) * START_LEN)?;
        let starts = section.get(starts..)?.first_chunk::<{ 2 * START_LEN }>()?;
        let [from, to] = starts.as_chunks().0 else { return None };
        let bucket = u16::from_le_bytes(*from).into()..u16::from_le_bytes(*to).into();
        let wanted = u64::from(above_first) & low_bits(self.serial_bits);
        let position = self.position(records, bucket, wanted)?;
        let value = self.value(records, position)?;
        if value & low_bits(self.serial_bits) != wanted {
            return None;
        }
        let time = u32::try_from(value >> self.serial_bits & low_bits(self.time_bits)).ok()?;
        let reason = value >> (self.serial_bits + self.time_bits) & low_bits(REASON_BITS);
        Some(Packed::of(serial, self.first_time.checked_add(time)?, u8::try_from(reason).ok()?))
    }

    /// Where in the bucket the first record stands that is not below `wanted`; `None` if there is none.
    ///
    /// The probes do not depend on one another, so that memory brings all the lines at the same time. As a rule the
    /// answer lies between two of them; if it does not, the rest of the bucket is searched.
    #[inline]
    fn position(&self, records: &[u8], Range { start, end }: Range<usize>, wanted: u64) -> Option<usize> {
        let is_below = |position| Some(self.value(records, position)? & low_bits(self.serial_bits) < wanted);
        let share = (wanted * u64::try_from(end.checked_sub(start)?).ok()?) >> self.serial_bits;
        let guess = start + usize::try_from(share).ok()?;
        let last = end.checked_sub(1).filter(|last| start <= *last)?;
        let probe = |number: usize| {
            (guess + number * PROBE_DISTANCE).saturating_sub(PROBES / 2 * PROBE_DISTANCE).clamp(start, last)
        };
        let mut below = 0;
        for number in 0..PROBES {
            below += usize::from(is_below(probe(number))?);
        }
        let mut low = if below == 0 { start } else { probe(below - 1) + 1 };
        let mut high = if below == PROBES { end } else { probe(below) };
        while low < high {
            let middle = low.midpoint(high);
            let is_below = is_below(middle)?;
            low = hint::select_unpredictable(is_below, middle + 1, low);
            high = hint::select_unpredictable(is_below, high, middle);
        }
        (low < end).then_some(low)
    }

    /// The bits of a record, and above them those of the next.
    #[inline]
    fn value(&self, records: &[u8], position: usize) -> Option<u64> {
        let bit = position * usize::from(self.width());
        let bytes = records.get(bit / 8..)?;
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn check(model: &BTreeMap<u32, (u32, u8)>, absent: impl IntoIterator<Item = u32>) {
        let mut writer = SegmentWriter::new(Vec::new());
        for (serial, (time, reason)) in model {
            assert!(writer.push(Packed::of(*serial, *time, *reason)).unwrap());
            assert!(!writer.push(Packed::of(*serial, *time, *reason + 1)).unwrap());
        }
        let (segments, section) = writer.finish().unwrap();
        assert_eq!(segments.iter().map(|segment| segment.count).sum::<usize>(), model.len());
        assert_eq!(section_len(&segments), Some(section.len()));
        for (serial, (time, reason)) in model {
            let expected = Packed::of(*serial, *time, *reason);
            assert_eq!(find(&segments, &section, *serial), Some(expected), "{serial}");
        }
        for serial in absent {
            let expected = model.get(&serial).map(|(time, reason)| Packed::of(serial, *time, *reason));
            assert_eq!(find(&segments, &section, serial), expected, "{serial}");
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
        // All but one in one bucket.
        let mut crowded: BTreeMap<_, _> = (0..5000).map(|serial| (serial, (serial, 4))).collect();
        crowded.insert(0x7FFF_FFFF, (0, 0));
        check(&crowded, 4990..5010);
        check(&(0..1024).map(|serial| (serial * 2, (0, 0))).collect(), 0..2100);
    }

    #[test]
    fn several_segments() {
        let count = u32::try_from(SEGMENT).unwrap() * 2 + 5;
        let model: BTreeMap<_, _> = (0..count).map(|n| (7 + n * 3, (n % 1000, 4))).collect();
        check(&model, (count * 3 / 2..).take(1000));
        let mut writer = SegmentWriter::new(Vec::new());
        model.iter().for_each(|(serial, _)| assert!(writer.push(Packed::of(*serial, 0, 0)).unwrap()));
        let (mut segments, _) = writer.finish().unwrap();
        assert_eq!(segments.len(), 3);
        segments.swap(0, 1);
        assert_eq!(section_len(&segments), None);
    }

    proptest! {
        #[test]
        fn agrees_with_a_map(
            model in prop::collection::btree_map(0u32..100_000, (0u32..1 << 29, 0u8..14), 0..700),
            absent in prop::collection::vec(0u32..110_000, 100),
        ) {
            check(&model, absent);
        }

        /// However the serial numbers lie, even if no guess is good.
        #[test]
        fn clusters(
            starts in prop::collection::vec(0u32..1 << 31, 1..6),
            bits in 0u32..25,
            offsets in prop::collection::vec(any::<u32>(), 0..2000),
        ) {
            let starts = &starts;
            let serials = offsets.iter().enumerate().map(|(n, offset)| {
                (starts[n % starts.len()] + (offset & ((1 << bits) - 1))) & ((1 << 31) - 1)
            });
            let model: BTreeMap<_, _> = serials.map(|serial| (serial, (serial >> 3, 4))).collect();
            let absent: Vec<_> = model.keys().flat_map(|serial| [serial.saturating_sub(1), serial + 1]).collect();
            check(&model, absent);
        }

        #[test]
        fn arbitrary_bytes_do_no_harm(
            section: Vec<u8>,
            (first_serial, last_serial) in (0u32..1000, 0u32..1000),
            (count, records, table) in (0usize..1000, 0usize..50, 0usize..50),
            (serial_bits, time_bits) in (0..=SERIAL_BITS, 0..=TIME_BITS),
            serial in 0u32..1000,
        ) {
            let segment = Segment { first_serial, last_serial, count, records, table, first_time: u32::MAX, time_bits, serial_bits };
            if segment.is_sound() {
                let _ = find(&[segment], &section, serial);
            }
        }
    }
}
