use core::time::Duration;

use serde::Serialize;

use super::PlannedExchange;
use super::assumptions::{
    ACTIVATION, Assumption, BLOCK_OVERHEAD, CARRIER, CHARACTER, EXCHANGE, FRAME, FRAME_SIZE, SIGNATURE,
};

/// How long exchanges take on a contactless link (docs/card-facts.md §9.3).
///
/// Time on air follows from ISO/IEC 14443; what software adds and how long the card computes is assumed. Good for
/// comparing and for a progress display; it promises no seconds. The default is the slowest bit rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LinkModel {
    /// Bit rate on air, the reader's choice.
    pub bit_rate: BitRate,
    /// Longest frame in bytes (the smaller of FSC and FSD), its 3 bytes of overhead included.
    pub frame_size: u16,
    /// From the moment the card touches the field to its first command.
    pub activation: Duration,
    /// Software and card overhead of one exchange.
    pub exchange: Duration,
    /// One RSA-2048 private operation on the card.
    pub signature: Duration,
}

/// Bit rate of ISO/IEC 14443, in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum BitRate {
    /// 106 kbit/s, which every card and reader knows.
    #[serde(rename = "106")]
    Kbit106,
    /// 212 kbit/s.
    #[serde(rename = "212")]
    Kbit212,
    /// 424 kbit/s.
    #[serde(rename = "424")]
    Kbit424,
}

impl BitRate {
    /// All of them, the slowest first.
    pub const ALL: [Self; 3] = [Self::Kbit106, Self::Kbit212, Self::Kbit424];

    /// In kbit/s, as it is called.
    pub const fn kbit(self) -> u16 {
        match self {
            Self::Kbit106 => 106,
            Self::Kbit212 => 212,
            Self::Kbit424 => 424,
        }
    }

    /// Carrier cycles in one elementary time unit (ISO/IEC 14443-3).
    const fn cycles(self) -> u64 {
        match self {
            Self::Kbit106 => 128,
            Self::Kbit212 => 64,
            Self::Kbit424 => 32,
        }
    }
}

impl Default for LinkModel {
    fn default() -> Self {
        let milliseconds = |assumed: Assumption| Duration::from_millis(assumed.value.into());
        Self {
            bit_rate: BitRate::Kbit106,
            frame_size: u16::try_from(FRAME_SIZE.value).unwrap_or(u16::MAX),
            activation: milliseconds(ACTIVATION),
            exchange: milliseconds(EXCHANGE),
            signature: milliseconds(SIGNATURE),
        }
    }
}

impl LinkModel {
    /// One tap from touching the field to the last answer.
    pub fn time_at_reader(&self, exchanges: &[PlannedExchange]) -> Duration {
        self.activation + exchanges.iter().map(|exchange| self.time_of(exchange)).sum::<Duration>()
    }

    /// One exchange: command and answer on air, overhead, computing.
    pub fn time_of(&self, exchange: &PlannedExchange) -> Duration {
        let computing = if exchange.signs { self.signature } else { Duration::ZERO };
        let on_air = self.on_air(exchange.command_len) + self.on_air(exchange.answer_len + 2);
        self.exchange + computing + on_air
    }

    /// A command or an answer of this many bytes, in blocks of ISO/IEC 14443-4: each but the last is answered by an empty
    /// one.
    fn on_air(&self, len: usize) -> Duration {
        let len = u64::try_from(len).unwrap_or(u64::MAX >> 16);
        let overhead = u64::from(BLOCK_OVERHEAD.value);
        let payload = u64::from(self.frame_size).saturating_sub(overhead).max(1);
        let frames = 2 * len.div_ceil(payload).max(1) - 1;
        let etu = (len + frames * overhead) * u64::from(CHARACTER.value) + frames * u64::from(FRAME.value);
        Duration::from_micros(etu * self.bit_rate.cycles() * 1_000_000 / u64::from(CARRIER.value))
    }
}
