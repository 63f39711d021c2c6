//! The error catalogue, docs/errors.json: what people are told where this program has nothing more exact to say.

use serde::Deserialize;

use crate::language::Both;

const CATALOGUE: &str = include_str!("../../../docs/errors.json");

/// An error of the catalogue.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Entry {
    pub(crate) code: String,
    pub(crate) cause: String,
    pub(crate) ja: String,
    pub(crate) en: String,
    pub(crate) next_action: String,
    pub(crate) who_acts: Vec<String>,
}

/// All of it.
pub(crate) fn entries() -> Vec<Entry> {
    #[derive(Default, Deserialize)]
    struct Catalogue {
        errors: Vec<Entry>,
    }
    serde_json::from_str::<Catalogue>(CATALOGUE).unwrap_or_default().errors
}

pub(crate) fn find(code: &str) -> Option<Entry> {
    entries().into_iter().find(|entry| entry.code == code)
}

/// The English sentence for a code; the code itself if it is not in the catalogue.
pub(crate) fn sentence(code: &str) -> String {
    sentences(code).en
}

/// The sentence for a code in both languages; the code itself if it is not in the catalogue.
pub(crate) fn sentences(code: &str) -> Both {
    find(code).map_or_else(|| Both::new(code, code), |entry| Both::new(entry.en, entry.ja))
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
