//! Kazasu for Kotlin, Swift and Python.
//!
//! Conversion and nothing else: what the crates `kazasu-card`, `kazasu-verify` and `kazasu-cert` offer, in types that uniffi
//! carries across. Everything is synchronous; the shells own loop, threads, time-outs and cancellation (docs/adr/0009).
//!
//! * [`CardSession`] is the card machine. [`Step`] says what to do next and at the end how it went: [`Outcome`].
//! * [`AuthenticationPin`] and [`SigningPassword`] take borrowed bytes and wipe theirs. Each serves for one session.
//! * [`Verifier`] is the relying party's decision, [`EvidenceRecord`] what it keeps of it.
//! * [`error_catalogue`] has the sentence for users and the next step for every code.
//!
//! # Memory
//!
//! Commands cross as byte arrays, and a VERIFY command holds a secret. uniffi's copy is freed as soon as the other side has
//! taken it over, and everything this library frees is overwritten first: its allocator is `zeroizing-alloc`. The array on
//! the other side is the shell's to overwrite after transmission (docs/adr/0012).
//!
//! # Errors and panics
//!
//! Bad input is a typed error; `code()` of each is in the catalogue. A panic would be a defect: it unwinds to the boundary
//! and arrives as an exception, and the process lives.
#![allow(
    clippy::needless_pass_by_value,
    clippy::missing_errors_doc,
    reason = "what crosses arrives as an owned value; the other languages show the error type by themselves"
)]

mod allocator;
mod card;
mod catalogue;
mod digest;
mod verify;

pub use card::{
    AuthenticationPin, Availability, CardError, CardInfo, CardResult, CardSession, CertificateKind,
    ChannelKind, Known, Leaving, Misuse, Options, Outcome, Reconciliation, Request, RequestError,
    SecretError, SecretKind, Signature, SigningPassword, Stage, Step, TimeLeft, ToBeSigned, TokenKind, Tries,
    TriesReport,
};
pub use catalogue::{CatalogueEntry, error_catalogue, error_entry};
pub use digest::{HashAlgorithm, digest};

pub use verify::{
    AnchorSource, Attributes, CertIdHash, CheckRecord, CrlMark, CrlScope, Document, Environment,
    EvidenceError, EvidenceKind, EvidenceRecord, EvidenceSources, Fetch, InputError, Policy, Purpose, Replay,
    ReplayInputs, Report, Retention, RevocationEvidence, RevocationPolicy, SignatureInput, Submission,
    TimeSource, ValidationTime, Verdict, Verifier,
};

uniffi::setup_scaffolding!();
