//! Channels: command bytes out, answer bytes in. They interpret nothing.

#[cfg(feature = "pcsc")]
pub(crate) mod pcsc;
pub(crate) mod sim;

use std::time::Instant;

use crate::failed::Failed;
use crate::settings::Settings;

/// Why a command brought no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(any(feature = "pcsc", test)), expect(dead_code, reason = "only a reader loses its card"))]
pub(crate) enum LinkError {
    /// The card is gone, or nobody knows whether it saw the command.
    Lost,
    /// The command was not sent.
    Refused,
}

pub(crate) trait Channel {
    /// What a trace calls it.
    fn kind(&self) -> kazasu_card::trace::Channel;

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError>;

    /// Waits for a card after one was lost; false when the deadline passed or the user interrupted.
    fn wait_for_tap(&mut self, deadline: Instant) -> bool;

    /// The answer to reset, where the channel knows it.
    fn atr(&self) -> Option<Vec<u8>> {
        None
    }

    /// Takes the power from the card, so that nothing stays unlocked.
    fn power_down(&mut self);
}

/// Whether there can be a channel at all, so that nobody is asked for a secret in vain.
pub(crate) fn check(settings: &Settings) -> Result<(), Failed> {
    match &settings.sim {
        Some(persona) => sim::persona(persona).map(drop),
        #[cfg(not(feature = "pcsc"))]
        None => Err(no_pcsc()),
        #[cfg(feature = "pcsc")]
        None => Ok(()),
    }
}

/// Opens the channel that the settings name.
pub(crate) fn open(settings: &Settings) -> Result<Box<dyn Channel>, Failed> {
    match &settings.sim {
        Some(persona) => Ok(Box::new(sim::SimChannel::open(&sim::persona(persona)?)?)),
        #[cfg(feature = "pcsc")]
        None => Ok(Box::new(pcsc::PcscChannel::open(settings.reader.as_deref(), settings.wait)?)),
        #[cfg(not(feature = "pcsc"))]
        None => Err(no_pcsc()),
    }
}

#[cfg(not(feature = "pcsc"))]
pub(crate) fn no_pcsc() -> Failed {
    Failed::new(
        10,
        "no_pcsc",
        "This program was built without PC/SC. Build it with --features pcsc, or use --sim PERSONA.",
    )
}
