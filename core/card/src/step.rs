use serde::{Deserialize, Serialize};

use crate::apdu::CommandApdu;
use crate::application::{CertificateKind, SecretKind};
use crate::outcome::Outcome;

/// What the shell does next.
#[derive(Debug)]
#[must_use = "the session waits for this step to be carried out"]
#[expect(
    clippy::large_enum_variant,
    reason = "moved once per exchange; a box would only get in the caller's way"
)]
pub enum Step {
    /// Send the command and hand the answer to [`CardSession::handle_response`](crate::CardSession::handle_response).
    Transmit(Transmit),
    /// The card was lost with the work unfinished. Ask for another tap and call
    /// [`CardSession::resume`](crate::CardSession::resume), or give up with
    /// [`CardSession::abandon`](crate::CardSession::abandon).
    NeedTap(NeedTap),
    /// The session is over. Power the card down.
    Done(Outcome),
}

/// A command on its way to the card.
#[derive(Debug)]
pub struct Transmit {
    command: CommandApdu,
    stage: Stage,
}

impl Transmit {
    pub(crate) const fn new(command: CommandApdu, stage: Stage) -> Self {
        Self { command, stage }
    }

    /// The bytes to send. They may hold a secret: send them and forget them; overwrite any copy.
    pub fn command(&self) -> &[u8] {
        self.command.as_bytes()
    }

    /// The same command with its header and lengths.
    pub const fn apdu(&self) -> &CommandApdu {
        &self.command
    }

    /// What the card is about to do, for a progress display.
    pub const fn stage(&self) -> Stage {
        self.stage
    }
}

/// What the card is doing; data for a progress display, not a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "stage", deny_unknown_fields)]
#[non_exhaustive]
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
        read: usize,
        /// Bytes in all, once the first answer has told.
        total: Option<usize>,
    },
    /// The card computes a signature: the longest single exchange.
    Signing {
        /// 1 for the first document.
        document: usize,
        /// Number of documents.
        of: usize,
    },
    /// Writing the new secret: a lost card leaves the outcome unknown.
    Changing {
        /// Which secret.
        secret: SecretKind,
    },
    /// Leaving the application by selecting another one. Only power-down is certain to close the key.
    Leaving,
}

/// The card left the field. What is known, and what the next tap would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct NeedTap {
    /// What is known about the secret.
    pub known: Known,
}

/// What is known about a try when the card is lost (docs/card-facts.md §1.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// No VERIFY was sent: nothing is spent. The next tap continues with the same consent.
    NothingSpent,
    /// The VERIFY was under way: the try may or may not be spent. The next tap reads the counter and says which; it sends
    /// no VERIFY.
    VerifyOutcomeUnknown,
    /// The secret was right (nothing is spent), but the card has forgotten it. The next tap needs a new consent:
    /// [`CardSession::resume_with`](crate::CardSession::resume_with).
    SecretAccepted,
}
