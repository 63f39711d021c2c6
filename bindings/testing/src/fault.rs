use kazasu_sim as sim;

/// A fault at one exchange of a tap.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Fault {
    /// Which exchange of the tap, counted from 0.
    pub at: u32,
    /// What happens there.
    pub kind: FaultKind,
}

/// What happens to an exchange.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum FaultKind {
    /// The card leaves the field before the command reaches it.
    LostBefore,
    /// The card carries out the command, then leaves the field: the answer is lost.
    LostAfter,
    /// The transport refuses the command; the card does not see it and stays.
    RefusedByTransport,
    /// The card is reset with its power kept, then carries out the command.
    WarmReset,
    /// The card loses its power and gets it back unnoticed, then carries out the command.
    ColdReset,
    /// The card answers this status word and does nothing.
    Status {
        /// SW1 and SW2.
        status_word: u16,
    },
    /// The card carries out the command, but this status word arrives, without data.
    StatusAfter {
        /// SW1 and SW2.
        status_word: u16,
    },
    /// These bytes arrive, and the card does nothing. May be shorter than a status word.
    Answer {
        /// The whole answer.
        bytes: Vec<u8>,
    },
    /// The card carries out the command, but these bytes arrive.
    AnswerAfter {
        /// The whole answer.
        bytes: Vec<u8>,
    },
    /// Only so many bytes of the answer arrive, status word and data counted together.
    Truncate {
        /// Bytes.
        len: u32,
    },
    /// The data is cut to so many bytes, the status word stays.
    ShortData {
        /// Bytes.
        len: u32,
    },
    /// These bytes arrive between the data and the status word.
    Append {
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// The bit of this number in the data arrives inverted, counted from the first byte's highest.
    FlipBit {
        /// Its number.
        at: u32,
    },
    /// All data bytes arrive inverted, the status word stays.
    Garbage,
}

impl From<Fault> for sim::Fault {
    fn from(fault: Fault) -> Self {
        use FaultKind as K;
        let index = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let kind = match fault.kind {
            K::LostBefore => sim::FaultKind::LostBefore,
            K::LostAfter => sim::FaultKind::LostAfter,
            K::RefusedByTransport => sim::FaultKind::RefusedByTransport,
            K::WarmReset => sim::FaultKind::WarmReset,
            K::ColdReset => sim::FaultKind::ColdReset,
            K::Status { status_word } => sim::FaultKind::Status(status_word),
            K::StatusAfter { status_word } => sim::FaultKind::StatusAfter(status_word),
            K::Answer { bytes } => sim::FaultKind::Answer(bytes),
            K::AnswerAfter { bytes } => sim::FaultKind::AnswerAfter(bytes),
            K::Truncate { len } => sim::FaultKind::Truncate(index(len)),
            K::ShortData { len } => sim::FaultKind::ShortData(index(len)),
            K::Append { bytes } => sim::FaultKind::Append(bytes),
            K::FlipBit { at } => sim::FaultKind::FlipBit(index(at)),
            K::Garbage => sim::FaultKind::Garbage,
        };
        Self { at: index(fault.at), kind }
    }
}

impl From<sim::FaultKind> for FaultKind {
    fn from(kind: sim::FaultKind) -> Self {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        match kind {
            sim::FaultKind::LostBefore => Self::LostBefore,
            sim::FaultKind::LostAfter => Self::LostAfter,
            sim::FaultKind::RefusedByTransport => Self::RefusedByTransport,
            sim::FaultKind::WarmReset => Self::WarmReset,
            sim::FaultKind::ColdReset => Self::ColdReset,
            sim::FaultKind::Status(status_word) => Self::Status { status_word },
            sim::FaultKind::StatusAfter(status_word) => Self::StatusAfter { status_word },
            sim::FaultKind::Answer(bytes) => Self::Answer { bytes },
            sim::FaultKind::AnswerAfter(bytes) => Self::AnswerAfter { bytes },
            sim::FaultKind::Truncate(len) => Self::Truncate { len: count(len) },
            sim::FaultKind::ShortData(len) => Self::ShortData { len: count(len) },
            sim::FaultKind::Append(bytes) => Self::Append { bytes },
            sim::FaultKind::FlipBit(at) => Self::FlipBit { at: count(at) },
            // The last one, and what this crate would not know yet: noise.
            _ => Self::Garbage,
        }
    }
}

/// The faults of a few taps, chosen by a seed: the same seed gives the same faults, on every machine and in every language.
/// About every other tap is without any.
#[uniffi::export]
pub fn seeded_faults(seed: u64, taps: u32) -> Vec<Vec<Fault>> {
    let mut random = SplitMix(seed);
    (0..taps).map(|_| if random.below(2) == 0 { Vec::new() } else { vec![random.fault()] }).collect()
}

/// SplitMix64: three lines, the same everywhere, and nothing here needs better.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    #[expect(clippy::cast_possible_truncation, reason = "a remainder by a u32 is one")]
    fn below(&mut self, limit: u32) -> u32 {
        (self.next() % u64::from(limit)) as u32
    }

    fn fault(&mut self) -> Fault {
        const STATUS_WORDS: [u16; 10] =
            [0x6300, 0x63C1, 0x6700, 0x6982, 0x6983, 0x6A82, 0x6A86, 0x6B00, 0x6C10, 0x6F00];
        let at = self.below(12);
        let number = usize::try_from(self.below(10)).unwrap_or_default();
        let status_word = STATUS_WORDS.get(number).copied().unwrap_or(0x6F00);
        let kind = match self.below(12) {
            0 | 1 => FaultKind::LostBefore,
            2 | 3 => FaultKind::LostAfter,
            4 => FaultKind::RefusedByTransport,
            5 => FaultKind::WarmReset,
            6 => FaultKind::ColdReset,
            7 => FaultKind::Status { status_word },
            8 => FaultKind::StatusAfter { status_word },
            9 => FaultKind::Truncate { len: self.below(4) },
            10 => FaultKind::FlipBit { at: self.below(2048) },
            _ => FaultKind::Garbage,
        };
        Fault { at, kind }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_replays() {
        assert_eq!(seeded_faults(7, 50), seeded_faults(7, 50));
        assert_ne!(seeded_faults(7, 50), seeded_faults(8, 50));
        let first = seeded_faults(2026, 50);
        assert!(first.iter().any(Vec::is_empty) && first.iter().any(|tap| !tap.is_empty()));
    }

    #[test]
    fn the_generator_is_splitmix64() {
        // The first numbers of the reference implementation for the seed 1234567.
        let mut random = SplitMix(1_234_567);
        assert_eq!((random.next(), random.next()), (6_457_827_717_110_365_317, 3_203_168_211_198_807_973));
    }
}
