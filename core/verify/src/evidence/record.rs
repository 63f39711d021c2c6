//! The record itself.

use kazasu_cert::Digest;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::keep::{Kept, sha256};
use super::withheld::reported;
use super::{EvidenceError, Retention, Seal, SealError, SealKey, SealVerifier, json};
use crate::hex::Hex;
use crate::{
    CertificateRecord, CheckRecord, CheckResult, Environment, EvidenceHash, EvidenceKind, InputHashes,
    Policy, Purpose, Report, Submission, ValidationTime, Verdict, Verifier, cms,
};

const FORMAT: &str = "kazasu-evidence";

const VERSION: u64 = 1;

/// What was checked, on what, when, by what policy and with which answer.
///
/// JSON: `format` and `version`, the `record` with software version, retention, the [report](Report) and what is
/// kept of the inputs, its `sha256`, and the operator's `seal` if there is one. The hash is over the members
/// `format`, `version` and `record`, sorted and without spaces, and each record can name the hash of the one before
/// it: so a record cannot be changed alone, nor taken out of the middle. Against somebody who writes all of them
/// anew only a [seal](Self::sealed_by) helps, or the last hash kept in another place. Anybody can write a record of the
/// test environment about a person that does not exist: see [`TestAnchors`](crate::TestAnchors).
///
/// ```
/// # use kazasu_cert::UnixTime;
/// # use kazasu_verify::*;
/// # let pki = kazasu_sim::TestPki::shared()?;
/// # let holder = kazasu_sim::Persona::named("ichiro")?.holder;
/// # let (generation, for_signing) = (kazasu_sim::Generation::G2023, kazasu_sim::Purpose::Signing);
/// # let ca = pki.authority(for_signing, generation);
/// # let certificate = pki.leaf(for_signing, generation, &holder)?.sign(ca.key())?;
/// # let document = "口座開設申込書".as_bytes();
/// # let signature = pki.leaf_key(for_signing).sign_sha256(document)?;
/// # let anchors = TrustAnchors::test(Purpose::Signing, pki.anchors_der(for_signing))?;
/// # let policy = Policy {
/// #     revocation: RevocationPolicy::NotChecked,
/// #     signed_attributes: SignedAttributesPolicy::Required,
/// #     hashes: AcceptedHashes::SHA2,
/// #     scheme: Scheme::Pkcs1,
/// #     clock_skew: ClockSkew::ZERO,
/// # };
/// # let verifier = Verifier::new(anchors, policy);
/// # let signature = SignatureInput::Raw { certificate: &certificate, signature: &signature };
/// # let submission = Submission::new(Document::Bytes(document), signature);
/// # let time = ValidationTime::now("2026-04-01T09:00:00+09:00".parse()?);
/// let report = verifier.check(&submission, time);
/// let record = EvidenceRecord::new(&verifier, &submission, &report, Retention::EVERYTHING);
/// let json = record.to_json();
///
/// // Seven years later:
/// let record = EvidenceRecord::from_json(json.as_bytes())?;
/// // These are invented people: without test anchors of one's own there is no answer.
/// let test_anchors = TestAnchors::Given(verifier.anchors());
/// let replay = record.replay(&ReplayInputs { test_anchors, ..ReplayInputs::default() })?;
/// assert_eq!((replay.verdict, replay.environment), (Verdict::Accepted, Environment::Test));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct EvidenceRecord {
    body: Body,
    pub(super) report: RecordedReport,
    sha256: [u8; 32],
    seal: Option<Seal>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    format: String,
    version: u64,
    record: Value,
    sha256: String,
    seal: Option<Seal>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    software: Software,
    /// Hash of the record before this one.
    previous: Option<String>,
    retention: Retention,
    /// The report, as it was but for what the retention leaves out.
    report: Value,
    kept: Kept,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Software {
    name: String,
    version: String,
}

/// What a replay needs to know of the report.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct RecordedReport {
    pub(super) verdict: Verdict,
    pub(super) purpose: Purpose,
    pub(super) environment: Environment,
    pub(super) time: ValidationTime,
    pub(super) policy: Policy,
    pub(super) inputs: RecordedHashes,
    pub(super) signers: Vec<RecordedSigner>,
    pub(super) checks: Vec<RecordedCheck>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct RecordedHashes {
    /// Name of the hash function and digest.
    pub(super) document: serde_json::Map<String, Value>,
    pub(super) signature: String,
    pub(super) certificate: Option<String>,
    pub(super) revocation: Vec<RecordedEvidence>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct RecordedEvidence {
    pub(super) kind: EvidenceKind,
    pub(super) sha256: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct RecordedSigner {
    pub(super) certificate: Option<RecordedCertificate>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct RecordedCertificate {
    pub(super) sha256: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct RecordedCheck {
    pub(super) check: String,
    pub(super) signer: Option<usize>,
    pub(super) result: String,
    pub(super) error: Option<String>,
}

impl RecordedCheck {
    /// Which check it is, of which signer.
    pub(super) fn about(&self) -> (&str, Option<usize>) {
        (&self.check, self.signer)
    }
}

impl EvidenceRecord {
    /// The longest record that is read, in bytes: one that keeps a CRL of 100 MB.
    pub const MAX_LEN: usize = 256 << 20;

    /// The record of a check that `verifier` has just made, without a predecessor and without a seal.
    pub fn new(
        verifier: &Verifier,
        submission: &Submission<'_>,
        report: &Report,
        retention: Retention,
    ) -> Self {
        let certificates = report.signers.iter().filter_map(|signer| signer.certificate.as_ref());
        let signers: Vec<_> = certificates.map(|certificate| certificate.sha256).collect();
        let (json, _) = reported(json::value(report), &report.warnings, retention, None);
        let software = Software {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let kept = Kept::new(submission, verifier.anchors(), retention, &signers);
        let body = Body { software, previous: None, retention, report: json, kept };
        Self { report: report.into(), sha256: hash(&body), body, seal: None }
    }

    /// The same record, naming the one before it. A seal is lost by this.
    #[must_use]
    pub fn following(self, previous: &Self) -> Self {
        let body = Body { previous: Some(Hex(&previous.sha256).to_string()), ..self.body };
        Self { sha256: hash(&body), body, seal: None, ..self }
    }

    /// The same record with the operator's seal.
    ///
    /// # Errors
    /// [`SealError`] of the key.
    pub fn sealed_by(self, key: &dyn SealKey) -> Result<Self, SealError> {
        let (algorithm, value) = (key.algorithm(), key.seal(&self.sha256)?);
        Ok(Self { seal: Some(Seal { algorithm, key: key.name().to_owned(), value }), ..self })
    }

    /// Reads a record and checks that it is the one its hash was made over.
    ///
    /// # Errors
    /// [`EvidenceError`]. A hash that fits says nothing about who wrote the record: see
    /// [`check_seal`](Self::check_seal).
    pub fn from_json(json: &[u8]) -> Result<Self, EvidenceError> {
        if json.len() > Self::MAX_LEN {
            return Err(EvidenceError::TooLong { len: json.len(), limit: Self::MAX_LEN });
        }
        let value = json::parse(json)?;
        let not_a_record = || EvidenceError::Encoding { reason: format!("its format is not {FORMAT}") };
        if value.get("format") != Some(&FORMAT.into()) {
            return Err(not_a_record());
        }
        match value.get("version").and_then(Value::as_u64).ok_or_else(not_a_record)? {
            VERSION => {}
            found => return Err(EvidenceError::Version { found }),
        }
        let envelope: Envelope = typed(value)?;
        let sha256: [u8; 32] = hash_of(&envelope.record);
        if Hex(&sha256).to_string() != envelope.sha256 {
            return Err(EvidenceError::Tampered);
        }
        let body: Body = typed(envelope.record)?;
        // A member that may be null may not be missing: the record would be written with another hash.
        if hash(&body) != sha256 {
            return Err(EvidenceError::Encoding { reason: "a member is missing".to_owned() });
        }
        let report: RecordedReport = typed(body.report.clone())?;
        // Each may cost a check.
        if report.signers.len() > cms::MAX_SIGNERS {
            return Err(EvidenceError::Encoding { reason: "it has more signers than any CMS".to_owned() });
        }
        let record = Self { body, report, sha256, seal: envelope.seal };
        record.check_kept()?;
        Ok(record)
    }

    /// The record as JSON.
    ///
    /// # Panics
    /// Never: what it holds can be written as JSON.
    pub fn to_json(&self) -> String {
        let envelope = json::object([
            ("format", FORMAT.into()),
            ("version", VERSION.into()),
            ("record", json::value(&self.body)),
            ("sha256", Hex(&self.sha256).to_string().into()),
            ("seal", json::value(&self.seal)),
        ]);
        format!("{envelope:#}\n")
    }

    /// SHA-256 of the record: what the next one names.
    pub const fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// The operator's seal, not checked.
    pub const fn seal(&self) -> Option<&Seal> {
        self.seal.as_ref()
    }

    /// Whether the record has the seal of this key.
    ///
    /// # Errors
    /// [`EvidenceError::Seal`].
    pub fn check_seal(&self, key: &dyn SealVerifier) -> Result<(), EvidenceError> {
        Ok(key.check(&self.sha256, self.seal.as_ref().ok_or(SealError::Missing)?)?)
    }

    /// Whether `previous` is the record before this one.
    ///
    /// # Errors
    /// [`EvidenceError::Chain`].
    pub fn check_follows(&self, previous: &Self) -> Result<(), EvidenceError> {
        let named = self.body.previous.as_deref();
        if named == Some(&Hex(&previous.sha256).to_string()) { Ok(()) } else { Err(EvidenceError::Chain) }
    }

    /// The verdict of then.
    pub const fn verdict(&self) -> Verdict {
        self.report.verdict
    }

    /// The time the verdict is about.
    pub const fn time(&self) -> ValidationTime {
        self.report.time
    }

    /// The purpose that was asked about.
    pub const fn purpose(&self) -> Purpose {
        self.report.purpose
    }

    /// The environment whose anchors were relied on. One of [`Test`](Environment::Test) proves nothing about anybody.
    pub const fn environment(&self) -> Environment {
        self.report.environment
    }

    /// The report of then, as JSON, without what the retention leaves out.
    pub const fn report(&self) -> &Value {
        &self.body.report
    }

    /// Name and version of the software that wrote it.
    pub fn software(&self) -> (&str, &str) {
        (&self.body.software.name, &self.body.software.version)
    }

    /// What it was told to keep.
    pub const fn retention(&self) -> Retention {
        self.body.retention
    }

    pub(super) const fn kept(&self) -> &Kept {
        &self.body.kept
    }

    /// Whether what is kept is what was checked.
    fn check_kept(&self) -> Result<(), EvidenceError> {
        let (kept, hashes) = (self.kept(), &self.report.inputs);
        let fits = |input, fits: bool| fits.then_some(()).ok_or(EvidenceError::KeptInput { input });
        let document = kept.document.as_ref().map(|document| sha256(&document.0));
        fits("document", document.is_none_or(|hash| hashes.document.get("sha256") == Some(&hash.into())))?;
        fits("signature", kept.signature.as_ref().is_none_or(|kept| kept.sha256() == hashes.signature))?;
        let signers =
            self.report.signers.iter().filter_map(|signer| Some(&signer.certificate.as_ref()?.sha256));
        let known: Vec<_> = hashes.certificate.iter().chain(signers).collect();
        fits("certificate", kept.certificates.iter().all(|kept| known.contains(&&kept.sha256())))?;
        let same = |(kept, recorded): (&super::keep::KeptEvidence, &RecordedEvidence)| {
            let hash = kept.bytes.as_ref().map(super::keep::Bytes::sha256);
            kept.kind == recorded.kind && (hash.is_none() || hash == recorded.sha256)
        };
        let count = kept.revocation.len() == hashes.revocation.len();
        fits("revocation evidence", count && kept.revocation.iter().zip(&hashes.revocation).all(same))?;
        kept.check_anchors()
    }
}

/// The same as in a record that was read.
impl From<&Report> for RecordedReport {
    fn from(report: &Report) -> Self {
        let certificate = |certificate: &CertificateRecord| RecordedCertificate {
            sha256: Hex(&certificate.sha256).to_string(),
        };
        let signers = report.signers.iter();
        let signers = signers
            .map(|signer| RecordedSigner { certificate: signer.certificate.as_ref().map(certificate) });
        Self {
            verdict: report.verdict,
            purpose: report.purpose,
            environment: report.environment,
            time: report.time,
            policy: report.policy,
            inputs: (&report.inputs).into(),
            signers: signers.collect(),
            checks: recorded_checks(report),
        }
    }
}

impl From<&InputHashes> for RecordedHashes {
    fn from(hashes: &InputHashes) -> Self {
        let hex = |hash: &[u8]| Hex(hash).to_string();
        let digest = |digest: &Digest| (digest.algorithm().to_string(), hex(digest.as_bytes()).into());
        let evidence = |evidence: &EvidenceHash| RecordedEvidence {
            kind: evidence.kind,
            sha256: evidence.sha256.map(|sha256| hex(&sha256)),
        };
        Self {
            document: hashes.document.iter().map(digest).collect(),
            signature: hex(&hashes.signature),
            certificate: hashes.certificate.map(|sha256| hex(&sha256)),
            revocation: hashes.revocation.iter().map(evidence).collect(),
        }
    }
}

impl From<&CheckRecord> for RecordedCheck {
    fn from(record: &CheckRecord) -> Self {
        let (result, error) = match &record.result {
            CheckResult::Passed => ("passed", None),
            CheckResult::NotPerformed => ("not_performed", None),
            CheckResult::Failed(rejection) => ("failed", Some(rejection.code())),
            CheckResult::Undecided(undecided) => ("undecided", Some(undecided.code())),
        };
        Self {
            check: json::value(&record.check).as_str().unwrap_or_default().to_owned(),
            signer: record.signer,
            result: result.to_owned(),
            error: error.map(str::to_owned),
        }
    }
}

pub(super) fn recorded_checks(report: &Report) -> Vec<RecordedCheck> {
    report.checks.iter().map(Into::into).collect()
}

fn typed<T: for<'de> Deserialize<'de>>(value: Value) -> Result<T, EvidenceError> {
    serde_json::from_value(value).map_err(|error| json::encoding(&error))
}

fn hash(body: &Body) -> [u8; 32] {
    hash_of(&json::value(body))
}

fn hash_of(record: &Value) -> [u8; 32] {
    let hashed =
        json::object([("format", FORMAT.into()), ("version", VERSION.into()), ("record", record.clone())]);
    Sha256::digest(json::canonical(&hashed)).into()
}
