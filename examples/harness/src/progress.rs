use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use kazasu_card::{SecretKind, Stage};

/// Shows on a terminal what the card is doing; silent elsewhere and with --json.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    pub(crate) fn new(quiet: bool) -> Self {
        if quiet {
            return Self(ProgressBar::hidden());
        }
        // Drawn on standard error, and only if that is a terminal.
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    pub(crate) fn stage(&self, stage: Stage) {
        self.0.set_message(match stage {
            Stage::Selecting => "Looking for the JPKI application".to_owned(),
            Stage::Recognising => "Recognising the card".to_owned(),
            Stage::ReadingInfo => "Reading card information".to_owned(),
            Stage::QueryingTries { secret } => format!("Asking for the remaining tries of the {}", name(secret)),
            Stage::Verifying { secret } => format!("Checking the {}; keep the card still", name(secret)),
            Stage::ReadingCertificate { read, total: Some(total), .. } => {
                format!("Reading the certificate: {read} of {total} bytes")
            }
            Stage::ReadingCertificate { .. } => "Reading the certificate".to_owned(),
            Stage::Signing { document, of } if of > 1 => format!("Signing document {document} of {of}; keep the card still"),
            Stage::Signing { .. } => "Signing; keep the card still".to_owned(),
            Stage::Changing { secret } => format!("Changing the {}; keep the card still", name(secret)),
            Stage::Leaving => "Closing".to_owned(),
            _ => "Working".to_owned(),
        });
    }

    pub(crate) fn waiting(&self) {
        self.0.set_message("Put the card back on the reader");
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

pub(crate) const fn name(secret: SecretKind) -> &'static str {
    match secret {
        SecretKind::AuthenticationPin => "authentication PIN",
        SecretKind::SigningPassword => "signing password",
    }
}
