//! What was found in a file, and what to do about it.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::language::Language;

use super::{FIRST_API, FIRST_IOS};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Ok,
    /// Nothing is wrong, but somebody may want to know.
    Note,
    Problem,
}

impl Status {
    const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Problem => "problem",
        }
    }

    const fn mark(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Ok, Language::En) => "ok     ",
            (Self::Note, Language::En) => "note   ",
            (Self::Problem, Language::En) => "PROBLEM",
            (Self::Ok, Language::Ja) => "正常   ",
            (Self::Note, Language::Ja) => "参考   ",
            (Self::Problem, Language::Ja) => "要対応 ",
        }
    }
}

/// What was looked at, and what it came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    InfoPlistMissing,
    InfoPlistWithoutNfc,
    AidFirst,
    AidListMissing,
    AidListNoArray,
    AidMalformed,
    AidNotListed,
    AidNotFirst,
    UsageText,
    UsageTextMissing,
    UsageTextEmpty,
    EntitlementsMissing,
    TagFormat,
    TagFormatMissing,
    TagFormatElsewhere,
    NdefFormat,
    DeploymentTarget,
    DeploymentTargetLow,
    DeploymentTargetUnknown,
    NfcPermission,
    NfcPermissionOfAar,
    NfcPermissionMissing,
    NfcPermissionRemoved,
    NfcPermissionLimited,
    NfcFeature,
    NfcFeatureRequired,
    NfcFeatureUnclear,
    NfcFeatureMissing,
    ShrinkingOff,
    KeepRules,
    KeepRulesOfAar,
    KeepRulesMissing,
    MinSdk,
    MinSdkLow,
    MinSdkUnknown,
}

/// A code in words. `{}` in a sentence is the detail, `{ios}` and `{api}` the oldest systems.
struct Words {
    name: &'static str,
    status: Status,
    title: Pair,
    said: Pair,
    next: Option<Pair>,
}

/// English, Japanese.
type Pair = (&'static str, &'static str);

const PLIST: Pair = ("Info.plist", "Info.plist");
const AIDS: Pair = ("AID list", "AID の一覧");
const USAGE: Pair = ("Usage text", "利用目的の説明");
const FORMATS: Pair = ("Reader formats", "読み取り形式");
const TARGET: Pair = ("Deployment target", "対応する iOS");
const PERMISSION: Pair = ("NFC permission", "NFC の権限");
const FEATURE: Pair = ("NFC feature", "NFC の要件");
const RULES: Pair = ("R8 rules", "R8 の規則");
const SDK: Pair = ("minSdk", "minSdk");

const ADD_AIDS: Pair = (
    "Add com.apple.developer.nfc.readersession.iso7816.select-identifiers, an array whose first string is D392F000260100000001.",
    "com.apple.developer.nfc.readersession.iso7816.select-identifiers に配列を置き、先頭を D392F000260100000001 にしてください。",
);
const ADD_USAGE: Pair = (
    "Add NFCReaderUsageDescription: a sentence that tells the user what the card is read for.",
    "NFCReaderUsageDescription に、カードを読み取る目的を書いてください。",
);
const ADD_TAG: Pair = (
    "Add TAG to com.apple.developer.nfc.readersession.formats (Xcode: Signing & Capabilities, Near Field Communication Tag Reading).",
    "com.apple.developer.nfc.readersession.formats に TAG を入れてください（Xcode では Signing & Capabilities の Near Field Communication Tag Reading）。",
);
const ADD_PERMISSION: Pair = (
    "Add <uses-permission android:name=\"android.permission.NFC\" />.",
    "<uses-permission android:name=\"android.permission.NFC\" /> を入れてください。",
);
const ADD_FEATURE: Pair = (
    "Add <uses-feature android:name=\"android.hardware.nfc\" android:required=\"false\" />, and tell users without NFC when they need it.",
    "<uses-feature android:name=\"android.hardware.nfc\" android:required=\"false\" /> を入れ、NFC がない端末には必要な場面で知らせてください。",
);

impl Code {
    #[rustfmt::skip]
    const fn words(self) -> Words {
        use Status::{Note, Ok, Problem};
        match self {
            Self::InfoPlistMissing => words("info_plist_missing", Problem, PLIST,
                ("there is none of an app", "アプリのものがありません"), Some(ADD_AIDS)),
            Self::InfoPlistWithoutNfc => words("info_plist_without_nfc", Note, PLIST,
                ("says nothing of NFC; another one does", "NFC の記述がありません（ほかのファイルにあります）"),
                Some(("Nothing to do if it belongs to another target.", "別のターゲットのものであれば、対応は不要です。"))),
            Self::AidFirst => words("aid_first", Ok, AIDS,
                ("the JPKI application stands first", "JPKI アプリケーションが先頭にあります"), None),
            Self::AidListMissing => words("aid_list_missing", Problem, AIDS,
                ("missing: the system lets the app see no card", "ありません。カードを検出できません"), Some(ADD_AIDS)),
            Self::AidListNoArray => words("aid_list_no_array", Problem, AIDS,
                ("is no array", "配列ではありません"), Some(ADD_AIDS)),
            Self::AidMalformed => words("aid_malformed", Problem, AIDS,
                ("\"{}\" is no AID", "「{}」は AID ではありません"),
                Some(("An AID is 10 to 32 hexadecimal digits, without blanks.", "AID は空白のない10〜32桁の16進数です。"))),
            Self::AidNotListed => words("aid_not_listed", Problem, AIDS,
                ("lacks the JPKI application: the system does not see a My Number Card", "JPKI アプリケーションがありません。マイナンバーカードを検出できません"),
                Some(ADD_AIDS)),
            Self::AidNotFirst => words("aid_not_first", Problem, AIDS,
                ("the JPKI application is not the first: the system may select another one", "JPKI アプリケーションが先頭にありません。別のアプリケーションが選択されます"),
                Some(ADD_AIDS)),
            Self::UsageText => words("usage_text", Ok, USAGE, ("is there", "あります"), None),
            Self::UsageTextMissing => words("usage_text_missing", Problem, USAGE,
                ("missing: the system ends an app that reads without it", "ありません。読み取りを始めるとアプリが終了します"), Some(ADD_USAGE)),
            Self::UsageTextEmpty => words("usage_text_empty", Problem, USAGE,
                ("is empty", "空です"), Some(ADD_USAGE)),
            Self::EntitlementsMissing => words("entitlements_missing", Problem, FORMATS,
                ("there is no .entitlements file", ".entitlements ファイルがありません"), Some(ADD_TAG)),
            Self::TagFormat => words("tag_format", Ok, FORMATS, ("TAG is there", "TAG があります"), None),
            Self::TagFormatMissing => words("tag_format_missing", Problem, FORMATS,
                ("TAG is missing: the system refuses to read cards", "TAG がありません。カードの読み取りは拒まれます"), Some(ADD_TAG)),
            Self::TagFormatElsewhere => words("tag_format_elsewhere", Note, FORMATS,
                ("TAG is missing here; another file has it", "TAG がありません（ほかのファイルにあります）"),
                Some(("Nothing to do if it belongs to another target.", "別のターゲットのものであれば、対応は不要です。"))),
            Self::NdefFormat => words("ndef_format", Note, FORMATS,
                ("TAG is there, and NDEF, which the App Store refuses with newer versions of the SDK", "TAG がありますが、NDEF は新しい SDK では App Store に拒まれます"),
                Some(("Leave TAG alone there.", "TAG だけにしてください。"))),
            Self::DeploymentTarget => words("deployment_target", Ok, TARGET, ("iOS {ios} or later", "iOS {ios} 以降です"), None),
            Self::DeploymentTargetLow => words("deployment_target_low", Problem, TARGET,
                ("iOS {} is too old", "iOS {} は古すぎます"),
                Some(("Kazasu is for iOS {ios} and later.", "iOS {ios} 以降にしてください。"))),
            Self::DeploymentTargetUnknown => words("deployment_target_unknown", Note, TARGET,
                ("is told nowhere", "見つかりません"),
                Some(("See that it is iOS {ios} or later.", "iOS {ios} 以降か、お確かめください。"))),
            Self::NfcPermission => words("nfc_permission", Ok, PERMISSION, ("is there", "あります"), None),
            Self::NfcPermissionOfAar => words("nfc_permission_of_aar", Ok, PERMISSION,
                ("comes with kazasu-android", "kazasu-android のマニフェストにあります"), None),
            Self::NfcPermissionMissing => words("nfc_permission_missing", Problem, PERMISSION,
                ("missing", "ありません"), Some(ADD_PERMISSION)),
            Self::NfcPermissionRemoved => words("nfc_permission_removed", Problem, PERMISSION,
                ("a manifest removes it (tools:node=\"remove\")", "マニフェストが取り除いています（tools:node=\"remove\"）"), Some(ADD_PERMISSION)),
            Self::NfcPermissionLimited => words("nfc_permission_limited", Problem, PERMISSION,
                ("ends with an old version of Android (android:maxSdkVersion)", "古い Android に限られています（android:maxSdkVersion）"), Some(ADD_PERMISSION)),
            Self::NfcFeature => words("nfc_feature", Ok, FEATURE, ("optional", "必須ではありません"), None),
            Self::NfcFeatureRequired => words("nfc_feature_required", Note, FEATURE,
                ("required: Google Play offers the app to no phone without NFC", "必須です。NFC がない端末は Google Play でアプリを入手できません"),
                Some(("Nothing to do if that is what you want; else android:required=\"false\".", "意図したものでなければ、android:required=\"false\" にしてください。"))),
            Self::NfcFeatureUnclear => words("nfc_feature_unclear", Problem, FEATURE,
                ("android:required is \"{}\", neither true nor false", "android:required が「{}」で、true でも false でもありません"), Some(ADD_FEATURE)),
            Self::NfcFeatureMissing => words("nfc_feature_missing", Note, FEATURE,
                ("not declared", "宣言がありません"), Some(ADD_FEATURE)),
            Self::ShrinkingOff => words("shrinking_off", Ok, RULES, ("not needed: nothing is shrunk", "不要です（圧縮していません）"), None),
            Self::KeepRules => words("keep_rules", Ok, RULES, ("are there", "あります"), None),
            Self::KeepRulesOfAar => words("keep_rules_of_aar", Ok, RULES,
                ("come with kazasu-android", "kazasu-android に含まれています"), None),
            Self::KeepRulesMissing => words("keep_rules_missing", Problem, RULES,
                ("nothing keeps {}, whose classes are found by name at run time", "実行時に名前で探される {} のクラスを残す規則がありません"),
                Some(("Depend on kazasu-android, whose rules come along, or copy its proguard.txt.", "規則を含む kazasu-android を使うか、その proguard.txt を写してください。"))),
            Self::MinSdk => words("min_sdk", Ok, SDK, ("{api} or later", "{api} 以上です"), None),
            Self::MinSdkLow => words("min_sdk_low", Problem, SDK, ("{} is too old", "{} は古すぎます"),
                Some(("Kazasu is for API level {api} and later.", "API レベル {api} 以上にしてください。"))),
            Self::MinSdkUnknown => words("min_sdk_unknown", Note, SDK, ("is told nowhere as a number", "数値が見つかりません"),
                Some(("See that it is {api} or later.", "{api} 以上か、お確かめください。"))),
        }
    }
}

const fn words(name: &'static str, status: Status, title: Pair, said: Pair, next: Option<Pair>) -> Words {
    Words { name, status, title, said, next }
}

#[derive(Debug, Clone)]
pub(super) struct Finding {
    code: Code,
    file: Option<PathBuf>,
    detail: String,
}

impl Finding {
    pub(super) const fn new(code: Code) -> Self {
        Self { code, file: None, detail: String::new() }
    }

    /// In this file.
    pub(super) fn of(self, file: &Path) -> Self {
        Self { file: Some(file.to_owned()), ..self }
    }

    pub(super) fn saying(self, detail: &str) -> Self {
        Self { detail: detail.to_owned(), ..self }
    }

    pub(super) const fn status(&self) -> Status {
        self.code.words().status
    }

    /// In the chosen language, with the numbers and the detail in their places.
    fn told(&self, pair: Pair, language: Language) -> String {
        one_of(pair, language)
            .replace("{ios}", &FIRST_IOS.to_string())
            .replace("{api}", &FIRST_API.to_string())
            .replace("{}", &self.detail)
    }

    pub(super) fn json(&self, language: Language) -> Value {
        let words = self.code.words();
        json!({
            "code": words.name,
            "status": words.status.name(),
            "file": self.file.as_ref().map(|file| file.display().to_string()),
            "message": self.told(words.said, language),
            "next": words.next.map(|next| self.told(next, language)),
        })
    }

    pub(super) fn text(&self, language: Language) -> String {
        let words = self.code.words();
        let (mark, title) = (words.status.mark(language), one_of(words.title, language));
        let file = self.file.as_ref().map_or_else(String::new, |file| format!(" ({})", file.display()));
        let said = self.told(words.said, language);
        let next =
            words.next.map_or_else(String::new, |next| format!("         → {}\n", self.told(next, language)));
        format!("{mark}  {title}{file}: {said}\n{next}")
    }
}

const fn one_of((en, ja): Pair, language: Language) -> &'static str {
    match language {
        Language::En => en,
        Language::Ja => ja,
    }
}
