use kazasu_cert::{Certificate, Digest};
use serde::{Deserialize, Serialize};

use crate::apdu::StatusWord;
use crate::application::{CertificateKind, SecretKind};
use crate::failure::Failure;
use crate::info::CardInfo;

/// How a session ended.
#[derive(Debug)]
#[must_use]
pub struct Outcome {
    /// What was asked for, or why not.
    pub result: Result<Completed, Failure>,
    /// What is known of the tries of each secret, as the card itself said last.
    pub tries: TriesReport,
    /// Commands answered or sent in all taps together, the leaving included.
    pub exchanges: u32,
    /// How the application was left. Only power-down is certain to close the key (docs/card-facts.md §3.4): power the card
    /// down in any case.
    pub leaving: Leaving,
}

/// A finished request.
#[derive(Debug)]
#[non_exhaustive]
pub enum Completed {
    /// For [`Request::RemainingTries`](crate::Request::RemainingTries): see [`Outcome::tries`].
    RemainingTries,
    /// For [`Request::CardInfo`](crate::Request::CardInfo).
    CardInfo(CardInfo),
    /// For [`Request::ReadCertificate`](crate::Request::ReadCertificate).
    Certificate(ReadBack),
    /// For [`Request::Authenticate`](crate::Request::Authenticate).
    Authenticated(Authenticated),
    /// For [`Request::Sign`](crate::Request::Sign).
    Signed(Signed),
    /// For [`Request::ChangeSecret`](crate::Request::ChangeSecret).
    SecretChanged(SecretKind),
}

/// A certificate as it stands on the card.
#[derive(Clone, PartialEq, Eq)]
pub struct ReadBack {
    /// Which one.
    pub kind: CertificateKind,
    /// Exactly the DER, without the filler behind it. Not judged: that is the relying party's work.
    pub der: Vec<u8>,
}

impl core::fmt::Debug for ReadBack {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "ReadBack({:?}, {} bytes)", self.kind, self.der.len())
    }
}

/// An authentication: the signature fits the certificate, which itself is still to be validated by the relying party.
#[derive(Debug)]
pub struct Authenticated {
    /// The authentication certificate, read in this session or given by the caller.
    pub certificate: Certificate,
    /// The signature over the challenge.
    pub signature: Signature,
}

/// Signatures by the signing key; each fits the certificate, which itself is still to be validated by the relying party.
#[derive(Debug)]
pub struct Signed {
    /// The signing certificate, read in this session or given by the caller.
    pub certificate: Certificate,
    /// One per document, in order.
    pub signatures: Vec<Signature>,
}

/// One signature of the card, checked against the certificate's key.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature {
    /// The digest under the signature: of the document, or of the CMS signed attributes.
    pub digest: Digest,
    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2), as long as the modulus.
    pub bytes: Vec<u8>,
    /// The detached CMS SignedData in DER, if one was asked for.
    pub cms: Option<Vec<u8>>,
}

impl core::fmt::Debug for Signature {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Signature({}, {} bytes)", self.digest.algorithm(), self.bytes.len())
    }
}

/// What is known of the tries of both secrets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TriesReport {
    /// Of the authentication PIN, 3 at most.
    pub authentication: Tries,
    /// Of the signing password, 5 at most.
    pub signing: Tries,
}

impl TriesReport {
    /// The tries of one secret.
    pub const fn of(self, secret: SecretKind) -> Tries {
        match secret {
            SecretKind::AuthenticationPin => self.authentication,
            SecretKind::SigningPassword => self.signing,
        }
    }

    pub(crate) const fn set(&mut self, secret: SecretKind, tries: Tries) {
        match secret {
            SecretKind::AuthenticationPin => self.authentication = tries,
            SecretKind::SigningPassword => self.signing = tries,
        }
    }
}

/// What is known of the tries of one secret (docs/card-facts.md §3.2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tries {
    /// This session did not ask.
    #[default]
    NotAsked,
    /// This many remain, 1 to 15.
    Remaining(u8),
    /// None remain.
    Blocked,
    /// The card does not say (`9000` or `6300` to the query); not zero.
    NotReported,
    /// A VERIFY was sent and its outcome is not known.
    Unknown,
}

/// How the JPKI application was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leaving {
    /// No VERIFY was sent, so there was nothing to close.
    NotNeeded,
    /// Another application was selected.
    Left,
    /// No other application could be selected; the last answer. Powering the card down closes it.
    Refused(Option<StatusWord>),
    /// The card was lost, which closes it where it loses power.
    CardLost,
}
