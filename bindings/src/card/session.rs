use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use card::trace::TracedSession;
use kazasu_card as card;

use super::request::RequestError;
use super::secret::attempt;
use super::step::TimeLeft;
use super::{AuthenticationPin, Options, Outcome, Request, SecretKind, SigningPassword, Step};

/// One request, driven over one or more taps.
///
/// Call `start` and carry out each `Step`: hand the answer to a command to `handleResponse`, a lost card to `cardLost`, a
/// command that the channel did not send to `channelRefused`. After `Step.Done` power the card down.
///
/// What the card does, however strange, ends in an `Outcome`; `Misuse` says that the caller broke the contract. Releasing
/// a session wipes its secrets but leaves the card as it is: drive it to the end, with `cancel` if need be.
#[derive(uniffi::Object)]
pub struct CardSession(Mutex<Machine>);

/// The machine, and what goes along: the countdown for a progress display, and the clock for the trace.
struct Machine {
    session: TracedSession,
    countdown: card::Countdown,
    last_step: Instant,
}

#[uniffi::export]
impl CardSession {
    /// Prepares a session; nothing is sent yet. The secrets of the request are taken out of their objects.
    #[uniffi::constructor]
    pub fn new(request: Request, options: Options) -> Result<Self, RequestError> {
        let request = request.into_core()?;
        let (options, channel) = (options.into(), options.channel.into());
        let (model, profile) = (card::LinkModel::default(), card::CardProfile::CAPABLE);
        Ok(Self(Mutex::new(Machine {
            countdown: card::Countdown::new((&request).into(), options, model, profile),
            session: TracedSession::new(request, options, channel),
            last_step: Instant::now(),
        })))
    }

    /// Begins with the first tap.
    pub fn start(&self) -> Result<Step, Misuse> {
        self.step(|session, _| session.start())
    }

    /// Takes the card's answer to the command of the last `Step.Transmit`: data and status word, as they came.
    pub fn handle_response(&self, answer: &[u8]) -> Result<Step, Misuse> {
        self.step(|session, took| session.handle_response(answer, took))
    }

    /// Reports that the channel did not send the command, for instance because it is longer than the platform allows. Only
    /// if no byte of it reached the card; otherwise it is `cardLost`.
    pub fn channel_refused(&self) -> Result<Step, Misuse> {
        self.step(TracedSession::channel_refused)
    }

    /// Reports that the card left the field or the channel failed while a command was with the shell, sent or not.
    pub fn card_lost(&self) -> Result<Step, Misuse> {
        self.step(TracedSession::card_lost)
    }

    /// Continues on the next tap: from the beginning with the same consent if nothing was spent, or with a look at the
    /// counter if the outcome of a VERIFY is unknown. The card is recognised before any VERIFY.
    pub fn resume(&self) -> Result<Step, Misuse> {
        self.step(TracedSession::resume)
    }

    /// Continues on the next tap with a new PIN, after `Known.SecretAccepted`: one further VERIFY.
    pub fn resume_with_pin(&self, pin: &AuthenticationPin, even_if_last_try: bool) -> Result<Step, Misuse> {
        let pin = pin.take().ok_or(Misuse::SecretGone { secret: SecretKind::AuthenticationPin })?;
        self.step(|session, waited| session.resume_with(attempt(pin, even_if_last_try), waited))
    }

    /// Continues on the next tap with a new password, after `Known.SecretAccepted`: one further VERIFY.
    pub fn resume_with_password(
        &self,
        password: &SigningPassword,
        even_if_last_try: bool,
    ) -> Result<Step, Misuse> {
        let password = password.take().ok_or(Misuse::SecretGone { secret: SecretKind::SigningPassword })?;
        self.step(|session, waited| session.resume_with(attempt(password, even_if_last_try), waited))
    }

    /// Gives up waiting for a tap.
    pub fn abandon(&self) -> Result<Outcome, Misuse> {
        Ok(self.lock().session.abandon()?.into())
    }

    /// Cancels **instead of** sending the command of the last `Step.Transmit`, which is dropped unsent. If the secret was
    /// accepted the leaving still runs, so keep driving. While leaving, it changes nothing and returns the step again.
    ///
    /// To cancel while the channel is busy, let the answer come, hand it over, and cancel the step that follows.
    pub fn cancel(&self) -> Result<Step, Misuse> {
        self.step(|session, _| session.cancel())
    }

    /// The lines of the trace since the last call, each with its line end, the header first: numbers and names from closed
    /// lists, no secret, no name, no certificate. docs/trace-format.md has the format; `kazasu explain` tells it.
    pub fn take_trace(&self) -> String {
        self.lock().session.take_lines()
    }
}

impl CardSession {
    fn step(
        &self,
        next: impl FnOnce(&mut TracedSession, Duration) -> Result<card::Step, card::Misuse>,
    ) -> Result<Step, Misuse> {
        let mut machine = self.lock();
        let took = machine.last_step.elapsed();
        let step = next(&mut machine.session, took)?;
        let left = match &step {
            card::Step::Transmit(transmit) => machine.countdown.before(transmit).into(),
            card::Step::NeedTap(_) | card::Step::Done(_) => TimeLeft::NONE,
        };
        machine.last_step = Instant::now();
        Ok(Step::new(step, left))
    }

    fn lock(&self) -> MutexGuard<'_, Machine> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for CardSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lock().session.fmt(f)
    }
}

/// The session was driven wrongly. The card is not involved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum Misuse {
    /// `start` was called twice.
    #[error("the session has been started")]
    AlreadyStarted,
    /// There is no command whose answer could be handled.
    #[error("no command is outstanding")]
    NoCommandOutstanding,
    /// The session does not wait for a tap.
    #[error("the session does not wait for a tap")]
    NoTapAwaited,
    /// The secret was accepted and forgotten: resume with a new one.
    #[error("a new consent is needed to resume")]
    ConsentNeeded,
    /// A new secret where the first consent is unspent or the outcome must be looked into first: use `resume`.
    #[error("no new consent is needed to resume")]
    ConsentNotNeeded,
    /// The other secret was given.
    #[error("this session uses {secret:?}")]
    WrongSecretKind {
        /// The one it uses.
        secret: SecretKind,
    },
    /// The session is over.
    #[error("the session is over")]
    Finished,
    /// The secret was used before or has been wiped.
    #[error("the secret is gone: {secret:?}")]
    SecretGone {
        /// Which one.
        secret: SecretKind,
    },
    /// Another misuse, which this version has no name for.
    #[error("{description}")]
    Other {
        /// What the core says.
        description: String,
    },
}

#[uniffi::export]
impl Misuse {
    /// Its code in the error catalogue: `misuse`.
    pub fn code(&self) -> String {
        "misuse".to_owned()
    }
}

impl From<card::Misuse> for Misuse {
    fn from(misuse: card::Misuse) -> Self {
        match misuse {
            card::Misuse::AlreadyStarted => Self::AlreadyStarted,
            card::Misuse::NoCommandOutstanding => Self::NoCommandOutstanding,
            card::Misuse::NoTapAwaited => Self::NoTapAwaited,
            card::Misuse::ConsentNeeded => Self::ConsentNeeded,
            card::Misuse::ConsentNotNeeded => Self::ConsentNotNeeded,
            card::Misuse::WrongSecretKind(secret) => Self::WrongSecretKind { secret: secret.into() },
            card::Misuse::Finished => Self::Finished,
            other => Self::Other { description: other.to_string() },
        }
    }
}
