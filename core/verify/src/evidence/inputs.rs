//! The inputs of a check that is made again.

use kazasu_cert::{Digest, HashAlgorithm};
use serde_json::Value;

use super::keep::{Form, sha256};
use super::record::{RecordedCheck, recorded_checks};
use super::{EvidenceError, EvidenceRecord, ReplayInputs, ReplayOutcome, ReplayedCheck};
use crate::{
    Document, EvidenceKind, OcspNonce, Report, RevocationEvidence, RevocationPolicy, SignatureInput,
    SignedAttributesPolicy, Signer, Submission, Verifier, hex,
};

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

/// What was found when the checks were made again.
#[derive(Default)]
pub(super) struct Again {
    pub(super) checks: Vec<RecordedCheck>,
    /// Why it is refused or open, the most useful first.
    pub(super) codes: Vec<&'static str>,
    /// Only if the signature was there.
    pub(super) report: Option<Report>,
    /// Without it what its certificate says of each signer of the record.
    pub(super) signers: Vec<Option<Signer>>,
}

/// The inputs there are, from the record and from whoever replays it.
pub(super) struct Inputs<'a> {
    pub(super) document: Option<&'a [u8]>,
    document_is_kept: bool,
    digests: Vec<Digest>,
    pub(super) signature: Option<&'a [u8]>,
    /// The certificate handed over beside the signature.
    certificate: Option<&'a [u8]>,
    /// Of each signer.
    pub(super) signers: Vec<Option<&'a [u8]>>,
    revocation: Vec<RevocationEvidence<'a>>,
    pub(super) has_revocation: bool,
    needs_revocation: bool,
}

impl<'a> Inputs<'a> {
    pub(super) fn gather(
        record: &'a EvidenceRecord,
        given: &ReplayInputs<'a>,
    ) -> Result<Self, EvidenceError> {
        let (kept, hashes) = (record.kept(), &record.report.inputs);
        let check = |input, bytes: Option<&'a [u8]>, is_it: &dyn Fn(&[u8]) -> bool| match bytes {
            Some(bytes) if !is_it(bytes) => Err(EvidenceError::GivenInput { input }),
            bytes => Ok(bytes),
        };
        let digests = digests(&hashes.document);
        let is_document = |bytes: &[u8]| {
            let same = |digest: &Digest| digest.algorithm().digest(bytes) == *digest;
            !digests.is_empty() && digests.len() == hashes.document.len() && digests.iter().all(same)
        };
        let document = check("document", given.document, &is_document)?;
        let signature = check("signature", given.signature, &|bytes| sha256(bytes) == hashes.signature)?;
        let recorded = record.report.signers.iter().map(|signer| signer.certificate.as_ref());
        let recorded: Vec<_> = recorded.map(|one| one.map(|one| one.sha256.as_str())).collect();
        let is_certificate = |bytes: &[u8]| {
            let hash = sha256(bytes);
            hashes.certificate.as_ref() == Some(&hash) || recorded.contains(&Some(hash.as_str()))
        };
        let certificate = check("certificate", given.certificate, &is_certificate)?;
        let lists = by_hash(given.revocation.iter().copied());
        let is_known = |hash: &String| hashes.revocation.iter().any(|one| one.sha256.as_ref() == Some(hash));
        if !lists.iter().all(|(hash, _)| is_known(hash)) {
            return Err(EvidenceError::GivenInput { input: "revocation evidence" });
        }

        let certificates = by_hash(kept.certificates.iter().map(|kept| kept.0.as_slice()).chain(certificate));
        let with_hash = |wanted: &str| find(&certificates, wanted);
        let mut has_revocation = !had_unreadable_lists(record);
        let mut revocation = Vec::new();
        for (kept, recorded) in kept.revocation.iter().zip(&hashes.revocation) {
            let given = recorded.sha256.as_ref().and_then(|hash| find(&lists, hash));
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
            document_is_kept: kept.document.is_some(),
            digests,
            signature: signature.or(kept.signature.as_ref().map(|kept| kept.0.as_slice())),
            certificate: hashes.certificate.as_deref().and_then(with_hash),
            signers: recorded.iter().map(|hash| hash.and_then(with_hash)).collect(),
            revocation,
            has_revocation,
            needs_revocation: matches!(record.report.policy.revocation, RevocationPolicy::Required(_)),
        })
    }

    /// How the document can have been handed over then. Of bytes SHA-256 is always recorded; whether there was more
    /// than digests is certain only if the bytes were kept.
    pub(super) fn documents(&self) -> impl Iterator<Item = Document<'_>> {
        let has_sha256 = self.digests.iter().any(|digest| digest.algorithm() == HashAlgorithm::Sha256);
        let bytes = self.document.filter(|_| has_sha256);
        let digests = bytes.is_none() || !self.document_is_kept;
        bytes.map(Document::Bytes).into_iter().chain(digests.then_some(Document::Digests(&self.digests)))
    }

    /// Whether the evidence about revocation counts and some of it is not there.
    pub(super) const fn lacks_revocation(&self) -> bool {
        self.needs_revocation && !self.has_revocation
    }

    pub(super) fn check(
        &self,
        document: Document<'_>,
        verifier: &Verifier,
        record: &EvidenceRecord,
    ) -> Again {
        let check = |document, signature| {
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
            let report = check(document, signature);
            let (checks, codes) = (recorded_checks(&report), report.codes());
            return Again { checks, codes, report: Some(report), signers: Vec::new() };
        }
        // Without the signature the path of a certificate can still be judged; nothing in it is about the document.
        let mut again = Again::default();
        for (position, certificate) in self.signers.iter().enumerate() {
            let Some(certificate) = *certificate else {
                again.signers.push(None);
                continue;
            };
            let mut report =
                check(Document::Digests(&[]), SignatureInput::Raw { certificate, signature: &[] });
            let about_path = recorded_checks(&report)
                .into_iter()
                .filter(|check| !ABOUT_SIGNATURE.contains(&check.check.as_str()))
                .map(|check| RecordedCheck { signer: Some(position), ..check });
            again.checks.extend(about_path);
            again.codes.extend(report.codes());
            again.signers.push(report.signers.pop());
        }
        again
    }

    /// Each check of the record.
    pub(super) fn compare(&self, record: &EvidenceRecord, again: &Again) -> Vec<ReplayedCheck> {
        let recorded = record.report.checks.iter();
        recorded
            .map(|recorded| {
                let found = again.checks.iter().find(|one| one.about() == recorded.about());
                self.outcome(recorded, found, again)
            })
            .collect()
    }

    fn outcome(
        &self,
        recorded: &RecordedCheck,
        found: Option<&RecordedCheck>,
        again: &Again,
    ) -> ReplayedCheck {
        let outcome = match found {
            None => ReplayOutcome::NotRechecked,
            Some(_) if recorded.check == "revocation" && self.lacks_revocation() => {
                ReplayOutcome::NotRechecked
            }
            Some(found) if found == recorded => ReplayOutcome::Confirmed,
            // Without the CMS, a wrong issuer is told less exactly.
            Some(found) if again.report.is_none() && found.result == recorded.result => {
                ReplayOutcome::Confirmed
            }
            Some(_)
                if ["signed_attributes", "signature"].contains(&recorded.check.as_str())
                    && self.needs_document(recorded.signer, again) =>
            {
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

    /// Whether a signer has signed the document itself, without signed attributes, and the document is not there, so
    /// that nobody can tell whether it looks like some.
    pub(super) fn needs_document(&self, signer: Option<usize>, again: &Again) -> bool {
        let policy = again.report.as_ref().map(|report| report.policy.signed_attributes);
        let has = |name: &str, of: Option<usize>| {
            again.checks.iter().any(|check| check.check == name && check.signer == of)
        };
        let has_no_attributes = has("signed_attributes", signer) && !has("message_digest", signer);
        self.document.is_none()
            && policy == Some(SignedAttributesPolicy::Optional)
            && has_no_attributes
            && !has("attached_content", None)
    }
}

/// A list that could not be read left a hash as little as one that did not come, but no finding of its own.
fn had_unreadable_lists(record: &EvidenceRecord) -> bool {
    let nothing = |kind: EvidenceKind, sha256: Option<&String>| kind == EvidenceKind::Crl && sha256.is_none();
    let of_none = record.report.inputs.revocation.iter();
    let of_none = of_none.filter(|one| nothing(one.kind, one.sha256.as_ref())).count();
    let signers = record.report().get("signers").and_then(Value::as_array).into_iter().flatten();
    let findings = signers.filter_map(|signer| signer.pointer("/revocation/evidence")?.as_array());
    let mut not_received = findings.filter(|findings| !findings.is_empty()).map(|findings| {
        let says =
            |finding: &Value, name: &str, what: &str| finding.get(name).is_some_and(|value| value == what);
        let of_list = |finding: &&Value| {
            says(finding, "kind", "crl") && says(finding, "error", "evidence_not_received")
        };
        findings.iter().filter(of_list).count()
    });
    not_received.any(|not_received| not_received < of_none)
}

/// Each with its hash, computed once.
fn by_hash<'a>(all: impl Iterator<Item = &'a [u8]>) -> Vec<(String, &'a [u8])> {
    all.map(|bytes| (sha256(bytes), bytes)).collect()
}

fn find<'a>(all: &[(String, &'a [u8])], wanted: &str) -> Option<&'a [u8]> {
    all.iter().find_map(|(hash, bytes)| (hash == wanted).then_some(*bytes))
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
