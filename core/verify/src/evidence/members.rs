//! The members of a recorded report, compared with those of one made anew.

use kazasu_cert::{Certificate, basic_attributes};
use serde_json::{Map, Value};

use super::inputs::{Again, Inputs};
use super::withheld::reported;
use super::{EvidenceRecord, ReplayOutcome, ReplayedCheck, ReplayedMember, json};
use crate::{Report, Verdict};

/// What rests on all checks together.
const CONCLUSIONS: [&str; 4] = ["/verdict", "/errors", "/undecided", "/warnings"];

/// Every member that the report has, or should have. Prose is left out: it may change from version to version.
pub(super) fn compare(
    record: &EvidenceRecord,
    inputs: &Inputs<'_>,
    again: &Again,
    checks: &[ReplayedCheck],
) -> Vec<ReplayedMember> {
    let mut recorded = without_prose(record.report());
    let mut anew = Anew::new(record, inputs, again);
    let of_checks = anew.json.get_mut("checks").zip(recorded.get_mut("checks"));
    if let Some((Value::Array(anew), Value::Array(recorded))) = of_checks {
        for ((anew, recorded), check) in anew.iter_mut().zip(recorded).zip(checks) {
            if check.outcome == ReplayOutcome::NotRechecked {
                forget_result(anew);
                forget_result(recorded);
            }
        }
    }
    if checks.iter().any(|check| check.outcome == ReplayOutcome::NotRechecked) {
        anew.unknown.extend(CONCLUSIONS.map(str::to_owned));
    }
    let warnings = again.report.as_ref().map_or(&[][..], |report| &report.warnings);
    let (json, left_out) = reported(anew.json, warnings, record.retention(), Some(&recorded));
    anew.json = json;
    let mut all = pointers(&recorded);
    all.extend(pointers(&anew.json));
    all.retain(|member| !left_out.contains(member));
    all.sort_unstable();
    all.dedup();
    let left_out = left_out.into_iter();
    let mut members: Vec<_> = left_out
        .map(|member| ReplayedMember { member, outcome: ReplayOutcome::NotRechecked })
        .chain([number_of_signers(&recorded, &anew)])
        .collect();
    members.extend(all.into_iter().map(|member| {
        let (was, is) = (recorded.pointer(&member), anew.json.pointer(&member));
        let outcome = if !anew.knows(&member) {
            ReplayOutcome::NotRechecked
        } else if was == is {
            ReplayOutcome::Confirmed
        } else {
            ReplayOutcome::Contradicted
        };
        ReplayedMember { member, outcome }
    }));
    members
}

/// Whether there are as many signers: one about whom nothing is said has no member of its own.
fn number_of_signers(recorded: &Value, anew: &Anew) -> ReplayedMember {
    let count = |report: &Value| report.get("signers").and_then(Value::as_array).map(Vec::len);
    let outcome = match count(recorded) == count(&anew.json) {
        _ if anew.partial => ReplayOutcome::NotRechecked,
        true => ReplayOutcome::Confirmed,
        false => ReplayOutcome::Contradicted,
    };
    ReplayedMember { member: "/signers".to_owned(), outcome }
}

/// The report as far as it could be made anew.
struct Anew {
    json: Value,
    /// What it has no word on.
    unknown: Vec<String>,
    /// Whether it has no word on all that is not in it.
    partial: bool,
}

impl Anew {
    fn new(record: &EvidenceRecord, inputs: &Inputs<'_>, again: &Again) -> Self {
        let recorded = record.report().get("attributes");
        let mut anew = match &again.report {
            Some(report) => {
                Self { json: without_prose(&json::value(report)), unknown: Vec::new(), partial: false }
            }
            None => Self::of_paths(inputs, again),
        };
        if let Some(report) = &again.report {
            if !inputs.has_revocation {
                anew.unknown.push("/inputs/revocation".to_owned());
            }
            for at in 0..report.signers.len() {
                let of_signer = |name| format!("/signers/{at}/{name}");
                anew.unknown.extend(inputs.lacks_revocation().then(|| of_signer("revocation")));
                anew.unknown.extend(inputs.needs_document(Some(at), again).then(|| of_signer("hash")));
            }
            if inputs.lacks_revocation() {
                anew.unknown.push("/revocation".to_owned());
            }
        }
        let is_accepted = again.report.as_ref().is_some_and(Report::is_accepted);
        // They stand in the certificate, whatever else is missing for an answer.
        if recorded.is_some() && !is_accepted && record.verdict() == Verdict::Accepted {
            match (of_certificate(inputs), anew.json.as_object_mut()) {
                (Some(attributes), Some(json)) => drop(json.insert("attributes".to_owned(), attributes)),
                _ => anew.unknown.push("/attributes".to_owned()),
            }
        }
        anew
    }

    /// Without the signature: what the certificates and the evidence about them say.
    fn of_paths(inputs: &Inputs<'_>, again: &Again) -> Self {
        let mut told = vec!["certificate", "anchor", "carrier"];
        told.extend((!inputs.lacks_revocation()).then_some("revocation"));
        let all = without_prose(&json::object([("signers", json::value(&again.signers))]));
        let all = all.get("signers").and_then(Value::as_array).into_iter().flatten();
        let signers = all.map(|signer| {
            let member = |name: &&str| Some(((*name).to_owned(), signer.get(name)?.clone()));
            Value::Object(told.iter().filter_map(member).collect())
        });
        let json = json::object([("signers", Value::Array(signers.collect()))]);
        Self { json, unknown: Vec::new(), partial: true }
    }

    fn knows(&self, member: &String) -> bool {
        !self.unknown.contains(member) && (!self.partial || self.json.pointer(member).is_some())
    }
}

/// The attributes in the certificate of the one signer, if it is there and has some.
fn of_certificate(inputs: &Inputs<'_>) -> Option<Value> {
    let [Some(der)] = inputs.signers[..] else { return None };
    let attributes = basic_attributes(&Certificate::from_der(der).ok()?).ok()?;
    Some(json::value(&attributes))
}

/// JSON pointers (RFC 6901) of what is compared one by one.
fn pointers(report: &Value) -> Vec<String> {
    let mut all = Vec::new();
    let mut within = |prefix: &str, value: &Value, into: &[&str]| -> Vec<String> {
        let mut rest = Vec::new();
        for name in value.as_object().into_iter().flat_map(Map::keys) {
            let pointer = format!("{prefix}/{}", name.replace('~', "~0").replace('/', "~1"));
            let descends = into.contains(&name.as_str()) && value.get(name).is_some_and(is_container);
            if descends {
                rest.push(pointer);
            } else {
                all.push(pointer);
            }
        }
        rest
    };
    for top in within("", report, &["inputs", "signers"]) {
        let Some(value) = report.pointer(&top) else { continue };
        let signers = value.as_array().map(Vec::as_slice).unwrap_or_default();
        for (at, signer) in signers.iter().enumerate() {
            let prefix = format!("{top}/{at}");
            for certificate in within(&prefix, signer, &["certificate"]) {
                let value = report.pointer(&certificate).unwrap_or(&Value::Null);
                within(&certificate, value, &[]);
            }
        }
        within(&top, value, &[]);
    }
    all
}

fn is_container(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

fn forget_result(check: &mut Value) {
    if let Some(check) = check.as_object_mut() {
        check.remove("result");
        check.remove("error");
    }
}

/// A report without the sentences in it.
fn without_prose(report: &Value) -> Value {
    let mut report = report.clone();
    let forget = |all: Option<&mut Value>| {
        let all = all.and_then(Value::as_array_mut).map(Vec::as_mut_slice).unwrap_or_default();
        all.iter_mut().filter_map(Value::as_object_mut).for_each(|one| drop(one.remove("detail")));
    };
    forget(report.get_mut("checks"));
    let signers = report.get_mut("signers").and_then(Value::as_array_mut);
    for signer in signers.into_iter().flatten() {
        forget(signer.pointer_mut("/revocation/evidence"));
    }
    report
}
