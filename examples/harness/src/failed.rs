use std::fmt;

use kazasu_card::{Failure, Misuse, SecretError, SecretKind, Stage, Tries, TriesReport};
use serde_json::{Map, Value, json};

use crate::catalogue;
use crate::wording::sentence;

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

    /// A command line that cannot be carried out.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(2, "usage", message)
    }

    /// Unreadable input or unwritable output.
    pub(crate) fn file(code: &'static str, path: &std::path::Path, error: &dyn fmt::Display) -> Self {
        Self::new(2, code, format!("{}: {error}", path.display())).with("file", path.display().to_string())
    }

    pub(crate) fn interrupted() -> Self {
        Self::new(130, "interrupted", "Interrupted; the card was left closed.")
    }

    pub(crate) fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(field.to_owned(), value.into());
        self
    }

    /// What a card session's failure means here.
    pub(crate) fn from_card(failure: &Failure, tries: TriesReport) -> Self {
        let mut failed = Self::new(exit_code(failure.code()), failure.code(), sentence(failure));
        if let Failure::UnexpectedStatus { sw, .. } | Failure::NotJpki { sw } = failure {
            failed = failed.with("status_word", sw.to_string());
        }
        if let Failure::UnexpectedStatus { stage, .. }
        | Failure::NoStatusWord { stage, .. }
        | Failure::AnswerTooLong { stage, .. }
        | Failure::ChannelRefused { stage }
        | Failure::CardLost { stage, .. } = failure
        {
            failed = failed.with("step", tag(&json!(stage), "stage"));
        }
        if let Failure::Reconciled { finding, .. } = failure {
            failed = failed.with("finding", tag(&json!(finding), "finding"));
        }
        if let Some(secret) = secret_of(failure) {
            failed =
                failed.with("secret", json!(secret)).with("remaining_tries", remaining(tries.of(secret)));
        }
        failed
    }

    /// The one object of --json.
    pub(crate) fn into_json(self) -> Value {
        let mut object = self.fields;
        object.insert("error".to_owned(), self.code.into());
        object.insert("message".to_owned(), self.message.into());
        object.insert("exit_code".to_owned(), self.exit.into());
        Value::Object(object)
    }
}

/// For people: the sentence, and the choices one on a line. The other fields are in the sentence.
impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        let choices = self.fields.values().filter_map(Value::as_array).flatten();
        choices.filter_map(Value::as_str).try_for_each(|choice| write!(f, "\n  {choice}"))
    }
}

impl From<SecretError> for Failed {
    fn from(error: SecretError) -> Self {
        Self::new(20, error.code(), catalogue::sentence(error.code()))
    }
}

impl From<Misuse> for Failed {
    fn from(misuse: Misuse) -> Self {
        Self::new(70, misuse.code(), format!("internal error: {misuse}"))
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

/// The name of an enumeration's variant.
fn tag(value: &Value, field: &str) -> Value {
    value.get(field).cloned().unwrap_or_default()
}

/// The exit code that a card session's code belongs to.
fn exit_code(code: &str) -> u8 {
    match code {
        "pin_needed" => 2,
        "not_a_jpki_card" => 12,
        "certificate_not_issued" => 13,
        "wrong_secret" => 21,
        "blocked" => 22,
        "last_try" | "tries_not_reported" => 23,
        "card_lost" | "other_card" => 30,
        "verify_outcome_unknown" | "change_outcome_unknown" => 31,
        "unexpected_status"
        | "no_status_word"
        | "answer_too_long"
        | "certificate_incomplete"
        | "certificate_unusable"
        | "channel_refused" => 32,
        "signature_mismatch" | "not_the_known_certificate" => 40,
        "interrupted" => 130,
        _ => 70,
    }
}

fn secret_of(failure: &Failure) -> Option<SecretKind> {
    match failure {
        Failure::WrongSecret { secret, .. }
        | Failure::Blocked { secret }
        | Failure::LastTry { secret, .. }
        | Failure::TriesNotReported { secret }
        | Failure::VerifyOutcomeUnknown { secret, .. }
        | Failure::ChangeOutcomeUnknown { secret }
        | Failure::Reconciled { secret, .. }
        | Failure::UnexpectedStatus {
            stage: Stage::Verifying { secret } | Stage::Changing { secret }, ..
        } => Some(*secret),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use kazasu_card::{CertificateKind, Known, Reconciliation, StatusWord};

    use super::*;

    const PIN: SecretKind = SecretKind::AuthenticationPin;

    fn json(failure: &Failure, tries: Tries) -> Value {
        Failed::from_card(failure, TriesReport { authentication: tries, signing: Tries::NotAsked })
            .into_json()
    }

    /// Those that no simulated card and no virtual reader brings about on demand.
    #[test]
    fn exit_codes() {
        let reconciled = |finding| Failure::Reconciled { secret: PIN, finding };
        for (failure, exit) in [
            (Failure::NotJpki { sw: StatusWord(0x6A82) }, 12),
            (reconciled(Reconciliation::Counted { remaining: 1 }), 21),
            (reconciled(Reconciliation::Blocked), 22),
            (reconciled(Reconciliation::NotCounted { remaining: 2 }), 30),
            (reconciled(Reconciliation::NothingSpent { remaining: 3 }), 30),
            (reconciled(Reconciliation::Right { remaining: 3 }), 30),
            (reconciled(Reconciliation::Inconclusive { before: Some(3), now: None }), 31),
            (Failure::CardLost { stage: Stage::Selecting, known: Known::NothingSpent }, 30),
            (Failure::OtherCard, 30),
            (Failure::VerifyOutcomeUnknown { secret: PIN, before: Some(3) }, 31),
            (Failure::ChangeOutcomeUnknown { secret: PIN }, 31),
            (Failure::UnexpectedStatus { stage: Stage::Selecting, sw: StatusWord(0x6F00) }, 32),
            (Failure::NoStatusWord { stage: Stage::Selecting, len: 1 }, 32),
            (Failure::AnswerTooLong { stage: Stage::Selecting, asked: 0, got: 1 }, 32),
            (Failure::ChannelRefused { stage: Stage::Selecting }, 32),
            (Failure::NotIssued { certificate: CertificateKind::Signing }, 13),
            (Failure::Cancelled, 130),
            (Failure::NothingToSign, 70),
        ] {
            let json = json(&failure, Tries::NotAsked);
            assert_eq!(json["exit_code"], exit, "{json}");
            let message = json["message"].as_str().unwrap();
            // Not the names that the program uses for itself.
            assert!(!message.contains(['{', '_', '(']) || message.contains("(6A82)"), "{message}");
        }
    }

    #[test]
    fn fields_beside_the_code() {
        let unknown = json(&Failure::VerifyOutcomeUnknown { secret: PIN, before: Some(3) }, Tries::Unknown);
        assert_eq!(unknown["remaining_tries"], Value::Null);
        assert_eq!(unknown["secret"], "authentication_pin");
        let right = Reconciliation::Right { remaining: 3 };
        let right = json(&Failure::Reconciled { secret: PIN, finding: right }, Tries::Remaining(3));
        assert_eq!((&right["finding"], &right["remaining_tries"]), (&json!("right"), &json!(3)));
        let stage = Stage::Verifying { secret: PIN };
        let odd = json(&Failure::UnexpectedStatus { stage, sw: StatusWord(0x6F00) }, Tries::Unknown);
        assert_eq!((&odd["step"], &odd["status_word"]), (&json!("verifying"), &json!("6F00")));
        assert_eq!(odd["message"], "The card answered 6F00 while checking the authentication PIN.");
    }
}
