//! CMS SignedData (RFC 5652).

mod signed_attributes;
mod signer_certificate;
mod structure;

pub(crate) use signed_attributes::{SignedAttributes, is_signed_attributes};
pub(crate) use signer_certificate::SignerCertificates;
pub(crate) use structure::{SignedData, SignerInfo, encode};
