//! A card on a link that fails where a test says.

use serde::{Deserialize, Deserializer, de::Error as _};

use crate::SimulatedCard;
use crate::persona::hex_bytes;

/// A fault at one exchange of a tap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which exchange of the tap, counted from 0.
    pub at: usize,
    /// What happens there.
    pub kind: FaultKind,
}

/// What happens to an exchange. In JSON `kind` is the name in snake case, and `value` what the kind takes: bytes and status
/// words in hexadecimal, numbers else.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
#[non_exhaustive]
pub enum FaultKind {
    /// The card leaves the field before the command reaches it.
    LostBefore,
    /// The card carries out the command, then leaves the field: the answer is lost.
    LostAfter,
    /// The transport refuses the command; the card does not see it and stays.
    RefusedByTransport,
    /// The card is reset with its power kept, then carries out the command ([`SimulatedCard::warm_reset`]).
    WarmReset,
    /// The card loses its power and gets it back unnoticed, then carries out the command.
    ColdReset,
    /// The card answers this status word and does nothing.
    Status(#[serde(deserialize_with = "status_word")] u16),
    /// The card carries out the command, but this status word arrives, without data.
    StatusAfter(#[serde(deserialize_with = "status_word")] u16),
    /// These bytes arrive, and the card does nothing. May be shorter than a status word.
    Answer(#[serde(deserialize_with = "hex_bytes")] Vec<u8>),
    /// The card carries out the command, but these bytes arrive.
    AnswerAfter(#[serde(deserialize_with = "hex_bytes")] Vec<u8>),
    /// Only so many bytes of the answer arrive, status word and data counted together.
    Truncate(usize),
    /// The data is cut to so many bytes, the status word stays.
    ShortData(usize),
    /// These bytes arrive between the data and the status word.
    Append(#[serde(deserialize_with = "hex_bytes")] Vec<u8>),
    /// The bit of this number in the data arrives inverted, counted from the first byte's highest; no effect past
    /// the data.
    FlipBit(usize),
    /// All data bytes arrive inverted, the status word stays.
    Garbage,
}

/// Why no answer arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// The card is gone, until the next [`FaultyCard::tap`].
    #[error("the card has left the field")]
    Lost,
    /// The transport did not send the command; the card is still there.
    #[error("the transport refuses the command")]
    Refused,
}

/// A [`SimulatedCard`] that leaves the field and garbles answers on command.
///
/// The faults given to [`new`](Self::new) are those of the first tap; each [`tap`](Self::tap) starts the next one.
#[derive(Clone, Debug)]
pub struct FaultyCard {
    card: SimulatedCard,
    taps: Vec<Vec<Fault>>,
    tap: usize,
    exchange: usize,
    present: bool,
    next_card: Option<SimulatedCard>,
}

impl FaultyCard {
    /// A card in the field, and the faults of its first tap.
    pub fn new(card: SimulatedCard, faults: Vec<Fault>) -> Self {
        Self { card, taps: vec![faults], tap: 0, exchange: 0, present: true, next_card: None }
    }

    /// Adds the faults of one more tap.
    #[must_use]
    pub fn with_next_tap(mut self, faults: Vec<Fault>) -> Self {
        self.taps.push(faults);
        self
    }

    /// Has another card come into the field at the next tap.
    #[must_use]
    pub fn with_other_card(mut self, other: SimulatedCard) -> Self {
        self.next_card = Some(other);
        self
    }

    /// Sends one command.
    ///
    /// # Errors
    /// [`LinkError::Lost`] once the card has left, [`LinkError::Refused`] where the fault says so.
    pub fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        if !self.present {
            return Err(LinkError::Lost);
        }
        let fault = self.current_fault();
        self.exchange += 1;
        let Some(kind) = fault else { return Ok(self.card.transmit(command)) };
        match kind {
            FaultKind::LostBefore => {
                self.leave();
                Err(LinkError::Lost)
            }
            FaultKind::LostAfter => {
                self.card.transmit(command);
                self.leave();
                Err(LinkError::Lost)
            }
            FaultKind::RefusedByTransport => Err(LinkError::Refused),
            FaultKind::WarmReset => {
                self.card.warm_reset();
                Ok(self.card.transmit(command))
            }
            FaultKind::ColdReset => {
                self.card.power_off();
                self.card.power_on();
                Ok(self.card.transmit(command))
            }
            FaultKind::Status(sw) => Ok(sw.to_be_bytes().to_vec()),
            FaultKind::Answer(bytes) => Ok(bytes),
            FaultKind::StatusAfter(sw) => {
                Ok(self.garbled(command, |answer, _| *answer = sw.to_be_bytes().to_vec()))
            }
            FaultKind::AnswerAfter(bytes) => Ok(self.garbled(command, |answer, _| *answer = bytes)),
            FaultKind::Truncate(len) => Ok(self.garbled(command, |answer, _| answer.truncate(len))),
            FaultKind::ShortData(len) => Ok(self.garbled(command, |answer, data_len| {
                answer.drain(len.min(data_len)..data_len);
            })),
            FaultKind::Append(bytes) => Ok(self.garbled(command, |answer, data_len| {
                answer.splice(data_len..data_len, bytes);
            })),
            FaultKind::FlipBit(at) => Ok(self.garbled(command, |answer, data_len| {
                if let Some(byte) = answer.iter_mut().take(data_len).nth(at / 8) {
                    *byte ^= 0x80 >> (at % 8);
                }
            })),
            FaultKind::Garbage => Ok(self.garbled(command, |answer, data_len| {
                answer.iter_mut().take(data_len).for_each(|byte| *byte = !*byte);
            })),
        }
    }

    /// Has the card carry out the command, then changes its answer, given the length of the data in it.
    fn garbled(&mut self, command: &[u8], change: impl FnOnce(&mut Vec<u8>, usize)) -> Vec<u8> {
        let mut answer = self.card.transmit(command);
        let data_len = answer.len().saturating_sub(2);
        change(&mut answer, data_len);
        answer
    }

    /// Takes the card out of the field, which cuts its power.
    pub fn leave(&mut self) {
        self.card.power_off();
        self.present = false;
    }

    /// Holds the card, or the other one, to the reader again: power was lost in between.
    pub fn tap(&mut self) {
        self.card.power_off();
        if let Some(other) = self.next_card.take() {
            self.card = other;
            self.card.power_off();
        }
        self.card.power_on();
        self.present = true;
        self.tap += 1;
        self.exchange = 0;
    }

    /// Whether the card is in the field.
    pub fn is_present(&self) -> bool {
        self.present
    }

    /// How many exchanges were tried in this tap, those refused or lost included.
    pub fn exchanges_in_tap(&self) -> usize {
        self.exchange
    }

    /// The card in the field, or the one that left it last.
    pub fn card(&self) -> &SimulatedCard {
        &self.card
    }

    /// The same, to be changed.
    pub fn card_mut(&mut self) -> &mut SimulatedCard {
        &mut self.card
    }

    fn current_fault(&self) -> Option<FaultKind> {
        let faults = self.taps.get(self.tap)?;
        faults.iter().find(|fault| fault.at == self.exchange).map(|fault| fault.kind.clone())
    }
}

/// A status word written as four hexadecimal digits.
fn status_word<'de, D: Deserializer<'de>>(input: D) -> Result<u16, D::Error> {
    let bytes = hex_bytes(input)?;
    let sw =
        bytes.try_into().map_err(|_| D::Error::custom("must be a status word, four hexadecimal digits"))?;
    Ok(u16::from_be_bytes(sw))
}
