use std::path::PathBuf;

use clap::{Args, ValueEnum};
use kazasu_cert::UnixTime;
use kazasu_verify::{
    AcceptedHashes, AnchorError, CheckResult, ClockSkew, Document, Environment, Policy, Purpose, Report,
    RevocationPolicy, Scheme, SignatureInput, SignedAttributesPolicy, Submission, TimeSource, TrustAnchors,
    ValidationTime, Verdict, Verifier,
};
use serde_json::{Value, json};

use crate::failed::Failed;
use crate::output::{Finished, read_file};

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The document: the relying party's own copy
    #[arg(long = "in", value_name = "FILE")]
    input: PathBuf,
    /// The signature: exactly as long as the certificate's key is a bare PKCS#1 signature, anything else CMS
    #[arg(long, value_name = "FILE")]
    signature: PathBuf,
    /// The signer's certificate; may be left out for a CMS that carries it
    #[arg(long, value_name = "FILE")]
    cert: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t = PurposeName::Sign)]
    purpose: PurposeName,
    #[arg(long, value_enum, default_value_t = EnvironmentName::Production)]
    environment: EnvironmentName,
    /// A CA certificate of the test environment, of either purpose; may be given several times
    #[arg(long, value_name = "FILE")]
    anchor: Vec<PathBuf>,
    /// The time the verdict is about, RFC 3339 with any offset; now if left out
    #[arg(long, value_name = "TIME")]
    at: Option<UnixTime>,
    /// Accept without any word about revocation; the report says so
    #[arg(long)]
    no_revocation: bool,
    #[arg(long, value_enum, default_value_t = SchemeName::Pkcs1)]
    scheme: SchemeName,
    /// Accept a CMS signer without signed attributes
    #[arg(long)]
    allow_no_signed_attrs: bool,
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
    let purpose = match args.purpose {
        PurposeName::Sign => Purpose::Signing,
        PurposeName::Auth => Purpose::Authentication,
    };
    match (args.environment, args.anchor.is_empty()) {
        (EnvironmentName::Production, false) => return Err(Failed::usage("--anchor goes with --environment test only")),
        (EnvironmentName::Test, true) => return Err(Failed::usage("--environment test takes its CA certificates with --anchor")),
        _ => {}
    }
    let document = read_file(&args.input)?;
    let signature = read_file(&args.signature)?;
    let certificate = args.cert.as_deref().map(read_file).transpose()?;
    let anchor_files = args.anchor.iter().map(|path| read_file(path)).collect::<Result<Vec<_>, _>>()?;
    let signature = SignatureInput::detect(&signature, certificate.as_deref())
        .ok_or_else(|| Failed::usage("a bare signature is verified with its certificate: give --cert"))?;

    let anchors = match args.environment {
        EnvironmentName::Production => TrustAnchors::production(purpose),
        EnvironmentName::Test => match test_anchors(purpose, anchor_files) {
            Ok(anchors) => anchors,
            Err(error) => return Ok(untrusted(&error)),
        },
    };
    let policy = Policy {
        revocation: if args.no_revocation { RevocationPolicy::NotChecked } else { RevocationPolicy::Required },
        signed_attributes: if args.allow_no_signed_attrs {
            SignedAttributesPolicy::Optional
        } else {
            SignedAttributesPolicy::Required
        },
        hashes: AcceptedHashes::SHA2,
        scheme: match args.scheme {
            SchemeName::Pkcs1 => Scheme::Pkcs1,
            SchemeName::BareHash => Scheme::BareHash,
        },
        clock_skew: ClockSkew::FIVE_MINUTES,
    };
    let time = match args.at {
        Some(at) => ValidationTime { at, source: TimeSource::Given },
        None => ValidationTime::now(super::now()),
    };
    let submission = Submission::new(Document::Bytes(&document), signature);
    Ok(finished(&Verifier::new(anchors, policy).check(&submission, time)))
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
    let exit = match report.verdict {
        Verdict::Accepted => 0,
        Verdict::Rejected => 41,
        Verdict::Indeterminate => 42,
    };
    Finished { exit, ..Finished::new(text(report), json!(report)) }
}

/// A report for people, every check on a line of its own.
pub(super) fn text(report: &Report) -> String {
    let mut lines = vec![format!("{} as of {}", word(&json!(report.verdict)), report.time.at)];
    lines.extend(report.errors.iter().map(|error| format!("  {}: {error}", error.code())));
    lines.extend(report.undecided.iter().map(|missing| format!("  missing: {}", word(&json!(missing)))));
    lines.push("checks:".to_owned());
    for record in &report.checks {
        let mark = match record.result {
            CheckResult::Passed => "ok     ",
            CheckResult::Failed(_) => "FAILED ",
            _ => "not made",
        };
        lines.push(format!("  {mark} {}", word(&json!(record.check)).replace('_', " ")));
    }
    for anchor in report.signers.iter().filter_map(|signer| signer.anchor.as_ref()) {
        lines.push(format!("anchor: {}", anchor.name));
    }
    lines.push(format!("revocation: {}", word(&json!(report.revocation)).replace('_', " ")));
    if let Some(attributes) = &report.attributes {
        lines.push(format!("name: {}", attributes.name.text));
        lines.push(format!("address: {}", attributes.address.text));
        let born = attributes.date_of_birth.known().map_or_else(
            || format!("{} (as registered; not a full date)", attributes.date_of_birth.as_registered()),
            |date| date.to_string(),
        );
        lines.push(format!("date of birth: {born}"));
        lines.push(format!("sex: {}", word(&json!(attributes.sex))));
    }
    lines.extend(report.warnings.iter().map(|warning| format!("note: {}", word(&json!(warning)).replace('_', " "))));
    lines.join("\n") + "\n"
}

/// The word that an enumeration serialises to.
fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
