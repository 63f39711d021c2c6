use std::fmt;
use std::sync::Arc;

use kazasu_verify as verify;
use serde::Serialize;

use super::{CrlMark, Environment, Purpose};
use crate::card::count;

/// What a verifier found. An object, because it may hold personal data: it shows nothing of itself unless asked.
#[derive(uniffi::Object)]
pub struct Report(verify::Report);

#[uniffi::export]
impl Report {
    /// The answer.
    pub fn verdict(&self) -> Verdict {
        self.0.verdict.into()
    }

    /// Why it is not accepted, as codes of the error catalogue, the most useful first. Empty exactly when accepted.
    pub fn codes(&self) -> Vec<String> {
        self.0.codes().into_iter().map(str::to_owned).collect()
    }

    /// What whoever relies on the answer should know, as codes.
    pub fn warnings(&self) -> Vec<String> {
        self.0.warnings.iter().map(word).collect()
    }

    /// What is known about revocation, as a code: `good`, `revoked`, `not_checked` and the like.
    pub fn revocation(&self) -> String {
        self.0.revocation.code().to_owned()
    }

    /// The newest CRL that counted: what to remember for the certificate's partition, and to hand over the next time as
    /// `seenCrl`. Absent if no CRL counted, if one older than was seen did, or if different certificates signed.
    pub fn crl_mark(&self) -> Option<CrlMark> {
        self.0.crl_mark().map(Into::into)
    }

    /// The purpose that was asked about.
    pub fn purpose(&self) -> Purpose {
        self.0.purpose.into()
    }

    /// The environment whose anchors were relied on.
    pub fn environment(&self) -> Environment {
        self.0.environment.into()
    }

    /// Each check in the order in which it was made.
    pub fn checks(&self) -> Vec<CheckRecord> {
        self.0.checks.iter().map(CheckRecord::new).collect()
    }

    /// The basic four attributes: only when accepted, only from a signing certificate, and only with one signer.
    pub fn attributes(&self) -> Option<Arc<Attributes>> {
        self.0.attributes.clone().map(|attributes| Arc::new(Attributes(attributes)))
    }

    /// Everything, as one JSON object. Holds the attributes if there are any.
    pub fn json(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }
}

impl Report {
    pub(super) fn new(report: verify::Report) -> Arc<Self> {
        Arc::new(Self(report))
    }

    pub(super) const fn core(&self) -> &verify::Report {
        &self.0
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Report({:?})", self.0.verdict)
    }
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Verdict {
    /// Every check passed.
    Accepted,
    /// A check failed.
    Rejected,
    /// No check failed, but something needed for a yes is missing. Not a yes.
    Indeterminate,
}

impl From<verify::Verdict> for Verdict {
    fn from(verdict: verify::Verdict) -> Self {
        match verdict {
            verify::Verdict::Accepted => Self::Accepted,
            verify::Verdict::Rejected => Self::Rejected,
            verify::Verdict::Indeterminate => Self::Indeterminate,
        }
    }
}

/// One check and its result.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CheckRecord {
    /// Its name, such as `certificate_signature`.
    pub check: String,
    /// Which signer it is about, from 0.
    pub signer: Option<u32>,
    /// `passed`, `failed` and the like.
    pub result: String,
    /// The code, if it failed.
    pub error: Option<String>,
}

impl CheckRecord {
    fn new(record: &verify::CheckRecord) -> Self {
        let (result, error) = match &record.result {
            verify::CheckResult::Passed => ("passed", None),
            verify::CheckResult::Failed(rejection) => ("failed", Some(rejection.code())),
            verify::CheckResult::Undecided(missing) => ("undecided", Some(missing.code())),
            verify::CheckResult::NotPerformed => ("not_performed", None),
        };
        Self {
            check: word(&record.check),
            signer: record.signer.map(count),
            result: result.to_owned(),
            error: error.map(str::to_owned),
        }
    }
}

/// The basic four attributes (基本4情報) of a person whose signature was accepted. Only a verifier makes one, so that a
/// function that takes it cannot be given what somebody typed into a form.
#[derive(uniffi::Object)]
pub struct Attributes(verify::VerifiedAttributes);

#[uniffi::export]
impl Attributes {
    /// 氏名, verbatim.
    pub fn name(&self) -> String {
        self.0.name.text.clone()
    }

    /// 住所, verbatim: one line, from the prefecture on, without postcode.
    pub fn address(&self) -> String {
        self.0.address.text.clone()
    }

    /// 生年月日 as `YYYY-MM-DD`; absent unless complete and existing.
    pub fn date_of_birth(&self) -> Option<String> {
        self.0.date_of_birth.known().map(|date| date.to_string())
    }

    /// 生年月日 as registered: nine digits, the first of which names the era.
    pub fn date_of_birth_registered(&self) -> String {
        self.0.date_of_birth.as_registered().to_owned()
    }

    /// 性別: `male`, `female`, or another registered digit.
    pub fn sex(&self) -> String {
        self.0.sex.to_string()
    }

    /// What should be looked at, as codes: substitute characters, a partial date.
    pub fn warnings(&self) -> Vec<String> {
        self.0.warnings().iter().map(word).collect()
    }

    /// The certificate they were read from, DER.
    pub fn certificate(&self) -> Vec<u8> {
        self.0.certificate().as_der().to_vec()
    }

    /// All of it, as one JSON object.
    pub fn json(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Attributes(..)")
    }
}

/// The serialized form of something that is serialized as one word.
pub(super) fn word(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).unwrap_or_default();
    // Words are of letters and underscores, which JSON writes as they are.
    json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default().to_owned()
}
