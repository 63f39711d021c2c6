//! Name and address, with the digits that tell which characters are substitutes.

use std::fmt;

/// A name or an address exactly as the certificate has it.
///
/// The resident register may hold characters that a certificate cannot. Such a character is replaced by another,
/// and the flag at its position is set (docs/certificate-facts.md §3.3): then the text is *not* what the register
/// says, legitimately so, and whoever relies on it should show that and keep both.
///
/// `Debug` prints no personal data.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegisteredText {
    /// The text, verbatim: full-width forms, U+3000 between names, nothing normalised.
    pub text: String,
    /// Which of its characters are substitutes.
    pub substituted: SubstituteFlags,
}

/// Which characters of a text are substitutes. `Debug` prints no personal data.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SubstituteFlags {
    /// The certificate has no flags for this text.
    Absent,
    /// One flag for each character (Unicode scalar value) of the text; true for a substitute.
    Flags(Vec<bool>),
    /// The flags are not one `0` or `1` for each character, so it cannot be said which characters they mean.
    Unusable {
        /// The flags as the certificate has them.
        verbatim: String,
    },
}

impl RegisteredText {
    pub(crate) fn new(text: &str, flags: Option<&str>) -> Self {
        let substituted = flags.map_or(SubstituteFlags::Absent, |flags| SubstituteFlags::read(text, flags));
        Self { text: text.to_owned(), substituted }
    }

    /// Whether any character is a substitute; `None` when the flags are absent or unusable.
    pub fn is_substituted(&self) -> Option<bool> {
        match &self.substituted {
            SubstituteFlags::Flags(flags) => Some(flags.contains(&true)),
            SubstituteFlags::Absent | SubstituteFlags::Unusable { .. } => None,
        }
    }

    /// Family name and given name, if the text says without doubt which is which: exactly one U+3000 with text on
    /// both sides, and no Latin letter, since names in Latin letters follow no such order
    /// (docs/certificate-facts.md §3.4). Meaningless for an address.
    pub fn family_and_given(&self) -> Option<(&str, &str)> {
        let (family, given) = self.text.split_once('\u{3000}')?;
        let clear = !family.is_empty() && !given.is_empty() && !given.contains('\u{3000}');
        (clear && !self.text.chars().any(is_latin)).then_some((family, given))
    }
}

impl SubstituteFlags {
    fn read(text: &str, flags: &str) -> Self {
        let are_flags = flags.bytes().all(|flag| matches!(flag, b'0' | b'1'));
        if are_flags && flags.len() == text.chars().count() {
            Self::Flags(flags.bytes().map(|flag| flag == b'1').collect())
        } else {
            Self::Unusable { verbatim: flags.to_owned() }
        }
    }

    /// The flags as the certificate has them.
    pub fn verbatim(&self) -> Option<String> {
        match self {
            Self::Absent => None,
            Self::Flags(flags) => Some(flags.iter().map(|flag| if *flag { '1' } else { '0' }).collect()),
            Self::Unusable { verbatim } => Some(verbatim.clone()),
        }
    }
}

/// ASCII, full-width, and the accented letters of Latin-1 Supplement, Latin Extended-A, -B and Additional.
fn is_latin(c: char) -> bool {
    let block = matches!(c, '\0'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' | '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}');
    block && c.is_alphabetic()
}

impl fmt::Debug for RegisteredText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RegisteredText([redacted], {:?})", self.substituted)
    }
}

impl fmt::Debug for SubstituteFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "Absent",
            Self::Flags(_) => "Flags([redacted])",
            Self::Unusable { .. } => "Unusable([redacted])",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str, flags: Option<&str>) -> RegisteredText {
        RegisteredText::new(text, flags)
    }

    #[test]
    fn one_flag_for_each_scalar_value() {
        // The first character lies outside the Basic Multilingual Plane: one scalar value, four bytes.
        let name = text("\u{20BB7}野　花子", Some("10000"));
        assert_eq!(name.substituted, SubstituteFlags::Flags(vec![true, false, false, false, false]));
        assert_eq!(name.is_substituted(), Some(true));
        assert_eq!(name.substituted.verbatim().as_deref(), Some("10000"));
        assert_eq!(text("花子", Some("00")).is_substituted(), Some(false));
    }

    #[test]
    fn flags_that_do_not_fit_are_kept_but_not_interpreted() {
        for flags in ["0000", "000000", "00002", "0000０", ""] {
            let name = text("山田　花子", Some(flags));
            assert_eq!(name.substituted, SubstituteFlags::Unusable { verbatim: flags.to_owned() });
            assert_eq!(name.is_substituted(), None);
            assert_eq!(name.text, "山田　花子");
        }
        assert_eq!(text("花子", None).substituted, SubstituteFlags::Absent);
        assert_eq!(text("花子", None).is_substituted(), None);
    }

    #[test]
    fn a_name_is_split_only_without_doubt() {
        assert_eq!(text("山田　花子", None).family_and_given(), Some(("山田", "花子")));
        assert_eq!(text("チャン　ミン", None).family_and_given(), Some(("チャン", "ミン")));
        for unclear in [
            "山田花子",
            "山田 花子",
            "山田　花子　マリア",
            "　花子",
            "山田　",
            "ＳＭＩＴＨ　ＪＯＨＮ",
            "Smith　花子",
            "Müller　花子",
            "",
        ] {
            assert_eq!(text(unclear, None).family_and_given(), None, "{unclear}");
        }
    }

    #[test]
    fn debug_shows_nothing_of_the_text() {
        for flags in [None, Some("01000"), Some("2")] {
            let shown = format!("{:?}", text("山田　花子", flags));
            assert!(!shown.contains(|c: char| !c.is_ascii() || c.is_ascii_digit()), "{shown}");
        }
    }
}
