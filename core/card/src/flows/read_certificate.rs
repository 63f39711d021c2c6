//! One certificate.
//!
//! Freely readable (authentication certificate of a card, both CA certificates):
//!
//! 1. SELECT application
//! 2. READ, and further READs where one answer does not hold it
//!
//! After a secret (signing certificate; authentication certificate of a phone, which refuses step 2 with `6982`):
//!
//! 1. SELECT application
//! 2. [recognise the card]
//! 3. tries query
//! 4. VERIFY
//! 5. READ
//! 6. leave the application

use crate::apdu::StatusWord;
use crate::application::{CertificateKind, Ef, SecretKind};
use crate::card::Card;
use crate::failure::Failure;
use crate::info::token_label;
use crate::outcome::{Completed, ReadBack};
use crate::procedures::Addressing;

pub(super) async fn run(card: &Card, kind: CertificateKind) -> Result<Completed, Failure> {
    card.select_application().await?;
    if kind == CertificateKind::Signing {
        card.recognise().await?;
        card.present(SecretKind::SigningPassword, Addressing::ShortIfProven).await?;
    }
    let der = match card.read_certificate(kind).await {
        Err(Failure::UnexpectedStatus { sw: StatusWord::SECURITY_STATUS, .. })
            if kind == CertificateKind::Authentication =>
        {
            card.recognise_by_refusal()?;
            if card.state().attempt.is_none() {
                let label = card.read_small(Ef::TokenInfo, 32).await?.map(|info| token_label(&info));
                return Err(Failure::PinNeeded { label });
            }
            card.present(SecretKind::AuthenticationPin, Addressing::ShortIfProven).await?;
            card.read_certificate(kind).await?
        }
        other => other?,
    };
    Ok(Completed::Certificate(ReadBack { kind, der }))
}
