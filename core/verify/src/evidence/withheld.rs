//! What a record leaves out of the report.

use serde_json::Value;

use super::{Keep, Retention, json};
use crate::Warning;

/// A report, or a part of it, as a record with this retention tells it, and JSON pointers (RFC 6901) of the members left
/// out. What a record `said` all the same is left in, to be compared: they used to say more. `warnings` are those of the
/// report.
pub(super) fn reported(
    mut report: Value,
    warnings: &[Warning],
    retention: Retention,
    said: Option<&Value>,
) -> (Value, Vec<String>) {
    let mut left_out = withheld(&report, retention);
    left_out.retain(|pointer| said.is_none_or(|said| said.pointer(pointer).is_none()));
    left_out.iter().for_each(|pointer| remove(&mut report, pointer));
    if retention.attributes == Keep::HashOnly {
        let about_attributes = warnings.iter().filter(|warning| matches!(warning, Warning::Attribute(_)));
        let about_attributes: Vec<_> = about_attributes.map(json::value).collect();
        let said = said.and_then(|said| said.get("warnings")?.as_array());
        let is_said = said.is_some_and(|said| said.iter().any(|warning| about_attributes.contains(warning)));
        if let (false, Some(Value::Array(all))) = (is_said, report.get_mut("warnings")) {
            all.retain(|warning| !about_attributes.contains(warning));
        }
    }
    (report, left_out)
}

/// The members that tell about the person and are not to be kept: the attributes, the serial number, the validity, whose
/// end gives away the birthday (docs/certificate-facts.md §2.2), the partition of a list, which is the holder's
/// municipality, and the sentences about checks and evidence, which repeat them.
fn withheld(report: &Value, retention: Retention) -> Vec<String> {
    let mut all = Vec::new();
    if retention.attributes == Keep::HashOnly {
        all.push("/attributes".to_owned());
    }
    if retention.certificate == Keep::HashOnly && retention.attributes == Keep::HashOnly {
        for signer in positions(report, "/signers") {
            let certificate = ["serial", "not_before", "not_after"];
            all.extend(certificate.map(|name| format!("{signer}/certificate/{name}")));
            for finding in positions(report, &format!("{signer}/revocation/evidence")) {
                all.push(format!("{finding}/detail"));
                if retention.revocation == Keep::HashOnly {
                    all.push(format!("{finding}/answer/crl/partition"));
                }
            }
        }
        all.extend(positions(report, "/checks").map(|check| format!("{check}/detail")));
    }
    all.retain(|pointer| report.pointer(pointer).is_some());
    all
}

/// Takes a member of an object out.
fn remove(json: &mut Value, pointer: &str) {
    let Some((parent, name)) = pointer.rsplit_once('/') else { return };
    if let Some(parent) = json.pointer_mut(parent).and_then(Value::as_object_mut) {
        parent.remove(name);
    }
}

fn positions(report: &Value, array: &str) -> impl Iterator<Item = String> + use<> {
    let len = report.pointer(array).and_then(Value::as_array).map_or(0, Vec::len);
    let array = array.to_owned();
    (0..len).map(move |position| format!("{array}/{position}"))
}
