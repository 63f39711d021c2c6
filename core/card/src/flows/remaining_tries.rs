//! Remaining tries of both secrets:
//!
//! 1. SELECT application
//! 2. tries query, authentication PIN
//! 3. tries query, signing password
//!
//! Without short EF identifiers each query has a SELECT EF before it.

use crate::apdu::StatusWord;
use crate::application::SecretKind;
use crate::card::Card;
use crate::failure::Failure;
use crate::outcome::{Completed, Tries};
use crate::procedures::Addressing;

pub(super) async fn run(card: &Card) -> Result<Completed, Failure> {
    card.select_application().await?;
    for secret in [SecretKind::AuthenticationPin, SecretKind::SigningPassword] {
        match card.query_tries(secret, Addressing::ShortIfProven).await {
            // No such secret on this card; the other one may still be asked for.
            Err(Failure::UnexpectedStatus { sw: StatusWord::NOT_FOUND, .. }) => {
                card.state().tries.set(secret, Tries::NotReported);
            }
            other => drop(other?),
        }
    }
    Ok(Completed::RemainingTries)
}
