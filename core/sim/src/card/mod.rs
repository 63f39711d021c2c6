//! The simulated card: power, and what happens to a command before its own rules apply.

mod commands;
mod files;
mod security;

use std::fmt;

use iso7816::command::{CommandView, FromSliceError};
use zeroize::Zeroizing;

use crate::{Capabilities, Exchange, Persona, Purpose, SimError, status};
use files::{AUTHENTICATION_PIN, SIGNING_PASSWORD, SecretId, Storage};
use security::Reference;

/// A secret of the JPKI application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Secret {
    /// 利用者証明用暗証番号, EF 0018.
    AuthenticationPin,
    /// 署名用パスワード, EF 001B.
    SigningPassword,
}

impl Secret {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::AuthenticationPin, Self::SigningPassword];
}

/// A My Number Card, or a phone presented to the reader, as far as JPKI goes.
///
/// A new card has just been powered on. Counters and changed secrets last as long as the value; clone a card to start
/// again from the same state. Facts and their sources: docs/card-facts.md; where that page calls a fact uncertain, a
/// field of [`Capabilities`] chooses.
#[derive(Clone)]
pub struct SimulatedCard {
    name: String,
    capabilities: Capabilities,
    storage: Storage,
    volatile: Volatile,
    journal: Vec<Exchange>,
}

/// What loss of power ends, the verified secrets aside.
#[derive(Clone, Default)]
struct Volatile {
    powered: bool,
    /// Whether a command has come since the cold power-up.
    greeted: bool,
    /// Position in the list of applications.
    application: Option<usize>,
    file: Option<u16>,
    /// The rest of an answer, and the status word that ends it.
    pending: Option<(Vec<u8>, u16)>,
    chain: Option<Chain>,
    /// A signature has been made since the signing password was verified.
    signed: bool,
}

/// The commands of a chain so far.
#[derive(Clone)]
struct Chain {
    header: [u8; 4],
    data: Zeroizing<Vec<u8>>,
}

/// A command after decoding and unchaining.
struct Request<'a> {
    cla: u8,
    ins: u8,
    p1: u8,
    p2: u8,
    data: &'a [u8],
    /// Bytes expected, 256 and 65536 resolved.
    ne: Option<usize>,
}

/// Data and status word.
struct Answer {
    data: Vec<u8>,
    sw: u16,
}

impl From<u16> for Answer {
    fn from(sw: u16) -> Self {
        Self { data: Vec::new(), sw }
    }
}

/// Longest command data a chain may add up to.
const MAX_CHAIN: usize = 65_535;

impl SimulatedCard {
    /// Makes the card of a persona, powered on.
    ///
    /// # Errors
    /// [`SimError::Persona`] if no card can be like that, [`SimError::Time`] for a validity outside 1950 to 2049.
    pub fn new(persona: &Persona) -> Result<Self, SimError> {
        persona.check()?;
        Ok(Self {
            name: persona.name.clone(),
            capabilities: persona.capabilities.clone(),
            storage: Storage::new(persona)?,
            volatile: Volatile { powered: true, ..Volatile::default() },
            journal: Vec::new(),
        })
    }

    /// Answer to reset.
    pub fn atr(&self) -> Vec<u8> {
        self.capabilities.atr.clone()
    }

    /// Cold power-up: from power off. Does nothing to a card that has power.
    pub fn power_on(&mut self) {
        self.volatile.powered = true;
    }

    /// Power off: ends the verified state and every selection. Counters stay.
    pub fn power_off(&mut self) {
        self.volatile = Volatile::default();
        self.forget_secrets();
    }

    /// Warm reset: ends every selection but leaves the verified state (card-facts §1.5, one source).
    pub fn warm_reset(&mut self) {
        let Volatile { powered, greeted, signed, .. } = self.volatile;
        self.volatile = Volatile { powered, greeted, signed, ..Volatile::default() };
    }

    /// Sends one command; returns data and status word, always at least two bytes. Without power the answer is 6F00.
    pub fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        let decoded = CommandView::try_from(command);
        let answer = self.respond(decoded);
        self.journal.push(exchange(command, decoded.ok(), &answer));
        let mut bytes = answer.data;
        bytes.extend(answer.sw.to_be_bytes());
        bytes
    }

    /// Tries left for a secret, 0 if it is blocked. Costs nothing and is not an exchange.
    pub fn tries_left(&self, secret: Secret) -> u8 {
        self.reference(secret_id(secret)).map_or(0, Reference::left)
    }

    /// Whether a secret has been verified and its key can be used.
    pub fn is_unlocked(&self, secret: Secret) -> bool {
        self.is_verified(secret_id(secret))
    }

    /// All exchanges in the life of this value, over power losses as well.
    pub fn journal(&self) -> &[Exchange] {
        &self.journal
    }

    /// Forgets the journal; the card itself does not change.
    pub fn clear_journal(&mut self) {
        self.journal.clear();
    }

    /// How many VERIFY commands carried data.
    pub fn verify_count(&self) -> usize {
        self.journal.iter().filter(|exchange| exchange.is_verify()).count()
    }

    /// The certificate on the card, DER without filler; `None` if it was not issued.
    pub fn certificate(&self, purpose: Purpose) -> Option<&[u8]> {
        match purpose {
            Purpose::Signing => self.storage.signing_certificate.as_deref(),
            Purpose::Authentication => Some(&self.storage.authentication_certificate),
        }
    }

    fn respond(&mut self, decoded: Result<CommandView<'_>, FromSliceError>) -> Answer {
        let first = !std::mem::replace(&mut self.volatile.greeted, true);
        if !self.volatile.powered || (first && self.capabilities.first_command_6f00) {
            self.volatile.greeted = self.volatile.powered;
            return status::NO_DIAGNOSIS.into();
        }
        let command = match decoded {
            Ok(command) => command,
            Err(FromSliceError::InvalidClass) => return status::UNKNOWN_CLASS.into(),
            Err(_) => return status::WRONG_LENGTH.into(),
        };
        if let Some(refusal) = class_refusal(command.class().into_inner()) {
            return refusal.into();
        }
        if command.extended && !self.capabilities.extended_length {
            return status::WRONG_LENGTH.into();
        }
        self.unchain(command)
    }

    /// Command chaining (ISO 7816-4 §5.3.3). A command that does not continue the open chain ends it.
    fn unchain(&mut self, command: CommandView<'_>) -> Answer {
        let cla = command.class().into_inner() & !CHAINED;
        let header = [cla, command.instruction().into(), command.p1, command.p2];
        let more = command.class().into_inner() & CHAINED != 0;
        let chain = self.volatile.chain.take().filter(|chain| chain.header == header);
        if more && !self.capabilities.command_chaining {
            return status::NO_CHAINING.into();
        }
        let mut data = chain.map_or_else(Zeroizing::default, |chain| chain.data);
        if data.len() + command.data().len() > MAX_CHAIN {
            return status::WRONG_LENGTH.into();
        }
        data.extend_from_slice(command.data());
        if more {
            self.volatile.pending = None;
            self.volatile.chain = Some(Chain { header, data });
            return status::SUCCESS.into();
        }
        let [cla, ins, p1, p2] = header;
        let ne = Some(command.expected()).filter(|ne| *ne > 0);
        self.execute(&Request { cla, ins, p1, p2, data: &data, ne })
    }

    fn reference(&self, SecretId(at): SecretId) -> Option<&Reference> {
        self.storage.secrets.get(at)
    }

    fn reference_mut(&mut self, SecretId(at): SecretId) -> Option<&mut Reference> {
        self.storage.secrets.get_mut(at)
    }

    fn is_verified(&self, secret: SecretId) -> bool {
        self.reference(secret).is_some_and(Reference::is_verified)
    }

    fn forget_secrets(&mut self) {
        self.storage.secrets.iter_mut().for_each(Reference::forget);
    }
}

impl fmt::Debug for SimulatedCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatedCard")
            .field("persona", &self.name)
            .field("authentication_tries", &self.tries_left(Secret::AuthenticationPin))
            .field("signing_tries", &self.tries_left(Secret::SigningPassword))
            .field("exchanges", &self.journal.len())
            .finish_non_exhaustive()
    }
}

/// Class bit of every command of a chain but the last.
const CHAINED: u8 = 0x10;

/// Classes the card knows: 00 and 80, chained or not (ISO 7816-4 §5.4.1 for the bits).
fn class_refusal(cla: u8) -> Option<u16> {
    match cla & !CHAINED {
        0x00 | 0x80 => None,
        0x01..=0x0F if cla & 0x0C != 0 => Some(status::NO_SECURE_MESSAGING),
        0x01..=0x0F | 0x40..=0x7F => Some(status::NO_LOGICAL_CHANNEL),
        _ => Some(status::UNKNOWN_CLASS),
    }
}

fn secret_id(secret: Secret) -> SecretId {
    match secret {
        Secret::AuthenticationPin => AUTHENTICATION_PIN,
        Secret::SigningPassword => SIGNING_PASSWORD,
    }
}

fn exchange(command: &[u8], decoded: Option<CommandView<'_>>, answer: &Answer) -> Exchange {
    let byte = |at| command.get(at).copied().unwrap_or_default();
    Exchange {
        cla: byte(0),
        ins: byte(1),
        p1: byte(2),
        p2: byte(3),
        lc: decoded.map_or(0, |command| command.data().len()),
        le: decoded.map(|command| command.expected()).filter(|ne| *ne > 0),
        command_len: command.len(),
        sw: answer.sw,
        answer_len: answer.data.len(),
    }
}
