//! What iOS wants of an app that speaks to cards.

use std::path::Path;

use plist::{Dictionary, Value};

use super::FIRST_IOS;
use super::files::{Project, Read, values};
use super::finding::{Code, Finding};

/// The JPKI application (card-facts §2.1).
const JPKI_AID: &str = "D392F000260100000001";
const AID_LIST: &str = "com.apple.developer.nfc.readersession.iso7816.select-identifiers";
const USAGE_TEXT: &str = "NFCReaderUsageDescription";
const FORMATS: &str = "com.apple.developer.nfc.readersession.formats";

pub(super) fn findings(project: &Project) -> Vec<Finding> {
    let (plists, entitlements) = (app_plists(project), app_entitlements(project));
    let targets = deployment_targets(project);
    if plists.is_empty() && entitlements.is_empty() && targets.is_empty() {
        return Vec::new();
    }
    let mut findings = of_plists(&plists, project);
    findings.extend(of_entitlements(&entitlements));
    findings.extend(of_targets(&targets));
    findings
}

/// Those of an iPhone app: not of a test, a framework, an extension, a watch, a Mac, or of something else altogether.
fn app_plists(project: &Project) -> Vec<&Read<Dictionary>> {
    let is_app = |read: &&Read<Dictionary>| {
        let keys = &read.content;
        let package = keys.get("CFBundlePackageType").and_then(Value::as_string);
        let other = ["NSExtension", "EXAppExtensionAttributes", "WKApplication", "WKWatchKitApp"];
        speaks_nfc(keys)
            || keys.keys().any(|key| key.starts_with("CFBundle") || key.starts_with("UI"))
                && !matches!(package, Some("FMWK" | "BNDL" | "XPC!"))
                && !other.iter().any(|key| keys.contains_key(key))
                && !keys.contains_key("LSMinimumSystemVersion")
    };
    project.info_plists.iter().filter(is_app).collect()
}

fn speaks_nfc(keys: &Dictionary) -> bool {
    keys.contains_key(AID_LIST) || keys.contains_key(USAGE_TEXT)
}

/// The sandbox is the Mac's.
fn app_entitlements(project: &Project) -> Vec<&Read<Dictionary>> {
    let of_mac = |keys: &Dictionary| keys.contains_key("com.apple.security.app-sandbox");
    project.entitlements.iter().filter(|read| !of_mac(&read.content)).collect()
}

fn of_plists(plists: &[&Read<Dictionary>], project: &Project) -> Vec<Finding> {
    let Some(first) = plists.first() else { return vec![Finding::new(Code::InfoPlistMissing)] };
    let with_nfc: Vec<_> = plists.iter().filter(|read| speaks_nfc(&read.content)).collect();
    if with_nfc.is_empty() {
        return of_plist(first, project).into();
    }
    let elsewhere = plists.iter().filter(|read| !speaks_nfc(&read.content));
    let elsewhere = elsewhere.map(|read| Finding::new(Code::InfoPlistWithoutNfc).of(&read.path));
    with_nfc.into_iter().flat_map(|read| of_plist(read, project)).chain(elsewhere).collect()
}

fn of_plist(Read { path, content }: &Read<Dictionary>, project: &Project) -> [Finding; 2] {
    [aid_list(content.get(AID_LIST)).of(path), usage_text(content.get(USAGE_TEXT), project).of(path)]
}

fn aid_list(value: Option<&Value>) -> Finding {
    let Some(value) = value else { return Finding::new(Code::AidListMissing) };
    let Some(aids) = value.as_array() else { return Finding::new(Code::AidListNoArray) };
    let aids: Vec<_> = aids.iter().map(|aid| aid.as_string().unwrap_or_default()).collect();
    // 5 to 16 bytes: ISO 7816-4 §8.2.1.2.
    let is_aid = |aid: &&str| {
        (10..=32).contains(&aid.len())
            && aid.len().is_multiple_of(2)
            && aid.bytes().all(|b| b.is_ascii_hexdigit())
    };
    if let Some(wrong) = aids.iter().find(|aid| !is_aid(aid)) {
        return Finding::new(Code::AidMalformed).saying(wrong);
    }
    match aids.iter().position(|aid| aid.eq_ignore_ascii_case(JPKI_AID)) {
        Some(0) => Finding::new(Code::AidFirst),
        Some(_) => Finding::new(Code::AidNotFirst),
        None => Finding::new(Code::AidNotListed),
    }
}

fn usage_text(value: Option<&Value>, project: &Project) -> Finding {
    match value {
        Some(Value::String(text)) if !text.trim().is_empty() => Finding::new(Code::UsageText),
        Some(_) => Finding::new(Code::UsageTextEmpty),
        // Xcode writes it into the Info.plist that it generates.
        None => {
            let generated = format!("INFOPLIST_KEY_{USAGE_TEXT}");
            let texts: Vec<_> =
                project.xcode.iter().flat_map(|read| values(&read.content, &generated)).collect();
            let is_text = |text: &&str| !text.trim_matches([' ', '"', ';']).is_empty();
            match texts.iter().any(is_text) {
                true => Finding::new(Code::UsageText),
                false if texts.is_empty() => Finding::new(Code::UsageTextMissing),
                false => Finding::new(Code::UsageTextEmpty),
            }
        }
    }
}

fn of_entitlements(entitlements: &[&Read<Dictionary>]) -> Vec<Finding> {
    if entitlements.is_empty() {
        return vec![Finding::new(Code::EntitlementsMissing)];
    }
    let mut some_has_tag = false;
    let mut codes: Vec<_> = entitlements
        .iter()
        .map(|Read { path, content }| {
            let formats = content.get(FORMATS).and_then(Value::as_array);
            let has =
                |format| formats.is_some_and(|formats| formats.iter().any(|f| f.as_string() == Some(format)));
            some_has_tag |= has("TAG");
            let code = match (has("TAG"), has("NDEF")) {
                (true, false) => Code::TagFormat,
                (true, true) => Code::NdefFormat,
                (false, _) => Code::TagFormatMissing,
            };
            (code, path)
        })
        .collect();
    if some_has_tag {
        for (code, _) in &mut codes {
            if *code == Code::TagFormatMissing {
                *code = Code::TagFormatElsewhere;
            }
        }
    }
    codes.into_iter().map(|(code, path)| Finding::new(code).of(path)).collect()
}

/// Every minimum of iOS that is told, as it stands there.
fn deployment_targets(project: &Project) -> Vec<(&Path, &str)> {
    let settings = project.xcode.iter().flat_map(|Read { path, content }| {
        let names = ["IPHONEOS_DEPLOYMENT_TARGET", ".iOS("];
        names.into_iter().flat_map(move |name| values(content, name)).map(move |value| (&**path, value))
    });
    let built = project.info_plists.iter().filter_map(|Read { path, content }| {
        Some((&**path, content.get("MinimumOSVersion").and_then(Value::as_string)?))
    });
    settings.chain(built).collect()
}

fn of_targets(targets: &[(&Path, &str)]) -> Vec<Finding> {
    let version = |told: &str| -> Option<u32> {
        let digits = told.trim_start_matches([' ', '"', '.', 'v']);
        digits.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    };
    let told: Vec<_> = targets.iter().filter_map(|(path, told)| Some((path, version(told)?))).collect();
    if told.is_empty() {
        return vec![Finding::new(Code::DeploymentTargetUnknown)];
    }
    let mut low: Vec<_> = told.into_iter().filter(|(_, version)| *version < FIRST_IOS).collect();
    low.dedup();
    if low.is_empty() {
        return vec![Finding::new(Code::DeploymentTarget)];
    }
    let finding = |(path, version): (&&Path, u32)| {
        Finding::new(Code::DeploymentTargetLow).saying(&version.to_string()).of(path)
    };
    low.into_iter().map(finding).collect()
}
