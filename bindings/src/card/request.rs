use std::fmt;
use std::sync::Arc;

use kazasu_card as card;
use kazasu_cert::{Certificate, Digest, UnixTime};

use super::secret::attempt;
use super::{AuthenticationPin, SecretKind, SigningPassword};
use crate::HashAlgorithm;

/// What a session shall do on the card. One session, one request.
///
/// Where a secret is asked for, `evenIfLastTry` is the user's consent to that one VERIFY even if it is the last try or the
/// card does not say how many remain: a wrong secret then blocks the card until a visit to the municipal office.
#[derive(uniffi::Enum)]
pub enum Request {
    /// Read the remaining tries of both secrets; costs none.
    RemainingTries,
    /// Read the token label and the certificate availability; needs no secret.
    CardInfo,
    /// Read the signing certificate.
    ReadSigningCertificate {
        /// One consent.
        password: Arc<SigningPassword>,
        /// Consent to the last try.
        even_if_last_try: bool,
    },
    /// Read the authentication certificate. A card gives it freely; a phone wants the PIN first, which is then used.
    ReadAuthenticationCertificate {
        /// One consent, if there is one.
        pin: Option<Arc<AuthenticationPin>>,
        /// Consent to the last try.
        even_if_last_try: bool,
    },
    /// Read the CA certificate beside the signing certificate.
    ReadSigningCaCertificate,
    /// Read the CA certificate beside the authentication certificate.
    ReadAuthenticationCaCertificate,
    /// Sign a challenge with the authentication key.
    Authenticate {
        /// Hash function of the challenge digest.
        algorithm: HashAlgorithm,
        /// The digest of the challenge as the relying party framed it.
        challenge: Vec<u8>,
        /// One consent.
        pin: Arc<AuthenticationPin>,
        /// Consent to the last try.
        even_if_last_try: bool,
        /// The authentication certificate, DER, if the caller has it. It is then not read, and a card that carries another
        /// one is refused before any VERIFY, unless `recognise_card` is off. A phone cannot be recognised so: it shows its
        /// certificate after the PIN only. Whichever phone is presented gets the VERIFY, and the signature of another one
        /// ends in `SignatureMismatch`.
        known_certificate: Option<Vec<u8>>,
    },
    /// Sign documents with the signing key and return the signing certificate, one VERIFY in all. One document is account
    /// opening.
    Sign {
        /// What to sign, in order; at least one.
        documents: Vec<ToBeSigned>,
        /// One consent, for all documents together.
        password: Arc<SigningPassword>,
        /// Consent to the last try.
        even_if_last_try: bool,
        /// The signing certificate, DER, if the caller has it; it is then not read.
        known_certificate: Option<Vec<u8>>,
    },
    /// Replace the authentication PIN.
    ChangeAuthenticationPin {
        /// One consent, with the present PIN.
        present: Arc<AuthenticationPin>,
        /// The PIN from now on.
        new_pin: Arc<AuthenticationPin>,
        /// Consent to the last try.
        even_if_last_try: bool,
    },
    /// Replace the signing password.
    ChangeSigningPassword {
        /// One consent, with the present password.
        present: Arc<SigningPassword>,
        /// The password from now on.
        new_password: Arc<SigningPassword>,
        /// Consent to the last try.
        even_if_last_try: bool,
    },
}

/// A certificate that the caller knows holds a name and an address.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Request(..)")
    }
}

/// One thing to sign.
#[derive(Debug, Clone, uniffi::Enum)]
pub enum ToBeSigned {
    /// The digest itself; the result is the bare PKCS#1 v1.5 signature.
    Digest {
        /// Hash function of the digest.
        algorithm: HashAlgorithm,
        /// The digest.
        digest: Vec<u8>,
    },
    /// A detached CMS SignedData (RFC 5652) over content with this digest. Its signed attributes name the certificate, which
    /// is read in the same tap.
    DetachedCms {
        /// Hash function of the digest.
        algorithm: HashAlgorithm,
        /// Digest of the content.
        digest: Vec<u8>,
        /// The signer's claim of the time, in seconds since 1970 UTC, if one shall stand in the signed attributes.
        signing_time: Option<i64>,
    },
}

/// How the session goes about it. The defaults suit a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Options {
    /// Whether to read the start of the authentication certificate before a VERIFY (one exchange), so that another card on
    /// the next tap is recognised before a secret reaches it. Off means that a card lost before the VERIFY ends the
    /// session.
    #[uniffi(default = true)]
    pub recognise_card: bool,
    /// Whether the channel can carry extended length (ISO 7816-4 §5.2). The card is probed all the same.
    #[uniffi(default = true)]
    pub extended_length: bool,
    /// The JPKI application is already selected, as iOS does for the first listed AID.
    #[uniffi(default = false)]
    pub application_selected: bool,
    /// Tries at or below which a VERIFY takes `evenIfLastTry`.
    #[uniffi(default = 1)]
    pub floor: u8,
    /// What carries the commands, for the trace.
    pub channel: ChannelKind,
}

impl From<Options> for card::Options {
    fn from(options: Options) -> Self {
        let Options { recognise_card, extended_length, application_selected, floor, channel: _ } = options;
        Self { recognise_card, extended_length, application_selected, floor }
    }
}

/// What carries the commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum ChannelKind {
    /// A simulated card.
    Simulated,
    /// A reader behind PC/SC.
    Pcsc,
    /// The NFC reader of a phone.
    Nfc,
    /// The secure element of the phone itself.
    SecureElement,
    /// Anything else.
    Other,
}

impl From<ChannelKind> for card::trace::Channel {
    fn from(kind: ChannelKind) -> Self {
        match kind {
            ChannelKind::Simulated => Self::Simulated,
            ChannelKind::Pcsc => Self::Pcsc,
            ChannelKind::Nfc => Self::Nfc,
            ChannelKind::SecureElement => Self::SecureElement,
            ChannelKind::Other => Self::Other,
        }
    }
}

/// Why a request cannot be made. The card is not involved, and secrets that were handed over are still there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum RequestError {
    /// The secret was used before or has been wiped: each entry by the user is one consent.
    #[error("the secret is gone: {secret:?}")]
    SecretGone {
        /// Which one.
        secret: SecretKind,
    },
    /// The digest is not as long as those of its hash function.
    #[error("a digest of {got} bytes where {expected} belong")]
    DigestLength {
        /// Bytes of a digest of that hash function.
        expected: u32,
        /// Bytes given.
        got: u32,
    },
    /// The certificate that is said to be known cannot be read.
    #[error("the known certificate is unusable: {reason}")]
    KnownCertificate {
        /// What is wrong with it.
        reason: String,
    },
}

#[uniffi::export]
impl RequestError {
    /// Its code in the error catalogue.
    pub fn code(&self) -> String {
        match self {
            Self::SecretGone { .. } | Self::DigestLength { .. } => "misuse",
            Self::KnownCertificate { .. } => "certificate_unusable",
        }
        .to_owned()
    }
}

impl Request {
    /// Everything that can be wrong is looked at before a secret is taken.
    pub(super) fn into_core(self) -> Result<card::Request, RequestError> {
        Ok(match self {
            Self::RemainingTries => card::Request::RemainingTries,
            Self::CardInfo => card::Request::CardInfo,
            Self::ReadSigningCertificate { password, even_if_last_try } => card::Request::ReadCertificate(
                card::ReadCertificate::Signing(attempt(take_password(&password)?, even_if_last_try)),
            ),
            Self::ReadAuthenticationCertificate { pin, even_if_last_try } => {
                let pin = pin.map(|pin| take_pin(&pin)).transpose()?;
                let attempt = pin.map(|pin| attempt(pin, even_if_last_try));
                card::Request::ReadCertificate(card::ReadCertificate::Authentication(attempt))
            }
            Self::ReadSigningCaCertificate => {
                card::Request::ReadCertificate(card::ReadCertificate::SigningCa)
            }
            Self::ReadAuthenticationCaCertificate => {
                card::Request::ReadCertificate(card::ReadCertificate::AuthenticationCa)
            }
            Self::Authenticate { algorithm, challenge, pin, even_if_last_try, known_certificate } => {
                let challenge = to_digest(algorithm, &challenge)?;
                let known_certificate = certificate(known_certificate)?;
                let pin = attempt(take_pin(&pin)?, even_if_last_try);
                card::Request::Authenticate(card::Authenticate { challenge, pin, known_certificate })
            }
            Self::Sign { documents, password, even_if_last_try, known_certificate } => {
                let documents = documents.into_iter().map(ToBeSigned::into_core).collect::<Result<_, _>>()?;
                let known_certificate = certificate(known_certificate)?;
                let password = attempt(take_password(&password)?, even_if_last_try);
                card::Request::Sign(card::Sign { documents, password, known_certificate })
            }
            Self::ChangeAuthenticationPin { present, new_pin, even_if_last_try } => {
                let gone = RequestError::SecretGone { secret: SecretKind::AuthenticationPin };
                if present.is_gone() || new_pin.is_gone() || Arc::ptr_eq(&present, &new_pin) {
                    return Err(gone);
                }
                card::Request::ChangeSecret(card::ChangeSecret::AuthenticationPin {
                    present: attempt(take_pin(&present)?, even_if_last_try),
                    new: take_pin(&new_pin)?,
                })
            }
            Self::ChangeSigningPassword { present, new_password, even_if_last_try } => {
                let gone = RequestError::SecretGone { secret: SecretKind::SigningPassword };
                if present.is_gone() || new_password.is_gone() || Arc::ptr_eq(&present, &new_password) {
                    return Err(gone);
                }
                card::Request::ChangeSecret(card::ChangeSecret::SigningPassword {
                    present: attempt(take_password(&present)?, even_if_last_try),
                    new: take_password(&new_password)?,
                })
            }
        })
    }
}

impl ToBeSigned {
    fn into_core(self) -> Result<card::ToBeSigned, RequestError> {
        Ok(match self {
            Self::Digest { algorithm, digest } => card::ToBeSigned::Digest(to_digest(algorithm, &digest)?),
            Self::DetachedCms { algorithm, digest, signing_time } => card::ToBeSigned::DetachedCms {
                content: to_digest(algorithm, &digest)?,
                signing_time: signing_time.map(UnixTime),
            },
        })
    }
}

fn take_pin(pin: &AuthenticationPin) -> Result<card::AuthenticationPin, RequestError> {
    pin.take().ok_or(RequestError::SecretGone { secret: SecretKind::AuthenticationPin })
}

fn take_password(password: &SigningPassword) -> Result<card::SigningPassword, RequestError> {
    password.take().ok_or(RequestError::SecretGone { secret: SecretKind::SigningPassword })
}

fn to_digest(algorithm: HashAlgorithm, bytes: &[u8]) -> Result<Digest, RequestError> {
    let algorithm = kazasu_cert::HashAlgorithm::from(algorithm);
    Digest::new(algorithm, bytes).map_err(|_| RequestError::DigestLength {
        expected: super::step::count(algorithm.digest_len()),
        got: super::step::count(bytes.len()),
    })
}

fn certificate(der: Option<Vec<u8>>) -> Result<Option<Certificate>, RequestError> {
    let unusable =
        |error: kazasu_cert::CertificateError| RequestError::KnownCertificate { reason: error.to_string() };
    der.map(|der| Certificate::from_der(&der).map_err(unusable)).transpose()
}
