//! Integers of up to 20 octets: serial numbers and CRL numbers (RFC 5280 §4.1.2.2 and §5.2.3).

use std::fmt;
use std::str::FromStr;

use kazasu_cert::DerRule;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::problem::CrlEncodingRule;

/// The longest integer, in octets without leading zeros.
pub(super) const MAX_SERIAL_LEN: usize = 20;

const LEN: usize = MAX_SERIAL_LEN;

/// Big-endian, leading zeros filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Unsigned(pub(super) [u8; LEN]);

impl Unsigned {
    /// Of the content octets of an INTEGER, however many leading zeros it has.
    pub(super) fn from_content(content: &[u8]) -> Result<Self, CrlEncodingRule> {
        significant(content).and_then(Self::from_significant)
    }

    pub(super) fn from_significant(octets: &[u8]) -> Result<Self, CrlEncodingRule> {
        let mut padded = [0; LEN];
        let start = LEN.checked_sub(octets.len()).ok_or(CrlEncodingRule::Serial)?;
        padded.get_mut(start..).unwrap_or_default().copy_from_slice(octets);
        Ok(Self(padded))
    }
}

/// The octets of a non-negative INTEGER without leading zeros; none for zero.
///
/// A serial number is the integer, not its octets: an entry padded with needless zeros is not DER, and still means
/// the certificate it means. No certificate has a negative number, so an entry with one was meant for another: the
/// list cannot be relied on.
#[inline]
pub(super) fn significant(content: &[u8]) -> Result<&[u8], CrlEncodingRule> {
    match content {
        [1..=0x7F, ..] => Ok(content),
        [] => Err(DerRule::NonMinimalInteger.into()),
        [0x80..=0xFF, ..] => Err(CrlEncodingRule::Serial),
        [0, ..] => {
            let zeros = content.iter().take_while(|octet| **octet == 0).count();
            Ok(content.get(zeros..).unwrap_or_default())
        }
    }
}

/// `cRLNumber` (RFC 5280 §5.2.3): a non-negative integer of at most 20 octets. Read, written and serialized in
/// decimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct CrlNumber(Unsigned);

impl CrlNumber {
    /// Of the content octets of an INTEGER, which must be minimal.
    pub(super) fn from_content(content: &[u8]) -> Result<Self, CrlEncodingRule> {
        match content {
            [0, 0..=0x7F, ..] => Err(DerRule::NonMinimalInteger.into()),
            _ => Unsigned::from_content(content).map(Self).map_err(|_| CrlEncodingRule::CrlNumber),
        }
    }
}

impl From<u64> for CrlNumber {
    fn from(number: u64) -> Self {
        let mut octets = [0; LEN];
        octets.iter_mut().rev().zip(number.to_le_bytes()).for_each(|(to, from)| *to = from);
        Self(Unsigned(octets))
    }
}

impl fmt::Display for CrlNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0.0;
        let mut digits = Vec::new();
        while rest.iter().any(|octet| *octet != 0) || digits.is_empty() {
            let remainder = rest.iter_mut().fold(0u16, |carry, octet| {
                let value = carry << 8 | u16::from(*octet);
                *octet = u8::try_from(value / 10).unwrap_or(u8::MAX);
                value % 10
            });
            digits.extend(char::from_digit(remainder.into(), 10));
        }
        f.pad_integral(true, "", &digits.into_iter().rev().collect::<String>())
    }
}

impl fmt::Debug for CrlNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CrlNumber({self})")
    }
}

impl FromStr for CrlNumber {
    type Err = CrlNumberError;

    fn from_str(text: &str) -> Result<Self, CrlNumberError> {
        let mut octets = [0u8; LEN];
        if text.is_empty() {
            return Err(CrlNumberError);
        }
        for digit in text.chars() {
            let digit =
                digit.to_digit(10).and_then(|digit| u16::try_from(digit).ok()).ok_or(CrlNumberError)?;
            let overflow = octets.iter_mut().rev().fold(digit, |carry, octet| {
                let [high, low] = (u16::from(*octet) * 10 + carry).to_be_bytes();
                *octet = low;
                high.into()
            });
            if overflow != 0 {
                return Err(CrlNumberError);
            }
        }
        Ok(Self(Unsigned(octets)))
    }
}

impl From<CrlNumber> for String {
    fn from(number: CrlNumber) -> Self {
        number.to_string()
    }
}

impl TryFrom<String> for CrlNumber {
    type Error = CrlNumberError;

    fn try_from(text: String) -> Result<Self, CrlNumberError> {
        text.parse()
    }
}

/// The text is not a decimal number that fits into 20 octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a decimal number of at most 20 octets")]
#[non_exhaustive]
pub struct CrlNumberError;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_largest_number() {
        let largest = CrlNumber(Unsigned([0xFF; LEN]));
        assert_eq!(largest.to_string(), "1461501637330902918203684832716283019655932542975");
        assert_eq!(largest.to_string().parse(), Ok(largest));
        assert_eq!(
            "1461501637330902918203684832716283019655932542976".parse::<CrlNumber>(),
            Err(CrlNumberError)
        );
        assert!(["", "-1", "1 ", "0x1"].iter().all(|text| text.parse::<CrlNumber>().is_err()));
    }

    #[test]
    fn integers_by_value() {
        let seven = Unsigned::from_content(&[7]).unwrap();
        assert_eq!(Unsigned::from_content(&[0, 0, 7]), Ok(seven));
        assert!(Unsigned::from_content(&[0]).unwrap() < seven);
        assert_eq!(Unsigned::from_content(&[0x80]), Err(CrlEncodingRule::Serial));
        assert_eq!(Unsigned::from_content(&[]), Err(DerRule::NonMinimalInteger.into()));
        assert!(Unsigned::from_content(&[&[0][..], &[0xFF; 20]].concat()).is_ok());
        assert_eq!(Unsigned::from_content(&[1; 21]), Err(CrlEncodingRule::Serial));
        assert_eq!(CrlNumber::from_content(&[0, 7]), Err(DerRule::NonMinimalInteger.into()));
        assert_eq!(CrlNumber::from_content(&[0, 0x80]), Ok(128.into()));
        assert_eq!(CrlNumber::from_content(&[0xFF]), Err(CrlEncodingRule::CrlNumber));
    }

    proptest! {
        #[test]
        fn decimal_reads_back(number: u64, octets: [u8; LEN]) {
            prop_assert_eq!(CrlNumber::from(number).to_string(), number.to_string());
            let any = CrlNumber(Unsigned(octets));
            prop_assert_eq!(any.to_string().parse(), Ok(any));
        }
    }
}
