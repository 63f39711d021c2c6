//! Sessions of the card machine against simulated, faulty and scripted cards.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests, which clippy.toml does not cover"
)]

mod arbitrary;
mod common;
mod estimate;
mod exchanges;
mod faults;
mod recognition;
mod results;
mod scenarios;
mod secrets;
mod taps;
mod trace;
mod transcripts;
