//! Tag, length, value: reading slices out of received bytes and writing DER, without any schema.

use std::ops::Range;

use const_oid::{ObjectIdentifier, db::rfc5912};

use crate::AttributeKind;
use crate::strict::{DerRule, DerViolation};

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OID: u8 = 0x06;
pub(crate) const UTF8_STRING: u8 = 0x0C;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// The encoding of NULL.
pub(crate) const NULL: &[u8] = &[0x05, 0x00];

/// `[number]`, constructed: EXPLICIT of anything, or IMPLICIT of a SEQUENCE or SET.
pub(crate) const fn constructed(number: u8) -> u8 {
    0xA0 | number
}

/// `[number]`, primitive: IMPLICIT of a primitive type.
pub(crate) const fn primitive(number: u8) -> u8 {
    0x80 | number
}

/// Total length in bytes, tag and length octets included, of the SEQUENCE that starts at `head[0]`.
///
/// `None` when `head` does not start with the tag of a SEQUENCE (`30`), has an indefinite length or is too short
/// to hold the whole length. Only the first 6 bytes are looked at; the SEQUENCE itself need not be there. This is
/// how long a certificate on a card is: the file around it is longer (docs/card-facts.md §4.1).
pub fn der_total_len(head: &[u8]) -> Option<usize> {
    let (tag, rest) = head.split_first()?;
    let length = Length::read(rest).ok()?;
    (*tag == SEQUENCE).then_some(length.value.checked_add(length.octets)?.checked_add(1)?)
}

/// Length octets (X.690 §8.1.3).
struct Length {
    octets: usize,
    value: usize,
    minimal: bool,
}

impl Length {
    #[inline]
    fn read(input: &[u8]) -> Result<Self, DerRule> {
        let (&first, rest) = input.split_first().ok_or(DerRule::Truncated)?;
        let count = match first {
            0x00..=0x7F => return Ok(Self { octets: 1, value: first.into(), minimal: true }),
            0x80 => return Err(DerRule::IndefiniteLength),
            _ => usize::from(first & 0x7F),
        };
        if count > 4 {
            return Err(DerRule::Truncated);
        }
        let octets = rest.get(..count).ok_or(DerRule::Truncated)?;
        let value = octets.iter().fold(0u64, |value, octet| value << 8 | u64::from(*octet));
        let minimal = value > 0x7F && octets.first() != Some(&0);
        let value = usize::try_from(value).map_err(|_| DerRule::Truncated)?;
        Ok(Self { octets: 1 + count, value, minimal })
    }
}

/// One element as it stands in the input; positions are those of the outermost input.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tlv<'a> {
    pub(crate) tag: u8,
    /// Tag, length and content.
    pub(crate) der: &'a [u8],
    pub(crate) content: &'a [u8],
    /// Position of the tag.
    pub(crate) offset: usize,
}

impl<'a> Tlv<'a> {
    pub(crate) fn content_offset(&self) -> usize {
        self.offset + self.der.len() - self.content.len()
    }

    pub(crate) fn range(&self) -> Range<usize> {
        self.offset..self.offset + self.der.len()
    }

    pub(crate) fn content_range(&self) -> Range<usize> {
        self.content_offset()..self.offset + self.der.len()
    }

    pub(crate) fn children(&self) -> Reader<'a> {
        Reader { input: self.content, offset: self.content_offset() }
    }
}

/// Reads elements one after another. Lengths must be definite and minimal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    input: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(input: &'a [u8]) -> Self {
        Self::at(input, 0)
    }

    /// `input` stands at `offset` of the outermost input.
    pub(crate) fn at(input: &'a [u8], offset: usize) -> Self {
        Self { input, offset }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.input.is_empty()
    }

    pub(crate) fn violation(&self, rule: DerRule) -> DerViolation {
        DerViolation { offset: self.offset, rule }
    }

    /// The next element, whatever its tag.
    #[inline]
    pub(crate) fn next(&mut self) -> Result<Tlv<'a>, DerViolation> {
        let tlv = self.peek().map_err(|rule| self.violation(rule))?;
        self.input = self.input.get(tlv.der.len()..).unwrap_or_default();
        self.offset += tlv.der.len();
        Ok(tlv)
    }

    /// The next element, which must have this tag.
    #[inline]
    pub(crate) fn expect(&mut self, tag: u8) -> Result<Tlv<'a>, DerViolation> {
        match self.optional(tag)? {
            Some(tlv) => Ok(tlv),
            None if self.is_empty() => Err(self.violation(DerRule::Truncated)),
            None => Err(self.violation(DerRule::UnexpectedTag)),
        }
    }

    /// The next element if it has this tag.
    #[inline]
    pub(crate) fn optional(&mut self, tag: u8) -> Result<Option<Tlv<'a>>, DerViolation> {
        if self.input.first() == Some(&tag) { self.next().map(Some) } else { Ok(None) }
    }

    /// Nothing may follow.
    #[inline]
    pub(crate) fn finish(&self) -> Result<(), DerViolation> {
        if self.input.is_empty() { Ok(()) } else { Err(self.violation(DerRule::TrailingBytes)) }
    }

    /// The one element that is the whole input.
    #[inline]
    pub(crate) fn only(input: &'a [u8], tag: u8) -> Result<Tlv<'a>, DerViolation> {
        let mut reader = Self::new(input);
        let tlv = reader.expect(tag)?;
        reader.finish()?;
        Ok(tlv)
    }

    #[inline]
    fn peek(&self) -> Result<Tlv<'a>, DerRule> {
        let (&tag, rest) = self.input.split_first().ok_or(DerRule::Truncated)?;
        if tag & 0x1F == 0x1F {
            return Err(DerRule::UnexpectedTag);
        }
        let length = Length::read(rest)?;
        if !length.minimal {
            return Err(DerRule::NonMinimalLength);
        }
        let start = 1 + length.octets;
        let end = start.checked_add(length.value).ok_or(DerRule::Truncated)?;
        match (self.input.get(..end), self.input.get(start..end)) {
            (Some(der), Some(content)) => Ok(Tlv { tag, der, content, offset: self.offset }),
            _ => Err(DerRule::Truncated),
        }
    }
}

/// DER of an element whose content is `parts` one after another.
pub(crate) fn encode(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let len = parts.iter().map(|part| part.len()).sum::<usize>();
    let mut der = Vec::with_capacity(len + 6);
    der.push(tag);
    let octets = len.to_be_bytes();
    let significant = octets.iter().skip_while(|octet| **octet == 0);
    if len > 0x7F {
        // At most 8 octets, so the count always fits.
        der.push(0x80 | significant.clone().fold(0, |count, _| count + 1));
        der.extend(significant);
    } else {
        der.extend(octets.last());
    }
    for part in parts {
        der.extend_from_slice(part);
    }
    der
}

/// An OBJECT IDENTIFIER by its content octets. The usual ones need not be taken apart.
pub(crate) fn read_oid(content: &[u8]) -> const_oid::Result<ObjectIdentifier> {
    static USUAL: [ObjectIdentifier; 8] = {
        let [a, b, c, d, e, f] = AttributeKind::ALL;
        let (signature, key) = (rfc5912::SHA_256_WITH_RSA_ENCRYPTION, rfc5912::RSA_ENCRYPTION);
        [signature, key, a.oid(), b.oid(), c.oid(), d.oid(), e.oid(), f.oid()]
    };
    let is_it = |usual: &&ObjectIdentifier| {
        let usual = usual.as_bytes();
        // Nearly all that differ do so in the last octet.
        usual.last() == content.last() && usual == content
    };
    USUAL.iter().find(is_it).map_or_else(|| ObjectIdentifier::from_bytes(content), |usual| Ok(*usual))
}

/// DER of an OBJECT IDENTIFIER.
pub(crate) fn oid(oid: &ObjectIdentifier) -> Vec<u8> {
    encode(OID, &[oid.as_bytes()])
}

/// DER of an `AlgorithmIdentifier`; `parameters` is DER, or empty where they are absent.
pub(crate) fn algorithm(id: &ObjectIdentifier, parameters: &[u8]) -> Vec<u8> {
    encode(SEQUENCE, &[&oid(id), parameters])
}

/// Lower case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|octet| [octet >> 4, octet & 0xF])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn total_length_of_each_length_form() {
        assert_eq!(der_total_len(&[0x30, 0x00]), Some(2));
        assert_eq!(der_total_len(&[0x30, 0x7F]), Some(129));
        assert_eq!(der_total_len(&[0x30, 0x81, 0x80]), Some(131));
        assert_eq!(der_total_len(&[0x30, 0x82, 0x06, 0x36, 0xFF]), Some(1594));
        assert_eq!(der_total_len(&[0x30, 0x84, 0x00, 0x01, 0x00, 0x00]), Some(65_542));
    }

    #[test]
    fn no_total_length() {
        let heads: [&[u8]; 9] = [
            &[],
            &[0x30],
            &[0x30, 0x80, 0x00, 0x00],
            &[0x30, 0x81],
            &[0x30, 0x82, 0x06],
            &[0x30, 0x85, 0, 0, 0, 0, 1],
            &[0x30, 0xFF],
            &[0x31, 0x00],
            &[0xFF, 0xFF, 0xFF, 0xFF],
        ];
        for head in heads {
            assert_eq!(der_total_len(head), None, "{head:02X?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_encoded_reads_back(len in prop_oneof![0usize..300, 65_000usize..66_000]) {
            let content = vec![0xA5; len];
            let der = encode(SEQUENCE, &[&content]);
            prop_assert_eq!(der_total_len(&der), Some(der.len()));
            prop_assert_eq!(Reader::only(&der, SEQUENCE).unwrap().content, &content[..]);
        }

        #[test]
        fn arbitrary_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let _ = der_total_len(&bytes);
            let mut reader = Reader::new(&bytes);
            let mut total = 0;
            while let Ok(tlv) = reader.next() {
                prop_assert_eq!(tlv.offset, total);
                prop_assert_eq!(&bytes[tlv.range()], tlv.der);
                prop_assert_eq!(&bytes[tlv.content_range()], tlv.content);
                total += tlv.der.len();
            }
        }
    }
}
