use serde::Serialize;

use super::CardProfile;
use super::planner::Planner;
use crate::application::{CertificateKind, SecretKind};
use crate::request::{ChangeSecret, Options, Request};
use crate::step::Stage;

/// A [`Request`] without its secrets and documents: what there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case", tag = "work")]
#[non_exhaustive]
pub enum Work {
    /// [`Request::RemainingTries`].
    RemainingTries,
    /// [`Request::CardInfo`].
    CardInfo,
    /// [`Request::ReadCertificate`], with the PIN if a phone wants it.
    ReadCertificate {
        /// Which one.
        certificate: CertificateKind,
    },
    /// [`Request::Authenticate`].
    Authenticate {
        /// The caller has the certificate.
        known_certificate: bool,
    },
    /// [`Request::Sign`].
    Sign {
        /// How many signatures.
        documents: usize,
        /// The caller has the certificate.
        known_certificate: bool,
    },
    /// [`Request::ChangeSecret`].
    ChangeSecret {
        /// Which one.
        secret: SecretKind,
    },
}

impl From<&Request> for Work {
    fn from(request: &Request) -> Self {
        match request {
            Request::RemainingTries => Self::RemainingTries,
            Request::CardInfo => Self::CardInfo,
            Request::ReadCertificate(read) => Self::ReadCertificate { certificate: read.kind() },
            Request::Authenticate(authenticate) => {
                Self::Authenticate { known_certificate: authenticate.known_certificate.is_some() }
            }
            Request::Sign(sign) => Self::Sign {
                documents: sign.documents.len(),
                known_certificate: sign.known_certificate.is_some(),
            },
            Request::ChangeSecret(ChangeSecret::AuthenticationPin { .. }) => {
                Self::ChangeSecret { secret: SecretKind::AuthenticationPin }
            }
            Request::ChangeSecret(ChangeSecret::SigningPassword { .. }) => {
                Self::ChangeSecret { secret: SecretKind::SigningPassword }
            }
        }
    }
}

/// One exchange that is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedExchange {
    /// What it is for.
    pub stage: Stage,
    /// CLA, INS, P1 and P2.
    pub header: [u8; 4],
    /// Bytes of the whole command.
    pub command_len: usize,
    /// Bytes of data in the answer, the status word not counted.
    pub answer_len: usize,
    /// The card computes a signature.
    pub signs: bool,
}

/// The exchanges of one undisturbed tap, from SELECT to the leaving, as a session would make them on such a card with the
/// right secret. Habits of single cards (`61xx`, `6Cxx`, short answers, a first `6F00`) are not foreseen.
pub fn plan(work: Work, options: Options, card: CardProfile) -> Vec<PlannedExchange> {
    Planner::new(options, card).plan(work)
}
