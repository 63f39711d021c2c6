use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::application::SecretKind;
use crate::card::{Card, Identity, Incoming, Verify};
use crate::failure::{Failure, Misuse};
use crate::flows::Job;
use crate::judgement::{Judgement, Replay};
use crate::outcome::{Leaving, Outcome};
use crate::request::{Authenticate, ChangeSecret, Options, ReadCertificate, Request, Sign};
use crate::secret::{Attempt, CardSecret};
use crate::step::{Known, NeedTap, Stage, Step};
use crate::trace::Flow;

/// One request, driven over one or more taps. The driving contract stands in the [crate documentation](crate).
///
/// Methods that take an answer or a lost card return the next [`Step`]; they fail with [`Misuse`] only, which says that the
/// caller broke the contract. What the card does, however strange, ends in an [`Outcome`].
///
/// A session that is over holds no secret. Dropping one before wipes its secrets but leaves the application as it is: drive
/// it to [`Step::Done`], with [`CardSession::cancel`] if need be.
pub struct CardSession {
    card: Card,
    /// Until the session is over: it may hold a new secret, and a finished session may be held for long.
    job: Option<Arc<Job>>,
    /// The secret the request presents, if any.
    secret: Option<SecretKind>,
    phase: Phase,
}

type Tap = Pin<Box<dyn Future<Output = ()> + Send>>;

enum Phase {
    Ready,
    /// A command is with the shell.
    Exchanging(Tap),
    AwaitingTap(Known),
    Finished,
}

impl CardSession {
    /// Prepares a session; nothing is sent yet.
    pub fn new(request: Request, options: Options) -> Self {
        let card = Card::new(options);
        let secret = Flow::of(&request).secret();
        let job = match request {
            Request::RemainingTries => Job::RemainingTries,
            Request::CardInfo => Job::CardInfo,
            Request::ReadCertificate(read) => {
                let kind = read.kind();
                card.state().attempt = match read {
                    ReadCertificate::Signing(password) => Some(password.erase()),
                    ReadCertificate::Authentication(pin) => pin.map(Attempt::erase),
                    ReadCertificate::SigningCa | ReadCertificate::AuthenticationCa => None,
                };
                Job::ReadCertificate(kind)
            }
            Request::Authenticate(Authenticate { challenge, pin, known_certificate }) => {
                if let Some(certificate) = &known_certificate {
                    card.expect_certificate(certificate.as_der());
                }
                let mut state = card.state();
                state.attempt = Some(pin.erase());
                state.certificate = known_certificate;
                Job::Authenticate(challenge)
            }
            Request::Sign(Sign { documents, password, known_certificate }) => {
                let mut state = card.state();
                state.attempt = Some(password.erase());
                state.certificate = known_certificate;
                Job::Sign(documents)
            }
            Request::ChangeSecret(change) => {
                let (present, new) = match change {
                    ChangeSecret::AuthenticationPin { present, new } => {
                        (present.erase(), Attempt::new(new).erase())
                    }
                    ChangeSecret::SigningPassword { present, new } => {
                        (present.erase(), Attempt::new(new).erase())
                    }
                };
                let secret = present.kind;
                card.state().attempt = Some(present);
                Job::ChangeSecret { secret, new: new.bytes }
            }
        };
        Self { card, job: Some(Arc::new(job)), secret, phase: Phase::Ready }
    }

    /// Begins with the first tap.
    ///
    /// # Errors
    /// [`Misuse::AlreadyStarted`].
    pub fn start(&mut self) -> Result<Step, Misuse> {
        match self.phase {
            Phase::Ready => Ok(self.begin_tap()),
            _ => Err(Misuse::AlreadyStarted),
        }
    }

    /// Takes the card's answer to the command of the last [`Step::Transmit`]: data and status word, as they came.
    ///
    /// # Errors
    /// [`Misuse::NoCommandOutstanding`].
    pub fn handle_response(&mut self, answer: &[u8]) -> Result<Step, Misuse> {
        self.deliver(Incoming::Answer(Zeroizing::new(answer.to_vec())))
    }

    /// Reports that the channel did not send the command, for instance because it is longer than the platform allows. Only if
    /// no byte of it reached the card; otherwise it is [`CardSession::card_lost`].
    ///
    /// # Errors
    /// [`Misuse::NoCommandOutstanding`].
    pub fn channel_refused(&mut self) -> Result<Step, Misuse> {
        self.deliver(Incoming::Refused)
    }

    fn deliver(&mut self, incoming: Incoming) -> Result<Step, Misuse> {
        match core::mem::replace(&mut self.phase, Phase::Finished) {
            Phase::Exchanging(tap) => {
                self.card.deliver(incoming);
                Ok(self.advance(tap))
            }
            other => {
                self.phase = other;
                Err(Misuse::NoCommandOutstanding)
            }
        }
    }

    /// Reports that the card left the field or the channel failed while a command was with the shell, sent or not. Where a
    /// next tap can be recognised as the same card the step is [`Step::NeedTap`]; else the session is over.
    ///
    /// # Errors
    /// [`Misuse::NoCommandOutstanding`].
    pub fn card_lost(&mut self) -> Result<Step, Misuse> {
        if !matches!(self.phase, Phase::Exchanging(_)) {
            return Err(Misuse::NoCommandOutstanding);
        }
        self.phase = Phase::Finished;
        let (known, recognisable, stage) = {
            let mut state = self.card.state();
            if state.result.is_some() {
                state.leaving = Leaving::CardLost;
                drop(state);
                return Ok(self.finish());
            }
            let known = match state.verify {
                Verify::NotSent => Known::NothingSpent,
                Verify::Unanswered { .. } => Known::VerifyOutcomeUnknown,
                Verify::Accepted | Verify::Refused => Known::SecretAccepted,
            };
            let recognisable = match state.identity {
                Identity::Seen(_) => true,
                // Nothing has told this card from another, so that the next one is as good as this one was.
                Identity::Unread | Identity::Expected(_) => known == Known::NothingSpent,
                Identity::Unreadable => known == Known::NothingSpent && state.attempt.is_none(),
            };
            if known != Known::NothingSpent {
                state.leaving = Leaving::CardLost;
            }
            (known, recognisable, state.stage)
        };
        if let Stage::Changing { secret } = stage {
            return Ok(self.finish_with(Failure::ChangeOutcomeUnknown { secret }));
        }
        if recognisable {
            self.phase = Phase::AwaitingTap(known);
            return Ok(Step::NeedTap(NeedTap { known }));
        }
        let failure = self.lost(known);
        Ok(self.finish_with(failure))
    }

    /// Continues on the next tap: from the beginning with the same consent if nothing was spent, or with a look at the
    /// counter if the outcome of a VERIFY is unknown. The card is recognised before any VERIFY.
    ///
    /// # Errors
    /// [`Misuse::ConsentNeeded`] after [`Known::SecretAccepted`]; [`Misuse::NoTapAwaited`].
    pub fn resume(&mut self) -> Result<Step, Misuse> {
        match self.phase {
            Phase::AwaitingTap(Known::SecretAccepted) => Err(Misuse::ConsentNeeded),
            Phase::AwaitingTap(_) => Ok(self.begin_tap()),
            _ => Err(Misuse::NoTapAwaited),
        }
    }

    /// Continues on the next tap with a new consent, after [`Known::SecretAccepted`]: one further VERIFY.
    ///
    /// # Errors
    /// [`Misuse::ConsentNotNeeded`], [`Misuse::WrongSecretKind`] or [`Misuse::NoTapAwaited`].
    pub fn resume_with<S: CardSecret>(&mut self, attempt: Attempt<S>) -> Result<Step, Misuse> {
        match self.phase {
            Phase::AwaitingTap(Known::SecretAccepted) => {}
            Phase::AwaitingTap(_) => return Err(Misuse::ConsentNotNeeded),
            _ => return Err(Misuse::NoTapAwaited),
        }
        if let Some(kind) = self.secret.filter(|kind| *kind != S::KIND) {
            return Err(Misuse::WrongSecretKind(kind));
        }
        {
            let mut state = self.card.state();
            state.attempt = Some(attempt.erase());
            state.verify = Verify::NotSent;
        }
        Ok(self.begin_tap())
    }

    /// Gives up waiting for a tap.
    ///
    /// # Errors
    /// [`Misuse::NoTapAwaited`].
    pub fn abandon(&mut self) -> Result<Outcome, Misuse> {
        let Phase::AwaitingTap(known) = self.phase else { return Err(Misuse::NoTapAwaited) };
        let failure = self.lost(known);
        self.card.state().result = Some(Err(failure));
        Ok(self.outcome())
    }

    /// Cancels **instead of** sending the command of the last [`Step::Transmit`], which is dropped unsent. If the secret
    /// was accepted the leaving still runs, so keep driving. While leaving, it changes nothing and returns the step again.
    ///
    /// To cancel while the channel is busy, let the answer come, hand it over, and cancel the step that follows.
    ///
    /// # Errors
    /// [`Misuse::Finished`] or, before `start`, [`Misuse::NoCommandOutstanding`].
    pub fn cancel(&mut self) -> Result<Step, Misuse> {
        match core::mem::replace(&mut self.phase, Phase::Finished) {
            Phase::Ready => {
                self.phase = Phase::Ready;
                return Err(Misuse::NoCommandOutstanding);
            }
            Phase::Finished => return Err(Misuse::Finished),
            Phase::AwaitingTap(known) => {
                let failure = match known {
                    Known::NothingSpent | Known::SecretAccepted => Failure::Cancelled,
                    Known::VerifyOutcomeUnknown => self.lost(known),
                };
                return Ok(self.finish_with(failure));
            }
            Phase::Exchanging(_) => {}
        }
        {
            let mut state = self.card.state();
            state.exchanges = state.exchanges.saturating_sub(1);
        }
        self.card.withdraw_verify();
        let unanswered = matches!(self.card.state().verify, Verify::Unanswered { .. });
        let failure = if unanswered { self.lost(Known::VerifyOutcomeUnknown) } else { Failure::Cancelled };
        self.card.state().result.get_or_insert(Err(failure));
        let card = self.card.clone();
        Ok(self.advance(Box::pin(async move { card.leave().await })))
    }

    /// What content has decided since the last call.
    pub(crate) fn take_judgements(&self) -> Vec<Judgement> {
        core::mem::take(&mut self.card.state().judgements)
    }

    /// Goes by recorded judgements from here on.
    pub(crate) fn replay(&self, replay: Replay) {
        self.card.state().replay = Some(replay);
    }

    fn begin_tap(&mut self) -> Step {
        let (card, job, secret) = (self.card.clone(), self.job.clone(), self.secret);
        self.advance(Box::pin(async move {
            let unanswered = match card.state().verify {
                Verify::Unanswered { before } => secret.map(|secret| (secret, before)),
                _ => None,
            };
            let result = match (unanswered, job) {
                (Some((secret, before)), _) => Err(card.reconcile(secret, before).await),
                (None, Some(job)) => job.run(&card).await,
                // There is no tap after the end.
                (None, None) => Err(Failure::Cancelled),
            };
            card.state().result = Some(result);
            card.leave().await;
        }))
    }

    fn advance(&mut self, mut tap: Tap) -> Step {
        let poll = tap.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        match (poll, self.card.take_outgoing()) {
            (Poll::Pending, Some(transmit)) => {
                self.phase = Phase::Exchanging(tap);
                Step::Transmit(transmit)
            }
            // A tap suspends only with a command on its way.
            _ => self.finish(),
        }
    }

    /// The failure that tells what is known after a lost card.
    fn lost(&self, known: Known) -> Failure {
        let state = self.card.state();
        match (state.verify, self.secret) {
            (Verify::Unanswered { before }, Some(secret)) => Failure::VerifyOutcomeUnknown { secret, before },
            _ => Failure::CardLost { stage: state.stage, known },
        }
    }

    fn finish_with(&mut self, failure: Failure) -> Step {
        self.card.state().result = Some(Err(failure));
        self.finish()
    }

    fn finish(&mut self) -> Step {
        Step::Done(self.outcome())
    }

    fn outcome(&mut self) -> Outcome {
        self.phase = Phase::Finished;
        self.job = None;
        let mut state = self.card.state();
        state.attempt = None;
        Outcome {
            result: state.result.take().unwrap_or(Err(Failure::Cancelled)),
            tries: state.tries,
            exchanges: state.exchanges,
            leaving: state.leaving,
        }
    }
}

impl fmt::Debug for CardSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phase = match self.phase {
            Phase::Ready => "ready",
            Phase::Exchanging(_) => "exchanging",
            Phase::AwaitingTap(_) => "awaiting a tap",
            Phase::Finished => "finished",
        };
        f.debug_struct("CardSession")
            .field("phase", &phase)
            .field("stage", &self.card.state().stage)
            .finish_non_exhaustive()
    }
}
