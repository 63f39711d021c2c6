use std::fmt;

use kazasu_card as card;

use super::Outcome;

/// What the shell does next.
#[derive(uniffi::Enum)]
#[uniffi::export(Debug)]
pub enum Step {
    /// Send the command and hand the answer to `handleResponse`.
    Transmit {
        /// The bytes to send. They may hold a secret: overwrite the array after transmission.
        command: Vec<u8>,
        /// What the card is about to do, for a progress display.
        stage: Stage,
        /// How much of the tap is left, by a model of card and link.
        left: TimeLeft,
    },
    /// The card was lost with the work unfinished. Ask for another tap and call `resume`, or give up with `abandon`.
    NeedTap {
        /// What is known about the secret.
        known: Known,
    },
    /// The session is over. Power the card down.
    Done {
        /// How it went.
        outcome: Outcome,
    },
}

impl Step {
    pub(super) fn new(step: card::Step, left: TimeLeft) -> Self {
        match step {
            card::Step::Transmit(transmit) => {
                Self::Transmit { command: transmit.command().to_vec(), stage: transmit.stage().into(), left }
            }
            card::Step::NeedTap(tap) => Self::NeedTap { known: tap.known.into() },
            card::Step::Done(outcome) => Self::Done { outcome: outcome.into() },
        }
    }
}

/// A command may hold a secret: its length is all that shows.
impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transmit { command, stage, .. } => {
                write!(f, "Transmit({stage:?}, {} bytes)", command.len())
            }
            Self::NeedTap { known } => write!(f, "NeedTap({known:?})"),
            Self::Done { outcome } => write!(f, "Done({outcome:?})"),
        }
    }
}

/// What is left of a tap: an estimate, which may go up once when the card turns out to be another one than assumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct TimeLeft {
    /// Until the last answer, the command at hand included.
    pub milliseconds: u32,
    /// Commands, the one at hand included.
    pub exchanges: u32,
    /// Of the whole tap, in thousandths: for a progress bar.
    pub done_permille: u16,
}

impl TimeLeft {
    pub(super) const NONE: Self = Self { milliseconds: 0, exchanges: 0, done_permille: 1000 };
}

impl From<card::TimeLeft> for TimeLeft {
    fn from(left: card::TimeLeft) -> Self {
        Self {
            milliseconds: u32::try_from(left.time.as_millis()).unwrap_or(u32::MAX),
            exchanges: count(left.exchanges),
            done_permille: left.done_permille,
        }
    }
}

/// What the card is doing; data for a progress display, not a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Stage {
    /// Selecting the JPKI application.
    Selecting,
    /// Reading which card this is (start of the authentication certificate).
    Recognising,
    /// Reading token label or availability.
    ReadingInfo,
    /// Asking for the remaining tries.
    QueryingTries {
        /// Of which secret.
        secret: SecretKind,
    },
    /// Sending the secret: a lost card from here on leaves the outcome unknown.
    Verifying {
        /// Which secret.
        secret: SecretKind,
    },
    /// Reading a certificate.
    ReadingCertificate {
        /// Which one.
        certificate: CertificateKind,
        /// Bytes read so far.
        read: u32,
        /// Bytes in all, once the first answer has told.
        total: Option<u32>,
    },
    /// The card computes a signature: the longest single exchange.
    Signing {
        /// 1 for the first document.
        document: u32,
        /// Number of documents.
        of: u32,
    },
    /// Writing the new secret: a lost card leaves the outcome unknown.
    Changing {
        /// Which secret.
        secret: SecretKind,
    },
    /// Leaving the application by selecting another one. Only power-down is certain to close the key.
    Leaving,
    /// A stage that this version has no name for.
    Other,
}

impl From<card::Stage> for Stage {
    fn from(stage: card::Stage) -> Self {
        match stage {
            card::Stage::Selecting => Self::Selecting,
            card::Stage::Recognising => Self::Recognising,
            card::Stage::ReadingInfo => Self::ReadingInfo,
            card::Stage::QueryingTries { secret } => Self::QueryingTries { secret: secret.into() },
            card::Stage::Verifying { secret } => Self::Verifying { secret: secret.into() },
            card::Stage::ReadingCertificate { certificate, read, total } => Self::ReadingCertificate {
                certificate: certificate.into(),
                read: count(read),
                total: total.map(count),
            },
            card::Stage::Signing { document, of } => {
                Self::Signing { document: count(document), of: count(of) }
            }
            card::Stage::Changing { secret } => Self::Changing { secret: secret.into() },
            card::Stage::Leaving => Self::Leaving,
            _ => Self::Other,
        }
    }
}

/// What is known about a try when the card is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Known {
    /// No VERIFY was sent: nothing is spent. The next tap continues with the same consent.
    NothingSpent,
    /// The VERIFY was under way: the try may or may not be spent. The next tap reads the counter and says which; it sends
    /// no VERIFY.
    VerifyOutcomeUnknown,
    /// The secret was right (nothing is spent), but the card has forgotten it. The next tap needs a new consent:
    /// `resumeWithPin` or `resumeWithPassword`.
    SecretAccepted,
}

impl From<card::Known> for Known {
    fn from(known: card::Known) -> Self {
        match known {
            card::Known::NothingSpent => Self::NothingSpent,
            card::Known::VerifyOutcomeUnknown => Self::VerifyOutcomeUnknown,
            card::Known::SecretAccepted => Self::SecretAccepted,
        }
    }
}

/// One of the two secrets of the JPKI application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum SecretKind {
    /// 利用者証明用暗証番号: four digits, three tries.
    AuthenticationPin,
    /// 署名用パスワード: 6 to 16 characters, five tries.
    SigningPassword,
}

/// One of the four certificates of the JPKI application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum CertificateKind {
    /// 署名用電子証明書; readable after the signing password.
    Signing,
    /// Certificate of the CA that issued the signing certificate; freely readable. Data, never an anchor.
    SigningCa,
    /// 利用者証明用電子証明書; freely readable on a card, after the PIN on a phone.
    Authentication,
    /// Certificate of the CA that issued the authentication certificate; freely readable.
    AuthenticationCa,
}

impl From<card::CertificateKind> for CertificateKind {
    fn from(kind: card::CertificateKind) -> Self {
        match kind {
            card::CertificateKind::Signing => Self::Signing,
            card::CertificateKind::SigningCa => Self::SigningCa,
            card::CertificateKind::Authentication => Self::Authentication,
            card::CertificateKind::AuthenticationCa => Self::AuthenticationCa,
        }
    }
}

/// A number of bytes or things. None of ours comes near the limit.
pub(crate) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
