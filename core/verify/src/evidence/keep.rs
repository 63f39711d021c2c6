//! The inputs a record keeps.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{AnchorSource, EvidenceError, Keep, Retention, TestAnchors};
use crate::hex::Hex;
use crate::{
    CrlMark, Document, Environment, EvidenceKind, Purpose, RevocationEvidence, SignatureInput, Submission,
    TrustAnchor, TrustAnchors, cms,
};

/// Bytes as base64 (RFC 4648 §4), for serde.
pub(super) mod base64 {
    use base64ct::{Base64, Encoding};
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(in super::super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Base64::encode_string(bytes))
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<u8>, D::Error> {
        Base64::decode_vec(&String::deserialize(deserializer)?).map_err(|_| D::Error::custom("not base64"))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Bytes(#[serde(with = "base64")] pub(super) Vec<u8>);

impl Bytes {
    fn new(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    pub(super) fn sha256(&self) -> String {
        sha256(&self.0)
    }
}

/// Lower-case hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    Hex(&Sha256::digest(bytes)).to_string()
}

/// Which [`SignatureInput`] it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Form {
    Raw,
    Cms,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kept {
    pub(super) form: Form,
    pub(super) document: Option<Bytes>,
    pub(super) signature: Option<Bytes>,
    /// The one handed over beside the signature, then those of the signers that a CMS carries; each once.
    pub(super) certificates: Vec<Bytes>,
    /// In the order of the submission.
    pub(super) revocation: Vec<KeptEvidence>,
    /// The newest CRL the relying party had seen before.
    pub(super) seen_crl: Option<CrlMark>,
    pub(super) anchors: Vec<KeptAnchor>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeptEvidence {
    pub(super) kind: EvidenceKind,
    pub(super) bytes: Option<Bytes>,
    /// The nonce of the OCSP request.
    pub(super) nonce: Option<Bytes>,
}

/// An anchor relied on. Production ones are in this crate; of a test one the certificate is kept, which proves nothing:
/// whoever writes a record chooses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeptAnchor {
    pub(super) name: String,
    pub(super) sha256: String,
    pub(super) certificate: Option<Bytes>,
}

/// Whether a CMS that carries this may hold what is not to be kept.
fn reveals(carried: Option<&cms::Carried>, retention: Retention) -> bool {
    let may_hold = |what: fn(&cms::Carried) -> bool, keep| keep != Keep::Yes && carried.is_none_or(what);
    may_hold(|carried| carried.may_hold_certificates, retention.certificate)
        || may_hold(|carried| carried.has_content, retention.document)
        || may_hold(|carried| carried.may_hold_revocation, retention.revocation)
}

impl Kept {
    /// What `retention` says of a submission whose signers have certificates with these hashes.
    pub(super) fn new(
        submission: &Submission<'_>,
        anchors: &TrustAnchors,
        retention: Retention,
        signers: &[[u8; 32]],
    ) -> Self {
        let (form, signature, given) = match submission.signature {
            SignatureInput::Raw { certificate, signature } => (Form::Raw, signature, Some(certificate)),
            SignatureInput::Cms { cms, certificate } => (Form::Cms, cms, certificate),
        };
        let carried = if form == Form::Cms { cms::carried(signature) } else { None };
        let reveals = form == Form::Cms && reveals(carried.as_ref(), retention);
        let embedded = carried.map(|carried| carried.certificates).unwrap_or_default();
        let of_signers = embedded.into_iter().filter(|der| signers.contains(&Sha256::digest(der).into()));
        let mut certificates: Vec<Bytes> = given.map(Bytes::new).into_iter().collect();
        for certificate in of_signers.map(Bytes) {
            if !certificates.contains(&certificate) {
                certificates.push(certificate);
            }
        }
        let document = match submission.document {
            Document::Bytes(bytes) => retention.document.then(|| Bytes::new(bytes)),
            Document::Digests(_) => None,
        };
        let evidence = |one: &RevocationEvidence<'_>| {
            let (bytes, nonce) = one.received();
            KeptEvidence {
                kind: one.kind(),
                bytes: bytes.and_then(|bytes| retention.revocation.then(|| Bytes::new(bytes))),
                nonce: nonce.map(|nonce| Bytes::new(&nonce)),
            }
        };
        let anchor = |anchor: &TrustAnchor| KeptAnchor {
            name: anchor.name().to_owned(),
            sha256: Hex(&anchor.certificate().sha256()).to_string(),
            certificate: (anchors.environment() == Environment::Test)
                .then(|| Bytes::new(anchor.certificate().as_der())),
        };
        Self {
            form,
            document,
            signature: retention.signature.then(|| Bytes::new(signature)).filter(|_| !reveals),
            certificates: retention.certificate.then_or_empty(certificates),
            revocation: submission.revocation.iter().map(evidence).collect(),
            seen_crl: submission.seen_crl,
            anchors: anchors.iter().map(anchor).collect(),
        }
    }

    /// The anchors relied on, if they are known here, and from where.
    pub(super) fn trust_anchors(
        &self,
        purpose: Purpose,
        environment: Environment,
        test: TestAnchors<'_>,
    ) -> Result<Option<(TrustAnchors, AnchorSource)>, EvidenceError> {
        let hashes: Vec<_> = self.anchors.iter().map(|anchor| anchor.sha256.as_str()).collect();
        let found = match (environment, test) {
            (Environment::Production, _) => {
                TrustAnchors::production(purpose).only(&hashes).map(|all| (all, AnchorSource::BuiltIn))
            }
            (Environment::Test, TestAnchors::None) => None,
            (Environment::Test, TestAnchors::OfRecord) => {
                let ders = self.anchors.iter().map(|anchor| anchor.certificate.as_ref().map(|der| &der.0));
                let ders = ders.collect::<Option<Vec<_>>>();
                let all = ders.and_then(|ders| TrustAnchors::test(purpose, ders).ok());
                all.map(|all| (all, AnchorSource::OfRecord))
            }
            (Environment::Test, TestAnchors::Given(given)) => {
                let fits = given.purpose() == purpose && given.environment() == environment;
                let all = fits.then(|| given.clone().only(&hashes)).flatten();
                Some((all.ok_or(EvidenceError::GivenInput { input: "anchor" })?, AnchorSource::Given))
            }
        };
        let is_named = |anchor: &TrustAnchor| {
            let sha256 = Hex(&anchor.certificate().sha256()).to_string();
            self.anchors.iter().any(|kept| kept.sha256 == sha256 && kept.name == anchor.name())
        };
        match &found {
            Some((all, _)) if !all.iter().all(is_named) => Err(EvidenceError::KeptInput { input: "anchor" }),
            _ => Ok(found),
        }
    }

    /// Whether the anchors kept are those with the hashes beside them.
    pub(super) fn check_anchors(&self) -> Result<(), EvidenceError> {
        let fits = |anchor: &KeptAnchor| {
            anchor.certificate.as_ref().is_none_or(|certificate| certificate.sha256() == anchor.sha256)
        };
        self.anchors.iter().all(fits).then_some(()).ok_or(EvidenceError::KeptInput { input: "anchor" })
    }
}
