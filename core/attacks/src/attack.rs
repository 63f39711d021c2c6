//! One attack, and what has to become of it.

use kazasu_cert::DerRule;
use kazasu_verify::{Rejection, Verdict};

use crate::Question;

/// A submission and the answer it must get.
#[derive(Clone, Debug)]
pub struct Attack {
    /// Number in the table of docs/certificate-facts.md §4.4; `None` for a control, which is no attack.
    pub case: Option<u8>,
    /// What is wrong.
    pub title: String,
    /// What the verifier is given.
    pub question: Question,
    /// What it must say.
    pub expected: Expected,
}

/// What a verifier must say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Yes, with the holder's attributes or, from a log-in or several signers, without.
    Accepted {
        /// Whether the attributes are returned.
        attributes: bool,
    },
    /// No, and this first.
    Rejected(Rejection),
    /// No, because the certificate breaks this rule of DER; the place in it is not compared.
    NotDer(DerRule),
    /// Neither yes nor no, and this code first.
    Open(&'static str),
}

impl Expected {
    /// The verdict.
    pub const fn verdict(&self) -> Verdict {
        match self {
            Self::Accepted { .. } => Verdict::Accepted,
            Self::Rejected(_) | Self::NotDer(_) => Verdict::Rejected,
            Self::Open(_) => Verdict::Indeterminate,
        }
    }

    /// The code that stands first.
    pub const fn code(&self) -> Option<&'static str> {
        match self {
            Self::Accepted { .. } => None,
            Self::Rejected(rejection) => Some(rejection.code()),
            Self::NotDer(_) => Some("der"),
            Self::Open(code) => Some(*code),
        }
    }
}

impl Attack {
    pub(crate) fn new(case: u8, title: impl Into<String>, question: Question, expected: Expected) -> Self {
        Self { case: Some(case), title: title.into(), question, expected }
    }

    /// Name of the vector, unique and fit for a file: `08-the-same-under-the-ca-s-name`.
    pub fn id(&self) -> String {
        let words: Vec<String> = self
            .title
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_ascii_lowercase)
            .collect();
        let prefix = self.case.map_or_else(|| "control".to_owned(), |case| format!("{case:02}"));
        format!("{prefix}-{}", words.join("-"))
    }
}
