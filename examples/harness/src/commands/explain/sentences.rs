use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use crate::failed::Failed;
use crate::language::Language;

const SENTENCES: &str = include_str!("sentences.json");

/// What `explain` says, in one language.
pub(super) struct Sentences {
    language: Language,
    groups: HashMap<String, HashMap<String, Translated>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Translated {
    ja: String,
    en: String,
}

impl Sentences {
    pub(super) fn new(language: Language) -> Result<Self, Failed> {
        let groups = serde_json::from_str(SENTENCES)
            .map_err(|error| Failed::new(70, "bug", format!("internal error: sentences: {error}")))?;
        Ok(Self { language, groups })
    }

    /// As the attribute `lang` wants it.
    pub(super) const fn code(&self) -> &'static str {
        match self.language {
            Language::Ja => "ja",
            Language::En => "en",
        }
    }

    /// One of two.
    pub(super) fn choose<T>(&self, ja: T, en: T) -> T {
        match self.language {
            Language::Ja => ja,
            Language::En => en,
        }
    }

    pub(super) fn has(&self, group: &str, key: &str) -> bool {
        self.find(group, key).is_some()
    }

    /// The sentence with its placeholders filled in.
    pub(super) fn say(&self, group: &str, key: &str, values: &[(&str, &str)]) -> String {
        let Some(sentence) = self.find(group, key) else { return key.to_owned() };
        let text = self.choose(&sentence.ja, &sentence.en).clone();
        values.iter().fold(text, |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    /// The sentence for a name of the trace, such as a kind of secret.
    pub(super) fn name(&self, group: &str, name: &impl serde::Serialize) -> String {
        match serde_json::to_value(name) {
            Ok(Value::String(key)) => self.say(group, &key, &[]),
            _ => String::new(),
        }
    }

    fn find(&self, group: &str, key: &str) -> Option<&Translated> {
        self.groups.get(group)?.get(key)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn placeholders(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()).collect()
    }

    #[test]
    fn both_languages_say_the_same_of_the_same() {
        let sentences = Sentences::new(Language::Ja).unwrap();
        let is_japanese = |c: char| matches!(c, '\u{3040}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}');
        for (group, members) in &sentences.groups {
            for (key, Translated { ja, en }) in members {
                assert!(!ja.is_empty() && !en.is_empty(), "{group} {key}");
                assert_eq!(placeholders(ja), placeholders(en), "{group} {key}");
                assert!(!en.contains(is_japanese), "{group} {key}");
            }
        }
        assert_eq!(sentences.say("answer", "tries", &[("n", "3")]), "残り3回");
        assert_eq!(sentences.say("answer", "no such sentence", &[]), "no such sentence");
    }

    /// Those that take a lost or cancelled session to be said.
    #[test]
    fn nothing_that_may_happen_is_without_words() {
        let sentences = Sentences::new(Language::En).unwrap();
        for key in [
            "refused",
            "card_lost",
            "need_tap_nothing_spent",
            "need_tap_verify_outcome_unknown",
            "need_tap_secret_accepted",
            "resumed",
            "resumed_with_consent",
            "cancelled",
            "cancelled_waiting",
            "abandoned",
            "broken_off",
        ] {
            assert!(sentences.has("event", key), "{key}");
        }
        for key in ["not_counted", "counted", "blocked", "right", "nothing_spent", "inconclusive"] {
            assert!(sentences.has("reconciled", key), "{key}");
        }
        for key in ["not_needed", "left", "refused", "card_lost"] {
            assert!(sentences.has("leaving", key), "{key}");
        }
    }

    /// What the catalogue of errors may name.
    #[test]
    fn next_actions_and_actors_of_the_catalogue_have_their_words() {
        let sentences = Sentences::new(Language::En).unwrap();
        let entries = crate::catalogue::entries();
        assert!(entries.len() > 50, "{entries:?}");
        for entry in entries {
            assert!(sentences.has("next_action", &entry.next_action), "{entry:?}");
            assert!(entry.who_acts.iter().all(|actor| sentences.has("actor", actor)), "{entry:?}");
        }
    }
}
