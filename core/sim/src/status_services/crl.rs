//! Certificate revocation lists (RFC 5280 §5) as lists of DER parts.

use super::{RevocationReason, SignatureHash};
use crate::pki::{oids, profile, utc_time};
use crate::{CertificateAuthority, Extension, SimError, TestKey, der};

/// Issues the lists of one authority.
///
/// A list comes out right. To make it wrong, change a part of the [`CrlTemplate`], or sign it with the key of another
/// authority, generation or purpose.
#[derive(Clone, Copy, Debug)]
pub struct CrlIssuer<'a> {
    authority: &'a CertificateAuthority,
}

impl<'a> CrlIssuer<'a> {
    /// The issuer of an authority's lists.
    pub fn new(authority: &'a CertificateAuthority) -> Self {
        Self { authority }
    }

    /// A list without issuingDistributionPoint, so of everything the authority has issued. It is empty; times are
    /// seconds since 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`SimError::Time`] outside the years 1950 to 2049.
    pub fn full(&self, number: u64, this_update: i64, next_update: i64) -> Result<CrlTemplate, SimError> {
        let authority = self.authority.template();
        let aki = profile::authority_key_identifier(
            &self.authority.key().key_identifier(),
            self.authority.name(),
            &authority.serial_number,
        );
        Ok(CrlTemplate {
            version: der::integer(1),
            inner_algorithm: SignatureHash::Sha256.algorithm(),
            issuer: self.authority.name().to_vec(),
            this_update: utc_time(this_update)?,
            next_update: utc_time(next_update)?,
            entries: Vec::new(),
            extensions: vec![
                Extension::plain(oids::authority_key_identifier(), aki),
                Extension::plain(oids::crl_number(), der::integer(number)),
            ],
            outer_algorithm: SignatureHash::Sha256.algorithm(),
        })
    }

    /// The list of one municipality, named by [`partition_name`](profile::partition_name).
    ///
    /// # Errors
    /// As [`full`](Self::full).
    pub fn partition(
        &self,
        name: &[u8],
        number: u64,
        this_update: i64,
        next_update: i64,
    ) -> Result<CrlTemplate, SimError> {
        let mut list = self.full(number, this_update, next_update)?;
        let scope = IssuingDistributionPoint { name: Some(name.to_vec()), ..Default::default() };
        list.extensions.push(scope.to_extension());
        Ok(list)
    }
}

/// The parts of a `CertificateList` (RFC 5280 §5.1), each as finished DER.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrlTemplate {
    /// INTEGER 1 for version 2; empty for version 1.
    pub version: Vec<u8>,
    /// `AlgorithmIdentifier` inside the signed part.
    pub inner_algorithm: Vec<u8>,
    /// `Name` of the issuer.
    pub issuer: Vec<u8>,
    /// `Time`.
    pub this_update: Vec<u8>,
    /// `Time`; empty for none.
    pub next_update: Vec<u8>,
    /// In their order on the list; none at all leaves out the whole field.
    pub entries: Vec<CrlEntry>,
    /// `crlExtensions`; none at all leaves out the whole field.
    pub extensions: Vec<Extension>,
    /// `AlgorithmIdentifier` beside the signature.
    pub outer_algorithm: Vec<u8>,
}

/// One revoked certificate on a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrlEntry {
    /// INTEGER.
    pub serial_number: Vec<u8>,
    /// `Time`.
    pub revocation_date: Vec<u8>,
    /// `crlEntryExtensions`; none at all leaves out the whole field.
    pub extensions: Vec<Extension>,
}

impl CrlEntry {
    /// An entry for a positive serial number, with a reasonCode if there is a reason.
    ///
    /// # Errors
    /// [`SimError::Time`] outside the years 1950 to 2049.
    pub fn new(serial: u64, at: i64, reason: Option<RevocationReason>) -> Result<Self, SimError> {
        let reason = reason.map(|reason| Extension::plain(oids::reason_code(), reason.to_der()));
        Ok(Self {
            serial_number: der::integer(serial),
            revocation_date: utc_time(at)?,
            extensions: reason.into_iter().collect(),
        })
    }

    fn to_der(&self) -> Vec<u8> {
        der::sequence(&[
            self.serial_number.clone(),
            self.revocation_date.clone(),
            extensions(&self.extensions),
        ])
    }
}

impl CrlTemplate {
    /// Adds an entry; see [`CrlEntry::new`].
    ///
    /// # Errors
    /// [`SimError::Time`] outside the years 1950 to 2049.
    pub fn revoke(&mut self, serial: u64, at: i64, reason: Option<RevocationReason>) -> Result<(), SimError> {
        self.entries.push(CrlEntry::new(serial, at, reason)?);
        Ok(())
    }

    /// Makes it a delta to the list numbered `base` (RFC 5280 §5.2.4).
    pub fn set_delta(&mut self, base: u64) {
        self.extensions.push(Extension::critical(oids::delta_crl_indicator(), der::integer(base)));
    }

    /// Sets or replaces the issuingDistributionPoint.
    pub fn set_scope(&mut self, scope: &IssuingDistributionPoint) {
        self.remove_extension(&oids::issuing_distribution_point());
        self.extensions.push(scope.to_extension());
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

    /// `TBSCertList`: what gets signed.
    pub fn tbs(&self) -> Vec<u8> {
        let entries = if self.entries.is_empty() {
            Vec::new()
        } else {
            der::sequence(&self.entries.iter().map(CrlEntry::to_der).collect::<Vec<_>>())
        };
        let extensions = match self.extensions.as_slice() {
            [] => Vec::new(),
            some => der::constructed(0xA0, &[extensions(some)]),
        };
        der::sequence(&[
            &self.version,
            &self.inner_algorithm,
            &self.issuer,
            &self.this_update,
            &self.next_update,
            &entries,
            &extensions,
        ])
    }

    /// The list, signed with RSASSA-PKCS1-v1_5 and SHA-256 whatever the algorithm fields say.
    ///
    /// # Errors
    /// As [`TestKey::sign_sha256`].
    pub fn sign(&self, issuer_key: &TestKey) -> Result<Vec<u8>, SimError> {
        let tbs = self.tbs();
        Ok(self.assemble(&tbs, &issuer_key.sign_sha256(&tbs)?))
    }

    /// The list signed with another hash function, which both algorithm fields then name.
    ///
    /// # Errors
    /// As [`TestKey::sign_sha256`].
    pub fn sign_with(mut self, hash: SignatureHash, issuer_key: &TestKey) -> Result<Vec<u8>, SimError> {
        self.inner_algorithm = hash.algorithm();
        self.outer_algorithm = hash.algorithm();
        let tbs = self.tbs();
        Ok(self.assemble(&tbs, &hash.sign(issuer_key, &tbs)?))
    }

    /// The list around a signed part and a signature made elsewhere.
    pub fn assemble(&self, tbs: &[u8], signature: &[u8]) -> Vec<u8> {
        der::sequence(&[tbs, &self.outer_algorithm, &der::bit_string(0, signature)])
    }
}

/// issuingDistributionPoint (RFC 5280 §5.2.5): what a list is about. The default says "everything".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "they are the fields of the standard")]
pub struct IssuingDistributionPoint {
    /// `Name` in `distributionPoint`, DER.
    pub name: Option<Vec<u8>>,
    /// `onlyContainsUserCerts`.
    pub only_user_certificates: bool,
    /// `onlyContainsCACerts`: an authority revocation list.
    pub only_ca_certificates: bool,
    /// `onlySomeReasons`: the content octets of the BIT STRING.
    pub only_some_reasons: Option<Vec<u8>>,
    /// `indirectCRL`.
    pub indirect: bool,
    /// `onlyContainsAttributeCerts`.
    pub only_attribute_certificates: bool,
}

impl IssuingDistributionPoint {
    /// The critical extension.
    pub fn to_extension(&self) -> Extension {
        let flag = |number: u8, set| if set { der::tlv(0x80 | number, &[0xFF]) } else { Vec::new() };
        let reasons = self.only_some_reasons.as_deref().map(|bits| der::tlv(0x83, bits));
        let value = der::sequence(&[
            self.name.as_deref().map(profile::distribution_point_name).unwrap_or_default(),
            flag(1, self.only_user_certificates),
            flag(2, self.only_ca_certificates),
            reasons.unwrap_or_default(),
            flag(4, self.indirect),
            flag(5, self.only_attribute_certificates),
        ]);
        Extension::critical(oids::issuing_distribution_point(), value)
    }
}

/// `Extensions`; empty for none.
pub(super) fn extensions(all: &[Extension]) -> Vec<u8> {
    match all {
        [] => Vec::new(),
        some => der::sequence(&some.iter().map(Extension::to_der).collect::<Vec<_>>()),
    }
}
