//! Codes as they stand in source text, where no list can be asked for.

use std::fs;
use std::path::Path;

/// The text of all Rust files at or below a path.
pub(crate) fn texts(path: &Path) -> Vec<String> {
    if path.is_file() {
        return vec![fs::read_to_string(path).unwrap()];
    }
    let entries = fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let paths = entries.map(|entry| entry.unwrap().path());
    let rust = paths.filter(|path| path.is_dir() || path.extension().is_some_and(|end| end == "rs"));
    rust.flat_map(|path| texts(&path)).collect()
}

/// The string literals in a text that look like codes, if what stands before them, blanks aside, is as wanted.
pub(crate) fn codes_after(text: &str, wanted: impl Fn(&str) -> bool) -> Vec<&str> {
    let pieces: Vec<_> = text.split('"').collect();
    let literals = pieces.windows(2).step_by(2);
    literals.filter(|pair| is_code(pair[1]) && wanted(pair[0].trim_end())).map(|pair| pair[1]).collect()
}

fn is_code(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

/// What `code` of each error type in a text gives; the type is told by its name.
pub(crate) fn codes_of_errors(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("fn code(&self)") {
        let (before, after) = text.split_at(at);
        let name = before.rsplit("\nimpl ").next().unwrap().split([' ', '<']).next().unwrap();
        if ["Problem", "Rejection", "Undecided"].iter().any(|end| name.ends_with(end)) {
            found
                .extend(codes_after(after.split("\n    }").next().unwrap(), |before| before.ends_with("=>")));
        }
    }
    found
}

#[test]
fn codes_are_found_in_their_impl() {
    let text = "\nimpl XProblem {\n    pub const fn code(&self) -> &'static str {\n        match self {\n            \
                Self::A => \"x_a\",\n        }\n    }\n\n    fn no(&self) { \"not_me\" }\n}\n\nimpl Status {\n    fn \
                code(&self) -> &str {\n        \"good\"\n    }\n}\n";
    assert_eq!(codes_of_errors(text), ["x_a"]);
    assert_eq!(codes_after("f(10,\n \"no_card\", \"gone\")", |before| before.ends_with("10,")), ["no_card"]);
}
