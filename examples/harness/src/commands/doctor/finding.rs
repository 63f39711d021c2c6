//! One thing that was looked at, and what was found.

use serde_json::{Map, Value, json};

use crate::catalogue;
use crate::failed::Failed;
use crate::language::{Both, Language};

use super::advice;

/// What is looked at, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    Pcsc,
    Reader,
    Card,
    Interface,
    Application,
    Token,
    AuthenticationPin,
    SigningPassword,
    AuthenticationCertificate,
    SigningCertificate,
    Clock,
    ShortIdentifiers,
    ExtendedLength,
}

impl Check {
    /// For programs.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Pcsc => "pcsc",
            Self::Reader => "reader",
            Self::Card => "card",
            Self::Interface => "interface",
            Self::Application => "application",
            Self::Token => "token",
            Self::AuthenticationPin => "authentication_pin",
            Self::SigningPassword => "signing_password",
            Self::AuthenticationCertificate => "authentication_certificate",
            Self::SigningCertificate => "signing_certificate",
            Self::Clock => "clock",
            Self::ShortIdentifiers => "short_identifiers",
            Self::ExtendedLength => "extended_length",
        }
    }

    /// For people.
    const fn title(self, language: Language) -> &'static str {
        let (en, ja) = match self {
            Self::Pcsc => ("PC/SC service", "PC/SC サービス"),
            Self::Reader => ("Reader", "カードリーダー"),
            Self::Card => ("Card", "カード"),
            Self::Interface => ("Interface", "接続の方式"),
            Self::Application => ("JPKI application", "JPKI アプリケーション"),
            Self::Token => ("Kind of card", "カードの種類"),
            Self::AuthenticationPin => ("Authentication PIN", "利用者証明用暗証番号"),
            Self::SigningPassword => ("Signing password", "署名用パスワード"),
            Self::AuthenticationCertificate => ("Authentication certificate", "利用者証明用電子証明書"),
            Self::SigningCertificate => ("Signing certificate", "署名用電子証明書"),
            Self::Clock => ("Clock", "時計"),
            Self::ShortIdentifiers => ("Short EF identifiers", "短縮 EF 識別子"),
            Self::ExtendedLength => ("Extended length", "拡張長"),
        };
        match language {
            Language::En => en,
            Language::Ja => ja,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Ok,
    /// Nothing is wrong, but somebody may want to know.
    Note,
    /// Ends in this exit code.
    Problem {
        exit: u8,
    },
    /// Something before it was in the way, or it does not apply.
    NotChecked,
}

impl Status {
    const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Problem { .. } => "problem",
            Self::NotChecked => "not_checked",
        }
    }

    const fn mark(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Ok, Language::En) => "ok     ",
            (Self::Note, Language::En) => "note   ",
            (Self::Problem { .. }, Language::En) => "PROBLEM",
            (Self::NotChecked, _) => "-      ",
            (Self::Ok, Language::Ja) => "正常   ",
            (Self::Note, Language::Ja) => "参考   ",
            (Self::Problem { .. }, Language::Ja) => "要対応 ",
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) check: Check,
    pub(super) status: Status,
    /// One of the error catalogue where it is a problem, else of this command.
    pub(super) code: &'static str,
    pub(super) said: Both,
    fields: Map<String, Value>,
}

impl Finding {
    pub(super) fn new(check: Check, status: Status, code: &'static str, said: Both) -> Self {
        Self { check, status, code, said, fields: Map::new() }
    }

    pub(super) fn ok(check: Check, said: Both) -> Self {
        Self::new(check, Status::Ok, "ok", said)
    }

    pub(super) fn not_checked(check: Check, code: &'static str, said: Both) -> Self {
        Self::new(check, Status::NotChecked, code, said)
    }

    /// A problem in the words of the catalogue.
    pub(super) fn problem(check: Check, exit: u8, code: &'static str) -> Self {
        Self::new(check, Status::Problem { exit }, code, catalogue::sentences(code))
    }

    /// A problem that another command would have failed with; its English sentence is more exact than the catalogue's.
    pub(super) fn failed(check: Check, failed: Failed) -> Self {
        let said = Both { en: failed.to_string(), ..catalogue::sentences(failed.code) };
        Self {
            fields: failed.fields,
            ..Self::new(check, Status::Problem { exit: failed.exit }, failed.code, said)
        }
    }

    pub(super) fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(field.to_owned(), value.into());
        self
    }

    pub(super) fn json(&self, language: Language) -> Value {
        let next = advice::next(self.code);
        let mut object = self.fields.clone();
        for (field, value) in [
            ("check", json!(self.check.name())),
            ("status", json!(self.status.name())),
            ("code", json!(self.code)),
            ("message", json!(self.said.in_language(language))),
            ("next", json!(next.map(|next| next.in_language(language).to_owned()))),
        ] {
            object.insert(field.to_owned(), value);
        }
        Value::Object(object)
    }

    pub(super) fn text(&self, language: Language) -> String {
        let (mark, title) = (self.status.mark(language), self.check.title(language));
        let said = self.said.in_language(language).replace('\n', "\n         ");
        let next = advice::next(self.code).filter(|_| self.status != Status::Ok);
        let next =
            next.map_or_else(String::new, |next| format!("         → {}\n", next.in_language(language)));
        format!("{mark}  {title}: {said}\n{next}")
    }
}
