//! CMS SignedData (RFC 5652).

mod ber;
mod signed_attributes;
mod signer_certificate;
mod structure;

pub use ber::BerProblem;
pub(crate) use ber::is_one_set;
pub(crate) use signed_attributes::SignedAttributes;
pub(crate) use signer_certificate::SignerCertificates;
pub(crate) use structure::{SignedData, SignerInfo, encode, received_der};

/// The certificates that a CMS carries, if it is one.
pub(crate) fn certificates(cms: &[u8]) -> Vec<Vec<u8>> {
    let Ok(der) = received_der(cms) else { return Vec::new() };
    let data = SignedData::read(&der);
    data.map(|data| data.certificates.into_iter().map(<[u8]>::to_vec).collect()).unwrap_or_default()
}
