//! A signature by the authentication key:
//!
//! 1. SELECT application
//! 2. READ the authentication certificate; with a known one, or on a second tap, recognise the card instead
//! 3. tries query
//! 4. VERIFY the PIN
//! 5. [READ the certificate: a phone refuses step 2 with `6982`]
//! 6. SIGN
//! 7. leave the application

use kazasu_cert::{Certificate, Digest};

use crate::apdu::StatusWord;
use crate::application::{CertificateKind, SecretKind};
use crate::card::Card;
use crate::failure::Failure;
use crate::outcome::{Authenticated, Completed, Signature};
use crate::procedures::Addressing;
use crate::step::Stage;

const KIND: CertificateKind = CertificateKind::Authentication;

pub(super) async fn run(card: &Card, challenge: &Digest) -> Result<Completed, Failure> {
    card.select_application().await?;
    let before_pin = certificate_before_pin(card).await?;
    card.present(SecretKind::AuthenticationPin, Addressing::ShortIfProven).await?;
    let certificate = match before_pin {
        Some(certificate) => certificate,
        None => card.keep_certificate(&card.read_certificate(KIND).await?)?,
    };
    let stage = Stage::Signing { document: 1, of: 1 };
    let bytes = card.sign(SecretKind::AuthenticationPin, challenge, &certificate, stage).await?;
    let signature = Signature { digest: challenge.clone(), bytes, cms: None };
    Ok(Completed::Authenticated(Authenticated { certificate, signature }))
}

/// The certificate if the card shows it freely, or if it is known already; in each case the card is recognised by it.
async fn certificate_before_pin(card: &Card) -> Result<Option<Certificate>, Failure> {
    let known = card.state().certificate.clone();
    if known.is_some() {
        card.recognise().await?;
        return Ok(known);
    }
    match card.read_certificate(KIND).await {
        Ok(der) => {
            card.recognise_by(&der)?;
            card.keep_certificate(&der).map(Some)
        }
        Err(Failure::UnexpectedStatus { sw: StatusWord::SECURITY_STATUS, .. }) => {
            card.recognise_by_refusal()?;
            Ok(None)
        }
        Err(failure) => Err(failure),
    }
}
