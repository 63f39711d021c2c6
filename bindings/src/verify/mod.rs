//! The relying party's side.

mod evidence;
mod policy;
mod report;
mod submission;
mod verifier;

pub use evidence::{AnchorSource, EvidenceError, EvidenceRecord, Replay, ReplayInputs, Retention};
pub use policy::{CrlScope, Environment, Policy, Purpose, RevocationPolicy, TimeSource, ValidationTime};
pub use report::{Attributes, CheckRecord, Report, Verdict};
pub use submission::{
    CertIdHash, CrlMark, Document, EvidenceKind, EvidenceSources, Fetch, InputError, RevocationEvidence,
    SignatureInput, Submission,
};
pub use verifier::Verifier;
