use kazasu_card::{Outcome, Transmit};
use kazasu_sim::LinkError;

use crate::Link;

/// What an app puts around the machine. The methods as they stand do it right; a deliberate bug replaces one of them.
pub trait Shell {
    /// Carries one command to the card.
    ///
    /// # Errors
    /// What the link says.
    fn send(&mut self, link: &mut Link, transmit: &Transmit) -> Result<Vec<u8>, LinkError> {
        link.transmit(transmit.command())
    }

    /// Whether the app cancels in place of this command, without the user having asked for it.
    fn cancels(&mut self, _transmit: &Transmit) -> bool {
        false
    }

    /// Whether the attempt is made with consent to the last try, given what the user said.
    fn consents_to_last_try(&mut self, user: bool) -> bool {
        user
    }

    /// Whether the app begins a new session with the secret it kept, where a new consent is due.
    fn keeps_the_secret(&mut self) -> bool {
        false
    }

    /// What the app is told in the end.
    fn report(&mut self, outcome: Outcome) -> Outcome {
        outcome
    }

    /// After the session, whatever its outcome.
    fn power_down(&mut self, link: &mut Link) {
        link.leave();
    }
}

/// The shell that does it right.
#[derive(Debug, Clone, Copy, Default)]
pub struct RightShell;

impl Shell for RightShell {}
