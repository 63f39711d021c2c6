use core::fmt;

use zeroize::Zeroizing;

use crate::application::SecretKind;
use crate::codes::codes;

/// Why an input cannot be the secret; nothing was sent to the card. Says what is wrong, never what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// The length in characters is wrong: four for the PIN, 6 to 16 for the password.
    #[error("wrong length: {0} characters")]
    Length(usize),
    /// A full-width (Japanese input method) character. Not converted silently: the user shall see what is sent.
    #[error("full-width character; half-width is wanted")]
    FullWidth,
    /// A lower-case letter; [`SigningPassword::from_upper_cased`] accepts it.
    #[error("lower-case letter; the card knows upper case only")]
    LowerCase,
    /// Any other character outside the alphabet of the secret.
    #[error("character outside the alphabet of this secret")]
    Character,
    /// A password needs at least one letter and one digit.
    #[error("a password has at least one letter and one digit")]
    Composition,
}

codes!(SecretError {
    "secret_length": Self::Length(_),
    "secret_full_width": Self::FullWidth,
    "secret_lower_case": Self::LowerCase,
    "secret_character": Self::Character,
    "secret_composition": Self::Composition,
});

mod sealed {
    pub trait Sealed {
        fn into_bytes(self) -> zeroize::Zeroizing<Vec<u8>>;
    }
}

/// A secret of the JPKI application: [`AuthenticationPin`] or [`SigningPassword`]. Sealed.
pub trait CardSecret: sealed::Sealed {
    /// Which secret it is.
    const KIND: SecretKind;
}

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident, $kind:expr) => {
        $(#[$doc])*
        ///
        /// Held in one buffer that is wiped on drop; not `Clone`; `Debug` shows no character and no length.
        pub struct $name(Zeroizing<Vec<u8>>);

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }

        impl $name {
            /// For a replay, which reaches no card.
            pub(crate) fn stand_in() -> Self {
                Self(Zeroizing::new(vec![b'0'; 4]))
            }
        }

        impl sealed::Sealed for $name {
            fn into_bytes(self) -> Zeroizing<Vec<u8>> {
                self.0
            }
        }

        impl CardSecret for $name {
            const KIND: SecretKind = $kind;
        }
    };
}

secret!(
    /// 利用者証明用暗証番号: exactly four ASCII digits (docs/card-facts.md §3.1; agreed).
    AuthenticationPin,
    SecretKind::AuthenticationPin
);

secret!(
    /// 署名用パスワード: 6 to 16 characters of `A`-`Z` and `0`-`9`, at least one of each (docs/card-facts.md §3.1; agreed).
    SigningPassword,
    SecretKind::SigningPassword
);

impl AuthenticationPin {
    /// Takes what the user typed, as UTF-8 bytes. The caller wipes its own copy.
    ///
    /// # Errors
    /// [`SecretError`] when it cannot be a PIN.
    pub fn new(input: &[u8]) -> Result<Self, SecretError> {
        check_alphabet(input, u8::is_ascii_digit)?;
        if input.len() != 4 {
            return Err(SecretError::Length(input.len()));
        }
        Ok(Self(Zeroizing::new(input.to_vec())))
    }
}

impl SigningPassword {
    /// Takes what the user typed, as UTF-8 bytes; lower case is refused, because the card would count it as wrong. The
    /// caller wipes its own copy.
    ///
    /// # Errors
    /// [`SecretError`] when it cannot be a password.
    pub fn new(input: &[u8]) -> Result<Self, SecretError> {
        if input.iter().any(u8::is_ascii_lowercase) {
            return Err(SecretError::LowerCase);
        }
        Self::from_upper_cased(input)
    }

    /// As [`SigningPassword::new`], with `a`-`z` folded to upper case first. For input fields that cannot force
    /// upper case.
    ///
    /// # Errors
    /// [`SecretError`] when it cannot be a password.
    pub fn from_upper_cased(input: &[u8]) -> Result<Self, SecretError> {
        check_alphabet(input, u8::is_ascii_alphanumeric)?;
        if !(6..=16).contains(&input.len()) {
            return Err(SecretError::Length(input.len()));
        }
        if !input.iter().any(u8::is_ascii_digit) || !input.iter().any(u8::is_ascii_alphabetic) {
            return Err(SecretError::Composition);
        }
        Ok(Self(Zeroizing::new(input.iter().map(u8::to_ascii_uppercase).collect())))
    }
}

fn check_alphabet(input: &[u8], allowed: fn(&u8) -> bool) -> Result<(), SecretError> {
    if input.iter().all(allowed) {
        return Ok(());
    }
    // U+FF01 to U+FF5E, the full-width forms of printable ASCII, are EF BC 81 to EF BD 9E in UTF-8.
    let full_width = |w: &[u8]| matches!(w, [0xEF, 0xBC, 0x81..=0xBF] | [0xEF, 0xBD, 0x80..=0x9E]);
    if input.windows(3).any(full_width) { Err(SecretError::FullWidth) } else { Err(SecretError::Character) }
}

/// One consent: the user gave this secret for **one** VERIFY. It is moved into the session and gone after that VERIFY,
/// whatever came of it; another VERIFY takes another `Attempt` (docs/adr/0003).
#[derive(Debug)]
pub struct Attempt<S> {
    secret: S,
    last_try: bool,
}

impl<S: CardSecret> Attempt<S> {
    /// Consent to one VERIFY while more tries remain than the caller's floor.
    pub const fn new(secret: S) -> Self {
        Self { secret, last_try: false }
    }

    /// Consent to one VERIFY even if it is the last try, or if the card does not say how many remain. Ask the user first:
    /// a wrong secret then blocks the card until they visit the municipal office.
    pub const fn even_if_last_try(secret: S) -> Self {
        Self { secret, last_try: true }
    }

    pub(crate) const fn last_try(&self) -> bool {
        self.last_try
    }

    pub(crate) fn erase(self) -> PendingAttempt {
        PendingAttempt { kind: S::KIND, bytes: self.secret.into_bytes(), last_try: self.last_try }
    }
}

/// An [`Attempt`] whose VERIFY has not been composed yet.
pub(crate) struct PendingAttempt {
    pub(crate) kind: SecretKind,
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    pub(crate) last_try: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pin_is_four_ascii_digits() {
        assert!(AuthenticationPin::new(b"1234").is_ok());
        let refused = |input: &str| AuthenticationPin::new(input.as_bytes()).unwrap_err();
        assert_eq!(refused(""), SecretError::Length(0));
        assert_eq!(refused("123"), SecretError::Length(3));
        assert_eq!(refused("12345"), SecretError::Length(5));
        assert_eq!(refused("12a4"), SecretError::Character);
        assert_eq!(refused("1 34"), SecretError::Character);
        assert_eq!(refused("１２３４"), SecretError::FullWidth);
    }

    #[test]
    fn password_is_upper_case_letters_and_digits() {
        assert!(SigningPassword::new(b"ABC123").is_ok());
        assert!(SigningPassword::new(b"ABCDEFGH12345678").is_ok());
        let refused = |input: &str| SigningPassword::new(input.as_bytes()).unwrap_err();
        assert_eq!(refused("ABC12"), SecretError::Length(5));
        assert_eq!(refused("ABCDEFGH123456789"), SecretError::Length(17));
        assert_eq!(refused("ABCDEF"), SecretError::Composition);
        assert_eq!(refused("123456"), SecretError::Composition);
        assert_eq!(refused("abc123"), SecretError::LowerCase);
        assert_eq!(refused("ABC-123"), SecretError::Character);
        assert_eq!(refused("ＡＢＣ１２３"), SecretError::FullWidth);
        assert_eq!(refused("ABC１23"), SecretError::FullWidth);
        assert_eq!(refused("ABC12\n"), SecretError::Character);
    }

    #[test]
    fn lower_case_is_folded_on_request_only() {
        let folded = SigningPassword::from_upper_cased(b"abc12x").unwrap();
        assert_eq!(Attempt::new(folded).erase().bytes.as_slice(), b"ABC12X");
    }

    #[test]
    fn debug_shows_nothing() {
        let password = SigningPassword::new(b"SECRET99").unwrap();
        assert_eq!(
            format!("{:?}", Attempt::new(password)),
            "Attempt { secret: SigningPassword(..), last_try: false }"
        );
        assert_eq!(format!("{:?}", AuthenticationPin::new(b"9876").unwrap()), "AuthenticationPin(..)");
    }
}
