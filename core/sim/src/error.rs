//! What can go wrong while a simulated card or a test certificate is made.

/// Why a simulated card, a persona or a test certificate could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SimError {
    /// A persona file says something a card cannot be.
    #[error("persona: {path}: {reason}")]
    Persona {
        /// Where in the JSON document, such as `secrets.signing_password.tries`.
        path: String,
        /// What is wrong there.
        reason: String,
    },
    /// The deck has no persona of this name.
    #[error("no persona is called {name:?}")]
    UnknownPersona {
        /// The name asked for.
        name: String,
    },
    /// A file of scenarios says something that is none.
    #[error("scenarios of {set}: {path}: {reason}")]
    Scenario {
        /// The file.
        set: &'static str,
        /// Where in it, such as `[3].expected.code`.
        path: String,
        /// What is wrong there.
        reason: String,
    },
    /// A key in `core/sim/keys` is not a PKCS#8 RSA-2048 key.
    #[error("test key {name} cannot be read")]
    Key {
        /// File name without its extension.
        name: &'static str,
    },
    /// The private operation refused its input: a padded block of over 245 bytes, or a number not below the modulus.
    #[error("the RSA private operation refuses an input of {len} bytes")]
    PrivateOperation {
        /// Length of the input in bytes.
        len: usize,
    },
    /// An instant outside 1950 to 2049, which `UTCTime` cannot say (RFC 5280 §4.1.2.5.1), or outside 0 to 9999, which
    /// `GeneralizedTime` cannot.
    #[error("{seconds} seconds since 1970 cannot be written as a time of a certificate")]
    Time {
        /// Seconds since 1970-01-01T00:00:00Z.
        seconds: i64,
    },
}

impl SimError {
    pub(crate) fn persona(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Persona { path: path.into(), reason: reason.into() }
    }
}
