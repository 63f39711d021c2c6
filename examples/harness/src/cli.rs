use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand, ValueEnum};
use kazasu_cert::HashAlgorithm;
use serde_json::json;

use crate::command_line_error;
use crate::commands::verify::VerifyArgs;
use crate::failed::Failed;
pub(crate) use crate::language::Language;
use crate::output::Finished;
use crate::settings::Settings;

/// Desktop test harness for JPKI, the certificates on the My Number Card.
///
/// Secrets are asked for without echo, or read from standard input with --pin-stdin; never from arguments or the
/// environment. A wrong secret spends a try of the card: with a real card, know what you type.
#[derive(Debug, Parser)]
#[command(name = "kazasu", version)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) settings: Settings,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Account opening from the bank's document to the verified customer, with a simulated card
    Demo,
    /// List the PC/SC readers
    Readers,
    /// Show what the card says about itself; needs no secret
    Info,
    /// Show the remaining tries of both secrets; spends none
    Tries,
    /// Look for what is wrong with service, reader, card, certificates and clock; needs no secret, spends no try
    Doctor(DoctorArgs),
    /// Read a certificate
    Read(ReadArgs),
    /// Sign a challenge with the authentication key (PIN)
    Authenticate(AuthenticateArgs),
    /// Sign a file with the signing key (password)
    Sign(SignArgs),
    /// One tap for an account opening: signature and signing certificate (password)
    OpenAccount(OpenAccountArgs),
    /// Change the authentication PIN or the signing password
    ChangePin(ChangePinArgs),
    /// Verify a signature as the relying party does
    Verify(Box<VerifyArgs>),
    /// Drive the card machine by a trace and tell whether it goes the same way
    Replay(ReplayArgs),
    /// Tell a trace in words: each command, each answer, the tries, and what to do next
    Explain(ExplainArgs),
    /// Put the simulated card into the virtual reader of a running PC/SC daemon
    Sim(SimArgs),
    /// Say what the project files of an iOS or Android app lack for reading cards; exit code 50 if anything
    LintApp(LintAppArgs),
}

/// The four certificates, as `read` names them.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum CertificateName {
    Auth,
    Sign,
    AuthCa,
    SignCa,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum SecretName {
    Auth,
    Sign,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Format {
    /// Detached CMS SignedData, DER
    Cms,
    /// The bare PKCS#1 v1.5 signature
    Raw,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(crate) lang: Language,
}

#[derive(Debug, Args)]
pub(crate) struct ReadArgs {
    pub(crate) certificate: CertificateName,
    /// Where the DER goes
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct AuthenticateArgs {
    /// The challenge
    #[arg(long = "in", value_name = "FILE")]
    pub(crate) input: PathBuf,
    /// Where the signature goes (PKCS#1 v1.5, bare)
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// The authentication certificate, if it is known: one exchange less, and another card is refused
    #[arg(long, value_name = "FILE", conflicts_with = "cert_out")]
    pub(crate) cert: Option<PathBuf>,
    /// Where the authentication certificate goes
    #[arg(long, value_name = "FILE")]
    pub(crate) cert_out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) hash: HashArg,
}

#[derive(Debug, Args)]
pub(crate) struct SignArgs {
    /// The file to sign, as its bytes are
    #[arg(long = "in", value_name = "FILE")]
    pub(crate) input: PathBuf,
    /// Where the signature goes
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    #[arg(long, value_enum, default_value_t = Format::Cms)]
    pub(crate) format: Format,
    /// Where the signing certificate goes
    #[arg(long, value_name = "FILE")]
    pub(crate) cert_out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) hash: HashArg,
}

#[derive(Debug, Args)]
pub(crate) struct OpenAccountArgs {
    /// The bank's application document
    #[arg(long = "in", value_name = "FILE")]
    pub(crate) input: PathBuf,
    /// Directory for certificate.der and signed.p7s (or signature.bin); made if it is not there
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    #[arg(long, value_enum, default_value_t = Format::Cms)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) hash: HashArg,
}

#[derive(Debug, Args)]
pub(crate) struct HashArg {
    /// sha256, sha384 or sha512
    #[arg(long, value_name = "HASH", default_value = "sha256")]
    pub(crate) hash: HashAlgorithm,
}

#[derive(Debug, Args)]
pub(crate) struct ChangePinArgs {
    pub(crate) secret: SecretName,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// A file written with --trace, or by an app
    pub(crate) trace: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// A file written with --trace, or by an app
    pub(crate) trace: PathBuf,
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(crate) lang: Language,
    /// Write one self-contained HTML page instead of text
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct SimArgs {
    /// Speak to vpcd, the virtual reader of vsmartcard, on the loopback interface
    #[arg(long, required = true)]
    pub(crate) vpcd: bool,
    /// Port that vpcd listens on
    #[arg(long, default_value_t = 35963)]
    pub(crate) port: u16,
    /// The persona of the card, ichiro if left out; --sim does as well
    #[arg(long)]
    pub(crate) persona: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct LintAppArgs {
    /// The app's source tree
    pub(crate) dir: PathBuf,
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(crate) lang: Language,
}

/// No command to run.
pub(crate) struct Unparsed {
    /// The help that was asked for, or what is wrong.
    pub(crate) instead: Result<Finished, Failed>,
    pub(crate) json: bool,
}

pub(crate) fn parse(arguments: &[OsString]) -> Result<Cli, Unparsed> {
    Cli::try_parse_from(arguments).map_err(|error| {
        let instead = match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                let text = error.render().to_string();
                Ok(Finished::new(&text, json!({ "help": text })))
            }
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                Err(Failed::usage(error.render().to_string().trim_end()))
            }
            _ => Err(Failed::usage(command_line_error::told(&error))),
        };
        Unparsed { instead, json: arguments.iter().any(|argument| argument == "--json") }
    })
}
