//! `kazasu verify`: the relying party's side at a desk.

mod files;
mod http;
mod record;
mod status;
mod text;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use kazasu_cert::{MAX_CERTIFICATE_LEN, UnixTime, UnixTimeError};
use kazasu_verify::{
    AcceptedHashes, AnchorError, ClockSkew, Environment, MaxAge, NonceEcho, OnUnknownStatus, Policy, Purpose,
    Report, RevocationPolicy, RevocationRules, Scheme, SignatureInput, SignedAttributesPolicy, Submission,
    TimeSource, TrustAnchors, ValidationTime, Verdict, Verifier,
};
use serde_json::json;

use self::files::{Original, read_signature, read_start};
use self::record::RecordArgs;
use self::status::{OcspSource, StatusArgs};
pub(super) use self::text::text;
use crate::failed::Failed;
use crate::output::Finished;

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The document: the relying party's own copy
    #[arg(long = "in", value_name = "FILE", required_unless_present = "replay")]
    input: Option<PathBuf>,
    /// The signature: exactly as long as the certificate's key is a bare PKCS#1 signature, anything else CMS
    #[arg(long, value_name = "FILE", required_unless_present = "replay")]
    signature: Option<PathBuf>,
    /// The signer's certificate, DER; may be left out for a CMS that carries it
    #[arg(long, value_name = "FILE")]
    cert: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t = PurposeName::Sign, conflicts_with = "replay")]
    purpose: PurposeName,
    /// Production if left out; a record of the test environment is replayed only with `test`
    #[arg(long, value_enum)]
    environment: Option<EnvironmentName>,
    /// CA certificates of the test environment, DER, of either purpose
    #[arg(long, value_name = "FILE", num_args = 1..)]
    anchor: Vec<PathBuf>,
    /// The time the verdict is about, RFC 3339 with any offset; now if left out
    #[arg(long, value_name = "TIME", value_parser = instant, conflicts_with = "replay")]
    at: Option<UnixTime>,
    #[arg(long, value_enum, default_value_t = SchemeName::Pkcs1, conflicts_with = "replay")]
    scheme: SchemeName,
    /// Accept a CMS signer without signed attributes
    #[arg(long, conflicts_with = "replay")]
    allow_no_signed_attrs: bool,
    #[command(flatten)]
    status: StatusArgs,
    #[command(flatten)]
    record: RecordArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PurposeName {
    Sign,
    Auth,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EnvironmentName {
    Production,
    Test,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SchemeName {
    Pkcs1,
    BareHash,
}

pub(super) fn run(args: &VerifyArgs) -> Result<Finished, Failed> {
    args.check()?;
    if args.record.replays() {
        return record::replay(args);
    }
    let (input, signature) = args.inputs()?;
    let document = Original::read(input)?;
    let signature = read_signature(signature, document.len())?;
    let certificate = args.certificate()?;
    let anchor_files = args.anchors()?;
    let files = args.status.read()?;
    let previous = match args.record.previous()?.transpose() {
        Ok(previous) => previous,
        Err(error) => return Ok(record::refused(&error)),
    };
    let record = args.record.begin(&args.all_inputs(), previous)?;
    let signature = SignatureInput::detect(&signature, certificate.as_deref())
        .ok_or_else(|| Failed::usage("a bare signature is verified with its certificate: give --cert"))?;

    let anchors = match args.environment.unwrap_or(EnvironmentName::Production) {
        EnvironmentName::Production => TrustAnchors::production(args.purpose()),
        EnvironmentName::Test => match test_anchors(args.purpose(), anchor_files) {
            Ok(anchors) => anchors,
            Err(error) => return Ok(untrusted(&error)),
        },
    };
    let time = match args.at {
        Some(at) => ValidationTime { at, source: TimeSource::Given },
        None => ValidationTime::now(super::now()),
    };
    let verifier = Verifier::new(anchors, args.policy());
    let submission = Submission::new(document.document(), signature);
    let answers = args.status.ask(&verifier, submission, time)?;
    let evidence: Vec<_> = files.evidence().chain(answers.evidence()).collect();
    let submission = submission.with_revocation(&evidence);
    let report = verifier.check(&submission, time);
    if let Some(record) = record {
        record.write(&verifier, &submission, &report)?;
    }
    Ok(finished(&report))
}

impl VerifyArgs {
    /// What the command line parser cannot see.
    fn check(&self) -> Result<(), Failed> {
        match (self.environment, self.anchor.is_empty()) {
            (None | Some(EnvironmentName::Production), false) => {
                Err(Failed::usage("--anchor goes with --environment test only"))
            }
            (Some(EnvironmentName::Test), true) if !self.record.replays() => {
                Err(Failed::usage("--environment test takes its CA certificates with --anchor"))
            }
            _ => Ok(()),
        }
    }

    fn inputs(&self) -> Result<(&Path, &Path), Failed> {
        let both = self.input.as_deref().zip(self.signature.as_deref());
        both.ok_or_else(|| Failed::usage("--in and --signature are needed"))
    }

    fn certificate(&self) -> Result<Option<Vec<u8>>, Failed> {
        self.cert.as_deref().map(|path| read_start(path, MAX_CERTIFICATE_LEN)).transpose()
    }

    fn anchors(&self) -> Result<Vec<Vec<u8>>, Failed> {
        self.anchor.iter().map(|path| read_start(path, MAX_CERTIFICATE_LEN)).collect()
    }

    /// Every file that is read, so that none of them is written over.
    fn all_inputs(&self) -> Vec<&Path> {
        let given = [&self.input, &self.signature, &self.cert].into_iter().flatten();
        let answers = self.status.ocsp.iter().filter_map(OcspSource::file);
        given.chain(&self.anchor).chain(&self.status.crl).map(PathBuf::as_path).chain(answers).collect()
    }

    fn purpose(&self) -> Purpose {
        match self.purpose {
            PurposeName::Sign => Purpose::Signing,
            PurposeName::Auth => Purpose::Authentication,
        }
    }

    fn policy(&self) -> Policy {
        let rules = RevocationRules {
            crl_scope: self.status.crl_scope(),
            max_ocsp_age: MaxAge::THIRTY_MINUTES,
            ocsp_nonce: NonceEcho::Optional,
            unknown_status: OnUnknownStatus::Indeterminate,
        };
        Policy {
            revocation: if self.status.no_revocation {
                RevocationPolicy::NotChecked
            } else {
                RevocationPolicy::Required(rules)
            },
            signed_attributes: if self.allow_no_signed_attrs {
                SignedAttributesPolicy::Optional
            } else {
                SignedAttributesPolicy::Required
            },
            hashes: AcceptedHashes::SHA2,
            scheme: match self.scheme {
                SchemeName::Pkcs1 => Scheme::Pkcs1,
                SchemeName::BareHash => Scheme::BareHash,
            },
            clock_skew: ClockSkew::FIVE_MINUTES,
        }
    }
}

/// A time that reads back as it is written: an offset can push one out of the years that RFC 3339 has.
fn instant(text: &str) -> Result<UnixTime, String> {
    let at: UnixTime = text.parse().map_err(|error: UnixTimeError| error.to_string())?;
    if at.to_string().parse() == Ok(at) {
        Ok(at)
    } else {
        Err("outside the years 0 to 9999 in UTC".to_owned())
    }
}

/// Those of the given CA certificates that are for the purpose, each once.
fn test_anchors(purpose: Purpose, mut files: Vec<Vec<u8>>) -> Result<TrustAnchors, AnchorError> {
    files.sort();
    files.dedup();
    let mut of_purpose = Vec::new();
    for file in files {
        if TrustAnchors::purpose_of(&file)? == purpose {
            of_purpose.push(file);
        }
    }
    TrustAnchors::test(purpose, of_purpose)
}

/// CA certificates that cannot be relied on leave nothing to verify with: bad content is a rejection.
fn untrusted(error: &AnchorError) -> Finished {
    let json = json!({
        "verdict": Verdict::Rejected,
        "errors": ["untrusted_anchor"],
        "checks": [],
        "environment": Environment::Test,
        "message": error.to_string(),
    });
    Finished { exit: 41, ..Finished::new(format!("rejected\n  untrusted_anchor: {error}\n"), json) }
}

fn finished(report: &Report) -> Finished {
    Finished { exit: exit_code(report.verdict), ..Finished::new(text(report), json!(report)) }
}

const fn exit_code(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Accepted => 0,
        Verdict::Rejected => 41,
        Verdict::Indeterminate => 42,
    }
}
