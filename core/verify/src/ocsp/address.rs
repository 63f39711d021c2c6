//! Where to ask.

use std::borrow::Cow;

use kazasu_cert::{Certificate, ExtensionError};
use thiserror::Error;

/// The address of the OCSP responder for a certificate: the first HTTP address in its authorityInfoAccess, else
/// `configured`.
///
/// A JPKI signing certificate names no responder (docs/certificate-facts.md §2.4), so for those the address is always a
/// matter of configuration. Ask only about a certificate whose path has been checked: the address in a forged one is
/// the forger's.
///
/// # Errors
/// [`OcspAddressError`].
pub fn ocsp_address<'a>(
    certificate: &Certificate,
    configured: Option<&'a str>,
) -> Result<Cow<'a, str>, OcspAddressError> {
    let named = certificate.ocsp_uris()?.map(|extension| extension.value).unwrap_or_default();
    match (named.into_iter().find(|uri| is_http(uri)), configured) {
        (Some(uri), _) => Ok(uri.into()),
        (None, Some(configured)) if is_http(configured) => Ok(configured.into()),
        (None, Some(_)) => Err(OcspAddressError::NotHttp),
        (None, None) => Err(OcspAddressError::Unknown),
    }
}

fn is_http(uri: &str) -> bool {
    let starts_with = |scheme: &str| uri.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme));
    starts_with("http://") || starts_with("https://")
}

/// Why it is not known where to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OcspAddressError {
    /// The certificate names no responder, and none is configured.
    #[error("the certificate names no OCSP responder and none is configured")]
    Unknown,
    /// The configured address is not one of HTTP.
    #[error("the configured address of the OCSP responder is neither http: nor https:")]
    NotHttp,
    /// authorityInfoAccess cannot be read.
    #[error(transparent)]
    Extension(#[from] ExtensionError),
}
