//! What Android wants of an app that speaks to cards, and what its build must not take away.

use roxmltree::{Document, Node};

use crate::failed::Failed;

use super::FIRST_API;
use super::catalogs;
use super::files::{Project, Read, values};
use super::finding::{Code, Finding};

const ANDROID: &str = "http://schemas.android.com/apk/res/android";
const TOOLS: &str = "http://schemas.android.com/tools";
const PERMISSION: &str = "android.permission.NFC";
const FEATURE: &str = "android.hardware.nfc";
const MODULE: &str = "app.kazasu:kazasu-android";

pub(super) fn findings(project: &Project) -> Result<Vec<Finding>, Failed> {
    if project.manifests.is_empty() {
        return Ok(Vec::new());
    }
    let mut declared = Declared::default();
    for Read { path, content } in &project.manifests {
        let unreadable = |error: roxmltree::Error| Failed::file("unreadable_input", path, &error);
        declared.take(Document::parse(content).map_err(unreadable)?.root_element());
    }
    let has_aar = has_aar(project);
    Ok(vec![
        declared.permission(has_aar),
        declared.feature(has_aar),
        keep_rules(project, has_aar),
        min_sdk(project, &declared),
    ])
}

/// Whether the app takes the module for Android, whose manifest and rules the build adds to those of the app.
fn has_aar(project: &Project) -> bool {
    let names = ["kazasu-android", "kazasu.android"];
    project.gradle.iter().any(|read| names.iter().any(|name| values(&read.content, name).next().is_some()))
        || catalogs::takes(project, MODULE)
}

/// What the manifests declare together.
#[derive(Debug, Default)]
struct Declared {
    permission: Option<Code>,
    /// `android:required`, as it stands there.
    feature: Option<String>,
    min_sdk: Option<String>,
}

impl Declared {
    fn take(&mut self, manifest: Node<'_, '_>) {
        for node in manifest.children().filter(Node::is_element) {
            let name = node.attribute((ANDROID, "name")).unwrap_or_default();
            match (node.tag_name().name(), name) {
                ("uses-permission" | "uses-permission-sdk-23", PERMISSION) => self.take_permission(node),
                // Required by one is required by all.
                ("uses-feature", FEATURE) if self.feature.as_deref() != Some("true") => {
                    self.feature = Some(node.attribute((ANDROID, "required")).unwrap_or("true").to_owned());
                }
                ("uses-sdk", _) => {
                    self.min_sdk = node.attribute((ANDROID, "minSdkVersion")).map(str::to_owned);
                }
                _ => {}
            }
        }
    }

    /// What removes it wins; what gives it only to some is better than nothing.
    fn take_permission(&mut self, node: Node<'_, '_>) {
        let given = if node.attribute((TOOLS, "node")) == Some("remove") {
            Code::NfcPermissionRemoved
        } else if node.has_attribute((ANDROID, "maxSdkVersion")) {
            Code::NfcPermissionLimited
        } else {
            Code::NfcPermission
        };
        match (self.permission, given) {
            (Some(Code::NfcPermissionRemoved), _)
            | (Some(Code::NfcPermission), Code::NfcPermissionLimited) => {}
            _ => self.permission = Some(given),
        }
    }

    fn permission(&self, has_aar: bool) -> Finding {
        let missing = if has_aar { Code::NfcPermissionOfAar } else { Code::NfcPermissionMissing };
        Finding::new(self.permission.unwrap_or(missing))
    }

    fn feature(&self, has_aar: bool) -> Finding {
        match self.feature.as_deref() {
            Some("false") => Finding::new(Code::NfcFeature),
            Some("true") => Finding::new(Code::NfcFeatureRequired),
            Some(other) => Finding::new(Code::NfcFeatureUnclear).saying(other),
            None if has_aar => Finding::new(Code::NfcFeature),
            None => Finding::new(Code::NfcFeatureMissing),
        }
    }
}

/// The classes that are found by their names at run time: JNA's, and those that the bindings hand to it.
const KEPT: [&str; 2] = ["com.sun.jna", "app.kazasu"];

fn keep_rules(project: &Project, has_aar: bool) -> Finding {
    let switches = ["isMinifyEnabled", "minifyEnabled"];
    let shrinks = |text: &str| {
        switches.iter().flat_map(|switch| values(text, switch)).any(|value| value.starts_with("true"))
    };
    if !project.gradle.iter().any(|read| shrinks(&read.content)) {
        return Finding::new(Code::ShrinkingOff);
    }
    if has_aar {
        return Finding::new(Code::KeepRulesOfAar);
    }
    let rules: String = project
        .keep_rules
        .iter()
        .flat_map(|read| read.content.lines())
        .fold(String::new(), |rules, line| rules + line.split('#').next().unwrap_or_default() + "\n");
    let keeps: Vec<_> = rules.split('-').filter(|rule| rule.starts_with("keep")).collect();
    let missing: Vec<_> =
        KEPT.into_iter().filter(|kept| !keeps.iter().any(|rule| rule.contains(kept))).collect();
    if missing.is_empty() {
        return Finding::new(Code::KeepRules);
    }
    Finding::new(Code::KeepRulesMissing).saying(&missing.join(", "))
}

fn min_sdk(project: &Project, declared: &Declared) -> Finding {
    let told = project.gradle.iter().flat_map(|Read { path, content }| {
        let names = ["minSdk", "minSdkVersion"];
        let told = names.into_iter().flat_map(move |name| values(content, name));
        told.map(move |value| match catalogs::version(project, value) {
            Some((catalog, version)) => (Some(catalog), version),
            None => (Some(&**path), value),
        })
    });
    let told = told.chain(declared.min_sdk.as_deref().map(|value| (None, value)));
    let api = |value: &str| value.split(|c: char| !c.is_ascii_digit()).next()?.parse::<u32>().ok();
    let levels: Vec<_> = told.filter_map(|(path, value)| Some((path, api(value)?))).collect();
    match levels.iter().min_by_key(|(_, level)| level) {
        None => Finding::new(Code::MinSdkUnknown),
        Some((_, level)) if *level >= FIRST_API => Finding::new(Code::MinSdk),
        Some((path, level)) => {
            let low = Finding::new(Code::MinSdkLow).saying(&level.to_string());
            match path {
                Some(path) => low.of(path),
                None => low,
            }
        }
    }
}
