//! Instants. The crate has no clock: every time is a parameter.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX).
///
/// Certificates are compared as instants in UTC, never as days: a JPKI certificate ends at 14:59:59Z, the last
/// second of a day in Japan (docs/certificate-facts.md §4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixTime(pub i64);

impl fmt::Display for UnixTime {
    /// RFC 3339 in UTC; outside the years 0 to 9999 the number of seconds with a leading `@`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match OffsetDateTime::from_unix_timestamp(self.0).ok().and_then(|t| t.format(&Rfc3339).ok()) {
            Some(text) => f.write_str(&text),
            None => write!(f, "@{}", self.0),
        }
    }
}

impl FromStr for UnixTime {
    type Err = UnixTimeError;

    /// Reads RFC 3339 with any offset. A fraction of a second is cut off towards the past.
    fn from_str(text: &str) -> Result<Self, UnixTimeError> {
        OffsetDateTime::parse(text, &Rfc3339).map(|t| Self(t.unix_timestamp())).map_err(|_| UnixTimeError)
    }
}

/// The text is not a date and time of RFC 3339, such as `2026-04-01T09:00:00+09:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a date and time of RFC 3339")]
#[non_exhaustive]
pub struct UnixTimeError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_3339_with_an_offset_is_an_instant_in_utc() {
        let midnight: UnixTime = "2030-02-17T23:59:59+09:00".parse().unwrap();
        assert_eq!(midnight.to_string(), "2030-02-17T14:59:59Z");
        assert_eq!("1969-12-31T23:59:59.9Z".parse(), Ok(UnixTime(-1)));
        assert_eq!("2030-02-17".parse::<UnixTime>(), Err(UnixTimeError));
    }

    #[test]
    fn every_value_can_be_displayed() {
        assert_eq!(UnixTime(0).to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(UnixTime(i64::MAX).to_string(), "@9223372036854775807");
        assert_eq!(UnixTime(i64::MIN).to_string(), "@-9223372036854775808");
    }
}
