//! The certificate path: one anchor, one leaf (docs/certificate-facts.md §4.1, rules 1 to 14).

mod issuer;
mod leaf;

use kazasu_cert::{
    BasicAttributes, Certificate, CertificateError, CryptoProvider, DerRule, PublicKey, UnixTime,
};

use crate::checks::Checks;
use crate::{Carrier, Check, ClockSkew, Profile, Purpose, Rejection, TrustAnchor, TrustAnchors};

/// What a path is judged against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PathContext<'a> {
    pub(crate) anchors: &'a TrustAnchors,
    pub(crate) crypto: &'a dyn CryptoProvider,
    pub(crate) at: UnixTime,
    pub(crate) clock_skew: ClockSkew,
}

/// What was found on the way; each part only if the checks about it passed.
#[derive(Debug)]
pub(crate) struct Path<'a> {
    pub(crate) certificate: Certificate,
    /// The anchor that the issuer fields name.
    pub(crate) anchor: Option<&'a TrustAnchor>,
    /// The same, if it has signed the certificate.
    pub(crate) issuer: Option<&'a TrustAnchor>,
    pub(crate) carrier: Option<Carrier>,
    pub(crate) public_key: Option<PublicKey>,
    pub(crate) attributes: Option<BasicAttributes>,
}

const AFTER_ENCODING: &[Check] = &[
    Check::Version,
    Check::Serial,
    Check::CertificateAlgorithm,
    Check::Issuer,
    Check::CertificateSignature,
    Check::Validity,
    Check::AnchorValidity,
    Check::IssuedWithinAnchor,
    Check::EndEntity,
    Check::KeyUsage,
    Check::ExtendedKeyUsage,
    Check::CertificatePolicy,
    Check::ExtensionsUnique,
    Check::CriticalExtensions,
    Check::PublicKey,
];

impl<'a> PathContext<'a> {
    /// Asks every question that can still be asked. `companions` are certificates that came along: with their help
    /// a wrong issuer is told more exactly, nothing else.
    pub(crate) fn judge(&self, checks: &mut Checks, der: &[u8], companions: &[&[u8]]) -> Option<Path<'a>> {
        let purpose = self.anchors.purpose();
        let certificate = match Certificate::from_der(der) {
            Ok(certificate) => certificate,
            Err(error) => {
                checks.record::<()>(Check::Encoding, Err(encoding(error)));
                self.skip(checks);
                return None;
            }
        };
        checks.record(Check::Encoding, certificate.check_strict_der().map_err(|e| encoding(e.into())));
        checks.record(Check::Version, leaf::version(&certificate));
        checks.record(Check::Serial, leaf::serial(&certificate));
        let algorithm = checks.record(Check::CertificateAlgorithm, leaf::algorithm(&certificate));

        let issuers = issuer::Issuers { context: self, certificate: &certificate, companions };
        let anchor = checks.record(Check::Issuer, issuers.select());
        let signature = anchor.zip(algorithm).map(|(anchor, ())| issuers.check_signature(anchor));
        let issuer = checks.record_if(Check::CertificateSignature, signature).and(anchor);

        checks.record(Check::Validity, self.validity(&certificate));
        checks.record_if(Check::AnchorValidity, anchor.map(|anchor| self.anchor_validity(anchor)));
        checks.record_if(Check::IssuedWithinAnchor, anchor.map(|anchor| issued_within(&certificate, anchor)));

        let policies = certificate.certificate_policies();
        let profile = leaf::profile(self.anchors, policies.as_ref().ok());
        checks.record(Check::EndEntity, leaf::end_entity(&certificate));
        checks.record_if(Check::KeyUsage, profile.map(|p| leaf::key_usage(&certificate, p)));
        checks.record_if(Check::ExtendedKeyUsage, profile.map(|p| leaf::extended_key_usage(&certificate, p)));
        let policy = profile.map(|p| leaf::policy(policies, p));
        let carrier = checks.record_if(Check::CertificatePolicy, policy).and(profile).map(|p| p.carrier);
        checks.record(Check::ExtensionsUnique, leaf::extensions_unique(&certificate));
        checks.record(Check::CriticalExtensions, leaf::critical_extensions(&certificate));
        let key = profile.map(|p: &Profile| leaf::public_key(&certificate, p));
        let public_key = checks.record_if(Check::PublicKey, key);
        let attributes = match purpose {
            Purpose::Signing => checks.record(Check::Attributes, leaf::attributes(&certificate)),
            Purpose::Authentication => None,
        };
        Some(Path { certificate, anchor, issuer, carrier, public_key, attributes })
    }

    /// Records that nothing was asked about a certificate that could not be read.
    fn skip(&self, checks: &mut Checks) {
        checks.skip(AFTER_ENCODING);
        if self.anchors.purpose() == Purpose::Signing {
            checks.skip(&[Check::Attributes]);
        }
    }

    /// Records that nothing was asked, because there is no certificate.
    pub(crate) fn skip_all(&self, checks: &mut Checks) {
        checks.skip(&[Check::Encoding]);
        self.skip(checks);
    }

    /// Both ends are inclusive; only the beginning has an allowance.
    fn validity(&self, certificate: &Certificate) -> Result<(), Rejection> {
        let (not_before, not_after) = (certificate.not_before(), certificate.not_after());
        let latest = self.at.0.saturating_add(self.clock_skew.as_secs().into());
        if latest < not_before.0 {
            Err(Rejection::NotYetValid { not_before })
        } else if self.at > not_after {
            Err(Rejection::Expired { not_after })
        } else {
            Ok(())
        }
    }

    pub(crate) fn anchor_validity(&self, anchor: &TrustAnchor) -> Result<(), Rejection> {
        let (not_before, not_after) = (anchor.certificate().not_before(), anchor.certificate().not_after());
        if (not_before..=not_after).contains(&self.at) {
            Ok(())
        } else {
            Err(Rejection::AnchorExpired { not_before, not_after })
        }
    }
}

pub(crate) fn issued_within(certificate: &Certificate, anchor: &TrustAnchor) -> Result<(), Rejection> {
    let issued = certificate.not_before();
    if (anchor.certificate().not_before()..=anchor.certificate().not_after()).contains(&issued) {
        Ok(())
    } else {
        Err(Rejection::OutsideAnchor { issued })
    }
}

pub(crate) fn encoding(error: CertificateError) -> Rejection {
    match error {
        CertificateError::SerialTooLong { .. } => Rejection::Serial,
        CertificateError::Der(violation) if violation.rule == DerRule::Time => Rejection::Time,
        error => Rejection::Der(error),
    }
}
