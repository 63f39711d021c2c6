//! Extensions of a list (RFC 5280 §5.2): what it is about, and who says it has signed.

use const_oid::db::rfc5280::{
    ID_CE_AUTHORITY_KEY_IDENTIFIER, ID_CE_CRL_NUMBER, ID_CE_DELTA_CRL_INDICATOR,
    ID_CE_ISSUING_DISTRIBUTION_POINT,
};

use super::element::{Elements, INTEGER, SEQUENCE, constructed, primitive};
use super::entry::{Extension, Extensions, once, unknown};
use super::number::CrlNumber;
use super::problem::{CrlEncodingRule, CrlScopeProblem, Fault};

/// The extensions that are understood; the others must not be critical.
#[derive(Debug, Default)]
pub(super) struct ListExtensions {
    pub(super) authority_key_id: Option<AuthorityKeyId>,
    pub(super) crl_number: Option<CrlNumber>,
    /// DER of the `Name` of the distribution point. `None`: the list is of everything the CA has issued.
    pub(super) partition: Option<Vec<u8>>,
}

/// authorityKeyIdentifier (RFC 5280 §5.2.1): content octets; of the issuer the DER of its `Name`.
#[derive(Debug, Default)]
pub(super) struct AuthorityKeyId {
    pub(super) key_identifier: Option<Vec<u8>>,
    pub(super) issuer: Option<Vec<u8>>,
    pub(super) serial: Option<Vec<u8>>,
}

impl ListExtensions {
    /// Reads the content of an `Extensions`.
    pub(super) fn read(content: &[u8]) -> Result<Self, Fault> {
        let mut found = Self::default();
        let mut seen = Vec::new();
        for extension in Extensions::new(content)? {
            let Extension { id, critical, value } = extension?;
            once(seen.contains(&id).then_some(()))?;
            seen.push(id);
            if id == ID_CE_AUTHORITY_KEY_IDENTIFIER.as_bytes() {
                found.authority_key_id = Some(AuthorityKeyId::read(value)?);
            } else if id == ID_CE_CRL_NUMBER.as_bytes() {
                found.crl_number = Some(CrlNumber::from_content(Elements::only(value, INTEGER)?)?);
            } else if id == ID_CE_ISSUING_DISTRIBUTION_POINT.as_bytes() {
                found.partition = partition(value)?;
            } else if id == ID_CE_DELTA_CRL_INDICATOR.as_bytes() {
                return Err(Fault::Scope(CrlScopeProblem::Delta));
            } else if critical {
                return Err(unknown(id)?);
            }
        }
        Ok(found)
    }
}

impl AuthorityKeyId {
    fn read(value: &[u8]) -> Result<Self, CrlEncodingRule> {
        let mut fields = Elements(Elements::only(value, SEQUENCE)?);
        let key_identifier = fields.optional(primitive(0))?.map(<[u8]>::to_vec);
        let issuer = fields.optional(constructed(1))?;
        let issuer = issuer.map(|names| Elements::only(names, constructed(4))).transpose()?;
        let serial = fields.optional(primitive(2))?.map(<[u8]>::to_vec);
        fields.finish()?;
        Ok(Self { key_identifier, issuer: issuer.map(<[u8]>::to_vec), serial })
    }
}

/// The partition that issuingDistributionPoint names (RFC 5280 §5.2.5), if it leaves out no part of it.
///
/// ```text
/// IssuingDistributionPoint ::= SEQUENCE {
///      distributionPoint          [0] DistributionPointName OPTIONAL,
///      onlyContainsUserCerts      [1] BOOLEAN DEFAULT FALSE,
///      onlyContainsCACerts        [2] BOOLEAN DEFAULT FALSE,
///      onlySomeReasons            [3] ReasonFlags OPTIONAL,
///      indirectCRL                [4] BOOLEAN DEFAULT FALSE,
///      onlyContainsAttributeCerts [5] BOOLEAN DEFAULT FALSE }
/// ```
fn partition(value: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
    let mut fields = Elements(Elements::only(value, SEQUENCE)?);
    let name = fields.optional(constructed(0))?;
    let _only_user_certificates = fields.flag(primitive(1))?;
    let only_ca_certificates = fields.flag(primitive(2))?;
    let some_reasons = fields.optional(primitive(3))?.is_some();
    let indirect = fields.flag(primitive(4))?;
    let only_attribute_certificates = fields.flag(primitive(5))?;
    fields.finish()?;
    let refusals = [
        (only_ca_certificates, CrlScopeProblem::OnlyCaCertificates),
        (only_attribute_certificates, CrlScopeProblem::OnlyAttributeCertificates),
        (some_reasons, CrlScopeProblem::OnlySomeReasons),
        (indirect, CrlScopeProblem::Indirect),
    ];
    if let Some((_, problem)) = refusals.into_iter().find(|(found, _)| *found) {
        return Err(Fault::Scope(problem));
    }
    let Some(name) = name else { return Ok(None) };
    match directory_name(name) {
        Ok(name) => Ok(Some(name.to_vec())),
        Err(_) => Err(Fault::Scope(CrlScopeProblem::PartitionName)),
    }
}

/// The `Name` in a DistributionPointName that is a fullName of one directoryName.
fn directory_name(name: &[u8]) -> Result<&[u8], CrlEncodingRule> {
    let general_names = Elements::only(name, constructed(0))?;
    let explicit = Elements::only(general_names, constructed(4))?;
    Elements::only(explicit, SEQUENCE)?;
    Ok(explicit)
}
