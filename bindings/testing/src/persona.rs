use kazasu_sim as sim;

/// Which of the two JPKI certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Purpose {
    /// The signing certificate.
    Signing,
    /// The authentication certificate.
    Authentication,
}

impl From<Purpose> for sim::Purpose {
    fn from(purpose: Purpose) -> Self {
        match purpose {
            Purpose::Signing => Self::Signing,
            Purpose::Authentication => Self::Authentication,
        }
    }
}

/// Why there is no such card.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum SimError {
    /// The deck has no persona of this name.
    #[error("no persona is called {name:?}")]
    UnknownPersona {
        /// The name asked for.
        name: String,
    },
    /// A persona says something a card cannot be.
    #[error("{reason}")]
    Persona {
        /// What, and where.
        reason: String,
    },
}

impl From<sim::SimError> for SimError {
    fn from(error: sim::SimError) -> Self {
        match error {
            sim::SimError::UnknownPersona { name } => Self::UnknownPersona { name },
            other => Self::Persona { reason: other.to_string() },
        }
    }
}

/// The names of the deck (docs/personas.md).
#[uniffi::export]
pub fn persona_names() -> Vec<String> {
    sim::Persona::names().map(str::to_owned).collect()
}

/// The CA certificates of the test hierarchy, DER, oldest first: the anchors of a test verifier.
#[uniffi::export]
pub fn test_anchors(purpose: Purpose) -> Result<Vec<Vec<u8>>, SimError> {
    Ok(sim::TestPki::shared()?.anchors_der(purpose.into()))
}
