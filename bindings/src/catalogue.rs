//! The error catalogue: sentences for users, and who can do what about it.

use std::sync::OnceLock;

use serde::Deserialize;

const JSON: &str = include_str!("../../docs/errors.json");

/// What the catalogue says about one code.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, uniffi::Record)]
pub struct CatalogueEntry {
    /// The code, the same in every language and version.
    pub code: String,
    /// Which part of the SDK it belongs to.
    pub area: String,
    /// What happened, for developers.
    pub cause: String,
    /// A sentence for the user in Japanese.
    pub ja: String,
    /// The same in easy Japanese.
    pub easy_ja: String,
    /// The same in English.
    pub en: String,
    /// What to do next, as a code.
    pub next_action: String,
    /// Who can do it.
    pub who_acts: Vec<String>,
    /// Whether doing the same again can succeed.
    pub retryable: bool,
    /// Whether a try is spent: `none`, `one` or `unknown`.
    pub tries_affected: String,
}

#[derive(Deserialize)]
struct Catalogue {
    errors: Vec<CatalogueEntry>,
}

fn entries() -> &'static [CatalogueEntry] {
    static ENTRIES: OnceLock<Vec<CatalogueEntry>> = OnceLock::new();
    // A test reads the embedded file.
    ENTRIES
        .get_or_init(|| serde_json::from_str(JSON).map_or_else(|_| Vec::new(), |read: Catalogue| read.errors))
}

/// Every entry of the catalogue.
#[uniffi::export]
pub fn error_catalogue() -> Vec<CatalogueEntry> {
    entries().to_vec()
}

/// The entry for a code, if there is one.
#[uniffi::export]
pub fn error_entry(code: &str) -> Option<CatalogueEntry> {
    entries().iter().find(|entry| entry.code == code).cloned()
}

#[cfg(test)]
mod tests {
    use kazasu_card as card;

    use super::*;

    #[test]
    fn each_code_of_a_card_session_has_an_entry() {
        let codes = [
            card::Failure::CODES,
            card::Reconciliation::CODES,
            card::SecretError::CODES,
            card::Misuse::CODES,
        ];
        for code in codes.into_iter().flatten() {
            assert_eq!(error_entry(code).map(|entry| entry.code).as_deref(), Some(*code));
        }
        assert_eq!(error_entry("no_such_code"), None);
        assert!(error_catalogue().iter().all(|entry| !entry.ja.is_empty() && !entry.easy_ja.is_empty()));
    }
}
