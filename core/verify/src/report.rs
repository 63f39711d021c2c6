//! The verdict and everything it rests on.

use kazasu_cert::{AttributeWarning, Certificate, Digest, HashAlgorithm, UnixTime};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::time::{optional_rfc3339, rfc3339};
use crate::{
    Carrier, CheckRecord, Environment, Policy, Purpose, Rejection, TrustAnchor, ValidationTime,
    VerifiedAttributes,
};

/// What a [`Verifier`](crate::Verifier) found. Serializes as one JSON object; the attributes stand in it only when
/// the verdict is [`Accepted`](Verdict::Accepted).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The answer.
    pub verdict: Verdict,
    /// Why it was rejected, the most useful first, each once. Serialized as [codes](Rejection::code).
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<VerifiedAttributes>,
}

impl Report {
    /// Whether the signature may be relied on.
    pub fn is_accepted(&self) -> bool {
        self.verdict == Verdict::Accepted
    }
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Undecided {
    /// The policy wants proof that the certificate is not revoked, and there is none.
    NoRevocationEvidence,
}

/// What is known about the revocation of the signers' certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RevocationStatus {
    /// By policy, nobody looked. This is not "good".
    NotChecked,
    /// Proof is wanted, and none was handed over.
    NoEvidence,
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
    /// Several people signed, so nobody's attributes are returned.
    SeveralSigners,
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
    #[serde(serialize_with = "hex")]
    pub signature: [u8; 32],
}

/// Who signed, as far as it could be told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
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
}

/// Which certificate it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CertificateRecord {
    /// SHA-256 of its DER.
    #[serde(serialize_with = "hex")]
    pub sha256: [u8; 32],
    /// Content octets of its serial number (発行番号). Not a secret, and not a name for a person: it changes with
    /// each renewal.
    #[serde(serialize_with = "hex")]
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
    #[serde(serialize_with = "hex")]
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

fn hex<S: Serializer>(bytes: impl AsRef<[u8]>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&Hex(bytes.as_ref()))
}

/// `{"sha256": "..."}`.
fn digests<S: Serializer>(digests: &[Digest], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(digests.len()))?;
    for digest in digests {
        map.serialize_entry(&digest.algorithm(), &Hex(digest.as_bytes()).to_string())?;
    }
    map.end()
}

struct Hex<'a>(&'a [u8]);

impl std::fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
