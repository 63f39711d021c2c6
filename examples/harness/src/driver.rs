use std::time::{Duration, Instant};

use kazasu_card::{CardSession, Completed, Known, Options, Outcome, Request, Step};

use crate::channel::{Channel, LinkError};
use crate::failed::Failed;
use crate::interrupt;
use crate::progress::Progress;

/// Drives one session over a channel: the loop of the `kazasu-card` documentation, with progress, re-tap and interrupt.
pub(crate) struct Driver<'a> {
    pub(crate) channel: &'a mut dyn Channel,
    pub(crate) wait: Option<Duration>,
    pub(crate) quiet: bool,
}

/// A session that did what was asked.
pub(crate) struct Driven {
    pub(crate) completed: Completed,
    pub(crate) outcome: OutcomeFacts,
}

/// The rest of an [`Outcome`].
pub(crate) struct OutcomeFacts {
    pub(crate) tries: kazasu_card::TriesReport,
    pub(crate) exchanges: u32,
}

impl Driver<'_> {
    /// Runs the session and powers the card down, whatever came of it.
    pub(crate) fn run(&mut self, request: Request, options: Options) -> Result<Driven, Failed> {
        let driven = self.keep_powered(request, options);
        self.channel.power_down();
        driven
    }

    /// As [`Driver::run`], but the card stays powered for another session. Only after a session without VERIFY.
    pub(crate) fn keep_powered(&mut self, request: Request, options: Options) -> Result<Driven, Failed> {
        let Outcome { result, tries, exchanges, .. } = self.drive(request, options)?;
        if interrupt::requested() {
            return Err(Failed::interrupted(tries));
        }
        match result {
            Ok(completed) => Ok(Driven { completed, outcome: OutcomeFacts { tries, exchanges } }),
            Err(failure) => Err(Failed::from_card(&failure, tries)),
        }
    }

    fn drive(&mut self, request: Request, options: Options) -> Result<Outcome, Failed> {
        let progress = Progress::new(self.quiet);
        let mut session = CardSession::new(request, options);
        let mut step = session.start()?;
        let mut cancelled = false;
        loop {
            step = match step {
                Step::Transmit(_) if interrupt::requested() && !cancelled => {
                    cancelled = true;
                    session.cancel()?
                }
                Step::Transmit(transmit) => {
                    progress.stage(transmit.stage());
                    match self.channel.transmit(transmit.command()) {
                        Ok(answer) => session.handle_response(&answer)?,
                        Err(LinkError::Refused) => session.channel_refused()?,
                        Err(LinkError::Lost) => session.card_lost()?,
                    }
                }
                // A secret that was accepted is not kept for a second VERIFY: that takes a new entry, so a new call.
                Step::NeedTap(tap) if tap.known != Known::SecretAccepted && self.wait_for_tap(&progress)? => {
                    session.resume()?
                }
                Step::NeedTap(_) => return Ok(session.abandon()?),
                Step::Done(outcome) => return Ok(outcome),
            }
        }
    }

    fn wait_for_tap(&mut self, progress: &Progress) -> Result<bool, Failed> {
        let Some(wait) = self.wait else { return Ok(false) };
        progress.waiting();
        self.channel.wait_for_tap(Instant::now() + wait)
    }
}
