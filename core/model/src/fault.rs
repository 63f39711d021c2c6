use kazasu_sim::FaultKind;

/// What goes wrong at one exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    Link(FaultKind),
    /// The user cancels instead of the command.
    Cancel,
}

/// A fault and the class it is counted in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) class: FaultClass,
    pub(crate) event: Event,
}

/// Classes of faults, in the order of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultClass {
    /// Nothing goes wrong.
    None,
    /// The card leaves before the command reaches it.
    LostBefore,
    /// The card carries out the command and leaves.
    LostAfter,
    /// The channel does not send the command.
    Refused,
    /// A status word in place of the answer; the card did not act.
    StatusBefore,
    /// A status word in place of the answer; the card acted.
    StatusAfter,
    /// `61xx` or `6Cxx`, the card having acted or not.
    Continuation,
    /// An answer of no bytes or of one.
    NoStatusWord,
    /// The answer is cut.
    Truncated,
    /// The answer is longer than asked for.
    OverLong,
    /// The answer is full of other bytes.
    Garbage,
    /// The user cancels.
    Cancelled,
    /// The card is reset and keeps its power.
    WarmReset,
    /// The card is reset and loses its power for a moment.
    ColdReset,
}

impl FaultClass {
    /// As it stands in the tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "no fault",
            Self::LostBefore => "lost before the card acted",
            Self::LostAfter => "lost after the card acted",
            Self::Refused => "refused by the channel",
            Self::StatusBefore => "status word, card did not act",
            Self::StatusAfter => "status word, card acted",
            Self::Continuation => "61xx, 6Cxx",
            Self::NoStatusWord => "answer of 0 or 1 bytes",
            Self::Truncated => "truncated answer",
            Self::OverLong => "over-long answer",
            Self::Garbage => "garbage",
            Self::Cancelled => "cancelled",
            Self::WarmReset => "warm reset",
            Self::ColdReset => "cold reset",
        }
    }
}

/// The status words of docs/card-facts.md §6, the ranges written out, and some that stand in no table.
pub const STATUS_WORDS: [u16; 57] = [
    0x9000, 0x6200, 0x6281, 0x6282, 0x6283, 0x6284, 0x6285, 0x6286, 0x6287, 0x6300, 0x63C0, 0x63C1, 0x63C2,
    0x63C3, 0x63C4, 0x63C5, 0x63C6, 0x63C7, 0x63C8, 0x63C9, 0x63CA, 0x63CB, 0x63CC, 0x63CD, 0x63CE, 0x63CF,
    0x6400, 0x6581, 0x6700, 0x6881, 0x6882, 0x6981, 0x6982, 0x6983, 0x6984, 0x6985, 0x6986, 0x6A80, 0x6A81,
    0x6A82, 0x6A86, 0x6A87, 0x6A88, 0x6B00, 0x6D00, 0x6E00, 0x6F00, // those that stand in no table:
    0x0000, 0x6001, 0x6380, 0x63D0, 0x6987, 0x6999, 0x6AFF, 0x9001, 0x91C3, 0xFFFF,
];

/// `61xx` and `6Cxx`: 256 bytes, one, those that fit a small answer, and 255.
pub const CONTINUATIONS: [u16; 8] = [0x6100, 0x6101, 0x6110, 0x61FF, 0x6C00, 0x6C01, 0x6C10, 0x6CFF];

/// Every fault of the first tap.
pub(crate) fn first_tap() -> Vec<Fault> {
    use FaultClass as C;
    use FaultKind as K;
    let link = |class, kind| Fault { class, event: Event::Link(kind) };
    let mut faults = vec![
        link(C::LostBefore, K::LostBefore),
        link(C::LostAfter, K::LostAfter),
        link(C::Refused, K::RefusedByTransport),
    ];
    faults.extend(STATUS_WORDS.into_iter().chain(CONTINUATIONS).flat_map(status_words));
    for bytes in [&[][..], &[0x90], &[0x63]] {
        faults.push(link(C::NoStatusWord, K::Answer(bytes.to_vec())));
        faults.push(link(C::NoStatusWord, K::AnswerAfter(bytes.to_vec())));
    }
    faults.extend([2, 3, 100, 257].map(|len| link(C::Truncated, K::Truncate(len))));
    faults.extend([0, 1, 3, 63, 100].map(|len| link(C::Truncated, K::ShortData(len))));
    faults.extend([1, 3, 256, 70_000].map(|len| link(C::OverLong, K::Append(vec![0xAA; len]))));
    faults.push(link(C::Garbage, K::Garbage));
    faults.extend([0, 9, 70, 1203].map(|bit| link(C::Garbage, K::FlipBit(bit))));
    for bytes in garbage() {
        faults.push(link(C::Garbage, K::Answer(bytes.clone())));
        faults.push(link(C::Garbage, K::AnswerAfter(bytes)));
    }
    faults.push(Fault { class: C::Cancelled, event: Event::Cancel });
    faults.push(link(C::WarmReset, K::WarmReset));
    faults.push(link(C::ColdReset, K::ColdReset));
    faults
}

/// A status word that the card did not say: in place of its work, and in place of its answer.
pub(crate) fn status_words(sw: u16) -> [Fault; 2] {
    let (before, after) = match sw {
        0x6100..=0x61FF | 0x6C00..=0x6CFF => (FaultClass::Continuation, FaultClass::Continuation),
        _ => (FaultClass::StatusBefore, FaultClass::StatusAfter),
    };
    [
        Fault { class: before, event: Event::Link(FaultKind::Status(sw)) },
        Fault { class: after, event: Event::Link(FaultKind::StatusAfter(sw)) },
    ]
}

/// Whole answers that no card gives: noise, and DER headers that promise what does not come.
fn garbage() -> Vec<Vec<u8>> {
    let success = [0x90, 0x00];
    vec![
        vec![0xAA, 0x55],
        [&[0x5A; 256][..], &success].concat(),
        [&[0x30, 0x82, 0x0F, 0xFF][..], &[0; 200], &success].concat(),
        [&[0x30, 0x82, 0xFF, 0xFF][..], &success].concat(),
        [&[0x30, 0x80][..], &[0; 100], &success].concat(),
        [&[0x30, 0x03, 0x02, 0x01, 0x00][..], &success].concat(),
    ]
}

/// The faults of the second tap: one or a few of each class.
pub(crate) fn second_tap() -> Vec<Fault> {
    use FaultClass as C;
    use FaultKind as K;
    let link = |class, kind| Fault { class, event: Event::Link(kind) };
    vec![
        link(C::LostBefore, K::LostBefore),
        link(C::LostAfter, K::LostAfter),
        link(C::Refused, K::RefusedByTransport),
        link(C::StatusBefore, K::Status(0x9000)),
        link(C::StatusBefore, K::Status(0x63C1)),
        link(C::StatusBefore, K::Status(0x6982)),
        link(C::StatusBefore, K::Status(0x6A82)),
        link(C::StatusAfter, K::StatusAfter(0x6300)),
        link(C::StatusAfter, K::StatusAfter(0x6983)),
        link(C::StatusAfter, K::StatusAfter(0x6F00)),
        link(C::Continuation, K::StatusAfter(0x6110)),
        link(C::Continuation, K::StatusAfter(0x6C10)),
        link(C::NoStatusWord, K::Answer(Vec::new())),
        link(C::NoStatusWord, K::AnswerAfter(vec![0x63])),
        link(C::Truncated, K::ShortData(100)),
        link(C::OverLong, K::Append(vec![0xAA; 3])),
        link(C::Garbage, K::Garbage),
        Fault { class: C::Cancelled, event: Event::Cancel },
        link(C::WarmReset, K::WarmReset),
        link(C::ColdReset, K::ColdReset),
    ]
}

impl Event {
    /// As it stands in the list of the second tap and in the description of a case.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Cancel => "cancel".to_owned(),
            Self::Link(FaultKind::Status(sw)) => format!("{sw:04X}, card did not act"),
            Self::Link(FaultKind::StatusAfter(sw)) => format!("{sw:04X}, card acted"),
            Self::Link(kind) => format!("{kind:.60?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The words that the table of §6 names in its first column.
    fn words_of_the_table() -> BTreeSet<u16> {
        let facts = include_str!("../../../docs/card-facts.md");
        let table = facts.split("## 6. Status words").nth(1).unwrap().split("## 7.").next().unwrap();
        let word = |text: &str| u16::from_str_radix(text, 16);
        let mut words = BTreeSet::new();
        for row in table.lines().filter(|line| line.starts_with("| `")) {
            let cell = row.split('|').nth(1).unwrap();
            let quoted: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
            for (at, text) in quoted.iter().enumerate() {
                match text.strip_suffix("xx") {
                    Some(first) => {
                        words
                            .extend(CONTINUATIONS.iter().filter(|sw| format!("{sw:04X}").starts_with(first)));
                    }
                    None if at > 0 && cell.contains(&format!("`{}` to `{text}`", quoted[at - 1])) => {
                        words.extend(word(quoted[at - 1]).unwrap()..=word(text).unwrap());
                    }
                    None => drop(words.insert(word(text).unwrap())),
                }
            }
        }
        words
    }

    #[test]
    fn every_status_word_of_the_card_facts_is_a_fault() {
        let table = words_of_the_table();
        assert!(table.len() > 50, "{table:04X?}");
        let faults = first_tap();
        for sw in table {
            for kind in [FaultKind::Status(sw), FaultKind::StatusAfter(sw)] {
                assert!(faults.iter().any(|fault| fault.event == Event::Link(kind.clone())), "{kind:04X?}");
            }
        }
    }

    #[test]
    fn both_taps_have_every_class_and_no_fault_twice() {
        for faults in [first_tap(), second_tap()] {
            let classes: BTreeSet<_> = faults.iter().map(|fault| fault.class).collect();
            assert_eq!(classes.len(), 13, "{classes:?}");
            assert!((1..faults.len()).all(|at| !faults[..at].contains(&faults[at])));
        }
    }
}
