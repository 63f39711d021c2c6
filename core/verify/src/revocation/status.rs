//! What is known about the revocation of a certificate.

use kazasu_cert::UnixTime;
use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::{EvidenceKind, EvidenceProblem};
use crate::{
    CheckResult, CrlAnswer, CrlMark, CrlProblem, OcspAnswer, OcspProblem, OnUnknownStatus, Rejection,
    RevocationReason, Undecided,
};

/// The answer of all evidence together. Only [`Good`](Self::Good) is good.
///
/// Serialized as its [`code`](Self::code). Ordered by weight: where several certificates or pieces of evidence say
/// different things, the greatest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RevocationStatus {
    /// By policy, nobody looked.
    NotChecked,
    /// Not revoked.
    Good {
        /// As of when: thisUpdate of the newest evidence that says so.
        as_of: UnixTime,
        /// What says so.
        source: EvidenceKind,
    },
    /// The certificate was not issued by a trust anchor, so that there was nothing to ask.
    NotReached,
    /// Proof is wanted, and none was handed over.
    NoEvidence,
    /// Evidence was handed over, and none of it can be relied on for this certificate.
    Unusable,
    /// The OCSP responder does not know the certificate.
    Unknown,
    /// Revoked or on hold.
    Revoked {
        /// Since when.
        since: UnixTime,
        /// Why, if that is known.
        reason: Option<RevocationReason>,
        /// What says so.
        source: EvidenceKind,
    },
}

impl RevocationStatus {
    /// A stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotChecked => "not_checked",
            Self::Good { .. } => "good",
            Self::NotReached => "not_reached",
            Self::NoEvidence => "no_evidence",
            Self::Unusable => "unusable",
            Self::Unknown => "unknown",
            Self::Revoked { .. } => "revoked",
        }
    }
}

impl Serialize for RevocationStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// What is known about the revocation of one signer's certificate, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignerRevocation {
    /// The answer.
    pub status: RevocationStatus,
    /// What the evidence contributed: all CRLs together first, then those of them that cannot be relied on, then the
    /// rest in the order of the submission.
    pub findings: Vec<Finding>,
    /// Whether "unknown" is a no.
    reject_unknown: bool,
}

impl SignerRevocation {
    pub(crate) const fn without_findings(status: RevocationStatus) -> Self {
        Self { status, findings: Vec::new(), reject_unknown: false }
    }

    pub(super) fn new(status: RevocationStatus, findings: Vec<Finding>, on_unknown: OnUnknownStatus) -> Self {
        Self { status, findings, reject_unknown: on_unknown == OnUnknownStatus::Reject }
    }

    /// What keeps the answer from being a yes or a no.
    pub(crate) fn undecided(&self) -> Vec<Undecided> {
        match self.status {
            RevocationStatus::NoEvidence => vec![Undecided::NoRevocationEvidence],
            RevocationStatus::Unusable => self.problems().cloned().map(Undecided::Evidence).collect(),
            RevocationStatus::Unknown if !self.reject_unknown => vec![Undecided::StatusUnknown],
            _ => Vec::new(),
        }
    }

    /// The record of [`Check::Revocation`](crate::Check::Revocation).
    pub(crate) fn check_result(&self) -> CheckResult {
        match self.status {
            RevocationStatus::Good { .. } => CheckResult::Passed,
            RevocationStatus::Revoked { since, reason, .. } => {
                CheckResult::Failed(Rejection::Revoked { since, reason })
            }
            RevocationStatus::Unknown if self.reject_unknown => CheckResult::Failed(Rejection::StatusUnknown),
            _ => {
                let first = self.undecided().into_iter().next();
                first.map_or(CheckResult::NotPerformed, CheckResult::Undecided)
            }
        }
    }

    /// Whether some of the evidence was of no use although other evidence gave the answer.
    pub(crate) fn has_unneeded_problems(&self) -> bool {
        self.status != RevocationStatus::Unusable && self.problems().next().is_some()
    }

    /// Whether evidence that could not prove anything else tells that the certificate is revoked.
    pub(crate) fn has_lapsed(&self) -> bool {
        self.findings.iter().any(|finding| finding.lapsed().is_some())
    }

    /// What was wrong with the evidence that was not used.
    pub fn problems(&self) -> impl Iterator<Item = &EvidenceProblem> {
        self.findings.iter().filter_map(|finding| match &finding.outcome {
            Outcome::Unusable(problem) => Some(problem),
            _ => None,
        })
    }
}

impl Serialize for SignerRevocation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_struct("SignerRevocation", 5)?;
        map.serialize_field("status", &self.status)?;
        match &self.status {
            RevocationStatus::Good { as_of, source } => {
                map.serialize_field("as_of", &as_of.to_string())?;
                map.serialize_field("source", source)?;
            }
            RevocationStatus::Revoked { since, reason, source } => {
                map.serialize_field("since", &since.to_string())?;
                map.serialize_field("reason", reason)?;
                map.serialize_field("source", source)?;
            }
            _ => {}
        }
        map.serialize_field("evidence", &self.findings)?;
        map.end()
    }
}

/// What one piece of evidence contributed, or all CRLs together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Its kind.
    pub kind: EvidenceKind,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// What the CRL says that counts, or the list of the index. It names the anchor that has signed it.
    Crl(CrlAnswer),
    /// An OCSP answer that can be relied on.
    Ocsp(OcspAnswer),
    /// It proves nothing about the certificate.
    Unusable(EvidenceProblem),
}

impl Finding {
    /// Why it would not prove a certificate good by now, although it counts, because it tells a revocation.
    pub fn lapsed(&self) -> Option<EvidenceProblem> {
        match &self.outcome {
            Outcome::Crl(answer) => answer.lapsed.clone().map(Into::into),
            Outcome::Ocsp(answer) => answer.lapsed.map(|lapsed| OcspProblem::from(lapsed).into()),
            Outcome::Unusable(_) => None,
        }
    }

    /// The mark of the CRL that counted, unless an older one than was seen did.
    pub(crate) fn crl_mark(&self) -> Option<CrlMark> {
        match &self.outcome {
            Outcome::Crl(answer) if !matches!(answer.lapsed, Some(CrlProblem::Rollback { .. })) => {
                Some(answer.crl.mark())
            }
            _ => None,
        }
    }
}

/// `error` and `detail` stand beside an `answer` that has [lapsed](Finding::lapsed).
impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_struct("Finding", 4)?;
        map.serialize_field("kind", &self.kind)?;
        let lapsed = self.lapsed();
        let problem = match &self.outcome {
            Outcome::Crl(answer) => {
                map.serialize_field("answer", answer)?;
                lapsed.as_ref()
            }
            Outcome::Ocsp(answer) => {
                map.serialize_field("answer", answer)?;
                lapsed.as_ref()
            }
            Outcome::Unusable(problem) => Some(problem),
        };
        if let Some(problem) = problem {
            map.serialize_field("error", problem)?;
            map.serialize_field("detail", &problem.to_string())?;
        }
        map.end()
    }
}
