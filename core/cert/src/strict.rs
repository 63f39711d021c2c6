//! Whether a certificate is DER in every part.
//!
//! A decoder that puts an encoding right lets two different byte strings pass as one certificate. So the rules of
//! X.690 §10 and §11 are checked on the received bytes themselves, down into the extension values.

use const_oid::db::rfc5280::{ID_CE_AUTHORITY_KEY_IDENTIFIER, ID_CE_BASIC_CONSTRAINTS, ID_CE_KEY_USAGE};
use const_oid::db::rfc5912::RSA_ENCRYPTION;
use thiserror::Error;

use crate::times::{self, GENERALIZED_TIME, UTC_TIME};
use crate::tlv::{self, BIT_STRING, BOOLEAN, INTEGER, OCTET_STRING, OID, Reader, SEQUENCE, SET, Tlv};

/// Elements nest at most this deep; a certificate needs fewer than 12 levels.
const MAX_DEPTH: usize = 32;

/// The place and the rule where an encoding is not DER.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{rule} at byte {offset}")]
#[non_exhaustive]
pub struct DerViolation {
    /// Position of the element in the certificate, in bytes from its start.
    pub offset: usize,
    /// The rule broken.
    pub rule: DerRule,
}

/// A rule of DER, or of the form RFC 5280 gives to a certificate's encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DerRule {
    /// The input ends inside an element or before one that must be there.
    #[error("cut off")]
    Truncated,
    /// Bytes follow the last element.
    #[error("trailing bytes")]
    TrailingBytes,
    /// A tag that cannot stand here, or one of more than one octet.
    #[error("unexpected tag")]
    UnexpectedTag,
    /// Length given as "until end-of-contents" (X.690 §10.1).
    #[error("indefinite length")]
    IndefiniteLength,
    /// Length octets longer than needed (X.690 §10.1).
    #[error("non-minimal length")]
    NonMinimalLength,
    /// A primitive type in constructed form, or the other way round (X.690 §10.2).
    #[error("wrong primitive or constructed form")]
    Form,
    /// Deeper than any certificate nests.
    #[error("nested too deep")]
    Depth,
    /// BOOLEAN is neither 00 nor FF (X.690 §11.1).
    #[error("BOOLEAN is neither 00 nor FF")]
    Boolean,
    /// INTEGER or ENUMERATED is empty or longer than needed (X.690 §8.3.2).
    #[error("non-minimal integer")]
    NonMinimalInteger,
    /// Unused bits of a BIT STRING are not zero or their number is wrong, or a named bit list ends in zero bits
    /// (X.690 §11.2).
    #[error("bad BIT STRING")]
    BitString,
    /// NULL with content.
    #[error("NULL with content")]
    Null,
    /// OBJECT IDENTIFIER is empty, cut off or has padded arcs (X.690 §8.19.2).
    #[error("bad OBJECT IDENTIFIER")]
    ObjectIdentifier,
    /// The elements of a SET are not in ascending order (X.690 §11.6).
    #[error("SET out of order")]
    SetOrder,
    /// A value equal to its default is written out (X.690 §11.5): `critical`, `cA` FALSE, or version 1.
    #[error("default value written out")]
    ExplicitDefault,
    /// UTCTime is not `YYMMDDHHMMSSZ`, GeneralizedTime is not `YYYYMMDDHHMMSSZ`, the date does not exist, or
    /// GeneralizedTime is used for a validity date before 2050 (RFC 5280 §4.1.2.5).
    #[error("bad time")]
    Time,
}

type Check = Result<(), DerViolation>;

/// Checks a whole certificate.
pub(crate) fn check_certificate(der: &[u8]) -> Check {
    let mut whole = Reader::new(der);
    let certificate = whole.expect(SEQUENCE)?;
    whole.finish()?;
    check(&certificate, 0)?;

    let mut fields = certificate.children().expect(SEQUENCE)?.children();
    if let Some(version) = fields.optional(tlv::constructed(0))? {
        let number = version.children().expect(INTEGER)?;
        ensure(number.content != [0], &number, DerRule::ExplicitDefault)?;
    }
    let _serial = fields.expect(INTEGER)?;
    let _algorithm = fields.expect(SEQUENCE)?;
    let _issuer = fields.expect(SEQUENCE)?;
    check_validity(fields.expect(SEQUENCE)?.children())?;
    let _subject = fields.expect(SEQUENCE)?;
    check_public_key(fields.expect(SEQUENCE)?.children())?;
    // The decoder passes over a field it does not know, which would then be signed and not read.
    let _issuer_unique_id = fields.optional(tlv::primitive(1))?;
    let _subject_unique_id = fields.optional(tlv::primitive(2))?;
    if let Some(field) = fields.optional(tlv::constructed(3))? {
        let mut extensions = field.children().expect(SEQUENCE)?.children();
        while !extensions.is_empty() {
            check_extension(extensions.expect(SEQUENCE)?.children())?;
        }
    }
    if fields.is_empty() { Ok(()) } else { Err(fields.violation(DerRule::UnexpectedTag)) }
}

fn check_validity(mut times: Reader<'_>) -> Check {
    while !times.is_empty() {
        let time = times.next()?;
        let needless = time.tag == GENERALIZED_TIME && time.content < b"2050".as_slice();
        ensure(!needless, &time, DerRule::Time)?;
    }
    Ok(())
}

fn check_public_key(mut fields: Reader<'_>) -> Check {
    let algorithm = fields.expect(SEQUENCE)?.children().expect(OID)?;
    let key = fields.expect(BIT_STRING)?;
    if algorithm.content == RSA_ENCRYPTION.as_bytes() {
        let bits = key.content.get(1..).unwrap_or_default();
        check_inside(bits, key.content_offset() + 1)?;
    }
    Ok(())
}

fn check_extension(mut fields: Reader<'_>) -> Check {
    let id = fields.expect(OID)?;
    if let Some(critical) = fields.optional(BOOLEAN)? {
        ensure(critical.content != [0], &critical, DerRule::ExplicitDefault)?;
    }
    let value = fields.expect(OCTET_STRING)?;
    fields.finish()?;
    check_inside(value.content, value.content_offset())?;

    let mut content = value.children();
    let element = content.next()?;
    if id.content == ID_CE_KEY_USAGE.as_bytes() {
        check_named_bits(&element)
    } else if id.content == ID_CE_BASIC_CONSTRAINTS.as_bytes() {
        match element.children().optional(BOOLEAN)? {
            Some(ca) => ensure(ca.content != [0], &ca, DerRule::ExplicitDefault),
            None => Ok(()),
        }
    } else if id.content == ID_CE_AUTHORITY_KEY_IDENTIFIER.as_bytes() {
        check_implicit_serial(element.children())
    } else {
        Ok(())
    }
}

/// X.690 §11.2.2: trailing zero bits of a named bit list are left out.
fn check_named_bits(element: &Tlv<'_>) -> Check {
    let trimmed = match element.content {
        [unused, .., last] => last.trailing_zeros() == u32::from(*unused),
        _ => true,
    };
    ensure(trimmed, element, DerRule::BitString)
}

/// `authorityCertSerialNumber` is an INTEGER under a tag of its own.
fn check_implicit_serial(mut fields: Reader<'_>) -> Check {
    while !fields.is_empty() {
        let field = fields.next()?;
        if field.tag == tlv::primitive(2) {
            ensure(is_minimal_integer(field.content), &field, DerRule::NonMinimalInteger)?;
        }
    }
    Ok(())
}

/// Checks the one element that an OCTET STRING or BIT STRING encloses.
fn check_inside(der: &[u8], offset: usize) -> Check {
    let mut inside = Reader::at(der, offset);
    check(&inside.next()?, 0)?;
    inside.finish()
}

fn check(element: &Tlv<'_>, depth: usize) -> Check {
    ensure(depth < MAX_DEPTH, element, DerRule::Depth)?;
    let content = element.content;
    let (good, rule) = match element.tag {
        SEQUENCE | 0xA0..=0xBE => return check_children(element, depth, false),
        SET => return check_children(element, depth, true),
        // Implicitly tagged: the type is not known here.
        0x80..=0x9E => return Ok(()),
        BOOLEAN => (matches!(content, [0x00 | 0xFF]), DerRule::Boolean),
        INTEGER | 0x0A => (is_minimal_integer(content), DerRule::NonMinimalInteger),
        BIT_STRING => (is_bit_string(content), DerRule::BitString),
        0x05 => (content.is_empty(), DerRule::Null),
        OID => (is_object_identifier(content), DerRule::ObjectIdentifier),
        UTC_TIME => (times::utc_time(content).is_some(), DerRule::Time),
        GENERALIZED_TIME => (times::generalized_time(content).is_some(), DerRule::Time),
        // OCTET STRING and the character strings; their contents belong to whoever reads them.
        OCTET_STRING | 0x0C | 0x12..=0x16 | 0x19..=0x1C | 0x1E => (true, DerRule::Form),
        // The same in constructed form, and the structured types in primitive form.
        0x10 | 0x11 | 0x21..=0x2F | 0x32..=0x3E => (false, DerRule::Form),
        _ => (false, DerRule::UnexpectedTag),
    };
    ensure(good, element, rule)
}

fn check_children(element: &Tlv<'_>, depth: usize, sorted: bool) -> Check {
    let mut children = element.children();
    let mut previous: &[u8] = &[];
    while !children.is_empty() {
        let child = children.next()?;
        check(&child, depth + 1)?;
        if sorted {
            // Nearly every SET has one element, and comparing it with none is slow where that is done with masks.
            let in_order = previous.is_empty() || previous <= child.der;
            ensure(in_order, &child, DerRule::SetOrder)?;
            previous = child.der;
        }
    }
    Ok(())
}

fn is_minimal_integer(content: &[u8]) -> bool {
    match content {
        [] => false,
        [0x00, second, ..] => *second >= 0x80,
        [0xFF, second, ..] => *second < 0x80,
        _ => true,
    }
}

fn is_bit_string(content: &[u8]) -> bool {
    match content {
        [0] => true,
        [unused @ 0..=7, .., last] => last.trailing_zeros() >= u32::from(*unused),
        _ => false,
    }
}

fn is_object_identifier(content: &[u8]) -> bool {
    let mut starts_arc = true;
    for &octet in content {
        if starts_arc && octet == 0x80 {
            return false;
        }
        starts_arc = octet < 0x80;
    }
    starts_arc && !content.is_empty()
}

#[inline]
fn ensure(good: bool, element: &Tlv<'_>, rule: DerRule) -> Check {
    if good { Ok(()) } else { Err(DerViolation { offset: element.offset, rule }) }
}
