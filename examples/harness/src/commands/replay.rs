use std::fmt::Write as _;

use kazasu_card::trace::{Replayed, Trace, replay};
use serde_json::json;

use crate::catalogue;
use crate::cli::ReplayArgs;
use crate::failed::Failed;
use crate::output::Finished;
use crate::trace_file::read_traces;

pub(super) fn run(args: &ReplayArgs) -> Result<Finished, Failed> {
    let traces = read_traces(&args.trace)?;
    let (mut text, mut sessions) = (String::new(), Vec::new());
    for trace in &traces {
        let Replayed { exchanges, taps, complete } = again(trace)?;
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "line {}: the same steps; exchanges: {exchanges}, taps: {taps}{}",
            trace.line,
            if complete { "" } else { ", as far as the trace goes" },
        );
        sessions.push(json!({
            "line": trace.line,
            "exchanges": exchanges,
            "taps": taps,
            "complete": complete,
        }));
    }
    Ok(Finished::new(text, json!({ "sessions": sessions })))
}

fn again(trace: &Trace) -> Result<Replayed, Failed> {
    replay(trace).map_err(|diverged| {
        let code = diverged.code();
        Failed::new(43, code, format!("{diverged}. {}", catalogue::sentence(code)))
            .with("line", diverged.line)
            .with("recorded", json!(diverged.recorded))
            .with("now", json!(diverged.now))
    })
}
