//! The evidence weighed.

use kazasu_cert::Certificate;

use super::{
    EvidenceKind, EvidenceProblem, Finding, Outcome, RevocationEvidence, RevocationStatus, SignerRevocation,
};
use crate::path::PathContext;
use crate::{
    CrlCheck, CrlMark, CrlStatus, NonceEcho, NoncePolicy, NonceProblem, OcspAnswer, OcspNonce, OcspPolicy,
    OcspProblem, OcspStatus, RevocationRules, RevokedEntry, TrustAnchor, check_ocsp,
};

/// The question about one certificate whose issuer is known.
pub(crate) struct Inquest<'c, 'a> {
    pub(crate) context: &'c PathContext<'a>,
    pub(crate) rules: RevocationRules,
    pub(crate) leaf: &'c Certificate,
    /// The anchor that has signed it.
    pub(crate) issuer: &'a TrustAnchor,
    /// The newest CRL the relying party has seen for the certificate's partition, if it remembers.
    pub(crate) seen_crl: Option<CrlMark>,
}

impl Inquest<'_, '_> {
    /// Any "revoked" wins; "unknown" comes next, because the responder of the CA has said it; then any "good".
    pub(crate) fn judge(&self, evidence: &[RevocationEvidence<'_>]) -> SignerRevocation {
        // One is opened when the one before is read: there may be more than files can be open.
        let lists = evidence.iter().filter_map(RevocationEvidence::as_crl);
        let lists = evidence.iter().any(RevocationEvidence::is_crl).then(|| self.crls().weigh(lists));
        let lists = lists.into_iter().flat_map(|(answer, passed_over)| {
            let answers = [answer.map(Outcome::Crl)].into_iter().chain(passed_over.into_iter().map(Err));
            answers.map(|answer| (EvidenceKind::Crl, answer.map_err(Into::into)))
        });
        let others = evidence.iter().filter_map(|one| Some((one.kind(), self.outcome(one)?)));
        let finding = |(kind, outcome): (_, Result<_, _>)| Finding {
            kind,
            outcome: outcome.unwrap_or_else(Outcome::Unusable),
        };
        let findings: Vec<_> = lists.chain(others).map(finding).collect();
        let otherwise =
            if findings.is_empty() { RevocationStatus::NoEvidence } else { RevocationStatus::Unusable };
        let said: Vec<_> = findings.iter().filter_map(Finding::status).collect();
        let revoked = said.iter().filter(|status| matches!(status, RevocationStatus::Revoked { .. })).min();
        let status = *revoked.or(said.iter().max()).unwrap_or(&otherwise);
        SignerRevocation::new(status, findings, self.rules.unknown_status)
    }

    /// What came of evidence that stands for itself; `None` for a single list.
    fn outcome(&self, evidence: &RevocationEvidence<'_>) -> Option<Result<Outcome, EvidenceProblem>> {
        Some(match *evidence {
            RevocationEvidence::Crl(_) | RevocationEvidence::CrlStream(_) => return None,
            RevocationEvidence::CrlIndex(index) => {
                self.crls().index(index).map(Outcome::Crl).map_err(Into::into)
            }
            RevocationEvidence::Ocsp { response, nonce } => {
                self.ocsp(response, nonce).map(Outcome::Ocsp).map_err(Into::into)
            }
            RevocationEvidence::NotReceived(kind) => Err(EvidenceProblem::NotReceived(kind)),
        })
    }

    fn crls(&self) -> CrlCheck<'_> {
        let PathContext { anchors, crypto, at, .. } = *self.context;
        let (scope, seen) = (self.rules.crl_scope, self.seen_crl);
        CrlCheck { certificate: self.leaf, anchors, crypto, scope, at, seen }
    }

    fn ocsp(&self, response: &[u8], nonce: Option<OcspNonce>) -> Result<OcspAnswer, OcspProblem> {
        let nonce = match (self.rules.ocsp_nonce, nonce) {
            (NonceEcho::Required, Some(nonce)) => NoncePolicy::Required(nonce),
            (NonceEcho::Required, None) => return Err(NonceProblem::Missing.into()),
            (NonceEcho::Optional, Some(nonce)) => NoncePolicy::IfPresent(nonce),
            (NonceEcho::Optional, None) => NoncePolicy::NotSent,
        };
        let clock_skew = self.context.clock_skew;
        let policy = OcspPolicy { max_age: self.rules.max_ocsp_age, nonce, clock_skew };
        let PathContext { crypto, at, .. } = *self.context;
        check_ocsp(response, self.leaf, self.issuer, crypto, &policy, at)
    }
}

impl Finding {
    /// What it says by itself; `None` if nothing.
    fn status(&self) -> Option<RevocationStatus> {
        match &self.outcome {
            Outcome::Crl(answer) => Some(match answer.status {
                CrlStatus::Good => {
                    RevocationStatus::Good { as_of: answer.crl.this_update, source: self.kind }
                }
                CrlStatus::Revoked(RevokedEntry { revocation_date: since, reason, .. }) => {
                    RevocationStatus::Revoked { since, reason, source: self.kind }
                }
            }),
            Outcome::Ocsp(answer) => Some(match answer.status {
                OcspStatus::Good => RevocationStatus::Good { as_of: answer.this_update, source: self.kind },
                OcspStatus::Revoked { revocation_time, reason } => {
                    RevocationStatus::Revoked { since: revocation_time, reason, source: self.kind }
                }
                OcspStatus::Unknown => RevocationStatus::Unknown,
            }),
            Outcome::Unusable(_) => None,
        }
    }
}
