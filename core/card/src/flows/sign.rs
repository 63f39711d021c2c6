//! Signatures by the signing key, with the signing certificate; account opening is the case of one document:
//!
//! 1. SELECT application
//! 2. [recognise the card]
//! 3. tries query
//! 4. VERIFY the password, once for all documents
//! 5. READ the signing certificate, unless it is known. It comes before the signature because CMS signed attributes name it
//! 6. SIGN, once per document
//! 7. leave the application

use kazasu_cert::{Certificate, SignedDataDraft};

use crate::apdu::StatusWord;
use crate::application::{CertificateKind, SecretKind};
use crate::card::Card;
use crate::failure::Failure;
use crate::judgement::Question;
use crate::outcome::{Completed, Signature, Signed};
use crate::procedures::Addressing;
use crate::request::ToBeSigned;
use crate::step::Stage;

pub(super) async fn run(card: &Card, documents: &[ToBeSigned]) -> Result<Completed, Failure> {
    if documents.is_empty() {
        return Err(Failure::NothingToSign);
    }
    card.select_application().await?;
    card.recognise().await?;
    card.present(SecretKind::SigningPassword, Addressing::ShortIfProven).await?;
    let known = card.state().certificate.clone();
    let certificate = match known {
        Some(certificate) => certificate,
        None => card.keep_certificate(&card.read_certificate(CertificateKind::Signing).await?)?,
    };
    // What an earlier tap has signed stays signed.
    let signed = card.state().signatures.len();
    for (index, document) in documents.iter().enumerate().skip(signed) {
        let stage = Stage::Signing { document: index + 1, of: documents.len() };
        match sign_one(card, document, &certificate, stage).await {
            Ok(signature) => card.state().signatures.push(signature),
            // Some cards may want a consent per signature (docs/card-facts.md §3.4; uncertain).
            Err(Failure::UnexpectedStatus { sw: StatusWord::SECURITY_STATUS, .. }) if index > 0 => {
                let signatures = core::mem::take(&mut card.state().signatures);
                return Err(Failure::SecretNeededAgain { signatures });
            }
            Err(failure) => return Err(failure),
        }
    }
    let signatures = core::mem::take(&mut card.state().signatures);
    Ok(Completed::Signed(Signed { certificate, signatures }))
}

async fn sign_one(
    card: &Card,
    document: &ToBeSigned,
    certificate: &Certificate,
    stage: Stage,
) -> Result<Signature, Failure> {
    let secret = SecretKind::SigningPassword;
    match document {
        ToBeSigned::Digest(digest) => {
            let bytes = card.sign(secret, digest, certificate, stage).await?;
            Ok(Signature { digest: digest.clone(), bytes, cms: None })
        }
        ToBeSigned::DetachedCms { content, signing_time } => {
            let draft = SignedDataDraft::new(certificate, content, *signing_time);
            card.state().judge(Question::SignedAttributes, draft.is_ok());
            let draft = draft?;
            let digest = draft.digest_to_sign().clone();
            let bytes = card.sign(secret, &digest, certificate, stage).await?;
            let cms = draft.into_detached(&bytes);
            let cms = card.state().judge_result(Question::SignedData, cms, |_| Some(Vec::new()))?;
            Ok(Signature { digest, bytes, cms: Some(cms) })
        }
    }
}
