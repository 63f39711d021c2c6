use std::path::Path;
use std::time::Instant;

use kazasu_sim::{Persona, SimulatedCard};

use super::{Channel, LinkError};
use crate::failed::Failed;
use crate::output::read_file;

/// A simulated card, held to the reader from the beginning.
pub(crate) struct SimChannel(SimulatedCard);

impl SimChannel {
    pub(crate) fn open(persona: &str) -> Result<Self, Failed> {
        let mut card = simulated_card(persona)?;
        card.power_on();
        Ok(Self(card))
    }

}

impl Channel for SimChannel {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        Ok(self.0.transmit(command))
    }

    fn wait_for_tap(&mut self, _: Instant) -> Result<bool, Failed> {
        self.0.power_off();
        self.0.power_on();
        Ok(true)
    }

    fn power_down(&mut self) {
        self.0.power_off();
    }
}

/// The card of a persona, by name or by file.
pub(crate) fn simulated_card(persona: &str) -> Result<SimulatedCard, Failed> {
    let unusable = |error: kazasu_sim::SimError| Failed::new(2, "persona", format!("persona {persona}: {error}"));
    let path = Path::new(persona);
    let persona = if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
        let bytes = read_file(path)?;
        let text = String::from_utf8(bytes).map_err(|error| Failed::file("unreadable_input", path, &error))?;
        Persona::from_json(&text)
    } else {
        Persona::named(persona)
    };
    persona.and_then(|persona| SimulatedCard::new(&persona)).map_err(unusable)
}
