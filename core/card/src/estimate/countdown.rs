use core::time::Duration;

use serde::Serialize;

use super::{CardProfile, LinkModel, PlannedExchange, Work, plan};
use crate::request::Options;
use crate::step::{Stage, Transmit};

/// Says while a session runs how much of it is left, by a [`LinkModel`].
///
/// It begins with the card that it is told to expect. As soon as a command shows that the card is another one (no short EF
/// identifiers, a phone, a longer certificate) it goes on with that one's plan, so that the time left may go up once.
///
/// ```
/// # use kazasu_card::{CardProfile, CardSession, Countdown, LinkModel, Options, Request, Step};
/// # use kazasu_sim::{Persona, SimulatedCard};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut channel = SimulatedCard::new(&Persona::named("ichiro")?)?;
/// let (request, options) = (Request::RemainingTries, Options::default());
/// let mut countdown = Countdown::new((&request).into(), options, LinkModel::default(), CardProfile::CAPABLE);
/// let mut session = CardSession::new(request, options);
/// let mut step = session.start()?;
/// while let Step::Transmit(transmit) = &step {
///     println!("{:?}, {:?} left", transmit.stage(), countdown.before(transmit).time);
///     step = session.handle_response(&channel.transmit(transmit.command()))?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Countdown {
    work: Work,
    options: Options,
    model: LinkModel,
    /// Cards that it may still be, the likeliest first.
    candidates: Vec<Candidate>,
}

/// What is left of a tap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TimeLeft {
    /// Until the last answer, the command at hand included.
    pub time: Duration,
    /// Commands, the one at hand included.
    pub exchanges: usize,
    /// Of the whole tap, in thousandths: for a progress bar.
    pub done_permille: u16,
}

#[derive(Debug, Clone)]
struct Candidate {
    card: CardProfile,
    plan: Vec<PlannedExchange>,
    /// The exchange at hand.
    at: usize,
}

impl Countdown {
    /// Prepares a countdown for one request; `card` is the card to expect.
    pub fn new(work: Work, options: Options, model: LinkModel, card: CardProfile) -> Self {
        let phone = CardProfile { phone: true, card_face: false, ..card };
        let mut cards = vec![card];
        for one in [CardProfile { phone: false, card_face: true, ..card }, phone] {
            for (short_ef_identifiers, extended_length) in
                [(true, true), (true, false), (false, false), (false, true)]
            {
                cards.push(CardProfile { short_ef_identifiers, extended_length, ..one });
            }
        }
        let candidates = cards
            .into_iter()
            .map(|card| Candidate { card, plan: plan(work, options, card), at: 0 })
            .collect();
        Self { work, options, model, candidates }
    }

    /// What is left before this command is sent. Call it for each, also after another tap.
    pub fn before(&mut self, transmit: &Transmit) -> TimeLeft {
        if let Stage::ReadingCertificate { certificate, total: Some(total), .. } = transmit.stage() {
            for candidate in &mut self.candidates {
                candidate.card.set_certificate(certificate, total);
                candidate.plan = plan(self.work, self.options, candidate.card);
            }
        }
        // Forward where possible; otherwise it is a new tap, or a card with a habit of its own.
        for anywhere in [false, true] {
            let places: Vec<_> = self.candidates.iter().map(|one| one.find(transmit, anywhere)).collect();
            if places.iter().any(Option::is_some) {
                let mut places = places.into_iter();
                self.candidates.retain_mut(|candidate| {
                    let place = places.next().flatten();
                    candidate.at = place.unwrap_or(candidate.at);
                    place.is_some()
                });
                break;
            }
        }
        self.left()
    }

    fn left(&self) -> TimeLeft {
        let Some(Candidate { plan, at, .. }) = self.candidates.first() else {
            return TimeLeft { time: Duration::ZERO, exchanges: 0, done_permille: 1000 };
        };
        let left = plan.get(*at..).unwrap_or_default();
        let time: Duration = left.iter().map(|exchange| self.model.time_of(exchange)).sum();
        let all = self.model.time_at_reader(plan);
        let done = all.saturating_sub(time).as_micros() * 1000 / all.as_micros().max(1);
        TimeLeft { time, exchanges: left.len(), done_permille: u16::try_from(done).unwrap_or(1000) }
    }
}

impl Candidate {
    /// Where this command stands in the plan: from the exchange at hand on, or from the beginning.
    fn find(&self, transmit: &Transmit, anywhere: bool) -> Option<usize> {
        let from = if anywhere { 0 } else { self.at };
        let found = self.plan.iter().skip(from).position(|planned| planned.is(transmit))?;
        Some(from + found)
    }
}

impl PlannedExchange {
    /// Whether this is the one, VERIFY and CHANGE of any length.
    fn is(&self, transmit: &Transmit) -> bool {
        let reads = self.header[1] == 0xB0;
        self.header == transmit.apdu().header()
            && same_stage(self.stage, transmit.stage())
            && (!reads || self.command_len == transmit.command().len())
    }
}

/// The total length of a certificate may be known to one of them only.
fn same_stage(a: Stage, b: Stage) -> bool {
    match (a, b) {
        (
            Stage::ReadingCertificate { certificate: a, read: from_a, .. },
            Stage::ReadingCertificate { certificate: b, read: from_b, .. },
        ) => (a, from_a) == (b, from_b),
        _ => a == b,
    }
}
