//! What the fuzz targets do with their input, and what has to hold whatever the input is.
//!
//! Each module is one target: its `run` takes the bytes of the fuzzer and panics where a promise is broken. The programs in
//! `fuzz_targets` only hook them up to libFuzzer, so that everything here also builds and runs on a stable toolchain.
//!
//! [`seeds`] makes the inputs the fuzzers begin with. How to run everything: README.md.
#![forbid(unsafe_code)]

pub mod apdu_response;
pub mod attributes;
pub mod card_session;
pub mod certificate;
pub mod cms;
pub mod crl;
mod crypto;
pub mod evidence;
mod mutate;
pub mod ocsp;
pub mod seeds;
mod verifier;

pub use mutate::{BerMutator, Blind};
