//! What a record leaves out of the report.

use serde_json::Value;

use super::{Keep, Retention};

/// JSON pointers (RFC 6901) of the members of a report that tell about the person and are not to be kept: the serial
/// number, the validity, whose end gives away the birthday (docs/certificate-facts.md §2.2), the partition of a list,
/// which is the holder's municipality, and the sentences of the checks, which repeat them.
pub(super) fn withheld(report: &Value, retention: Retention) -> Vec<String> {
    let mut all = Vec::new();
    if retention.certificate == Keep::Yes || retention.attributes == Keep::Yes {
        return all;
    }
    for signer in positions(report, "/signers") {
        let certificate = ["serial", "not_before", "not_after"];
        all.extend(certificate.map(|name| format!("{signer}/certificate/{name}")));
        if retention.revocation == Keep::HashOnly {
            let findings = positions(report, &format!("{signer}/revocation/evidence"));
            all.extend(findings.map(|finding| format!("{finding}/answer/crl/partition")));
        }
    }
    all.extend(positions(report, "/checks").map(|check| format!("{check}/detail")));
    all.retain(|pointer| report.pointer(pointer).is_some());
    all
}

/// Takes a member of an object out.
pub(super) fn remove(json: &mut Value, pointer: &str) {
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
