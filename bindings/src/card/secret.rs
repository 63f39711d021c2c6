use std::sync::{Arc, Mutex, PoisonError};

use kazasu_card as card;

use super::SecretKind;

/// Why an input cannot be the secret; nothing was sent to the card. Says what is wrong, never what was typed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum SecretError {
    /// The length is wrong: four for the PIN, 6 to 16 for the password.
    #[error("wrong length: {characters} characters")]
    Length {
        /// Bytes given.
        characters: u32,
    },
    /// A full-width (Japanese input method) character. Not converted silently: the user shall see what is sent.
    #[error("full-width character; half-width is wanted")]
    FullWidth,
    /// A lower-case letter; `SigningPassword.fromUpperCased` accepts it.
    #[error("lower-case letter; the card knows upper case only")]
    LowerCase,
    /// Any other character outside the alphabet of the secret.
    #[error("character outside the alphabet of this secret")]
    Character,
    /// A password needs at least one letter and one digit.
    #[error("a password has at least one letter and one digit")]
    Composition,
}

#[uniffi::export]
impl SecretError {
    /// Its code in the error catalogue.
    pub fn code(&self) -> String {
        match self {
            Self::Length { .. } => "secret_length",
            Self::FullWidth => "secret_full_width",
            Self::LowerCase => "secret_lower_case",
            Self::Character => "secret_character",
            Self::Composition => "secret_composition",
        }
        .to_owned()
    }
}

impl From<card::SecretError> for SecretError {
    fn from(error: card::SecretError) -> Self {
        match error {
            card::SecretError::Length(characters) => {
                Self::Length { characters: super::step::count(characters) }
            }
            card::SecretError::FullWidth => Self::FullWidth,
            card::SecretError::LowerCase => Self::LowerCase,
            card::SecretError::Composition => Self::Composition,
            _ => Self::Character,
        }
    }
}

/// A secret that is taken out once.
#[derive(Debug)]
struct Held<S>(Mutex<Option<S>>);

impl<S> Held<S> {
    fn new(secret: S) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Some(secret))))
    }

    fn take(&self) -> Option<S> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn is_gone(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }
}

/// 利用者証明用暗証番号: exactly four ASCII digits.
///
/// One object is one consent: the session that it is given to takes the digits out, and a second session is refused. The
/// digits are wiped when they have been used, at the latest when that session is done; by `wipe`; and when the object is
/// released. It never shows them.
#[derive(Debug, uniffi::Object)]
pub struct AuthenticationPin(Arc<Held<card::AuthenticationPin>>);

#[uniffi::export]
impl AuthenticationPin {
    /// Takes what the user typed, as UTF-8 bytes. The caller overwrites its own copy.
    #[uniffi::constructor]
    pub fn new(input: &[u8]) -> Result<Self, SecretError> {
        Ok(Self(Held::new(card::AuthenticationPin::new(input)?)))
    }

    /// Overwrites the digits now.
    pub fn wipe(&self) {
        drop(self.0.take());
    }

    /// Whether the digits are gone: used or wiped.
    pub fn is_gone(&self) -> bool {
        self.0.is_gone()
    }
}

impl AuthenticationPin {
    pub(super) fn take(&self) -> Option<card::AuthenticationPin> {
        self.0.take()
    }
}

/// 署名用パスワード: 6 to 16 characters of `A`-`Z` and `0`-`9`, at least one of each.
///
/// One object is one consent: the session that it is given to takes the characters out, and a second session is refused.
/// The characters are wiped when they have been used, at the latest when that session is done; by `wipe`; and when the
/// object is released. It never shows them.
#[derive(Debug, uniffi::Object)]
pub struct SigningPassword(Arc<Held<card::SigningPassword>>);

#[uniffi::export]
impl SigningPassword {
    /// Takes what the user typed, as UTF-8 bytes; lower case is refused, because the card would count it as wrong. The
    /// caller overwrites its own copy.
    #[uniffi::constructor]
    pub fn new(input: &[u8]) -> Result<Self, SecretError> {
        Ok(Self(Held::new(card::SigningPassword::new(input)?)))
    }

    /// The same with `a`-`z` folded to upper case first, for input fields that cannot force upper case.
    #[uniffi::constructor]
    pub fn from_upper_cased(input: &[u8]) -> Result<Self, SecretError> {
        Ok(Self(Held::new(card::SigningPassword::from_upper_cased(input)?)))
    }

    /// Overwrites the characters now.
    pub fn wipe(&self) {
        drop(self.0.take());
    }

    /// Whether the characters are gone: used or wiped.
    pub fn is_gone(&self) -> bool {
        self.0.is_gone()
    }
}

impl SigningPassword {
    pub(super) fn take(&self) -> Option<card::SigningPassword> {
        self.0.take()
    }
}

/// The secret of an object, as one consent.
pub(super) fn attempt<S: card::CardSecret>(secret: S, even_if_last_try: bool) -> card::Attempt<S> {
    if even_if_last_try { card::Attempt::even_if_last_try(secret) } else { card::Attempt::new(secret) }
}

impl From<card::SecretKind> for SecretKind {
    fn from(kind: card::SecretKind) -> Self {
        match kind {
            card::SecretKind::AuthenticationPin => Self::AuthenticationPin,
            card::SecretKind::SigningPassword => Self::SigningPassword,
        }
    }
}
