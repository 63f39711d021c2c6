//! A panic is a defect of this program. It ends in exit code 70 like the others, and what the panic was going to say is not
//! shown, since it may quote what the program was working on.

use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::{Mutex, PoisonError};

use crate::failed::Failed;

/// Where in the source the last panic came from.
static PLACE: Mutex<Option<String>> = Mutex::new(None);

/// Runs `work`; a panic in it is an error like others, with secrets wiped by the unwinding.
pub(crate) fn contained<T>(work: impl FnOnce() -> Result<T, Failed>) -> Result<T, Failed> {
    panic::set_hook(Box::new(note));
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let place = PLACE.lock().unwrap_or_else(PoisonError::into_inner).take();
        let place = place.map_or_else(String::new, |place| format!(" at {place}"));
        Err(Failed::new(70, "bug", format!("internal error{place}; please report it")))
    })
}

fn note(info: &PanicHookInfo<'_>) {
    let place = info.location().map(|location| format!("{}:{}", location.file(), location.line()));
    *PLACE.lock().unwrap_or_else(PoisonError::into_inner) = place;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_70_and_says_where_and_nothing_else() {
        let hook = panic::take_hook();
        let ended = contained(|| -> Result<(), Failed> { panic!("while checking {}", "KAZASU2026") });
        let ordinary = contained(|| Ok(7));
        panic::set_hook(hook);
        let failed = ended.unwrap_err();
        assert_eq!((failed.exit, failed.code), (70, "bug"));
        let shown = format!("{failed} {failed:?}");
        assert!(shown.contains("internal_error.rs:"), "{shown}");
        assert!(!shown.contains("KAZASU2026") && !shown.contains("checking"), "{shown}");
        assert_eq!(ordinary.unwrap(), 7);
    }
}
