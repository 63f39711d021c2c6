//! CRLs: what a list proves, how it is read, and how it is kept.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on fails"
)]

mod allocations;
mod common;
mod decision;
mod encoding;
mod faults;
mod generations;
mod model;
