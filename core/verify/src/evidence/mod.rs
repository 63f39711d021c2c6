//! Records that show years later what was checked, on what, and with which answer.

mod error;
mod json;
mod keep;
mod record;
mod replay;
mod retention;
mod seal;

pub use error::EvidenceError;
pub use record::EvidenceRecord;
pub use replay::{RecordedInput, Replay, ReplayInputs, ReplayOutcome, ReplayedCheck};
pub use retention::{Keep, Retention};
pub use seal::{HmacSeal, P256SealVerifier, Seal, SealAlgorithm, SealError, SealKey, SealVerifier};
