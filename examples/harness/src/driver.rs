use std::time::{Duration, Instant};

use kazasu_card::trace::TracedSession;
use kazasu_card::{
    CardProfile, Completed, Countdown, Failure, Known, LinkModel, Options, Outcome, Request, Step,
    TriesReport,
};

use crate::channel::{Channel, LinkError};
use crate::failed::Failed;
use crate::interrupt;
use crate::progress::Progress;
use crate::trace_file::TraceFile;
use crate::wording::name;

/// Drives one session over a channel: the loop of the `kazasu-card` documentation, with progress, re-tap and interrupt.
pub(crate) struct Driver<'a> {
    pub(crate) channel: &'a mut dyn Channel,
    pub(crate) wait: Option<Duration>,
    pub(crate) quiet: bool,
    pub(crate) trace: Option<TraceFile>,
}

/// A session that did what was asked.
pub(crate) struct Driven {
    pub(crate) completed: Completed,
    pub(crate) tries: TriesReport,
    pub(crate) exchanges: u32,
}

impl Driver<'_> {
    /// Runs one session. Powering the card down afterwards is left to the caller, who may have another session for it.
    pub(crate) fn run(&mut self, request: Request, options: Options) -> Result<Driven, Failed> {
        let Outcome { result, tries, exchanges, .. } = self.drive(request, options)?;
        if interrupt::requested() {
            return Err(interrupted(&result, tries));
        }
        match result {
            Ok(completed) => Ok(Driven { completed, tries, exchanges }),
            Err(failure) => Err(Failed::from_card(&failure, tries)),
        }
    }

    fn drive(&mut self, request: Request, options: Options) -> Result<Outcome, Failed> {
        let progress = Progress::new(self.quiet);
        let mut countdown =
            Countdown::new((&request).into(), options, LinkModel::default(), CardProfile::CAPABLE);
        let mut session = TracedSession::new(request, options, self.channel.kind());
        let mut step = session.start()?;
        let mut cancelled = false;
        // The last answer, or the loss of the card.
        let mut since = Instant::now();
        loop {
            self.keep(&mut session);
            step = match step {
                Step::Transmit(_) if interrupt::requested() && !cancelled => {
                    cancelled = true;
                    session.cancel()?
                }
                Step::Transmit(transmit) => {
                    progress.stage(transmit.stage(), countdown.before(&transmit));
                    let sent = Instant::now();
                    let answer = self.channel.transmit(transmit.command());
                    since = Instant::now();
                    let took = since - sent;
                    match answer {
                        Ok(answer) => session.handle_response(&answer, took)?,
                        Err(LinkError::Refused) => session.channel_refused(took)?,
                        Err(LinkError::Lost) => session.card_lost(took)?,
                    }
                }
                // A secret that was accepted is not kept for a second VERIFY: that takes a new entry, so a new call.
                Step::NeedTap(tap) if tap.known != Known::SecretAccepted && self.wait_for_tap(&progress) => {
                    session.resume(since.elapsed())?
                }
                Step::NeedTap(_) => {
                    let outcome = session.abandon()?;
                    self.keep(&mut session);
                    return Ok(outcome);
                }
                Step::Done(outcome) => return Ok(outcome),
            }
        }
    }

    /// Writes what is new of the trace, so that it is there whatever happens next.
    fn keep(&mut self, session: &mut TracedSession) {
        let lines = session.take_lines();
        if let Some(trace) = &mut self.trace {
            trace.append(&lines);
        }
    }

    fn wait_for_tap(&mut self, progress: &Progress) -> bool {
        let Some(wait) = self.wait else { return false };
        progress.waiting();
        self.channel.wait_for_tap(Instant::now() + wait)
    }
}

/// What the interrupted user has to know: a result that came all the same is not written, but a changed secret is changed,
/// and a spent try is spent.
fn interrupted(result: &Result<Completed, Failure>, tries: TriesReport) -> Failed {
    let plain = Failed::interrupted();
    match result {
        Ok(Completed::SecretChanged(secret)) => {
            let message = format!("Interrupted, but the {} was changed before that.", name(*secret));
            Failed { message, ..plain.with("changed", serde_json::json!(secret)) }
        }
        Ok(_) | Err(Failure::Cancelled) => plain,
        Err(failure) => {
            let failed = Failed::from_card(failure, tries);
            Failed { message: format!("Interrupted. {}", failed.message), fields: failed.fields, ..plain }
        }
    }
}

#[cfg(test)]
mod tests {
    use kazasu_card::{SecretKind, Tries};

    use super::*;

    #[test]
    fn an_interrupt_hides_nothing_that_happened_on_the_card() {
        let secret = SecretKind::AuthenticationPin;
        let tries = TriesReport { authentication: Tries::Remaining(2), ..TriesReport::default() };
        let json = |result| interrupted(&result, tries).into_json();
        let plain = json(Err(Failure::Cancelled));
        assert_eq!(plain["message"], "Interrupted; the card was left closed.");
        assert_eq!(json(Ok(Completed::RemainingTries)), plain);

        let changed = json(Ok(Completed::SecretChanged(secret)));
        assert_eq!(changed["changed"], "authentication_pin");
        let wrong = json(Err(Failure::WrongSecret { secret, remaining: Some(2) }));
        assert_eq!(wrong["remaining_tries"], 2);
        for interrupted in [plain, changed, wrong] {
            assert_eq!(
                (&interrupted["exit_code"], &interrupted["error"]),
                (&130.into(), &"interrupted".into())
            );
            assert!(interrupted["message"].as_str().unwrap().starts_with("Interrupted"), "{interrupted}");
        }
    }
}
