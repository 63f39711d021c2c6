//! `kazasu` and OpenSC against the simulated card behind a real pcscd.
//!
//! Needs root and Debian's `pcscd`, `vsmartcard-vpcd`, `opensc` and `opensc-pkcs11`; `cargo xtask test --only pcsc`
//! installs and runs it all. Each test starts a daemon of its own, and one daemon runs at a time. The virtual readers
//! listen on every interface while it does; the tests reach them on the loopback one.

// The helpers here are test code as well, which the lints cannot tell.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod card;
mod daemon;
mod doctor;
mod failures;
mod flows;
mod interrupted;
mod memory;
mod opensc;
mod process;
mod pulled;
mod waiting;
