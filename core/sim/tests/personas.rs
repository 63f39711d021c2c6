//! The deck, and what the reader says of a persona that cannot be.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{collections::BTreeSet, fs, path::Path};

use jsonschema::Validator;
use kazasu_sim::status_services::{CertificateStatus, RevocationReason};
use kazasu_sim::{Generation, LinkModel, Persona, Purpose, SimError, SimulatedCard, Token};
use serde_json::Value;

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("personas")
}

fn json_file(name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(folder().join(name).with_extension("json")).unwrap()).unwrap()
}

fn schema() -> Validator {
    jsonschema::draft202012::options().should_validate_formats(true).build(&json_file("schema")).unwrap()
}

fn deck() -> impl Iterator<Item = Persona> {
    Persona::names().map(|name| Persona::named(name).unwrap())
}

/// `ichiro` with one value replaced, or removed if it is null.
fn malformed(pointer: &str, value: Value) -> Value {
    let mut persona = json_file("ichiro");
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = persona.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    if value.is_null() {
        parent.remove(key)
    } else {
        parent.insert(key.to_owned(), value)
    };
    persona
}

/// Path and reason of the loader's refusal.
fn loader_refusal(persona: &Value) -> (String, String) {
    match Persona::from_json(&persona.to_string()) {
        Err(SimError::Persona { path, reason }) => (path, reason),
        other => panic!("{persona}: {other:?}"),
    }
}

/// Path and reason of the schema's first refusal, the path written as the loader writes it.
fn schema_refusal(schema: &Validator, persona: &Value) -> Option<(String, String)> {
    let error = schema.validate(persona).err()?;
    let path = error.instance_path().as_str().trim_start_matches('/').replace('/', ".");
    Some((path, error.to_string()))
}

#[test]
fn the_deck_is_the_folder() {
    let files: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|name| name != "schema")
        .collect();
    assert_eq!(Persona::names().map(str::to_owned).collect::<BTreeSet<_>>(), files);
}

#[test]
fn every_persona_makes_a_card_of_its_name() {
    let mut serials = BTreeSet::new();
    let year_2040 = 2_208_988_800;
    for name in Persona::names() {
        let persona = Persona::named(name).unwrap();
        assert_eq!(persona.name, name);
        assert!(!persona.description.en.is_empty() && !persona.description.ja.is_empty(), "{name}");
        for purpose in [Purpose::Signing, Purpose::Authentication] {
            for (serial, _) in persona.certificates.statuses(purpose) {
                assert!(
                    serials.insert((purpose == Purpose::Signing, serial)),
                    "{name}: {serial} occurs twice"
                );
            }
        }
        let expired = ["expired", "ca-2015"].contains(&name);
        assert_eq!(persona.certificates.not_after > year_2040, !expired, "{name} must not rot");
        let card = SimulatedCard::new(&persona).unwrap();
        let not_issued = ["minor", "signing-not-issued"].contains(&name);
        assert_eq!(card.certificate(Purpose::Signing).is_none(), not_issued, "{name}");
    }
}

#[test]
fn the_deck_has_what_its_names_say() {
    let holder = |name: &str| Persona::named(name).unwrap().holder;
    assert_eq!(holder("long-address").address.chars().count(), 200);
    assert_eq!(holder("long-address").address_substitutes(), "0".repeat(200));
    assert_eq!(holder("substitute-characters").name_substitutes(), "1100");
    assert_eq!(holder("substitute-characters").address_substitutes().matches('1').count(), 1);
    assert_eq!(holder("substitute-address").address_substitutes(), "00000010010000");
    assert_eq!(holder("substitute-address").name_substitutes(), "0000");
    assert!(holder("foreign-resident").name.bytes().all(|b| b == b' ' || b.is_ascii_uppercase()));
    assert!(!holder("mononym").name.contains([' ', '\u{3000}']));
    for (name, digits) in [
        ("partial-birth-date", "319430600"),
        ("unknown-birth-date", "000000000"),
        ("born-taisho-last", "219261224"),
        ("born-showa-first", "319261225"),
        ("born-showa-last", "319890107"),
        ("born-heisei-first", "419890108"),
    ] {
        assert_eq!(holder(name).date_of_birth, digits, "{name}");
    }
    for (name, generation) in
        [("ca-2015", Generation::G2015), ("ca-2019", Generation::G2019), ("ca-2023", Generation::G2023)]
    {
        assert_eq!(Persona::named(name).unwrap().certificates.generation, generation);
    }
    let tokens: Vec<_> = deck().map(|persona| persona.token).collect();
    for token in [Token::Card, Token::OldCard, Token::Android, Token::Iphone] {
        assert!(tokens.contains(&token), "{token:?}");
    }
    let short = Persona::named("short-length").unwrap().capabilities;
    assert!(short.sfi.read && short.sfi.verify && short.sfi.sign && !short.extended_length);
}

#[test]
fn the_slow_card_takes_longest() {
    let time = |persona: &Persona| {
        let mut card = SimulatedCard::new(persona).unwrap();
        card.transmit(&[
            0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01,
        ]);
        persona.timing.time_at_reader(card.journal())
    };
    let slow = time(&Persona::named("slow-card").unwrap());
    assert!(deck().filter(|persona| persona.name != "slow-card").all(|other| time(&other) < slow));
    assert_ne!(Persona::named("slow-card").unwrap().timing, LinkModel::default());
}

#[test]
fn a_status_service_learns_what_the_persona_says() {
    let statuses = |name: &str, purpose| -> Vec<_> {
        Persona::named(name).unwrap().certificates.statuses(purpose).map(|(_, status)| status).collect()
    };
    let revoked = |at, reason| CertificateStatus::Revoked { at, reason: Some(reason) };
    let moved = revoked(1_769_991_300, RevocationReason::AffiliationChanged);
    assert_eq!(statuses("revoked", Purpose::Signing), [moved]);
    assert_eq!(statuses("revoked", Purpose::Authentication), [CertificateStatus::Good]);
    for purpose in [Purpose::Signing, Purpose::Authentication] {
        assert_eq!(statuses("on-hold", purpose), [CertificateStatus::hold(1_773_060_000)]);
        let renewed = statuses("renewed", purpose);
        assert_eq!(renewed, [CertificateStatus::Good, revoked(1_761_528_957, RevocationReason::Superseded)]);
        let troubled = ["revoked", "on-hold", "renewed"];
        for other in Persona::names().filter(|name| !troubled.contains(name)) {
            assert_eq!(statuses(other, purpose), [CertificateStatus::Good], "{other}");
        }
    }
}

#[test]
fn a_renewed_card_carries_the_new_certificate_only() {
    let persona = Persona::named("renewed").unwrap();
    let card = SimulatedCard::new(&persona).unwrap();
    for purpose in [Purpose::Signing, Purpose::Authentication] {
        let new = persona.certificate(purpose).unwrap();
        assert_eq!(card.certificate(purpose), Some(new.as_slice()));
        let old = persona.previous_certificate(purpose).unwrap().unwrap();
        assert_ne!(old, new);
    }
    assert_eq!(Persona::named("ichiro").unwrap().previous_certificate(Purpose::Signing).unwrap(), None);
}

#[test]
fn the_deck_keeps_the_schema() {
    let schema = schema();
    for name in Persona::names() {
        assert_eq!(schema_refusal(&schema, &json_file(name)), None, "{name}");
    }
}

/// A row of `malformed_personas.json`.
#[derive(serde::Deserialize)]
struct Malformed {
    /// Where `ichiro` is changed, a JSON pointer.
    at: String,
    /// What is put there; null removes what is there.
    value: Value,
    /// What the refusals name.
    path: String,
    /// Part of the loader's reason.
    loader: String,
    /// Part of the schema's reason; none where the rule compares two values, which a schema cannot.
    schema: Option<String>,
}

#[test]
fn what_cannot_be_is_refused_with_its_place() {
    let table: Vec<Malformed> = serde_json::from_str(include_str!("malformed_personas.json")).unwrap();
    let schema = schema();
    for Malformed { at, value, path, loader, schema: expected } in table {
        let persona = malformed(&at, value);
        let (loader_path, reason) = loader_refusal(&persona);
        assert!(loader_path == path && reason.contains(&loader), "{at}: {loader_path}: {reason}");
        let Some(expected) = expected else {
            assert_eq!(schema_refusal(&schema, &persona), None, "{at}");
            continue;
        };
        let (schema_path, reason) =
            schema_refusal(&schema, &persona).unwrap_or_else(|| panic!("{at}: taken"));
        // What is unexpected or missing is told at the object that has it, or has it not.
        let parent = path.rsplit_once('.').map_or("", |(parent, _)| parent);
        let places = [path.trim_matches('.'), parent];
        assert!(
            places.contains(&schema_path.as_str()) && reason.contains(&expected),
            "{at}: {schema_path}: {reason}"
        );
    }
    let trailing = format!("{} x", json_file("ichiro"));
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
