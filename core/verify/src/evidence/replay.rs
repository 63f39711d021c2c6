//! A record checked again, offline.

use std::sync::Arc;

use kazasu_cert::{CryptoProvider, RustCrypto};
use serde::Serialize;

use super::inputs::{Again, Inputs};
use super::{EvidenceError, EvidenceRecord, members, record::RecordedCheck};
use crate::{
    Environment, Policy, RevocationStatus, TrustAnchors, ValidationTime, Verdict, VerifiedAttributes,
    Verifier,
};

/// Inputs that somebody still has although the record does not. Each must be the one that was checked.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReplayInputs<'a> {
    /// The document.
    pub document: Option<&'a [u8]>,
    /// The raw signature or the CMS.
    pub signature: Option<&'a [u8]>,
    /// The signer's certificate.
    pub certificate: Option<&'a [u8]>,
    /// CRLs and OCSP answers, in any order.
    pub revocation: &'a [&'a [u8]],
    /// What a record of the test environment is checked with.
    pub test_anchors: TestAnchors<'a>,
}

/// Which trust anchors a record of the test environment is checked again with. Those of production are built in,
/// whatever stands here.
#[derive(Clone, Copy, Debug, Default)]
pub enum TestAnchors<'a> {
    /// None: a record of the test environment is not checked again.
    #[default]
    None,
    /// Those the record brings. Whoever wrote it chose them, so that anybody can write one that is accepted: this shows
    /// that a record agrees with itself and nothing else, and no attributes come of it.
    OfRecord,
    /// The caller's own. Each anchor of the record must be among them; the others are left out.
    Given(&'a TrustAnchors),
}

/// Where the trust anchors came from that a record was checked again with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AnchorSource {
    /// From this crate: production.
    BuiltIn,
    /// From the caller.
    Given,
    /// From the record itself, whose writer chose them.
    OfRecord,
    /// From nowhere: those of the record are not known here.
    Unavailable,
}

/// What came of checking a record again.
///
/// An accepted one says no more than its [policy](Self::policy) and its [environment](Self::environment) do: look at
/// both, and at the [source of the anchors](Self::anchors).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Replay {
    /// The verdict of the record, if each check was made again and the report says the same in each member;
    /// [`Rejected`](Verdict::Rejected) if a check or a member is another one, or if a check that failed fails again; else
    /// [`Indeterminate`](Verdict::Indeterminate).
    pub verdict: Verdict,
    /// Codes of what was found now, as in a report; `evidence_mismatch` if the record says something else,
    /// `evidence_incomplete` if some checks could not be made again.
    pub errors: Vec<String>,
    /// The verdict of the record.
    pub recorded_verdict: Verdict,
    /// The time both are about.
    pub time: ValidationTime,
    /// The environment of the record. What is accepted in [`Test`](Environment::Test) proves nothing about anybody.
    pub environment: Environment,
    /// Where the trust anchors came from.
    pub anchors: AnchorSource,
    /// The policy of the record: whose choices those were is for the record's seal to say.
    pub policy: Policy,
    /// What is known about revocation now; `None` unless every check could be made again.
    pub revocation: Option<RevocationStatus>,
    /// What there is of each input.
    pub inputs: Vec<RecordedInput>,
    /// Each check of the record.
    pub checks: Vec<ReplayedCheck>,
    /// Each member of the report, but for sentences: what the record says beside the checks.
    pub members: Vec<ReplayedMember>,
    /// The checks that could not be made again.
    pub not_rechecked: Vec<String>,
    /// The attributes, if the verdict is [`Accepted`](Verdict::Accepted), they are read again from the certificate, and
    /// the anchors do not come from the record itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<VerifiedAttributes>,
}

/// What there is of an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RecordedInput {
    /// Which input.
    pub input: &'static str,
    /// Whether its bytes were there, from the record or given along; else only its hash was.
    pub available: bool,
}

/// A check of the record, made again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ReplayedCheck {
    /// Its name in the report.
    pub check: String,
    /// Which signer it is about, from 0.
    pub signer: Option<usize>,
    /// Its result in the record.
    pub recorded: String,
    /// What came of it now.
    pub outcome: ReplayOutcome,
}

/// A member of the report, made again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ReplayedMember {
    /// JSON Pointer (RFC 6901) into the report, such as `/signers/0/certificate/serial`.
    pub member: String,
    /// What came of it now.
    pub outcome: ReplayOutcome,
}

/// What came of a check, or a member of the report, made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplayOutcome {
    /// The same answer.
    Confirmed,
    /// Another answer.
    Contradicted,
    /// It could not be made again: an input is not there any more, or the record leaves it out.
    NotRechecked,
}

impl EvidenceRecord {
    /// Makes every check again that can still be made, as of the time of the record and by its policy, with
    /// [`RustCrypto`].
    ///
    /// # Errors
    /// [`EvidenceError::GivenInput`] when an input given along is not the one that was checked.
    pub fn replay(&self, given: &ReplayInputs<'_>) -> Result<Replay, EvidenceError> {
        self.replay_with_crypto(given, Arc::new(RustCrypto))
    }

    /// The same with another implementation of RSA.
    ///
    /// # Errors
    /// As [`replay`](Self::replay).
    pub fn replay_with_crypto(
        &self,
        given: &ReplayInputs<'_>,
        crypto: Arc<dyn CryptoProvider>,
    ) -> Result<Replay, EvidenceError> {
        let inputs = Inputs::gather(self, given)?;
        let (purpose, environment) = (self.purpose(), self.environment());
        let anchors = self.kept().trust_anchors(purpose, environment, given.test_anchors)?;
        let Some((anchors, source)) = anchors else {
            return Ok(self.compare(&inputs, &Again::default(), AnchorSource::Unavailable));
        };
        let verifier = Verifier::with_crypto(anchors, self.report.policy, crypto);
        let replays = inputs.documents();
        let mut replays =
            replays.map(|document| self.compare(&inputs, &inputs.check(document, &verifier, self), source));
        let first = replays.next();
        let first = first.unwrap_or_else(|| self.compare(&inputs, &Again::default(), source));
        let confirmed =
            if first.is_contradicted() { replays.find(|one| !one.is_contradicted()) } else { None };
        Ok(confirmed.unwrap_or(first))
    }

    fn compare(&self, inputs: &Inputs<'_>, again: &Again, anchors: AnchorSource) -> Replay {
        let checks = inputs.compare(self, again);
        let members = members::compare(self, inputs, again, &checks);
        let with = |outcome| checks.iter().filter(move |check| check.outcome == outcome);
        let is_complete = with(ReplayOutcome::NotRechecked).next().is_none();
        let is_contradicted = with(ReplayOutcome::Contradicted).next().is_some()
            || members.iter().any(|member| member.outcome == ReplayOutcome::Contradicted);
        let fails_again = with(ReplayOutcome::Confirmed).any(|check| check.recorded == "failed");
        let report = again.report.as_ref().filter(|_| is_complete);
        let verdict = match report {
            _ if is_contradicted => Verdict::Rejected,
            Some(report) => report.verdict,
            None if fails_again => Verdict::Rejected,
            None => Verdict::Indeterminate,
        };
        let mut not_rechecked: Vec<_> =
            with(ReplayOutcome::NotRechecked).map(|check| check.check.clone()).collect();
        not_rechecked.dedup();
        let may_tell = verdict == Verdict::Accepted && anchors != AnchorSource::OfRecord;
        let state = |input, available| RecordedInput { input, available };
        let has_certificates = inputs.signers.iter().all(Option::is_some) && !inputs.signers.is_empty();
        Replay {
            verdict,
            errors: errors(again, &checks, verdict, report.is_some(), is_contradicted),
            recorded_verdict: self.report.verdict,
            time: self.report.time,
            environment: self.report.environment,
            anchors,
            policy: self.report.policy,
            revocation: report.map(|report| report.revocation),
            inputs: vec![
                state("document", inputs.document.is_some()),
                state("signature", inputs.signature.is_some()),
                state("certificate", has_certificates || report.is_some()),
                state("revocation", inputs.has_revocation),
                state("anchors", anchors != AnchorSource::Unavailable),
            ],
            attributes: report.filter(|_| may_tell).and_then(|report| report.attributes.clone()),
            checks,
            members,
            not_rechecked,
        }
    }
}

impl Replay {
    fn is_contradicted(&self) -> bool {
        let checks = self.checks.iter().map(|check| check.outcome);
        let mut all = checks.chain(self.members.iter().map(|member| member.outcome));
        all.any(|outcome| outcome == ReplayOutcome::Contradicted)
    }
}

/// What was found now; of a report that is not complete only what the checks made again say.
fn errors(
    again: &Again,
    checks: &[ReplayedCheck],
    verdict: Verdict,
    is_complete: bool,
    is_contradicted: bool,
) -> Vec<String> {
    let is_made = |one: &&RecordedCheck| {
        let mut made = checks.iter().filter(|check| check.outcome != ReplayOutcome::NotRechecked);
        made.any(|check| (check.check.as_str(), check.signer) == one.about())
    };
    let found: Vec<_> = again.checks.iter().filter(is_made).filter_map(|one| one.error.as_deref()).collect();
    let is_told = |code: &&&str| is_complete || found.contains(*code);
    let mut errors: Vec<String> = Vec::new();
    for code in again.codes.iter().filter(is_told).filter(|code| **code != "indeterminate") {
        if !errors.iter().any(|error| error == code) {
            errors.push((*code).to_owned());
        }
    }
    let added = [
        (is_contradicted, "evidence_mismatch"),
        (!is_complete, "evidence_incomplete"),
        (verdict == Verdict::Indeterminate, "indeterminate"),
    ];
    errors.extend(added.into_iter().filter(|(holds, _)| *holds).map(|(_, code)| code.to_owned()));
    errors
}
