use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Status word SW1-SW2 of an answer (ISO 7816-4 §5.6; meanings on this card: docs/card-facts.md §6).
/// Shown, and serialised, as four hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatusWord(pub u16);

impl StatusWord {
    /// Success.
    pub const OK: Self = Self(0x9000);
    /// End of file reached before Le bytes were read; data is valid as far as it goes.
    pub const END_OF_FILE: Self = Self(0x6282);
    /// Selected file invalidated: not issued or deactivated.
    pub const INVALIDATED: Self = Self(0x6283);
    /// Wrong length, or a form of length the card does not know.
    pub const WRONG_LENGTH: Self = Self(0x6700);
    /// Security status not satisfied: a secret is wanted first.
    pub const SECURITY_STATUS: Self = Self(0x6982);
    /// File or application not found.
    pub const NOT_FOUND: Self = Self(0x6A82);
    /// Incorrect P1-P2.
    pub const INCORRECT_P1_P2: Self = Self(0x6A86);
    /// Offset outside the EF.
    pub const WRONG_OFFSET: Self = Self(0x6B00);
    /// No diagnosis; also seen on the first command after power-up (one source, docs/card-facts.md §1.5).
    pub const NO_DIAGNOSIS: Self = Self(0x6F00);

    pub(crate) const fn new(sw1: u8, sw2: u8) -> Self {
        Self(u16::from_be_bytes([sw1, sw2]))
    }

    /// `61xx`: bytes still waiting for GET RESPONSE, 1 to 256.
    pub fn more_data(self) -> Option<usize> {
        self.length_after(0x61)
    }

    /// `6Cxx`: the expected length the card would accept, 1 to 256.
    pub fn exact_length(self) -> Option<usize> {
        self.length_after(0x6C)
    }

    /// Whether it is a word that this card is known to give (docs/card-facts.md §6), or that a step tells from others.
    pub(crate) const fn is_known(self) -> bool {
        matches!(self.0,
            0x9000
            | 0x6100..=0x61FF
            | 0x6200 | 0x6281..=0x6287
            | 0x6300 | 0x63C0..=0x63CF
            | 0x6400 | 0x6581 | 0x6700 | 0x6881 | 0x6882
            | 0x6981..=0x6986 | 0x6999
            | 0x6A80..=0x6A82 | 0x6A86..=0x6A88
            | 0x6B00
            | 0x6C00..=0x6CFF
            | 0x6D00 | 0x6E00 | 0x6F00)
    }

    /// Whether the card says that it checked the command and did not carry it out: a checking error of ISO 7816-4 §5.6, or a
    /// comparison that failed. A warning, an execution error (`64xx`, `65xx`), `6F00` and any other word leave open what was
    /// done.
    pub(crate) const fn refuses(self) -> bool {
        matches!(self.0,
            0x63C0..=0x63CF | 0x6700 | 0x6881 | 0x6882 | 0x6981..=0x6986 | 0x6A80..=0x6A8F | 0x6B00 | 0x6D00 | 0x6E00)
    }

    fn length_after(self, sw1: u8) -> Option<usize> {
        let [first, second] = self.0.to_be_bytes();
        (first == sw1).then(|| if second == 0 { 256 } else { usize::from(second) })
    }

    /// Reads the word as an answer about a secret, to the tries query, VERIFY or CHANGE REFERENCE DATA.
    ///
    /// This is the one place where tries are taken from a status word, and they come from exactly `63Cx`. The three
    /// spellings of *blocked* are all in the field: `63C0` and `6984` were seen on cards, `6983` is the ISO word
    /// (docs/card-facts.md §3.3, sources disagree).
    pub const fn about_secret(self) -> SecretAnswer {
        match self.0 {
            0x9000 => SecretAnswer::Success,
            0x63C0 | 0x6983 | 0x6984 => SecretAnswer::Blocked,
            0x63C1..=0x63CF => SecretAnswer::Remaining((self.0 & 0x0F) as u8),
            0x6300 => SecretAnswer::NoCounter,
            _ => SecretAnswer::Other,
        }
    }
}

/// What a status word says about a secret; see [`StatusWord::about_secret`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretAnswer {
    /// `9000`. To VERIFY and CHANGE: done. To the tries query: the counter is not reported.
    Success,
    /// `63Cx`, x from 1 to 15: this many tries remain. To VERIFY it also means that the secret was wrong.
    Remaining(u8),
    /// `63C0`, `6983` or `6984`.
    Blocked,
    /// `6300`: wrong without a counter when VERIFY was sent, not reported when the tries were asked for.
    NoCounter,
    /// Any other word.
    Other,
}

impl fmt::Display for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

impl fmt::Debug for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for StatusWord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for StatusWord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        // `from_str_radix` takes a sign, which is no digit.
        let word = (digits.len() == 4 && !digits.starts_with('+')).then(|| u16::from_str_radix(&digits, 16));
        word.and_then(Result::ok)
            .map(Self)
            .ok_or_else(|| D::Error::custom("a status word is four hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_classified_by_the_table() {
        for word in 0..=u16::MAX {
            let expected = match word {
                0x9000 => SecretAnswer::Success,
                0x63C0 | 0x6983 | 0x6984 => SecretAnswer::Blocked,
                0x6300 => SecretAnswer::NoCounter,
                w if (0x63C1..=0x63CF).contains(&w) => SecretAnswer::Remaining(w.to_be_bytes()[1] - 0xC0),
                _ => SecretAnswer::Other,
            };
            assert_eq!(StatusWord(word).about_secret(), expected, "{word:04X}");
        }
    }

    #[test]
    fn a_refusal_is_a_checking_error_or_a_failed_comparison() {
        for word in
            [0x63C0, 0x63C2, 0x6700, 0x6881, 0x6982, 0x6985, 0x6A80, 0x6A86, 0x6A88, 0x6B00, 0x6D00, 0x6E00]
        {
            assert!(StatusWord(word).refuses(), "{word:04X}");
        }
        for word in (0x6000..=0x62FF).chain(0x6400..=0x66FF).chain(0x6C00..=0x6CFF).chain(0x6F00..=0x9FFF) {
            assert!(!StatusWord(word).refuses(), "{word:04X}");
        }
        for word in [0x0000, 0x6300, 0x6380, 0x63D0, 0x6999, 0x6AFF, 0xFFFF] {
            assert!(!StatusWord(word).refuses(), "{word:04X}");
        }
    }

    #[test]
    fn lengths_in_the_second_byte() {
        assert_eq!(StatusWord(0x6100).more_data(), Some(256));
        assert_eq!(StatusWord(0x6110).more_data(), Some(16));
        assert_eq!(StatusWord(0x6C00).exact_length(), Some(256));
        assert_eq!(StatusWord(0x6C01).exact_length(), Some(1));
        assert_eq!(StatusWord(0x9000).more_data(), None);
        assert_eq!(StatusWord(0x6110).exact_length(), None);
    }
}
