//! Certificate extensions, as facts. What they must be is the verifier's decision.

use std::fmt;

use const_oid::{
    ObjectIdentifier,
    db::rfc5280::{
        ID_AD_OCSP, ID_CE_AUTHORITY_KEY_IDENTIFIER, ID_CE_BASIC_CONSTRAINTS, ID_CE_CERTIFICATE_POLICIES,
        ID_CE_CRL_DISTRIBUTION_POINTS, ID_CE_EXT_KEY_USAGE, ID_CE_ISSUER_ALT_NAME, ID_CE_KEY_USAGE,
        ID_CE_SUBJECT_ALT_NAME, ID_CE_SUBJECT_KEY_IDENTIFIER, ID_PE_AUTHORITY_INFO_ACCESS,
    },
};
use der::Decode;
use thiserror::Error;
use x509_cert::{ext::pkix::BasicConstraints, name::Name};

use crate::{
    Certificate, DerViolation, KeyUsage,
    details::ExtensionField,
    tlv::{self, BIT_STRING, BOOLEAN, INTEGER, OCTET_STRING, OID, Reader, SEQUENCE, Tlv},
};

/// The value of an extension and whether it was marked critical.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension<T> {
    /// The `critical` field.
    pub critical: bool,
    /// The decoded value.
    pub value: T,
}

/// An extension as it stands in the certificate. `Debug` leaves out the value, which may hold personal data.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RawExtension<'a> {
    /// `extnID`.
    pub oid: ObjectIdentifier,
    /// The `critical` field.
    pub critical: bool,
    /// Content octets of `extnValue`: normally DER.
    pub value: &'a [u8],
}

impl fmt::Debug for RawExtension<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let critical = if self.critical { "critical, " } else { "" };
        write!(f, "RawExtension({}, {critical}{} bytes)", self.oid, self.value.len())
    }
}

/// One `otherName` of a GeneralNames (RFC 5280 §4.2.1.6). `Debug` leaves out the value, which is personal data.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct OtherName<'a> {
    /// `type-id`.
    pub type_id: ObjectIdentifier,
    /// What stands inside the `[0] EXPLICIT` of `value`: normally one element, tag and length included.
    pub value: &'a [u8],
}

impl fmt::Debug for OtherName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OtherName({}, {} bytes)", self.type_id, self.value.len())
    }
}

/// authorityKeyIdentifier (RFC 5280 §4.2.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthorityKeyId<'a> {
    /// `keyIdentifier`: content octets.
    pub key_identifier: Option<&'a [u8]>,
    /// `authorityCertIssuer`: the GeneralName elements as received, one after another.
    pub authority_cert_issuer: Option<&'a [u8]>,
    /// `authorityCertSerialNumber`: content octets of the INTEGER.
    pub authority_cert_serial_number: Option<&'a [u8]>,
}

impl<'a> AuthorityKeyId<'a> {
    /// The DER of the issuer `Name`, if `authorityCertIssuer` is exactly one directoryName.
    pub fn issuer_name_der(&self) -> Option<&'a [u8]> {
        directory_name(self.authority_cert_issuer?)
    }
}

/// One DistributionPoint (RFC 5280 §4.2.1.13).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DistributionPoint<'a> {
    /// The GeneralName elements of `fullName` as received, one after another.
    pub full_name: Option<&'a [u8]>,
    /// The content octets of `nameRelativeToCRLIssuer`.
    pub name_relative_to_crl_issuer: Option<&'a [u8]>,
    /// The content octets of `reasons`, a BIT STRING.
    pub reasons: Option<&'a [u8]>,
    /// The GeneralName elements of `cRLIssuer` as received, one after another.
    pub crl_issuer: Option<&'a [u8]>,
}

impl<'a> DistributionPoint<'a> {
    /// The DER of the `Name`, if `fullName` is exactly one directoryName. In JPKI that names the partition by
    /// municipality (docs/certificate-facts.md §2.6).
    pub fn directory_name_der(&self) -> Option<&'a [u8]> {
        directory_name(self.full_name?)
    }
}

impl Certificate {
    /// All extensions in the order of the certificate.
    pub fn extensions(&self) -> impl Iterator<Item = RawExtension<'_>> {
        self.extension_fields().iter().filter_map(|field| self.raw_extension(field))
    }

    fn raw_extension(&self, field: &ExtensionField) -> Option<RawExtension<'_>> {
        // One that cannot be read was refused with the certificate.
        let oid = ObjectIdentifier::from_bytes(self.slice(&field.id)).ok()?;
        Some(RawExtension { oid, critical: field.critical, value: self.slice(&field.value) })
    }

    fn has_id(&self, field: &ExtensionField, id: &[u8]) -> bool {
        let found = self.slice(&field.id);
        // Nearly all that differ do so in the last octet.
        found.last() == id.last() && found == id
    }

    /// The first identifier that occurs twice, if any (RFC 5280 §4.2 forbids it).
    pub fn duplicate_extension(&self) -> Option<ObjectIdentifier> {
        let fields = self.extension_fields();
        let is_repeated = |(at, field): &(usize, &ExtensionField)| {
            let id = self.slice(&field.id);
            fields.iter().take(*at).any(|earlier| self.has_id(earlier, id))
        };
        let (_, field) = fields.iter().enumerate().find(is_repeated)?;
        self.raw_extension(field).map(|extension| extension.oid)
    }

    /// The first critical extension whose identifier is not among `handled`, if any (RFC 5280 §4.2: reject).
    pub fn unhandled_critical_extension(&self, handled: &[ObjectIdentifier]) -> Option<ObjectIdentifier> {
        let mut critical = self.extension_fields().iter().filter(|field| field.critical);
        let unhandled =
            critical.find(|field| !handled.iter().any(|handled| self.has_id(field, handled.as_bytes())));
        unhandled.and_then(|field| self.raw_extension(field)).map(|extension| extension.oid)
    }

    /// The extension with this identifier, undecoded.
    ///
    /// # Errors
    /// [`ExtensionError::Duplicate`] when there are two. The methods below do the same.
    pub fn extension(&self, oid: ObjectIdentifier) -> Result<Option<RawExtension<'_>>, ExtensionError> {
        let mut found = self.extension_fields().iter().filter(|field| self.has_id(field, oid.as_bytes()));
        match (found.next(), found.next()) {
            (_, Some(_)) => Err(ExtensionError::Duplicate { oid }),
            (None, None) => Ok(None),
            (Some(field), None) => {
                Ok(Some(RawExtension { oid, critical: field.critical, value: self.slice(&field.value) }))
            }
        }
    }

    /// keyUsage (RFC 5280 §4.2.1.3), with any bit the standard has no name for.
    ///
    /// # Errors
    /// [`ExtensionError`] when it occurs twice or is malformed. The methods below do the same.
    pub fn key_usage(&self) -> Result<Option<Extension<KeyUsage>>, ExtensionError> {
        self.read(ID_CE_KEY_USAGE, |value| {
            KeyUsage::from_bits(Reader::only(value, BIT_STRING)?.content).ok_or(Malformed)
        })
    }

    /// extKeyUsage (RFC 5280 §4.2.1.12): the purposes in their order.
    ///
    /// # Errors
    /// [`ExtensionError`].
    pub fn extended_key_usage(&self) -> Result<Option<Extension<Vec<ObjectIdentifier>>>, ExtensionError> {
        self.read(ID_CE_EXT_KEY_USAGE, |value| {
            let mut purposes = Reader::only(value, SEQUENCE)?.children();
            let mut found = Vec::new();
            while !purposes.is_empty() {
                found.push(tlv::read_oid(purposes.expect(OID)?.content)?);
            }
            Ok(found)
        })
    }

    /// basicConstraints (RFC 5280 §4.2.1.9).
    ///
    /// # Errors
    /// [`ExtensionError`].
    pub fn basic_constraints(&self) -> Result<Option<Extension<BasicConstraints>>, ExtensionError> {
        self.read(ID_CE_BASIC_CONSTRAINTS, |value| {
            let mut fields = Reader::only(value, SEQUENCE)?.children();
            let ca = match fields.optional(BOOLEAN)?.map(|ca| ca.content) {
                None | Some([0x00]) => false,
                Some([0xFF]) => true,
                Some(_) => return Err(Malformed),
            };
            let path_len_constraint = match fields.optional(INTEGER)?.map(|number| number.content) {
                None => None,
                Some([number @ ..=0x7F] | [0, number @ 0x80..=0xFF]) => Some(*number),
                Some(_) => return Err(Malformed),
            };
            fields.finish()?;
            Ok(BasicConstraints { ca, path_len_constraint })
        })
    }

    /// certificatePolicies (RFC 5280 §4.2.1.4): the policies in their order, without qualifiers.
    ///
    /// # Errors
    /// [`ExtensionError`].
    pub fn certificate_policies(&self) -> Result<Option<Extension<Vec<ObjectIdentifier>>>, ExtensionError> {
        self.read(ID_CE_CERTIFICATE_POLICIES, |value| {
            let mut policies = Reader::only(value, SEQUENCE)?.children();
            let mut found = Vec::with_capacity(1);
            while !policies.is_empty() {
                let mut policy = policies.expect(SEQUENCE)?.children();
                found.push(ObjectIdentifier::from_bytes(policy.expect(OID)?.content)?);
                let qualifiers = policy.optional(SEQUENCE)?;
                policy.finish()?;
                let mut qualifiers = qualifiers.map_or(Reader::new(&[]), |qualifiers| qualifiers.children());
                while !qualifiers.is_empty() {
                    let mut qualifier = qualifiers.expect(SEQUENCE)?.children();
                    qualifier.expect(OID)?;
                    qualifier.next()?;
                    qualifier.finish()?;
                }
            }
            Ok(found)
        })
    }

    /// The otherName entries of subjectAltName (RFC 5280 §4.2.1.6) in their order; other kinds of names are passed
    /// over.
    ///
    /// # Errors
    /// [`ExtensionError`].
    pub fn subject_other_names(&self) -> Result<Option<Extension<Vec<OtherName<'_>>>>, ExtensionError> {
        self.read(ID_CE_SUBJECT_ALT_NAME, |value| {
            let mut names = Reader::only(value, SEQUENCE)?.children();
            let mut other_names = Vec::with_capacity(8);
            while !names.is_empty() {
                let name = names.next()?;
                if name.tag == tlv::constructed(0) {
                    let mut fields = name.children();
                    let type_id = fields.expect(OID)?.content;
                    let value = fields.expect(tlv::constructed(0))?.content;
                    fields.finish()?;
                    other_names.push(OtherName { type_id: tlv::read_oid(type_id)?, value });
                }
            }
            Ok(other_names)
        })
    }

    /// issuerAltName (RFC 5280 §4.2.1.7): its DER.
    ///
    /// # Errors
    /// [`ExtensionError`].
    pub fn issuer_alt_name(&self) -> Result<Option<Extension<&[u8]>>, ExtensionError> {
        self.read(ID_CE_ISSUER_ALT_NAME, |value| Ok(Reader::only(value, SEQUENCE)?.der))
    }

    /// authorityKeyIdentifier (RFC 5280 §4.2.1.1).
    ///
    /// # Errors
    /// [`ExtensionError`].
    pub fn authority_key_identifier(&self) -> Result<Option<Extension<AuthorityKeyId<'_>>>, ExtensionError> {
        self.read(ID_CE_AUTHORITY_KEY_IDENTIFIER, |value| {
            let mut fields = Reader::only(value, SEQUENCE)?.children();
            let id = AuthorityKeyId {
                key_identifier: fields.optional(tlv::primitive(0))?.map(|e| e.content),
                authority_cert_issuer: fields.optional(tlv::constructed(1))?.map(|e| e.content),
                authority_cert_serial_number: fields.optional(tlv::primitive(2))?.map(|e| e.content),
            };
            fields.finish()?;
            Ok(id)
        })
    }

    /// subjectKeyIdentifier (RFC 5280 §4.2.1.2): content octets, 20 in JPKI.
    ///
    /// # Errors
    /// [`ExtensionError`].
    pub fn subject_key_identifier(&self) -> Result<Option<Extension<&[u8]>>, ExtensionError> {
        self.read(ID_CE_SUBJECT_KEY_IDENTIFIER, |value| Ok(Reader::only(value, OCTET_STRING)?.content))
    }

    /// cRLDistributionPoints (RFC 5280 §4.2.1.13) in their order.
    ///
    /// # Errors
    /// [`ExtensionError`].
    pub fn crl_distribution_points(
        &self,
    ) -> Result<Option<Extension<Vec<DistributionPoint<'_>>>>, ExtensionError> {
        self.read(ID_CE_CRL_DISTRIBUTION_POINTS, |value| {
            let mut points = Reader::only(value, SEQUENCE)?.children();
            let mut found = Vec::new();
            while !points.is_empty() {
                let mut fields = points.expect(SEQUENCE)?.children();
                let name = fields.optional(tlv::constructed(0))?;
                let (mut full_name, mut name_relative_to_crl_issuer) = (None, None);
                if let Some(name) = name {
                    let mut choice = name.children();
                    full_name = choice.optional(tlv::constructed(0))?.map(|e| e.content);
                    name_relative_to_crl_issuer = choice.optional(tlv::constructed(1))?.map(|e| e.content);
                    choice.finish()?;
                }
                let reasons = fields.optional(tlv::primitive(1))?.map(|e| e.content);
                let crl_issuer = fields.optional(tlv::constructed(2))?.map(|e| e.content);
                fields.finish()?;
                found.push(DistributionPoint { full_name, name_relative_to_crl_issuer, reasons, crl_issuer });
            }
            Ok(found)
        })
    }

    /// The OCSP addresses of authorityInfoAccess (RFC 5280 §4.2.2.1) in their order. A JPKI signing certificate
    /// has none (docs/certificate-facts.md §2.4).
    ///
    /// # Errors
    /// [`ExtensionError`].
    pub fn ocsp_uris(&self) -> Result<Option<Extension<Vec<String>>>, ExtensionError> {
        self.read(ID_PE_AUTHORITY_INFO_ACCESS, |value| {
            let mut descriptions = Reader::only(value, SEQUENCE)?.children();
            let mut found = Vec::new();
            while !descriptions.is_empty() {
                let mut description = descriptions.expect(SEQUENCE)?.children();
                let method = tlv::read_oid(description.expect(OID)?.content)?;
                let location = description.next()?;
                description.finish()?;
                let uri = uri(&location)?;
                found.extend(uri.filter(|_| method == ID_AD_OCSP).map(str::to_owned));
            }
            Ok(found)
        })
    }

    fn read<'a, T>(
        &'a self,
        oid: ObjectIdentifier,
        decoder: impl FnOnce(&'a [u8]) -> Result<T, Malformed>,
    ) -> Result<Option<Extension<T>>, ExtensionError> {
        let Some(RawExtension { critical, value, .. }) = self.extension(oid)? else { return Ok(None) };
        let value = decoder(value).map_err(|Malformed| ExtensionError::Malformed { oid })?;
        Ok(Some(Extension { critical, value }))
    }
}

/// The address in a GeneralName, if it is of that kind. Of another kind it must be well-formed too; x400Address and
/// ediPartyName, which nobody uses, are refused.
fn uri<'a>(name: &Tlv<'a>) -> Result<Option<&'a str>, Malformed> {
    const OTHER_NAME: u8 = tlv::constructed(0);
    const RFC822_NAME: u8 = tlv::primitive(1);
    const DNS_NAME: u8 = tlv::primitive(2);
    const DIRECTORY_NAME: u8 = tlv::constructed(4);
    const URI: u8 = tlv::primitive(6);
    const IP_ADDRESS: u8 = tlv::primitive(7);
    const REGISTERED_ID: u8 = tlv::primitive(8);
    match name.tag {
        RFC822_NAME | DNS_NAME | URI => {
            let text = str::from_utf8(name.content).ok().filter(|text| text.is_ascii()).ok_or(Malformed)?;
            return Ok((name.tag == URI).then_some(text));
        }
        OTHER_NAME => {
            let mut fields = name.children();
            tlv::read_oid(fields.expect(OID)?.content)?;
            let mut value = fields.expect(tlv::constructed(0))?.children();
            fields.finish()?;
            value.next()?;
            value.finish()?;
        }
        DIRECTORY_NAME => drop(Name::from_der(name.content)?),
        IP_ADDRESS => {}
        REGISTERED_ID => {
            tlv::read_oid(name.content)?;
        }
        _ => return Err(Malformed),
    }
    Ok(None)
}

/// The `Name` inside, if `general_names` is one directoryName and nothing else.
fn directory_name(general_names: &[u8]) -> Option<&[u8]> {
    let explicit = Reader::only(general_names, tlv::constructed(4)).ok()?;
    Reader::only(explicit.content, SEQUENCE).ok().map(|name| name.der)
}

/// Why an extension cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ExtensionError {
    /// It occurs more than once.
    #[error("extension {oid} occurs more than once")]
    Duplicate {
        /// `extnID`.
        oid: ObjectIdentifier,
    },
    /// Its value is not what RFC 5280 says.
    #[error("extension {oid} is malformed")]
    Malformed {
        /// `extnID`.
        oid: ObjectIdentifier,
    },
}

/// A value is not what its type says, wherever that was noticed.
struct Malformed;

impl From<DerViolation> for Malformed {
    fn from(_: DerViolation) -> Self {
        Self
    }
}

impl From<der::Error> for Malformed {
    fn from(_: der::Error) -> Self {
        Self
    }
}

impl From<const_oid::Error> for Malformed {
    fn from(_: const_oid::Error) -> Self {
        Self
    }
}
