//! An estimate of the time a card spends at the reader.

use std::time::Duration;

use serde::Deserialize;

use crate::Exchange;

/// How long exchanges take. All durations are milliseconds in JSON.
///
/// The time on air follows from ISO/IEC 14443: 10 etu per character, 24 etu of frame marks, 3 bytes of block overhead,
/// and one acknowledging block for each chained block but the last (parts 3 and 4). **Everything else is an
/// assumption**, since no public measurement exists (card-facts §9.3): what a phone's software adds per exchange, and
/// how long the card computes. Use the sum to compare sequences, not to promise seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LinkModel {
    /// Bit rate on air; the reader chooses it.
    pub bit_rate: BitRate,
    /// Longest frame in bytes, its 3 bytes of overhead included; 256 is what the known cards say (card-facts §1.1).
    pub frame_size: u16,
    /// From the moment the card touches the field to its first command (assumed).
    #[serde(rename = "activation_ms", deserialize_with = "milliseconds")]
    pub activation: Duration,
    /// Software and card overhead of one exchange (assumed).
    #[serde(rename = "exchange_ms", deserialize_with = "milliseconds")]
    pub exchange: Duration,
    /// One RSA-2048 private operation on the card (assumed).
    #[serde(rename = "signature_ms", deserialize_with = "milliseconds")]
    pub signature: Duration,
}

/// Bit rate of ISO/IEC 14443-3, in both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum BitRate {
    /// 13.56 MHz / 128.
    #[serde(rename = "106")]
    Kbit106,
    /// 13.56 MHz / 64.
    #[serde(rename = "212")]
    Kbit212,
    /// 13.56 MHz / 32.
    #[serde(rename = "424")]
    Kbit424,
}

impl BitRate {
    /// Carrier cycles in one elementary time unit.
    const fn cycles(self) -> u64 {
        match self {
            Self::Kbit106 => 128,
            Self::Kbit212 => 64,
            Self::Kbit424 => 32,
        }
    }
}

const CARRIER_HZ: u64 = 13_560_000;
/// Start bit, eight data bits, stop bit (type B).
const CHARACTER_ETU: u64 = 10;
/// Start and end of frame, at their shortest plus a guard.
const FRAME_ETU: u64 = 24;
/// Protocol control byte and checksum of a block.
const BLOCK_OVERHEAD: u64 = 3;

impl Default for LinkModel {
    fn default() -> Self {
        Self {
            bit_rate: BitRate::Kbit106,
            frame_size: 256,
            activation: Duration::from_millis(150),
            exchange: Duration::from_millis(10),
            signature: Duration::from_millis(400),
        }
    }
}

impl LinkModel {
    /// The estimate for all exchanges of one tap, activation included.
    pub fn time_at_reader(&self, exchanges: &[Exchange]) -> Duration {
        exchanges.iter().map(|exchange| self.time_of(exchange)).sum::<Duration>() + self.activation
    }

    /// The estimate for one exchange.
    pub fn time_of(&self, exchange: &Exchange) -> Duration {
        let computed = exchange.ins == 0x2A && matches!(exchange.sw, 0x9000 | 0x6100..=0x61FF);
        let signature = if computed { self.signature } else { Duration::ZERO };
        let answer = exchange.answer_len + 2;
        self.exchange + signature + self.time_on_air(exchange.command_len) + self.time_on_air(answer)
    }

    fn time_on_air(&self, len: usize) -> Duration {
        let len = u64::try_from(len).unwrap_or(u64::MAX / 1024);
        let payload = u64::from(self.frame_size).saturating_sub(BLOCK_OVERHEAD).max(1);
        let blocks = len.div_ceil(payload).max(1);
        // Each block but the last is answered by an empty one.
        let frames = 2 * blocks - 1;
        let etu = (len + frames * BLOCK_OVERHEAD) * CHARACTER_ETU + frames * FRAME_ETU;
        Duration::from_nanos(etu * self.bit_rate.cycles() * 1_000_000 / (CARRIER_HZ / 1000))
    }
}

fn milliseconds<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Duration, D::Error> {
    u32::deserialize(input).map(|ms| Duration::from_millis(ms.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn silent() -> LinkModel {
        LinkModel {
            activation: Duration::ZERO,
            exchange: Duration::ZERO,
            signature: Duration::ZERO,
            ..LinkModel::default()
        }
    }

    #[test]
    fn one_block_at_106_kbit() {
        // (5 + 3) * 10 + 24 = 104 etu out and (2 + 3) * 10 + 24 = 74 etu back, each 128 carrier cycles.
        let query = Exchange { command_len: 5, ..Exchange::default() };
        let nanoseconds = 178 * 128 * 1_000_000_u64 / 13_560;
        let difference = silent().time_of(&query).as_nanos().abs_diff(nanoseconds.into());
        assert!(difference <= 2, "{difference}");
    }

    #[test]
    fn a_long_answer_is_chained_and_a_faster_link_is_faster() {
        let read = Exchange { command_len: 7, answer_len: 1700, ..Exchange::default() };
        let slow = silent().time_of(&read);
        let fast = LinkModel { bit_rate: BitRate::Kbit424, ..silent() }.time_of(&read);
        assert!(slow.abs_diff(fast * 4) < Duration::from_micros(1));
        // 1702 bytes in 7 blocks and 6 acknowledgements: above the bare 1702 characters, below twice that.
        let bare = Duration::from_nanos(1702 * 10 * 128 * 1_000_000 / 13_560);
        assert!(slow > bare && slow < bare * 2, "{slow:?}");
    }

    #[test]
    fn only_a_signature_that_was_made_costs_the_computation() {
        let model = LinkModel { signature: Duration::from_secs(1), ..silent() };
        let sign = Exchange { cla: 0x80, ins: 0x2A, sw: 0x9000, ..Exchange::default() };
        assert!(model.time_of(&sign) > Duration::from_secs(1));
        assert!(model.time_of(&Exchange { sw: 0x6982, ..sign }) < Duration::from_secs(1));
    }
}
