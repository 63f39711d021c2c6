//! Traces of sessions against simulated cards: they replay, and they hold nothing that identifies or unlocks.

mod malformed;
mod nothing_secret;
mod replays;

use std::time::Duration;

use kazasu_card::trace::{Channel, TracedSession};
use kazasu_card::{Attempt, AuthenticationPin, Known, Options, Request, SecretKind, SigningPassword, Step};
use kazasu_sim::{FaultyCard, LinkError};

/// So long everything takes here.
const TOOK: Duration = Duration::from_micros(7);

/// What the user does when something is amiss.
#[derive(Clone, Copy)]
struct User<'a> {
    /// In place of this exchange of the first tap.
    cancels_at: Option<usize>,
    on_lost: OnLost,
    pin: &'a [u8],
    password: &'a [u8],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum OnLost {
    Resume,
    Abandon,
    Cancel,
}

/// Drives a session to its end and gives its trace.
fn record(request: Request, options: Options, card: &mut FaultyCard, user: User<'_>) -> String {
    let secret = crate::common::secret_in(&request);
    let mut session = TracedSession::new(request, options, Channel::Simulated);
    let mut step = session.start().unwrap();
    let (mut lines, mut taps) = (String::new(), 1);
    loop {
        lines += &session.take_lines();
        step = match step {
            Step::Transmit(_) if taps == 1 && user.cancels_at == Some(card.exchanges_in_tap()) => {
                // Once only: what is sent from here on is the leaving.
                taps = 0;
                session.cancel().unwrap()
            }
            Step::Transmit(transmit) => match card.transmit(transmit.command()) {
                Ok(answer) => session.handle_response(&answer, TOOK).unwrap(),
                Err(LinkError::Refused) => session.channel_refused(TOOK).unwrap(),
                Err(LinkError::Lost) => session.card_lost(TOOK).unwrap(),
            },
            Step::NeedTap(_) if user.on_lost == OnLost::Cancel => session.cancel().unwrap(),
            Step::NeedTap(_) if user.on_lost == OnLost::Abandon || taps > 2 => {
                drop(session.abandon().unwrap());
                break;
            }
            Step::NeedTap(tap) => {
                card.tap();
                taps += 1;
                match secret.filter(|_| tap.known == Known::SecretAccepted) {
                    None => session.resume(TOOK).unwrap(),
                    Some(SecretKind::AuthenticationPin) => {
                        let pin = AuthenticationPin::new(user.pin).unwrap();
                        session.resume_with(Attempt::even_if_last_try(pin), TOOK).unwrap()
                    }
                    Some(SecretKind::SigningPassword) => {
                        let password = SigningPassword::new(user.password).unwrap();
                        session.resume_with(Attempt::new(password), TOOK).unwrap()
                    }
                }
            }
            Step::Done(_) => break,
        };
    }
    lines + &session.take_lines()
}
