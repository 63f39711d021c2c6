use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use kazasu_card::Stage;

use crate::wording::doing;

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
        let keep_still = match stage {
            Stage::Verifying { .. } | Stage::Signing { .. } | Stage::Changing { .. } => {
                "; keep the card still"
            }
            _ => "",
        };
        self.0.set_message(doing(stage) + keep_still);
    }

    pub(crate) fn waiting(&self) {
        self.0.set_message("put the card back on the reader");
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
