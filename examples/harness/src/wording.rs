//! What people read: the names of secrets and stages, and a sentence for each failure of a card session.

use std::error::Error;

use kazasu_card::{CertificateKind, Failure, Reconciliation, SecretKind, Stage};

use crate::catalogue;

pub(crate) const fn name(secret: SecretKind) -> &'static str {
    match secret {
        SecretKind::AuthenticationPin => "authentication PIN",
        SecretKind::SigningPassword => "signing password",
    }
}

const fn certificate_name(kind: CertificateKind) -> &'static str {
    match kind {
        CertificateKind::Signing => "signing certificate",
        CertificateKind::Authentication => "authentication certificate",
        CertificateKind::SigningCa => "CA certificate for signing",
        CertificateKind::AuthenticationCa => "CA certificate for authentication",
    }
}

/// What the card is doing.
pub(crate) fn doing(stage: Stage) -> String {
    match stage {
        Stage::Selecting => "looking for the JPKI application".to_owned(),
        Stage::Recognising => "recognising the card".to_owned(),
        Stage::ReadingInfo => "reading card information".to_owned(),
        Stage::QueryingTries { secret } => format!("asking for the remaining tries of the {}", name(secret)),
        Stage::Verifying { secret } => format!("checking the {}", name(secret)),
        Stage::ReadingCertificate { certificate, read, total: Some(total) } => {
            format!("reading the {} ({read} of {total} bytes)", certificate_name(certificate))
        }
        Stage::ReadingCertificate { certificate, .. } => {
            format!("reading the {}", certificate_name(certificate))
        }
        Stage::Signing { document, of } if of > 1 => format!("signing document {document} of {of}"),
        Stage::Signing { .. } => "signing".to_owned(),
        Stage::Changing { secret } => format!("changing the {}", name(secret)),
        Stage::Leaving => "closing".to_owned(),
        _ => "working".to_owned(),
    }
}

fn tries_remain(remaining: u8) -> String {
    if remaining == 1 { "1 try remains".to_owned() } else { format!("{remaining} tries remain") }
}

/// What happened and what to do about it.
pub(crate) fn sentence(failure: &Failure) -> String {
    match failure {
        Failure::NotJpki { sw } => {
            format!("This is not a My Number Card: it has no JPKI application ({sw}).")
        }
        Failure::NotIssued { certificate } => format!(
            "The {} is not on the card. Children under 15 normally have no signing certificate.",
            certificate_name(*certificate)
        ),
        Failure::WrongSecret { secret, remaining } => match remaining {
            Some(remaining) => format!("The {} is wrong; {}.", name(*secret), tries_remain(*remaining)),
            None => format!("The {} is wrong; the card does not say how many tries remain.", name(*secret)),
        },
        Failure::Blocked { secret } => blocked(*secret),
        Failure::LastTry { secret, remaining } => format!(
            "Only {} for the {}: a wrong entry could block it. Give --last-try to try all the same.",
            tries_remain(*remaining),
            name(*secret)
        ),
        Failure::TriesNotReported { secret } => format!(
            "The card does not report the remaining tries of the {}: a wrong entry could block it. \
             Give --last-try to try all the same.",
            name(*secret)
        ),
        Failure::CardLost { stage, .. } => {
            format!(
                "The card was lost while {}. No try was spent; hold it still and start again.",
                doing(*stage)
            )
        }
        Failure::VerifyOutcomeUnknown { secret, .. } => format!(
            "It is not known whether the card accepted the {}: a try may be spent. See `kazasu tries` before the next entry.",
            name(*secret)
        ),
        Failure::ChangeOutcomeUnknown { secret } => format!(
            "It is not known whether the card changed the {0}: the present or the new {0} may be in force. \
             See `kazasu tries`, then enter the new one first.",
            name(*secret)
        ),
        Failure::Reconciled { secret, finding } => reconciled(*secret, *finding),
        Failure::UnexpectedStatus { stage: stage @ Stage::Changing { .. }, sw } => {
            format!(
                "The card answered {sw} while {}: it refused, and the present one stays in force.",
                doing(*stage)
            )
        }
        Failure::UnexpectedStatus { stage, sw } => format!("The card answered {sw} while {}.", doing(*stage)),
        Failure::NoStatusWord { stage, .. } => {
            format!("The card answered without a status word while {}.", doing(*stage))
        }
        Failure::AnswerTooLong { stage, asked, got } => {
            format!("The card answered {got} bytes where {asked} were asked for, while {}.", doing(*stage))
        }
        Failure::CertificateIncomplete { certificate, read, total } => format!(
            "The {} is incomplete: {read} of {} bytes could be read.",
            certificate_name(*certificate),
            total.map_or_else(|| "an unknown number of".to_owned(), |total| total.to_string())
        ),
        Failure::ChannelRefused { stage } => {
            format!("The reader cannot carry the command for {}.", doing(*stage))
        }
        Failure::OtherCard | Failure::NotTheKnownCertificate | Failure::SignatureMismatch => {
            catalogue::sentence(failure.code())
        }
        other => with_sources(other),
    }
}

fn blocked(secret: SecretKind) -> String {
    format!(
        "No tries remain for the {}: it is blocked, or was never issued. The municipal office can unblock it; \
         a convenience-store kiosk can if the other secret is known.",
        name(secret)
    )
}

fn reconciled(secret: SecretKind, finding: Reconciliation) -> String {
    let name = name(secret);
    match finding {
        Reconciliation::NotCounted { remaining } | Reconciliation::NothingSpent { remaining } => {
            format!(
                "The card was lost while checking the {name}. No try was spent, {}; start again.",
                tries_remain(remaining)
            )
        }
        Reconciliation::Right { .. } => {
            format!(
                "The {name} was right, but the card was lost before it could be used. No try was spent; start again."
            )
        }
        Reconciliation::Counted { remaining } => format!("The {name} is wrong; {}.", tries_remain(remaining)),
        Reconciliation::Blocked => blocked(secret),
        Reconciliation::Inconclusive { .. } => {
            format!(
                "The card was lost while checking the {name}, and its counter does not tell whether a try was spent."
            )
        }
    }
}

/// The messages of an error and of those behind it.
fn with_sources(error: &dyn Error) -> String {
    error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {}", with_sources(source)))
}
