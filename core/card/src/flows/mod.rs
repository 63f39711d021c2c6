//! One file per request; its head comment is the numbered exchange. `[x]` marks what is left out where it is not needed.

mod authenticate;
mod card_info;
mod change_secret;
mod read_certificate;
mod remaining_tries;
mod sign;

use kazasu_cert::Digest;
use zeroize::Zeroizing;

use crate::application::{CertificateKind, SecretKind};
use crate::card::Card;
use crate::failure::Failure;
use crate::outcome::Completed;
use crate::request::ToBeSigned;

/// A request without its consent and its known certificate, which stand in the session's state. Borrowed again for each tap.
pub(crate) enum Job {
    RemainingTries,
    CardInfo,
    ReadCertificate(CertificateKind),
    Authenticate(Digest),
    Sign(Vec<ToBeSigned>),
    ChangeSecret { secret: SecretKind, new: Zeroizing<Vec<u8>> },
}

impl Job {
    /// The work of one tap, from SELECT to before the leaving.
    pub(crate) async fn run(&self, card: &Card) -> Result<Completed, Failure> {
        match self {
            Self::RemainingTries => remaining_tries::run(card).await,
            Self::CardInfo => card_info::run(card).await,
            Self::ReadCertificate(kind) => read_certificate::run(card, *kind).await,
            Self::Authenticate(challenge) => authenticate::run(card, challenge).await,
            Self::Sign(documents) => sign::run(card, documents).await,
            Self::ChangeSecret { secret, new } => change_secret::run(card, *secret, new).await,
        }
    }
}
