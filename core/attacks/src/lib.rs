//! The attack cases of docs/certificate-facts.md §4.4 as real vectors, each one change to something a verifier accepts,
//! signed with the real key wherever an attacker could have it signed.
//!
//! There is one definition of each [`Attack`]. The tests of `kazasu-verify` put each [`Question`] to the library;
//! [`write_corpus`] (`cargo xtask attack-corpus --out DIR`) writes the same questions as files with a manifest, for
//! `kazasu verify` and for any other verifier (docs/attack-corpus.md).
//!
//! [`vector`], [`cms`] and [`status`] are what the attacks are made of: a valid certificate, message, list or answer, any
//! part of which can be made wrong before it is signed.
//!
//! Nothing here is part of a release; no released crate depends on it.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    reason = "vectors are made of constants: what fails is a mistake in this crate"
)]

mod attack;
mod cases;
pub mod cms;
mod corpus;
mod elsewhere;
mod question;
pub mod status;
pub mod vector;

pub use attack::{Attack, Expected};
pub use cases::{attacks, controls};
pub use corpus::{Answer, Entry, Files, Manifest, write_corpus};
pub use elsewhere::{ELSEWHERE, Elsewhere};
pub use question::{Question, Signature};
