//! One entry of a list (RFC 5280 §5.1.2.6 and §5.3).

use std::cmp::Ordering;

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280::{ID_CE_CERTIFICATE_ISSUER, ID_CE_CRL_REASONS, ID_CE_INVALIDITY_DATE};
use kazasu_cert::{DerRule, UnixTime};
use serde::Serialize;

use super::element::{
    BOOLEAN, ENUMERATED, Elements, GENERALIZED_TIME, Header, INTEGER, OCTET_STRING, OID, SEQUENCE,
    generalized_time,
};
use super::number::{MAX_SERIAL_LEN, significant};
use super::problem::{CrlEncodingRule, CrlScopeProblem, Fault};
use crate::RevocationReason;
use crate::time::{optional_rfc3339, rfc3339};

/// An entry is shorter than this, in bytes; one of JPKI has 23 or 37 (docs/certificate-facts.md §5.3).
const MAX_ENTRY_LEN: usize = 4096;

/// What a list says about a revoked certificate. If it is listed twice, the least counts: the earlier one, and of two of
/// one second one with a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct RevokedEntry {
    /// When the CA processed the revocation.
    #[serde(serialize_with = "rfc3339")]
    pub revocation_date: UnixTime,
    /// reasonCode, if there is one. A hold is as final as the others (docs/certificate-facts.md §5.1).
    pub reason: Option<RevocationReason>,
    /// When the key is believed to have become unsafe, if the CA says so. For the record: it never makes a
    /// revocation begin earlier or later.
    #[serde(serialize_with = "optional_rfc3339")]
    pub invalidity_date: Option<UnixTime>,
}

impl RevokedEntry {
    pub(super) const fn new(
        revocation_date: UnixTime,
        reason: Option<RevocationReason>,
        invalidity_date: Option<UnixTime>,
    ) -> Self {
        Self { revocation_date, reason, invalidity_date }
    }
}

impl Ord for RevokedEntry {
    fn cmp(&self, other: &Self) -> Ordering {
        let order = |entry: &Self| {
            (entry.revocation_date, entry.reason.is_none(), entry.reason, entry.invalidity_date)
        };
        order(self).cmp(&order(other))
    }
}

impl PartialOrd for RevokedEntry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The reasons by their codes (RFC 5280 §5.3.1). 7 is not used, and 8 is removeFromCRL.
const REASONS: [Option<RevocationReason>; 11] = [
    Some(RevocationReason::Unspecified),
    Some(RevocationReason::KeyCompromise),
    Some(RevocationReason::CaCompromise),
    Some(RevocationReason::AffiliationChanged),
    Some(RevocationReason::Superseded),
    Some(RevocationReason::CessationOfOperation),
    Some(RevocationReason::CertificateHold),
    None,
    None,
    Some(RevocationReason::PrivilegeWithdrawn),
    Some(RevocationReason::AaCompromise),
];

/// The codes by the order of the variants. A table, because a list has the reasons by the million and in no order.
const CODES: [u8; 9] = [0, 1, 2, 3, 4, 5, 6, 9, 10];

#[inline]
pub(super) fn reason_from_code(code: u8) -> Option<RevocationReason> {
    REASONS.get(usize::from(code)).copied().flatten()
}

#[inline]
pub(super) fn reason_code(reason: RevocationReason) -> Option<u8> {
    CODES.get(reason as usize).copied()
}

/// An entry where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct ListedEntry<'a> {
    /// The octets of the serial number without leading zeros.
    pub(super) serial: &'a [u8],
    pub(super) entry: RevokedEntry,
}

impl<'a> ListedEntry<'a> {
    /// The entry that `window` begins with, and what follows it; `None` if `window` ends inside of it.
    #[inline]
    pub(super) fn read(window: &'a [u8]) -> Result<Option<(Self, &'a [u8])>, Fault> {
        let Some(header) = Header::read(window)? else { return Ok(None) };
        if header.tag != SEQUENCE {
            return Err(DerRule::UnexpectedTag.into());
        }
        if header.total() > MAX_ENTRY_LEN {
            return Err(CrlEncodingRule::TooLong.into());
        }
        let Some((whole, rest)) = window.split_at_checked(header.total()) else { return Ok(None) };
        let content = whole.get(header.len..).unwrap_or_default();
        let mut fields = Elements(content);
        let serial = significant(fields.expect(INTEGER)?)?;
        if serial.len() > MAX_SERIAL_LEN {
            return Err(CrlEncodingRule::Serial.into());
        }
        let mut entry = RevokedEntry::new(fields.time()?, None, None);
        if !fields.is_empty() {
            read_extensions(&mut entry, fields.0)?;
        }
        Ok(Some((Self { serial, entry }, rest)))
    }
}

/// `crlEntryExtensions` up to the code of a reasonCode that is the only extension: all there is in most entries.
const ONLY_A_REASON: &[u8] = &[0x30, 0x0C, 0x30, 0x0A, 0x06, 0x03, 0x55, 0x1D, 0x15, 0x04, 0x03, 0x0A, 0x01];

#[inline]
fn read_extensions(entry: &mut RevokedEntry, der: &[u8]) -> Result<(), Fault> {
    if let Some([code]) = der.strip_prefix(ONLY_A_REASON) {
        entry.reason = Some(reason(*code)?);
        return Ok(());
    }
    for extension in Extensions::new(Elements::only(der, SEQUENCE)?)? {
        let Extension { id, critical, value } = extension?;
        if id == ID_CE_CRL_REASONS.as_bytes() {
            let [code] = Elements::only(value, ENUMERATED)? else {
                return Err(CrlEncodingRule::Reason.into());
            };
            once(entry.reason.replace(reason(*code)?))?;
        } else if id == ID_CE_INVALIDITY_DATE.as_bytes() {
            let date = generalized_time(Elements::only(value, GENERALIZED_TIME)?).ok_or(DerRule::Time)?;
            once(entry.invalidity_date.replace(date))?;
        } else if id == ID_CE_CERTIFICATE_ISSUER.as_bytes() {
            return Err(Fault::Scope(CrlScopeProblem::Indirect));
        } else if critical {
            return Err(unknown(id)?);
        }
    }
    Ok(())
}

/// removeFromCRL takes an entry back, which is something only a delta CRL does.
fn reason(code: u8) -> Result<RevocationReason, Fault> {
    match reason_from_code(code) {
        Some(reason) => Ok(reason),
        None if code == 8 => Err(Fault::Scope(CrlScopeProblem::Delta)),
        None => Err(CrlEncodingRule::Reason.into()),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "takes what a replacement returned")]
pub(super) fn once<T>(previous: Option<T>) -> Result<(), CrlEncodingRule> {
    if previous.is_none() { Ok(()) } else { Err(CrlEncodingRule::DuplicateExtension) }
}

pub(super) fn unknown(id: &[u8]) -> Result<Fault, CrlEncodingRule> {
    let oid = ObjectIdentifier::from_bytes(id).map_err(|_| DerRule::ObjectIdentifier)?;
    Ok(Fault::Scope(CrlScopeProblem::UnknownCritical { oid }))
}

/// `Extension` (RFC 5280 §4.1).
#[derive(Clone, Copy, Debug)]
pub(super) struct Extension<'a> {
    /// Content octets of `extnID`.
    pub(super) id: &'a [u8],
    pub(super) critical: bool,
    /// Content octets of `extnValue`.
    pub(super) value: &'a [u8],
}

/// The extensions inside an `Extensions`, of which there must be one at least.
#[derive(Debug)]
pub(super) struct Extensions<'a>(Elements<'a>);

impl<'a> Extensions<'a> {
    pub(super) fn new(content: &'a [u8]) -> Result<Self, DerRule> {
        if content.is_empty() { Err(DerRule::Truncated) } else { Ok(Self(Elements(content))) }
    }

    fn read(&mut self) -> Result<Extension<'a>, CrlEncodingRule> {
        let mut fields = Elements(self.0.expect(SEQUENCE)?);
        let id = fields.expect(OID)?;
        let critical = fields.flag(BOOLEAN)?;
        let value = fields.expect(OCTET_STRING)?;
        fields.finish()?;
        Ok(Extension { id, critical, value })
    }
}

impl<'a> Iterator for Extensions<'a> {
    type Item = Result<Extension<'a>, CrlEncodingRule>;

    fn next(&mut self) -> Option<Self::Item> {
        (!self.0.is_empty()).then(|| self.read())
    }
}

#[cfg(test)]
mod tests {
    use hex_literal::hex;

    use super::*;

    fn read(der: &[u8]) -> Result<RevokedEntry, Fault> {
        let (listed, rest) = ListedEntry::read(der)?.expect("a whole entry");
        assert!(rest.is_empty());
        assert_eq!(listed.serial, [0x1E, 0xEA, 0x07]);
        Ok(listed.entry)
    }

    #[test]
    fn the_short_cut_agrees_with_the_long_way() {
        let date = UnixTime(1_761_528_957);
        let plain = hex!("30 14 0203 1EEA07 170D 3235313032373031333535375A");
        assert_eq!(read(&plain), Ok(RevokedEntry::new(date, None, None)));
        for code in 0..=255 {
            let short = [
                &hex!("30 22 0203 1EEA07 170D 3235313032373031333535375A 300C300A0603551D1504030A01")[..],
                &[code],
            ]
            .concat();
            // The same with `critical`.
            let long = [
                &hex!("30 25 0203 1EEA07 170D 3235313032373031333535375A 300F300D0603551D15 0101FF 04030A01")
                    [..],
                &[code],
            ]
            .concat();
            assert_eq!(read(&short), read(&long), "{code}");
            match reason_from_code(code) {
                Some(reason) => {
                    assert_eq!(reason_code(reason), Some(code));
                    assert_eq!(read(&short), Ok(RevokedEntry::new(date, Some(reason), None)));
                }
                None if code == 8 => assert_eq!(read(&short), Err(Fault::Scope(CrlScopeProblem::Delta))),
                None => assert_eq!(read(&short), Err(CrlEncodingRule::Reason.into())),
            }
        }
        assert_eq!((0..=255).filter_map(reason_from_code).count(), CODES.len());
    }

    #[test]
    fn every_prefix_of_an_entry_is_unfinished() {
        let der = hex!("30 22 0203 1EEA07 170D 3235313032373031333535375A 300C300A0603551D1504030A0104");
        for len in 0..der.len() {
            assert!(ListedEntry::read(&der[..len]).unwrap().is_none(), "{len}");
        }
        let followed = [&der[..], b"more"].concat();
        assert_eq!(ListedEntry::read(&followed).unwrap().unwrap().1, b"more");
    }
}
