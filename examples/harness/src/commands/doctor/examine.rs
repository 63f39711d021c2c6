//! Everything a card tells without a secret. No request here carries one, so that no try can be spent.

use std::time::Duration;

use kazasu_card::{
    Availability, CardInfo, Completed, Options, ReadCertificate, Request, SecretKind, TokenKind, Tries,
    TriesReport,
};
use kazasu_cert::UnixTime;
use serde_json::{Value, json};

use super::finding::{Check, Finding, Status};
use super::observed::{Abilities, Observed};
use super::validity;
use crate::channel::Channel;
use crate::driver::{Driven, Driver};
use crate::failed::{Failed, remaining};
use crate::language::Both;
use crate::trace_file::TraceFile;

/// Looks at the card in a channel. Never fails: what goes wrong is a finding.
pub(super) fn card(
    channel: &mut dyn Channel,
    wait: Option<Duration>,
    quiet: bool,
    trace: Option<TraceFile>,
    now: UnixTime,
) -> Result<Vec<Finding>, Failed> {
    let mut findings = vec![interface(channel.atr().as_deref())];
    let mut observed = Observed::new(channel);
    let mut driver = Driver { channel: &mut observed, wait, quiet, trace };
    let mut ask = |request| driver.run(request, OPTIONS);
    let info = match ask(Request::CardInfo) {
        Ok(Driven { completed: Completed::CardInfo(info), .. }) => info,
        Ok(_) => return Err(crate::commands::unexpected()),
        Err(failed) => {
            findings.push(Finding::failed(Check::Application, interrupted(failed)?));
            return Ok(findings);
        }
    };
    findings.push(Finding::ok(Check::Application, Both::new("answers to selection", "選択できました")));
    findings.push(token(&info));
    match ask(Request::RemainingTries) {
        Ok(driven) => findings.extend(secrets(driven.tries, info.availability)),
        Err(failed) => findings.push(Finding::failed(Check::AuthenticationPin, interrupted(failed)?)),
    }
    findings.push(match ask(Request::ReadCertificate(ReadCertificate::Authentication(None))) {
        Ok(Driven { completed: Completed::Certificate(read), .. }) => {
            validity::of_certificate(&read.der, now)
        }
        Ok(_) => return Err(crate::commands::unexpected()),
        Err(failed) if failed.code == PIN_NEEDED => Finding::new(
            Check::AuthenticationCertificate,
            Status::Note,
            PIN_NEEDED,
            Both::new(
                "a phone shows its dates after the PIN only; not asked for",
                "スマートフォンでは暗証番号が必要なため、日付は調べていません",
            ),
        ),
        Err(failed) => Finding::failed(Check::AuthenticationCertificate, interrupted(failed)?),
    });
    findings.push(signing_certificate(info.availability));
    findings.extend(abilities(observed.abilities()));
    Ok(findings)
}

/// A phone says so; see `docs/errors.md`.
const PIN_NEEDED: &str = "pin_needed";
/// As everywhere in this program, and nothing to recognise: no secret is at stake.
const OPTIONS: Options =
    Options { recognise_card: false, extended_length: true, application_selected: false, floor: 1 };

/// An interrupt is no finding.
fn interrupted(failed: Failed) -> Result<Failed, Failed> {
    if failed.exit == 130 { Err(failed) } else { Ok(failed) }
}

/// By the answer to reset: PC/SC gives a contactless card `3B 8n 80 01` (docs/card-facts.md §1.1).
fn interface(atr: Option<&[u8]>) -> Finding {
    let Some(atr) = atr else {
        let said = Both::new("the reader does not tell the answer to reset", "ATR が分かりません");
        return Finding::not_checked(Check::Interface, "unknown", said);
    };
    let (kind, en, ja) = match atr {
        [0x3B, 0x80..=0x8F, 0x80, 0x01, ..] => ("contactless", "contactless", "非接触"),
        _ => ("contact", "contact", "接触"),
    };
    let digits: Vec<_> = atr.iter().map(|byte| format!("{byte:02X}")).collect();
    let digits = digits.join(" ");
    let said = Both::new(format!("{en}, answer to reset {digits}"), format!("{ja}、ATR は {digits}"));
    Finding::ok(Check::Interface, said).with("kind", kind).with("atr", digits)
}

fn token(info: &CardInfo) -> Finding {
    let (status, code, en, ja) = match info.kind {
        TokenKind::MyNumberCard => (Status::Ok, "ok", "My Number Card", "マイナンバーカード"),
        TokenKind::AndroidPhone => (Status::Ok, "ok", "Android phone", "Android スマートフォン"),
        TokenKind::IPhone => (Status::Ok, "ok", "iPhone", "iPhone"),
        TokenKind::JukiCard => (
            Status::Note,
            "juki_card",
            "resident register card, the predecessor of the My Number Card",
            "住民基本台帳カード",
        ),
        _ => (Status::Note, "other_token", "of unknown kind", "不明"),
    };
    let label = &info.label;
    let said = Both::new(format!("{en}, label {label:?}"), format!("{ja}、ラベルは {label:?}"));
    Finding::new(Check::Token, status, code, said)
        .with("kind", json!(info.kind))
        .with("label", label.as_str())
}

fn secrets(tries: TriesReport, availability: Option<Availability>) -> [Finding; 2] {
    [SecretKind::AuthenticationPin, SecretKind::SigningPassword].map(|secret| {
        let (check, issued) = match secret {
            SecretKind::AuthenticationPin => (Check::AuthenticationPin, availability.map(|a| a.authentication)),
            SecretKind::SigningPassword => (Check::SigningPassword, availability.map(|a| a.signing)),
        };
        let max = secret.max_tries();
        let left = |left: u8| {
            Both::new(format!("{left} of {max} tries remain"), format!("残り {left} 回（最大 {max} 回）"))
        };
        let tries = tries.of(secret);
        let finding = match tries {
            Tries::Remaining(1) => Finding::new(check, Status::Note, "last_try_left", left(1)),
            Tries::Remaining(remaining) => Finding::ok(check, left(remaining)),
            // Not blocked by anybody: there is nothing that it would open. The problem is told with the certificate.
            Tries::Blocked if issued == Some(false) => Finding::not_checked(
                check,
                "not_issued",
                Both::new(
                    "no tries, and the card says that there is no certificate to it: never issued, not blocked",
                    "残り回数は0ですが、対応する電子証明書がないとカードが示しています（ロックではなく未発行）",
                ),
            ),
            Tries::Blocked => Finding::problem(check, 22, BLOCKED),
            Tries::NotAsked | Tries::NotReported | Tries::Unknown => Finding::new(
                check,
                Status::Note,
                TRIES_NOT_REPORTED,
                Both::new("the card does not tell the remaining tries", "カードが残り回数を示しません"),
            ),
        };
        finding.with("remaining_tries", remaining(tries)).with("maximum", max)
    })
}

/// Codes of the card in the error catalogue.
const BLOCKED: &str = "blocked";
const TRIES_NOT_REPORTED: &str = "tries_not_reported";
const NOT_ISSUED: &str = "certificate_not_issued";

fn signing_certificate(availability: Option<Availability>) -> Finding {
    let check = Check::SigningCertificate;
    if availability.is_some_and(|availability| !availability.signing) {
        let said = Both::new("the card says that none was issued", "発行されていないとカードが示しています");
        return Finding::new(check, Status::Problem { exit: 13 }, NOT_ISSUED, said);
    }
    Finding::not_checked(
        check,
        "password_needed",
        Both::new(
            "its dates need the password; not asked for",
            "日付を読むにはパスワードが必要なため、調べていません",
        ),
    )
}

fn abilities(seen: Abilities) -> [Finding; 2] {
    let Abilities { reads_by_short_identifier: read, queries_by_short_identifier: query, extended_length } =
        seen;
    let finding = |check, able: Option<bool>, fields: &[(&str, Option<bool>)]| {
        let (status, code, said) = match able {
            Some(true) => (Status::Ok, "ok", Both::new("understood", "対応しています")),
            Some(false) => (
                Status::Note,
                "slower",
                Both::new(
                    "not understood; the classic form is used",
                    "対応していません。従来の形式で読み取ります",
                ),
            ),
            None => (
                Status::NotChecked,
                "unknown",
                Both::new("this card does not show it without a secret", "暗証番号なしでは分かりません"),
            ),
        };
        let finding = Finding::new(check, status, code, said);
        fields.iter().fold(finding, |finding, (field, able)| {
            finding.with(field, able.map_or(Value::Null, Value::from))
        })
    };
    let both = match (read, query) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    };
    [
        finding(Check::ShortIdentifiers, both, &[("read_binary", read), ("verify", query)]),
        finding(Check::ExtendedLength, extended_length, &[("read_binary", extended_length)]),
    ]
}
