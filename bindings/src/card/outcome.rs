use std::fmt;

use kazasu_card as card;

use super::{CardError, CardInfo, CertificateKind, SecretKind};
use crate::HashAlgorithm;

/// How a session ended.
#[derive(Debug, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct Outcome {
    /// What was asked for, or why not.
    pub result: CardResult,
    /// What is known of the tries of each secret, as the card itself said last.
    pub tries: TriesReport,
    /// Commands answered or sent in all taps together, the leaving included.
    pub exchanges: u32,
    /// How the application was left. Only power-down is certain to close the key: power the card down in any case.
    pub leaving: Leaving,
}

/// What came of a request.
#[derive(uniffi::Enum)]
#[uniffi::export(Debug)]
pub enum CardResult {
    /// The tries were read; they stand in the outcome.
    RemainingTries,
    /// What the card says about itself.
    CardInfo {
        /// That.
        info: CardInfo,
    },
    /// A certificate as it stands on the card.
    Certificate {
        /// Which one.
        kind: CertificateKind,
        /// Exactly the DER, without the filler behind it. Not judged: that is the relying party's work.
        der: Vec<u8>,
    },
    /// An authentication: the signature fits the certificate, which itself is still to be validated by the relying party.
    Authenticated {
        /// The authentication certificate, DER.
        certificate: Vec<u8>,
        /// The signature over the challenge.
        signature: Signature,
    },
    /// Signatures by the signing key; each fits the certificate, which itself is still to be validated by the relying party.
    Signed {
        /// The signing certificate, DER.
        certificate: Vec<u8>,
        /// One per document, in order.
        signatures: Vec<Signature>,
    },
    /// The new secret is in force.
    SecretChanged {
        /// Which one.
        secret: SecretKind,
    },
    /// It was not done.
    Failed {
        /// Why not.
        error: CardError,
    },
}

/// A certificate holds a name and an address: its length is all that shows.
impl fmt::Debug for CardResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RemainingTries => f.write_str("RemainingTries"),
            Self::CardInfo { info } => write!(f, "CardInfo({info:?})"),
            Self::Certificate { kind, der } => write!(f, "Certificate({kind:?}, {} bytes)", der.len()),
            Self::Authenticated { signature, .. } => write!(f, "Authenticated({signature:?})"),
            Self::Signed { signatures, .. } => write!(f, "Signed({signatures:?})"),
            Self::SecretChanged { secret } => write!(f, "SecretChanged({secret:?})"),
            Self::Failed { error } => write!(f, "Failed({error:?})"),
        }
    }
}

impl From<card::Outcome> for Outcome {
    fn from(outcome: card::Outcome) -> Self {
        let result = match outcome.result {
            Ok(completed) => completed.into(),
            Err(failure) => CardResult::Failed { error: failure.into() },
        };
        let tries = TriesReport {
            authentication: outcome.tries.authentication.into(),
            signing: outcome.tries.signing.into(),
        };
        Self { result, tries, exchanges: outcome.exchanges, leaving: outcome.leaving.into() }
    }
}

impl From<card::Completed> for CardResult {
    fn from(completed: card::Completed) -> Self {
        match completed {
            card::Completed::RemainingTries => Self::RemainingTries,
            card::Completed::CardInfo(info) => Self::CardInfo { info: info.into() },
            card::Completed::Certificate(read) => Self::Certificate { kind: read.kind.into(), der: read.der },
            card::Completed::Authenticated(done) => Self::Authenticated {
                certificate: done.certificate.as_der().to_vec(),
                signature: done.signature.into(),
            },
            card::Completed::Signed(done) => Self::Signed {
                certificate: done.certificate.as_der().to_vec(),
                signatures: done.signatures.into_iter().map(Into::into).collect(),
            },
            card::Completed::SecretChanged(secret) => Self::SecretChanged { secret: secret.into() },
            other => Self::Failed { error: CardError::Unknown { description: format!("{other:?}") } },
        }
    }
}

/// One signature of the card, checked against the certificate's key.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct Signature {
    /// The hash function of the digest.
    pub algorithm: HashAlgorithm,
    /// The digest under the signature: of the document, or of the CMS signed attributes.
    pub digest: Vec<u8>,
    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2), as long as the modulus.
    pub bytes: Vec<u8>,
    /// The detached CMS SignedData in DER, if one was asked for.
    pub cms: Option<Vec<u8>>,
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({:?}, {} bytes)", self.algorithm, self.bytes.len())
    }
}

impl From<card::Signature> for Signature {
    fn from(signature: card::Signature) -> Self {
        Self {
            algorithm: signature.digest.algorithm().into(),
            digest: signature.digest.as_bytes().to_vec(),
            bytes: signature.bytes,
            cms: signature.cms,
        }
    }
}

/// What is known of the tries of both secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct TriesReport {
    /// Of the authentication PIN, 3 at most.
    pub authentication: Tries,
    /// Of the signing password, 5 at most.
    pub signing: Tries,
}

/// What is known of the tries of one secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Tries {
    /// This session did not ask.
    NotAsked,
    /// This many remain.
    Remaining {
        /// 1 to 15.
        tries: u8,
    },
    /// None remain.
    Blocked,
    /// The card does not say; not zero.
    NotReported,
    /// A VERIFY was sent and its outcome is not known.
    Unknown,
}

impl From<card::Tries> for Tries {
    fn from(tries: card::Tries) -> Self {
        match tries {
            card::Tries::NotAsked => Self::NotAsked,
            card::Tries::Remaining(tries) => Self::Remaining { tries },
            card::Tries::Blocked => Self::Blocked,
            card::Tries::NotReported => Self::NotReported,
            card::Tries::Unknown => Self::Unknown,
        }
    }
}

/// How the JPKI application was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Leaving {
    /// No VERIFY was sent, so there was nothing to close.
    NotNeeded,
    /// Another application was selected.
    Left,
    /// No other application could be selected. Powering the card down closes it.
    Refused {
        /// The last answer, if it had one.
        status_word: Option<u16>,
    },
    /// The card was lost, which closes it where it loses power.
    CardLost,
}

impl From<card::Leaving> for Leaving {
    fn from(leaving: card::Leaving) -> Self {
        match leaving {
            card::Leaving::NotNeeded => Self::NotNeeded,
            card::Leaving::Left => Self::Left,
            card::Leaving::Refused(status) => Self::Refused { status_word: status.map(|status| status.0) },
            card::Leaving::CardLost => Self::CardLost,
        }
    }
}
