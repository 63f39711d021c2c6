//! UTCTime and GeneralizedTime in the one form RFC 5280 §4.1.2.5 allows.

use time::{Date, Month};

use crate::UnixTime;

pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERALIZED_TIME: u8 = 0x18;

const SECONDS_IN_A_DAY: i64 = 86_400;

/// The Julian day of 1970-01-01.
const UNIX_EPOCH: i32 = 2_440_588;

/// A time by its tag and content octets; `None` if it has another form or there is no such time.
pub(crate) fn read(tag: u8, content: &[u8]) -> Option<UnixTime> {
    match tag {
        UTC_TIME => utc_time(content),
        GENERALIZED_TIME => generalized_time(content),
        _ => None,
    }
}

/// `YYMMDDHHMMSSZ`; a year of 50 or more belongs to the 20th century (RFC 5280 §4.1.2.5.1).
pub(crate) fn utc_time(content: &[u8]) -> Option<UnixTime> {
    let [year, rest @ ..] = pairs::<6>(content)?;
    unix_time(if year < 50 { 2000 } else { 1900 } + i32::from(year), rest)
}

/// `YYYYMMDDHHMMSSZ` (RFC 5280 §4.1.2.5.2).
pub(crate) fn generalized_time(content: &[u8]) -> Option<UnixTime> {
    let [century, year, rest @ ..] = pairs::<7>(content)?;
    unix_time(i32::from(century) * 100 + i32::from(year), rest)
}

/// Two decimal digits each, then a `Z`.
fn pairs<const N: usize>(content: &[u8]) -> Option<[u8; N]> {
    let (b'Z', digits) = content.split_last()? else { return None };
    let (digits, []) = digits.as_chunks::<2>() else { return None };
    let digits: &[[u8; 2]; N] = digits.try_into().ok()?;
    let mut numbers = [0; N];
    for (number, [tens, ones]) in numbers.iter_mut().zip(digits) {
        let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
        if tens > 9 || ones > 9 {
            return None;
        }
        *number = tens * 10 + ones;
    }
    Some(numbers)
}

fn unix_time(year: i32, [month, day, hour, minute, second]: [u8; 5]) -> Option<UnixTime> {
    let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
    let days = i64::from(date.to_julian_day() - UNIX_EPOCH);
    let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    (hour < 24 && minute < 60 && second < 60).then_some(UnixTime(days * SECONDS_IN_A_DAY + seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_reads_back() {
        for day in -7_305..40_000 {
            let time = UnixTime(day * SECONDS_IN_A_DAY + 86_399);
            let digits: String = time.to_string().chars().filter(char::is_ascii_digit).collect();
            assert_eq!(generalized_time(format!("{digits}Z").as_bytes()), Some(time));
            if (1950..2050).contains(&digits[..4].parse().unwrap()) {
                assert_eq!(utc_time(format!("{}Z", &digits[2..]).as_bytes()), Some(time));
            }
        }
    }

    #[test]
    fn what_is_no_time() {
        for bad in
            ["", "Z", "250229120000Z", "251301000000Z", "250100000000Z", "250101240000Z", "250101006000Z"]
        {
            assert_eq!(utc_time(bad.as_bytes()), None, "{bad}");
        }
        for bad in ["250101000060Z", "2501010000Z", "250101000000", "25010100000 Z", "2501010000000Z"] {
            assert_eq!(utc_time(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(generalized_time(b"250101000000Z"), None);
        assert_eq!(utc_time(b"20250101000000Z"), None);
        assert_eq!(read(0x16, b"250101000000Z"), None);
    }
}
