//! The card side.

mod error;
mod info;
mod outcome;
mod request;
mod secret;
mod session;
mod step;

pub use error::{CardError, Reconciliation};
pub use info::{Availability, CardInfo, TokenKind};
pub use outcome::{CardResult, Leaving, Outcome, Signature, Tries, TriesReport};
pub use request::{ChannelKind, Options, Request, RequestError, ToBeSigned};
pub use secret::{AuthenticationPin, SecretError, SigningPassword};
pub use session::{CardSession, Misuse};
pub(crate) use step::count;
pub use step::{CertificateKind, Known, SecretKind, Stage, Step, TimeLeft};
