//! What a certificate says, read in one walk over its bytes.
//!
//! A certificate of the ordinary form needs no other decoder. Ordinary is less than RFC 5280 allows and more than JPKI
//! uses: one attribute in each RDN, strings of the common types, no parameters but NULL and curves. What is not is
//! put to the crate `x509-cert` as well, which knows all of X.509.

use std::ops::Range;

use const_oid::ObjectIdentifier;

use crate::certificate::Layout;
use crate::tlv::{
    self, BIT_STRING, BOOLEAN, INTEGER, NULL, OCTET_STRING, OID, Reader, SEQUENCE, SET, Tlv, UTF8_STRING,
};
use crate::{DerRule, DerViolation, UnixTime, times};

const PRINTABLE_STRING: u8 = 0x13;
const IA5_STRING: u8 = 0x16;

/// The longest OBJECT IDENTIFIER, in content octets, that every decoder takes.
const MAX_OID_LEN: usize = 39;

#[derive(Clone, Debug)]
pub(crate) struct Details {
    /// 1, 2 or 3.
    pub(crate) version: u8,
    pub(crate) not_before: UnixTime,
    pub(crate) not_after: UnixTime,
    pub(crate) algorithm: ObjectIdentifier,
    pub(crate) public_key_algorithm: ObjectIdentifier,
    /// The octets of `subjectPublicKey`.
    pub(crate) public_key: Range<usize>,
    /// The octets of `signatureValue`.
    pub(crate) signature: Range<usize>,
    pub(crate) extensions: Vec<ExtensionField>,
    /// Whether everything has the ordinary form.
    pub(crate) is_ordinary: bool,
}

/// An extension; the ranges are those of content octets.
#[derive(Clone, Debug)]
pub(crate) struct ExtensionField {
    pub(crate) id: Range<usize>,
    pub(crate) critical: bool,
    pub(crate) value: Range<usize>,
}

impl Details {
    pub(crate) fn find(der: &[u8], layout: &Layout) -> Result<Self, DerViolation> {
        let mut walk = Walk { is_ordinary: true };
        let mut certificate = Reader::only(der, SEQUENCE)?.children();
        let mut tbs = certificate.expect(SEQUENCE)?.children();

        let version = match tbs.optional(tlv::constructed(0))? {
            None => 1,
            Some(version) => match *walk.only_child(&version, INTEGER)?.content {
                [number @ 0..=2] => number + 1,
                _ => return Err(tbs.violation(DerRule::UnexpectedTag)),
            },
        };
        let _serial = tbs.expect(INTEGER)?;
        walk.algorithm(&tbs.expect(SEQUENCE)?)?;
        walk.name(&tbs.expect(SEQUENCE)?)?;
        let mut validity = tbs.expect(SEQUENCE)?.children();
        let (not_before, not_after) = (time(&mut validity)?, time(&mut validity)?);
        walk.is_ordinary &= validity.is_empty() && not_before.0 >= 0 && not_after.0 >= 0;
        walk.name(&tbs.expect(SEQUENCE)?)?;
        let mut public_key_info = tbs.expect(SEQUENCE)?.children();
        let public_key_algorithm = walk.algorithm(&public_key_info.expect(SEQUENCE)?)?;
        let public_key = walk.octets(&public_key_info.expect(BIT_STRING)?);
        walk.is_ordinary &= public_key_info.is_empty();
        let mut extensions = Vec::new();
        for tag in [tlv::primitive(1), tlv::primitive(2)] {
            walk.is_ordinary &= tbs.optional(tag)?.is_none();
        }
        if let Some(field) = tbs.optional(tlv::constructed(3))? {
            extensions.reserve(12);
            let mut list = walk.only_child(&field, SEQUENCE)?.children();
            while !list.is_empty() {
                extensions.push(walk.extension(&list.expect(SEQUENCE)?)?);
            }
        }
        walk.is_ordinary &= tbs.is_empty();

        let algorithm = walk.algorithm(&certificate.expect(SEQUENCE)?)?;
        let signature = walk.octets(&certificate.expect(BIT_STRING)?);
        walk.is_ordinary &= certificate.is_empty() && !layout.serial.is_empty();
        Ok(Self {
            version,
            not_before,
            not_after,
            algorithm,
            public_key_algorithm,
            public_key,
            signature,
            extensions,
            is_ordinary: walk.is_ordinary,
        })
    }
}

struct Walk {
    is_ordinary: bool,
}

impl Walk {
    /// `AlgorithmIdentifier`.
    fn algorithm(&mut self, sequence: &Tlv<'_>) -> Result<ObjectIdentifier, DerViolation> {
        let mut fields = sequence.children();
        let id = fields.expect(OID)?;
        if !fields.is_empty() {
            let parameters = fields.next()?;
            self.is_ordinary &=
                parameters.der == NULL || (parameters.tag == OID && is_ordinary_oid(&parameters));
        }
        self.is_ordinary &= fields.is_empty() && is_ordinary_oid(&id);
        let violation = DerViolation { offset: id.offset, rule: DerRule::ObjectIdentifier };
        tlv::read_oid(id.content).map_err(|_| violation)
    }

    /// `Name`.
    fn name(&mut self, name: &Tlv<'_>) -> Result<(), DerViolation> {
        let mut rdns = name.children();
        while !rdns.is_empty() {
            let mut attributes = rdns.expect(SET)?.children();
            let mut attribute = attributes.expect(SEQUENCE)?.children();
            let id = attribute.expect(OID)?;
            let value = attribute.next()?;
            self.is_ordinary &= attributes.is_empty()
                && attribute.is_empty()
                && is_ordinary_oid(&id)
                && [UTF8_STRING, PRINTABLE_STRING, IA5_STRING].contains(&value.tag);
        }
        Ok(())
    }

    fn extension(&mut self, sequence: &Tlv<'_>) -> Result<ExtensionField, DerViolation> {
        let mut fields = sequence.children();
        let id = fields.expect(OID)?;
        let critical = fields.optional(BOOLEAN)?.is_some_and(|critical| critical.content != [0]);
        let value = fields.expect(OCTET_STRING)?;
        self.is_ordinary &= fields.is_empty() && is_ordinary_oid(&id);
        Ok(ExtensionField { id: id.content_range(), critical, value: value.content_range() })
    }

    /// The octets of a BIT STRING.
    fn octets(&mut self, bits: &Tlv<'_>) -> Range<usize> {
        self.is_ordinary &= bits.content.first() == Some(&0);
        let content = bits.content_range();
        content.end.min(content.start + 1)..content.end
    }

    fn only_child<'a>(&mut self, parent: &Tlv<'a>, tag: u8) -> Result<Tlv<'a>, DerViolation> {
        let mut children = parent.children();
        let child = children.expect(tag)?;
        self.is_ordinary &= children.is_empty();
        Ok(child)
    }
}

fn time(fields: &mut Reader<'_>) -> Result<UnixTime, DerViolation> {
    let time = fields.next()?;
    times::read(time.tag, time.content).ok_or(DerViolation { offset: time.offset, rule: DerRule::Time })
}

/// Short, with small arcs, under one of the three roots.
fn is_ordinary_oid(id: &Tlv<'_>) -> bool {
    let mut arc_len = 0;
    let mut all_small = true;
    for octet in id.content {
        arc_len = if *octet < 0x80 { 0 } else { arc_len + 1 };
        all_small &= arc_len < 4;
    }
    all_small
        && arc_len == 0
        && (3..=MAX_OID_LEN).contains(&id.content.len())
        && id.content.first().is_some_and(|root| *root < 120)
}
