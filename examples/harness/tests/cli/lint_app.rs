//! `kazasu lint-app`: each rule with a project that keeps it and one that does not.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::work::Work;

pub(crate) const INFO: &str = "App/Info.plist";
pub(crate) const ENTITLEMENTS: &str = "App/App.entitlements";
const PROJECT: &str = "App.xcodeproj/project.pbxproj";
const MANIFEST: &str = "app/src/main/AndroidManifest.xml";
const GRADLE: &str = "app/build.gradle.kts";
const CATALOG: &str = "gradle/libs.versions.toml";
const RULES: &str = "app/proguard-rules.pro";

const GOOD: [(&str, &str); 6] = [
    (
        INFO,
        r#"<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict>
<key>CFBundlePackageType</key><string>$(PRODUCT_BUNDLE_PACKAGE_TYPE)</string>
<key>NFCReaderUsageDescription</key><string>読み取ります</string>
<key>com.apple.developer.nfc.readersession.iso7816.select-identifiers</key>
<array><string>D392F000260100000001</string><string>A0000002471001</string></array>
</dict></plist>"#,
    ),
    (
        ENTITLEMENTS,
        r#"<plist version="1.0"><dict>
<key>com.apple.developer.nfc.readersession.formats</key><array><string>TAG</string></array>
</dict></plist>"#,
    ),
    (PROJECT, "{\n\tIPHONEOS_DEPLOYMENT_TARGET = 15.0;\n\tIPHONEOS_DEPLOYMENT_TARGET = 17.4;\n}\n"),
    (
        MANIFEST,
        r#"<?xml version="1.0" encoding="utf-8"?>
<manifest xmlns:android="http://schemas.android.com/apk/res/android" xmlns:tools="http://schemas.android.com/tools">
<uses-permission android:name="android.permission.NFC" />
<uses-feature android:name="android.hardware.nfc" android:required="false" />
<application android:label="App" />
</manifest>"#,
    ),
    (
        GRADLE,
        "android {\n    defaultConfig {\n        minSdk = 26\n    }\n    buildTypes { release {\n        isMinifyEnabled = true\n    } }\n}\n",
    ),
    (RULES, "# of Kazasu\n-keep class com.sun.jna.** { *; }\n-keep class app.kazasu.ffi.** { *; }\n"),
];

const MANIFEST_WITHOUT: &str = r#"<manifest xmlns:android="http://schemas.android.com/apk/res/android"
xmlns:tools="http://schemas.android.com/tools">
<uses-permission android:name="android.permission.NFC" tools:node="remove" /></manifest>"#;

pub(crate) struct App(pub(crate) Work);

impl App {
    pub(crate) fn good() -> Self {
        let app = Self(Work::new());
        for (path, content) in GOOD {
            app.write(path, content);
        }
        app
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path("app").join(path)
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// The good one with a text replaced in one file, which has to be there.
    #[track_caller]
    fn with(path: &str, old: &str, new: &str) -> Self {
        let app = Self::good();
        let text = fs::read_to_string(app.path(path)).unwrap();
        assert!(text.contains(old), "{path} has no {old}");
        app.write(path, text.replace(old, new));
        app
    }

    fn without(path: &str) -> Self {
        let app = Self::good();
        fs::remove_file(app.path(path)).unwrap();
        app
    }

    /// What is found beside what is fine: code and status.
    #[track_caller]
    pub(crate) fn found(&self) -> Vec<(String, String)> {
        let run = self.0.run("lint-app app --json", "");
        let code = run.code.unwrap();
        let report = run.json(code);
        let text = |finding: &Value, field: &str| finding[field].as_str().unwrap().to_owned();
        let findings = report["findings"].as_array().unwrap().iter();
        let odd: Vec<_> = findings
            .filter(|finding| finding["status"] != "ok")
            .map(|finding| (text(finding, "code"), text(finding, "status")))
            .collect();
        let problem = odd.iter().any(|(_, status)| status == "problem");
        assert_eq!(code, if problem { 50 } else { 0 }, "{report}");
        assert_eq!((&report["well"], &report["exit_code"]), (&Value::from(!problem), &Value::from(code)));
        odd
    }

    #[track_caller]
    pub(crate) fn finds(&self, code: &str, status: &str) {
        assert_eq!(self.found(), [(code.to_owned(), status.to_owned())]);
    }
}

#[test]
fn nothing_is_missing() {
    let app = App::good();
    assert_eq!(app.found(), []);
    assert!(app.0.run("lint-app app", "").succeeds().ends_with("\nNothing is missing.\n"));
    let told = app.0.run("lint-app app --lang ja", "").succeeds();
    assert!(told.contains("正常") && told.ends_with("\n足りないものはありません。\n"), "{told}");
}

#[test]
fn what_ios_wants() {
    let list = "com.apple.developer.nfc.readersession.iso7816.select-identifiers";
    let aids = "<array><string>D392F000260100000001</string><string>A0000002471001</string></array>";
    let only = |aid: &str| format!("<array><string>{aid}</string></array>");
    for (path, old, new, code) in [
        (INFO, list, "other", "aid_list_missing"),
        (INFO, aids, "<string>D392F000260100000001</string>", "aid_list_no_array"),
        (INFO, aids, "<array/>", "aid_not_listed"),
        (INFO, aids, &only("A0000002471001"), "aid_not_listed"),
        (INFO, aids, &only("D3 92 F0 00 26 01 00 00 00 01"), "aid_malformed"),
        (INFO, aids, &only("D392F00026010000000"), "aid_malformed"),
        (INFO, aids, "<array><true/></array>", "aid_malformed"),
        (
            INFO,
            aids,
            "<array><string>A0000002471001</string><string>D392F000260100000001</string></array>",
            "aid_not_first",
        ),
        (INFO, "NFCReaderUsageDescription", "Other", "usage_text_missing"),
        (INFO, "読み取ります", " \n", "usage_text_empty"),
        (INFO, "<string>読み取ります</string>", "<true/>", "usage_text_empty"),
        (ENTITLEMENTS, "TAG", "NDEF", "tag_format_missing"),
        (ENTITLEMENTS, "readersession", "other", "tag_format_missing"),
        (PROJECT, "15.0", "14.5", "deployment_target_low"),
    ] {
        App::with(path, old, new).finds(code, "problem");
    }
    App::without(ENTITLEMENTS).finds("entitlements_missing", "problem");
    App::without(INFO).finds("info_plist_missing", "problem");
    assert_eq!(App::with(INFO, "D392F", "d392f").found(), []);
    App::with(ENTITLEMENTS, "<string>TAG", "<string>NDEF</string><string>TAG").finds("ndef_format", "note");
    App::without(PROJECT).finds("deployment_target_unknown", "note");
}

/// Where else Xcode keeps what is looked for.
#[test]
fn settings_of_xcode() {
    let app = App::with(INFO, "<key>NFCReaderUsageDescription</key><string>読み取ります</string>", "");
    let generated = "IPHONEOS_DEPLOYMENT_TARGET = 16;\nINFOPLIST_KEY_NFCReaderUsageDescription = ";
    app.write(PROJECT, format!("{generated}\"読み取ります\";\n"));
    assert_eq!(app.found(), []);
    app.write(PROJECT, format!("{generated}\"\";\n"));
    app.finds("usage_text_empty", "problem");

    for (path, low, well) in [
        ("Config.xcconfig", "IPHONEOS_DEPLOYMENT_TARGET = 13.0", "IPHONEOS_DEPLOYMENT_TARGET = 15.0"),
        ("Package.swift", "platforms: [.iOS(.v14)]", "platforms: [.iOS(.v15)]"),
        ("Package.swift", "platforms: [.iOS(\"14.5\")]", "platforms: [.iOS(\"15.1\")]"),
        ("Other.xcconfig", "IPHONEOS_DEPLOYMENT_TARGET = 9", "// IPHONEOS_DEPLOYMENT_TARGET = 9"),
    ] {
        let app = App::good();
        app.write(path, low);
        app.finds("deployment_target_low", "problem");
        app.write(path, well);
        assert_eq!(app.found(), [], "{path}");
    }
}

#[test]
fn what_android_wants() {
    let permission = r#"<uses-permission android:name="android.permission.NFC" />"#;
    let removed = r#"<uses-permission android:name="android.permission.NFC" tools:node="remove" />"#;
    let limited = r#"<uses-permission android:name="android.permission.NFC" android:maxSdkVersion="30" />"#;
    for (path, old, new, code) in [
        (MANIFEST, permission, "", "nfc_permission_missing"),
        (
            MANIFEST,
            "xmlns:android=\"http://schemas",
            "xmlns:android=\"http://schema",
            "nfc_permission_missing",
        ),
        (MANIFEST, permission, removed, "nfc_permission_removed"),
        (MANIFEST, permission, limited, "nfc_permission_limited"),
        (MANIFEST, "\"false\"", "\"no\"", "nfc_feature_unclear"),
        (GRADLE, "26", "21", "min_sdk_low"),
        (RULES, "-keep class com", "# -keep class com", "keep_rules_missing"),
        (RULES, "app.kazasu", "app.other", "keep_rules_missing"),
    ] {
        let found = App::with(path, old, new).found();
        assert!(found.contains(&(code.to_owned(), "problem".to_owned())), "{code}: {found:?}");
    }
    App::with(MANIFEST, "\"false\"", "\"true\"").finds("nfc_feature_required", "note");
    App::with(MANIFEST, " android:required=\"false\"", "").finds("nfc_feature_required", "note");
    App::with(MANIFEST, "android.hardware.nfc", "android.hardware.nfc.hce")
        .finds("nfc_feature_missing", "note");
    App::with(GRADLE, "26", "libs.versions.minSdk.get().toInt()").finds("min_sdk_unknown", "note");
    App::without(RULES).finds("keep_rules_missing", "problem");
    // As it comes with the module for Android.
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let app = App::good();
    app.write(RULES, fs::read(workspace.join("android/packaging/consumer-rules.pro")).unwrap());
    assert_eq!(app.found(), []);
    for dependency in
        ["implementation(\"app.kazasu:kazasu-android:0.1.0\")", "implementation(libs.kazasu.android)"]
    {
        let app = App::with(GRADLE, "android {", &format!("dependencies {{ {dependency} }}\nandroid {{"));
        fs::remove_file(app.path(RULES)).unwrap();
        app.write(MANIFEST, "<manifest/>");
        assert_eq!(app.found(), [], "{dependency}");
        app.write(MANIFEST, MANIFEST_WITHOUT);
        app.finds("nfc_permission_removed", "problem");
    }
    let shrinking_off = App::with(GRADLE, "isMinifyEnabled = true", "isMinifyEnabled = false");
    fs::remove_file(shrinking_off.path(RULES)).unwrap();
    assert_eq!(shrinking_off.found(), []);
}

/// Under whatever name the module and the level stand in Gradle's version catalog.
#[test]
fn what_a_version_catalog_says() {
    for (libraries, taken) in [
        (
            "card-reader = { group = \"app.kazasu\", name = \"kazasu-android\", version = \"0.1.0\" }",
            "libs.card.reader",
        ),
        ("jpki = { module = \"app.kazasu:kazasu-android\", version.ref = \"sdk\" }", "libs.jpki"),
        ("jpki_sdk = \"app.kazasu:kazasu-android:0.1.0\"", "libs.jpki.sdk.get()"),
        (
            "my-sdk = \"app.kazasu:kazasu-android:0.1.0\"\n[bundles]\nthe-card = [\"other\", \"my-sdk\"]",
            "libs.bundles.the.card",
        ),
    ] {
        let app = App::with(
            GRADLE,
            "android {",
            &format!("dependencies {{ implementation({taken}) }}\nandroid {{"),
        );
        app.write(CATALOG, format!("[versions]\nsdk = \"0.1.0\"\n[libraries]\n{libraries}\n"));
        fs::remove_file(app.path(RULES)).unwrap();
        app.write(MANIFEST, "<manifest/>");
        assert_eq!(app.found(), [], "{libraries}");
        app.write(CATALOG, format!("[libraries]\n{}", libraries.replace("kazasu-android", "kazasu-testing")));
        assert!(app.found().iter().any(|(code, _)| code == "nfc_permission_missing"), "{libraries}");
    }
    // Another one, whose name only begins in the same way.
    let app = App::with(GRADLE, "android {", "dependencies { implementation(libs.jpki.other) }\nandroid {");
    app.write(CATALOG, "[libraries]\njpki = \"app.kazasu:kazasu-android:0.1.0\"\n");
    app.write(MANIFEST, "<manifest/>");
    assert!(app.found().iter().any(|(code, _)| code == "nfc_permission_missing"));

    let app = App::with(GRADLE, "26", "libs.versions.min.sdk.get().toInt()");
    app.write(CATALOG, "[versions]\nmin-sdk = \"26\"\n");
    assert_eq!(app.found(), []);
    app.write(CATALOG, "[versions]\nmin-sdk = \"21\"\n");
    app.finds("min_sdk_low", "problem");
    let report = app.0.run("lint-app app --json", "").json(50);
    let low = report["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == "min_sdk_low");
    assert_eq!(Path::new(low.unwrap()["file"].as_str().unwrap()), Path::new("app").join(CATALOG));
}

/// Manifests are taken together as the build does it; so are the files of Gradle, in both of its languages.
#[test]
fn what_several_files_say() {
    let app = App::with(MANIFEST, r#"<uses-permission android:name="android.permission.NFC" />"#, "");
    let nfc = r#"<manifest xmlns:android="http://schemas.android.com/apk/res/android">
<uses-permission android:name="android.permission.NFC" android:maxSdkVersion="30" />
<uses-permission android:name="android.permission.NFC" /></manifest>"#;
    app.write("app/src/androidTest/AndroidManifest.xml", nfc);
    app.finds("nfc_permission_missing", "problem");
    app.write("card/src/main/AndroidManifest.xml", nfc);
    assert_eq!(app.found(), []);
    let required = r#"<manifest xmlns:android="http://schemas.android.com/apk/res/android">
<uses-feature android:name="android.hardware.nfc" /></manifest>"#;
    app.write("card/src/main/AndroidManifest.xml", required);
    app.write(MANIFEST, GOOD[3].1);
    app.finds("nfc_feature_required", "note");
    app.write("card/src/main/AndroidManifest.xml", nfc);
    app.write("card/build.gradle", "android {\n  minSdkVersion 19\n  minifyEnabled true\n}");
    app.finds("min_sdk_low", "problem");

    let old = App::without(GRADLE);
    let sdk = |level| {
        format!(
            r#"<manifest xmlns:android="http://schemas.android.com/apk/res/android"><uses-sdk android:minSdkVersion="{level}"/></manifest>"#
        )
    };
    old.write("old/AndroidManifest.xml", sdk(19));
    old.finds("min_sdk_low", "problem");
    old.write("old/AndroidManifest.xml", sdk(26));
    assert_eq!(old.found(), []);
}

/// What is not the app's own does not count.
#[test]
fn what_is_passed_over() {
    let app = App::good();
    let empty = "<plist version=\"1.0\"><dict/></plist>";
    let of = |key: &str, value: &str| {
        format!(
            "<plist version=\"1.0\"><dict><key>CFBundleName</key><string>x</string><key>{key}</key>{value}</dict></plist>"
        )
    };
    for (path, content) in [
        (
            "App/GoogleService-Info.plist",
            of("API_KEY", "<string>x</string>").replace("CFBundleName", "BUNDLE_ID"),
        ),
        ("Tests/Info.plist", of("CFBundlePackageType", "<string>BNDL</string>")),
        ("Kit/Info.plist", of("CFBundlePackageType", "<string>FMWK</string>")),
        ("Share/Info.plist", of("NSExtension", "<dict/>")),
        ("Watch/Info.plist", of("WKApplication", "<true/>")),
        ("Mac/Info.plist", of("LSMinimumSystemVersion", "<string>13</string>")),
        ("Mac/Mac.entitlements", of("com.apple.security.app-sandbox", "<true/>")),
        ("Pods/X/Info.plist", "not even a plist".to_owned()),
        ("X.framework/Info.plist", empty.to_owned()),
        (".git/AndroidManifest.xml", "no XML".to_owned()),
        ("app/build/AndroidManifest.xml", "no XML".to_owned()),
    ] {
        app.write(path, content);
    }
    assert_eq!(app.found(), []);
    // Another target of the same app is worth a word.
    app.write("Widget/Info.plist", of("UIMainStoryboardFile", "<string>x</string>"));
    app.finds("info_plist_without_nfc", "note");
    app.write("Widget/Info.plist", empty);
    app.write("Widget/Widget.entitlements", empty);
    app.finds("tag_format_elsewhere", "note");
}

#[test]
fn one_system_alone_is_enough() {
    for (folder, gone) in [("app", "App"), ("App", "app")] {
        let app = App::good();
        fs::remove_dir_all(app.path(gone)).unwrap();
        if folder == "app" {
            fs::remove_dir_all(app.path("App.xcodeproj")).unwrap();
        }
        assert_eq!(app.found(), [], "{folder}");
    }
}

/// A file that cannot be read is named, and nothing is said about the rest.
#[test]
fn what_cannot_be_read() {
    let mut cut = Vec::new();
    plist::Value::Array(vec!["x".into(); 9]).to_writer_binary(&mut cut).unwrap();
    cut.truncate(cut.len() - 7);
    let nested = |n| format!("<plist>{}{}</plist>", "<array>".repeat(n), "</array>".repeat(n));
    let (deep, too_deep, old_style) = (nested(8192), nested(200_000), "(".repeat(200_000));
    let nested_manifest = format!("<manifest>{}", "<a>".repeat(200_000));
    let mut objects = plist::Value::Array(Vec::new());
    for _ in 0..4000 {
        objects = plist::Value::Array(vec![objects]);
    }
    let mut binary = Vec::new();
    objects.to_writer_binary(&mut binary).unwrap();
    for (path, content) in [
        (INFO, b"<plist><dict><key>x</key>".as_slice()),
        (INFO, b"".as_slice()),
        (INFO, b"<plist version=\"1.0\"><array/></plist>".as_slice()),
        (INFO, b"bplist00".as_slice()),
        (INFO, &cut),
        (INFO, deep.as_bytes()),
        (INFO, too_deep.as_bytes()),
        (INFO, old_style.as_bytes()),
        (INFO, &binary),
        (ENTITLEMENTS, b"{ old = style".as_slice()),
        (MANIFEST, b"<manifest><application></manifest>".as_slice()),
        (MANIFEST, b"<!DOCTYPE m [<!ENTITY a \"a\">]><manifest>&a;</manifest>".as_slice()),
        (MANIFEST, nested_manifest.as_bytes()),
        (MANIFEST, b"\xFF\xFE<\0m\0".as_slice()),
        (GRADLE, b"minSdk = \xFF".as_slice()),
        (CATALOG, b"[versions".as_slice()),
    ] {
        let app = App::good();
        app.write(path, content);
        let failed = app.0.refused("lint-app app", "", 2, "unreadable_input");
        assert_eq!(Path::new(failed["file"].as_str().unwrap()), Path::new("app").join(path));
    }
}

#[test]
fn what_is_no_app() {
    let work = Work::new();
    fs::create_dir(work.path("empty")).unwrap();
    for (line, file) in
        [("lint-app empty", "empty"), ("lint-app nowhere", "nowhere"), ("lint-app document", "document")]
    {
        assert_eq!(work.refused(line, "", 2, "unreadable_input")["file"], file);
    }
    work.refused("lint-app", "", 2, "usage");
    work.refused("lint-app . --lang fr", "", 2, "usage");
    work.refused("lint-app . --estimate", "", 2, "usage");
}

#[test]
fn each_problem_says_what_to_do_in_both_languages() {
    let app = App::without(INFO);
    app.write(ENTITLEMENTS, "<plist version=\"1.0\"><dict/></plist>");
    app.write(PROJECT, "IPHONEOS_DEPLOYMENT_TARGET = 12.0;");
    app.write(MANIFEST, "<manifest/>");
    app.write(GRADLE, "minSdk = 21\nminifyEnabled true");
    app.write(RULES, "");
    for (language, mark, verdict) in
        [("en", "PROBLEM", "6 problems."), ("ja", "要対応  ", "要対応が 6 件あります。")]
    {
        let told = app.0.run(&format!("lint-app app --lang {language}"), "");
        assert_eq!((told.code, told.stderr.as_str()), (Some(50), ""));
        assert_eq!(told.stdout.lines().filter(|line| line.starts_with(mark)).count(), 6, "{}", told.stdout);
        assert_eq!(told.stdout.matches('→').count(), 7, "{}", told.stdout);
        assert!(told.stdout.trim_end().ends_with(verdict) && !told.stdout.contains("{}"), "{}", told.stdout);
        assert!(!told.stdout.contains("{ios}") && !told.stdout.contains("{api}"), "{}", told.stdout);
        assert!(told.stdout.contains("app/App/App.entitlements"), "{}", told.stdout);
    }
}

/// The oldest systems are those of the packages.
#[test]
fn the_numbers_are_those_of_the_packages() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let package = fs::read_to_string(workspace.join("ios/Package.swift")).unwrap();
    let app = App::good();
    let told = app.0.run("lint-app app", "").succeeds();
    let version = told.split("iOS ").nth(1).unwrap().split(' ').next().unwrap();
    assert!(package.contains(&format!(".iOS(.v{version})")), "{told}");
    let level = told.split("minSdk: ").nth(1).unwrap().split(' ').next().unwrap();
    let module = fs::read_to_string(workspace.join("android/packaging/AndroidManifest.xml")).unwrap();
    assert!(module.contains(&format!("android:minSdkVersion=\"{level}\"")), "{told}");
}

#[test]
fn our_own_samples_lack_nothing() {
    for (sample, rules) in [("ios/Sample", 4), ("android/sample", 4)] {
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(sample);
        let work = Work::new();
        let report = work.json(&format!("lint-app {}", sample.display()), "", 0);
        assert_eq!(report["findings"].as_array().unwrap().len(), rules, "{report}");
    }
}
