//! The error catalogue: sentences for users, and who can do what about it.

use std::sync::OnceLock;

/// docs/errors.json as `build.rs` has packed it: a line for each entry, tabs between its fields, compressed to a fifth.
const PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/catalogue.deflate"));

/// Far more than it takes unpacked.
const MOST: usize = 1 << 20;

/// What the catalogue says about one code.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
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

fn entries() -> &'static [CatalogueEntry] {
    static ENTRIES: OnceLock<Vec<CatalogueEntry>> = OnceLock::new();
    ENTRIES.get_or_init(|| {
        // A test reads all of it.
        let lines = miniz_oxide::inflate::decompress_to_vec_with_limit(PACKED, MOST).unwrap_or_default();
        String::from_utf8(lines).unwrap_or_default().lines().filter_map(entry).collect()
    })
}

fn entry(line: &str) -> Option<CatalogueEntry> {
    let mut fields = line.split('\t');
    let mut text = || fields.next().map(str::to_owned);
    let entry = CatalogueEntry {
        code: text()?,
        area: text()?,
        cause: text()?,
        ja: text()?,
        easy_ja: text()?,
        en: text()?,
        next_action: text()?,
        who_acts: text()?.split(',').map(str::to_owned).collect(),
        retryable: text()? == "true",
        tries_affected: text()?,
    };
    Some(entry)
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
    fn the_packed_catalogue_is_the_one_of_the_documentation() {
        let json: serde_json::Value = serde_json::from_str(include_str!("../../docs/errors.json")).unwrap();
        let documented = json["errors"].as_array().unwrap();
        assert_eq!(entries().len(), documented.len());
        for (entry, documented) in entries().iter().zip(documented) {
            let texts = [
                ("code", &entry.code),
                ("area", &entry.area),
                ("cause", &entry.cause),
                ("ja", &entry.ja),
                ("easy_ja", &entry.easy_ja),
                ("en", &entry.en),
                ("next_action", &entry.next_action),
                ("tries_affected", &entry.tries_affected),
            ];
            for (field, text) in texts {
                assert_eq!(documented[field], **text, "{field} of {}", entry.code);
            }
            assert_eq!(documented["who_acts"], serde_json::json!(entry.who_acts), "{}", entry.code);
            assert_eq!(documented["retryable"], entry.retryable, "{}", entry.code);
        }
    }

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
