use kazasu_cert::{CertificateError, CmsError, KeyError};
use serde::{Deserialize, Serialize};

use crate::apdu::{ApduError, StatusWord};
use crate::application::{CertificateKind, SecretKind};
use crate::codes::codes;
use crate::outcome::Signature;
use crate::step::{Known, Stage};

/// Why a session did not do what was asked. After a VERIFY the application has been left all the same.
///
/// What each means for the tries is in [`Outcome::tries`](crate::Outcome::tries).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// SELECT of the JPKI application was refused: another kind of card.
    #[error("no JPKI application on this card ({sw})")]
    NotJpki {
        /// The card's answer.
        sw: StatusWord,
    },
    /// The certificate is not on the card; the signing certificate normally is not issued to children under 15.
    #[error("certificate not issued: {certificate:?}")]
    NotIssued {
        /// Which one.
        certificate: CertificateKind,
    },
    /// A phone is presented: it wants the PIN before it gives its authentication certificate (docs/card-facts.md §8.1).
    #[error("this token gives its authentication certificate after the PIN only")]
    PinNeeded {
        /// Its label, trimmed, if it could be read; `JPKIAPGPSETOKEN` is an Android phone.
        label: Option<String>,
    },
    /// The secret was wrong; one try is spent.
    #[error("wrong secret: {secret:?}, remaining tries {remaining:?}")]
    WrongSecret {
        /// Which one.
        secret: SecretKind,
        /// As the card said; `None` when it did not.
        remaining: Option<u8>,
    },
    /// No tries remain. Only the municipal office can unblock it, or a convenience-store kiosk for one of the two secrets if
    /// the other is known (docs/card-facts.md §3.3). Also the answer of some cards whose certificate is not issued.
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
        /// [`Known::NothingSpent`] or [`Known::SecretAccepted`].
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
    #[error("{stage:?} answered with {sw}")]
    UnexpectedStatus {
        /// The step.
        stage: Stage,
        /// The card's answer.
        sw: StatusWord,
    },
    /// An answer of 0 or 1 bytes.
    #[error("{stage:?} answered with {len} bytes and no status word")]
    NoStatusWord {
        /// The step.
        stage: Stage,
        /// 0 or 1.
        len: usize,
    },
    /// More data than was asked for, or data where the step has none. Not to VERIFY and CHANGE, whose outcome is then unknown.
    #[error("{stage:?} answered with {got} bytes of data; asked for {asked}")]
    AnswerTooLong {
        /// The step.
        stage: Stage,
        /// Ne of the command, in bytes.
        asked: usize,
        /// Bytes of data received.
        got: usize,
    },
    /// The certificate on the card ends before its own DER length does, or that length is beyond all reason.
    #[error("{certificate:?} is incomplete: {read} of {total:?} bytes")]
    CertificateIncomplete {
        /// Which one.
        certificate: CertificateKind,
        /// Bytes the card gave.
        read: usize,
        /// Bytes its DER header announces, if it could be read.
        total: Option<usize>,
    },
    /// The certificate cannot be parsed, so no signature can be checked against it.
    #[error("unusable certificate")]
    Certificate(#[from] CertificateError),
    /// The certificate's key is of no kind that this SDK signs with.
    #[error("unusable key in the certificate")]
    Key(#[from] KeyError),
    /// The CMS structure could not be built around the certificate.
    #[error("CMS structure")]
    Cms(#[from] CmsError),
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
    /// A command could not be composed; a defect of this crate.
    #[error("command not composed")]
    Command(#[from] ApduError),
}

codes!(Failure {
    "not_a_jpki_card": Self::NotJpki { .. },
    "certificate_not_issued": Self::NotIssued { .. },
    "pin_needed": Self::PinNeeded { .. },
    "wrong_secret": Self::WrongSecret { .. },
    "blocked": Self::Blocked { .. },
    "last_try": Self::LastTry { .. },
    "tries_not_reported": Self::TriesNotReported { .. },
    "card_lost": Self::CardLost { .. },
    "verify_outcome_unknown": Self::VerifyOutcomeUnknown { .. },
    "change_outcome_unknown": Self::ChangeOutcomeUnknown { .. },
    "secret_needed_again": Self::SecretNeededAgain { .. },
    "other_card": Self::OtherCard,
    "not_the_known_certificate": Self::NotTheKnownCertificate,
    "unexpected_status": Self::UnexpectedStatus { .. },
    "no_status_word": Self::NoStatusWord { .. },
    "answer_too_long": Self::AnswerTooLong { .. },
    "certificate_incomplete": Self::CertificateIncomplete { .. },
    "certificate_unusable": Self::Certificate(_) | Self::Key(_) | Self::Cms(_),
    "signature_mismatch": Self::SignatureMismatch,
    "channel_refused": Self::ChannelRefused { .. },
    "interrupted": Self::Cancelled,
    "nothing_to_sign": Self::NothingToSign,
    "bug": Self::Command(_),
    // A finding has the code of what it found.
    _: Self::Reconciled { finding, .. } => finding.code(),
});

/// What the counter tells about a VERIFY of unknown outcome (docs/card-facts.md §1.6, §3.2). A right secret puts the
/// counter back to its maximum, a wrong one takes one off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "finding", deny_unknown_fields)]
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
        /// Now; `None` when not reported, 0 when blocked.
        now: Option<u8>,
    },
}

codes!(Reconciliation {
    "wrong_secret": Self::Counted { .. },
    "blocked": Self::Blocked,
    "verify_outcome_unknown": Self::Inconclusive { .. },
    "card_lost": Self::NotCounted { .. } | Self::Right { .. } | Self::NothingSpent { .. },
});

/// The session was driven wrongly. The card is not involved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Misuse {
    /// `start` was called twice.
    #[error("the session has been started")]
    AlreadyStarted,
    /// There is no command whose answer could be handled.
    #[error("no command is outstanding")]
    NoCommandOutstanding,
    /// The session does not wait for a tap.
    #[error("the session does not wait for a tap")]
    NoTapAwaited,
    /// The secret was accepted and forgotten: use `resume_with`.
    #[error("a new consent is needed to resume")]
    ConsentNeeded,
    /// `resume_with` where the first consent is unspent or the outcome must be looked into first: use `resume`.
    #[error("no new consent is needed to resume")]
    ConsentNotNeeded,
    /// The other secret was given.
    #[error("this session uses {0:?}")]
    WrongSecretKind(SecretKind),
    /// The session is over.
    #[error("the session is over")]
    Finished,
}

codes!(Misuse {
    "misuse": Self::AlreadyStarted
        | Self::NoCommandOutstanding
        | Self::NoTapAwaited
        | Self::ConsentNeeded
        | Self::ConsentNotNeeded
        | Self::WrongSecretKind(_)
        | Self::Finished,
});

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_code_stands_once_and_a_finding_has_one_of_a_failure() {
        let codes: HashSet<_> = Failure::CODES.iter().collect();
        assert_eq!(codes.len(), Failure::CODES.len());
        assert!(Reconciliation::CODES.iter().all(|code| codes.contains(code)));
        assert!(Misuse::CODES.iter().all(|code| !codes.contains(code)));
        let finding = Reconciliation::Counted { remaining: 2 };
        assert_eq!(
            Failure::Reconciled { secret: SecretKind::SigningPassword, finding }.code(),
            "wrong_secret"
        );
    }
}
