use core::fmt;
use core::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use super::command::CommandRecord;
use super::header::Consent;
use super::read::MAX_ANSWER_LEN;
use crate::apdu::StatusWord;
use crate::failure::{Failure, Reconciliation};
use crate::judgement::{FileStart, Judgement, Question};
use crate::outcome::{Leaving, Outcome, TriesReport};
use crate::step::{Known, Stage};

/// One thing that happened; one line of a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event", deny_unknown_fields)]
pub enum Event {
    /// The session gave a command to the shell.
    Command {
        /// What for.
        stage: Stage,
        /// The command.
        command: CommandRecord,
    },
    /// The card answered.
    Answer(AnswerRecord),
    /// The channel did not send the command.
    Refused {
        /// How long that took.
        took_us: Took,
    },
    /// The card left, or nobody knows whether it saw the command.
    CardLost {
        /// From the command to that.
        took_us: Took,
    },
    /// How the content of a certificate file begins.
    CertificateFile {
        /// What was seen.
        start: FileStart,
    },
    /// What else the content of the answer decided.
    Judged {
        /// What was asked.
        question: Question,
        /// Yes or no.
        holds: bool,
    },
    /// The session wants the card back.
    NeedTap {
        /// What is known about the secret.
        known: Known,
    },
    /// The card is back.
    Resumed {
        /// Time between the loss and this.
        waited_us: Took,
        /// The new consent, where one was needed.
        new_consent: Option<Consent>,
    },
    /// The user cancelled: the command before this one was not sent, or no further tap was waited for.
    Cancelled,
    /// No further tap was waited for.
    Abandoned,
    /// The session is over.
    Outcome(OutcomeRecord),
}

// No room for bytes or text: nothing but numbers, yes and no, and names from closed lists gets into a trace.
const fn holds_no_content<T: Copy>() {}
const _: () = holds_no_content::<Event>();
const _: () = assert!(size_of::<Event>() <= 64);

/// A card's answer without its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerRecord {
    /// Bytes received, the status word counted; [`MAX_ANSWER_LEN`] for more than that.
    pub answer_len: u32,
    /// The last two of them, where they are a status word: with SW1 from `61` to `6F` or from `90` to `9F` (ISO 7816-3
    /// §10.3.3) if nothing stands before it, and else one of docs/card-facts.md §6. The end of an answer that was cut may be
    /// anything, such as a piece of a certificate, and is left out.
    pub sw: Option<StatusWord>,
    /// From the command to its answer.
    pub took_us: Took,
}

impl AnswerRecord {
    /// Everything of an answer that may be kept.
    pub(crate) fn of(answer: &[u8], took: Duration) -> Self {
        let sw = match answer {
            [sw1 @ (0x61..=0x6F | 0x90..=0x9F), sw2] => Some(StatusWord::new(*sw1, *sw2)),
            [_, .., sw1, sw2] => Some(StatusWord::new(*sw1, *sw2)).filter(|sw| sw.is_known()),
            _ => None,
        };
        let answer_len = u32::try_from(answer.len()).unwrap_or(u32::MAX).min(MAX_ANSWER_LEN);
        Self { answer_len, sw, took_us: took.into() }
    }

    /// Bytes of data before the status word.
    pub const fn data_len(&self) -> u32 {
        self.answer_len.saturating_sub(2)
    }
}

/// How a session ended, without what it returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeRecord {
    /// `completed`, or the code of the failure.
    pub code: Code,
    /// What a VERIFY of unknown outcome turned out to be.
    pub reconciled: Option<Reconciliation>,
    /// What is known of the tries of each secret.
    pub tries: TriesReport,
    /// Commands sent in all taps together.
    pub exchanges: u32,
    /// How the application was left.
    pub leaving: Leaving,
}

impl OutcomeRecord {
    pub(crate) fn of(outcome: &Outcome) -> Self {
        let Outcome { result, tries, exchanges, leaving } = outcome;
        let reconciled = match result {
            Err(Failure::Reconciled { finding, .. }) => Some(*finding),
            _ => None,
        };
        let code = Code(result.as_ref().err().map_or(Code::COMPLETED.0, Failure::code));
        Self { code, reconciled, tries: *tries, exchanges: *exchanges, leaving: *leaving }
    }
}

/// `completed`, or one of [`Failure::CODES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Code(&'static str);

impl Code {
    /// What was asked for was done.
    pub const COMPLETED: Self = Self("completed");

    /// The code itself.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut codes = Failure::CODES.iter().copied().chain([Self::COMPLETED.0]);
        codes.find(|code| *code == text).map(Self).ok_or_else(|| D::Error::custom("no code of an outcome"))
    }
}

/// A duration as the shell measured it, in microseconds.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Took(u64);

impl From<Duration> for Took {
    fn from(duration: Duration) -> Self {
        Self(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX))
    }
}

impl From<Took> for Duration {
    fn from(Took(microseconds): Took) -> Self {
        Self::from_micros(microseconds)
    }
}

impl fmt::Debug for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&Duration::from(*self), f)
    }
}

impl Event {
    pub(crate) const fn of(judgement: Judgement) -> Self {
        match judgement {
            Judgement::FileStart(start) => Self::CertificateFile { start },
            Judgement::Verdict(question, holds) => Self::Judged { question, holds },
        }
    }

    pub(crate) const fn judgement(self) -> Option<Judgement> {
        match self {
            Self::CertificateFile { start } => Some(Judgement::FileStart(start)),
            Self::Judged { question, holds } => Some(Judgement::Verdict(question, holds)),
            _ => None,
        }
    }

    /// What two runs of the same session have in common.
    pub(crate) fn without_times(self) -> Self {
        let none = Took::default();
        match self {
            Self::Answer(answer) => Self::Answer(AnswerRecord { took_us: none, ..answer }),
            Self::Refused { .. } => Self::Refused { took_us: none },
            Self::CardLost { .. } => Self::CardLost { took_us: none },
            Self::Resumed { new_consent, .. } => Self::Resumed { waited_us: none, new_consent },
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_status_word_is_kept_of_an_answer() {
        let sw = |answer: &[u8]| AnswerRecord::of(answer, Duration::ZERO).sw.map(|sw| sw.0);
        assert_eq!(sw(&[0x90, 0x00]), Some(0x9000));
        assert_eq!(sw(b"body\x63\xC2"), Some(0x63C2));
        assert_eq!(sw(&[0x6F, 0x12]), Some(0x6F12));
        for cut in
            [&[][..], &[0x90], b"ZA", "名".as_bytes(), b"-io", &[0x60, 0x00], &[0x70, 0x00], &[0xA0, 0x00]]
        {
            assert_eq!(sw(cut), None, "{cut:02X?}");
        }
        let longest = |len: usize| AnswerRecord::of(&vec![0x90; len], Duration::ZERO).answer_len;
        assert_eq!([65_538, 65_539, 70_000].map(longest), [65_538, 65_539, 65_539]);
        let record = AnswerRecord::of(b"body\x90\x00", Duration::from_millis(2));
        assert_eq!((record.answer_len, record.data_len()), (6, 4));
        assert_eq!(serde_json::to_string(&record).unwrap(), r#"{"answer_len":6,"sw":"9000","took_us":2000}"#);
    }

    #[test]
    fn a_code_is_one_of_those_there_are() {
        for code in Failure::CODES.iter().copied().chain(["completed"]) {
            let read: Code = serde_json::from_str(&format!("\"{code}\"")).unwrap();
            assert_eq!(read.as_str(), code);
        }
        assert!(serde_json::from_str::<Code>("\"KAZASU2026\"").is_err());
    }
}
