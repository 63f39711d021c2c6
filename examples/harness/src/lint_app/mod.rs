//! `kazasu lint-app`: what the project files of an app lack for reading My Number Cards.
//!
//! The files are read as they stand in the source tree; nothing is built. Manifests of Android are taken together, as the
//! build merges them; an Info.plist is looked at by itself.

mod android;
mod binary_plist;
mod catalogs;
mod files;
mod finding;
mod ios;

use serde_json::json;

use crate::cli::LintAppArgs;
use crate::failed::Failed;
use crate::language::Language;
use crate::output::Finished;

use files::Project;
use finding::{Finding, Status};

/// The first version of iOS that the Swift package is for.
const FIRST_IOS: u32 = 15;
/// The first API level that the Kotlin modules for Android are for.
const FIRST_API: u32 = 26;

/// With a problem found.
const LACKING: u8 = 50;

pub(super) fn run(args: &LintAppArgs) -> Result<Finished, Failed> {
    let project = Project::read(&args.dir)?;
    let (ios, android) = (ios::findings(&project), android::findings(&project)?);
    if ios.is_empty() && android.is_empty() {
        let reason = "no Info.plist, entitlements, Xcode project or AndroidManifest.xml in or below it";
        return Err(Failed::file("unreadable_input", &args.dir, &reason));
    }
    Ok(report(&[ios, android].concat(), args.lang))
}

fn report(findings: &[Finding], language: Language) -> Finished {
    let problems = findings.iter().filter(|finding| finding.status() == Status::Problem).count();
    let text: String = findings.iter().map(|finding| finding.text(language)).collect();
    let verdict = match (problems, language) {
        (0, Language::En) => "Nothing is missing.".to_owned(),
        (0, Language::Ja) => "足りないものはありません。".to_owned(),
        (1, Language::En) => "1 problem.".to_owned(),
        (n, Language::En) => format!("{n} problems."),
        (n, Language::Ja) => format!("要対応が {n} 件あります。"),
    };
    let exit = if problems == 0 { 0 } else { LACKING };
    let json = json!({
        "exit_code": exit,
        "findings": findings.iter().map(|finding| finding.json(language)).collect::<Vec<_>>(),
        "well": problems == 0,
    });
    Finished { exit, ..Finished::new(format!("{text}\n{verdict}\n"), json) }
}
