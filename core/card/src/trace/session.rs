use core::fmt::Write as _;
use core::time::Duration;

use super::CommandRecord;
use super::event::{AnswerRecord, Event, OutcomeRecord};
use super::header::{Channel, Consent, Header};
use crate::failure::Misuse;
use crate::judgement::Replay;
use crate::outcome::Outcome;
use crate::request::{Options, Request};
use crate::secret::{Attempt, CardSecret};
use crate::session::CardSession;
use crate::step::Step;

/// A [`CardSession`] that keeps its trace. It is driven in the same way; the shell, which has the clock, says how long each
/// exchange took.
#[derive(Debug)]
pub struct TracedSession {
    session: CardSession,
    header: Header,
    events: Vec<Event>,
    header_taken: bool,
    events_taken: usize,
}

impl TracedSession {
    /// As [`CardSession::new`], with what the trace says about the channel.
    pub fn new(request: Request, options: Options, channel: Channel) -> Self {
        let header = Header::new(&request, options, channel);
        Self {
            session: CardSession::new(request, options),
            header,
            events: Vec::new(),
            header_taken: false,
            events_taken: 0,
        }
    }

    /// A session that goes by recorded judgements. It reaches no card, and its results go nowhere.
    pub(super) fn for_replay(header: &Header, replay: Replay) -> Self {
        let request = header.request.stand_in(replay.certificate.as_ref());
        let again = Self::new(request, header.options, header.channel);
        again.session.replay(replay);
        again
    }

    /// As [`CardSession::start`].
    ///
    /// # Errors
    /// As there.
    pub fn start(&mut self) -> Result<Step, Misuse> {
        let step = self.session.start()?;
        Ok(self.keep(step))
    }

    /// As [`CardSession::handle_response`], after `took` from command to answer.
    ///
    /// # Errors
    /// As there.
    pub fn handle_response(&mut self, answer: &[u8], took: Duration) -> Result<Step, Misuse> {
        let step = self.session.handle_response(answer)?;
        self.events.push(Event::Answer(AnswerRecord::of(answer, took)));
        Ok(self.keep(step))
    }

    /// As [`CardSession::channel_refused`].
    ///
    /// # Errors
    /// As there.
    pub fn channel_refused(&mut self, took: Duration) -> Result<Step, Misuse> {
        let step = self.session.channel_refused()?;
        self.events.push(Event::Refused { took_us: took.into() });
        Ok(self.keep(step))
    }

    /// As [`CardSession::card_lost`].
    ///
    /// # Errors
    /// As there.
    pub fn card_lost(&mut self, took: Duration) -> Result<Step, Misuse> {
        let step = self.session.card_lost()?;
        self.events.push(Event::CardLost { took_us: took.into() });
        Ok(self.keep(step))
    }

    /// As [`CardSession::resume`], after `waited` for the card.
    ///
    /// # Errors
    /// As there.
    pub fn resume(&mut self, waited: Duration) -> Result<Step, Misuse> {
        let step = self.session.resume()?;
        self.events.push(Event::Resumed { waited_us: waited.into(), new_consent: None });
        Ok(self.keep(step))
    }

    /// As [`CardSession::resume_with`], after `waited` for card and consent.
    ///
    /// # Errors
    /// As there.
    pub fn resume_with<S: CardSecret>(
        &mut self,
        attempt: Attempt<S>,
        waited: Duration,
    ) -> Result<Step, Misuse> {
        let consent = Consent::of(&attempt);
        let step = self.session.resume_with(attempt)?;
        self.events.push(Event::Resumed { waited_us: waited.into(), new_consent: Some(consent) });
        Ok(self.keep(step))
    }

    /// As [`CardSession::abandon`].
    ///
    /// # Errors
    /// As there.
    pub fn abandon(&mut self) -> Result<Outcome, Misuse> {
        let outcome = self.session.abandon()?;
        self.events.push(Event::Abandoned);
        self.events.push(Event::Outcome(OutcomeRecord::of(&outcome)));
        Ok(outcome)
    }

    /// As [`CardSession::cancel`].
    ///
    /// # Errors
    /// As there.
    pub fn cancel(&mut self) -> Result<Step, Misuse> {
        let step = self.session.cancel()?;
        self.events.push(Event::Cancelled);
        Ok(self.keep(step))
    }

    /// First line of the trace.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// What has happened so far.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The lines since the last call, each with its line end, the header first: to be appended to a file as they come, so
    /// that a trace survives a crash of the app.
    pub fn take_lines(&mut self) -> String {
        let mut lines = String::new();
        let events = self.events.get(self.events_taken..).unwrap_or_default();
        if !self.header_taken {
            push_line(&mut lines, &self.header);
        }
        events.iter().for_each(|event| push_line(&mut lines, event));
        self.header_taken = true;
        self.events_taken = self.events.len();
        lines
    }

    fn keep(&mut self, step: Step) -> Step {
        self.events.extend(self.session.take_judgements().into_iter().map(Event::of));
        self.events.push(match &step {
            Step::Transmit(transmit) => {
                Event::Command { stage: transmit.stage(), command: CommandRecord::of(transmit.apdu()) }
            }
            Step::NeedTap(tap) => Event::NeedTap { known: tap.known },
            Step::Done(outcome) => Event::Outcome(OutcomeRecord::of(outcome)),
        });
        step
    }
}

/// Numbers and names are always JSON, and a string takes them all.
fn push_line(lines: &mut String, record: &impl serde::Serialize) {
    if let Ok(line) = serde_json::to_string(record) {
        let _ = writeln!(lines, "{line}");
    }
}
