use std::sync::atomic::{AtomicBool, Ordering};

use crate::failed::Failed;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From here on Ctrl-C and SIGTERM are noted instead of ending the process, so that the card can be left closed.
pub(crate) fn watch() -> Result<(), Failed> {
    match ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::SeqCst)) {
        Ok(()) | Err(ctrlc::Error::MultipleHandlers) => Ok(()),
        Err(error) => Err(Failed::new(70, "bug", format!("no signal handler: {error}"))),
    }
}

pub(crate) fn requested() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}
