//! Who issued the certificate (rules 4, 5 and 6).

use kazasu_cert::{AuthorityKeyId, Certificate, HashAlgorithm, PublicKey, SignatureScheme};

use super::PathContext;
use crate::authority_name::{authority_of, reads_alike};
use crate::{AkiProblem, Rejection, Signed, TrustAnchor};

/// Certificates that came along are computed with at most this often, to tell a wrong issuer more exactly.
const MAX_DIAGNOSED: usize = 4;

pub(super) struct Issuers<'c, 'a> {
    pub(super) context: &'c PathContext<'a>,
    pub(super) certificate: &'c Certificate,
    /// Certificates that came along with the signature.
    pub(super) companions: &'c [&'c [u8]],
}

impl<'a> Issuers<'_, 'a> {
    /// The anchor that issuer and authority key identifier name. No signature is tried for this.
    pub(super) fn select(&self) -> Result<&'a TrustAnchor, Rejection> {
        let anchors = self.context.anchors;
        let (purpose, environment) = (anchors.purpose(), anchors.environment());
        let issuer = self.certificate.issuer_der();
        if let Some((found, of)) = authority_of(issuer)
            && found != purpose
            && of == environment
        {
            return Err(Rejection::WrongPurpose { expected: purpose, found });
        }
        let unknown = Rejection::UnknownIssuer { purpose, environment };
        if !anchors.iter().any(|anchor| anchor.certificate().subject_der() == issuer) {
            let issuer = self.certificate.decode().map(|decoded| decoded.tbs_certificate.issuer);
            let alike = anchors.iter().any(|anchor| {
                let anchor = anchor.certificate().decode().map(|decoded| decoded.tbs_certificate.subject);
                anchor.is_ok_and(|anchor| issuer.as_ref().is_ok_and(|issuer| reads_alike(&anchor, issuer)))
            });
            return Err(self.companion().unwrap_or(if alike { Rejection::NameMismatch } else { unknown }));
        }
        let Some((key_identifier, name, serial)) = self.aki().and_then(complete) else {
            return Err(self.companion().unwrap_or(Rejection::AkiMismatch(AkiProblem::Incomplete)));
        };
        let Some(anchor) = anchors.iter().find(|anchor| anchor.key_identifier() == key_identifier) else {
            return Err(self.companion().unwrap_or(unknown));
        };
        if name != anchor.certificate().issuer_der() || serial != anchor.certificate().serial() {
            return Err(Rejection::AkiMismatch(AkiProblem::OtherCertificate));
        }
        Ok(anchor)
    }

    /// Whether `anchor`, and no other, has signed the certificate.
    pub(super) fn check_signature(&self, anchor: &TrustAnchor) -> Result<(), Rejection> {
        if self.signed_by(anchor.public_key()) {
            return Ok(());
        }
        let other = |other: &TrustAnchor| self.signed_by(other.public_key());
        Err(if self.context.anchors.iter().any(other) {
            Rejection::AkiMismatch(AkiProblem::OtherKey)
        } else {
            self.companion().unwrap_or(Rejection::BadSignature(Signed::Certificate))
        })
    }

    /// What to say if a certificate that came along is the issuer.
    fn companion(&self) -> Option<Rejection> {
        let key_identifier = self.aki().and_then(|aki| aki.key_identifier);
        let is_named = |companion: &Certificate| {
            let own = companion.subject_key_identifier().ok().flatten().map(|extension| extension.value);
            companion.subject_der() == self.certificate.issuer_der()
                || (own.is_some() && own == key_identifier)
        };
        let issuer = self
            .companions
            .iter()
            .filter_map(|der| Certificate::from_der(der).ok())
            .filter(|companion| companion != self.certificate && is_named(companion))
            .take(MAX_DIAGNOSED)
            .find(|companion| companion.public_key().is_ok_and(|key| self.signed_by(&key)))?;
        let is_ca = issuer.basic_constraints().ok().flatten().is_some_and(|extension| extension.value.ca);
        Some(if is_ca { Rejection::UntrustedAnchor } else { Rejection::NotACa })
    }

    fn aki(&self) -> Option<AuthorityKeyId<'_>> {
        self.certificate.authority_key_identifier().ok().flatten().map(|extension| extension.value)
    }

    fn signed_by(&self, key: &PublicKey) -> bool {
        let digest = HashAlgorithm::Sha256.digest(self.certificate.tbs_der());
        let signature = self.certificate.signature_bytes();
        self.context.crypto.check_signature(key, SignatureScheme::Pkcs1V15, &digest, signature).is_ok()
    }
}

/// All three members, as the profile has them.
fn complete(aki: AuthorityKeyId<'_>) -> Option<(&[u8], &[u8], &[u8])> {
    Some((aki.key_identifier?, aki.issuer_name_der()?, aki.authority_cert_serial_number?))
}
