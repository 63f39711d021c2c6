//! The deck, and what the reader says of a persona that cannot be.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{collections::BTreeSet, fs, path::Path};

use kazasu_sim::{Persona, Purpose, SimError, SimulatedCard};
use serde_json::{Value, json};

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("personas")
}

fn ichiro() -> Value {
    serde_json::from_str(&fs::read_to_string(folder().join("ichiro.json")).unwrap()).unwrap()
}

/// Path and reason of the refusal after one value was replaced.
fn refusal(pointer: &str, value: Value) -> (String, String) {
    let mut persona = ichiro();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    persona.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(key.to_owned(), value);
    match Persona::from_json(&persona.to_string()) {
        Err(SimError::Persona { path, reason }) => (path, reason),
        other => panic!("{pointer}: {other:?}"),
    }
}

#[test]
fn the_deck_is_the_folder() {
    let files: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(Persona::names().map(str::to_owned).collect::<BTreeSet<_>>(), files);
}

#[test]
fn every_persona_makes_a_card_of_its_name() {
    let mut serials = BTreeSet::new();
    for name in Persona::names() {
        let persona = Persona::named(name).unwrap();
        assert_eq!(persona.name, name);
        assert!(!persona.description.en.is_empty() && !persona.description.ja.is_empty(), "{name}");
        let certificates = &persona.certificates;
        assert!(serials.insert((Purpose::Signing as u8, certificates.signing_serial)), "{name}");
        assert!(
            serials.insert((Purpose::Authentication as u8, certificates.authentication_serial)),
            "{name}"
        );
        let year_2040 = 2_208_988_800;
        assert_eq!(certificates.not_after > year_2040, name != "expired", "{name} must not rot");
        let card = SimulatedCard::new(&persona).unwrap();
        assert_eq!(card.certificate(Purpose::Signing).is_some(), name != "minor", "{name}");
    }
}

#[test]
fn the_longest_address_is_in_the_deck() {
    let holder = Persona::named("long-address").unwrap().holder;
    assert_eq!(holder.address.chars().count(), 200);
    assert_eq!(holder.address_substitutes(), "0".repeat(200));
    let holder = Persona::named("substitute-characters").unwrap().holder;
    assert_eq!(holder.name_substitutes(), "1100");
    assert_eq!(holder.address_substitutes().matches('1').count(), 1);
}

#[test]
fn what_cannot_be_is_refused_with_its_place() {
    let cases = [
        ("/surprise", json!(1), "surprise", "unknown field"),
        ("/capabilities", json!({"sfi": {"reed": true}}), "capabilities.sfi.reed", "unknown field"),
        ("/capabilities", json!({"tries_query": "9001"}), "capabilities.tries_query", "unknown variant"),
        ("/capabilities", json!({"atr": "3B"}), "capabilities.atr", "2 to 33 bytes"),
        ("/capabilities", json!({"atr": "3B+F"}), "capabilities.atr", "hexadecimal"),
        ("/capabilities", json!({"atr": "3BF"}), "capabilities.atr", "hexadecimal"),
        ("/capabilities", json!({"short_reads": 0}), "capabilities.short_reads", "at least 1"),
        ("/capabilities", json!({"answers_61xx": 256}), "capabilities.answers_61xx", "expected u8"),
        ("/timing", json!({"exchange_ms": -1}), "timing.exchange_ms", "invalid value"),
        ("/timing", json!({"bit_rate": 106}), "timing.bit_rate", "expected value"),
        ("/token", json!("watch"), "token", "unknown variant"),
        ("/certificates/availability", json!("8F8F"), "certificates.availability", "three bytes"),
        ("/certificates/generation", json!("2027"), "certificates.generation", "unknown variant"),
        ("/certificates/not_after", json!("2045-02-30T00:00:00Z"), "certificates.not_after", "day"),
        (
            "/certificates/not_after",
            json!("2025-10-27T01:35:57Z"),
            "certificates.not_after",
            "after not_before",
        ),
        ("/secrets/signing_password/value", json!("SHORT"), "secrets.signing_password.value", "6 to 16"),
        ("/secrets/authentication_pin/value", json!("12345"), "secrets.authentication_pin.value", "4 to 4"),
        ("/secrets/authentication_pin/value", json!("１２"), "secrets.authentication_pin.value", "ASCII"),
        ("/secrets/authentication_pin/maximum", json!(16), "secrets.authentication_pin.maximum", "1 to 15"),
        ("/secrets/authentication_pin/tries", json!(4), "secrets.authentication_pin.tries", "maximum of 3"),
        ("/holder/date_of_birth", json!("19800217"), "holder.date_of_birth", "nine digits"),
        ("/holder/substituted_in_name", json!([5]), "holder.substituted_in_name", "within the name"),
        ("/holder/address", json!("号".repeat(201)), "holder.address", "1 to 200"),
    ];
    for (pointer, value, path, reason) in cases {
        let (actual_path, actual_reason) = refusal(pointer, value);
        assert_eq!(actual_path, path, "{pointer}: {actual_reason}");
        assert!(actual_reason.contains(reason), "{pointer}: {actual_reason}");
    }
    let trailing = format!("{} x", ichiro());
    assert!(matches!(Persona::from_json(&trailing), Err(SimError::Persona { .. })));
    assert_eq!(Persona::named("nobody").unwrap_err(), SimError::UnknownPersona { name: "nobody".to_owned() });
}

#[test]
fn a_validity_no_certificate_can_say_is_refused() {
    let mut persona = Persona::named("ichiro").unwrap();
    persona.certificates.not_after = 2_524_608_000;
    assert_eq!(SimulatedCard::new(&persona).unwrap_err(), SimError::Time { seconds: 2_524_608_000 });
}

#[test]
fn secrets_do_not_show() {
    let persona = Persona::named("ichiro").unwrap();
    let mut card = SimulatedCard::new(&persona).unwrap();
    card.transmit(b"\x00\x20\x00\x98\x041234");
    let shown = format!("{persona:?} {card:?} {:?}", card.journal());
    assert!(!shown.contains("1234") && !shown.contains("KAZASU2026"), "{shown}");
}
