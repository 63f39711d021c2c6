use std::sync::{Mutex, MutexGuard, PoisonError};

use kazasu_sim as sim;

use crate::{Fault, Purpose, SimError};

/// A simulated My Number Card, or a phone presented to the reader, and the link to it.
///
/// It lies beside the reader until the first `tap`. Counters and changed secrets last as long as the object.
#[derive(Debug, uniffi::Object)]
pub struct SimulatedCard {
    link: Mutex<sim::FaultyCard>,
    persona: sim::Persona,
}

#[uniffi::export]
impl SimulatedCard {
    /// The card of a persona of the deck.
    #[uniffi::constructor]
    pub fn named(persona: &str) -> Result<Self, SimError> {
        Self::of(sim::Persona::named(persona)?)
    }

    /// The card of a persona in JSON, as `core/sim/personas/schema.json` has it.
    #[uniffi::constructor]
    pub fn from_json(json: &str) -> Result<Self, SimError> {
        Self::of(sim::Persona::from_json(json)?)
    }

    /// Sets the faults of the coming taps, the next one first. Those set before are forgotten.
    pub fn set_faults(&self, taps: Vec<Vec<Fault>>) {
        let mut link = self.lock();
        let mut card = link.card().clone();
        card.power_off();
        let planned = sim::FaultyCard::new(card, Vec::new());
        *link = taps
            .into_iter()
            .fold(planned, |link, tap| link.with_next_tap(tap.into_iter().map(Into::into).collect()));
        link.leave();
    }

    /// Holds the card to the reader: it gets its power, and a tap begins.
    pub fn tap(&self) {
        self.lock().tap();
    }

    /// Takes the card away, which cuts its power.
    pub fn leave(&self) {
        self.lock().leave();
    }

    /// Whether it is at the reader.
    pub fn is_present(&self) -> bool {
        self.lock().is_present()
    }

    /// Sends one command: data and status word come back.
    pub fn transmit(&self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        self.lock().transmit(command).map_err(|error| match error {
            sim::LinkError::Lost => LinkError::Lost,
            sim::LinkError::Refused => LinkError::Refused,
        })
    }

    /// The answer to reset.
    pub fn atr(&self) -> Vec<u8> {
        self.lock().card().atr()
    }

    /// What the counter of a secret really is; 0 is blocked.
    pub fn tries_left(&self, secret: Secret) -> u8 {
        self.lock().card().tries_left(secret.into())
    }

    /// Whether a secret counts as verified at this moment.
    pub fn is_unlocked(&self, secret: Secret) -> bool {
        self.lock().card().is_unlocked(secret.into())
    }

    /// How many VERIFY commands with a secret have reached the card.
    pub fn verify_count(&self) -> u32 {
        u32::try_from(self.lock().card().verify_count()).unwrap_or(u32::MAX)
    }

    /// Exchanges tried in this tap, those refused or lost included.
    pub fn exchanges_in_tap(&self) -> u32 {
        u32::try_from(self.lock().exchanges_in_tap()).unwrap_or(u32::MAX)
    }

    /// What reached the card so far, without any data field.
    pub fn journal(&self) -> Vec<Exchange> {
        self.lock().card().journal().iter().map(Exchange::new).collect()
    }

    /// The right value of a secret, as the persona has it: what a test types in. A change on the card does not show here.
    pub fn secret(&self, secret: Secret) -> Vec<u8> {
        let secrets = &self.persona.secrets;
        match secret {
            Secret::AuthenticationPin => &secrets.authentication_pin,
            Secret::SigningPassword => &secrets.signing_password,
        }
        .value
        .as_bytes()
        .to_vec()
    }

    /// The certificate on the card, DER, if it is issued.
    pub fn certificate(&self, purpose: Purpose) -> Option<Vec<u8>> {
        self.lock().card().certificate(purpose.into()).map(<[u8]>::to_vec)
    }
}

impl SimulatedCard {
    fn of(persona: sim::Persona) -> Result<Self, SimError> {
        let mut link = sim::FaultyCard::new(sim::SimulatedCard::new(&persona)?, Vec::new());
        link.leave();
        Ok(Self { link: Mutex::new(link), persona })
    }

    fn lock(&self) -> MutexGuard<'_, sim::FaultyCard> {
        self.link.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A secret of the JPKI application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Secret {
    /// 利用者証明用暗証番号.
    AuthenticationPin,
    /// 署名用パスワード.
    SigningPassword,
}

impl From<Secret> for sim::Secret {
    fn from(secret: Secret) -> Self {
        match secret {
            Secret::AuthenticationPin => Self::AuthenticationPin,
            Secret::SigningPassword => Self::SigningPassword,
        }
    }
}

/// Why no answer arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum LinkError {
    /// The card is gone, until the next tap.
    #[error("the card has left the field")]
    Lost,
    /// The transport did not send the command; the card is still there.
    #[error("the transport refuses the command")]
    Refused,
}

/// One command and its answer: header, lengths and status word.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Exchange {
    /// CLA, INS, P1, P2.
    pub header: Vec<u8>,
    /// Length of the command's data field in bytes.
    pub lc: u32,
    /// Bytes expected, if any are.
    pub le: Option<u32>,
    /// Status word of the answer.
    pub status_word: u16,
    /// Bytes of data in the answer.
    pub answer_len: u32,
    /// Whether this is a VERIFY with a secret.
    pub is_verify: bool,
}

impl Exchange {
    fn new(exchange: &sim::Exchange) -> Self {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let sim::Exchange { cla, ins, p1, p2, .. } = *exchange;
        Self {
            header: vec![cla, ins, p1, p2],
            lc: count(exchange.lc),
            le: exchange.le.map(count),
            status_word: exchange.sw,
            answer_len: count(exchange.answer_len),
            is_verify: exchange.is_verify(),
        }
    }
}
