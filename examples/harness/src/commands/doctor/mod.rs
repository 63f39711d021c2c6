//! What is the matter: service, reader, card, application, secrets, certificates, clock, abilities. Spends no try.

mod advice;
mod examine;
mod finding;
mod observed;
mod validity;

use serde_json::json;

use crate::channel;
use crate::cli::DoctorArgs;
use crate::failed::Failed;
use crate::interrupt;
use crate::language::{Both, Language};
use crate::output::Finished;
use crate::settings::Settings;

use finding::{Check, Finding, Status};

pub(super) fn run(settings: &Settings, args: &DoctorArgs) -> Result<Finished, Failed> {
    interrupt::watch()?;
    let now = super::now();
    let trace = settings.trace_file()?;
    let mut findings = Vec::new();
    match channel::open(settings) {
        Ok(mut channel) => {
            findings.extend(before_card(settings));
            let examined = examine::card(channel.as_mut(), settings.wait, settings.json, trace, now);
            channel.power_down();
            findings.extend(examined?);
        }
        // A persona that there is not, and an interrupt, are no findings.
        Err(failed) if matches!(failed.exit, 2 | 130) => return Err(failed),
        Err(failed) => findings.extend(without_card(failed)),
    }
    findings.push(validity::of_clock(now));
    Ok(report(&findings, args.lang))
}

/// With a card at hand, service and reader are as they should be.
fn before_card(settings: &Settings) -> [Finding; 3] {
    let present = || Finding::ok(Check::Card, Both::new("there is one", "あります"));
    if let Some(persona) = &settings.sim {
        let none = || Both::new("not used: simulated card", "模擬カードのため使いません");
        return [
            Finding::not_checked(Check::Pcsc, SIMULATED, none()),
            Finding::not_checked(Check::Reader, SIMULATED, none()),
            present().with("persona", persona.as_str()),
        ];
    }
    [answering(), reader(settings), present()]
}

const SIMULATED: &str = "simulated";

fn answering() -> Finding {
    Finding::ok(Check::Pcsc, Both::new("answers", "動いています"))
}

#[cfg(feature = "pcsc")]
fn reader(settings: &Settings) -> Finding {
    let readers = match channel::pcsc::list() {
        Ok(readers) => readers,
        Err(failed) => return Finding::failed(Check::Reader, failed),
    };
    let names: Vec<_> = readers.into_iter().map(|reader| reader.name).collect();
    let listed = names.join(", ");
    let asked = settings.reader.as_deref().unwrap_or("-");
    Finding::ok(
        Check::Reader,
        Both::new(format!("of {listed}; --reader {asked}"), format!("{listed}（--reader {asked}）")),
    )
    .with("readers", names)
}

#[cfg(not(feature = "pcsc"))]
fn reader(_: &Settings) -> Finding {
    Finding::failed(Check::Reader, channel::no_pcsc())
}

/// How far one gets without a card.
fn without_card(failed: Failed) -> Vec<Finding> {
    let ready = |check| Finding::ok(check, Both::new("ready", "使えます"));
    match (failed.exit, failed.code) {
        (_, NO_PCSC) => vec![Finding::failed(Check::Pcsc, failed)],
        (11, _) => vec![answering(), ready(Check::Reader), Finding::failed(Check::Card, failed)],
        _ => vec![answering(), Finding::failed(Check::Reader, failed)],
    }
}

const NO_PCSC: &str = "no_pcsc";

fn report(findings: &[Finding], language: Language) -> Finished {
    let problems: Vec<_> =
        findings.iter().filter(|finding| matches!(finding.status, Status::Problem { .. })).collect();
    let text: String = findings.iter().map(|finding| finding.text(language)).collect();
    let verdict = match (problems.len(), language) {
        (0, Language::En) => "All is well.".to_owned(),
        (0, Language::Ja) => "問題は見つかりませんでした。".to_owned(),
        (1, Language::En) => "1 problem.".to_owned(),
        (n, Language::En) => format!("{n} problems."),
        (n, Language::Ja) => format!("要対応が {n} 件あります。"),
    };
    let mut json = json!({
        "well": problems.is_empty(),
        "findings": findings.iter().map(|finding| finding.json(language)).collect::<Vec<_>>(),
    });
    let mut exit = 0;
    // The first one is what the later ones may come from.
    if let (Some(Finding { status: Status::Problem { exit: first }, code, said, .. }), Some(object)) =
        (problems.first(), json.as_object_mut())
    {
        exit = *first;
        object.insert("error".to_owned(), json!(code));
        object.insert("message".to_owned(), json!(said.in_language(language)));
        object.insert("exit_code".to_owned(), json!(exit));
    }
    Finished { exit, ..Finished::new(format!("{text}\n{verdict}\n"), json) }
}

#[cfg(test)]
mod tests;
