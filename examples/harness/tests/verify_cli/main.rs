//! `kazasu verify` as a relying party's operator sees it: files, exit codes, one JSON object.

// The helpers here are test code as well, which the lints cannot tell.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod bench;
mod content;
mod crl;
mod formats;
mod huge;
mod ocsp;
mod options;
mod record;
