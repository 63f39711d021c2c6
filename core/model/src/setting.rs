use anyhow::Result;
use kazasu_card::{Options, SecretKind};
use kazasu_sim::{Persona, Secret, SimulatedCard, TestSecret, TriesQuery};

/// A card and the options of the session that meets it.
#[derive(Debug, Clone)]
pub struct Setting {
    /// As it stands in the tables.
    pub name: &'static str,
    /// What is special about it.
    pub about: &'static str,
    /// The persona, its counters still to be set.
    pub(crate) persona: Persona,
    pub(crate) options: Options,
}

/// One thing for each secret.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Both<T> {
    pub(crate) pin: T,
    pub(crate) password: T,
}

impl<T> Both<T> {
    pub(crate) const fn of(&self, secret: SecretKind) -> &T {
        match secret {
            SecretKind::AuthenticationPin => &self.pin,
            SecretKind::SigningPassword => &self.password,
        }
    }

    pub(crate) const fn of_mut(&mut self, secret: SecretKind) -> &mut T {
        match secret {
            SecretKind::AuthenticationPin => &mut self.pin,
            SecretKind::SigningPassword => &mut self.password,
        }
    }
}

pub(crate) const SECRETS: [SecretKind; 2] = [SecretKind::AuthenticationPin, SecretKind::SigningPassword];

pub(crate) const fn in_sim(secret: SecretKind) -> Secret {
    match secret {
        SecretKind::AuthenticationPin => Secret::AuthenticationPin,
        SecretKind::SigningPassword => Secret::SigningPassword,
    }
}

pub(crate) fn tries_of(card: &SimulatedCard) -> Both<u8> {
    Both {
        pin: card.tries_left(Secret::AuthenticationPin),
        password: card.tries_left(Secret::SigningPassword),
    }
}

impl Setting {
    /// The three kinds of card, with default options.
    ///
    /// # Errors
    /// None as long as the deck has its personas.
    pub fn main() -> Result<[Self; 3]> {
        Ok([
            setting("capable", "ichiro", "short EF identifiers and extended length")?,
            setting(
                "classic",
                "hanako",
                "neither short EF identifiers nor extended length; filler behind certificates",
            )?,
            setting(
                "phone",
                "android-phone",
                "shows its authentication certificate after the PIN, so that it cannot be recognised",
            )?,
        ])
    }

    /// Other options, and cards with one quirk each.
    ///
    /// # Errors
    /// None as long as the deck has its personas.
    pub fn side() -> Result<Vec<Self>> {
        let mut unrecognised = setting("recognition off", "ichiro", "`recognise_card: false`")?;
        unrecognised.options.recognise_card = false;
        let mut selected = setting(
            "selected by the platform",
            "ichiro",
            "`application_selected: true` and `extended_length: false`, as on iOS",
        )?;
        selected.options.application_selected = true;
        selected.options.extended_length = false;
        let mut no_floor =
            setting("floor 0", "ichiro", "`floor: 0`: the last try takes no consent of its own")?;
        no_floor.options.floor = 0;
        let mut high_floor = setting("floor 3", "ichiro", "`floor: 3`")?;
        high_floor.options.floor = 3;
        let mut uncounted =
            setting("wrong secret 6300", "ichiro", "a wrong secret is told without a counter")?;
        uncounted.persona.capabilities.wrong_secret_6300 = true;
        Ok(vec![
            unrecognised,
            selected,
            no_floor,
            high_floor,
            uncounted,
            setting("query 9000", "tries-9000", "the tries query is answered 9000")?,
            setting("query 6300", "tries-6300", "the tries query is answered 6300")?,
            setting("blocked 6983", "blocked-6983", "a blocked secret is told as 6983")?,
            setting("blocked 6984", "blocked-6984", "a blocked secret is told as 6984")?,
            setting("first command 6F00", "cold-6f00", "the first command after power-up answers 6F00")?,
            setting(
                "password per signature",
                "consent-per-signature",
                "a second signature wants the password again",
            )?,
        ])
    }

    /// A card that takes many more exchanges.
    ///
    /// # Errors
    /// None as long as the deck has its persona.
    pub fn chatty() -> Result<Self> {
        setting("61xx and 6Cxx", "gets-61xx", "long answers by GET RESPONSE, wrong Le answered 6Cxx")
    }

    /// Whether the card tells its tries.
    pub(crate) fn reports_tries(&self) -> bool {
        self.persona.capabilities.tries_query == TriesQuery::Counter
    }

    /// Whether the card can be told from another before a VERIFY.
    pub(crate) fn is_recognisable(&self) -> bool {
        !self.persona.token.is_phone() && self.options.recognise_card
    }

    pub(crate) fn card(&self, tries: Both<u8>) -> Result<SimulatedCard> {
        let mut persona = self.persona.clone();
        persona.secrets.authentication_pin.tries = tries.pin;
        persona.secrets.signing_password.tries = tries.password;
        Ok(SimulatedCard::new(&persona)?)
    }

    /// As like this card as another one can be: the serial numbers and the secrets differ.
    pub(crate) fn other_card(&self) -> Result<SimulatedCard> {
        let mut persona = self.persona.clone();
        persona.certificates.authentication_serial += 1;
        persona.certificates.signing_serial += 1;
        persona.secrets.authentication_pin.value = TestSecret::new("8642");
        persona.secrets.signing_password.value = TestSecret::new("OTHER8642");
        persona.secrets.authentication_pin.tries = persona.secrets.authentication_pin.maximum;
        persona.secrets.signing_password.tries = persona.secrets.signing_password.maximum;
        Ok(SimulatedCard::new(&persona)?)
    }
}

fn setting(name: &'static str, persona: &str, about: &'static str) -> Result<Setting> {
    Ok(Setting { name, about, persona: Persona::named(persona)?, options: Options::default() })
}
