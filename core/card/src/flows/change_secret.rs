//! A new PIN or password:
//!
//! 1. SELECT application
//! 2. [recognise the card]
//! 3. SELECT the secret's EF
//! 4. tries query
//! 5. VERIFY the present value
//! 6. CHANGE to the new value
//! 7. leave the application
//!
//! The EF is selected even on a card that knows short EF identifiers: CHANGE is only known about the current EF.

use crate::application::SecretKind;
use crate::card::Card;
use crate::failure::Failure;
use crate::outcome::Completed;
use crate::procedures::Addressing;

pub(super) async fn run(card: &Card, secret: SecretKind, new: &[u8]) -> Result<Completed, Failure> {
    card.select_application().await?;
    card.recognise().await?;
    card.present(secret, Addressing::CurrentEf).await?;
    card.change(secret, new).await?;
    Ok(Completed::SecretChanged(secret))
}
