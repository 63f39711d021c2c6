use crate::failed::Failed;
use crate::output::Finished;

#[cfg(feature = "pcsc")]
pub(super) fn run() -> Result<Finished, Failed> {
    use crate::channel::pcsc::{Reader, list};
    use serde_json::json;

    let readers = list()?;
    let line = |reader: &Reader| {
        let state = match (reader.held, reader.card) {
            (true, _) => "card, held by another program",
            (false, true) => "card",
            (false, false) => "empty",
        };
        format!("{}: {state}", reader.name)
    };
    let text = readers.iter().map(line).collect::<Vec<_>>().join("\n");
    let list: Vec<_> = readers
        .iter()
        .map(|reader| json!({ "name": reader.name, "card": reader.card, "held": reader.held }))
        .collect();
    Ok(Finished::new(text, json!({ "readers": list })))
}

#[cfg(not(feature = "pcsc"))]
pub(super) fn run() -> Result<Finished, Failed> {
    Err(crate::channel::no_pcsc())
}
