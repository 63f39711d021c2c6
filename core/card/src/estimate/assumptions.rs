use serde::Serialize;

/// A number that an estimate rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Assumption {
    /// A stable name for programs.
    pub name: &'static str,
    /// In [`unit`](Self::unit).
    pub value: u32,
    /// Of the value.
    pub unit: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// How sure it is.
    pub confidence: Confidence,
}

/// How sure a number is (docs/card-facts.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// A standard, or several sources independent of each other.
    Agreed,
    /// Nobody public knows: our assumption.
    Uncertain,
}

/// Everything an estimate rests on, as data; docs/card-facts.md §9.3 has the same table.
pub const ASSUMPTIONS: &[Assumption] = &[
    CARRIER,
    CHARACTER,
    FRAME,
    BLOCK_OVERHEAD,
    BIT_RATE,
    FRAME_SIZE,
    ACTIVATION,
    EXCHANGE,
    SIGNATURE,
    AUTHENTICATION_CERTIFICATE,
    SIGNING_CERTIFICATE,
    CA_CERTIFICATE,
];

const fn agreed(name: &'static str, value: u32, unit: &'static str, source: &'static str) -> Assumption {
    Assumption { name, value, unit, source, confidence: Confidence::Agreed }
}

const fn uncertain(name: &'static str, value: u32, unit: &'static str, source: &'static str) -> Assumption {
    Assumption { name, value, unit, source, confidence: Confidence::Uncertain }
}

pub(super) const CARRIER: Assumption = agreed("carrier", 13_560_000, "Hz", "ISO/IEC 14443-2");
/// Start bit, eight data bits, stop bit.
pub(super) const CHARACTER: Assumption = agreed("character", 10, "etu", "ISO/IEC 14443-3, type B");
/// Start and end of frame at their shortest, and a guard.
pub(super) const FRAME: Assumption = agreed("frame_marks", 24, "etu", "ISO/IEC 14443-3, type B");
/// Protocol control byte and checksum.
pub(super) const BLOCK_OVERHEAD: Assumption = agreed("block_overhead", 3, "bytes", "ISO/IEC 14443-4");
pub(super) const BIT_RATE: Assumption =
    uncertain("bit_rate", 106, "kbit/s", "the reader's choice; 212 and 424 where card and reader agree");
pub(super) const FRAME_SIZE: Assumption =
    agreed("frame_size", 256, "bytes", "ATQB of the known contactless cards");
pub(super) const ACTIVATION: Assumption = uncertain("activation", 150, "ms", "assumed");
pub(super) const EXCHANGE: Assumption = uncertain("exchange", 10, "ms", "assumed");
pub(super) const SIGNATURE: Assumption = uncertain("signature", 400, "ms", "assumed");
pub(super) const AUTHENTICATION_CERTIFICATE: Assumption =
    uncertain("authentication_certificate", 1600, "bytes", "1.5 to 2 KB were seen");
pub(super) const SIGNING_CERTIFICATE: Assumption =
    uncertain("signing_certificate", 2000, "bytes", "1.5 to 2 KB were seen");
pub(super) const CA_CERTIFICATE: Assumption =
    agreed("ca_certificate", 1310, "bytes", "1301 to 1319 were seen");
