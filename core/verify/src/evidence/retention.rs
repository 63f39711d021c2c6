//! What a record keeps.

use serde::{Deserialize, Serialize};

/// What an [`EvidenceRecord`](crate::EvidenceRecord) keeps of the inputs. The hash of each is there in any case.
///
/// How long what must be kept, and what must not be, is a matter of law and contract (docs/certificate-facts.md §6.1,
/// §6.6): platform operators tell their customers not to keep certificates, and laws against money laundering ask for
/// material that shows how somebody was verified. So nothing is decided here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// The document.
    pub document: Keep,
    /// The signature. A CMS is kept only if all that it carries is to be kept: with certificates only if those are, with
    /// the document attached only if that is, with CRLs or OCSP answers only if those are. One that has unsigned
    /// attributes, or cannot be read, may hold any of them. One without certificates names its signer by serial number.
    pub signature: Keep,
    /// The signers' certificates, which hold name and address if they are signing certificates.
    pub certificate: Keep,
    /// CRLs and OCSP answers, which tell the municipality and the serial number. Of an index, what it says about the
    /// list is kept, not the list.
    pub revocation: Keep,
    /// The basic four attributes, and warnings about them. Not even their hash is kept apart: it could be guessed.
    pub attributes: Keep,
}

/// Whether an input is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// It is kept as it was received.
    Yes,
    /// Only its hash is kept; of the attributes nothing.
    HashOnly,
}

impl Retention {
    /// The four attributes and the whole report: verdict, digests, serial number and validity of the certificate, and
    /// of a CRL its partition, which is the municipality. Not the certificate (docs/certificate-facts.md §6.1).
    pub const ATTRIBUTES: Self = Self { attributes: Keep::Yes, ..Self::HASHES };

    /// Hashes, and of the report what does not tell about the person: no serial number, no validity, no partition of a
    /// CRL, no attributes and no warnings about them, no sentences. All but attributes and warnings are left out
    /// whenever neither certificate nor attributes are kept (the partition only if CRLs are not kept either). A hash can
    /// be compared by whoever has what it was made of: the certificate, or the list of a municipality.
    pub const HASHES: Self = Self {
        document: Keep::HashOnly,
        signature: Keep::HashOnly,
        certificate: Keep::HashOnly,
        revocation: Keep::HashOnly,
        attributes: Keep::HashOnly,
    };

    /// Everything: the record can be checked again from itself alone.
    pub const EVERYTHING: Self = Self {
        document: Keep::Yes,
        signature: Keep::Yes,
        certificate: Keep::Yes,
        revocation: Keep::Yes,
        attributes: Keep::Yes,
    };
}

impl Keep {
    pub(super) fn then<T>(self, value: impl FnOnce() -> T) -> Option<T> {
        (self == Self::Yes).then(value)
    }

    pub(super) fn then_or_empty<T>(self, all: Vec<T>) -> Vec<T> {
        if self == Self::Yes { all } else { Vec::new() }
    }
}
