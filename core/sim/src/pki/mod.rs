//! The test PKI: two authorities of three generations each, and leaf certificates of their own.

mod keys;
pub mod oids;
pub mod profile;
mod template;

use std::sync::OnceLock;

pub(crate) use keys::MODULUS_LEN;
pub use keys::{KeyName, TestKey};
pub use template::{CertificateTemplate, Extension, generalized_time, utc_time};

use crate::{Holder, SimError, der};

/// What a certificate is for. Each purpose has an authority of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// 署名用電子証明書: signs documents, carries the four attributes.
    Signing,
    /// 利用者証明用電子証明書: logs in, carries none.
    Authentication,
}

/// A generation of an authority: same name, another key (docs/certificate-facts.md §1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Generation {
    /// 2015-10-20 to 2025-10-19, so expired.
    #[serde(rename = "2015")]
    G2015,
    /// 2019-09-14 to 2049-09-14, longer than a real one, so that tests do not rot.
    #[serde(rename = "2019")]
    G2019,
    /// 2023-07-16 to 2049-07-15, likewise.
    #[serde(rename = "2023")]
    G2023,
}

impl Generation {
    /// All three, oldest first.
    pub const ALL: [Self; 3] = [Self::G2015, Self::G2019, Self::G2023];
}

/// One authority of one generation.
#[derive(Clone, Debug)]
pub struct CertificateAuthority {
    purpose: Purpose,
    generation: Generation,
    key: TestKey,
    template: CertificateTemplate,
    certificate: Vec<u8>,
}

impl CertificateAuthority {
    /// The kind of certificate it issues.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Its generation.
    pub fn generation(&self) -> Generation {
        self.generation
    }

    /// Its key.
    pub fn key(&self) -> &TestKey {
        &self.key
    }

    /// Its self-signed certificate, DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// The parts of its certificate, to make a wrong one from.
    pub fn template(&self) -> &CertificateTemplate {
        &self.template
    }

    /// Its distinguished name, DER: the same in every generation.
    pub fn name(&self) -> &[u8] {
        &self.template.subject
    }
}

/// Six authorities under `O=JPKI-TEST` whose certificates, and those they issue, copy the real profile extension by
/// extension: order, criticality, string types (docs/certificate-facts.md §1.3 and §2). Everything is deterministic.
#[derive(Clone, Debug)]
pub struct TestPki {
    signing: [CertificateAuthority; 3],
    authentication: [CertificateAuthority; 3],
    signing_leaf: TestKey,
    authentication_leaf: TestKey,
}

impl TestPki {
    /// Loads the keys and makes the six CA certificates.
    ///
    /// # Errors
    /// [`SimError::Key`] if an embedded key is damaged.
    pub fn new() -> Result<Self, SimError> {
        let [oldest, middle, newest] = Generation::ALL;
        let generations = |purpose| -> Result<_, SimError> {
            Ok([authority(purpose, oldest)?, authority(purpose, middle)?, authority(purpose, newest)?])
        };
        Ok(Self {
            signing: generations(Purpose::Signing)?,
            authentication: generations(Purpose::Authentication)?,
            signing_leaf: TestKey::load(KeyName::SigningLeaf)?,
            authentication_leaf: TestKey::load(KeyName::AuthenticationLeaf)?,
        })
    }

    /// The one that the simulated cards use: made once, then shared.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn shared() -> Result<&'static Self, SimError> {
        static SHARED: OnceLock<Result<TestPki, SimError>> = OnceLock::new();
        SHARED.get_or_init(Self::new).as_ref().map_err(Clone::clone)
    }

    /// The authority for a purpose and generation.
    pub fn authority(&self, purpose: Purpose, generation: Generation) -> &CertificateAuthority {
        let [oldest, middle, newest] = self.generations(purpose);
        match generation {
            Generation::G2015 => oldest,
            Generation::G2019 => middle,
            Generation::G2023 => newest,
        }
    }

    /// The CA certificates of one purpose, DER, oldest generation first: the anchors of a test verifier.
    pub fn anchors_der(&self, purpose: Purpose) -> Vec<Vec<u8>> {
        self.generations(purpose).iter().map(|one| one.certificate.clone()).collect()
    }

    fn generations(&self, purpose: Purpose) -> &[CertificateAuthority; 3] {
        match purpose {
            Purpose::Signing => &self.signing,
            Purpose::Authentication => &self.authentication,
        }
    }

    /// The key that simulated cards hold for a purpose.
    pub fn leaf_key(&self, purpose: Purpose) -> &TestKey {
        match purpose {
            Purpose::Signing => &self.signing_leaf,
            Purpose::Authentication => &self.authentication_leaf,
        }
    }

    /// A leaf by the profile, valid from 2025-10-27T01:35:57Z to 2045-02-17T14:59:59Z, with the key the simulated
    /// cards hold. Sign it with the key of the same authority, or with another one to make it wrong.
    ///
    /// # Errors
    /// [`SimError::Time`], which the default validity does not cause.
    pub fn leaf(
        &self,
        purpose: Purpose,
        generation: Generation,
        holder: &Holder,
    ) -> Result<CertificateTemplate, SimError> {
        let authority = self.authority(purpose, generation);
        let key = self.leaf_key(purpose);
        let issuer = profile::Issuer {
            key_identifier: &authority.key.key_identifier(),
            serial_number: &authority.template.serial_number,
        };
        let mut template = CertificateTemplate {
            issuer: authority.name().to_vec(),
            subject: profile::subject(purpose, holder),
            extensions: profile::leaf_extensions(purpose, holder, &issuer, &key.key_identifier()),
            ..blank(key)
        };
        template.set_serial(2_025_991);
        template.set_validity(LEAF_NOT_BEFORE, LEAF_NOT_AFTER)?;
        Ok(template)
    }
}

/// 2025-10-27T01:35:57Z.
const LEAF_NOT_BEFORE: i64 = 1_761_528_957;
/// 2045-02-17T14:59:59Z: the end of that day in Japan.
const LEAF_NOT_AFTER: i64 = 2_370_956_399;

fn authority(purpose: Purpose, generation: Generation) -> Result<CertificateAuthority, SimError> {
    use Generation::{G2015, G2019, G2023};
    use Purpose::{Authentication, Signing};
    // Serial numbers count up across generations and leaves, as the real ones do (docs/certificate-facts.md §5.2).
    let (name, serial, not_before, not_after) = match (purpose, generation) {
        (Signing, G2015) => (KeyName::SigningCa2015, 1, 1_445_308_828, 1_760_885_999),
        (Signing, G2019) => (KeyName::SigningCa2019, 1_016_003, 1_568_504_516, 2_515_244_399),
        (Signing, G2023) => (KeyName::SigningCa2023, 2_016_003, 1_689_468_627, 2_509_973_999),
        (Authentication, G2015) => (KeyName::AuthenticationCa2015, 1, 1_445_310_493, 1_760_885_999),
        (Authentication, G2019) => (KeyName::AuthenticationCa2019, 1_018_009, 1_568_504_519, 2_515_244_399),
        (Authentication, G2023) => (KeyName::AuthenticationCa2023, 2_018_009, 1_689_469_264, 2_509_973_999),
    };
    let key = TestKey::load(name)?;
    let subject = profile::authority_name(purpose);
    let mut template = CertificateTemplate {
        issuer: subject.clone(),
        subject,
        extensions: profile::authority_extensions(purpose, &key.key_identifier()),
        ..blank(&key)
    };
    template.set_serial(serial);
    template.set_validity(not_before, not_after)?;
    let certificate = template.sign(&key)?;
    Ok(CertificateAuthority { purpose, generation, key, template, certificate })
}

/// What all certificates here have in common.
fn blank(key: &TestKey) -> CertificateTemplate {
    let algorithm = der::sequence(&[oids::sha256_with_rsa(), der::null()]);
    CertificateTemplate {
        version: der::constructed(0xA0, &[der::integer(2)]),
        serial_number: Vec::new(),
        inner_algorithm: algorithm.clone(),
        issuer: Vec::new(),
        validity: Vec::new(),
        subject: Vec::new(),
        subject_public_key_info: key.subject_public_key_info(),
        extensions: Vec::new(),
        outer_algorithm: algorithm,
    }
}
