//! A record checked again, offline.

use std::sync::Arc;

use kazasu_cert::{CryptoProvider, Digest, HashAlgorithm, RustCrypto};
use serde::Serialize;
use serde_json::Value;

use super::json;
use super::keep::{Form, sha256};
use super::record::{RecordedCheck, recorded_checks};
use super::{EvidenceError, EvidenceRecord};
use crate::{
    Document, EvidenceKind, OcspNonce, Report, RevocationEvidence, RevocationPolicy, SignatureInput,
    Submission, ValidationTime, Verdict, VerifiedAttributes, Verifier, hex,
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
}

/// What came of checking a record again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Replay {
    /// The verdict of the record, if each check was made again and gave the same answer;
    /// [`Rejected`](Verdict::Rejected) if one gave another answer, or if one that failed fails again; else
    /// [`Indeterminate`](Verdict::Indeterminate).
    pub verdict: Verdict,
    /// Codes, as in a report; `evidence_mismatch` if a check gave another answer, `evidence_incomplete` if some could
    /// not be made again.
    pub errors: Vec<String>,
    /// The verdict of the record.
    pub recorded_verdict: Verdict,
    /// The time both are about.
    pub time: ValidationTime,
    /// What there is of each input.
    pub inputs: Vec<RecordedInput>,
    /// Each check of the record.
    pub checks: Vec<ReplayedCheck>,
    /// Those that could not be made again.
    pub not_rechecked: Vec<String>,
    /// The attributes, if the verdict is [`Accepted`](Verdict::Accepted) and they are read again from the certificate.
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

/// What came of a check made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplayOutcome {
    /// The same answer.
    Confirmed,
    /// Another answer.
    Contradicted,
    /// It could not be made again: an input is not there any more.
    NotRechecked,
}

/// The checks that need the signature itself; the others need the certificate only.
const ABOUT_SIGNATURE: &[&str] = &[
    "cms_structure",
    "attached_content",
    "signer_certificate",
    "signature_algorithm",
    "signed_attributes",
    "message_digest",
    "signing_certificate",
    "signature",
];

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
        let anchors = self.kept().trust_anchors(self.report.purpose, self.report.environment);
        let verifier = anchors.map(|anchors| Verifier::with_crypto(anchors, self.report.policy, crypto));
        let again = verifier.as_ref().map(|verifier| inputs.check(verifier, self)).unwrap_or_default();
        Ok(self.compare(&inputs, again, verifier.is_some()))
    }

    fn compare(&self, inputs: &Inputs<'_>, again: Again, anchors: bool) -> Replay {
        let checks: Vec<_> =
            self.report.checks.iter().map(|recorded| inputs.compare(recorded, &again)).collect();
        let with = |outcome| checks.iter().filter(move |check| check.outcome == outcome);
        let complete = with(ReplayOutcome::NotRechecked).next().is_none();
        let report = again.report.filter(|_| complete);
        let contradicted = with(ReplayOutcome::Contradicted).next().is_some()
            || report.as_ref().is_some_and(|report| !self.says(report));
        let recorded = self.report.verdict;
        let verdict = match &report {
            _ if contradicted => Verdict::Rejected,
            Some(report) => report.verdict,
            None if with(ReplayOutcome::Confirmed).any(|check| check.recorded == "failed") => {
                Verdict::Rejected
            }
            None => Verdict::Indeterminate,
        };
        let mut errors = if verdict == Verdict::Accepted { Vec::new() } else { self.report.errors.clone() };
        errors.extend(contradicted.then_some("evidence_mismatch").map(str::to_owned));
        errors.extend(report.is_none().then_some("evidence_incomplete").map(str::to_owned));
        if verdict == Verdict::Indeterminate && recorded != verdict {
            errors.push("indeterminate".to_owned());
        }
        let mut not_rechecked: Vec<_> =
            with(ReplayOutcome::NotRechecked).map(|check| check.check.clone()).collect();
        not_rechecked.dedup();
        let attributes = report.as_ref().filter(|_| verdict == Verdict::Accepted);
        let state = |input, available| RecordedInput { input, available };
        let has_certificates = inputs.signers.iter().all(Option::is_some) && !inputs.signers.is_empty();
        Replay {
            verdict,
            errors,
            recorded_verdict: recorded,
            time: self.report.time,
            inputs: vec![
                state("document", inputs.document.is_some()),
                state("signature", inputs.signature.is_some()),
                state("certificate", has_certificates || report.is_some()),
                state("revocation", inputs.has_revocation),
                state("anchors", anchors),
            ],
            attributes: attributes.and_then(|report| report.attributes.clone()),
            checks,
            not_rechecked,
        }
    }

    /// Whether the record says what `report` says: as many checks, the same verdict, the same attributes if any.
    fn says(&self, report: &Report) -> bool {
        let attributes = self.report().get("attributes");
        report.verdict == self.report.verdict
            && report.checks.len() == self.report.checks.len()
            && attributes.is_none_or(|recorded| *recorded == json::value(&report.attributes))
    }
}

/// What was found when the checks were made again.
#[derive(Default)]
struct Again {
    checks: Vec<RecordedCheck>,
    /// Only if all of it could be.
    report: Option<Report>,
}

/// The inputs there are, from the record and from whoever replays it.
struct Inputs<'a> {
    document: Option<&'a [u8]>,
    digests: Vec<Digest>,
    signature: Option<&'a [u8]>,
    /// The certificate handed over beside the signature.
    certificate: Option<&'a [u8]>,
    /// Of each signer.
    signers: Vec<Option<&'a [u8]>>,
    revocation: Vec<RevocationEvidence<'a>>,
    has_revocation: bool,
    needs_revocation: bool,
}

impl<'a> Inputs<'a> {
    fn gather(record: &'a EvidenceRecord, given: &ReplayInputs<'a>) -> Result<Self, EvidenceError> {
        let (kept, hashes) = (record.kept(), &record.report.inputs);
        let check = |input, bytes: Option<&'a [u8]>, is_it: &dyn Fn(&str) -> bool| match bytes {
            Some(bytes) if !is_it(&sha256(bytes)) => Err(EvidenceError::GivenInput { input }),
            bytes => Ok(bytes),
        };
        let is_document = |hash: &str| hashes.document.get("sha256").and_then(Value::as_str) == Some(hash);
        let document = check("document", given.document, &is_document)?;
        let signature = check("signature", given.signature, &|hash| hash == hashes.signature)?;
        let recorded = record.report.signers.iter().map(|signer| signer.certificate.as_ref());
        let recorded: Vec<_> = recorded.map(|one| one.map(|one| one.sha256.as_str())).collect();
        let is_certificate =
            |hash: &str| hashes.certificate.as_deref() == Some(hash) || recorded.contains(&Some(hash));
        let certificate = check("certificate", given.certificate, &is_certificate)?;
        for bytes in given.revocation {
            let hash = sha256(bytes);
            let known = hashes.revocation.iter().any(|one| one.sha256.as_ref() == Some(&hash));
            if !known {
                return Err(EvidenceError::GivenInput { input: "revocation evidence" });
            }
        }

        let certificates: Vec<&[u8]> =
            kept.certificates.iter().map(|kept| kept.0.as_slice()).chain(certificate).collect();
        let with_hash = |wanted: &str| certificates.iter().copied().find(|der| sha256(der) == wanted);
        let mut has_revocation = true;
        let mut revocation = Vec::new();
        for (kept, recorded) in kept.revocation.iter().zip(&hashes.revocation) {
            let given = given.revocation.iter().copied();
            let given = given.clone().find(|bytes| Some(sha256(bytes)) == recorded.sha256);
            let bytes = kept.bytes.as_ref().map(|kept| kept.0.as_slice()).or(given);
            let was_received = recorded.sha256.is_some() || kept.kind == EvidenceKind::CrlIndex;
            has_revocation &= bytes.is_some() || !was_received;
            revocation.push(evidence(
                kept.kind,
                bytes,
                kept.nonce.as_ref().and_then(|n| n.0.as_slice().try_into().ok()),
            ));
        }
        Ok(Self {
            document: document.or(kept.document.as_ref().map(|kept| kept.0.as_slice())),
            digests: digests(&hashes.document),
            signature: signature.or(kept.signature.as_ref().map(|kept| kept.0.as_slice())),
            certificate: hashes.certificate.as_deref().and_then(with_hash),
            signers: recorded.iter().map(|hash| hash.and_then(with_hash)).collect(),
            revocation,
            has_revocation,
            needs_revocation: matches!(record.report.policy.revocation, RevocationPolicy::Required(_)),
        })
    }

    fn check(&self, verifier: &Verifier, record: &EvidenceRecord) -> Again {
        let document = self.document.map_or(Document::Digests(&self.digests), Document::Bytes);
        let check = |signature| {
            let mut submission = Submission::new(document, signature).with_revocation(&self.revocation);
            submission.seen_crl = record.kept().seen_crl;
            verifier.check(&submission, record.report.time)
        };
        let lacks_certificate = record.report.inputs.certificate.is_some() && self.certificate.is_none();
        let whole = match (record.kept().form, self.signature, self.certificate) {
            (_, Some(_), _) if lacks_certificate => None,
            (Form::Raw, Some(signature), Some(certificate)) => {
                Some(SignatureInput::Raw { certificate, signature })
            }
            (Form::Cms, Some(cms), certificate) => Some(SignatureInput::Cms { cms, certificate }),
            _ => None,
        };
        if let Some(signature) = whole {
            let report = check(signature);
            return Again { checks: recorded_checks(&report), report: Some(report) };
        }
        // Without the signature the path of a certificate can still be judged.
        let mut checks = Vec::new();
        let certificates = self.signers.iter().enumerate().filter_map(|(at, der)| Some((at, (*der)?)));
        for (signer, certificate) in certificates {
            let report = check(SignatureInput::Raw { certificate, signature: &[] });
            let about_path = recorded_checks(&report)
                .into_iter()
                .filter(|check| !ABOUT_SIGNATURE.contains(&check.check.as_str()))
                .map(|check| RecordedCheck { signer: Some(signer), ..check });
            checks.extend(about_path);
        }
        Again { checks, report: None }
    }

    fn compare(&self, recorded: &RecordedCheck, again: &Again) -> ReplayedCheck {
        let found =
            again.checks.iter().find(|one| (&one.check, one.signer) == (&recorded.check, recorded.signer));
        let lacks_evidence = recorded.check == "revocation" && self.needs_revocation && !self.has_revocation;
        let outcome = match found {
            None => ReplayOutcome::NotRechecked,
            Some(_) if lacks_evidence => ReplayOutcome::NotRechecked,
            Some(found) if found == recorded => ReplayOutcome::Confirmed,
            // Without the CMS, a wrong issuer is told less exactly; without the document, so is what was signed.
            Some(found) if again.report.is_none() && found.result == recorded.result => {
                ReplayOutcome::Confirmed
            }
            Some(_) if self.document.is_none() && recorded.check == "signed_attributes" => {
                ReplayOutcome::NotRechecked
            }
            Some(_) => ReplayOutcome::Contradicted,
        };
        ReplayedCheck {
            check: recorded.check.clone(),
            signer: recorded.signer,
            recorded: recorded.result.clone(),
            outcome,
        }
    }
}

fn evidence(kind: EvidenceKind, bytes: Option<&[u8]>, nonce: Option<OcspNonce>) -> RevocationEvidence<'_> {
    match (kind, bytes) {
        (EvidenceKind::Crl, Some(crl)) => RevocationEvidence::Crl(crl),
        (EvidenceKind::Ocsp, Some(response)) => RevocationEvidence::Ocsp { response, nonce },
        _ => RevocationEvidence::NotReceived(kind),
    }
}

/// The document's digests as far as they can be read.
fn digests(recorded: &serde_json::Map<String, Value>) -> Vec<Digest> {
    let digest = |(name, value): (&String, &Value)| {
        let algorithm: HashAlgorithm = name.parse().ok()?;
        Digest::new(algorithm, &hex::decode(value.as_str()?)?).ok()
    };
    recorded.iter().filter_map(digest).collect()
}
