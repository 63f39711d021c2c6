//! One call status for each thread, in the Kotlin that uniffi writes.
//!
//! For every call uniffi makes a new JNA `Structure` for the status, which allocates native memory twice and registers both
//! pieces with a cleaner; JNA then writes and reads its fields by reflection. That is nine tenths of what a call costs. Here
//! each thread keeps one for as long as its calls succeed, and the fields are read only if one fails.
//!
//! Why one is enough: the library does not call back (docs/adr/0009), so a call within a call is one that its arguments need,
//! for memory or a handle, and has ended before the outer one begins. A call that succeeds leaves the status as it was.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};

/// The body of `uniffiRustCallWithError`, through which all calls go.
const A_NEW_ONE: &str = "\
    var status = UniffiRustCallStatus()
    val return_value = callback(status)
    uniffiCheckCallStatus(errorHandler, status)
    return return_value
";

const THAT_OF_THE_THREAD: &str = "\
    val status = KazasuCallStatus.get().apply { clear() }
    val return_value = callback(status)
    // `code`, the first field.
    if (status.pointer.getByte(0) != UNIFFI_CALL_SUCCESS) {
        // What comes next calls the library to free the error: with another status.
        KazasuCallStatus.remove()
        status.read()
        uniffiCheckCallStatus(errorHandler, status)
    }
    return return_value
";

const HOLDER: &str = "
private object KazasuCallStatus : ThreadLocal<UniffiRustCallStatus>() {
    override fun initialValue() = UniffiRustCallStatus().apply { setAutoSynch(false) }
}
";

/// Stands in what uniffi writes if foreign code can be called.
const CALLS_BACK: &str = "IDX_CALLBACK_FREE";

/// Rewrites a file that uniffi has written.
pub(crate) fn keep_in(path: &Path) -> Result<()> {
    let kotlin = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let kotlin = kept(&kotlin).with_context(|| path.display().to_string())?;
    fs::write(path, kotlin).with_context(|| path.display().to_string())
}

/// Another version of uniffi may call in another way: then somebody has to look.
fn kept(kotlin: &str) -> Result<String> {
    let Some((before, after)) = kotlin.split_once(A_NEW_ONE) else {
        bail!("no call of the known form");
    };
    let others = [before, after].map(|part| part.matches("= UniffiRustCallStatus()").count());
    if others != [0, 0] {
        bail!("a call of an unknown form");
    }
    if kotlin.contains(CALLS_BACK) {
        bail!("the library calls back");
    }
    Ok([before, THAT_OF_THE_THREAD, after, HOLDER].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITTEN: &str = "\
private inline fun <U, E: kotlin.Exception> uniffiRustCallWithError(handler: Handler<E>, callback: (Status) -> U): U {
    var status = UniffiRustCallStatus()
    val return_value = callback(status)
    uniffiCheckCallStatus(errorHandler, status)
    return return_value
}
val callStatus = UniffiRustCallStatus.ByValue()
";

    #[test]
    fn the_call_takes_the_status_of_the_thread() {
        let kept = kept(WRITTEN).unwrap();
        assert!(!kept.contains("= UniffiRustCallStatus()\n"));
        assert!(kept.contains("callback: (Status) -> U): U {\n    val status = KazasuCallStatus.get()."));
        assert!(
            kept.contains("    return return_value\n}\nval callStatus = UniffiRustCallStatus.ByValue()\n")
        );
        assert!(kept.ends_with(HOLDER));
    }

    #[test]
    fn what_is_written_in_another_way_is_refused() {
        let another_name = WRITTEN.replace("return_value", "value");
        let one_more = format!("{WRITTEN}var status = UniffiRustCallStatus()\n");
        let rewritten = kept(WRITTEN).unwrap();
        let calls_back = format!("{WRITTEN}internal const val IDX_CALLBACK_FREE = 0\n");
        for kotlin in ["", &another_name, &one_more, &rewritten, &calls_back] {
            kept(kotlin).unwrap_err();
        }
    }
}
