use crate::failed::Failed;
use crate::output::Finished;

#[cfg(feature = "pcsc")]
pub(super) fn run() -> Result<Finished, Failed> {
    use serde_json::json;

    let readers = crate::channel::pcsc::list()?;
    let text: String = readers
        .iter()
        .map(|reader| {
            let state = if reader.held { "card, held by another program" } else if reader.card { "card" } else { "empty" };
            format!("{}: {state}\n", reader.name)
        })
        .collect();
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
