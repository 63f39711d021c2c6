//! The card side of JPKI, sans-IO: command APDUs come out, response APDUs go in.
//!
//! **Before anything else:** a wrong PIN or password spends a try, and a card without tries is unblocked at the municipal
//! office only. And a secret once accepted stays accepted until the card loses power or its application is left. Both are
//! this crate's first concern; its rules stand in docs/adr/0003.
//!
//! # The driving loop
//!
//! No I/O, clock, thread, randomness or global state is in here. The shell owns the channel and this loop, which is the
//! whole contract:
//!
//! ```
//! use kazasu_card::{Attempt, CardSession, Completed, Options, Request, Sign, SigningPassword, Step, ToBeSigned};
//! use kazasu_cert::HashAlgorithm;
//! # use kazasu_sim::{Persona, SimulatedCard};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let mut channel = SimulatedCard::new(&Persona::named("ichiro")?)?;
//! # channel.power_on();
//! let document = HashAlgorithm::Sha256.digest(b"an application with the bank's nonce");
//! let request = Request::Sign(Sign {
//!     documents: vec![ToBeSigned::Digest(document)],
//!     password: Attempt::new(SigningPassword::new(b"KAZASU2026")?),
//!     known_certificate: None,
//! });
//! let mut session = CardSession::new(request, Options::default());
//! let mut step = session.start()?;
//! let outcome = loop {
//!     match step {
//!         Step::Transmit(transmit) => {
//!             let answer = channel.transmit(transmit.command()); // on a lost card: session.card_lost()
//!             step = session.handle_response(&answer)?;
//!         }
//!         Step::NeedTap(_) => step = session.resume()?, // once the card is back
//!         Step::Done(outcome) => break outcome,
//!     }
//! };
//! channel.power_off();
//! let Completed::Signed(signed) = outcome.result? else { unreachable!() };
//! assert_eq!(signed.signatures.len(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! * A lost card is reported with [`CardSession::card_lost`]. The session says what is known and, if the next card can be
//!   recognised, waits for [`CardSession::resume`].
//! * Cancelling is [`CardSession::cancel`] instead of sending the command at hand.
//! * After [`Step::Done`] power the card down, whatever the outcome.
//!
//! # Limits
//!
//! Facts about the card come from public observations, each cited with its confidence in docs/card-facts.md; no real card has
//! been in these tests. Whether a certificate may be trusted is not decided here: that is `kazasu-verify`.

mod apdu;
mod application;
mod card;
mod codes;
mod estimate;
mod failure;
mod flows;
mod info;
mod judgement;
mod outcome;
mod procedures;
mod request;
mod secret;
mod session;
mod step;
pub mod trace;

pub use apdu::{
    ApduError, CommandApdu, MAX_EXTENDED_LE, MAX_SHORT_DATA, MAX_SHORT_LE, ResponseApdu, ResponseError,
    SecretAnswer, StatusWord,
};
pub use application::{Application, CertificateKind, Ef, JPKI_AID, SecretKind};
pub use estimate::{
    ASSUMPTIONS, Assumption, BitRate, CardProfile, Confidence, Countdown, LinkModel, PlannedExchange,
    TimeLeft, Work, plan,
};
pub use failure::{Failure, Misuse, Reconciliation};
pub use info::{Availability, CardInfo, TokenKind};
pub use judgement::{FileStart, Question};
pub use outcome::{
    Authenticated, Completed, Leaving, Outcome, ReadBack, Signature, Signed, Tries, TriesReport,
};
pub use request::{Authenticate, ChangeSecret, Options, ReadCertificate, Request, Sign, ToBeSigned};
pub use secret::{Attempt, AuthenticationPin, CardSecret, SecretError, SigningPassword};
pub use session::CardSession;
pub use step::{Known, NeedTap, Stage, Step, Transmit};
