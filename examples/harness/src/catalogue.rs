//! The error catalogue, docs/errors.json: what people are told where this program has nothing more exact to say.

use serde_json::Value;

use crate::language::Both;

const CATALOGUE: &str = include_str!("../../../docs/errors.json");

/// The English sentence for a code; the code itself if it is not in the catalogue.
pub(crate) fn sentence(code: &str) -> String {
    sentences(code).en
}

/// The sentence for a code in both languages; the code itself if it is not in the catalogue.
pub(crate) fn sentences(code: &str) -> Both {
    let catalogue: Value = serde_json::from_str(CATALOGUE).unwrap_or_default();
    let mut errors = catalogue.get("errors").and_then(Value::as_array).into_iter().flatten();
    let text = |entry: &Value, field| entry.get(field).and_then(Value::as_str).unwrap_or(code).to_owned();
    let entry = errors.find(|entry| text(entry, "code") == code && entry.get("code").is_some());
    entry.map_or_else(|| Both::new(code, code), |entry| Both::new(text(entry, "en"), text(entry, "ja")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_a_sentence() {
        assert!(sentence("other_card").starts_with("This seems to be another card"));
        assert!(sentences("other_card").ja.contains("カード"));
        assert_eq!(sentence("no_such_code"), "no_such_code");
    }
}
