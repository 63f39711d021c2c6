use core::fmt;

use kazasu_cert::{Certificate, HashAlgorithm, UnixTime};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::application::{CertificateKind, SecretKind};
use crate::request::{Authenticate, ChangeSecret, Options, ReadCertificate, Request, Sign, ToBeSigned};
use crate::secret::{Attempt, AuthenticationPin, CardSecret, SigningPassword};

/// The name of the format, in the first line of every trace.
pub const FORMAT: &str = "kazasu-trace";
/// The version of the format that is written and read here.
pub const VERSION: u32 = 1;

/// First line of a trace: what was asked of which kind of card link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// [`FORMAT`].
    format: FormatName,
    /// [`VERSION`].
    version: u32,
    /// The version of the SDK that wrote it.
    pub software: SoftwareVersion,
    /// What carried the commands.
    pub channel: Channel,
    /// What was asked for.
    pub request: Flow,
    /// How the session went about it; among it what the channel can do.
    pub options: Options,
}

impl Header {
    pub(crate) fn new(request: &Request, options: Options, channel: Channel) -> Self {
        let software = SoftwareVersion::OURS;
        let request = Flow::of(request);
        Self { format: FormatName, version: VERSION, software, channel, request, options }
    }
}

/// What carried the commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
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

/// A request without its secrets, digests and certificates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "flow", deny_unknown_fields)]
pub enum Flow {
    /// [`Request::RemainingTries`].
    RemainingTries,
    /// [`Request::CardInfo`].
    CardInfo,
    /// [`Request::ReadCertificate`].
    ReadCertificate {
        /// Which one.
        certificate: CertificateKind,
        /// The consent, where there was one.
        consent: Option<Consent>,
    },
    /// [`Request::Authenticate`].
    Authenticate {
        /// Of the challenge.
        hash: HashAlgorithm,
        /// To the one VERIFY.
        consent: Consent,
        /// Whether the caller had the certificate.
        known_certificate: bool,
    },
    /// [`Request::Sign`].
    Sign {
        /// In order.
        documents: Vec<Document>,
        /// To the one VERIFY.
        consent: Consent,
        /// Whether the caller had the certificate.
        known_certificate: bool,
    },
    /// [`Request::ChangeSecret`].
    ChangeSecret {
        /// Which one.
        secret: SecretKind,
        /// To the one VERIFY.
        consent: Consent,
    },
}

/// What the user agreed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// [`Attempt::new`].
    Ordinary,
    /// [`Attempt::even_if_last_try`].
    EvenIfLastTry,
}

impl Consent {
    pub(crate) const fn of<S: CardSecret>(attempt: &Attempt<S>) -> Self {
        if attempt.last_try() { Self::EvenIfLastTry } else { Self::Ordinary }
    }

    pub(crate) const fn attempt<S: CardSecret>(self, secret: S) -> Attempt<S> {
        match self {
            Self::Ordinary => Attempt::new(secret),
            Self::EvenIfLastTry => Attempt::even_if_last_try(secret),
        }
    }
}

/// One thing to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "form", deny_unknown_fields)]
pub enum Document {
    /// [`ToBeSigned::Digest`].
    Digest {
        /// Of the digest.
        hash: HashAlgorithm,
    },
    /// [`ToBeSigned::DetachedCms`].
    DetachedCms {
        /// Of the content's digest.
        hash: HashAlgorithm,
        /// Whether a time stands in the signed attributes.
        signing_time: SigningTime,
    },
}

/// The signer's claim of the time, without the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SigningTime {
    /// There is none.
    None,
    /// There is one.
    Given,
    /// There is one that has no encoding: before 1970 or after 9999.
    Impossible,
}

impl SigningTime {
    fn of(time: Option<UnixTime>) -> Self {
        const LAST: i64 = 253_402_300_799;
        match time {
            None => Self::None,
            Some(UnixTime(0..=LAST)) => Self::Given,
            Some(_) => Self::Impossible,
        }
    }

    const fn stand_in(self) -> Option<UnixTime> {
        match self {
            Self::None => None,
            Self::Given => Some(UnixTime(0)),
            Self::Impossible => Some(UnixTime(-1)),
        }
    }
}

impl Document {
    fn of(document: &ToBeSigned) -> Self {
        match document {
            ToBeSigned::Digest(digest) => Self::Digest { hash: digest.algorithm() },
            ToBeSigned::DetachedCms { content, signing_time } => {
                Self::DetachedCms { hash: content.algorithm(), signing_time: SigningTime::of(*signing_time) }
            }
        }
    }

    fn stand_in(self) -> ToBeSigned {
        match self {
            Self::Digest { hash } => ToBeSigned::Digest(hash.digest(&[])),
            Self::DetachedCms { hash, signing_time } => {
                ToBeSigned::DetachedCms { content: hash.digest(&[]), signing_time: signing_time.stand_in() }
            }
        }
    }
}

impl Flow {
    pub(crate) fn of(request: &Request) -> Self {
        match request {
            Request::RemainingTries => Self::RemainingTries,
            Request::CardInfo => Self::CardInfo,
            Request::ReadCertificate(read) => Self::ReadCertificate {
                certificate: read.kind(),
                consent: match read {
                    ReadCertificate::Signing(password) => Some(Consent::of(password)),
                    ReadCertificate::Authentication(pin) => pin.as_ref().map(Consent::of),
                    ReadCertificate::SigningCa | ReadCertificate::AuthenticationCa => None,
                },
            },
            Request::Authenticate(Authenticate { challenge, pin, known_certificate }) => Self::Authenticate {
                hash: challenge.algorithm(),
                consent: Consent::of(pin),
                known_certificate: known_certificate.is_some(),
            },
            Request::Sign(Sign { documents, password, known_certificate }) => Self::Sign {
                documents: documents.iter().map(Document::of).collect(),
                consent: Consent::of(password),
                known_certificate: known_certificate.is_some(),
            },
            Request::ChangeSecret(change) => match change {
                ChangeSecret::AuthenticationPin { present, .. } => {
                    Self::ChangeSecret { secret: AuthenticationPin::KIND, consent: Consent::of(present) }
                }
                ChangeSecret::SigningPassword { present, .. } => {
                    Self::ChangeSecret { secret: SigningPassword::KIND, consent: Consent::of(present) }
                }
            },
        }
    }

    /// The same request with stand-ins for what a trace does not hold.
    pub(crate) fn stand_in(&self, certificate: Option<&Certificate>) -> Request {
        let pin = |consent: Consent| consent.attempt(AuthenticationPin::stand_in());
        let password = |consent: Consent| consent.attempt(SigningPassword::stand_in());
        let known = |known: bool| certificate.filter(|_| known).cloned();
        match self {
            Self::RemainingTries => Request::RemainingTries,
            Self::CardInfo => Request::CardInfo,
            Self::ReadCertificate { certificate, consent } => Request::ReadCertificate(match certificate {
                CertificateKind::Signing => {
                    ReadCertificate::Signing(password(consent.unwrap_or(Consent::Ordinary)))
                }
                CertificateKind::Authentication => ReadCertificate::Authentication(consent.map(pin)),
                CertificateKind::SigningCa => ReadCertificate::SigningCa,
                CertificateKind::AuthenticationCa => ReadCertificate::AuthenticationCa,
            }),
            Self::Authenticate { hash, consent, known_certificate } => Request::Authenticate(Authenticate {
                challenge: hash.digest(&[]),
                pin: pin(*consent),
                known_certificate: known(*known_certificate),
            }),
            Self::Sign { documents, consent, known_certificate } => Request::Sign(Sign {
                documents: documents.iter().map(|document| document.stand_in()).collect(),
                password: password(*consent),
                known_certificate: known(*known_certificate),
            }),
            Self::ChangeSecret { secret, consent } => Request::ChangeSecret(match secret {
                SecretKind::AuthenticationPin => ChangeSecret::AuthenticationPin {
                    present: pin(*consent),
                    new: AuthenticationPin::stand_in(),
                },
                SecretKind::SigningPassword => ChangeSecret::SigningPassword {
                    present: password(*consent),
                    new: SigningPassword::stand_in(),
                },
            }),
        }
    }

    /// The secret this request presents, if any.
    pub const fn secret(&self) -> Option<SecretKind> {
        match self {
            Self::RemainingTries | Self::CardInfo => None,
            Self::ReadCertificate { certificate, .. } => match certificate {
                CertificateKind::Signing => Some(SecretKind::SigningPassword),
                CertificateKind::Authentication => Some(SecretKind::AuthenticationPin),
                CertificateKind::SigningCa | CertificateKind::AuthenticationCa => None,
            },
            Self::Authenticate { .. } => Some(SecretKind::AuthenticationPin),
            Self::Sign { .. } => Some(SecretKind::SigningPassword),
            Self::ChangeSecret { secret, .. } => Some(*secret),
        }
    }
}

/// [`FORMAT`] and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FormatName;

impl Serialize for FormatName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(FORMAT)
    }
}

impl<'de> Deserialize<'de> for FormatName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        if name == FORMAT { Ok(Self) } else { Err(D::Error::custom("not a Kazasu trace")) }
    }
}

/// Major, minor and patch of a release, such as `0.1.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SoftwareVersion(pub [u16; 3]);

impl SoftwareVersion {
    const OURS: Self = Self([
        number(env!("CARGO_PKG_VERSION_MAJOR")),
        number(env!("CARGO_PKG_VERSION_MINOR")),
        number(env!("CARGO_PKG_VERSION_PATCH")),
    ]);

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.').map(|part| part.parse().ok());
        Some(Self([parts.next()??, parts.next()??, parts.next()??]))
    }
}

/// Decimal digits, which the package's version is made of.
const fn number(digits: &str) -> u16 {
    match u16::from_str_radix(digits, 10) {
        Ok(number) => number,
        Err(_) => u16::MAX,
    }
}

impl fmt::Display for SoftwareVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}.{patch}")
    }
}

impl Serialize for SoftwareVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SoftwareVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("a version is three numbers"))
    }
}

#[cfg(test)]
mod tests {
    use kazasu_cert::SignedDataDraft;

    use super::*;

    #[test]
    fn the_version_is_that_of_the_crate() {
        assert_eq!(SoftwareVersion::OURS.to_string(), env!("CARGO_PKG_VERSION"));
        assert_eq!(SoftwareVersion::parse("1.22.333"), Some(SoftwareVersion([1, 22, 333])));
        for wrong in ["", "1", "1.2", "1.2.3.4", "1.2.x", "70000.1.1"] {
            assert_eq!(SoftwareVersion::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_signing_time_is_impossible_where_it_has_no_encoding() {
        let digest = HashAlgorithm::Sha256.digest(&[]);
        let certificate = crate::trace::replay::stand_in_certificate().unwrap();
        for time in [i64::MIN, -1, 0, 253_402_300_799, 253_402_300_800, i64::MAX] {
            let time = Some(UnixTime(time));
            let possible = SignedDataDraft::new(&certificate, &digest, time).is_ok();
            let recorded = SigningTime::of(time);
            assert_eq!(recorded == SigningTime::Given, possible, "{time:?}");
            assert_eq!(SignedDataDraft::new(&certificate, &digest, recorded.stand_in()).is_ok(), possible);
        }
    }
}
