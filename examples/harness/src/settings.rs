use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

/// Options of every command that talks to a card; accepted before and after the command's name.
#[derive(Debug, Clone, Args)]
#[expect(clippy::struct_excessive_bools, reason = "switches of a command line")]
pub(crate) struct Settings {
    /// Use a simulated card: the name of a persona, or the path of a persona file (.json)
    #[arg(long, global = true, value_name = "PERSONA")]
    pub(crate) sim: Option<String>,

    /// Use this PC/SC reader: its name, or a part of it that no other reader has
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) reader: Option<String>,

    /// Print exactly one JSON object on standard output, for errors too
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Read the secret from the first line of standard input instead of asking for it
    #[arg(long, global = true)]
    pub(crate) pin_stdin: bool,

    /// Consent to spend the last try, or a try that the card does not count for us
    #[arg(long, global = true)]
    pub(crate) last_try: bool,

    /// Wait this long for a card, and for the same card again when it is lost
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) wait: Option<Duration>,

    /// Tell how many exchanges and how much time the command would take at the reader; no card is touched
    #[arg(long, global = true)]
    pub(crate) estimate: bool,

    /// Append a trace of what the card is told and answers, without secrets and personal data; for `explain` and `replay`
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) trace: Option<PathBuf>,
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    /// Nobody waits longer, and any clock can count so far.
    const MOST: Duration = Duration::from_secs(366 * 24 * 60 * 60);
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.filter(|seconds| *seconds <= MOST).ok_or("not a number of seconds from 0 to a year")
}
