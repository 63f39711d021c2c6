//! Vectors: a good answer about a good certificate, any part of which can be made wrong before it is signed.

use kazasu_cert::{Certificate, UnixTime};
use kazasu_sim::status_services::{OcspResponder, OcspSigner, OcspTemplate, delegate};
use kazasu_sim::{
    CertificateAuthority, CertificateTemplate, Generation, KeyName, Persona, Purpose as SimPurpose, TestKey,
    TestPki,
};
use kazasu_verify::{
    CertIdHash, ClockSkew, MaxAge, NoncePolicy, OcspAnswer, OcspNonce, OcspPolicy, OcspProblem, OcspRequest,
    Purpose, RustCrypto, TrustAnchor, TrustAnchors, check_ocsp,
};

pub const NONCE: OcspNonce = *b"thirty-two bytes from a good RNG";

/// Within the validity of the two newer generations.
pub const NOW: UnixTime = UnixTime(1_775_000_000);

pub const POLICY: OcspPolicy = OcspPolicy {
    max_age: MaxAge::THIRTY_MINUTES,
    nonce: NoncePolicy::Required(NONCE),
    clock_skew: ClockSkew::FIVE_MINUTES,
};

/// The serial number of every leaf of the test PKI.
pub const SERIAL: u64 = 2_025_991;

pub fn pki() -> &'static TestPki {
    TestPki::shared().unwrap()
}

pub fn key(name: KeyName) -> TestKey {
    TestKey::load(name).unwrap()
}

pub fn anchors(purpose: Purpose) -> TrustAnchors {
    TrustAnchors::test(purpose, pki().anchors_der(sim(purpose))).unwrap()
}

pub fn sim(purpose: Purpose) -> SimPurpose {
    match purpose {
        Purpose::Signing => SimPurpose::Signing,
        Purpose::Authentication => SimPurpose::Authentication,
    }
}

pub fn authority(purpose: Purpose, generation: Generation) -> &'static CertificateAuthority {
    pki().authority(sim(purpose), generation)
}

/// A cardholder's certificate and the parts it is made of.
pub fn leaf(purpose: Purpose, generation: Generation) -> (Certificate, CertificateTemplate) {
    let holder = Persona::named("ichiro").unwrap().holder;
    let template = pki().leaf(sim(purpose), generation, &holder).unwrap();
    let der = template.sign(authority(purpose, generation).key()).unwrap();
    (Certificate::from_der(&der).unwrap(), template)
}

/// The anchor with the key of an authority.
pub fn anchor<'a>(anchors: &'a TrustAnchors, authority: &CertificateAuthority) -> &'a TrustAnchor {
    anchors.iter().find(|anchor| anchor.certificate().as_der() == authority.certificate()).unwrap()
}

/// One question and one answer.
pub struct Vector {
    pub leaf: Certificate,
    pub anchors: TrustAnchors,
    pub authority: &'static CertificateAuthority,
    pub responder: OcspResponder,
    /// Changes the answer before it is signed.
    pub edit: fn(&mut OcspTemplate),
    pub hash: CertIdHash,
    pub policy: OcspPolicy,
    /// When the responder answers.
    pub answered: UnixTime,
    /// The time in question.
    pub at: UnixTime,
}

impl Vector {
    pub fn new() -> Self {
        Self::of(Purpose::Signing, Generation::G2023)
    }

    pub fn of(purpose: Purpose, generation: Generation) -> Self {
        let authority = authority(purpose, generation);
        Self {
            leaf: leaf(purpose, generation).0,
            anchors: anchors(purpose),
            authority,
            responder: OcspResponder::new(authority).unwrap(),
            edit: |_| {},
            hash: CertIdHash::Sha1,
            policy: POLICY,
            answered: NOW,
            at: NOW,
        }
    }

    pub fn issuer(&self) -> &TrustAnchor {
        anchor(&self.anchors, self.authority)
    }

    pub fn request(&self) -> Vec<u8> {
        OcspRequest::new(&self.leaf, self.issuer(), self.hash, Some(&NONCE)).into_der()
    }

    pub fn received(&self) -> Vec<u8> {
        let (request, now) = (self.request(), self.answered.0);
        if self.responder.failure.is_some() {
            return self.responder.answer(&request, now);
        }
        let mut template = self.responder.template(&request, now).unwrap().unwrap();
        (self.edit)(&mut template);
        template.sign_with(self.responder.signer.hash, &self.responder.signer.key).unwrap()
    }

    pub fn check(&self) -> Result<OcspAnswer, OcspProblem> {
        self.check_bytes(&self.received())
    }

    pub fn check_bytes(&self, received: &[u8]) -> Result<OcspAnswer, OcspProblem> {
        check_ocsp(received, &self.leaf, self.issuer(), &RustCrypto, &self.policy, self.at)
    }

    /// Another delegate: its certificate is changed, then issued with the key of the authority.
    pub fn set_delegate(&mut self, edit: impl FnOnce(&mut CertificateTemplate)) {
        let authority = self.authority;
        self.set_delegate_of(authority, authority.key(), edit);
    }

    /// Another delegate, of whatever authority, issued with whatever key.
    pub fn set_delegate_of(
        &mut self,
        authority: &CertificateAuthority,
        issuer_key: &TestKey,
        edit: impl FnOnce(&mut CertificateTemplate),
    ) {
        let key = key(KeyName::OcspResponder);
        let mut template = delegate(authority, &key);
        edit(&mut template);
        self.responder.signer = OcspSigner::delegate(&template, issuer_key, &key).unwrap();
    }
}
