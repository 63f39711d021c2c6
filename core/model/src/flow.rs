use anyhow::{Context, Result};
use kazasu_card::{
    Attempt, Authenticate, AuthenticationPin, ChangeSecret, ReadCertificate, Request, SecretKind, Sign,
    SigningPassword, ToBeSigned,
};
use kazasu_cert::{Certificate, Digest, HashAlgorithm, UnixTime};
use kazasu_sim::{Purpose, SimulatedCard};

/// Every request there is, in each form that takes another way through the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flow {
    /// Remaining tries of both secrets.
    RemainingTries,
    /// Token label and availability.
    CardInfo,
    /// The CA certificate beside the signing certificate.
    ReadSigningCa,
    /// The CA certificate beside the authentication certificate.
    ReadAuthenticationCa,
    /// The authentication certificate, without a PIN.
    ReadAuthentication,
    /// The authentication certificate, with a PIN for the case that it is wanted.
    ReadAuthenticationWithPin,
    /// The signing certificate.
    ReadSigning,
    /// A signature over a challenge; the certificate is read.
    Authenticate,
    /// A signature over a challenge; the caller has the certificate.
    AuthenticateKnown,
    /// One CMS signature with its certificate.
    OpenAccount,
    /// Two signatures, bare and CMS.
    SignTwo,
    /// One signature; the caller has the certificate.
    SignKnown,
    /// A new PIN.
    ChangePin,
    /// A new password.
    ChangePassword,
}

/// Well-formed secrets that no card of the model has.
pub(crate) const WRONG: Entered<'static> = Entered { pin: b"0000", password: b"WRONG0000" };

/// What the user typed.
#[derive(Clone, Copy)]
pub(crate) struct Entered<'a> {
    pub(crate) pin: &'a [u8],
    pub(crate) password: &'a [u8],
}

impl Entered<'_> {
    pub(crate) fn pin(self, last_try: bool) -> Result<Attempt<AuthenticationPin>> {
        let pin = AuthenticationPin::new(self.pin)?;
        Ok(if last_try { Attempt::even_if_last_try(pin) } else { Attempt::new(pin) })
    }

    pub(crate) fn password(self, last_try: bool) -> Result<Attempt<SigningPassword>> {
        let password = SigningPassword::new(self.password)?;
        Ok(if last_try { Attempt::even_if_last_try(password) } else { Attempt::new(password) })
    }
}

impl Flow {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::RemainingTries,
        Self::CardInfo,
        Self::ReadSigningCa,
        Self::ReadAuthenticationCa,
        Self::ReadAuthentication,
        Self::ReadAuthenticationWithPin,
        Self::ReadSigning,
        Self::Authenticate,
        Self::AuthenticateKnown,
        Self::OpenAccount,
        Self::SignTwo,
        Self::SignKnown,
        Self::ChangePin,
        Self::ChangePassword,
    ];

    /// As it stands in the tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RemainingTries => "remaining tries",
            Self::CardInfo => "card info",
            Self::ReadSigningCa => "read signing CA certificate",
            Self::ReadAuthenticationCa => "read authentication CA certificate",
            Self::ReadAuthentication => "read authentication certificate",
            Self::ReadAuthenticationWithPin => "read authentication certificate, PIN at hand",
            Self::ReadSigning => "read signing certificate",
            Self::Authenticate => "authenticate",
            Self::AuthenticateKnown => "authenticate, certificate known",
            Self::OpenAccount => "open account",
            Self::SignTwo => "sign two documents",
            Self::SignKnown => "sign, certificate known",
            Self::ChangePin => "change PIN",
            Self::ChangePassword => "change password",
        }
    }

    /// The secret it holds a consent for.
    pub const fn secret(self) -> Option<SecretKind> {
        match self {
            Self::RemainingTries
            | Self::CardInfo
            | Self::ReadSigningCa
            | Self::ReadAuthenticationCa
            | Self::ReadAuthentication => None,
            Self::ReadAuthenticationWithPin
            | Self::Authenticate
            | Self::AuthenticateKnown
            | Self::ChangePin => Some(SecretKind::AuthenticationPin),
            Self::ReadSigning
            | Self::OpenAccount
            | Self::SignTwo
            | Self::SignKnown
            | Self::ChangePassword => Some(SecretKind::SigningPassword),
        }
    }

    /// Whether no other flow goes the same way through the machine but for what it reads or signs. Cards and options with
    /// one quirk meet these flows only.
    pub(crate) const fn is_one_of_a_kind(self) -> bool {
        !matches!(
            self,
            Self::CardInfo
                | Self::ReadSigningCa
                | Self::ReadAuthenticationCa
                | Self::OpenAccount
                | Self::SignKnown
        )
    }

    /// Whether the caller names the card by its authentication certificate.
    pub(crate) const fn names_the_card(self) -> bool {
        matches!(self, Self::AuthenticateKnown)
    }

    pub(crate) fn request(
        self,
        card: &SimulatedCard,
        entered: Entered<'_>,
        last_try: bool,
    ) -> Result<Request> {
        let known = |purpose| -> Result<_> {
            let der = card.certificate(purpose).context("a certificate that was not issued")?;
            Ok(Some(Certificate::from_der(der)?))
        };
        let sign = |documents, known_certificate| -> Result<_> {
            Ok(Request::Sign(Sign { documents, password: entered.password(last_try)?, known_certificate }))
        };
        let authenticate = |known_certificate| -> Result<_> {
            let pin = entered.pin(last_try)?;
            Ok(Request::Authenticate(Authenticate { challenge: digest(), pin, known_certificate }))
        };
        let plain = ToBeSigned::Digest(digest());
        let cms = ToBeSigned::DetachedCms { content: digest(), signing_time: Some(UnixTime(1_790_000_000)) };
        Ok(match self {
            Self::RemainingTries => Request::RemainingTries,
            Self::CardInfo => Request::CardInfo,
            Self::ReadSigningCa => Request::ReadCertificate(ReadCertificate::SigningCa),
            Self::ReadAuthenticationCa => Request::ReadCertificate(ReadCertificate::AuthenticationCa),
            Self::ReadAuthentication => Request::ReadCertificate(ReadCertificate::Authentication(None)),
            Self::ReadAuthenticationWithPin => {
                Request::ReadCertificate(ReadCertificate::Authentication(Some(entered.pin(last_try)?)))
            }
            Self::ReadSigning => {
                Request::ReadCertificate(ReadCertificate::Signing(entered.password(last_try)?))
            }
            Self::Authenticate => authenticate(None)?,
            Self::AuthenticateKnown => authenticate(known(Purpose::Authentication)?)?,
            Self::OpenAccount => sign(vec![cms], None)?,
            Self::SignTwo => sign(vec![plain, cms], None)?,
            Self::SignKnown => sign(vec![plain], known(Purpose::Signing)?)?,
            Self::ChangePin => Request::ChangeSecret(ChangeSecret::AuthenticationPin {
                present: entered.pin(last_try)?,
                new: AuthenticationPin::new(b"9753")?,
            }),
            Self::ChangePassword => Request::ChangeSecret(ChangeSecret::SigningPassword {
                present: entered.password(last_try)?,
                new: SigningPassword::new(b"NEWPASS99")?,
            }),
        })
    }
}

fn digest() -> Digest {
    HashAlgorithm::Sha256.digest(b"document")
}
