//! A simulated My Number Card, its test PKI, and a link that fails on demand.
//!
//! For tests, demonstrations and development without a card. Nothing here belongs in a released application: the keys
//! are public (`core/sim/keys`), the holders are invented, and the secrets of the personas stand in plain JSON.
//!
//! * [`SimulatedCard`] answers commands as the card does, with files, secrets, counters and security state. Its facts
//!   are those of docs/card-facts.md; it decodes commands with a codec of its own, so that one mistake cannot cancel
//!   itself out.
//! * [`Persona`] says what a card is like; [`Persona::names`] lists the deck, `core/sim/personas` holds it.
//! * [`FaultyCard`] loses the card, refuses and garbles at chosen exchanges.
//! * [`Scenario`] is what the test suites of all languages go through: `core/sim/scenarios`.
//! * [`TestPki`] issues certificates in the exact shape of the real ones, and wrong ones to test a verifier with.
//! * [`status_services`] answers about revocation: lists and an OCSP responder, right ones and wrong ones, over HTTP.
//! * [`vpcd`] puts a card behind a real PC/SC daemon.
//! * [`LinkModel`] estimates the time a card spends at the reader.
//!
//! ```
//! use kazasu_sim::{Persona, Secret, SimulatedCard};
//!
//! let mut card = SimulatedCard::new(&Persona::named("ichiro")?)?;
//! let jpki = [0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01];
//! assert_eq!(card.transmit(&jpki), [0x90, 0x00]);
//! assert_eq!(card.transmit(&[0x00, 0x20, 0x00, 0x9B]), [0x63, 0xC5]);
//! assert_eq!(card.tries_left(Secret::SigningPassword), 5);
//! # Ok::<(), kazasu_sim::SimError>(())
//! ```

mod capabilities;
mod card;
mod certificates;
mod deck;
pub mod der;
mod error;
mod fault;
mod holder;
mod journal;
mod link;
mod persona;
pub mod pki;
pub mod scenario;
mod status;
pub mod status_services;
pub mod vpcd;

pub use capabilities::{Blocked, BlockedStatus, Capabilities, SelectClears, SfiSupport, TriesQuery};
pub use card::{Secret, SimulatedCard};
pub use certificates::{
    Certificates, Filler, PreviousCertificates, Revocation, SigningCertificate, Statuses,
};
pub use error::SimError;
pub use fault::{Fault, FaultKind, FaultyCard, LinkError};
pub use holder::Holder;
pub use journal::Exchange;
pub use link::{BitRate, LinkModel};
pub use persona::{Description, Persona, SecretState, Secrets, TestSecret, Token};
pub use pki::{
    CertificateAuthority, CertificateTemplate, Extension, Generation, KeyName, Purpose, TestKey, TestPki,
};
pub use scenario::Scenario;
