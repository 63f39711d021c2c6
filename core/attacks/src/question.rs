//! Everything a verifier is given, finished.

use std::sync::Arc;

use kazasu_cert::{HashAlgorithm, UnixTime};
use kazasu_verify::{
    CrlMark, CryptoProvider, Document, Environment, Policy, Purpose, Report, RustCrypto, SignatureInput,
    Submission, TrustAnchors, ValidationTime, Verifier,
};

use crate::status::Evidence;
use crate::vector::anchors;

/// A submission with the rules by which it is to be judged.
#[derive(Clone, Debug)]
pub struct Question {
    /// What the signature is for.
    pub purpose: Purpose,
    /// Whose CAs are relied on: the production ones, or all generations of the test CAs.
    pub environment: Environment,
    /// The relying party's choices.
    pub policy: Policy,
    /// The time in question, which is also "now" for freshness.
    pub at: UnixTime,
    /// The relying party's copy of the document.
    pub document: Vec<u8>,
    /// Whether the verifier gets the SHA-256 of the document only.
    pub by_digest: bool,
    /// The certificate beside the signature.
    pub certificate: Option<Vec<u8>>,
    /// The signature.
    pub signature: Signature,
    /// What there is about revocation.
    pub evidence: Vec<Evidence>,
    /// The newest CRL the relying party has used.
    pub seen_crl: Option<CrlMark>,
}

/// A signature.
#[derive(Clone, Debug)]
pub enum Signature {
    /// As the card makes it.
    Raw(Vec<u8>),
    /// A CMS SignedData.
    Cms(Vec<u8>),
}

impl Signature {
    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Raw(bytes) | Self::Cms(bytes) => bytes,
        }
    }
}

impl Question {
    /// What our verifier answers.
    pub fn report(&self) -> Report {
        self.report_by(Arc::new(RustCrypto))
    }

    /// What it answers when it computes with another implementation.
    pub fn report_by(&self, crypto: Arc<dyn CryptoProvider>) -> Report {
        let anchors = match self.environment {
            Environment::Production => TrustAnchors::production(self.purpose),
            Environment::Test => anchors(self.purpose),
        };
        let certificate = self.certificate.as_deref();
        let signature = match &self.signature {
            Signature::Raw(signature) => {
                SignatureInput::Raw { certificate: certificate.unwrap_or_default(), signature }
            }
            Signature::Cms(cms) => SignatureInput::Cms { cms, certificate },
        };
        let digests = [HashAlgorithm::Sha256.digest(&self.document)];
        let document =
            if self.by_digest { Document::Digests(&digests) } else { Document::Bytes(&self.document) };
        let evidence: Vec<_> = self.evidence.iter().map(Evidence::borrow).collect();
        let mut submission = Submission::new(document, signature).with_revocation(&evidence);
        submission.seen_crl = self.seen_crl;
        Verifier::with_crypto(anchors, self.policy, crypto).check(&submission, ValidationTime::now(self.at))
    }

    /// The certificate whose key a raw signature's length is compared with.
    pub(crate) fn is_raw_by_length(&self) -> bool {
        let detected = SignatureInput::detect(self.signature.bytes(), self.certificate.as_deref());
        matches!(detected, Some(SignatureInput::Raw { .. }))
    }
}
