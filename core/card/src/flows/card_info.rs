//! What the card says about itself:
//!
//! 1. SELECT application
//! 2. READ token information (label)
//! 3. READ certificate availability

use crate::application::Ef;
use crate::card::Card;
use crate::failure::Failure;
use crate::info::CardInfo;
use crate::outcome::Completed;

pub(super) async fn run(card: &Card) -> Result<Completed, Failure> {
    card.select_application().await?;
    let token_info = card.read_small(Ef::TokenInfo, 32).await?.unwrap_or_default();
    // One source knows this file, so that a card without it is no failure.
    let availability = match card.read_small(Ef::Availability, 3).await {
        Err(Failure::UnexpectedStatus { .. }) => None,
        other => other?,
    };
    Ok(Completed::CardInfo(CardInfo::new(&token_info, availability.as_deref())))
}
