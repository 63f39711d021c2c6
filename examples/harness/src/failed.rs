use kazasu_card::{Failure, Misuse, Reconciliation, SecretError, SecretKind, Stage, Tries, TriesReport};
use serde_json::{Map, Value, json};

/// A command that did not do what it was asked: exit code, stable code for programs, sentence, and fields.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) exit: u8,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) fields: Map<String, Value>,
}

impl Failed {
    pub(crate) fn new(exit: u8, code: &'static str, message: impl Into<String>) -> Self {
        Self { exit, code, message: message.into(), fields: Map::new() }
    }

    /// Usage, unreadable input or unwritable output.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(2, "usage", message)
    }

    pub(crate) fn file(code: &'static str, path: &std::path::Path, error: &dyn std::fmt::Display) -> Self {
        Self::new(2, code, format!("{}: {error}", path.display())).with("file", path.display().to_string())
    }

    pub(crate) fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(field.to_owned(), value.into());
        self
    }

    /// What a card session's failure means here.
    pub(crate) fn from_card(failure: &Failure, tries: TriesReport) -> Self {
        let (exit, code) = exit_and_code(failure);
        let mut failed = Self::new(exit, code, sentence(failure));
        if let Failure::UnexpectedStatus { sw, .. } | Failure::NotJpki { sw } = failure {
            failed = failed.with("status_word", sw.to_string());
        }
        if let Failure::UnexpectedStatus { stage, .. }
        | Failure::NoStatusWord { stage, .. }
        | Failure::AnswerTooLong { stage, .. }
        | Failure::ChannelRefused { stage }
        | Failure::CardLost { stage, .. } = failure
        {
            failed = failed.with("step", step(stage));
        }
        if let Failure::Reconciled { finding, .. } = failure {
            failed = failed.with("finding", json!(finding).get("finding").cloned().unwrap_or_default());
        }
        if let Some(secret) = secret_of(failure) {
            failed = failed.with("secret", json!(secret)).with("remaining_tries", remaining(tries.of(secret)));
        }
        failed
    }

    pub(crate) fn interrupted(tries: TriesReport) -> Self {
        let mut failed = Self::new(130, "interrupted", "Interrupted; the card was left closed.");
        for (name, tries) in [("authentication", tries.authentication), ("signing", tries.signing)] {
            if tries != Tries::NotAsked {
                failed = failed.with(&format!("remaining_tries_{name}"), remaining(tries));
            }
        }
        failed
    }
}

impl From<SecretError> for Failed {
    fn from(error: SecretError) -> Self {
        Self::new(20, "malformed_secret", format!("{error}. Nothing was sent to the card."))
    }
}

impl From<Misuse> for Failed {
    fn from(misuse: Misuse) -> Self {
        Self::new(70, "bug", format!("internal error: {misuse}"))
    }
}

/// Remaining tries as JSON: 0 when blocked, null when the card did not say.
pub(crate) fn remaining(tries: Tries) -> Value {
    match tries {
        Tries::Remaining(remaining) => remaining.into(),
        Tries::Blocked => 0.into(),
        Tries::NotAsked | Tries::NotReported | Tries::Unknown => Value::Null,
    }
}

fn step(stage: &Stage) -> Value {
    json!(stage).get("stage").cloned().unwrap_or_default()
}

const fn exit_and_code(failure: &Failure) -> (u8, &'static str) {
    match failure {
        Failure::NotJpki { .. } => (12, "not_a_jpki_card"),
        Failure::NotIssued { .. } => (13, "certificate_not_issued"),
        Failure::PinNeeded { .. } => (2, "pin_needed"),
        Failure::WrongSecret { .. } | Failure::Reconciled { finding: Reconciliation::Counted { .. }, .. } => {
            (21, "wrong_secret")
        }
        Failure::Blocked { .. } | Failure::Reconciled { finding: Reconciliation::Blocked, .. } => (22, "blocked"),
        Failure::LastTry { .. } => (23, "last_try"),
        Failure::TriesNotReported { .. } => (23, "tries_not_reported"),
        Failure::OtherCard => (30, "other_card"),
        Failure::Reconciled { finding: Reconciliation::Inconclusive { .. }, .. }
        | Failure::VerifyOutcomeUnknown { .. } => (31, "verify_outcome_unknown"),
        Failure::CardLost { .. } | Failure::Reconciled { .. } => (30, "card_lost"),
        Failure::SecretNeededAgain { .. } => (30, "secret_needed_again"),
        Failure::ChangeOutcomeUnknown { .. } => (31, "change_outcome_unknown"),
        Failure::UnexpectedStatus { .. } => (32, "unexpected_status"),
        Failure::NoStatusWord { .. } => (32, "no_status_word"),
        Failure::AnswerTooLong { .. } => (32, "answer_too_long"),
        Failure::CertificateIncomplete { .. } => (32, "certificate_incomplete"),
        Failure::Certificate(_) | Failure::Key(_) | Failure::Cms(_) => (32, "certificate_unusable"),
        Failure::ChannelRefused { .. } => (32, "channel_refused"),
        Failure::SignatureMismatch => (40, "signature_mismatch"),
        Failure::NotTheKnownCertificate => (40, "not_the_known_certificate"),
        Failure::Cancelled => (130, "interrupted"),
        _ => (70, "bug"),
    }
}

fn sentence(failure: &Failure) -> String {
    let text = match failure {
        Failure::NotJpki { .. } => "This is not a My Number Card: it has no JPKI application.",
        Failure::NotIssued { .. } => "This certificate is not on the card. Children under 15 normally have no signing certificate.",
        Failure::Blocked { .. } => {
            "No tries remain. The municipal office can unblock it; a convenience-store kiosk can if the other secret is known."
        }
        Failure::LastTry { .. } => "One wrong entry from now would block the card. Give --last-try to use the last try.",
        Failure::TriesNotReported { .. } => "The card does not report its remaining tries. Give --last-try to try all the same.",
        Failure::CardLost { .. } => "The card was lost. No try was spent; hold it still and start again.",
        Failure::VerifyOutcomeUnknown { .. } => {
            "The card was lost while it checked the secret: a try may be spent. See `kazasu tries` before the next entry."
        }
        Failure::ChangeOutcomeUnknown { .. } => {
            "The card was lost during the change: the present or the new secret may be in force. See `kazasu tries` first."
        }
        Failure::OtherCard => "Another card was presented. Nothing was sent to it.",
        Failure::NotTheKnownCertificate => "The card does not carry the given certificate. Nothing was sent to it.",
        Failure::SignatureMismatch => "The card's signature does not match its certificate. It was thrown away.",
        other => return capitalised(&with_source(other)),
    };
    text.to_owned()
}

fn with_source(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {}.", with_source(source).trim_end_matches('.')),
        None => format!("{error}."),
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn secret_of(failure: &Failure) -> Option<SecretKind> {
    match failure {
        Failure::WrongSecret { secret, .. }
        | Failure::Blocked { secret }
        | Failure::LastTry { secret, .. }
        | Failure::TriesNotReported { secret }
        | Failure::VerifyOutcomeUnknown { secret, .. }
        | Failure::ChangeOutcomeUnknown { secret }
        | Failure::Reconciled { secret, .. } => Some(*secret),
        Failure::UnexpectedStatus { stage: Stage::Verifying { secret } | Stage::Changing { secret }, .. } => Some(*secret),
        _ => None,
    }
}
