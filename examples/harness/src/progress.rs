use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use kazasu_card::{Stage, TimeLeft};

use crate::wording::doing;

/// Shows on a terminal what the card is doing; silent elsewhere and with --json.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    pub(crate) fn new(quiet: bool) -> Self {
        if quiet {
            return Self(ProgressBar::hidden());
        }
        // Drawn on standard error, and only if that is a terminal.
        let bar = ProgressBar::new(1000);
        if let Ok(style) = ProgressStyle::with_template("{spinner} [{bar:20}] {msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    pub(crate) fn stage(&self, stage: Stage, left: TimeLeft) {
        self.0.set_position(left.done_permille.into());
        self.0.set_message(message(stage, left));
    }

    pub(crate) fn waiting(&self) {
        self.0.set_message("put the card back on the reader");
    }
}

fn message(stage: Stage, left: TimeLeft) -> String {
    let keep_still = match stage {
        Stage::Verifying { .. } | Stage::Signing { .. } | Stage::Changing { .. } => "; keep the card still",
        _ => "",
    };
    // Rounded up: nobody takes a card away too early for it.
    let tenths = left.time.as_millis().div_ceil(100);
    format!("about {}.{} s left: {}{keep_still}", tenths / 10, tenths % 10, doing(stage))
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_going_on_and_how_long_it_takes() {
        let left = |milliseconds| TimeLeft {
            time: Duration::from_millis(milliseconds),
            exchanges: 2,
            done_permille: 500,
        };
        assert_eq!(
            message(Stage::Signing { document: 1, of: 1 }, left(1_201)),
            "about 1.3 s left: signing; keep the card still"
        );
        assert_eq!(message(Stage::Leaving, left(30)), "about 0.1 s left: closing");
    }
}
