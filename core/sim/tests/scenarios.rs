//! The scenarios keep their schema, and cover what they are for.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::{fs, mem};

use jsonschema::Validator;
use kazasu_sim::scenario::Flow;
use kazasu_sim::{FaultKind, Persona, Scenario};
use serde_json::{Value, json};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

fn json_of(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn schema() -> Validator {
    jsonschema::draft202012::new(&json_of(&folder().join("schema.json"))).unwrap()
}

fn all() -> Vec<Scenario> {
    Scenario::all().unwrap()
}

#[test]
fn the_sets_are_the_folder_and_keep_the_schema() {
    let files: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|name| name != "schema")
        .collect();
    assert_eq!(Scenario::sets().map(|(name, _)| name.to_owned()).collect::<BTreeSet<_>>(), files);
    for (name, text) in Scenario::sets() {
        let refused: Vec<String> = schema()
            .iter_errors(&serde_json::from_str(text).unwrap())
            .map(|error| format!("{name}{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(refused, [""; 0]);
    }
}

#[test]
fn every_name_is_unique_and_every_persona_is_there() {
    let names: BTreeSet<String> = all().into_iter().map(|scenario| scenario.name).collect();
    assert_eq!(names.len(), all().len());
    let personas: BTreeSet<String> = all().into_iter().map(|scenario| scenario.persona).collect();
    assert_eq!(personas, Persona::names().map(str::to_owned).collect());
}

#[test]
fn every_flow_is_there_with_the_right_secret_and_with_a_wrong_one() {
    use kazasu_sim::scenario::Entered::{Right, Wrong};
    let has = |flow, entered| all().iter().any(|one| one.flow == flow && one.secret == entered);
    let flows: Vec<Flow> = json_of(&folder().join("schema.json"))["items"]["properties"]["flow"]["enum"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| serde_json::from_value(name.clone()).unwrap())
        .collect();
    assert_eq!(flows.len(), 14);
    for flow in flows {
        assert!(has(flow, Right), "{flow:?}");
        assert!(flow.secret().is_none() || has(flow, Wrong), "{flow:?} with a wrong secret");
    }
}

/// Account opening on a capable card takes seven exchanges.
#[test]
fn every_kind_of_fault_but_mutilated_data_strikes_every_exchange_of_account_opening() {
    let everywhere = [
        FaultKind::LostBefore,
        FaultKind::LostAfter,
        FaultKind::Status(0x6F00),
        FaultKind::StatusAfter(0x6F00),
        FaultKind::StatusAfter(0x6110),
        FaultKind::StatusAfter(0x6C10),
        FaultKind::AnswerAfter(Vec::new()),
        FaultKind::Truncate(1),
        FaultKind::Append(vec![0xAA; 3]),
        FaultKind::Answer(vec![0xAA, 0x55]),
        FaultKind::WarmReset,
        FaultKind::ColdReset,
    ];
    let scenarios = all();
    let opening = || scenarios.iter().filter(|one| one.flow == Flow::OpenAccount && one.persona == "ichiro");
    for at in 0..7 {
        for kind in &everywhere {
            let strikes = opening()
                .flat_map(|one| &one.faults)
                .any(|fault| (fault.tap, fault.at, &fault.kind) == (0, at, kind));
            assert!(strikes, "{kind:?} at {at}");
        }
        let cancelled =
            opening().filter_map(|one| one.cancel).any(|cancel| (cancel.tap, cancel.at) == (0, at));
        assert!(cancelled || at == 6, "cancelled at {at}");
    }
    let kinds = scenarios.iter().flat_map(|one| &one.faults).map(|fault| mem::discriminant(&fault.kind));
    assert_eq!(kinds.collect::<HashSet<_>>().len(), 14, "a kind of fault is in no scenario");
}

#[test]
fn every_expected_code_stands_in_the_error_catalogue() {
    let catalogue = json_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors.json"));
    let text = catalogue.to_string();
    for Scenario { name, expected, .. } in all() {
        let code = expected.code;
        assert!(code == "completed" || text.contains(&format!("\"{code}\"")), "{name}: {code}");
    }
}

#[test]
fn the_schema_and_the_reader_refuse_the_same() {
    let right = || json_of(&folder().join("open-account.json"))[0].clone();
    let schema = schema();
    let reads = |one: &Value| serde_json::from_value::<Scenario>(one.clone()).is_ok();
    assert!(reads(&right()) && schema.is_valid(&json!([right()])));
    for (field, value) in [
        ("persona", Value::Null),
        ("flow", json!("open")),
        ("secret", json!("maybe")),
        ("even_if_last_try", json!("yes")),
        ("retries", json!(1)),
        ("retap", json!("no")),
        ("new_consent", json!("old")),
        ("cancel", json!({"at": -1})),
        ("expected", json!({"code": "completed"})),
        ("faults", json!([{"at": 3, "kind": "lost"}])),
        ("faults", json!([{"at": 3, "kind": "status"}])),
        ("faults", json!([{"at": 3, "kind": "status", "value": "6A"}])),
        ("faults", json!([{"at": 3, "kind": "append", "value": "A"}])),
        ("faults", json!([{"kind": "lost_before"}])),
        ("faults", json!([{"at": 3, "kind": "truncate", "value": "1"}])),
    ] {
        let mut wrong = right();
        wrong.as_object_mut().unwrap().insert(field.to_owned(), value);
        assert!(!schema.is_valid(&json!([wrong])), "the schema takes {wrong}");
        assert!(!reads(&wrong), "the reader takes {wrong}");
    }
    let mut without_other = right();
    without_other.as_object_mut().unwrap().insert("retap".to_owned(), json!("other_card"));
    assert!(!schema.is_valid(&json!([without_other])));
}
