//! The binary `kazasu` as its users see it, over simulated cards: files, standard streams and exit codes.
//!
//! The card of each run is a new one. OpenSSL has to be there; it checks the signatures.

// The helpers here are test code as well, which the lints cannot tell.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod authenticate;
mod binary_plist;
mod change_pin;
mod command_line;
mod demo;
mod doctor;
mod estimate;
mod files;
mod info;
mod leaks;
mod lint_app;
mod memory;
mod open_account;
mod read;
mod refused;
mod secrets;
mod sign;
mod sim;
mod terminal;
mod trace;
mod verify;
mod work;
