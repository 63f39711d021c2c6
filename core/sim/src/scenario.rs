//! Scenarios: one set of data that drives the tests of every language.
//!
//! A scenario names a persona, a flow, what goes wrong and what has to come of it. `core/sim/scenarios` holds them with their
//! schema; a runner goes through [`Scenario::all`] and leaves none out.

use serde::Deserialize;

use crate::{Fault, FaultKind, FaultyCard, Persona, Secret, SimError, SimulatedCard, TestSecret};

/// A PIN that no persona has: what [`Entered::Wrong`] stands for.
pub const WRONG_PIN: &str = "0000";
/// A password that no persona has: what [`Entered::Wrong`] stands for.
pub const WRONG_PASSWORD: &str = "WRONG0000";
/// The new PIN of [`Flow::ChangePin`].
pub const NEW_PIN: &str = "9753";
/// The new password of [`Flow::ChangePassword`].
pub const NEW_PASSWORD: &str = "NEWPASS99";
/// What is signed, once for each document: its SHA-256 digest goes to the card. Also the challenge of an authentication.
pub const DOCUMENT: &[u8] = b"document";

macro_rules! sets {
    ($($name:literal),* $(,)?) => {
        const SETS: &[(&str, &str)] = &[$(($name, include_str!(concat!("../scenarios/", $name, ".json")))),*];
    };
}

sets!["each-fault", "flows", "open-account", "personas", "taps", "tries"];

/// One scenario. Options and channel are the default ones: the card is recognised, the channel carries extended length, the
/// platform selects no application, and the last try takes a consent of its own.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its name: unique, lower-case words with hyphens.
    pub name: String,
    /// What happens, in one sentence.
    pub about: String,
    /// The card that the session begins with.
    pub persona: String,
    /// What is asked of it.
    pub flow: Flow,
    /// The secret of the first consent. Means nothing to a flow without a secret.
    #[serde(default)]
    pub secret: Entered,
    /// Whether each consent covers the last try.
    #[serde(default)]
    pub even_if_last_try: bool,
    /// What goes wrong on the link.
    #[serde(default)]
    pub faults: Vec<FaultAt>,
    /// Where the user cancels.
    #[serde(default)]
    pub cancel: Option<CancelAt>,
    /// What is done when the card is lost for the first time.
    #[serde(default)]
    pub retap: Retap,
    /// The persona of [`Retap::OtherCard`].
    #[serde(default)]
    pub other_persona: Option<String>,
    /// The secret of a second consent, where the session asks for one after a lost card; without it the session is given up
    /// there.
    #[serde(default)]
    pub new_consent: Option<Entered>,
    /// What has to come of it.
    pub expected: Expected,
}

/// What is asked of the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    /// Remaining tries of both secrets.
    RemainingTries,
    /// Token label and certificate availability.
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
    /// A signature over a challenge; the caller names the authentication certificate of [`Scenario::persona`].
    AuthenticateKnown,
    /// A detached CMS signature and the certificate, as one document to sign.
    OpenAccount,
    /// Two documents: a bare signature, then a detached CMS signature.
    SignTwo,
    /// One bare signature; the caller names the signing certificate of [`Scenario::persona`].
    SignKnown,
    /// The PIN becomes [`NEW_PIN`].
    ChangePin,
    /// The password becomes [`NEW_PASSWORD`].
    ChangePassword,
}

/// What the user types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entered {
    /// The secret of [`Scenario::persona`].
    #[default]
    Right,
    /// [`WRONG_PIN`] or [`WRONG_PASSWORD`].
    Wrong,
}

/// A fault on the link.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FaultAt {
    /// Which tap, counted from 0.
    #[serde(default)]
    pub tap: usize,
    /// Which exchange of that tap, counted from 0.
    pub at: usize,
    /// `kind`, and `value` where the kind takes one: status words and bytes in hexadecimal, lengths and bits as numbers.
    #[serde(flatten)]
    pub kind: FaultKind,
}

/// The user cancels when this exchange is about to begin; its command is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancelAt {
    /// Which tap, counted from 0.
    #[serde(default)]
    pub tap: usize,
    /// Which exchange of that tap, counted from 0.
    pub at: usize,
}

/// What is done when the session waits for another tap for the first time. Later on the same card simply comes again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retap {
    /// The same card is held to the reader again.
    #[default]
    SameCard,
    /// The card of [`Scenario::other_persona`] is.
    OtherCard,
    /// The session is given up.
    Never,
    /// The user cancels.
    Cancel,
}

/// What has to come of a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// `completed`, or the code of the failure (docs/errors.md).
    pub code: String,
    /// What the look at the counter found, where a VERIFY of unknown outcome was looked into: the variant in snake case.
    #[serde(default)]
    pub finding: Option<String>,
    /// The tries that the failure or the finding tells, where it tells any.
    #[serde(default)]
    pub remaining: Option<u8>,
    /// The counters of the first card afterwards.
    pub tries: Counters,
    /// VERIFY commands with data that the first card saw.
    pub verifies: usize,
    /// The same of the other card.
    #[serde(default)]
    pub verifies_on_other: usize,
    /// How often a card was held to the reader.
    pub taps: usize,
}

/// Both counters of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counters {
    /// Of the authentication PIN.
    pub pin: u8,
    /// Of the signing password.
    pub password: u8,
}

impl Flow {
    /// The secret it takes, if any.
    pub const fn secret(self) -> Option<Secret> {
        match self {
            Self::RemainingTries
            | Self::CardInfo
            | Self::ReadSigningCa
            | Self::ReadAuthenticationCa
            | Self::ReadAuthentication => None,
            Self::ReadAuthenticationWithPin
            | Self::Authenticate
            | Self::AuthenticateKnown
            | Self::ChangePin => Some(Secret::AuthenticationPin),
            Self::ReadSigning
            | Self::OpenAccount
            | Self::SignTwo
            | Self::SignKnown
            | Self::ChangePassword => Some(Secret::SigningPassword),
        }
    }
}

impl Scenario {
    /// All of them.
    ///
    /// # Errors
    /// None as long as the data keeps its schema.
    pub fn all() -> Result<Vec<Self>, SimError> {
        let mut all = Vec::new();
        for (name, json) in Self::sets() {
            let set: Vec<Self> = serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(
                json,
            ))
            .map_err(|error| SimError::Scenario {
                set: name,
                path: error.path().to_string(),
                reason: error.inner().to_string(),
            })?;
            all.extend(set);
        }
        Ok(all)
    }

    /// The files they stand in: name, and a JSON array.
    pub fn sets() -> impl Iterator<Item = (&'static str, &'static str)> {
        SETS.iter().copied()
    }

    /// What the user types as this secret.
    ///
    /// # Errors
    /// [`SimError::UnknownPersona`].
    pub fn typed(&self, secret: Secret, entered: Entered) -> Result<TestSecret, SimError> {
        let secrets = Persona::named(&self.persona)?.secrets;
        Ok(match (entered, secret) {
            (Entered::Right, Secret::AuthenticationPin) => secrets.authentication_pin.value,
            (Entered::Right, Secret::SigningPassword) => secrets.signing_password.value,
            (Entered::Wrong, Secret::AuthenticationPin) => TestSecret::new(WRONG_PIN),
            (Entered::Wrong, Secret::SigningPassword) => TestSecret::new(WRONG_PASSWORD),
        })
    }

    /// The first card in the field, with the faults of every tap and the other card to come, if there is one.
    ///
    /// # Errors
    /// [`SimError::UnknownPersona`].
    pub fn field(&self) -> Result<FaultyCard, SimError> {
        let last = self.faults.iter().map(|fault| fault.tap).max().unwrap_or(0);
        let on_tap = |tap| {
            let faults = self.faults.iter().filter(move |fault| fault.tap == tap);
            faults.map(|FaultAt { at, kind, .. }| Fault { at: *at, kind: kind.clone() }).collect()
        };
        let mut card = SimulatedCard::new(&Persona::named(&self.persona)?)?;
        card.power_on();
        let mut field =
            (1..=last).fold(FaultyCard::new(card, on_tap(0)), |field, tap| field.with_next_tap(on_tap(tap)));
        if let (Retap::OtherCard, Some(other)) = (self.retap, &self.other_persona) {
            field = field.with_other_card(SimulatedCard::new(&Persona::named(other)?)?);
        }
        Ok(field)
    }
}
