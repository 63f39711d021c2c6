//! `--evidence-out` and `--replay`: records of what was checked.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use kazasu_cert::Digest;
use kazasu_verify::{
    AnchorSource, Document, Environment, EvidenceError, EvidenceRecord, HmacSeal, Keep, P256SealVerifier,
    Replay, ReplayInputs, ReplayOutcome, Report, Retention, RevocationEvidence, RevocationPolicy,
    SealVerifier, Submission, TestAnchors, Verdict, Verifier,
};
use serde_json::json;

use super::files::{Original, read_signature, read_start};
use super::status::Files;
use super::text::visible;
use super::{EnvironmentName, VerifyArgs, exit_code, test_anchors, untrusted};
use crate::commands::hex;
use crate::failed::Failed;
use crate::output::{Finished, Outputs, complain};

#[derive(Debug, Args)]
pub(super) struct RecordArgs {
    /// Where a record goes of what was checked, with which answer
    #[arg(long, value_name = "FILE", conflicts_with = "replay")]
    evidence_out: Option<PathBuf>,
    /// What the record keeps of the inputs besides their hashes
    #[arg(
        long, value_enum, value_name = "WHAT", num_args = 1.., value_delimiter = ',', requires = "evidence_out",
        default_value = "attributes",
    )]
    retain: Vec<Retained>,
    /// The record before this one, which this one then names, or must name
    #[arg(long, value_name = "FILE")]
    previous: Option<PathBuf>,
    /// The key of the operator's seal: at least 32 secret bytes; to replay, also a public key (P-256, DER)
    #[arg(long, value_name = "FILE")]
    seal_key: Option<PathBuf>,
    /// Check a record again, offline, with what it keeps and with the inputs given along
    #[arg(long, value_name = "FILE")]
    replay: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Retained {
    /// Hashes, codes and verdict; no serial number, no validity, no municipality
    Nothing,
    /// Name, address, date of birth, sex; with them serial number and validity of the certificate
    Attributes,
    Document,
    /// The signature; a CMS only together with what is in it: certificates, document, CRLs
    Signature,
    Certificate,
    /// CRLs and OCSP answers
    Revocation,
    /// All of it
    All,
}

const TEST_RECORD: &str = "A RECORD OF THE TEST ENVIRONMENT: it proves nothing about anybody";

/// What to do about a record of the test environment, in English and Japanese.
const NOT_ASKED: (&str, &str) = (
    "It was not checked again. Give --environment test and your test CAs with --anchor; without --anchor it is checked \
     with those that it brings itself, and anybody can write such a record.",
    "再検査していません。--environment test を指定し、手元のテスト用 CA 証明書を --anchor で渡してください。--anchor \
     を省くと記録に含まれる CA 証明書で検査しますが、そのような記録は誰でも作れます。",
);

/// A record about to be written.
pub(super) struct Pending {
    outputs: Outputs,
    retention: Retention,
    previous: Option<EvidenceRecord>,
    seal: Option<HmacSeal>,
}

impl RecordArgs {
    pub(super) const fn replays(&self) -> bool {
        self.replay.is_some()
    }

    /// The record to be named by the new one.
    pub(super) fn previous(&self) -> Result<Option<Result<EvidenceRecord, EvidenceError>>, Failed> {
        let json =
            self.previous.as_deref().map(|path| read_start(path, EvidenceRecord::MAX_LEN)).transpose()?;
        Ok(json.map(|json| EvidenceRecord::from_json(&json)))
    }

    /// Prepares the record, so that an unwritable place is told before anything is verified.
    pub(super) fn begin(
        &self,
        inputs: &[&Path],
        previous: Option<EvidenceRecord>,
    ) -> Result<Option<Pending>, Failed> {
        let Some(path) = &self.evidence_out else {
            let unused = [("--previous", &self.previous), ("--seal-key", &self.seal_key)];
            let unused = unused.into_iter().find(|(_, given)| given.is_some());
            return match unused {
                Some((name, _)) => Err(Failed::usage(format!("{name} goes with --evidence-out or --replay"))),
                None => Ok(None),
            };
        };
        let seal = self.seal_key.as_deref().map(|path| {
            HmacSeal::new(&key_name(path), &read_start(path, HmacSeal::MAX_KEY_LEN)?)
                .map_err(|error| Failed::usage(format!("{}: {error}", path.display())))
        });
        let seal = seal.transpose()?;
        let outputs = Outputs::files([path], inputs)?;
        Ok(Some(Pending { outputs, retention: self.retention(), previous, seal }))
    }

    fn retention(&self) -> Retention {
        let keep = |what| {
            let kept = self.retain.contains(&what) || self.retain.contains(&Retained::All);
            if kept { Keep::Yes } else { Keep::HashOnly }
        };
        Retention {
            document: keep(Retained::Document),
            signature: keep(Retained::Signature),
            certificate: keep(Retained::Certificate),
            revocation: keep(Retained::Revocation),
            attributes: keep(Retained::Attributes),
        }
    }
}

impl Pending {
    pub(super) fn write(
        self,
        verifier: &Verifier,
        submission: &Submission<'_>,
        report: &Report,
    ) -> Result<(), Failed> {
        if self.retention.document == Keep::Yes && matches!(submission.document, Document::Digests(_)) {
            complain("the document is too long to be kept in a record; its hashes are");
        }
        let mut record = EvidenceRecord::new(verifier, submission, report, self.retention);
        if let Some(previous) = &self.previous {
            record = record.following(previous);
        }
        if let Some(key) = &self.seal {
            record = record.sealed_by(key).map_err(|error| Failed::new(70, "bug", error.to_string()))?;
        }
        let json = record.to_json();
        if json.len() > EvidenceRecord::MAX_LEN {
            return Err(Failed::usage(
                "with so much in it the record could not be read again: --retain less",
            ));
        }
        self.outputs.write(&[json.as_bytes()])
    }
}

/// Checks a record again. A record that is none, or was changed, is bad content: rejected.
pub(super) fn replay(args: &VerifyArgs) -> Result<Finished, Failed> {
    let read =
        |path: &Option<PathBuf>, limit| path.as_deref().map(|path| read_start(path, limit)).transpose();
    let record = read(&args.record.replay, EvidenceRecord::MAX_LEN)?.unwrap_or_default();
    let document = args.input.as_deref().map(Original::read).transpose()?;
    // A document that the record keeps is not longer than the record.
    let document_len = document.as_ref().map_or(EvidenceRecord::MAX_LEN, Original::len);
    let signature = args.signature.as_deref().map(|path| read_signature(path, document_len)).transpose()?;
    let certificate = args.certificate()?;
    let files = args.status.read()?;
    if args.status.urls().next().is_some() {
        return Err(Failed::usage("a replay is offline: --ocsp takes files only"));
    }
    let revocation: Vec<&[u8]> = files.held().collect();
    let anchors = args.anchors()?;
    let previous = read(&args.record.previous, EvidenceRecord::MAX_LEN)?;
    let key = read(&args.record.seal_key, HmacSeal::MAX_KEY_LEN)?;
    let record = match authentic(&record, previous.as_deref(), key.as_deref()) {
        Ok(record) => record,
        Err(error) => return Ok(refused(&error)),
    };
    let anchors = match args.environment {
        Some(EnvironmentName::Test) if record.environment() == Environment::Production => {
            return Ok(refused(&EvidenceError::GivenInput { input: "environment" }));
        }
        Some(EnvironmentName::Test) if !anchors.is_empty() => match test_anchors(record.purpose(), anchors) {
            Ok(anchors) => Some(anchors),
            Err(error) => return Ok(untrusted(&error)),
        },
        _ => None,
    };
    let test_anchors = match (args.environment, &anchors) {
        (_, Some(anchors)) => TestAnchors::Given(anchors),
        // Nobody takes a record of the test environment for another one without having asked for it.
        (Some(EnvironmentName::Test), None) => TestAnchors::OfRecord,
        (_, None) => TestAnchors::None,
    };
    let given = ReplayInputs {
        document: document.as_ref().and_then(|document| match document.document() {
            Document::Bytes(bytes) => Some(bytes),
            Document::Digests(_) => None,
        }),
        signature: signature.as_deref(),
        certificate: certificate.as_deref(),
        revocation: &revocation,
        test_anchors,
    };
    let long = Long { document: document.as_ref(), files: &files };
    Ok(match long.check(&record).and_then(|()| record.replay(&given)) {
        Ok(replay) => finished(&record, &replay, key.is_some()),
        Err(error) => refused(&error),
    })
}

/// What is given along and too long to be held. The hashes of the document stand in the record, so that nothing is
/// checked less; a list is not weighed again.
struct Long<'a> {
    document: Option<&'a Original>,
    files: &'a Files,
}

impl Long<'_> {
    /// Whether it is what was checked.
    fn check(&self, record: &EvidenceRecord) -> Result<(), EvidenceError> {
        let inputs = &record.report()["inputs"];
        let fits = |input, fits: bool| fits.then_some(()).ok_or(EvidenceError::GivenInput { input });
        if let Some(Document::Digests(digests)) = self.document.map(Original::document) {
            let recorded = |digest: &Digest| inputs["document"].get(digest.algorithm().to_string())?.as_str();
            let known: Vec<_> =
                digests.iter().filter_map(|digest| Some((recorded(digest)?, digest))).collect();
            let same = |(recorded, digest): &(&str, &Digest)| *recorded == hex(digest.as_bytes());
            fits("document", !known.is_empty() && known.iter().all(same))?;
        }
        let lists = inputs["revocation"].as_array();
        let is_known = |list: RevocationEvidence<'_>| {
            let sha256 = list.sha256().map(|sha256| hex(&sha256));
            sha256.is_some_and(|sha256| lists.into_iter().flatten().any(|known| known["sha256"] == sha256))
        };
        fits("revocation evidence", self.files.streamed().all(is_known))
    }
}

/// The record, if its hash, its seal and its place in the chain are right as far as they are asked about.
fn authentic(
    record: &[u8],
    previous: Option<&[u8]>,
    key: Option<&[u8]>,
) -> Result<EvidenceRecord, EvidenceError> {
    let record = EvidenceRecord::from_json(record)?;
    if let Some(key) = key {
        let verifier: Box<dyn SealVerifier> = match P256SealVerifier::from_spki_der(key) {
            Ok(public) => Box::new(public),
            Err(_) => Box::new(HmacSeal::new("", key)?),
        };
        record.check_seal(verifier.as_ref())?;
    }
    if let Some(previous) = previous {
        record.check_follows(&EvidenceRecord::from_json(previous)?)?;
    }
    Ok(record)
}

fn finished(record: &EvidenceRecord, replay: &Replay, seal_checked: bool) -> Finished {
    let seal = match (record.seal(), seal_checked) {
        (None, _) => "none",
        (Some(_), true) => "checked",
        (Some(_), false) => "not_checked",
    };
    // The attributes stand in the object only if they were read again from a certificate that is accepted.
    let mut recorded = record.report().clone();
    recorded.as_object_mut().map(|recorded| recorded.remove("attributes"));
    let (name, version) = record.software();

    let mut lines = vec![format!("{} as of {}", verdict(replay.verdict), replay.time.at)];
    lines.extend(replay.errors.iter().map(|code| format!("  {code}")));
    let of_record =
        "ITS TRUST ANCHORS ARE ITS OWN: anybody can write such a record; name yours with --anchor";
    lines.extend(
        match (replay.environment, replay.anchors) {
            (Environment::Production, _) => Vec::new(),
            (Environment::Test, AnchorSource::OfRecord) => vec![TEST_RECORD, of_record],
            (Environment::Test, AnchorSource::Unavailable) => vec![TEST_RECORD, NOT_ASKED.0, NOT_ASKED.1],
            (Environment::Test, _) => vec![TEST_RECORD],
        }
        .into_iter()
        .map(|line| format!("  {line}")),
    );
    lines.push(format!(
        "environment: {}; anchors: {}; policy: revocation {}; revocation: {}",
        super::text::word(&json!(replay.environment)),
        super::text::word(&json!(replay.anchors)).replace('_', " "),
        match replay.policy.revocation {
            RevocationPolicy::NotChecked => "not checked",
            _ => "required",
        },
        replay.revocation.map_or("not rechecked".to_owned(), |status| status.code().replace('_', " ")),
    ));
    lines.push(format!(
        "recorded: {} by {} {}; seal: {}",
        verdict(replay.recorded_verdict),
        visible(name),
        visible(version),
        seal.replace('_', " ")
    ));
    for check in &replay.checks {
        let outcome = match check.outcome {
            ReplayOutcome::Confirmed => "confirmed   ",
            ReplayOutcome::Contradicted => "CONTRADICTED",
            ReplayOutcome::NotRechecked => "not checked ",
        };
        lines.push(format!(
            "  {outcome} {}: {}",
            visible(&check.check).replace('_', " "),
            visible(&check.recorded).replace('_', " ")
        ));
    }
    lines.extend(replay.members.iter().filter_map(|member| {
        let outcome = match member.outcome {
            ReplayOutcome::Confirmed => return None,
            ReplayOutcome::Contradicted => "CONTRADICTED",
            ReplayOutcome::NotRechecked => "not checked ",
        };
        Some(format!("  {outcome} {}", visible(&member.member)))
    }));
    let mut finished = Finished::new(lines.join("\n") + "\n", json!(replay));
    finished.exit = exit_code(replay.verdict);
    if (replay.environment, replay.anchors) == (Environment::Test, AnchorSource::Unavailable) {
        finished.json.insert("message".to_owned(), NOT_ASKED.0.into());
    }
    finished.json.extend([
        ("seal".to_owned(), seal.into()),
        ("recorded".to_owned(), recorded),
        ("software".to_owned(), json!({ "name": name, "version": version })),
    ]);
    finished
}

pub(super) fn refused(error: &EvidenceError) -> Finished {
    let json = json!({
        "verdict": Verdict::Rejected,
        "errors": [error.code()],
        "checks": [],
        "message": error.to_string(),
    });
    let text = format!("rejected\n  {}: {error}\n", error.code());
    Finished { exit: exit_code(Verdict::Rejected), ..Finished::new(text, json) }
}

fn verdict(verdict: Verdict) -> String {
    super::text::word(&json!(verdict))
}

/// The name of a key is that of its file.
fn key_name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
