//! `kazasu explain`: a trace told in words, for a developer who was not there.

mod html;
mod sentences;
mod story;
mod telling;
mod text;

use serde_json::json;

use self::sentences::Sentences;
use self::story::Story;
use crate::cli::ExplainArgs;
use crate::failed::Failed;
use crate::output::{Finished, Outputs};
use crate::trace_file::read_traces;

pub(super) fn run(args: &ExplainArgs) -> Result<Finished, Failed> {
    let traces = read_traces(&args.trace)?;
    let say = Sentences::new(args.lang)?;
    let stories: Vec<_> =
        traces.iter().enumerate().map(|(index, trace)| Story::of(trace, index + 1, &say)).collect();
    let sessions: Vec<_> =
        stories.iter().map(|story| json!({ "line": story.line, "code": story.verdict.code })).collect();
    let Some(path) = &args.html else {
        let text = text::text(&stories, &say);
        return Ok(Finished::new(&text, json!({ "sessions": sessions, "text": text })));
    };
    let outputs = Outputs::files([path], &[&args.trace])?;
    outputs.write(&[html::page(&stories, &say).as_bytes()])?;
    let html = path.display().to_string();
    Ok(Finished::new(
        format!("{html}: {} sessions", stories.len()),
        json!({ "sessions": sessions, "html": html }),
    ))
}
