use std::path::Path;
use std::time::Instant;

use kazasu_sim::{Exchange, Persona, SimError, SimulatedCard};

use super::{Channel, LinkError};
use crate::failed::Failed;
use crate::output::read_file;

/// A simulated card, held to the reader from the beginning.
pub(crate) struct SimChannel(SimulatedCard);

impl SimChannel {
    pub(crate) fn open(persona: &Persona) -> Result<Self, Failed> {
        insert(persona).map(Self)
    }

    #[cfg(test)]
    pub(crate) fn card(&self) -> &SimulatedCard {
        &self.0
    }

    /// What the card was told so far.
    pub(crate) fn journal(&self) -> &[Exchange] {
        self.0.journal()
    }
}

/// The card of a persona, powered on.
pub(crate) fn insert(persona: &Persona) -> Result<SimulatedCard, Failed> {
    SimulatedCard::new(persona).map_err(|error| unusable(&error))
}

impl Channel for SimChannel {
    fn kind(&self) -> kazasu_card::trace::Channel {
        kazasu_card::trace::Channel::Simulated
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        Ok(self.0.transmit(command))
    }

    fn wait_for_tap(&mut self, _: Instant) -> bool {
        self.0.power_off();
        self.0.power_on();
        true
    }

    fn atr(&self) -> Option<Vec<u8>> {
        Some(self.0.atr())
    }

    fn power_down(&mut self) {
        self.0.power_off();
    }
}

/// A persona of the deck by its name, or one in a file by its path.
pub(crate) fn persona(name: &str) -> Result<Persona, Failed> {
    let path = Path::new(name);
    let persona = if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
        let text = String::from_utf8(read_file(path)?)
            .map_err(|error| Failed::file("unreadable_input", path, &error))?;
        Persona::from_json(&text)
    } else {
        Persona::named(name)
    };
    persona.map_err(|error| unusable(&error))
}

fn unusable(error: &SimError) -> Failed {
    match error {
        SimError::UnknownPersona { .. } => Failed::new(2, "persona", format!("{error}; there are:"))
            .with("personas", Persona::names().collect::<Vec<_>>()),
        _ => Failed::new(2, "persona", error.to_string()),
    }
}
