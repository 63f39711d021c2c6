//! Every field of a persona, spoilt in every way that its schema knows: schema and loader refuse it, each with its place.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

use std::collections::BTreeMap;

use jsonschema::Validator;
use kazasu_sim::{Persona, SimError};
use serde_json::{Value, json};

const SCHEMA: &str = include_str!("../personas/schema.json");

/// `ichiro` with everything that may be left out.
fn whole() -> Value {
    let mut persona: Value = serde_json::from_str(include_str!("../personas/ichiro.json")).unwrap();
    let revoked = json!({ "revoked_at": "2026-01-01T00:00:00Z", "reason": "superseded" });
    let statuses = json!({ "signing": revoked, "authentication": revoked });
    persona["token"] = json!("card");
    persona["holder"]["substituted_in_name"] = json!([0]);
    persona["holder"]["substituted_in_address"] = json!([0]);
    let certificates = &mut persona["certificates"];
    certificates["signing"] = json!("issued");
    certificates["availability"] = json!("8F8F00");
    certificates["filler"] = json!({ "byte": 255, "len": 1 });
    certificates["status"] = statuses.clone();
    certificates["previous"] = json!({
        "generation": "2019",
        "not_before": "2021-01-01T00:00:00Z",
        "not_after": "2025-01-01T00:00:00Z",
        "signing_serial": 1,
        "authentication_serial": 2,
        "status": statuses,
    });
    persona["capabilities"] = json!({
        "atr": "3B00",
        "sfi": { "read": true, "verify": true, "sign": true },
        "extended_length": true,
        "command_chaining": true,
        "first_command_6f00": false,
        "end_of_file_6282": false,
        "answers_61xx": 200,
        "wrong_le_6cxx": false,
        "short_reads": 100,
        "tries_query": "counter",
        "wrong_secret_6300": false,
        "blocked": { "query": "6983", "verify": "6984" },
        "consent_per_signature": false,
        "select_clears": { "another": true, "same": true },
    });
    persona["timing"] = json!({
        "bit_rate": "106", "frame_size": 256, "activation_ms": 1, "exchange_ms": 1, "signature_ms": 1,
    });
    persona
}

/// The rules for a place, references followed.
fn rules<'a>(schema: &'a Value, rules: &'a Value) -> &'a Value {
    match rules["$ref"].as_str() {
        Some(reference) => schema.pointer(reference.trim_start_matches('#')).unwrap(),
        None => rules,
    }
}

/// One way to spoil a value: its class, and what stands there then.
fn spoilt(rules: &Value) -> Vec<(&'static str, Value)> {
    let kinds: Vec<&str> = match &rules["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().map(|kind| kind.as_str().unwrap()).collect(),
        _ => Vec::new(),
    };
    let mut ways = Vec::new();
    if rules.get("enum").is_some() {
        ways.extend([("no choice", json!("no such choice")), ("no choice", json!(7))]);
    }
    for kind in kinds {
        match kind {
            "string" => {
                ways.push(("no text", json!(7)));
                let is = |field: &str| rules.get(field).is_some();
                if rules["minLength"].as_u64().is_some_and(|least| least > 0) {
                    ways.push(("too short", json!("")));
                }
                if let Some(most) = rules["maxLength"].as_u64() {
                    ways.push(("too long", json!("1".repeat(usize::try_from(most).unwrap() + 1))));
                }
                if is("pattern") || is("format") {
                    ways.push(("another pattern", json!("号")));
                }
            }
            "integer" => {
                ways.extend([
                    ("no number", json!("7")),
                    ("no whole number", json!(1.5)),
                    ("no number", json!([1])),
                ]);
                if let Some(least) = rules["minimum"].as_i64() {
                    ways.push(("too small", json!(least - 1)));
                }
                if let Some(most) = rules["maximum"].as_i64() {
                    ways.push(("too large", json!(most + 1)));
                }
            }
            "boolean" => ways.extend([("no yes or no", json!("no")), ("no yes or no", json!(0))]),
            "object" => ways.extend([("no object", json!("x")), ("no object", json!(7))]),
            "array" => ways.extend([
                ("no list", json!("x")),
                ("no list", json!({ "0": 1 })),
                ("an item", json!(["x"])),
            ]),
            "null" => {}
            other => panic!("no way to spoil: {other}"),
        }
    }
    ways
}

struct Test<'a> {
    schema: &'a Value,
    validator: Validator,
    whole: Value,
    classes: BTreeMap<&'static str, usize>,
}

impl Test<'_> {
    /// Spoils what stands at a path, and everything in it.
    fn walk(&mut self, place: &Value, path: &[String]) {
        let rules = rules(self.schema, place);
        for (class, value) in spoilt(rules) {
            if !path.is_empty() {
                self.refused(class, path, |slot| *slot = value);
            }
        }
        let Some(fields) = rules["properties"].as_object() else { return };
        self.refused("an unknown field", path, |slot| slot["surprise"] = json!(1));
        for field in rules["required"].as_array().into_iter().flatten() {
            let field = field.as_str().unwrap();
            self.refused("a missing field", path, |slot| drop(slot.as_object_mut().unwrap().remove(field)));
        }
        for (field, rules) in fields {
            self.walk(rules, &[path, std::slice::from_ref(field)].concat());
        }
    }

    fn refused(&mut self, class: &'static str, path: &[String], spoil: impl FnOnce(&mut Value)) {
        let mut persona = self.whole.clone();
        let pointer: String = path.iter().flat_map(|field| ["/", field]).collect();
        spoil(
            persona.pointer_mut(&pointer).unwrap_or_else(|| panic!("{pointer} is not in the whole persona")),
        );
        let what = format!("{class} at {pointer}");

        let error =
            self.validator.validate(&persona).err().unwrap_or_else(|| panic!("the schema takes {what}"));
        let by_schema = error.instance_path().as_str().to_owned();
        let at_or_in = |found: &str| found == pointer || found.starts_with(&format!("{pointer}/"));
        assert!(at_or_in(&by_schema), "{what}: the schema says {by_schema}: {error}");
        assert!(!error.to_string().is_empty());

        let Err(SimError::Persona { path: by_loader, reason }) = Persona::from_json(&persona.to_string())
        else {
            panic!("the loader takes {what}")
        };
        let by_loader = by_loader.replace(['[', ']'], ".").replace("..", ".");
        let by_loader = by_loader.trim_matches('.').split('.').filter(|field| !field.is_empty());
        let by_loader: String = by_loader.flat_map(|field| ["/", field]).collect();
        assert!(at_or_in(&by_loader), "{what}: the loader says {by_loader}: {reason}");
        assert!(!reason.is_empty());
        *self.classes.entry(class).or_default() += 1;
    }
}

#[test]
fn each_field_is_refused_in_each_way_with_its_place() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap();
    let whole = whole();
    assert!(validator.is_valid(&whole), "{:?}", validator.validate(&whole).err());
    Persona::from_json(&whole.to_string()).unwrap();
    let mut test = Test { schema: &schema, validator, whole, classes: BTreeMap::new() };
    test.walk(&schema, &[]);
    let classes: Vec<_> = test.classes.keys().copied().collect();
    assert_eq!(
        classes,
        [
            "a missing field",
            "an item",
            "an unknown field",
            "another pattern",
            "no choice",
            "no list",
            "no number",
            "no object",
            "no text",
            "no whole number",
            "no yes or no",
            "too large",
            "too long",
            "too short",
            "too small",
        ]
    );
    assert!(test.classes.values().sum::<usize>() > 200, "{:?}", test.classes);
}
