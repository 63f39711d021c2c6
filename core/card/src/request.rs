use kazasu_cert::{Certificate, Digest, UnixTime};
use serde::{Deserialize, Serialize};

use crate::application::CertificateKind;
use crate::secret::{Attempt, AuthenticationPin, SigningPassword};

/// What a session shall do on the card. One session, one request.
#[derive(Debug)]
#[non_exhaustive]
pub enum Request {
    /// Read the remaining tries of both secrets; costs none.
    RemainingTries,
    /// Read the token label and the certificate availability; needs no secret.
    CardInfo,
    /// Read one certificate.
    ReadCertificate(ReadCertificate),
    /// Sign a challenge with the authentication key.
    Authenticate(Authenticate),
    /// Sign documents with the signing key and return the signing certificate, one VERIFY in all.
    Sign(Sign),
    /// Replace the authentication PIN or the signing password.
    ChangeSecret(ChangeSecret),
}

/// Which certificate to read, with the secret it takes.
#[derive(Debug)]
pub enum ReadCertificate {
    /// The signing certificate, after the signing password.
    Signing(Attempt<SigningPassword>),
    /// The authentication certificate. A card gives it freely; a phone wants the PIN first and the session then ends with
    /// [`Failure::PinNeeded`](crate::Failure::PinNeeded) if there is none. With a PIN, it is used only if it is wanted.
    Authentication(Option<Attempt<AuthenticationPin>>),
    /// The CA certificate beside the signing certificate.
    SigningCa,
    /// The CA certificate beside the authentication certificate.
    AuthenticationCa,
}

impl ReadCertificate {
    /// The certificate this reads.
    pub const fn kind(&self) -> CertificateKind {
        match self {
            Self::Signing(_) => CertificateKind::Signing,
            Self::Authentication(_) => CertificateKind::Authentication,
            Self::SigningCa => CertificateKind::SigningCa,
            Self::AuthenticationCa => CertificateKind::AuthenticationCa,
        }
    }
}

/// A signature by the authentication key over a relying party's challenge.
#[derive(Debug)]
pub struct Authenticate {
    /// The digest of the challenge as the relying party framed it.
    pub challenge: Digest,
    /// One consent.
    pub pin: Attempt<AuthenticationPin>,
    /// The authentication certificate if the caller has it. It is then not read, and a card that carries another one is
    /// refused before any VERIFY, unless [`Options::recognise_card`] is off. A phone cannot be recognised so: it shows its
    /// certificate after the PIN only. Whichever phone is presented gets the VERIFY, and the signature of another one ends in
    /// [`Failure::SignatureMismatch`](crate::Failure::SignatureMismatch).
    pub known_certificate: Option<Certificate>,
}

/// Signatures by the signing key. With one document and no known certificate this is account opening: signature and
/// certificate in one tap.
#[derive(Debug)]
pub struct Sign {
    /// What to sign, in order; at least one.
    pub documents: Vec<ToBeSigned>,
    /// One consent, for all documents together.
    pub password: Attempt<SigningPassword>,
    /// The signing certificate if the caller has it; it is then not read.
    pub known_certificate: Option<Certificate>,
}

/// One thing to sign.
#[derive(Debug, Clone)]
pub enum ToBeSigned {
    /// The digest itself; the result is the bare PKCS#1 v1.5 signature.
    Digest(Digest),
    /// A detached CMS SignedData (RFC 5652) over content with this digest. Its signed attributes name the certificate, which
    /// is read in the same tap.
    DetachedCms {
        /// Digest of the content.
        content: Digest,
        /// The signer's claim of the time, if one shall stand in the signed attributes.
        signing_time: Option<UnixTime>,
    },
}

/// Present and new value of one secret.
#[derive(Debug)]
pub enum ChangeSecret {
    /// The four-digit authentication PIN.
    AuthenticationPin {
        /// One consent, with the present PIN.
        present: Attempt<AuthenticationPin>,
        /// The PIN from now on.
        new: AuthenticationPin,
    },
    /// The signing password.
    SigningPassword {
        /// One consent, with the present password.
        present: Attempt<SigningPassword>,
        /// The password from now on.
        new: SigningPassword,
    },
}

/// How the session goes about it. `Options::default()` suits a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// Whether to read the start of the authentication certificate before a VERIFY (one exchange), so that another card on
    /// the next tap is recognised before a secret reaches it. Off means that a card lost before the VERIFY ends the
    /// session. Default: on.
    pub recognise_card: bool,
    /// Whether the channel can carry extended length (ISO 7816-4 §5.2). The card is probed all the same. Default: true.
    pub extended_length: bool,
    /// The JPKI application is already selected, as iOS does for the first listed AID. Default: false.
    pub application_selected: bool,
    /// Tries at or below which a VERIFY takes [`Attempt::even_if_last_try`]. Default: 1, the last try.
    pub floor: u8,
}

impl Default for Options {
    fn default() -> Self {
        Self { recognise_card: true, extended_length: true, application_selected: false, floor: 1 }
    }
}
