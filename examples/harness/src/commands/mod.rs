//! One file per command.

mod authenticate;
mod change_pin;
mod demo;
mod doctor;
mod estimate;
mod explain;
mod info;
mod open_account;
mod read;
mod readers;
mod replay;
mod sign;
mod sim;
mod tries;
pub(crate) mod verify;

use kazasu_card::{Attempt, AuthenticationPin, CardSecret, Options, SigningPassword};
use kazasu_cert::UnixTime;

use crate::cli::{Cli, Command};
use crate::driver::Driver;
use crate::failed::Failed;
use crate::output::Finished;
use crate::secret_input::SecretSource;
use crate::settings::Settings;
use crate::trace_file::TraceFile;
use crate::{channel, interrupt, lint_app};

pub(crate) fn run(cli: Cli) -> Result<Finished, Failed> {
    let settings = cli.settings;
    // The command line parser does not see this when one stands before the command and one after it.
    if settings.sim.is_some() && settings.reader.is_some() {
        return Err(Failed::usage("--sim and --reader exclude each other"));
    }
    if settings.estimate {
        return estimate::run(&settings, &cli.command);
    }
    match cli.command {
        Command::Demo => demo::run(&settings),
        Command::Readers => readers::run(),
        Command::Info => info::run(&settings),
        Command::Doctor(args) => doctor::run(&settings, &args),
        Command::Tries => tries::run(&settings),
        Command::Read(args) => read::run(&settings, &args),
        Command::Authenticate(args) => authenticate::run(&settings, &args),
        Command::Sign(args) => sign::run(&settings, &args),
        Command::OpenAccount(args) => open_account::run(&settings, &args),
        Command::ChangePin(args) => change_pin::run(&settings, &args),
        Command::Verify(args) => verify::run(&args),
        Command::Replay(args) => replay::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Sim(args) => sim::run(&settings, &args),
        Command::LintApp(args) => lint_app::run(&args),
    }
}

impl Settings {
    /// Opens the channel, lets `work` drive sessions over it, and powers the card down. Called last, when every input has
    /// been read, every secret entered and every output begun: what can fail without a card has failed by then.
    fn with_card<T>(&self, work: impl FnOnce(&mut Driver<'_>) -> Result<T, Failed>) -> Result<T, Failed> {
        interrupt::watch()?;
        let trace = self.trace_file()?;
        let mut channel = channel::open(self)?;
        let mut driver = Driver { channel: channel.as_mut(), wait: self.wait, quiet: self.json, trace };
        let result = work(&mut driver);
        channel.power_down();
        result
    }

    /// Where a secret comes from, once it is certain that it can be used.
    fn secrets(&self) -> Result<SecretSource, Failed> {
        channel::check(self)?;
        Ok(if self.pin_stdin { SecretSource::StandardInput } else { SecretSource::Terminal })
    }

    fn trace_file(&self) -> Result<Option<TraceFile>, Failed> {
        self.trace.as_deref().map(TraceFile::open).transpose()
    }

    fn pin(&self, prompt: &str) -> Result<Attempt<AuthenticationPin>, Failed> {
        Ok(self.attempt(self.secrets()?.pin(prompt)?))
    }

    fn password(&self, prompt: &str) -> Result<Attempt<SigningPassword>, Failed> {
        Ok(self.attempt(self.secrets()?.password(prompt)?))
    }

    fn attempt<S: CardSecret>(&self, secret: S) -> Attempt<S> {
        if self.last_try { Attempt::even_if_last_try(secret) } else { Attempt::new(secret) }
    }

    /// Another card can come only where a re-tap is waited for, so that only then the exchange is spent on recognising it.
    fn options(&self) -> Options {
        Options { recognise_card: self.wait.is_some(), ..Options::default() }
    }
}

/// The one place where this program looks at the clock for what it signs and verifies.
pub(crate) fn now() -> UnixTime {
    UnixTime(time::OffsetDateTime::now_utc().unix_timestamp())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// A session completed with the result of another request: a defect of this program.
pub(crate) fn unexpected() -> Failed {
    Failed::new(70, "bug", "internal error: the session completed another request")
}
