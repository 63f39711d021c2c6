//! An entry as it is sorted and stored.

use kazasu_cert::UnixTime;

use super::sort::Record;
use crate::RevocationReason;
use crate::crl::entry::{ListedEntry, RevokedEntry, reason_code, reason_from_code};
use crate::crl::number::Unsigned;

pub(super) const TIME_BITS: u8 = 29;
pub(super) const REASON_BITS: u8 = 4;
pub(super) const SERIAL_BITS: u8 = 64 - TIME_BITS - REASON_BITS;

/// Stands for "no reasonCode".
const NO_REASON: u8 = 15;

/// The first second that a [`Packed`] of a list with this thisUpdate can tell: 17 years before it.
pub(super) fn epoch(this_update: UnixTime) -> i64 {
    this_update.0.saturating_sub((1 << TIME_BITS) - 1)
}

/// An ordinary entry: 31 bits of serial number, 29 bits of seconds since the list's [`epoch`], 4 bits of reason.
/// They sort by serial number, and the earlier of two revocations of the same comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Packed(u64);

impl Packed {
    /// `None` for what does not fit: that is for [`Wide`].
    #[inline]
    pub(super) fn new(listed: &ListedEntry<'_>, epoch: i64) -> Option<Self> {
        let serial = short_serial(listed.serial)?;
        let RevokedEntry { revocation_date, reason, invalidity_date } = listed.entry;
        let time = u32::try_from(revocation_date.0.checked_sub(epoch)?).ok()?;
        (time >> TIME_BITS == 0 && invalidity_date.is_none()).then(|| Self::of(serial, time, stored(reason)))
    }

    pub(super) fn of(serial: u32, time: u32, reason: u8) -> Self {
        Self(
            u64::from(serial) << (TIME_BITS + REASON_BITS)
                | u64::from(time) << REASON_BITS
                | u64::from(reason),
        )
    }

    pub(super) fn serial(self) -> u32 {
        (self.0 >> (TIME_BITS + REASON_BITS)) as u32
    }

    #[expect(clippy::cast_possible_truncation, reason = "masked")]
    pub(super) fn time(self) -> u32 {
        (self.0 >> REASON_BITS) as u32 & ((1 << TIME_BITS) - 1)
    }

    #[expect(clippy::cast_possible_truncation, reason = "masked")]
    pub(super) fn reason(self) -> u8 {
        self.0 as u8 & ((1 << REASON_BITS) - 1)
    }

    pub(super) fn entry(self, epoch: i64) -> RevokedEntry {
        let time = UnixTime(epoch.saturating_add(self.time().into()));
        RevokedEntry::new(time, reason_from_code(self.reason()), None)
    }
}

/// The value of a serial number below 2³¹, given without leading zeros.
#[inline]
pub(super) fn short_serial(octets: &[u8]) -> Option<u32> {
    match *octets {
        [a @ 0..=0x7F, b, c, d] => Some(u32::from_be_bytes([a, b, c, d])),
        [b, c, d] => Some(u32::from_be_bytes([0, b, c, d])),
        [c, d] => Some(u32::from_be_bytes([0, 0, c, d])),
        [d] => Some(d.into()),
        [] => Some(0),
        _ => None,
    }
}

fn stored(reason: Option<RevocationReason>) -> u8 {
    reason.and_then(reason_code).unwrap_or(NO_REASON)
}

impl Record for Packed {
    const LEN: usize = 8;

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0.to_le_bytes());
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(u64::from_le_bytes(bytes)))
    }
}

/// Any entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wide {
    pub(super) serial: Unsigned,
    pub(super) entry: RevokedEntry,
}

impl Record for Wide {
    const LEN: usize = 37;

    fn write(&self, out: &mut Vec<u8>) {
        let RevokedEntry { revocation_date, reason, invalidity_date } = self.entry;
        out.extend_from_slice(&self.serial.0);
        out.extend_from_slice(&revocation_date.0.to_le_bytes());
        // No time on a list is the earliest of all.
        out.extend_from_slice(&invalidity_date.map_or(i64::MIN, |time| time.0).to_le_bytes());
        out.push(stored(reason));
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (serial, rest) = bytes.split_first_chunk()?;
        let (date, rest) = rest.split_first_chunk()?;
        let (invalidity, reason) = rest.split_first_chunk()?;
        let &[reason] = reason else { return None };
        let invalidity = Some(i64::from_le_bytes(*invalidity)).filter(|time| *time != i64::MIN);
        let date = UnixTime(i64::from_le_bytes(*date));
        let entry = RevokedEntry::new(date, reason_from_code(reason), invalidity.map(UnixTime));
        Some(Self { serial: Unsigned(*serial), entry })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_packed() {
        let this_update = UnixTime(1_775_000_000);
        let epoch = epoch(this_update);
        let pack = |serial: &[u8], date: i64, invalidity: Option<i64>| {
            let entry = RevokedEntry::new(UnixTime(date), None, invalidity.map(UnixTime));
            Packed::new(&ListedEntry { serial, entry }, epoch)
                .map(|packed| (packed.serial(), packed.entry(epoch)))
        };
        let of = |serial, date| Some((serial, RevokedEntry::new(UnixTime(date), None, None)));
        assert_eq!(pack(&[], epoch, None), of(0, epoch));
        assert_eq!(pack(&[0x7F, 0xFF, 0xFF, 0xFF], this_update.0, None), of(0x7FFF_FFFF, this_update.0));
        assert_eq!(pack(&[1, 2], this_update.0, None), of(0x102, this_update.0));
        assert_eq!(pack(&[0x80, 0, 0, 0], epoch, None), None);
        assert_eq!(pack(&[1, 0, 0, 0, 0], epoch, None), None);
        assert_eq!(pack(&[1], epoch - 1, None), None);
        assert_eq!(pack(&[1], this_update.0 + 1, None), None);
        assert_eq!(pack(&[1], epoch, Some(0)), None);
    }

    proptest! {
        #[test]
        fn records_read_back(
            serial: [u8; 20],
            date: i64,
            invalidity in proptest::option::of(-4_000_000_000i64..=253_402_300_799),
            reason in 0u8..12,
        ) {
            let entry = RevokedEntry::new(UnixTime(date), reason_from_code(reason), invalidity.map(UnixTime));
            let record = Wide { serial: Unsigned(serial), entry };
            let mut bytes = Vec::new();
            record.write(&mut bytes);
            prop_assert_eq!(bytes.len(), Wide::LEN);
            prop_assert_eq!(Wide::read(&bytes), Some(record));
        }
    }
}
