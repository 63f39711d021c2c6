//! Lists of national size on disk (docs/certificate-facts.md §5.3).
//!
//! An index is a directory with one file for each list: the partition of a municipality, or the one list of
//! everything. [`CrlIngest`] makes a file of a list; [`CrlIndex`] maps the files and answers from them.
//!
//! ```text
//! file      ::= magic(8) version(4) zero(4)  ascending  others  wide  footer  footer length(4)  SHA-256(32)
//! ascending ::= segments of the entries that came in ascending order of their serial numbers        (segment.rs)
//! others    ::= segments of those that did not, sorted                                              (segment.rs)
//! wide      ::= the entries that do not fit: long serial numbers, times out of range, invalidity dates (record.rs)
//! footer    ::= JSON: what the list says about itself, segments, the SHA-256 of all from ascending to wide (file.rs)
//! ```
//!
//! The last hash is that of the first 16 bytes and the footer. Numbers are little-endian. A file is written under
//! another name, synchronised and only then renamed to `<list>.<generation>.crl-index`; it is never changed after
//! that. The newest generation counts, the one before it is kept.
//!
//! A list in ascending order goes straight into its file while it is read. One in another order leaves there only
//! what happens to be above all before it, and is sorted with the help of a nameless file.

mod directory;
mod file;
mod indexed;
mod ingest;
mod record;
mod segment;
mod sort;

pub use directory::{CrlIndex, CrlName};
pub use file::IndexError;
pub use indexed::IndexedCrl;
pub use ingest::{CrlIngest, IngestError, IngestReport};
