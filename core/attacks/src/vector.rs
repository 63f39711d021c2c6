//! A valid submission of the test PKI, any part of which can be made wrong before it is signed.

use kazasu_cert::UnixTime;
use kazasu_sim::pki::{oids, profile};
use kazasu_sim::{
    CertificateTemplate, Extension, Generation, Holder, KeyName, Persona, TestKey, TestPki, der,
};
use kazasu_verify::{
    AcceptedHashes, ClockSkew, CrlScope, Environment, MaxAge, NonceEcho, OnUnknownStatus, Policy, Purpose,
    Report, RevocationPolicy, RevocationRules, Scheme, SignedAttributesPolicy, TrustAnchors,
};

use crate::status::Evidence;
use crate::{Question, Signature, cms};

/// What is signed.
pub const DOCUMENT: &[u8] = "申込書 / application, nonce 7c1f".as_bytes();

/// Long after every certificate's notBefore, long before the newer anchors end.
pub const NOW: &str = "2026-04-01T00:00:00Z";

/// Nothing is known about revocation, and that is all right.
pub const POLICY: Policy = Policy {
    revocation: RevocationPolicy::NotChecked,
    signed_attributes: SignedAttributesPolicy::Required,
    hashes: AcceptedHashes::SHA2,
    scheme: Scheme::Pkcs1,
    clock_skew: ClockSkew::FIVE_MINUTES,
};

/// The rules of [`CHECKED`].
pub const RULES: RevocationRules = RevocationRules {
    crl_scope: CrlScope::Partition,
    max_ocsp_age: MaxAge::THIRTY_MINUTES,
    ocsp_nonce: NonceEcho::Optional,
    unknown_status: OnUnknownStatus::Indeterminate,
};

/// The same policy where revocation counts.
pub const CHECKED: Policy = Policy { revocation: RevocationPolicy::Required(RULES), ..POLICY };

/// [`CHECKED`], where a CRL without issuingDistributionPoint is one of everything.
pub const CHECKED_FULL: Policy = Policy {
    revocation: RevocationPolicy::Required(RevocationRules { crl_scope: CrlScope::Full, ..RULES }),
    ..POLICY
};

/// The test PKI.
pub fn pki() -> &'static TestPki {
    TestPki::shared().expect("the test PKI can be made")
}

/// One of its keys.
pub fn key(name: KeyName) -> TestKey {
    TestKey::load(name).expect("the key is embedded")
}

/// Whom the certificates are about.
pub fn holder() -> Holder {
    Persona::named("ichiro").expect("the persona is in the deck").holder
}

/// An instant, RFC 3339.
pub fn time(text: &str) -> UnixTime {
    text.parse().expect("an RFC 3339 time")
}

/// The simulator's word for a purpose.
pub fn sim(purpose: Purpose) -> kazasu_sim::Purpose {
    match purpose {
        Purpose::Signing => kazasu_sim::Purpose::Signing,
        Purpose::Authentication => kazasu_sim::Purpose::Authentication,
    }
}

/// All three generations of the test CA.
pub fn anchors(purpose: Purpose) -> TrustAnchors {
    TrustAnchors::test(purpose, pki().anchors_der(sim(purpose))).expect("the test CAs are anchors")
}

/// A raw signature with its certificate, valid until something is changed.
#[derive(Clone, Debug)]
pub struct Vector {
    /// What the verifier is asked about.
    pub purpose: Purpose,
    /// By which rules.
    pub policy: Policy,
    /// As of when.
    pub at: UnixTime,
    /// The parts of the certificate.
    pub template: CertificateTemplate,
    /// Signs the certificate.
    pub issuer_key: TestKey,
    /// Signs the document.
    pub holder_key: TestKey,
    /// Replaces the certificate, whatever the template says.
    pub certificate: Option<Vec<u8>>,
    /// Replaces the signature.
    pub signature: Option<Vec<u8>>,
    /// Certificates that come along: then the signature comes as a CMS.
    pub companions: Vec<Vec<u8>>,
}

impl Vector {
    /// A signature by the rules of its purpose, of generation 2023.
    pub fn new(purpose: Purpose) -> Self {
        Self::of(purpose, Generation::G2023)
    }

    /// The same of another generation.
    pub fn of(purpose: Purpose, generation: Generation) -> Self {
        Self {
            purpose,
            policy: POLICY,
            at: time(NOW),
            template: pki().leaf(sim(purpose), generation, &holder()).expect("the default validity"),
            issuer_key: pki().authority(sim(purpose), generation).key().clone(),
            holder_key: pki().leaf_key(sim(purpose)).clone(),
            certificate: None,
            signature: None,
            companions: Vec::new(),
        }
    }

    /// The certificate, DER unless that is what is wrong with it.
    pub fn certificate(&self) -> Vec<u8> {
        self.certificate
            .clone()
            .unwrap_or_else(|| self.template.sign(&self.issuer_key).expect("any TBS can be signed"))
    }

    /// What a verifier is asked.
    pub fn question(&self) -> Question {
        let certificate = self.certificate();
        let signature = if self.companions.is_empty() {
            let made = || self.holder_key.sign_sha256(DOCUMENT).expect("any document can be signed");
            Signature::Raw(self.signature.clone().unwrap_or_else(made))
        } else {
            let mut cms = cms::CmsTemplate::new(&certificate);
            cms.certificates.extend(self.companions.clone());
            Signature::Cms(cms.build())
        };
        let beside = matches!(signature, Signature::Raw(_)).then_some(certificate);
        Question {
            purpose: self.purpose,
            environment: Environment::Test,
            policy: self.policy,
            at: self.at,
            document: DOCUMENT.to_vec(),
            by_digest: false,
            certificate: beside,
            signature,
            evidence: Vec::new(),
            seen_crl: None,
        }
    }

    /// What our verifier says.
    pub fn report(&self) -> Report {
        self.question().report()
    }

    /// What our verifier says, given this evidence.
    pub fn report_with(&self, evidence: &[Evidence]) -> Report {
        Question { evidence: evidence.to_vec(), ..self.question() }.report()
    }

    /// An extension of the profile.
    pub fn extension(&mut self, id: &[u8]) -> &mut Extension {
        self.template.extension_mut(id).expect("the profile has this extension")
    }

    /// Takes an extension of the profile out.
    pub fn remove_extension(&mut self, id: &[u8]) {
        assert!(self.template.remove_extension(id), "the profile has this extension");
    }

    /// Sets keyUsage.
    pub fn key_usage(&mut self, unused: u8, bits: &[u8]) {
        self.extension(&oids::key_usage()).value = der::bit_string(unused, bits);
    }

    /// Sets both ends of the validity, RFC 3339.
    pub fn set_validity(&mut self, not_before: &str, not_after: &str) {
        let set = self.template.set_validity(time(not_before).0, time(not_after).0);
        set.expect("times that UTCTime can say");
    }

    /// Replaces the authority key identifier by one of these parts, the name being the CA's.
    pub fn aki(&mut self, key_identifier: &[u8], serial: &[u8]) {
        let issuer = self.template.issuer.clone();
        let value = profile::authority_key_identifier(key_identifier, &issuer, serial);
        self.extension(&oids::authority_key_identifier()).value = value;
    }

    /// The six attributes, each as number and value TLV, to be changed and put back with `set_attributes`.
    pub fn attributes() -> Vec<(u32, Vec<u8>)> {
        let holder = holder();
        let (name, address) = (holder.name_substitutes(), holder.address_substitutes());
        let texts = [
            (1, &holder.name),
            (4, &holder.date_of_birth),
            (3, &holder.sex),
            (5, &holder.address),
            (2, &name),
            (6, &address),
        ];
        texts.into_iter().map(|(number, text)| (number, der::utf8(text))).collect()
    }

    /// Replaces the subjectAltName.
    pub fn set_attributes(&mut self, attributes: &[(u32, Vec<u8>)]) {
        let names: Vec<_> =
            attributes.iter().map(|(number, value)| profile::other_name(*number, value)).collect();
        self.extension(&oids::subject_alt_name()).value = der::sequence(&names);
    }
}
