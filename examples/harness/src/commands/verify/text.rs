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
        lines.push(format!("name: {}", attributes.name.text));
        lines.push(format!("address: {}", attributes.address.text));
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

/// The word that an enumeration serialises to.
pub(super) fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn spaced(value: &Value) -> String {
    word(value).replace('_', " ")
}
