//! A report for people.

use kazasu_verify::{CheckResult, Outcome, Report, RevocationStatus};
use serde_json::{Value, json};

/// Every check on a line of its own.
pub(in crate::commands) fn text(report: &Report) -> String {
    let mut lines = vec![format!("{} as of {}", word(&json!(report.verdict)), report.time.at)];
    lines.extend(report.errors.iter().map(|error| format!("  {}: {error}", error.code())));
    lines.extend(report.undecided.iter().map(|missing| format!("  {}: {missing}", missing.code())));
    lines.push("checks:".to_owned());
    for record in &report.checks {
        let mark = match record.result {
            CheckResult::Passed => "ok     ",
            CheckResult::Failed(_) => "FAILED ",
            CheckResult::Undecided(_) => "open   ",
            CheckResult::NotPerformed => "not made",
        };
        lines.push(format!("  {mark} {}", spaced(&json!(record.check))));
    }
    for signer in &report.signers {
        lines.extend(signer.anchor.as_ref().map(|anchor| format!("anchor: {}", anchor.name)));
        lines.extend(signer.revocation.findings.iter().flat_map(|finding| {
            let counted = match &finding.outcome {
                Outcome::Crl(answer) => {
                    format!("CRL of {}, signed by {}", answer.crl.this_update, answer.crl.signed_by.name)
                }
                Outcome::Ocsp(answer) => {
                    format!("OCSP answer of {}, for {}", answer.this_update, answer.issuer.name)
                }
                Outcome::Unusable(problem) => format!("not used: {problem}"),
                _ => spaced(&json!(finding.kind)),
            };
            let lapsed = finding.lapsed().map(|lapsed| format!("  lapsed: {lapsed}"));
            [Some(counted), lapsed].into_iter().flatten()
        }));
    }
    lines.push(match report.revocation {
        RevocationStatus::Good { as_of, .. } => format!("revocation: good as of {as_of}"),
        RevocationStatus::Revoked { since, reason: Some(reason), .. } => {
            format!("revocation: revoked since {since}, {}", spaced(&json!(reason)))
        }
        other => format!("revocation: {}", spaced(&json!(other))),
    });
    if let Some(attributes) = &report.attributes {
        lines.push(format!("name: {}", visible(&attributes.name.text)));
        lines.push(format!("address: {}", visible(&attributes.address.text)));
        let born = attributes.date_of_birth.known().map_or_else(
            || format!("{} (as registered; not a full date)", attributes.date_of_birth.as_registered()),
            |date| date.to_string(),
        );
        lines.push(format!("date of birth: {born}"));
        lines.push(format!("sex: {}", word(&json!(attributes.sex))));
    }
    lines.extend(report.warnings.iter().map(|warning| format!("note: {}", spaced(&json!(warning)))));
    lines.join("\n") + "\n"
}

/// A text from a certificate or a record, with the characters that would move the cursor, turn other text around or not be
/// seen as `\u{...}`.
pub(super) fn visible(text: &str) -> String {
    let is_invisible = |c: char| {
        c.is_control()
            || matches!(c, '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
    };
    text.chars().fold(String::with_capacity(text.len()), |mut shown, c| {
        if is_invisible(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
        shown
    })
}

/// The word that an enumeration serialises to.
pub(super) fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn spaced(value: &Value) -> String {
    word(value).replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_turn_a_line_around_is_seen() {
        assert_eq!(visible("見本　花子"), "見本　花子");
        assert_eq!(visible("a\u{202E}b\u{200B}"), "a\\u{202e}b\\u{200b}");
        assert_eq!(visible("a\r\u{1B}[1A\n\u{9B}2K\u{7F}"), "a\\u{d}\\u{1b}[1A\\u{a}\\u{9b}2K\\u{7f}");
    }
}
