//! One line of a trace in words.

use kazasu_card::trace::{AnswerRecord, CommandRecord, DataField, Event, Instruction};
use kazasu_card::{
    Ef, FileStart, Known, Question, Reconciliation, SecretAnswer, SecretKind, Stage, StatusWord, Tries,
};

use super::sentences::Sentences;

/// How an answer, or what came instead of it, is to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Good,
    /// Nothing is wrong, but it is not what one hopes for.
    Notable,
    Bad,
}

/// The secret that a command is about, if it is about one.
pub(super) const fn secret_of(stage: Stage) -> Option<SecretKind> {
    match stage {
        Stage::QueryingTries { secret } | Stage::Verifying { secret } | Stage::Changing { secret } => {
            Some(secret)
        }
        _ => None,
    }
}

pub(super) fn command(say: &Sentences, stage: Stage, command: &CommandRecord) -> String {
    let secret = || secret_of(stage).map(|secret| say.name("secret", &secret)).unwrap_or_default();
    let file = |file: Option<Ef>| file.map(|file| say.name("file", &file)).unwrap_or_default();
    let of_command = |key, values: &[_]| say.say("command", key, values);
    match (command.name, command.data) {
        (Instruction::Select, Some(DataField::Application(application))) => {
            let key = if stage == Stage::Leaving { "leave" } else { "select_application" };
            of_command(key, &[("application", &say.name("application", &application))])
        }
        (Instruction::Select, Some(DataField::File(_))) => {
            of_command("select_file", &[("file", &file(command.file()))])
        }
        (Instruction::Select, _) => of_command("select", &[]),
        (Instruction::Verify, None) => of_command("query_tries", &[("secret", &secret())]),
        (Instruction::Verify, Some(_)) => of_command("verify", &[("secret", &secret())]),
        (Instruction::ChangeReferenceData, _) => of_command("change", &[("secret", &secret())]),
        (Instruction::ReadBinary, _) => read(say, stage, command),
        (Instruction::PerformSecurityOperation, _) => sign(say, stage, command),
        (Instruction::GetResponse, _) => of_command("get_response", &[]),
        (Instruction::Other, _) => of_command("other", &[]),
    }
}

fn read(say: &Sentences, stage: Stage, command: &CommandRecord) -> String {
    let file = match stage {
        Stage::Recognising => return say.say("command", "recognise", &[]),
        Stage::ReadingCertificate { certificate, .. } => say.name("certificate", &certificate),
        _ => say.name("file", &command.file().unwrap_or(Ef::TokenInfo)),
    };
    match command.offset() {
        0 => say.say("command", "read_start", &[("file", &file)]),
        offset => say.say("command", "read_at", &[("offset", &offset.to_string())]),
    }
}

fn sign(say: &Sentences, stage: Stage, command: &CommandRecord) -> String {
    // By short identifier the key is named; otherwise it is the current file, which the line before has selected.
    let key = command
        .file()
        .map_or_else(|| say.choose("秘密鍵", "current key").to_owned(), |key| say.name("file", &key));
    match stage {
        Stage::Signing { document, of } if of > 1 => {
            let values = [("document", &*document.to_string()), ("of", &*of.to_string()), ("file", &*key)];
            say.say("command", "sign_nth", &values)
        }
        _ => say.say("command", "sign", &[("file", &key)]),
    }
}

/// The answer to a command.
pub(super) fn answer(say: &Sentences, command: &CommandRecord, answer: &AnswerRecord) -> (Tone, String) {
    let len = answer.data_len();
    let of_answer = |key, values: &[_]| say.say("answer", key, values);
    let Some(sw) = answer.sw else {
        let key = if answer.answer_len < 2 { "no_status_word" } else { "not_a_status_word" };
        return (Tone::Bad, of_answer(key, &[("len", &answer.answer_len.to_string())]));
    };
    let (len_text, meaning) = (len.to_string(), status_word(say, sw));
    if len > command.ne {
        let values = [("len", &*len_text), ("ne", &*command.ne.to_string())];
        return (Tone::Bad, of_answer("too_long", &values));
    }
    let bytes = |key| of_answer(key, &[("len", &len_text)]);
    let other = || {
        if len > 0 {
            of_answer("with_data", &[("meaning", &meaning), ("len", &len_text)])
        } else {
            meaning.clone()
        }
    };
    match (command.name, sw) {
        (Instruction::Verify | Instruction::ChangeReferenceData, _) => {
            about_secret(say, command, sw, &meaning)
        }
        (Instruction::PerformSecurityOperation, StatusWord::OK) => (Tone::Good, bytes("signature")),
        (Instruction::ReadBinary | Instruction::GetResponse, StatusWord::OK) => (Tone::Good, bytes("data")),
        (Instruction::ReadBinary | Instruction::GetResponse, StatusWord::END_OF_FILE) => {
            (Tone::Good, bytes("end_of_file"))
        }
        (_, StatusWord::OK) => (Tone::Good, of_answer("done", &[])),
        _ if sw.more_data().is_some() => (Tone::Good, bytes("more")),
        _ => (Tone::Notable, other()),
    }
}

fn about_secret(say: &Sentences, command: &CommandRecord, sw: StatusWord, meaning: &str) -> (Tone, String) {
    let say_it = |key, n: u8| say.say("answer", key, &[("n", &n.to_string()), ("meaning", meaning)]);
    match (command.data, sw.about_secret()) {
        (None, SecretAnswer::Remaining(1)) => (Tone::Notable, say_it("last_try", 1)),
        (None, SecretAnswer::Remaining(n)) => (Tone::Good, say_it("tries", n)),
        (None, SecretAnswer::Blocked) => (Tone::Bad, say_it("tries_blocked", 0)),
        (None, SecretAnswer::Success | SecretAnswer::NoCounter) => {
            (Tone::Notable, say_it("tries_not_reported", 0))
        }
        (None, SecretAnswer::Other) => (Tone::Notable, meaning.to_owned()),
        (Some(DataField::NewSecret), SecretAnswer::Success) => (Tone::Good, say_it("changed", 0)),
        (Some(_), SecretAnswer::Success) => (Tone::Good, say_it("right", 0)),
        (Some(_), SecretAnswer::Blocked) => (Tone::Bad, say_it("wrong_blocked", 0)),
        (Some(DataField::NewSecret), _) => (Tone::Bad, meaning.to_owned()),
        (Some(_), SecretAnswer::Remaining(1)) => (Tone::Bad, say_it("wrong_last", 1)),
        (Some(_), SecretAnswer::Remaining(n)) => (Tone::Bad, say_it("wrong", n)),
        (Some(_), SecretAnswer::NoCounter) => (Tone::Bad, say_it("wrong_no_counter", 0)),
        (Some(_), SecretAnswer::Other) => (Tone::Bad, say_it("verify_unclear", 0)),
    }
}

/// What a status word means on this card (docs/card-facts.md §6), or in general (ISO 7816-4 §5.6).
pub(super) fn status_word(say: &Sentences, sw: StatusWord) -> String {
    let digits = sw.to_string();
    let n = match (sw.about_secret(), sw.exact_length()) {
        (SecretAnswer::Remaining(n), _) => n.to_string(),
        (_, Some(n)) => n.to_string(),
        _ => "0".to_owned(),
    };
    let spelling = |digits_kept: usize| {
        let kept = digits.get(..digits_kept).unwrap_or_default();
        format!("{kept:x<4}")
    };
    let keys = [4, 3, 2].map(spelling);
    let key = keys.iter().find(|key| say.has("status_word", key)).map_or("other", String::as_str);
    say.say("status_word", key, &[("n", &n)])
}

pub(super) fn judgement(say: &Sentences, event: &Event) -> Option<(Tone, String)> {
    let (tone, key, n) = match event {
        Event::CertificateFile { start } => match start {
            FileStart::NoCertificate => (Tone::Bad, "no_certificate".to_owned(), 0),
            FileStart::LengthUnknown => (Tone::Notable, "length_unknown".to_owned(), 0),
            FileStart::Length(n) => (Tone::Good, "length".to_owned(), *n),
        },
        Event::Judged { question, holds } => {
            let tone = if *holds { Tone::Good } else { Tone::Bad };
            (tone, format!("{}_{}", question_key(*question), if *holds { "yes" } else { "no" }), 0)
        }
        _ => return None,
    };
    Some((tone, say.say("judgement", &key, &[("n", &n.to_string())])))
}

const fn question_key(question: Question) -> &'static str {
    match question {
        Question::TellsApart => "tells_apart",
        Question::SameCard => "same_card",
        Question::CertificateUsable => "certificate_usable",
        Question::SignedAttributes => "signed_attributes",
        Question::SignatureFits => "signature_fits",
        Question::SignedData => "signed_data",
    }
}

pub(super) fn need_tap(say: &Sentences, known: Known) -> (Tone, String) {
    let (tone, key) = match known {
        Known::NothingSpent => (Tone::Notable, "need_tap_nothing_spent"),
        Known::VerifyOutcomeUnknown => (Tone::Bad, "need_tap_verify_outcome_unknown"),
        Known::SecretAccepted => (Tone::Notable, "need_tap_secret_accepted"),
    };
    (tone, say.say("event", key, &[]))
}

pub(super) fn reconciled(say: &Sentences, finding: Reconciliation) -> String {
    let (key, n) = match finding {
        Reconciliation::NotCounted { remaining } => ("not_counted", remaining),
        Reconciliation::Counted { remaining } => ("counted", remaining),
        Reconciliation::Blocked => ("blocked", 0),
        Reconciliation::Right { remaining } => ("right", remaining),
        Reconciliation::NothingSpent { remaining } => ("nothing_spent", remaining),
        Reconciliation::Inconclusive { .. } => ("inconclusive", 0),
    };
    say.say("reconciled", key, &[("n", &n.to_string())])
}

pub(super) fn tries(say: &Sentences, secret: SecretKind, tries: Tries) -> String {
    let (key, n) = match tries {
        Tries::NotAsked => ("not_asked", 0),
        Tries::Remaining(n) => ("remaining", n),
        Tries::Blocked => ("blocked", 0),
        Tries::NotReported => ("not_reported", 0),
        Tries::Unknown => ("unknown", 0),
    };
    // A card may have more than the usual maximum.
    let max = secret.max_tries().max(n);
    say.say("tries", key, &[("n", &n.to_string()), ("max", &max.to_string())])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::language::Language;

    /// The words that docs/card-facts.md §6 names, and those that it names by their first byte.
    fn words() -> (BTreeSet<u16>, BTreeSet<String>) {
        let facts = include_str!("../../../../../docs/card-facts.md");
        let table = facts.split("## 6. Status words").nth(1).unwrap().split("## 7.").next().unwrap();
        let (mut words, mut classes) = (BTreeSet::new(), BTreeSet::new());
        for row in table.lines().filter(|line| line.starts_with("| `")) {
            let cell = row.split('|').nth(1).unwrap();
            let quoted: Vec<_> = cell.split('`').skip(1).step_by(2).collect();
            for pair in quoted.windows(2) {
                if cell.contains(&format!("`{}` to `{}`", pair[0], pair[1])) {
                    let [from, to] = [pair[0], pair[1]].map(|text| u16::from_str_radix(text, 16).unwrap());
                    words.extend(from..=to);
                }
            }
            for text in quoted {
                match u16::from_str_radix(text, 16) {
                    Ok(word) => drop(words.insert(word)),
                    Err(_) => drop(classes.insert(text.to_owned())),
                }
            }
        }
        (words, classes)
    }

    #[test]
    fn every_status_word_of_the_card_facts_has_its_sentence() {
        let (words, classes) = words();
        assert!(words.len() > 40 && classes.len() == 2, "{words:04X?} {classes:?}");
        for language in [Language::Ja, Language::En] {
            let say = Sentences::new(language).unwrap();
            for class in &classes {
                assert!(say.has("status_word", class), "{class}");
            }
            for word in &words {
                let digits = format!("{word:04X}");
                let own = [digits.clone(), format!("{}x", &digits[..3])];
                assert!(own.iter().any(|key| say.has("status_word", key)), "{digits}");
            }
        }
    }

    #[test]
    fn any_status_word_is_told() {
        let say = Sentences::new(Language::En).unwrap();
        let other = say.say("status_word", "other", &[]);
        for word in 0x6100..=0x6FFF {
            let told = status_word(&say, StatusWord(word));
            assert!(told != other && !told.contains('{'), "{word:04X}: {told}");
        }
        assert_eq!(status_word(&say, StatusWord(0x9101)), other);
        assert_eq!(status_word(&say, StatusWord(0x63C2)), "Comparison failed, or the counter: 2 tries");
        assert!(status_word(&say, StatusWord(0x6C10)).contains("16 bytes"));
    }

    #[test]
    fn every_question_has_both_answers() {
        let say = Sentences::new(Language::Ja).unwrap();
        for question in Question::ALL {
            for end in ["yes", "no"] {
                let key = format!("{}_{end}", question_key(question));
                assert!(say.has("judgement", &key), "{key}");
            }
        }
    }
}
