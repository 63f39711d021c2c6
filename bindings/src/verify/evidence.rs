use std::fmt;
use std::sync::Arc;

use kazasu_verify as verify;

use super::report::word;
use super::submission::redacted;
use super::{Environment, InputError, Policy, Report, Submission, ValidationTime, Verdict, Verifier};
use crate::card::count;

/// What was checked, on what, when, by what policy and with which answer: JSON with a hash, to be checked again in years.
#[derive(uniffi::Object)]
pub struct EvidenceRecord(verify::EvidenceRecord);

#[uniffi::export]
impl EvidenceRecord {
    /// Checks a submission and makes the record of it, without a predecessor and without a seal. The report is that of
    /// `check` with the same arguments.
    #[uniffi::constructor]
    pub fn of_check(
        verifier: Arc<Verifier>,
        submission: Submission,
        time: ValidationTime,
        retention: Retention,
    ) -> Result<Self, InputError> {
        let parts = submission.parts()?;
        let submission = submission.borrow(&parts);
        let report = verifier.core().check(&submission, time.try_into()?);
        Ok(Self(verify::EvidenceRecord::new(verifier.core(), &submission, &report, retention.into())))
    }

    /// The record of a report that this verifier has just made about this submission.
    #[uniffi::constructor]
    pub fn new(
        verifier: Arc<Verifier>,
        submission: Submission,
        report: Arc<Report>,
        retention: Retention,
    ) -> Result<Self, InputError> {
        let parts = submission.parts()?;
        let submission = submission.borrow(&parts);
        Ok(Self(verify::EvidenceRecord::new(verifier.core(), &submission, report.core(), retention.into())))
    }

    /// Reads a record and checks that it is the one its hash was made over. That says nothing about who wrote it: see
    /// `checkSeal`.
    #[uniffi::constructor]
    pub fn from_json(json: String) -> Result<Self, EvidenceError> {
        Ok(Self(verify::EvidenceRecord::from_json(json.as_bytes())?))
    }

    /// The record as JSON.
    pub fn json(&self) -> String {
        self.0.to_json()
    }

    /// SHA-256 of the record: what the next one names.
    pub fn sha256(&self) -> Vec<u8> {
        self.0.sha256().to_vec()
    }

    /// The environment whose anchors were relied on. A record of `Test` proves nothing about anybody.
    pub fn environment(&self) -> Environment {
        self.0.environment().into()
    }

    /// The verdict of then.
    pub fn verdict(&self) -> Verdict {
        self.0.verdict().into()
    }

    /// The same record, naming the one before it. A seal is lost by this.
    #[must_use]
    pub fn following(&self, previous: &Self) -> Self {
        Self(self.0.clone().following(&previous.0))
    }

    /// Fails unless `previous` is the record before this one.
    pub fn check_follows(&self, previous: &Self) -> Result<(), EvidenceError> {
        Ok(self.0.check_follows(&previous.0)?)
    }

    /// The same record with a seal by HMAC-SHA-256 under the operator's key of at least 32 bytes.
    pub fn sealed_by(&self, key_name: &str, key: &[u8]) -> Result<Self, EvidenceError> {
        let key = verify::HmacSeal::new(key_name, key).map_err(verify::EvidenceError::from)?;
        Ok(Self(self.0.clone().sealed_by(&key).map_err(verify::EvidenceError::from)?))
    }

    /// Fails unless the record has the seal of this key.
    pub fn check_seal(&self, key_name: &str, key: &[u8]) -> Result<(), EvidenceError> {
        let key = verify::HmacSeal::new(key_name, key).map_err(verify::EvidenceError::from)?;
        Ok(self.0.check_seal(&key)?)
    }

    /// Makes every check again that can still be made, as of the time of the record and by its policy. A record of the
    /// test environment is checked with `testAnchors` only: whoever wrote it chose those that it brings.
    pub fn replay(&self, given: ReplayInputs) -> Result<Replay, EvidenceError> {
        let revocation: Vec<&[u8]> = given.revocation.iter().map(Vec::as_slice).collect();
        let anchors = given.test_anchors.map(|ders| verify::TrustAnchors::test(self.0.purpose(), ders));
        let anchors =
            anchors.transpose().map_err(|_| verify::EvidenceError::GivenInput { input: "anchor" })?;
        let inputs = verify::ReplayInputs {
            document: given.document.as_deref(),
            signature: given.signature.as_deref(),
            certificate: given.certificate.as_deref(),
            revocation: &revocation,
            test_anchors: anchors.as_ref().map_or(verify::TestAnchors::None, verify::TestAnchors::Given),
        };
        let replay = self.0.replay(&inputs)?;
        let members = |outcome| {
            let all = replay.members.iter().filter(move |member| member.outcome == outcome);
            all.map(|member| member.member.clone())
        };
        Ok(Replay {
            verdict: replay.verdict.into(),
            recorded_verdict: replay.recorded_verdict.into(),
            environment: replay.environment.into(),
            anchors: replay.anchors.into(),
            policy: replay.policy.into(),
            revocation: replay.revocation.map(|status| status.code().to_owned()),
            codes: replay.errors.clone(),
            contradicted: replay
                .checks
                .iter()
                .filter(|check| check.outcome == verify::ReplayOutcome::Contradicted)
                .map(|check| check.check.clone())
                .chain(members(verify::ReplayOutcome::Contradicted))
                .collect(),
            not_rechecked: replay
                .not_rechecked
                .iter()
                .cloned()
                .chain(members(verify::ReplayOutcome::NotRechecked))
                .collect(),
            missing_inputs: replay
                .inputs
                .iter()
                .filter(|input| !input.available)
                .map(|input| input.input.to_owned())
                .collect(),
        })
    }
}

impl fmt::Debug for EvidenceRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EvidenceRecord({})", word(&self.0.verdict()))
    }
}

/// What a record keeps of the inputs. The hash of each is there in any case. Where neither certificate nor attributes are
/// kept, the report in it says no serial number, no validity and no municipality either. How long what must be kept, and
/// what must not be, is a matter of law and contract.
#[expect(clippy::struct_excessive_bools, reason = "each input is kept or not")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Retention {
    /// The document.
    pub document: bool,
    /// The signature. A CMS that carries certificates is kept only if those are; one without names its signer by serial
    /// number.
    pub signature: bool,
    /// The signers' certificates, which hold name and address if they are signing certificates.
    pub certificate: bool,
    /// CRLs and OCSP answers, which tell the municipality and the serial number.
    pub revocation: bool,
    /// The basic four attributes.
    pub attributes: bool,
}

impl From<Retention> for verify::Retention {
    fn from(retention: Retention) -> Self {
        let keep = |yes: bool| if yes { verify::Keep::Yes } else { verify::Keep::HashOnly };
        Self {
            document: keep(retention.document),
            signature: keep(retention.signature),
            certificate: keep(retention.certificate),
            revocation: keep(retention.revocation),
            attributes: keep(retention.attributes),
        }
    }
}

/// Inputs that somebody still has although the record does not. Each must be the one that was checked.
#[derive(Clone, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct ReplayInputs {
    /// The document.
    #[uniffi(default = None)]
    pub document: Option<Vec<u8>>,
    /// The raw signature or the CMS.
    #[uniffi(default = None)]
    pub signature: Option<Vec<u8>>,
    /// The signer's certificate.
    #[uniffi(default = None)]
    pub certificate: Option<Vec<u8>>,
    /// CRLs and OCSP answers, in any order.
    #[uniffi(default = [])]
    pub revocation: Vec<Vec<u8>>,
    /// For a record of the test environment: its test CA certificates, DER; there may be more of them. Without them such a
    /// record is not checked again.
    #[uniffi(default = None)]
    pub test_anchors: Option<Vec<Vec<u8>>>,
}

redacted!(ReplayInputs);

/// Where the trust anchors came from that a record was checked again with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum AnchorSource {
    /// Built in: production.
    BuiltIn,
    /// Given by the caller: test.
    Given,
    /// From nowhere: those of the record are not known here.
    Unavailable,
}

impl From<verify::AnchorSource> for AnchorSource {
    fn from(source: verify::AnchorSource) -> Self {
        match source {
            verify::AnchorSource::BuiltIn => Self::BuiltIn,
            verify::AnchorSource::Given => Self::Given,
            // Those of the record itself are never asked for here.
            _ => Self::Unavailable,
        }
    }
}

/// What came of checking a record again.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Replay {
    /// The verdict of the record, if each check was made again and the report says the same in each member; `Rejected` if a
    /// check or a member is another one, or if a check that failed fails again; else `Indeterminate`.
    pub verdict: Verdict,
    /// The verdict of the record.
    pub recorded_verdict: Verdict,
    /// The environment of the record. What is accepted in `Test` proves nothing about anybody.
    pub environment: Environment,
    /// Where the trust anchors came from.
    pub anchors: AnchorSource,
    /// The policy of the record: an accepted one says no more than it asks for.
    pub policy: Policy,
    /// What is known about revocation now, as a code; absent unless every check could be made again.
    pub revocation: Option<String>,
    /// Codes of what was found now, as in a report; `evidence_mismatch` if the record says something else,
    /// `evidence_incomplete` if some checks could not be made again.
    pub codes: Vec<String>,
    /// The checks that gave another answer, by name, and the members of the report that are others, by JSON Pointer (RFC
    /// 6901).
    pub contradicted: Vec<String>,
    /// Those that could not be made again, or that the record leaves out.
    pub not_rechecked: Vec<String>,
    /// The inputs that are neither in the record nor were given along.
    pub missing_inputs: Vec<String>,
}

/// A record that cannot be read or has been changed. Whatever it says then counts for nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum EvidenceError {
    /// Not a record: not JSON, a field missing, unknown or twice, a number with a fraction.
    #[error("not an evidence record: {reason}")]
    Encoding {
        /// What is wrong. It holds no value of the record.
        reason: String,
    },
    /// Longer than any record.
    #[error("{len} bytes are too long for an evidence record")]
    TooLong {
        /// Length given, in bytes.
        len: u32,
    },
    /// Written by a version that knows something this one does not.
    #[error("evidence record of version {found}, which is not known here")]
    Version {
        /// The version found.
        found: u64,
    },
    /// The record is not the one its hash was made over, or an input kept in it is not the one that was checked.
    #[error("the evidence record has been changed")]
    Tampered,
    /// What was given along to check again is not what was checked then.
    #[error("the {input} is not the one that was checked")]
    GivenInput {
        /// Which input.
        input: String,
    },
    /// The seal is missing, of another kind, or wrong, or the key is none for seals.
    #[error("the seal of the evidence record: {reason}")]
    Seal {
        /// What is wrong.
        reason: String,
    },
    /// It does not follow the record it is said to follow.
    #[error("the evidence record does not follow the one before it")]
    Chain,
}

#[uniffi::export]
impl EvidenceError {
    /// A stable name for programs.
    pub fn code(&self) -> String {
        match self {
            Self::Encoding { .. } | Self::TooLong { .. } => "evidence_encoding",
            Self::Version { .. } => "evidence_version",
            Self::Tampered => "evidence_tampered",
            Self::GivenInput { .. } => "evidence_input",
            Self::Seal { .. } => "evidence_seal",
            Self::Chain => "evidence_chain",
        }
        .to_owned()
    }
}

impl From<verify::EvidenceError> for EvidenceError {
    fn from(error: verify::EvidenceError) -> Self {
        match error {
            verify::EvidenceError::TooLong { len, .. } => Self::TooLong { len: count(len) },
            verify::EvidenceError::Version { found } => Self::Version { found },
            verify::EvidenceError::Tampered | verify::EvidenceError::KeptInput { .. } => Self::Tampered,
            verify::EvidenceError::GivenInput { input } => Self::GivenInput { input: input.to_owned() },
            verify::EvidenceError::Seal(error) => Self::Seal { reason: error.to_string() },
            verify::EvidenceError::Chain => Self::Chain,
            other => Self::Encoding { reason: other.to_string() },
        }
    }
}
