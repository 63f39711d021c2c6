//! Trust anchors: the CA certificates a verifier relies on.

use std::borrow::Cow;

use kazasu_cert::{Certificate, CertificateError, KeyUsage, PublicKey};
use thiserror::Error;

use crate::authority_name::authority_of;
use crate::hex::Hex;
use crate::{Environment, Purpose};

/// The CA certificates of one purpose in one environment, all generations. They never mix: production anchors come
/// from this crate alone, and test anchors have a constructor that refuses anything but test CAs.
///
/// The generations share a name and differ in their keys (docs/certificate-facts.md §1.1). The oldest one has
/// expired and serves signatures of the past.
#[derive(Clone, Debug)]
pub struct TrustAnchors {
    purpose: Purpose,
    environment: Environment,
    anchors: Vec<TrustAnchor>,
}

/// One CA certificate.
#[derive(Clone, Debug)]
pub struct TrustAnchor {
    name: Cow<'static, str>,
    certificate: Certificate,
    key_identifier: Vec<u8>,
    public_key: PublicKey,
}

/// File name and DER of each production CA certificate, as J-LIS names them.
type Embedded = (&'static str, &'static [u8]);

const SIGNING: [Embedded; 3] = [
    ("signca01", include_bytes!("../trust-anchors/signca01.cer")),
    ("signca02", include_bytes!("../trust-anchors/signca02.cer")),
    ("signca03", include_bytes!("../trust-anchors/signca03.cer")),
];

const AUTHENTICATION: [Embedded; 3] = [
    ("authca01", include_bytes!("../trust-anchors/authca01.cer")),
    // From one source only: to be compared with the fingerprint J-LIS publishes before a production release.
    ("authca02", include_bytes!("../trust-anchors/authca02.cer")),
    ("authca03", include_bytes!("../trust-anchors/authca03.cer")),
];

impl TrustAnchors {
    /// The three production CA certificates of a purpose (docs/certificate-facts.md §1.2).
    ///
    /// # Panics
    /// Never: the certificates are compiled in, and a test reads each of them.
    pub fn production(purpose: Purpose) -> Self {
        let embedded = match purpose {
            Purpose::Signing => SIGNING,
            Purpose::Authentication => AUTHENTICATION,
        };
        let anchors = embedded.into_iter().map(|(name, der)| {
            #[expect(clippy::expect_used, reason = "compiled in, and a test reads each of them")]
            TrustAnchor::read(name.into(), der, purpose, Environment::Production)
                .expect("an embedded trust anchor can be read")
        });
        Self { purpose, environment: Environment::Production, anchors: anchors.collect() }
    }

    /// Test CA certificates of a purpose, DER, in any order. A verifier with them accepts invented people.
    ///
    /// # Errors
    /// [`AnchorError`] when there are none, or one is not a CA certificate of the test hierarchy for this purpose.
    pub fn test<D: AsRef<[u8]>>(
        purpose: Purpose,
        certificates: impl IntoIterator<Item = D>,
    ) -> Result<Self, AnchorError> {
        let read = |der: D| {
            let der = der.as_ref();
            let mut anchor = TrustAnchor::read(Cow::Borrowed(""), der, purpose, Environment::Test)?;
            let year = anchor.certificate.not_before().to_string();
            let year = year.split('-').next().unwrap_or_default();
            anchor.name = format!(
                "{}-test-{year}",
                match purpose {
                    Purpose::Signing => "signca",
                    Purpose::Authentication => "authca",
                }
            )
            .into();
            Ok(anchor)
        };
        let anchors = certificates.into_iter().map(read).collect::<Result<Vec<_>, AnchorError>>()?;
        let all_different = anchors.iter().enumerate().all(|(at, one)| {
            anchors.iter().skip(at + 1).all(|other| other.key_identifier != one.key_identifier)
        });
        match (anchors.is_empty(), all_different) {
            (true, _) => Err(AnchorError::Empty),
            (_, false) => Err(AnchorError::Duplicate),
            _ => Ok(Self { purpose, environment: Environment::Test, anchors }),
        }
    }

    /// The purpose a CA certificate is for, as its subject's OU says: to sort CA certificates before
    /// [`test`](Self::test).
    ///
    /// # Errors
    /// [`AnchorError::Certificate`] when it cannot be read, [`AnchorError::Name`] when it is not from a JPKI CA.
    pub fn purpose_of(certificate: &[u8]) -> Result<Purpose, AnchorError> {
        let certificate = Certificate::from_der(certificate)?;
        authority_of(certificate.subject_der()).map(|(purpose, _)| purpose).ok_or(AnchorError::Name)
    }

    /// Those with these hashes, in lower-case hexadecimal; `None` unless each of them is there.
    pub(crate) fn only(mut self, sha256: &[&str]) -> Option<Self> {
        let hash = |anchor: &TrustAnchor| Hex(&anchor.certificate.sha256()).to_string();
        self.anchors.retain(|anchor| sha256.contains(&hash(anchor).as_str()));
        (self.anchors.len() == sha256.len()).then_some(self)
    }

    /// A CA of another PKI as if it were one of JPKI, if its key can be used.
    #[cfg(all(test, feature = "pkits-tests"))]
    pub(crate) fn foreign(certificate: Certificate) -> Option<Self> {
        let key_identifier = certificate.subject_key_identifier().ok()??.value.to_vec();
        let public_key = certificate.public_key().ok()?;
        let anchor = TrustAnchor { name: "foreign".into(), certificate, key_identifier, public_key };
        Some(Self { purpose: Purpose::Signing, environment: Environment::Test, anchors: vec![anchor] })
    }

    /// The same anchors as if of another environment, for what only production anchors can show.
    #[cfg(test)]
    pub(crate) fn relabelled(self, environment: Environment) -> Self {
        Self { environment, ..self }
    }

    /// The purpose.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// The environment.
    pub fn environment(&self) -> Environment {
        self.environment
    }

    /// Each anchor.
    pub fn iter(&self) -> impl Iterator<Item = &TrustAnchor> {
        self.anchors.iter()
    }
}

impl TrustAnchor {
    /// Its name: that of the file J-LIS publishes, such as `signca02`; for a test CA the year of its notBefore,
    /// such as `signca-test-2019`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its self-signed certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Content octets of its subjectKeyIdentifier, 20 bytes.
    pub fn key_identifier(&self) -> &[u8] {
        &self.key_identifier
    }

    /// Its public key: for a [`CryptoProvider`](crate::CryptoProvider) that is to set it up once.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    fn read(
        name: Cow<'static, str>,
        der: &[u8],
        purpose: Purpose,
        environment: Environment,
    ) -> Result<Self, AnchorError> {
        let certificate = Certificate::from_der(der)?;
        match authority_of(certificate.subject_der()) {
            None => return Err(AnchorError::Name),
            Some((found, _)) if found != purpose => return Err(AnchorError::Purpose { found }),
            Some((_, found)) if found != environment => return Err(AnchorError::Environment { found }),
            Some(_) => {}
        }
        let is_ca = certificate.basic_constraints().ok().flatten().is_some_and(|e| e.value.ca);
        let usage = certificate.key_usage().ok().flatten();
        let signs = usage.is_some_and(|e| e.value.contains(KeyUsage::KEY_CERT_SIGN));
        if !is_ca || !signs || certificate.issuer_der() != certificate.subject_der() {
            return Err(AnchorError::NotACa);
        }
        let key_identifier = certificate.subject_key_identifier().ok().flatten();
        let key_identifier = key_identifier.ok_or(AnchorError::Key)?.value.to_vec();
        let public_key = certificate.public_key().map_err(|_| AnchorError::Key)?;
        Ok(Self { name, certificate, key_identifier, public_key })
    }
}

/// Why a certificate is not taken as a test anchor.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AnchorError {
    /// No certificate was given.
    #[error("no trust anchor given")]
    Empty,
    /// Not a certificate.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// Its subject is not byte for byte the name of a JPKI CA (docs/certificate-facts.md §1.3).
    #[error("not a certificate of a JPKI CA")]
    Name,
    /// It is for the other purpose.
    #[error("the CA is for {found:?}")]
    Purpose {
        /// The purpose its name tells.
        found: Purpose,
    },
    /// It is a production CA: those are never taken from outside.
    #[error("the CA belongs to {found:?}")]
    Environment {
        /// The environment its name tells.
        found: Environment,
    },
    /// It is not self-issued, not CA:TRUE, or lacks keyCertSign.
    #[error("not a self-issued CA certificate")]
    NotACa,
    /// It has no usable key or no key identifier.
    #[error("the CA certificate has no usable key or no key identifier")]
    Key,
    /// Two of them have the same key identifier.
    #[error("two trust anchors have the same key")]
    Duplicate,
}

#[cfg(test)]
mod tests {
    use hex_literal::hex;
    use kazasu_cert::{CryptoProvider, HashAlgorithm, RustCrypto, SignatureScheme};
    use kazasu_sim::pki::{self, TestPki};

    use super::*;

    /// docs/certificate-facts.md §1.2, copied by hand.
    const HASHES: [(&str, [u8; 32]); 6] = [
        ("signca01", hex!("19645405a1fe14377434bd55957628ac4038557c542403a2243f21c706fc9355")),
        ("signca02", hex!("79679c33e4cc9319440f1ad120a597ff1844e2ef217063adb176966fd5e6fbeb")),
        ("signca03", hex!("d227f6cde11d35c5252178f106f843d24651944975413b539fa2fb68dbfa365f")),
        ("authca01", hex!("4dcfc4ca0aaf9fb2a3081b3f0c991c320b3acc008667a341eeaec5af1d58ca7d")),
        ("authca02", hex!("0d98de47fc11b7f67126874b7028b6026a803d2638d6edfe53176953961fade6")),
        ("authca03", hex!("64114f29620c24ed2631d46476a040e7ee740d956089c00b036a6a8118c322b5")),
    ];

    #[test]
    fn production_anchors_are_the_published_ones() {
        let all = Purpose::ALL.map(TrustAnchors::production);
        let found: Vec<_> =
            all.iter().flat_map(TrustAnchors::iter).map(|a| (a.name(), a.certificate().sha256())).collect();
        assert_eq!(found, HASHES);
    }

    /// Name, serial number, notBefore, notAfter, subjectKeyIdentifier.
    type Facts = (&'static str, &'static [u8], &'static str, &'static str, [u8; 20]);

    #[test]
    fn production_anchors_have_the_profile() {
        let facts: [Facts; 6] = [
            (
                "signca01",
                &hex!("01"),
                "2015-10-20T02:40:28Z",
                "2025-10-19T14:59:59Z",
                hex!("0d034cbb34d0714f45e45a1cafd8fd143fab54a7"),
            ),
            (
                "signca02",
                &hex!("0132C4AB"),
                "2019-09-14T23:41:56Z",
                "2029-09-14T14:59:59Z",
                hex!("4de017de4b7f473dcd867a62d38b134ace83558a"),
            ),
            (
                "signca03",
                &hex!("067C6A21"),
                "2023-07-16T00:50:27Z",
                "2033-07-15T14:59:59Z",
                hex!("d21ea55895617e93adbf966b941ab4edf653f08f"),
            ),
            (
                "authca01",
                &hex!("01"),
                "2015-10-20T03:08:13Z",
                "2025-10-19T14:59:59Z",
                hex!("9567951b5ca70d84a0fff1d85a87f1aab1340385"),
            ),
            (
                "authca02",
                &hex!("0133C349"),
                "2019-09-14T23:41:59Z",
                "2029-09-14T14:59:59Z",
                hex!("8cd5586a891485e559379b7e29d410cfd28b3593"),
            ),
            (
                "authca03",
                &hex!("06D18006"),
                "2023-07-16T01:01:04Z",
                "2033-07-15T14:59:59Z",
                hex!("1ac100f596a3bc8c4b3df195e32699249e9e308a"),
            ),
        ];
        let all = Purpose::ALL.map(TrustAnchors::production);
        let mut found = 0;
        for (anchor, (name, serial, not_before, not_after, key)) in
            all.iter().flat_map(TrustAnchors::iter).zip(facts)
        {
            let certificate = anchor.certificate();
            assert_eq!(anchor.name(), name);
            assert_eq!(certificate.serial(), serial, "{name}");
            assert_eq!(certificate.not_before().to_string(), not_before, "{name}");
            assert_eq!(certificate.not_after().to_string(), not_after, "{name}");
            assert_eq!(anchor.key_identifier(), key, "{name}");
            assert_eq!(certificate.check_strict_der(), Ok(()), "{name}");
            let digest = HashAlgorithm::Sha256.digest(certificate.tbs_der());
            let checked = RustCrypto.check_signature(
                anchor.public_key(),
                SignatureScheme::Pkcs1V15,
                &digest,
                certificate.signature_bytes(),
            );
            assert_eq!(checked, Ok(()), "{name}");
            found += 1;
        }
        assert_eq!(found, 6);
    }

    #[test]
    fn a_production_ca_is_never_a_test_anchor() {
        for (_, der) in SIGNING {
            let error = TrustAnchors::test(Purpose::Signing, [der]).unwrap_err();
            assert_eq!(error, AnchorError::Environment { found: Environment::Production });
        }
    }

    #[test]
    fn test_anchors_are_self_issued_test_cas_of_the_purpose() {
        let pki = TestPki::shared().unwrap();
        let signing = pki.anchors_der(pki::Purpose::Signing);
        let anchors = TrustAnchors::test(Purpose::Signing, &signing).unwrap();
        assert_eq!((anchors.purpose(), anchors.environment()), (Purpose::Signing, Environment::Test));
        let names: Vec<_> = anchors.iter().map(TrustAnchor::name).collect();
        assert_eq!(names, ["signca-test-2015", "signca-test-2019", "signca-test-2023"]);

        let refused = |ders: &[&[u8]]| TrustAnchors::test(Purpose::Signing, ders).unwrap_err();
        let [first, ..] = &signing[..] else { panic!("three generations") };
        let [other, ..] = &pki.anchors_der(pki::Purpose::Authentication)[..] else {
            panic!("three generations")
        };
        assert_eq!(refused(&[]), AnchorError::Empty);
        assert_eq!(refused(&[first, first]), AnchorError::Duplicate);
        assert_eq!(refused(&[other]), AnchorError::Purpose { found: Purpose::Authentication });
        assert!(matches!(refused(&[b"<html>"]), AnchorError::Certificate(_)));
        assert_eq!(TrustAnchors::purpose_of(other), Ok(Purpose::Authentication));
        assert_eq!(TrustAnchors::purpose_of(SIGNING[0].1), Ok(Purpose::Signing));

        let authority = pki.authority(pki::Purpose::Signing, pki::Generation::G2023);
        let mut template = authority.template().clone();
        assert!(template.remove_extension(&pki::oids::basic_constraints()));
        let not_a_ca = template.sign(authority.key()).unwrap();
        assert_eq!(refused(&[&not_a_ca]), AnchorError::NotACa);
        let mut template = authority.template().clone();
        assert!(template.remove_extension(&pki::oids::subject_key_identifier()));
        let no_key_identifier = template.sign(authority.key()).unwrap();
        assert_eq!(refused(&[&no_key_identifier]), AnchorError::Key);
    }
}
