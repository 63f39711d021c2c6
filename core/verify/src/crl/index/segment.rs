//! Sorted records in segments, found in constant time.
//!
//! Within a segment each record has the same few bits. The serial numbers from the segment's first to its last are cut
//! into buckets of equal width, a power of two, so that a record holds its place in the bucket and no more. With 30
//! million of 200 million serial numbers revoked over five years that makes 43 bits.
//!
//! A lookup finds the segment among a few in memory, reads from a small table where the bucket begins, and guesses the
//! position in it by proportion, since serial numbers are spread evenly. So it touches one cache line of the table and a
//! few of the records, side by side. The tables stand together at the end, so that little of a cache holds them all.
//! Hardly any branch depends on what a record holds: the processor is at the next lookup while memory brings this one.

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

/// Records are read around the guessed position: so many of them, and so far apart that no cache line is left out. Eight
/// records have as many bytes as one has bits, so that all begin at the same bit of a byte.
const PROBES: usize = 5;
const PROBE_DISTANCE: usize = 8;

/// From the first of them to the last.
const REACH: usize = (PROBES - 1) * PROBE_DISTANCE;

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
        let bit = self.locate(records, bucket, u64::from(above_first) & low_bits(self.serial_bits))?;
        let value = value(records, bit)?;
        let time = u32::try_from(value >> self.serial_bits & low_bits(self.time_bits)).ok()?;
        let reason = value >> (self.serial_bits + self.time_bits) & low_bits(REASON_BITS);
        Some(Packed::of(serial, self.first_time.checked_add(time)?, u8::try_from(reason).ok()?))
    }

    /// Where among the bits of the records the one with this place in the bucket begins; `None` if there is none.
    #[inline]
    fn locate(&self, records: &[u8], bucket: Range<usize>, wanted: u64) -> Option<usize> {
        let Some(latest) = bucket.end.checked_sub(REACH + 1).filter(|latest| bucket.start <= *latest) else {
            return self.search(records, bucket, wanted);
        };
        let width = usize::from(self.width());
        let is_below = |bit| Some(word(records, bit)? & low_bits(self.serial_bits) < wanted);
        let share = (wanted * u64::try_from(bucket.len()).ok()?) >> self.serial_bits;
        let guess = bucket.start + usize::try_from(share).ok()?;
        let first = guess.saturating_sub(REACH / 2).clamp(bucket.start, latest) * width;
        // The probes do not depend on one another, so that memory brings all the lines at the same time.
        let mut below = 0;
        for number in 0..PROBES {
            below += usize::from(is_below(first + number * PROBE_DISTANCE * width)?);
        }
        if below == 0 || below == PROBES {
            return self.search(records, bucket, wanted);
        }
        // After the last probe that is below, and not after the next.
        let mut bit = first + ((below - 1) * PROBE_DISTANCE + 1) * width;
        for step in [4, 2, 1] {
            let is_below = is_below(bit + (step - 1) * width)?;
            bit += hint::select_unpredictable(is_below, step * width, 0);
        }
        self.is_at(records, bit, wanted)?.then_some(bit)
    }

    /// The same by halves, for small buckets and for the few records that lie far from where proportion has them.
    #[cold]
    fn search(&self, records: &[u8], bucket: Range<usize>, wanted: u64) -> Option<usize> {
        let width = usize::from(self.width());
        let Range { start: mut low, end: mut high } = bucket;
        while low < high {
            let middle = low.midpoint(high);
            if word(records, middle * width)? & low_bits(self.serial_bits) < wanted {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let bit = low * width;
        (low < bucket.end && self.is_at(records, bit, wanted)?).then_some(bit)
    }

    /// Whether the record that begins at this bit has this place in the bucket.
    #[inline]
    fn is_at(&self, records: &[u8], bit: usize, place: u64) -> Option<bool> {
        Some(word(records, bit)? & low_bits(self.serial_bits) == place)
    }
}

/// The 57 bits that begin at this one, and perhaps some more.
#[inline]
fn word(records: &[u8], bit: usize) -> Option<u64> {
    let bytes = records.get(bit / 8..)?;
    let word = bytes.first_chunk().map_or_else(|| at_the_end(bytes), |bytes| u64::from_le_bytes(*bytes));
    Some(word >> (bit % 8))
}

/// Fewer than eight bytes.
#[cold]
fn at_the_end(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// The 64 bits that begin at this one.
#[inline]
fn value(records: &[u8], bit: usize) -> Option<u64> {
    let low = word(records, bit)?;
    let high = records.get(bit / 8 + 8).map_or(0, |byte| u64::from(*byte));
    Some(low | (high << 1) << (63 - bit % 8))
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
