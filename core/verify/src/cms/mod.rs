//! CMS SignedData (RFC 5652).

mod ber;
mod signed_attributes;
mod signer_certificate;
mod structure;

pub use ber::BerProblem;
pub(crate) use ber::is_one_set;
pub(crate) use signed_attributes::SignedAttributes;
pub(crate) use signer_certificate::SignerCertificates;
pub(crate) use structure::{MAX_SIGNERS, SignedData, SignerInfo, encode, received_der};

/// What a CMS carries beside signatures.
#[derive(Debug)]
pub(crate) struct Carried {
    /// The X.509 certificates.
    pub(crate) certificates: Vec<Vec<u8>>,
    /// Whether there may be certificates: also of other kinds, or in unsigned attributes, as timestamps and archived
    /// paths bring them.
    pub(crate) may_hold_certificates: bool,
    /// Whether there are CRLs or the like, or unsigned attributes that may bring some.
    pub(crate) may_hold_revocation: bool,
    /// Whether the document is attached.
    pub(crate) has_content: bool,
}

/// What it carries; `None` if it cannot be read, so that it may be anything.
pub(crate) fn carried(cms: &[u8]) -> Option<Carried> {
    let der = received_der(cms).ok()?;
    let data = SignedData::read(&der).ok()?;
    let has_unsigned_attributes = data.signers.iter().any(|signer| signer.has_unsigned_attributes);
    Some(Carried {
        may_hold_certificates: data.has_certificates || has_unsigned_attributes,
        may_hold_revocation: data.has_revocation || has_unsigned_attributes,
        has_content: data.content.is_some(),
        certificates: data.certificates.into_iter().map(<[u8]>::to_vec).collect(),
    })
}
