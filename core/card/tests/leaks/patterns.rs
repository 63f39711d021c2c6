//! The forms in which something may show in a text.

use std::fmt::Write as _;

use kazasu_sim::{Persona, Purpose};

/// Something that must not show, and what it is.
pub(crate) struct Pattern {
    what: &'static str,
    forms: Vec<String>,
}

impl Pattern {
    /// As text, as the bytes in hexadecimal and decimal lists, in base64, and as escapes.
    pub(crate) fn of(what: &'static str, bytes: &[u8]) -> Self {
        let join = |between: &str, digits: &dyn Fn(&u8) -> String| {
            bytes.iter().map(digits).collect::<Vec<_>>().join(between)
        };
        let mut forms = vec![
            join("", &|b| format!("{b:02x}")),
            join(" ", &|b| format!("{b:02x}")),
            join(":", &|b| format!("{b:02x}")),
            join(", ", &|b| format!("{b}")),
            join(", ", &|b| format!("{b:02x}")),
            join(", ", &|b| format!("0x{b:02x}")),
        ];
        // What base64 makes of them depends on where in three bytes they begin.
        for lead in 0..3 {
            let encoded = base64(&[&vec![0; lead], bytes].concat());
            let whole = &encoded[(lead * 8).div_ceil(6)..(lead + bytes.len()) * 8 / 6];
            if whole.len() >= 6 {
                forms.push(whole.to_ascii_lowercase());
            }
        }
        if let Ok(text) = std::str::from_utf8(bytes) {
            forms.push(text.to_lowercase());
            if !text.is_ascii() {
                let escapes = |f: &dyn Fn(u16) -> String| text.encode_utf16().map(f).collect::<String>();
                forms.push(escapes(&|unit| format!("\\u{unit:04x}")));
                forms.push(escapes(&|unit| format!("\\u{{{unit:x}}}")));
            }
        }
        Self { what, forms }
    }

    pub(crate) fn shows_in(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.forms.iter().any(|form| stands_alone(&text, form))
    }
}

/// Four digits may be part of any number, so that digits beside them make another one of it.
fn stands_alone(text: &str, form: &str) -> bool {
    let short = form.len() <= 8 && form.bytes().all(|b| b.is_ascii_hexdigit());
    text.match_indices(form).any(|(at, _)| {
        let beside = |c: Option<char>| short && c.is_some_and(|c| c.is_ascii_hexdigit());
        !beside(text[..at].chars().next_back()) && !beside(text[at + form.len()..].chars().next())
    })
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: Vec<u8> = bytes.iter().flat_map(|b| (0..8).rev().map(move |at| b >> at & 1)).collect();
    bits.chunks(6)
        .map(|six| {
            char::from(DIGITS[six.iter().fold(0, |n, bit| n * 2 + usize::from(*bit)) << (6 - six.len())])
        })
        .collect()
}

/// Twelve digits in a row are a My Number until proven otherwise.
pub(crate) fn twelve_digits(text: &str) -> bool {
    // A part of a longer number, or of a hash, is none.
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| word.len() == 12 && word.bytes().all(|b| b.is_ascii_digit()))
}

/// What there is to hide of a persona.
pub(crate) fn of_persona(persona: &Persona) -> Vec<Pattern> {
    let mut patterns = vec![
        Pattern::of("PIN", persona.secrets.authentication_pin.value.as_bytes()),
        Pattern::of("password", persona.secrets.signing_password.value.as_bytes()),
        Pattern::of("name", persona.holder.name.as_bytes()),
        Pattern::of("address", persona.holder.address.as_bytes()),
    ];
    let certificates = &persona.certificates;
    for serial in [certificates.signing_serial, certificates.authentication_serial] {
        let mut decimal = String::new();
        write!(decimal, "{serial}").unwrap();
        patterns.push(Pattern::of("serial number", decimal.as_bytes()));
        patterns.push(Pattern::of("serial number", &serial.to_be_bytes()[1..]));
    }
    for purpose in [Purpose::Signing, Purpose::Authentication] {
        let der = persona.certificate(purpose).unwrap();
        patterns.push(Pattern::of("certificate", &der[der.len() / 2..][..24]));
        patterns.push(Pattern::of("certificate", &der[..24]));
    }
    patterns
}

/// The first of the patterns that shows in a text, if any does.
pub(crate) fn leak(patterns: &[Pattern], text: &str) -> Option<&'static str> {
    let shown = patterns.iter().find(|pattern| pattern.shows_in(text)).map(|pattern| pattern.what);
    shown.or(twelve_digits(text).then_some("twelve digits"))
}

/// A search that finds nothing anywhere would prove nothing.
pub(crate) fn each_form_is_found() {
    let secret = b"KAZASU2026";
    let password = Pattern::of("password", secret);
    for text in [
        "no KAZASU2026 here".to_owned(),
        "lower kazasu2026".to_owned(),
        format!("{secret:?}"),
        format!("{secret:02X?}"),
        format!("{secret:#04x?}").replace(",\n   ", ","),
        "4B415A41535532303236".to_owned(),
        "4B 41 5A 41 53 55 32 30 32 36".to_owned(),
        base64(secret),
        base64(b"xKAZASU2026y"),
        base64(b"xyKAZASU2026"),
    ] {
        assert!(password.shows_in(&text), "{text}");
    }
    assert!(!password.shows_in("KAZASU 2026"));
    let name = Pattern::of("name", "甲野　一郎".as_bytes());
    assert!(name.shows_in("甲野　一郎") && name.shows_in(r"\u7532\u91ce\u3000\u4e00\u90ce"));
    assert!(name.shows_in(&"甲野　一郎".escape_unicode().to_string()));
    let pin = Pattern::of("PIN", b"1234");
    assert!(pin.shows_in("is 1234.") && pin.shows_in("[49, 50, 51, 52]") && !pin.shows_in("a 51234 b"));
    assert!(twelve_digits("no 123456789012.") && !twelve_digits("1234567890123 12345678901"));
    assert_eq!(base64(b"ab"), "YWI");
}
