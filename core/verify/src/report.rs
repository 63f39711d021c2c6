//! The verdict and everything it rests on.

use kazasu_cert::{AttributeWarning, Certificate, Digest, HashAlgorithm, UnixTime};
use serde::ser::{SerializeMap, SerializeStruct, Serializer};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::hex::{self, Hex};
use crate::time::{optional_rfc3339, rfc3339};
use crate::{
    Carrier, CheckRecord, CrlMark, Environment, EvidenceKind, EvidenceProblem, Finding, Policy, Purpose,
    Rejection, RevocationEvidence, RevocationStatus, SignerRevocation, TrustAnchor, ValidationTime,
    VerifiedAttributes,
};

/// What a [`Verifier`](crate::Verifier) found. Serializes as one JSON object with these fields, except that `errors`
/// holds [all codes](Self::codes); the attributes stand in it only when the verdict is
/// [`Accepted`](Verdict::Accepted).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The answer.
    pub verdict: Verdict,
    /// Why it was rejected, the most useful first, each once.
    pub errors: Vec<Rejection>,
    /// What is missing for a yes or a no.
    pub undecided: Vec<Undecided>,
    /// What whoever relies on the answer should know.
    pub warnings: Vec<Warning>,
    /// The purpose that was asked about.
    pub purpose: Purpose,
    /// The environment whose anchors were relied on.
    pub environment: Environment,
    /// The instant the answer is about, and where it was taken from.
    pub time: ValidationTime,
    /// The relying party's choices.
    pub policy: Policy,
    /// What is known about revocation.
    pub revocation: RevocationStatus,
    /// Hashes of what was checked.
    pub inputs: InputHashes,
    /// One for each signer of a CMS, exactly one for a raw signature; empty if it could not be told who signed.
    pub signers: Vec<Signer>,
    /// Each check in the order in which it was made.
    pub checks: Vec<CheckRecord>,
    /// The basic four attributes: only when accepted, only from a signing certificate, and only with one signer.
    pub attributes: Option<VerifiedAttributes>,
}

impl Report {
    /// Whether the signature may be relied on.
    pub fn is_accepted(&self) -> bool {
        self.verdict == Verdict::Accepted
    }

    /// Why it is not accepted, as codes: of the [errors](Self::errors), then of what is
    /// [undecided](Self::undecided), then `indeterminate` if that is the verdict. Empty exactly when accepted.
    pub fn codes(&self) -> Vec<&'static str> {
        let errors = self.errors.iter().map(Rejection::code);
        let mut codes: Vec<_> = errors.chain(self.undecided.iter().map(Undecided::code)).collect();
        codes.extend((self.verdict == Verdict::Indeterminate).then_some("indeterminate"));
        codes
    }

    /// The newest CRL that counted for the signer: what to remember for the certificate's partition, and to hand over the
    /// next time as [`Submission::seen_crl`](crate::Submission::seen_crl). `None` if no CRL counted, if an older one than
    /// was seen did, or if different certificates signed.
    pub fn crl_mark(&self) -> Option<CrlMark> {
        let mut certificates = self.signers.iter().map(|signer| signer.certificate.as_ref());
        let first = certificates.next()??;
        if certificates.any(|other| other != Some(first)) {
            return None;
        }
        let findings = self.signers.iter().flat_map(|signer| &signer.revocation.findings);
        findings.filter_map(Finding::crl_mark).max()
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut report = serializer.serialize_struct("Report", 13)?;
        report.serialize_field("verdict", &self.verdict)?;
        report.serialize_field("errors", &self.codes())?;
        report.serialize_field("undecided", &self.undecided)?;
        report.serialize_field("warnings", &self.warnings)?;
        report.serialize_field("purpose", &self.purpose)?;
        report.serialize_field("environment", &self.environment)?;
        report.serialize_field("time", &self.time)?;
        report.serialize_field("policy", &self.policy)?;
        report.serialize_field("revocation", &self.revocation)?;
        report.serialize_field("inputs", &self.inputs)?;
        report.serialize_field("signers", &self.signers)?;
        report.serialize_field("checks", &self.checks)?;
        match &self.attributes {
            Some(attributes) => report.serialize_field("attributes", attributes)?,
            None => report.skip_field("attributes")?,
        }
        report.end()
    }
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every check passed.
    Accepted,
    /// A check failed.
    Rejected,
    /// No check failed, but something needed for a yes is missing. Not a yes.
    Indeterminate,
}

/// What is missing for a verdict.
///
/// Serialized as its [`code`](Self::code).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Undecided {
    /// The policy wants proof that the certificate is not revoked, and there is none.
    #[error("nothing was handed over that tells whether the certificate is revoked")]
    NoRevocationEvidence,
    /// There is evidence, but this piece proves nothing, and no other piece does.
    #[error(transparent)]
    Evidence(EvidenceProblem),
    /// The OCSP responder does not know the certificate, and the policy does not take that for a no.
    #[error("the OCSP responder does not know the certificate")]
    StatusUnknown,
}

impl Undecided {
    /// A stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoRevocationEvidence => "no_revocation_evidence",
            Self::Evidence(problem) => problem.code(),
            Self::StatusUnknown => "status_unknown",
        }
    }
}

impl Serialize for Undecided {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// What does not change the verdict but should be known. Serialized as a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Warning {
    /// The certificate's notBefore lies in the future, within the clock skew of the policy.
    NotYetValidWithinClockSkew,
    /// An authentication certificate with a subjectAltName: it was not read.
    SubjectAltNameIgnored,
    /// There are several signers, so nobody's attributes are returned, even where one certificate signed several times.
    SeveralSigners,
    /// Some of the evidence about revocation was of no use, but other evidence gave the answer.
    EvidenceIgnored,
    /// Evidence that has lapsed, or a CRL older than one seen before, tells that the certificate is revoked; that it was
    /// good it could not have told.
    RevokedByLapsedEvidence,
    /// About the attributes; only beside attributes.
    #[serde(untagged)]
    Attribute(AttributeWarning),
}

/// SHA-256 of the input, and the document's digests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct InputHashes {
    /// The document's digests: of its bytes always SHA-256, and each one a signature was compared with.
    #[serde(serialize_with = "digests")]
    pub document: Vec<Digest>,
    /// SHA-256 of the raw signature or of the CMS.
    #[serde(serialize_with = "hex::serialize")]
    pub signature: [u8; 32],
    /// SHA-256 of the certificate that was handed over beside it, if one was.
    #[serde(serialize_with = "hex::optional::serialize")]
    pub certificate: Option<[u8; 32]>,
    /// What was handed over about revocation, in that order.
    pub revocation: Vec<EvidenceHash>,
}

/// One piece of evidence about revocation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct EvidenceHash {
    /// Its kind.
    pub kind: EvidenceKind,
    /// SHA-256 of what was received; `None` if nothing was.
    #[serde(serialize_with = "hex::optional::serialize")]
    pub sha256: Option<[u8; 32]>,
}

impl From<&RevocationEvidence<'_>> for EvidenceHash {
    fn from(evidence: &RevocationEvidence<'_>) -> Self {
        Self { kind: evidence.kind(), sha256: evidence.sha256() }
    }
}

/// Who signed, as far as it could be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Signer {
    /// The signer's certificate; `None` if it could not be read.
    pub certificate: Option<CertificateRecord>,
    /// The anchor that its issuer fields name; whether it has signed is told by the checks.
    pub anchor: Option<AnchorRecord>,
    /// Where the key lives, if the policy of the certificate told.
    pub carrier: Option<Carrier>,
    /// The hash function of the signature, if the signature verified.
    pub hash: Option<HashAlgorithm>,
    /// When the signer claims to have signed. Never a time to validate at.
    #[serde(serialize_with = "optional_rfc3339")]
    pub claimed_signing_time: Option<UnixTime>,
    /// What is known about the revocation of the certificate, and from where.
    pub revocation: SignerRevocation,
}

/// Which certificate it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CertificateRecord {
    /// SHA-256 of its DER.
    #[serde(serialize_with = "hex::serialize")]
    pub sha256: [u8; 32],
    /// Content octets of its serial number (発行番号). Not a secret, and not a name for a person: it changes with
    /// each renewal.
    #[serde(serialize_with = "hex::serialize")]
    pub serial: Vec<u8>,
    /// Its first valid second.
    #[serde(serialize_with = "rfc3339")]
    pub not_before: UnixTime,
    /// Its last valid second.
    #[serde(serialize_with = "rfc3339")]
    pub not_after: UnixTime,
}

/// Which anchor it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AnchorRecord {
    /// Its [name](TrustAnchor::name).
    pub name: String,
    /// SHA-256 of its DER.
    #[serde(serialize_with = "hex::serialize")]
    pub sha256: [u8; 32],
}

impl From<&Certificate> for CertificateRecord {
    fn from(certificate: &Certificate) -> Self {
        Self {
            sha256: certificate.sha256(),
            serial: certificate.serial().to_vec(),
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
        }
    }
}

impl From<&TrustAnchor> for AnchorRecord {
    fn from(anchor: &TrustAnchor) -> Self {
        Self { name: anchor.name().to_owned(), sha256: anchor.certificate().sha256() }
    }
}

/// `{"sha256": "..."}`.
fn digests<S: Serializer>(digests: &[Digest], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(digests.len()))?;
    for digest in digests {
        map.serialize_entry(&digest.algorithm(), &Hex(digest.as_bytes()).to_string())?;
    }
    map.end()
}
