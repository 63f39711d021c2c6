use kazasu_sim::SimulatedCard;

/// Reads a script; what it lacks at its end is zero.
#[derive(Debug)]
pub(crate) struct Script<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where the script begins again; `None` if it does not.
    repeat_from: Option<usize>,
}

/// What becomes of one command. In a script each is its number and its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Act {
    /// 0, and all numbers without a meaning: the card answers.
    Truthful,
    /// 1, word: this status word arrives, and the card has seen nothing.
    Status(u16),
    /// 2, word: the card acts, but this status word arrives.
    StatusAfter(u16),
    /// 3, word: the card acts and its data arrives, but with this status word.
    DataWith(u16),
    /// 4, length: only so many bytes of the answer arrive.
    Truncate(usize),
    /// 5, length, byte: so many of these bytes arrive before the status word.
    Append(usize, u8),
    /// 6, length, bytes: these bytes arrive, and the card has seen nothing.
    Literal(Vec<u8>),
    /// 7, two length bytes, number: the head of a certificate of this length, so many zeros, and `9000`.
    CertificateHead([u8; 2], usize),
    /// 8, position: this bit of the answer arrives inverted.
    FlipBit(usize),
    /// 9, two length bytes: so many zeros and `9000`.
    Long(usize),
    /// 10: the card is reset warm before it answers.
    WarmReset,
    /// 11
    LostBefore,
    /// 12: the card acts, then it is gone.
    LostAfter,
    /// 13: the channel does not send the command.
    Refused,
    /// 14: the user cancels instead.
    Cancel,
}

/// Status words that some step somewhere understands, and a few that none does.
pub(crate) const WORDS: [u16; 32] = [
    0x9000, 0x63C3, 0x63C1, 0x63C0, 0x63C5, 0x6300, 0x6983, 0x6984, 0x6982, 0x6283, 0x6282, 0x6700, 0x6A82,
    0x6A86, 0x6B00, 0x6D00, 0x6E00, 0x6F00, 0x6100, 0x6110, 0x6101, 0x6C00, 0x6C10, 0x6986, 0x6985, 0x6981,
    0x6A88, 0x6A81, 0x6999, 0x63CF, 0x9100, 0x0000,
];

impl<'a> Script<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, repeat_from: None }
    }

    /// From here on the script begins again here when it ends.
    pub(crate) fn repeat(&mut self) {
        self.repeat_from = (self.at < self.bytes.len()).then_some(self.at);
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        if self.at >= self.bytes.len() {
            self.at = self.repeat_from?;
        }
        let byte = self.bytes.get(self.at).copied();
        self.at += 1;
        byte
    }

    fn number(&mut self) -> usize {
        self.byte().unwrap_or(0).into()
    }

    /// A number below 224 is one of [`WORDS`]; from there on the word itself follows.
    fn word(&mut self) -> u16 {
        match self.byte().unwrap_or(0) {
            number @ 0..224 => WORDS[usize::from(number) % WORDS.len()],
            _ => u16::from_be_bytes([self.byte().unwrap_or(0), self.byte().unwrap_or(0)]),
        }
    }

    pub(crate) fn act(&mut self) -> Act {
        match self.byte().unwrap_or(0) & 0x0F {
            1 => Act::Status(self.word()),
            2 => Act::StatusAfter(self.word()),
            3 => Act::DataWith(self.word()),
            4 => Act::Truncate(self.number()),
            5 => Act::Append(self.number(), self.byte().unwrap_or(0)),
            6 => {
                let len = self.number();
                Act::Literal((0..len).map_while(|_| self.byte()).collect())
            }
            7 => Act::CertificateHead([self.byte().unwrap_or(0), self.byte().unwrap_or(0)], self.number()),
            8 => Act::FlipBit(self.number()),
            9 => Act::Long(self.number() << 8 | self.number()),
            10 => Act::WarmReset,
            11 => Act::LostBefore,
            12 => Act::LostAfter,
            13 => Act::Refused,
            14 => Act::Cancel,
            _ => Act::Truthful,
        }
    }
}

impl Act {
    /// As it stands in a script.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let word = |number, word: u16| {
            let [sw1, sw2] = word.to_be_bytes();
            vec![number, 0xFF, sw1, sw2]
        };
        let byte = |number: usize| u8::try_from(number).unwrap();
        match self {
            Self::Truthful => vec![0],
            Self::Status(sw) => word(1, *sw),
            Self::StatusAfter(sw) => word(2, *sw),
            Self::DataWith(sw) => word(3, *sw),
            Self::Truncate(len) => vec![4, byte(*len)],
            Self::Append(len, value) => vec![5, byte(*len), *value],
            Self::Literal(bytes) => [&[6, byte(bytes.len())], &bytes[..]].concat(),
            Self::CertificateHead([high, low], zeros) => vec![7, *high, *low, byte(*zeros)],
            Self::FlipBit(at) => vec![8, byte(*at)],
            Self::Long(len) => vec![9, byte(len >> 8), byte(len & 0xFF)],
            Self::WarmReset => vec![10],
            Self::LostBefore => vec![11],
            Self::LostAfter => vec![12],
            Self::Refused => vec![13],
            Self::Cancel => vec![14],
        }
    }

    /// The answer that arrives. Acts that let none arrive answer truthfully here.
    pub(crate) fn answer(self, card: &mut SimulatedCard, command: &[u8]) -> Vec<u8> {
        match self {
            Self::Status(word) => word.to_be_bytes().to_vec(),
            Self::StatusAfter(word) => {
                card.transmit(command);
                word.to_be_bytes().to_vec()
            }
            Self::DataWith(word) => {
                let mut answer = card.transmit(command);
                answer.truncate(answer.len().saturating_sub(2));
                answer.extend(word.to_be_bytes());
                answer
            }
            Self::Truncate(len) => {
                let mut answer = card.transmit(command);
                answer.truncate(len);
                answer
            }
            Self::Append(len, byte) => {
                let mut answer = card.transmit(command);
                let end = answer.len().saturating_sub(2);
                answer.splice(end..end, std::iter::repeat_n(byte, len));
                answer
            }
            Self::Literal(bytes) => bytes,
            Self::CertificateHead([high, low], zeros) => {
                [&[0x30, 0x82, high, low], &vec![0; zeros][..], &[0x90, 0x00]].concat()
            }
            Self::FlipBit(at) => {
                let mut answer = card.transmit(command);
                if let Some(byte) = answer.get_mut(at / 8) {
                    *byte ^= 0x80 >> (at % 8);
                }
                answer
            }
            Self::Long(len) => [&vec![0; len][..], &[0x90, 0x00]].concat(),
            Self::WarmReset => {
                card.warm_reset();
                card.transmit(command)
            }
            Self::Truthful | Self::LostBefore | Self::LostAfter | Self::Refused | Self::Cancel => {
                card.transmit(command)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acts_read_back() {
        let acts = [
            Act::Truthful,
            Act::Status(0x63C3),
            Act::StatusAfter(0x9000),
            Act::DataWith(0x6282),
            Act::Truncate(5),
            Act::Append(3, 0xA5),
            Act::Literal(vec![1, 2, 3]),
            Act::CertificateHead([0x0F, 0xFF], 200),
            Act::FlipBit(255),
            Act::Long(0x1234),
            Act::WarmReset,
            Act::LostBefore,
            Act::LostAfter,
            Act::Refused,
            Act::Cancel,
        ];
        let bytes: Vec<u8> = acts.iter().flat_map(Act::to_bytes).collect();
        let mut script = Script::new(&bytes);
        for act in acts {
            assert_eq!(script.act(), act);
        }
        assert_eq!((script.byte(), script.act()), (None, Act::Truthful));
    }

    #[test]
    fn a_script_begins_again_if_told_to() {
        let mut script = Script::new(&[7, 1, 2]);
        assert_eq!(script.byte(), Some(7));
        script.repeat();
        let read: Vec<_> = (0..5).map(|_| script.byte()).collect();
        assert_eq!(read, [1, 2, 1, 2, 1].map(Some));
    }
}
