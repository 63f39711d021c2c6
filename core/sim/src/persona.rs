//! Personas: what a simulated card is like, as data.

use std::fmt;

use serde::{Deserialize, Deserializer, de::Error as _};
use zeroize::Zeroizing;

use crate::{Capabilities, Certificates, Generation, Holder, LinkModel, Purpose, SimError, TestPki, deck};

/// A simulated card as read from JSON: its holder, certificates, secrets, habits and speed.
///
/// The deck that comes with the crate stands in `core/sim/personas`. All fields are open, so that a test may start
/// from a persona and change one thing.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Persona {
    /// Name in the deck.
    pub name: String,
    /// What is special about it, for people.
    pub description: Description,
    /// Whom it belongs to.
    pub holder: Holder,
    /// What its certificates say.
    pub certificates: Certificates,
    /// Its PIN and password.
    pub secrets: Secrets,
    /// What kind of device it is.
    #[serde(default)]
    pub token: Token,
    /// What it can do, and its quirks.
    #[serde(default)]
    pub capabilities: Capabilities,
    /// How fast it is.
    #[serde(default)]
    pub timing: LinkModel,
}

/// One line about a persona.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// In English.
    pub en: String,
    /// In Japanese.
    pub ja: String,
}

/// PIN and password of a persona.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    /// 利用者証明用暗証番号, EF 0018.
    pub authentication_pin: SecretState,
    /// 署名用パスワード, EF 001B.
    pub signing_password: SecretState,
}

/// A secret and its counter.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretState {
    /// The right value. A test value, kept out of `Debug` output all the same.
    pub value: TestSecret,
    /// What the counter goes back to after a success: 1 to 15.
    pub maximum: u8,
    /// Where the counter stands: 0 is blocked.
    pub tries: u8,
}

/// A test secret. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct TestSecret(Zeroizing<String>);

impl TestSecret {
    /// A secret of ASCII characters.
    pub fn new(value: &str) -> Self {
        Self(Zeroizing::new(value.to_owned()))
    }

    /// The bytes to send in VERIFY.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl From<String> for TestSecret {
    fn from(value: String) -> Self {
        Self(Zeroizing::new(value))
    }
}

impl fmt::Debug for TestSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TestSecret(..)")
    }
}

/// What kind of device a persona is, told by the label in EF 0006 (card-facts §2.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Token {
    /// My Number Card, `JPKIAPICCTOKEN2`.
    #[default]
    Card,
    /// 住基カード, `JPKIAPICCTOKEN`.
    OldCard,
    /// Android phone, `JPKIAPGPSETOKEN`: authentication certificate behind its PIN, no text and visual application.
    Android,
    /// iPhone, `JPKIAPIOSTOKEN`: as Android here, for want of a source that says more.
    Iphone,
}

impl Token {
    /// The label in EF 0006, before padding with spaces.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Card => "JPKIAPICCTOKEN2",
            Self::OldCard => "JPKIAPICCTOKEN",
            Self::Android => "JPKIAPGPSETOKEN",
            Self::Iphone => "JPKIAPIOSTOKEN",
        }
    }

    /// Whether it is a phone.
    pub const fn is_phone(self) -> bool {
        matches!(self, Self::Android | Self::Iphone)
    }
}

impl Persona {
    /// A persona of the deck.
    ///
    /// # Errors
    /// [`SimError::UnknownPersona`].
    pub fn named(name: &str) -> Result<Self, SimError> {
        let json = deck::find(name).ok_or_else(|| SimError::UnknownPersona { name: name.to_owned() })?;
        Self::from_json(json)
    }

    /// The names of the deck.
    pub fn names() -> impl Iterator<Item = &'static str> {
        deck::names()
    }

    /// Reads a persona.
    ///
    /// # Errors
    /// [`SimError::Persona`] with the path of the first value that is unknown, missing, malformed or out of range.
    pub fn from_json(json: &str) -> Result<Self, SimError> {
        let mut reader = serde_json::Deserializer::from_str(json);
        let persona: Self = serde_path_to_error::deserialize(&mut reader)
            .map_err(|error| SimError::persona(error.path().to_string(), error.inner().to_string()))?;
        reader.end().map_err(|error| SimError::persona(".", error.to_string()))?;
        persona.check()?;
        Ok(persona)
    }

    /// Its certificate, DER, whether or not it stands on the card.
    ///
    /// # Errors
    /// [`SimError::Time`] for a validity outside 1950 to 2049.
    pub fn certificate(&self, purpose: Purpose) -> Result<Vec<u8>, SimError> {
        let Certificates { generation, not_before, not_after, .. } = self.certificates;
        let serials = (self.certificates.signing_serial, self.certificates.authentication_serial);
        self.issue(purpose, generation, (not_before, not_after), serials)
    }

    /// The certificate before the renewal, DER, if there was one.
    ///
    /// # Errors
    /// As [`certificate`](Self::certificate).
    pub fn previous_certificate(&self, purpose: Purpose) -> Result<Option<Vec<u8>>, SimError> {
        let Some(old) = &self.certificates.previous else { return Ok(None) };
        let serials = (old.signing_serial, old.authentication_serial);
        self.issue(purpose, old.generation, (old.not_before, old.not_after), serials).map(Some)
    }

    fn issue(
        &self,
        purpose: Purpose,
        generation: Generation,
        (not_before, not_after): (i64, i64),
        (signing, authentication): (u32, u32),
    ) -> Result<Vec<u8>, SimError> {
        let pki = TestPki::shared()?;
        let mut template = pki.leaf(purpose, generation, &self.holder)?;
        let serial = if purpose == Purpose::Signing { signing } else { authentication };
        template.set_serial(serial.into());
        template.set_validity(not_before, not_after)?;
        template.sign(pki.authority(purpose, generation).key())
    }

    /// Whether a card can be like this; [`SimulatedCard::new`](crate::SimulatedCard::new) asks as well.
    ///
    /// # Errors
    /// [`SimError::Persona`] with the path of the first value out of range.
    pub fn check(&self) -> Result<(), SimError> {
        self.holder.check()?;
        self.certificates.check()?;
        self.secrets.authentication_pin.check("authentication_pin", 4..=4)?;
        self.secrets.signing_password.check("signing_password", 6..=16)?;
        self.capabilities.check()
    }
}

impl SecretState {
    fn check(&self, field: &str, length: std::ops::RangeInclusive<usize>) -> Result<(), SimError> {
        let refuse = |part, reason: String| Err(SimError::persona(format!("secrets.{field}.{part}"), reason));
        let value = self.value.as_bytes();
        if !length.contains(&value.len()) || !value.is_ascii() {
            return refuse(
                "value",
                format!("must have {} to {} ASCII characters", length.start(), length.end()),
            );
        }
        if !(1..=15).contains(&self.maximum) {
            return refuse("maximum", "must be 1 to 15, what 63Cx can say".to_owned());
        }
        if self.tries > self.maximum {
            return refuse("tries", format!("must not exceed the maximum of {}", self.maximum));
        }
        Ok(())
    }
}

/// Bytes written as hexadecimal digits, spaces allowed.
pub(crate) fn hex_bytes<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<u8>, D::Error> {
    let text: String = String::deserialize(input)?.split_whitespace().collect();
    let refused = || D::Error::custom("must be bytes in hexadecimal");
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return Err(refused());
    }
    text.as_bytes()
        .chunks(2)
        .map(|pair| {
            // `from_str_radix` takes a sign, which is no digit.
            let digits = std::str::from_utf8(pair).ok().filter(|pair| !pair.starts_with('+'));
            digits.and_then(|pair| u8::from_str_radix(pair, 16).ok()).ok_or_else(refused)
        })
        .collect()
}
