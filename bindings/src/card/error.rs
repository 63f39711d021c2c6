use kazasu_card as card;
use kazasu_card::Failure;

use super::step::count;
use super::{CertificateKind, Known, SecretKind, Signature, Stage};

/// Why a session did not do what was asked. After a VERIFY the application has been left all the same.
///
/// What each means for the tries stands in the outcome's `tries`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum CardError {
    /// SELECT of the JPKI application was refused: another kind of card.
    #[error("no JPKI application on this card ({status_word:04X})")]
    NotJpki {
        /// The card's answer.
        status_word: u16,
    },
    /// The certificate is not on the card; the signing certificate normally is not issued to children under 15.
    #[error("certificate not issued: {certificate:?}")]
    NotIssued {
        /// Which one.
        certificate: CertificateKind,
    },
    /// A phone is presented: it wants the PIN before it gives its authentication certificate.
    #[error("this token gives its authentication certificate after the PIN only")]
    PinNeeded {
        /// Its label, if it could be read.
        label: Option<String>,
    },
    /// The secret was wrong; one try is spent.
    #[error("wrong secret: {secret:?}, remaining tries {remaining:?}")]
    WrongSecret {
        /// Which one.
        secret: SecretKind,
        /// As the card said; absent when it did not.
        remaining: Option<u8>,
    },
    /// No tries remain. Only the municipal office can unblock it, or a convenience-store kiosk for one of the two secrets if
    /// the other is known. Also the answer of some cards whose certificate is not issued.
    #[error("blocked: {secret:?}")]
    Blocked {
        /// Which one.
        secret: SecretKind,
    },
    /// Not more tries remain than the caller's floor, and there was no consent for that. No VERIFY was sent.
    #[error("refused: only {remaining} tries remain of {secret:?}")]
    LastTry {
        /// Which one.
        secret: SecretKind,
        /// As the card said.
        remaining: u8,
    },
    /// The card does not report its tries, and there was no consent for a possible last one. No VERIFY was sent.
    #[error("refused: the card does not report the tries of {secret:?}")]
    TriesNotReported {
        /// Which one.
        secret: SecretKind,
    },
    /// The card was lost; no try was lost with it.
    #[error("card lost during {stage:?}; nothing is spent")]
    CardLost {
        /// What it was doing.
        stage: Stage,
        /// `NothingSpent` or `SecretAccepted`.
        known: Known,
    },
    /// The card was lost during VERIFY, or its answer does not say what became of the secret. The try may be spent: read the
    /// tries before the next entry.
    #[error("outcome of VERIFY unknown: {secret:?}")]
    VerifyOutcomeUnknown {
        /// Which secret.
        secret: SecretKind,
        /// Tries before the VERIFY, if the card reported them.
        before: Option<u8>,
    },
    /// The card was lost during CHANGE, or its answer is neither success nor a clear refusal. Present or new value may be in
    /// force: after a look at the tries, enter the new one first; the other one is right if it is not.
    #[error("outcome of the change unknown: {secret:?}")]
    ChangeOutcomeUnknown {
        /// Which secret.
        secret: SecretKind,
    },
    /// A VERIFY of unknown outcome was looked into on the next tap. Anything further takes a new session and a new consent.
    #[error("VERIFY reconciled: {finding:?}")]
    Reconciled {
        /// Which secret.
        secret: SecretKind,
        /// What the counter tells.
        finding: Reconciliation,
    },
    /// The card wants the secret again before the next signature. What was signed before is here; sign the rest in a new
    /// session.
    #[error("the card wants the secret again after {} signatures", signatures.len())]
    SecretNeededAgain {
        /// The signatures made and checked so far, in order.
        signatures: Vec<Signature>,
    },
    /// Not the card of the tap before. No VERIFY reached it.
    #[error("another card was presented")]
    OtherCard,
    /// The card does not carry the authentication certificate that the caller named. No VERIFY reached it.
    #[error("the card does not carry the known certificate")]
    NotTheKnownCertificate,
    /// A status word that this step does not allow. Not to VERIFY, whose outcome is then unknown; to CHANGE it is a refusal,
    /// and the present value stays in force.
    #[error("{stage:?} answered with {status_word:04X}")]
    UnexpectedStatus {
        /// The step.
        stage: Stage,
        /// The card's answer.
        status_word: u16,
    },
    /// An answer of 0 or 1 bytes.
    #[error("{stage:?} answered with {len} bytes and no status word")]
    NoStatusWord {
        /// The step.
        stage: Stage,
        /// 0 or 1.
        len: u32,
    },
    /// More data than was asked for, or data where the step has none. Not to VERIFY and CHANGE, whose outcome is then unknown.
    #[error("{stage:?} answered with {got} bytes of data; asked for {asked}")]
    AnswerTooLong {
        /// The step.
        stage: Stage,
        /// Ne of the command, in bytes.
        asked: u32,
        /// Bytes of data received.
        got: u32,
    },
    /// The certificate on the card ends before its own DER length does, or that length is beyond all reason.
    #[error("{certificate:?} is incomplete: {read} of {total:?} bytes")]
    CertificateIncomplete {
        /// Which one.
        certificate: CertificateKind,
        /// Bytes the card gave.
        read: u32,
        /// Bytes its DER header announces, if it could be read.
        total: Option<u32>,
    },
    /// The certificate, its key or the CMS around it is of a kind that nothing can be signed with.
    #[error("unusable certificate: {reason}")]
    CertificateUnusable {
        /// What is wrong with it.
        reason: String,
    },
    /// The card's signature does not fit the key in its certificate.
    #[error("the signature does not match the certificate")]
    SignatureMismatch,
    /// The channel could not carry a command that has no shorter form.
    #[error("the channel refused the command of {stage:?}")]
    ChannelRefused {
        /// The step.
        stage: Stage,
    },
    /// The caller cancelled.
    #[error("cancelled")]
    Cancelled,
    /// A request without documents.
    #[error("there is nothing to sign")]
    NothingToSign,
    /// A defect of the SDK.
    #[error("{description}")]
    Unknown {
        /// What the core says.
        description: String,
    },
}

#[uniffi::export]
impl CardError {
    /// Its code in the error catalogue.
    pub fn code(&self) -> String {
        match self {
            Self::NotJpki { .. } => "not_a_jpki_card",
            Self::NotIssued { .. } => "certificate_not_issued",
            Self::PinNeeded { .. } => "pin_needed",
            Self::WrongSecret { .. } => "wrong_secret",
            Self::Blocked { .. } => "blocked",
            Self::LastTry { .. } => "last_try",
            Self::TriesNotReported { .. } => "tries_not_reported",
            Self::CardLost { .. } => "card_lost",
            Self::VerifyOutcomeUnknown { .. } => "verify_outcome_unknown",
            Self::ChangeOutcomeUnknown { .. } => "change_outcome_unknown",
            Self::Reconciled { finding, .. } => {
                return card::Reconciliation::from(*finding).code().to_owned();
            }
            Self::SecretNeededAgain { .. } => "secret_needed_again",
            Self::OtherCard => "other_card",
            Self::NotTheKnownCertificate => "not_the_known_certificate",
            Self::UnexpectedStatus { .. } => "unexpected_status",
            Self::NoStatusWord { .. } => "no_status_word",
            Self::AnswerTooLong { .. } => "answer_too_long",
            Self::CertificateIncomplete { .. } => "certificate_incomplete",
            Self::CertificateUnusable { .. } => "certificate_unusable",
            Self::SignatureMismatch => "signature_mismatch",
            Self::ChannelRefused { .. } => "channel_refused",
            Self::Cancelled => "interrupted",
            Self::NothingToSign => "nothing_to_sign",
            Self::Unknown { .. } => "bug",
        }
        .to_owned()
    }
}

impl From<Failure> for CardError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NotJpki { sw } => Self::NotJpki { status_word: sw.0 },
            Failure::NotIssued { certificate } => Self::NotIssued { certificate: certificate.into() },
            Failure::PinNeeded { label } => Self::PinNeeded { label },
            Failure::WrongSecret { secret, remaining } => {
                Self::WrongSecret { secret: secret.into(), remaining }
            }
            Failure::Blocked { secret } => Self::Blocked { secret: secret.into() },
            Failure::LastTry { secret, remaining } => Self::LastTry { secret: secret.into(), remaining },
            Failure::TriesNotReported { secret } => Self::TriesNotReported { secret: secret.into() },
            Failure::CardLost { stage, known } => Self::CardLost { stage: stage.into(), known: known.into() },
            Failure::VerifyOutcomeUnknown { secret, before } => {
                Self::VerifyOutcomeUnknown { secret: secret.into(), before }
            }
            Failure::ChangeOutcomeUnknown { secret } => Self::ChangeOutcomeUnknown { secret: secret.into() },
            Failure::Reconciled { secret, finding } => {
                Self::Reconciled { secret: secret.into(), finding: finding.into() }
            }
            Failure::SecretNeededAgain { signatures } => {
                Self::SecretNeededAgain { signatures: signatures.into_iter().map(Into::into).collect() }
            }
            Failure::OtherCard => Self::OtherCard,
            Failure::NotTheKnownCertificate => Self::NotTheKnownCertificate,
            Failure::UnexpectedStatus { stage, sw } => {
                Self::UnexpectedStatus { stage: stage.into(), status_word: sw.0 }
            }
            Failure::NoStatusWord { stage, len } => {
                Self::NoStatusWord { stage: stage.into(), len: count(len) }
            }
            Failure::AnswerTooLong { stage, asked, got } => {
                Self::AnswerTooLong { stage: stage.into(), asked: count(asked), got: count(got) }
            }
            Failure::CertificateIncomplete { certificate, read, total } => Self::CertificateIncomplete {
                certificate: certificate.into(),
                read: count(read),
                total: total.map(count),
            },
            Failure::Certificate(error) => Self::CertificateUnusable { reason: error.to_string() },
            Failure::Key(error) => Self::CertificateUnusable { reason: error.to_string() },
            Failure::Cms(error) => Self::CertificateUnusable { reason: error.to_string() },
            Failure::SignatureMismatch => Self::SignatureMismatch,
            Failure::ChannelRefused { stage } => Self::ChannelRefused { stage: stage.into() },
            Failure::Cancelled => Self::Cancelled,
            Failure::NothingToSign => Self::NothingToSign,
            other => Self::Unknown { description: other.to_string() },
        }
    }
}

/// What the counter tells about a VERIFY of unknown outcome. A right secret puts the counter back to its maximum, a wrong
/// one takes one off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Reconciliation {
    /// The counter is as before: the VERIFY did not reach the card.
    NotCounted {
        /// Tries now.
        remaining: u8,
    },
    /// One less than before: the secret was wrong.
    Counted {
        /// Tries now.
        remaining: u8,
    },
    /// It was the last try and it was wrong.
    Blocked,
    /// Back at its maximum from below: the secret was right.
    Right {
        /// Tries now.
        remaining: u8,
    },
    /// At its maximum as before: not counted or right, which look the same. Nothing is spent.
    NothingSpent {
        /// Tries now.
        remaining: u8,
    },
    /// None of these: somebody else used the card in between, or it does not report its tries.
    Inconclusive {
        /// Before the VERIFY.
        before: Option<u8>,
        /// Now; absent when not reported, 0 when blocked.
        now: Option<u8>,
    },
}

impl From<card::Reconciliation> for Reconciliation {
    fn from(finding: card::Reconciliation) -> Self {
        match finding {
            card::Reconciliation::NotCounted { remaining } => Self::NotCounted { remaining },
            card::Reconciliation::Counted { remaining } => Self::Counted { remaining },
            card::Reconciliation::Blocked => Self::Blocked,
            card::Reconciliation::Right { remaining } => Self::Right { remaining },
            card::Reconciliation::NothingSpent { remaining } => Self::NothingSpent { remaining },
            card::Reconciliation::Inconclusive { before, now } => Self::Inconclusive { before, now },
        }
    }
}

impl From<Reconciliation> for card::Reconciliation {
    fn from(finding: Reconciliation) -> Self {
        match finding {
            Reconciliation::NotCounted { remaining } => Self::NotCounted { remaining },
            Reconciliation::Counted { remaining } => Self::Counted { remaining },
            Reconciliation::Blocked => Self::Blocked,
            Reconciliation::Right { remaining } => Self::Right { remaining },
            Reconciliation::NothingSpent { remaining } => Self::NothingSpent { remaining },
            Reconciliation::Inconclusive { before, now } => Self::Inconclusive { before, now },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use kazasu_card::StatusWord;

    use super::*;

    /// One failure of each kind that can be made from outside the core.
    fn failures() -> Vec<Failure> {
        let (stage, sw) = (card::Stage::Selecting, StatusWord(0x6F00));
        let secret = card::SecretKind::SigningPassword;
        let certificate = card::CertificateKind::Signing;
        vec![
            Failure::NotJpki { sw },
            Failure::NotIssued { certificate },
            Failure::PinNeeded { label: None },
            Failure::WrongSecret { secret, remaining: Some(4) },
            Failure::Blocked { secret },
            Failure::LastTry { secret, remaining: 1 },
            Failure::TriesNotReported { secret },
            Failure::CardLost { stage, known: card::Known::NothingSpent },
            Failure::VerifyOutcomeUnknown { secret, before: None },
            Failure::ChangeOutcomeUnknown { secret },
            Failure::Reconciled { secret, finding: card::Reconciliation::Counted { remaining: 2 } },
            Failure::SecretNeededAgain { signatures: Vec::new() },
            Failure::OtherCard,
            Failure::NotTheKnownCertificate,
            Failure::UnexpectedStatus { stage, sw },
            Failure::NoStatusWord { stage, len: 1 },
            Failure::AnswerTooLong { stage, asked: 1, got: 2 },
            Failure::CertificateIncomplete { certificate, read: 1, total: None },
            Failure::Key(kazasu_cert::PublicKey::from_spki_der(&[]).unwrap_err()),
            Failure::SignatureMismatch,
            Failure::ChannelRefused { stage },
            Failure::Cancelled,
            Failure::NothingToSign,
        ]
    }

    #[test]
    fn each_code_is_that_of_the_core() {
        let mut seen = BTreeSet::new();
        for failure in failures() {
            let code = failure.code();
            seen.insert(code);
            assert_eq!(CardError::from(failure).code(), code);
        }
        seen.insert("bug");
        assert_eq!(seen, Failure::CODES.iter().copied().collect());
    }

    #[test]
    fn what_is_told_stays_told() {
        let secret = card::SecretKind::AuthenticationPin;
        let wrong = CardError::from(Failure::WrongSecret { secret, remaining: Some(2) });
        assert_eq!(
            wrong,
            CardError::WrongSecret { secret: SecretKind::AuthenticationPin, remaining: Some(2) }
        );
        let finding = card::Reconciliation::Inconclusive { before: Some(3), now: None };
        assert_eq!(card::Reconciliation::from(Reconciliation::from(finding)), finding);
    }
}
