//! The record of what was checked.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::{Rejection, Undecided};

/// One question, in the order in which the questions are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Check {
    /// Is it a CMS with at least one signer?
    CmsStructure,
    /// Is the content inside the CMS the document?
    AttachedContent,
    /// Does the signer name exactly one certificate?
    SignerCertificate,
    /// Is the certificate DER and nothing else?
    Encoding,
    /// Is it of version 3?
    Version,
    /// Is the serial number a positive integer of at most 20 octets?
    Serial,
    /// Is it signed with the profile's algorithm, inside and outside?
    CertificateAlgorithm,
    /// Do issuer and authority key identifier name a trust anchor?
    Issuer,
    /// Has that anchor signed it?
    CertificateSignature,
    /// Is it valid at the validation time?
    Validity,
    /// Is the anchor valid at the validation time?
    AnchorValidity,
    /// Was it issued while the anchor was valid?
    IssuedWithinAnchor,
    /// Is it one of an end entity?
    EndEntity,
    /// Is keyUsage exactly that of the profile?
    KeyUsage,
    /// Is extKeyUsage exactly that of the profile?
    ExtendedKeyUsage,
    /// Is the one certificate policy that of the profile?
    CertificatePolicy,
    /// Does each extension occur once?
    ExtensionsUnique,
    /// Is each critical extension understood?
    CriticalExtensions,
    /// Has the public key the profile's kind, length and exponent?
    PublicKey,
    /// Can the basic four attributes be read?
    Attributes,
    /// Are the algorithms of the CMS signer accepted, and do they agree?
    SignatureAlgorithm,
    /// Are the signed attributes complete and well-formed?
    SignedAttributes,
    /// Is the message digest that of the document?
    MessageDigest,
    /// Do signing-certificate and signing-certificate-v2, where they are there, name the signer's certificate?
    SigningCertificate,
    /// Has the certificate's key made the signature?
    Signature,
    /// Is the certificate proved not to be revoked?
    Revocation,
}

impl Check {
    /// The rule of docs/certificate-facts.md §4.1 it enforces; `None` for what RFC 5652 demands.
    pub const fn rule(self) -> Option<u8> {
        Some(match self {
            Self::Encoding => 1,
            Self::Version | Self::Serial => 2,
            Self::CertificateAlgorithm => 3,
            Self::Issuer | Self::CertificateSignature => 5,
            Self::Validity | Self::AnchorValidity | Self::IssuedWithinAnchor => 7,
            Self::EndEntity => 8,
            Self::KeyUsage => 9,
            Self::ExtendedKeyUsage => 10,
            Self::CertificatePolicy => 11,
            Self::ExtensionsUnique | Self::CriticalExtensions => 12,
            Self::PublicKey => 13,
            Self::Attributes => 14,
            Self::SignatureAlgorithm | Self::Signature => 15,
            Self::Revocation => 16,
            Self::CmsStructure
            | Self::AttachedContent
            | Self::SignerCertificate
            | Self::SignedAttributes
            | Self::MessageDigest
            | Self::SigningCertificate => return None,
        })
    }
}

/// A question and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckRecord {
    /// The question.
    pub check: Check,
    /// Which signer it is about, from 0; `None` for the CMS as a whole.
    pub signer: Option<usize>,
    /// The answer.
    pub result: CheckResult,
}

/// The answer to a [`Check`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckResult {
    /// Yes.
    Passed,
    /// No.
    Failed(Rejection),
    /// Open: what was handed over does not answer it. Never a yes.
    Undecided(Undecided),
    /// Not asked, because an earlier answer left nothing to ask about, or by policy. Never a yes.
    NotPerformed,
}

impl Serialize for CheckRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut record = serializer.serialize_struct("CheckRecord", 6)?;
        record.serialize_field("check", &self.check)?;
        record.serialize_field("rule", &self.check.rule())?;
        record.serialize_field("signer", &self.signer)?;
        match &self.result {
            CheckResult::Passed => record.serialize_field("result", "passed")?,
            CheckResult::NotPerformed => record.serialize_field("result", "not_performed")?,
            CheckResult::Failed(rejection) => {
                record.serialize_field("result", "failed")?;
                record.serialize_field("error", rejection)?;
                record.serialize_field("detail", &rejection.to_string())?;
            }
            CheckResult::Undecided(undecided) => {
                record.serialize_field("result", "undecided")?;
                record.serialize_field("error", undecided)?;
                record.serialize_field("detail", &undecided.to_string())?;
            }
        }
        record.end()
    }
}

/// Keeps the records while the questions are asked.
#[derive(Debug)]
pub(crate) struct Checks {
    pub(crate) records: Vec<CheckRecord>,
    pub(crate) signer: Option<usize>,
}

impl Default for Checks {
    fn default() -> Self {
        // As many as one signer needs.
        Self { records: Vec::with_capacity(32), signer: None }
    }
}

impl Checks {
    /// Records the answer and hands on what it found.
    pub(crate) fn record<T>(&mut self, check: Check, result: Result<T, Rejection>) -> Option<T> {
        let (result, found) = match result {
            Ok(found) => (CheckResult::Passed, Some(found)),
            Err(rejection) => (CheckResult::Failed(rejection), None),
        };
        self.push(check, result);
        found
    }

    /// The same, where there may be nothing to ask about.
    pub(crate) fn record_if<T>(&mut self, check: Check, result: Option<Result<T, Rejection>>) -> Option<T> {
        if let Some(result) = result {
            return self.record(check, result);
        }
        self.push(check, CheckResult::NotPerformed);
        None
    }

    pub(crate) fn skip(&mut self, checks: &[Check]) {
        for check in checks {
            self.push(*check, CheckResult::NotPerformed);
        }
    }

    pub(crate) fn push(&mut self, check: Check, result: CheckResult) {
        self.records.push(CheckRecord { check, signer: self.signer, result });
    }
}
