//! A certificate as the list of its DER parts, each of which may be replaced before it is signed.

use std::ops::RangeInclusive;

use time::OffsetDateTime;

use super::TestKey;
use crate::{SimError, der};

/// The parts of an X.509 certificate (RFC 5280 §4.1), each as finished DER.
///
/// A template made by [`TestPki::leaf`](super::TestPki::leaf) follows the real profile. Assign to any field to make
/// the certificate wrong in one place; [`sign`](Self::sign) signs whatever stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateTemplate {
    /// `[0] EXPLICIT Version`; empty for none.
    pub version: Vec<u8>,
    /// INTEGER.
    pub serial_number: Vec<u8>,
    /// `AlgorithmIdentifier` inside the signed part.
    pub inner_algorithm: Vec<u8>,
    /// `Name` of the issuer.
    pub issuer: Vec<u8>,
    /// `Validity`.
    pub validity: Vec<u8>,
    /// `Name` of the subject.
    pub subject: Vec<u8>,
    /// `SubjectPublicKeyInfo`.
    pub subject_public_key_info: Vec<u8>,
    /// In their order on the certificate; none at all leaves out the whole field.
    pub extensions: Vec<Extension>,
    /// `AlgorithmIdentifier` beside the signature.
    pub outer_algorithm: Vec<u8>,
}

/// One extension of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// `extnID`, complete TLV: see [`oids`](super::oids).
    pub id: Vec<u8>,
    /// Content of the `critical` BOOLEAN: `None` leaves it out (FALSE), `Some(0xFF)` is TRUE; the rest is not DER.
    pub critical: Option<u8>,
    /// What the `extnValue` OCTET STRING holds.
    pub value: Vec<u8>,
}

impl Extension {
    /// An extension that may be ignored.
    pub fn plain(id: Vec<u8>, value: Vec<u8>) -> Self {
        Self { id, critical: None, value }
    }

    /// An extension that must be understood.
    pub fn critical(id: Vec<u8>, value: Vec<u8>) -> Self {
        Self { id, critical: Some(0xFF), value }
    }

    pub(crate) fn to_der(&self) -> Vec<u8> {
        let critical = self.critical.map_or_else(Vec::new, |content| der::tlv(0x01, &[content]));
        der::sequence(&[self.id.clone(), critical, der::octet_string(&self.value)])
    }
}

impl CertificateTemplate {
    /// Sets the serial number to a positive integer.
    pub fn set_serial(&mut self, serial: u64) {
        self.serial_number = der::integer(serial);
    }

    /// Sets both ends of the validity, in seconds since 1970-01-01T00:00:00Z, as `UTCTime`.
    ///
    /// # Errors
    /// [`SimError::Time`] outside the years 1950 to 2049.
    pub fn set_validity(&mut self, not_before: i64, not_after: i64) -> Result<(), SimError> {
        self.validity = der::sequence(&[utc_time(not_before)?, utc_time(not_after)?]);
        Ok(())
    }

    /// Sets the public key and the `subjectKeyIdentifier` that follows from it.
    pub fn set_public_key(&mut self, key: &TestKey) {
        self.subject_public_key_info = key.subject_public_key_info();
        if let Some(extension) = self.extension_mut(&super::oids::subject_key_identifier()) {
            extension.value = der::octet_string(&key.key_identifier());
        }
    }

    /// The first extension with this `extnID` (complete TLV).
    pub fn extension_mut(&mut self, id: &[u8]) -> Option<&mut Extension> {
        self.extensions.iter_mut().find(|extension| extension.id == id)
    }

    /// Takes out every extension with this `extnID`; says whether there was one.
    pub fn remove_extension(&mut self, id: &[u8]) -> bool {
        let before = self.extensions.len();
        self.extensions.retain(|extension| extension.id != id);
        self.extensions.len() != before
    }

    /// `TBSCertificate`: what gets signed.
    pub fn tbs(&self) -> Vec<u8> {
        let extensions = if self.extensions.is_empty() {
            Vec::new()
        } else {
            let all: Vec<Vec<u8>> = self.extensions.iter().map(Extension::to_der).collect();
            der::constructed(0xA3, &[der::sequence(&all)])
        };
        der::sequence(&[
            &self.version,
            &self.serial_number,
            &self.inner_algorithm,
            &self.issuer,
            &self.validity,
            &self.subject,
            &self.subject_public_key_info,
            &extensions,
        ])
    }

    /// The certificate, signed with RSASSA-PKCS1-v1_5 and SHA-256 whatever the algorithm fields say.
    ///
    /// # Errors
    /// As [`TestKey::sign_sha256`].
    pub fn sign(&self, issuer_key: &TestKey) -> Result<Vec<u8>, SimError> {
        self.sign_tbs(&self.tbs(), issuer_key)
    }

    /// Like [`sign`](Self::sign), over a signed part edited by the caller.
    ///
    /// # Errors
    /// As [`TestKey::sign_sha256`].
    pub fn sign_tbs(&self, tbs: &[u8], issuer_key: &TestKey) -> Result<Vec<u8>, SimError> {
        Ok(self.assemble(tbs, &issuer_key.sign_sha256(tbs)?))
    }

    /// The certificate around a signed part and a signature made elsewhere.
    pub fn assemble(&self, tbs: &[u8], signature: &[u8]) -> Vec<u8> {
        der::sequence(&[tbs, &self.outer_algorithm, &der::bit_string(0, signature)])
    }
}

/// `UTCTime` of an instant in seconds since 1970-01-01T00:00:00Z (RFC 5280 §4.1.2.5.1).
///
/// # Errors
/// [`SimError::Time`] outside the years 1950 to 2049.
pub fn utc_time(seconds: i64) -> Result<Vec<u8>, SimError> {
    let digits = time_digits(seconds, 1950..=2049)?;
    let short = digits.get(2..).unwrap_or_default();
    Ok(der::tlv(0x17, short.as_bytes()))
}

/// `GeneralizedTime` of an instant in seconds since 1970-01-01T00:00:00Z (RFC 5280 §4.1.2.5.2).
///
/// # Errors
/// [`SimError::Time`] outside the years 0 to 9999.
pub fn generalized_time(seconds: i64) -> Result<Vec<u8>, SimError> {
    Ok(der::tlv(0x18, time_digits(seconds, 0..=9999)?.as_bytes()))
}

/// `YYYYMMDDHHMMSSZ`.
fn time_digits(seconds: i64, years: RangeInclusive<i32>) -> Result<String, SimError> {
    let at = OffsetDateTime::from_unix_timestamp(seconds).ok().filter(|at| years.contains(&at.year()));
    let at = at.ok_or(SimError::Time { seconds })?;
    let (hour, minute, second) = at.to_hms();
    let (year, month, day) = at.to_calendar_date();
    Ok(format!("{year:04}{:02}{day:02}{hour:02}{minute:02}{second:02}Z", u8::from(month)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        assert_eq!(utc_time(1_761_528_957).unwrap(), b"\x17\x0D251027013557Z");
        assert_eq!(utc_time(-1).unwrap(), b"\x17\x0D691231235959Z");
        let year_2050 = 2_524_608_000;
        assert_eq!(utc_time(year_2050 - 1).unwrap(), b"\x17\x0D491231235959Z");
        assert_eq!(utc_time(year_2050), Err(SimError::Time { seconds: year_2050 }));
        assert_eq!(utc_time(i64::MAX), Err(SimError::Time { seconds: i64::MAX }));
        assert_eq!(generalized_time(year_2050).unwrap(), b"\x18\x0F20500101000000Z");
        assert_eq!(generalized_time(i64::MAX), Err(SimError::Time { seconds: i64::MAX }));
    }
}
