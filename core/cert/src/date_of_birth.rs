//! Date of birth: nine digits, of which some may say that a part is not known.

use std::fmt;

use thiserror::Error;
use time::{Date, Month, OffsetDateTime};

use crate::UnixTime;

/// The year the eras of the register begin with. No older date can belong to a living person.
const FIRST_YEAR: u16 = 1868;

/// Seconds by which clocks in Japan are ahead of UTC.
const JAPAN_OFFSET: i64 = 9 * 3600;

/// Date of birth as registered: `EYYYYMMDD`, an era digit and a Gregorian date (docs/certificate-facts.md §3.1).
///
/// A register can lack the day, the month or everything. What is missing stays missing: use
/// [`known`](Self::known) for anything that depends on the age, and refuse where it is `None`.
///
/// `Debug` prints no personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct DateOfBirth {
    digits: String,
    era: Era,
    date: BirthDate,
}

/// What the nine digits say. `Debug` prints no personal data.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BirthDate {
    /// A complete date that exists.
    Known(CalendarDate),
    /// Some parts are registered as unknown (zeros), at least one is known.
    Partial {
        /// Gregorian year, 1868 or later.
        year: Option<u16>,
        /// 1 to 12.
        month: Option<u8>,
        /// 1 to 31, and possible with the month and year given.
        day: Option<u8>,
    },
    /// All parts are zeros.
    Unknown,
    /// No such date: 30 February, month 13, a year before 1868, or a day after the certificate was issued.
    Impossible,
}

/// A Gregorian date that exists. `Debug` prints no personal data; `Display` prints `YYYY-MM-DD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CalendarDate {
    year: u16,
    month: u8,
    day: u8,
}

/// The era digit.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Era {
    /// 0, unknown.
    Unknown,
    /// 1, Meiji, to 1912-07-29.
    Meiji,
    /// 2, Taishō, 1912-07-30 to 1926-12-24.
    Taisho,
    /// 3, Shōwa, 1926-12-25 to 1989-01-07.
    Showa,
    /// 4, Heisei, 1989-01-08 to 2019-04-30.
    Heisei,
    /// 5, Reiwa, from 2019-05-01.
    Reiwa,
    /// 6 to 9, which have no meaning yet.
    Other(u8),
}

impl DateOfBirth {
    /// Reads the nine digits.
    ///
    /// # Errors
    /// [`DateOfBirthError`] for anything but nine ASCII digits.
    pub fn from_digits(digits: &str) -> Result<Self, DateOfBirthError> {
        let octets: &[u8; 9] = digits.as_bytes().try_into().map_err(|_| DateOfBirthError)?;
        if !octets.iter().all(u8::is_ascii_digit) {
            return Err(DateOfBirthError);
        }
        let [era, y1, y2, y3, y4, m1, m2, d1, d2] = octets.map(|digit| u16::from(digit - b'0'));
        Ok(Self {
            digits: digits.to_owned(),
            era: Era::from_digit(era),
            date: BirthDate::new(y1 * 1000 + y2 * 100 + y3 * 10 + y4, m1 * 10 + m2, d1 * 10 + d2),
        })
    }

    /// The same, unless the day lies after that of `issued` in Japan: nobody has a certificate before being born.
    pub(crate) fn by(mut self, issued: UnixTime) -> Self {
        let earliest = match self.date {
            BirthDate::Known(CalendarDate { year, month, day }) => (year, month, day),
            BirthDate::Partial { year, month, day } => {
                (year.unwrap_or(0), month.unwrap_or(1), day.unwrap_or(1))
            }
            BirthDate::Unknown | BirthDate::Impossible => return self,
        };
        let (year, month, day) = (i32::from(earliest.0), earliest.1, earliest.2);
        let issued = OffsetDateTime::from_unix_timestamp(issued.0.saturating_add(JAPAN_OFFSET));
        let issued = issued.map(|time| (time.year(), u8::from(time.month()), time.day()));
        if issued.is_ok_and(|issued| (year, month, day) > issued) {
            self.date = BirthDate::Impossible;
        }
        self
    }

    /// The nine digits, verbatim.
    pub fn as_registered(&self) -> &str {
        &self.digits
    }

    /// The era digit.
    pub fn era(&self) -> Era {
        self.era
    }

    /// The date.
    pub fn date(&self) -> BirthDate {
        self.date
    }

    /// The date if it is complete and exists.
    pub fn known(&self) -> Option<CalendarDate> {
        match self.date {
            BirthDate::Known(date) => Some(date),
            _ => None,
        }
    }

    /// Whether the date cannot lie in the era, or the era digit has no meaning. The digit is redundant and registers
    /// differ about the days an era changed, so this is a reason to look, not to reject.
    pub fn is_era_mismatch(&self) -> bool {
        let (earliest, latest) = match self.date {
            BirthDate::Known(CalendarDate { year, month, day }) => ((year, month, day), (year, month, day)),
            BirthDate::Partial { year, month, day } => (
                (year.unwrap_or(0), month.unwrap_or(1), day.unwrap_or(1)),
                (year.unwrap_or(u16::MAX), month.unwrap_or(12), day.unwrap_or(31)),
            ),
            BirthDate::Unknown | BirthDate::Impossible => return matches!(self.era, Era::Other(_)),
        };
        let (first, last) = match self.era {
            Era::Unknown => return false,
            Era::Meiji => ((0, 1, 1), (1912, 7, 29)),
            Era::Taisho => ((1912, 7, 30), (1926, 12, 24)),
            Era::Showa => ((1926, 12, 25), (1989, 1, 7)),
            Era::Heisei => ((1989, 1, 8), (2019, 4, 30)),
            Era::Reiwa => ((2019, 5, 1), (u16::MAX, 12, 31)),
            Era::Other(_) => return true,
        };
        latest < first || earliest > last
    }
}

impl BirthDate {
    /// Zero stands for an unknown part.
    fn new(year: u16, month: u16, day: u16) -> Self {
        let known = |part| if part == 0 { None } else { Some(part) };
        // Two digits each.
        let small = |part| known(part).map(|part| u8::try_from(part).unwrap_or(u8::MAX));
        let (year, month, day) = (known(year), small(month), small(day));
        // An unknown part must not make a day impossible: a leap year, a long month.
        let possible = year.is_none_or(|year| year >= FIRST_YEAR)
            && Month::try_from(month.unwrap_or(1)).is_ok_and(|month| {
                Date::from_calendar_date(i32::from(year.unwrap_or(2000)), month, day.unwrap_or(1)).is_ok()
            });
        match (year, month, day) {
            (None, None, None) => Self::Unknown,
            _ if !possible => Self::Impossible,
            (Some(year), Some(month), Some(day)) => Self::Known(CalendarDate { year, month, day }),
            _ => Self::Partial { year, month, day },
        }
    }
}

impl CalendarDate {
    /// Gregorian year.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// 1 to 31.
    pub const fn day(self) -> u8 {
        self.day
    }
}

impl Era {
    fn from_digit(digit: u16) -> Self {
        match digit {
            0 => Self::Unknown,
            1 => Self::Meiji,
            2 => Self::Taisho,
            3 => Self::Showa,
            4 => Self::Heisei,
            5 => Self::Reiwa,
            other => Self::Other(u8::try_from(other).unwrap_or(u8::MAX)),
        }
    }
}

impl fmt::Display for CalendarDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl fmt::Debug for CalendarDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CalendarDate([redacted])")
    }
}

impl fmt::Debug for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Known(_) => "Known([redacted])",
            Self::Partial { .. } => "Partial([redacted])",
            Self::Unknown => "Unknown",
            Self::Impossible => "Impossible",
        })
    }
}

impl fmt::Debug for Era {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Era([redacted])")
    }
}

impl fmt::Debug for DateOfBirth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DateOfBirth({:?})", self.date)
    }
}

/// The date of birth is not nine ASCII digits. The value is not part of the error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the date of birth is not nine digits")]
#[non_exhaustive]
pub struct DateOfBirthError;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(digits: &str) -> DateOfBirth {
        DateOfBirth::from_digits(digits).unwrap()
    }

    #[test]
    fn complete_dates() {
        let date = read("319800217");
        assert_eq!(date.known().unwrap().to_string(), "1980-02-17");
        assert_eq!((date.era(), date.is_era_mismatch()), (Era::Showa, false));
        assert_eq!(date.as_registered(), "319800217");
        assert_eq!(read("118991201").known().unwrap().to_string(), "1899-12-01");
        assert_eq!(read("420000229").known().unwrap().to_string(), "2000-02-29");
    }

    #[test]
    fn missing_parts_are_never_filled_in() {
        let cases = [
            ("319800200", Some(1980), Some(2), None),
            ("319800017", Some(1980), None, Some(17)),
            ("319800000", Some(1980), None, None),
            ("000000229", None, Some(2), Some(29)),
            ("000000031", None, None, Some(31)),
        ];
        for (digits, year, month, day) in cases {
            assert!(read(digits).date() == BirthDate::Partial { year, month, day }, "{digits}");
            assert_eq!(read(digits).known(), None);
        }
        for digits in ["000000000", "400000000"] {
            assert_eq!(read(digits).date(), BirthDate::Unknown);
            assert!(!read(digits).is_era_mismatch());
        }
    }

    #[test]
    fn dates_that_do_not_exist() {
        for digits in [
            "319800230",
            "419990229",
            "319801301",
            "319800432",
            "318671231",
            "319801300",
            "000000230",
            "000000032",
        ] {
            assert_eq!(read(digits).date(), BirthDate::Impossible, "{digits}");
            assert_eq!(read(digits).known(), None);
        }
    }

    #[test]
    fn an_era_ends_where_the_next_begins() {
        let eras =
            [("1", "19120729", "2"), ("2", "19261224", "3"), ("3", "19890107", "4"), ("4", "20190430", "5")];
        let first_days = ["19120730", "19261225", "19890108", "20190501"];
        for ((era, last_day, next), first_day) in eras.into_iter().zip(first_days) {
            for (digit, date, mismatch) in [
                (era, last_day, false),
                (era, first_day, true),
                (next, last_day, true),
                (next, first_day, false),
            ] {
                assert_eq!(read(&format!("{digit}{date}")).is_era_mismatch(), mismatch, "{digit}{date}");
            }
        }
        // Part of a date can still tell.
        assert!(!read("319890000").is_era_mismatch());
        assert!(!read("419890000").is_era_mismatch());
        assert!(read("319900000").is_era_mismatch());
        assert!(read("419890100").date() != BirthDate::Impossible && !read("419890100").is_era_mismatch());
        assert!(!read("019800217").is_era_mismatch());
        assert!(read("919800217").is_era_mismatch());
    }

    #[test]
    fn other_than_nine_digits_is_an_error() {
        for digits in
            ["", "31980021", "3198002170", "31980021a", "３19800217", "-19800217", "3 9800217", "３１９"]
        {
            assert_eq!(DateOfBirth::from_digits(digits), Err(DateOfBirthError), "{digits}");
        }
    }

    #[test]
    fn debug_shows_no_digit() {
        for digits in ["319800217", "319800200", "319800230", "000000000"] {
            let date = read(digits);
            let shown = format!("{date:?} {:?} {:?}", date.era(), date.known());
            assert!(!shown.contains(|c: char| c.is_ascii_digit()), "{shown}");
        }
    }

    proptest! {
        #[test]
        fn any_digits_are_read(digits in "[0-9]{9}") {
            let date = read(&digits);
            if let Some(known) = date.known() {
                let compact = known.to_string().replace('-', "");
                prop_assert_eq!(&compact, &digits[1..]);
            }
            let _ = date.is_era_mismatch();
        }

        #[test]
        fn any_text_is_read_or_refused(text: String) {
            prop_assert!(DateOfBirth::from_digits(&text).is_err() || text.len() == 9);
        }
    }
}
