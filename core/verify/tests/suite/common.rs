//! Vectors: a valid submission of the test PKI, any part of which can be made wrong before it is signed.

pub mod cms;
pub mod status;

use kazasu_cert::UnixTime;
use kazasu_sim::pki::{oids, profile};
use kazasu_sim::{
    CertificateTemplate, Extension, Generation, Holder, KeyName, Persona, TestKey, TestPki, der,
};
use kazasu_verify::{
    AcceptedHashes, ClockSkew, CrlScope, Document, MaxAge, NonceEcho, OnUnknownStatus, Policy, Purpose,
    Rejection, Report, RevocationPolicy, RevocationRules, Scheme, SignatureInput, SignedAttributesPolicy,
    Submission, TrustAnchors, ValidationTime, Verdict, Verifier,
};

pub const DOCUMENT: &[u8] = "申込書 / application, nonce 7c1f".as_bytes();

/// Long after every certificate's notBefore, long before the newer anchors end.
pub const NOW: &str = "2026-04-01T00:00:00Z";

pub const POLICY: Policy = Policy {
    revocation: RevocationPolicy::NotChecked,
    signed_attributes: SignedAttributesPolicy::Required,
    hashes: AcceptedHashes::SHA2,
    scheme: Scheme::Pkcs1,
    clock_skew: ClockSkew::FIVE_MINUTES,
};

pub const RULES: RevocationRules = RevocationRules {
    crl_scope: CrlScope::Partition,
    max_ocsp_age: MaxAge::THIRTY_MINUTES,
    ocsp_nonce: NonceEcho::Optional,
    unknown_status: OnUnknownStatus::Indeterminate,
};

/// The same policy where revocation counts.
pub const CHECKED: Policy = Policy { revocation: RevocationPolicy::Required(RULES), ..POLICY };

pub fn pki() -> &'static TestPki {
    TestPki::shared().unwrap()
}

pub fn key(name: KeyName) -> TestKey {
    TestKey::load(name).unwrap()
}

pub fn holder() -> Holder {
    Persona::named("ichiro").unwrap().holder
}

pub fn time(text: &str) -> UnixTime {
    text.parse().unwrap()
}

pub fn sim(purpose: Purpose) -> kazasu_sim::Purpose {
    match purpose {
        Purpose::Signing => kazasu_sim::Purpose::Signing,
        Purpose::Authentication => kazasu_sim::Purpose::Authentication,
    }
}

pub fn anchors(purpose: Purpose) -> TrustAnchors {
    TrustAnchors::test(purpose, pki().anchors_der(sim(purpose))).unwrap()
}

pub fn verifier(purpose: Purpose, policy: Policy) -> Verifier {
    Verifier::new(anchors(purpose), policy)
}

pub fn check(verifier: &Verifier, document: &[u8], signature: SignatureInput<'_>, at: UnixTime) -> Report {
    verifier.check(&Submission::new(Document::Bytes(document), signature), ValidationTime::now(at))
}

/// A raw signature with its certificate, valid until something is changed.
#[derive(Clone)]
pub struct Vector {
    /// What the verifier is asked about.
    pub purpose: Purpose,
    pub policy: Policy,
    pub at: UnixTime,
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
    pub fn new(purpose: Purpose) -> Self {
        Self::of(purpose, Generation::G2023)
    }

    pub fn of(purpose: Purpose, generation: Generation) -> Self {
        Self {
            purpose,
            policy: POLICY,
            at: time(NOW),
            template: pki().leaf(sim(purpose), generation, &holder()).unwrap(),
            issuer_key: pki().authority(sim(purpose), generation).key().clone(),
            holder_key: pki().leaf_key(sim(purpose)).clone(),
            certificate: None,
            signature: None,
            companions: Vec::new(),
        }
    }

    pub fn certificate(&self) -> Vec<u8> {
        self.certificate.clone().unwrap_or_else(|| self.template.sign(&self.issuer_key).unwrap())
    }

    /// What the verifier says where revocation counts, given this evidence.
    pub fn report_with(&self, evidence: &[status::Evidence]) -> Report {
        let signature = self.holder_key.sign_sha256(DOCUMENT).unwrap();
        let certificate = self.certificate();
        let input = SignatureInput::Raw { certificate: &certificate, signature: &signature };
        let evidence: Vec<_> = evidence.iter().map(status::Evidence::borrow).collect();
        let submission = Submission::new(Document::Bytes(DOCUMENT), input).with_revocation(&evidence);
        verifier(self.purpose, self.policy).check(&submission, ValidationTime::now(self.at))
    }

    pub fn report(&self) -> Report {
        let verifier = verifier(self.purpose, self.policy);
        let certificate = self.certificate();
        if self.companions.is_empty() {
            let signature = self.signature.clone();
            let signature = signature.unwrap_or_else(|| self.holder_key.sign_sha256(DOCUMENT).unwrap());
            let input = SignatureInput::Raw { certificate: &certificate, signature: &signature };
            return check(&verifier, DOCUMENT, input, self.at);
        }
        let mut cms = cms::CmsTemplate::new(&certificate);
        cms.certificates.extend(self.companions.clone());
        let input = SignatureInput::Cms { cms: &cms.build(), certificate: None };
        check(&verifier, DOCUMENT, input, self.at)
    }

    pub fn extension(&mut self, id: &[u8]) -> &mut Extension {
        self.template.extension_mut(id).expect("the profile has this extension")
    }

    pub fn key_usage(&mut self, unused: u8, bits: &[u8]) {
        self.extension(&oids::key_usage()).value = der::bit_string(unused, bits);
    }

    pub fn set_validity(&mut self, not_before: &str, not_after: &str) {
        self.template.set_validity(time(not_before).0, time(not_after).0).unwrap();
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

    pub fn set_attributes(&mut self, attributes: &[(u32, Vec<u8>)]) {
        let names: Vec<_> =
            attributes.iter().map(|(number, value)| profile::other_name(*number, value)).collect();
        self.extension(&oids::subject_alt_name()).value = der::sequence(&names);
    }
}

#[track_caller]
pub fn assert_accepted(report: &Report, what: &str) {
    assert_eq!(report.errors, [], "{what}");
    assert_eq!(report.verdict, Verdict::Accepted, "{what}");
    assert_eq!(report.attributes.is_some(), report.purpose == Purpose::Signing, "{what}");
}

/// Rejected, and this is what is said first.
#[track_caller]
pub fn assert_rejected(report: &Report, expected: &Rejection, what: &str) {
    assert_eq!(report.errors.first(), Some(expected), "{what}: {:?}", report.errors);
    assert_eq!(report.verdict, Verdict::Rejected, "{what}");
    assert!(report.attributes.is_none(), "{what}");
}
