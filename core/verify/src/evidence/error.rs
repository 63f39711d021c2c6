//! Why a record is not taken.

use thiserror::Error;

use super::seal::SealError;

/// A record that cannot be read or has been changed. Whatever it says then counts for nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EvidenceError {
    /// Not a record: not JSON, a field missing, unknown or twice, a number with a fraction.
    #[error("not an evidence record: {reason}")]
    Encoding {
        /// What the parser says. It holds no value of the record.
        reason: String,
    },
    /// Longer than any record.
    #[error("{len} bytes are too long for an evidence record, the limit is {limit}")]
    TooLong {
        /// Length given, in bytes.
        len: usize,
        /// The limit.
        limit: usize,
    },
    /// Written by a version of this crate that knows something this one does not.
    #[error("evidence record of version {found}, which is not known here")]
    Version {
        /// The version found.
        found: u64,
    },
    /// The record is not the one its hash was made over.
    #[error("the evidence record has been changed: its hash does not fit")]
    Tampered,
    /// What it keeps of an input is not what it has the hash of.
    #[error("the {input} kept in the evidence record is not the one that was checked")]
    KeptInput {
        /// Which input.
        input: &'static str,
    },
    /// What was given along to check again is not what was checked then.
    #[error("the {input} is not the one that was checked")]
    GivenInput {
        /// Which input.
        input: &'static str,
    },
    /// The seal is missing, of another kind, or wrong.
    #[error("the seal of the evidence record: {0}")]
    Seal(#[from] SealError),
    /// It does not follow the record it is said to follow.
    #[error("the evidence record does not follow the one before it")]
    Chain,
}

impl EvidenceError {
    /// A stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Encoding { .. } | Self::TooLong { .. } => "evidence_encoding",
            Self::Version { .. } => "evidence_version",
            Self::Tampered | Self::KeptInput { .. } => "evidence_tampered",
            Self::GivenInput { .. } => "evidence_input",
            Self::Seal(_) => "evidence_seal",
            Self::Chain => "evidence_chain",
        }
    }
}
