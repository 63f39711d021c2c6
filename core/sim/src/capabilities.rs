//! What a simulated card can do, and where cards are known or feared to differ.

use serde::Deserialize;

use crate::{SimError, persona::hex_bytes};

/// Abilities and quirks of a card. The default is an ordinary card that can do everything.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
// Each switch is a habit of its own: they combine freely.
#[allow(clippy::struct_excessive_bools)]
pub struct Capabilities {
    /// Answer to reset, hexadecimal in JSON.
    #[serde(deserialize_with = "hex_bytes")]
    pub atr: Vec<u8>,
    /// Short EF identifiers.
    pub sfi: SfiSupport,
    /// Commands in extended form; without it they answer 6700.
    pub extended_length: bool,
    /// Command chaining (CLA bit 5, ISO 7816-4 §5.3.3); without it 6884.
    pub command_chaining: bool,
    /// The first command after a cold power-up answers 6F00 (card-facts §1.5, one source).
    pub first_command_6f00: bool,
    /// READ BINARY across the end of a file answers 6282 with the data, instead of 9000.
    pub end_of_file_6282: bool,
    /// At most this many bytes in one answer, the rest by GET RESPONSE; 0 hands out everything that way.
    pub answers_61xx: Option<u8>,
    /// READ BINARY with an Le beyond the end of the file answers 6Cxx.
    pub wrong_le_6cxx: bool,
    /// READ BINARY never gives more than this many bytes, with 9000 all the same.
    pub short_reads: Option<u16>,
    /// What the tries query answers.
    pub tries_query: TriesQuery,
    /// Whether a wrong secret answers 6300, which carries no counter, in place of 63Cx.
    pub wrong_secret_6300: bool,
    /// How a blocked secret is told.
    pub blocked: Blocked,
    /// A second signature with the signing key wants the password again: 6982 (card-facts §3.4, unproven).
    pub consent_per_signature: bool,
    /// Whether a SELECT ends the verified state; sources disagree (card-facts §3.4).
    pub select_clears: SelectClears,
}

/// Where a card understands short EF identifiers (card-facts §2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SfiSupport {
    /// In READ BINARY; without it 6A86.
    pub read: bool,
    /// In VERIFY and CHANGE REFERENCE DATA; without it 6A86.
    pub verify: bool,
    /// In the signature command; without it 6A86.
    pub sign: bool,
}

/// What the query for remaining tries answers while the secret is not blocked (card-facts §3.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum TriesQuery {
    /// 63Cx.
    #[default]
    #[serde(rename = "counter")]
    Counter,
    /// 9000, always, blocked or not.
    #[serde(rename = "9000")]
    NoInformation9000,
    /// 6300, always, blocked or not.
    #[serde(rename = "6300")]
    NoInformation6300,
}

/// How a blocked secret is told (card-facts §3.3). The attempt that uses up the last try answers as any wrong one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Blocked {
    /// To the tries query.
    pub query: BlockedStatus,
    /// To VERIFY with data.
    pub verify: BlockedStatus,
}

/// A status word that says "blocked".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum BlockedStatus {
    /// No tries left.
    #[default]
    #[serde(rename = "63C0")]
    NoTriesLeft63C0,
    /// Authentication method blocked.
    #[serde(rename = "6983")]
    MethodBlocked6983,
    /// Referenced key EF blocked.
    #[serde(rename = "6984")]
    KeyBlocked6984,
}

impl BlockedStatus {
    /// The status word.
    pub const fn status(self) -> u16 {
        match self {
            Self::NoTriesLeft63C0 => 0x63C0,
            Self::MethodBlocked6983 => 0x6983,
            Self::KeyBlocked6984 => 0x6984,
        }
    }
}

/// Which SELECT of an application ends the verified state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SelectClears {
    /// Selecting another application.
    pub another: bool,
    /// Selecting the current one again.
    pub same: bool,
}

/// `3B E0 00 FF 81 31 FE 45 14`, a contact ATR that OpenSC knows (card-facts §1.1).
const CONTACT_ATR: [u8; 9] = [0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14];

impl Default for Capabilities {
    fn default() -> Self {
        Self {
            atr: CONTACT_ATR.to_vec(),
            sfi: SfiSupport::default(),
            extended_length: true,
            command_chaining: true,
            first_command_6f00: false,
            end_of_file_6282: false,
            answers_61xx: None,
            wrong_le_6cxx: false,
            short_reads: None,
            tries_query: TriesQuery::default(),
            wrong_secret_6300: false,
            blocked: Blocked::default(),
            consent_per_signature: false,
            select_clears: SelectClears::default(),
        }
    }
}

impl Default for SfiSupport {
    fn default() -> Self {
        Self { read: true, verify: true, sign: true }
    }
}

impl Default for SelectClears {
    fn default() -> Self {
        Self { another: true, same: true }
    }
}

impl Capabilities {
    pub(crate) fn check(&self) -> Result<(), SimError> {
        if !(2..=33).contains(&self.atr.len()) {
            return Err(SimError::persona("capabilities.atr", "must have 2 to 33 bytes"));
        }
        if self.short_reads == Some(0) {
            return Err(SimError::persona("capabilities.short_reads", "must be at least 1"));
        }
        Ok(())
    }
}
