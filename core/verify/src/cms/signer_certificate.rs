//! Which certificate a signer means (RFC 5652 §5.3).

use kazasu_cert::Certificate;

use super::structure::{SignerIdentifier, issuer_and_serial};
use crate::{Rejection, SignerCertProblem};

/// The certificates a signer can be looked for in.
#[derive(Debug)]
pub(crate) struct SignerCertificates<'a> {
    /// Different ones only.
    all: Vec<&'a [u8]>,
    /// What the caller says the signer's certificate is.
    expected: Option<&'a [u8]>,
}

impl<'a> SignerCertificates<'a> {
    pub(crate) fn new(embedded: &[&'a [u8]], expected: Option<&'a [u8]>) -> Self {
        let mut all = Vec::new();
        for certificate in embedded.iter().copied().chain(expected) {
            if !all.contains(&certificate) {
                all.push(certificate);
            }
        }
        Self { all, expected }
    }

    /// All of them: what comes along with the signature.
    pub(crate) fn all(&self) -> &[&'a [u8]] {
        &self.all
    }

    /// The one certificate that `sid` names. Two different ones with that name are refused, even if only one of
    /// them could have made the signature: whoever looks at the other would see another signer.
    pub(crate) fn find(&self, sid: SignerIdentifier<'_>) -> Result<&'a [u8], Rejection> {
        let mut named = self.all.iter().copied().filter(|certificate| is_named(certificate, sid));
        let problem = match (named.next(), named.next()) {
            (Some(one), None) if self.expected.is_none_or(|expected| expected == one) => return Ok(one),
            (Some(_), None) => SignerCertProblem::Unexpected,
            (Some(_), Some(_)) => SignerCertProblem::Ambiguous,
            (None, _) => SignerCertProblem::Missing,
        };
        Err(Rejection::SignerCert(problem))
    }
}

fn is_named(certificate: &[u8], sid: SignerIdentifier<'_>) -> bool {
    match sid {
        SignerIdentifier::IssuerAndSerialNumber { issuer, serial } => {
            issuer_and_serial(certificate) == Ok((issuer, serial))
        }
        SignerIdentifier::SubjectKeyIdentifier(wanted) => {
            Certificate::from_der(certificate).is_ok_and(|certificate| {
                certificate
                    .subject_key_identifier()
                    .ok()
                    .flatten()
                    .is_some_and(|extension| extension.value == wanted)
            })
        }
    }
}
