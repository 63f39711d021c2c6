//! Records that show years later what was checked, on what, and with which answer.

mod error;
mod inputs;
mod json;
mod keep;
mod members;
mod record;
mod replay;
mod retention;
mod seal;
mod withheld;

pub use error::EvidenceError;
pub use record::EvidenceRecord;
pub use replay::{
    AnchorSource, RecordedInput, Replay, ReplayInputs, ReplayOutcome, ReplayedCheck, ReplayedMember,
    TestAnchors,
};
pub use retention::{Keep, Retention};
pub use seal::{HmacSeal, P256SealVerifier, Seal, SealAlgorithm, SealError, SealKey, SealVerifier};
