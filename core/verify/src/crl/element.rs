//! Elements of DER at the beginning of a slice (X.690 §8.1).
#![expect(clippy::needless_bitwise_bool, reason = "one branch for a whole time, thirty million times")]

use kazasu_cert::{DerRule, UnixTime};

use super::problem::CrlEncodingRule;

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const ENUMERATED: u8 = 0x0A;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;

/// `[number]`, primitive.
pub(super) const fn primitive(number: u8) -> u8 {
    0x80 | number
}

/// `[number]`, constructed.
pub(super) const fn constructed(number: u8) -> u8 {
    0xA0 | number
}

/// Tag and length octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) tag: u8,
    /// Length of tag and length octets.
    pub(super) len: usize,
    pub(super) content_len: usize,
}

impl Header {
    /// A header is no longer than this.
    pub(super) const MAX_LEN: usize = 6;

    /// The header that `input` begins with; `None` if `input` ends inside of it.
    #[inline]
    pub(super) fn read(input: &[u8]) -> Result<Option<Self>, CrlEncodingRule> {
        let (tag, octets, rest) = match *input {
            [] | [_] => return Ok(None),
            [tag, len @ 0..=0x7F, ..] => {
                return Ok(Some(Self { tag, len: 2, content_len: usize::from(len) }));
            }
            [_, 0x80, ..] => return Err(DerRule::IndefiniteLength.into()),
            [tag, len, ref rest @ ..] => (tag, usize::from(len & 0x7F), rest),
        };
        if octets > 4 {
            return Err(CrlEncodingRule::TooLong);
        }
        let Some(length) = rest.get(..octets) else { return Ok(None) };
        let content_len = length.iter().fold(0u64, |value, octet| value << 8 | u64::from(*octet));
        if content_len <= 0x7F || length.first() == Some(&0) {
            return Err(DerRule::NonMinimalLength.into());
        }
        let content_len = usize::try_from(content_len).map_err(|_| CrlEncodingRule::TooLong)?;
        Ok(Some(Self { tag, len: 2 + octets, content_len }))
    }

    /// Length of the whole element.
    #[inline]
    pub(super) fn total(&self) -> usize {
        self.len.saturating_add(self.content_len)
    }
}

/// The elements of a slice, one after another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Elements<'a>(pub(super) &'a [u8]);

impl<'a> Elements<'a> {
    pub(super) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn peek_tag(self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The next element: tag, the whole of it, its content.
    #[inline]
    fn next(&mut self) -> Result<(u8, &'a [u8], &'a [u8]), CrlEncodingRule> {
        let header = Header::read(self.0)?.ok_or(DerRule::Truncated)?;
        let (whole, rest) = self.0.split_at_checked(header.total()).ok_or(DerRule::Truncated)?;
        self.0 = rest;
        Ok((header.tag, whole, whole.get(header.len..).unwrap_or_default()))
    }

    /// The content of the next element, which must have this tag.
    #[inline]
    pub(super) fn expect(&mut self, tag: u8) -> Result<&'a [u8], CrlEncodingRule> {
        match self.next()? {
            (found, _, content) if found == tag => Ok(content),
            _ => Err(DerRule::UnexpectedTag.into()),
        }
    }

    /// The whole of the next element, which must have this tag.
    pub(super) fn expect_whole(&mut self, tag: u8) -> Result<&'a [u8], CrlEncodingRule> {
        match self.next()? {
            (found, whole, _) if found == tag => Ok(whole),
            _ => Err(DerRule::UnexpectedTag.into()),
        }
    }

    /// The content of the next element if it has this tag.
    pub(super) fn optional(&mut self, tag: u8) -> Result<Option<&'a [u8]>, CrlEncodingRule> {
        if self.peek_tag() == Some(tag) { self.expect(tag).map(Some) } else { Ok(None) }
    }

    /// A BOOLEAN under `tag` whose default is FALSE: so it is TRUE or not there (X.690 §11.1, §11.5).
    pub(super) fn flag(&mut self, tag: u8) -> Result<bool, CrlEncodingRule> {
        match self.optional(tag)? {
            None => Ok(false),
            Some([0xFF]) => Ok(true),
            Some([0x00]) => Err(DerRule::ExplicitDefault.into()),
            Some(_) => Err(DerRule::Boolean.into()),
        }
    }

    /// `Time` as RFC 5280 §5.1.2.4 has it: UTCTime through 2049, GeneralizedTime from 2050.
    #[inline]
    pub(super) fn time(&mut self) -> Result<UnixTime, CrlEncodingRule> {
        let time = match self.next()? {
            (UTC_TIME, _, content) => utc_time(content),
            (GENERALIZED_TIME, _, content) if content >= b"2050".as_slice() => generalized_time(content),
            (GENERALIZED_TIME, ..) => None,
            _ => return Err(DerRule::UnexpectedTag.into()),
        };
        Ok(time.ok_or(DerRule::Time)?)
    }

    /// Nothing may follow.
    pub(super) fn finish(self) -> Result<(), CrlEncodingRule> {
        if self.is_empty() { Ok(()) } else { Err(DerRule::TrailingBytes.into()) }
    }

    /// The content of the one element that `input` is.
    pub(super) fn only(input: &'a [u8], tag: u8) -> Result<&'a [u8], CrlEncodingRule> {
        let mut elements = Self(input);
        let content = elements.expect(tag)?;
        elements.finish()?;
        Ok(content)
    }
}

/// `YYMMDDHHMMSSZ`; a year of 50 or more belongs to the 20th century (RFC 5280 §4.1.2.5.1).
#[inline]
fn utc_time(content: &[u8]) -> Option<UnixTime> {
    let [year, month, day, hour, minute, second] = pairs(content)?;
    unix_time([if year < 50 { 2000 } else { 1900 } + year, month, day, hour, minute, second])
}

/// `YYYYMMDDHHMMSSZ` (RFC 5280 §4.1.2.5.2).
pub(super) fn generalized_time(content: &[u8]) -> Option<UnixTime> {
    let [century, year, month, day, hour, minute, second] = pairs(content)?;
    unix_time([century * 100 + year, month, day, hour, minute, second])
}

/// Two decimal digits each, then a `Z`.
#[inline]
fn pairs<const N: usize>(content: &[u8]) -> Option<[u32; N]> {
    let (b'Z', digits) = content.split_last()? else { return None };
    let (digits, []) = digits.as_chunks::<2>() else { return None };
    let digits: &[[u8; 2]; N] = digits.try_into().ok()?;
    let (mut numbers, mut all_digits) = ([0; N], true);
    for (number, [tens, ones]) in numbers.iter_mut().zip(digits) {
        let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
        all_digits &= (tens < 10) & (ones < 10);
        *number = u32::from(tens) * 10 + u32::from(ones);
    }
    all_digits.then_some(numbers)
}

/// The number of 1970-01-01, if 0001-01-01 is day 1.
const DAYS_UNTIL_1970: i64 = 719_163;

/// Days of the year before each month, and days of the month. A list has millions of dates, so they are looked up
/// without a branch that depends on them.
const MONTHS: [(u32, u32); 13] = [
    (0, 0),
    (0, 31),
    (31, 28),
    (59, 31),
    (90, 30),
    (120, 31),
    (151, 30),
    (181, 31),
    (212, 31),
    (243, 30),
    (273, 31),
    (304, 30),
    (334, 31),
];

/// Of the Gregorian calendar.
#[inline]
fn unix_time([year, month, day, hour, minute, second]: [u32; 6]) -> Option<UnixTime> {
    let &(days_before, days) = MONTHS.get(usize::try_from(month).ok()?)?;
    let is_leap_year = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0));
    let days = days + u32::from(is_leap_year & (month == 2));
    if (day == 0) | (day > days) | (hour > 23) | (minute > 59) | (second > 59) {
        return None;
    }
    let years = year.checked_sub(1)?;
    let leap_days = years / 4 - years / 100 + years / 400 + u32::from(is_leap_year & (month > 2));
    let days = i64::from(years * 365 + leap_days + days_before + day) - DAYS_UNTIL_1970;
    Some(UnixTime(days * 86_400 + i64::from(hour * 3600 + minute * 60 + second)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        let read = |der: &[u8]| Elements(der).time().ok().map(|time| time.to_string());
        assert_eq!(read(b"\x17\x0D260401000000Z").unwrap(), "2026-04-01T00:00:00Z");
        assert_eq!(read(b"\x17\x0D500101000000Z").unwrap(), "1950-01-01T00:00:00Z");
        assert_eq!(read(b"\x17\x0D491231235959Z").unwrap(), "2049-12-31T23:59:59Z");
        assert_eq!(read(b"\x17\x0D240229120000Z").unwrap(), "2024-02-29T12:00:00Z");
        assert_eq!(read(b"\x18\x0F20500101000000Z").unwrap(), "2050-01-01T00:00:00Z");
        assert_eq!(read(b"\x18\x0F99991231235959Z").unwrap(), "9999-12-31T23:59:59Z");
        for day in 0..40_000i64 {
            let text = UnixTime(day * 86_400 + 86_399 - 20 * 365 * 86_400).to_string();
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            let found = generalized_time(format!("{digits}Z").as_bytes());
            assert_eq!(found.map(|time| time.to_string()), Some(text));
        }
        for bad in [
            &b"\x17\x0D250229120000Z"[..],
            b"\x17\x0D251301000000Z",
            b"\x17\x0D250100000000Z",
            b"\x17\x0D250101240000Z",
            b"\x17\x0D250101006000Z",
            b"\x17\x0D250101000060Z",
            b"\x17\x0B2501010000Z",
            b"\x17\x112501010000+0900",
            b"\x17\x0D25010100000 Z",
            b"\x18\x0F20491231235959Z",
            b"\x18\x1220500101000000.5Z",
            b"\x02\x01\x01",
            b"",
        ] {
            assert_eq!(read(bad), None, "{}", bad.escape_ascii());
        }
    }

    #[test]
    fn headers() {
        let read = |der: &[u8]| Header::read(der);
        assert_eq!(read(&[0x30, 0x7F]), Ok(Some(Header { tag: 0x30, len: 2, content_len: 127 })));
        assert_eq!(read(&[0x30, 0x81, 0x80]), Ok(Some(Header { tag: 0x30, len: 3, content_len: 128 })));
        assert_eq!(
            read(&[0x30, 0x84, 0x42, 0, 0, 1]),
            Ok(Some(Header { tag: 0x30, len: 6, content_len: 0x4200_0001 }))
        );
        for short in [&[][..], &[0x30], &[0x30, 0x82, 1], &[0x30, 0x84, 1, 1, 1]] {
            assert_eq!(read(short), Ok(None));
        }
        assert_eq!(read(&[0x30, 0x80]), Err(DerRule::IndefiniteLength.into()));
        assert_eq!(read(&[0x30, 0x81, 0x7F]), Err(DerRule::NonMinimalLength.into()));
        assert_eq!(read(&[0x30, 0x82, 0, 0x80]), Err(DerRule::NonMinimalLength.into()));
        assert_eq!(read(&[0x30, 0x85]), Err(CrlEncodingRule::TooLong));
    }
}
