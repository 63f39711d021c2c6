//! Certificate revocation lists (RFC 5280 §5 and §6.3; docs/certificate-facts.md §5.4).
//!
//! * [`decision`] says what a list, however it is kept, proves about one certificate.
//! * [`list`] reads a list as a stream, in constant memory, and hashes what is signed while it passes by.
//! * [`index`] keeps lists of national size on disk, ready to be asked.

mod authority;
mod decision;
mod element;
mod entry;
mod extensions;
mod facts;
mod index;
mod list;
mod number;
mod problem;
mod source;

pub use decision::{CrlAnswer, CrlCheck, CrlStatus};
pub use entry::RevokedEntry;
pub use facts::{CrlFacts, CrlMark};
pub use index::{CrlIndex, CrlIngest, CrlName, IndexError, IndexedCrl, IngestError, IngestReport};
pub use number::{CrlNumber, CrlNumberError};
pub use problem::{CrlEncodingRule, CrlInvalidity, CrlProblem, CrlScopeProblem};
