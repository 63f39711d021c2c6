//! `--evidence-out` and `--replay`.

use std::fs;

use serde_json::{Value, json};

use crate::bench::{Bench, USUAL};

#[test]
fn a_record_that_keeps_everything_is_checked_again_from_itself() {
    let bench = Bench::new();
    let written =
        bench.verify(&format!("{USUAL} --crl crl --ocsp ocsp --evidence-out record --retain all"), 0);
    let record: Value = serde_json::from_slice(&bench.read("record")).unwrap();
    assert_eq!(record["version"], 1);
    assert_eq!(record["record"]["report"], written);
    for input in ["document", "raw", "cert", "crl", "ocsp", "ca-sign-2023"] {
        fs::remove_file(bench.path(input)).unwrap();
    }
    let replay = bench.verify("--replay record", 0);
    assert_eq!(replay["recorded_verdict"], "accepted");
    assert_eq!((&replay["not_rechecked"], &replay["seal"]), (&json!([]), &json!("none")));
    assert_eq!(replay["attributes"], written["attributes"]);
    let (code, text, _) = bench.run("verify --replay record");
    assert_eq!(code, 0);
    assert!(text.contains("confirmed") && text.contains("recorded: accepted"), "{text}");
}

#[test]
fn verdicts_of_every_kind_are_recorded() {
    let bench = Bench::new();
    bench.usual("--crl html --evidence-out open --retain all", 42);
    bench.write("raw", &[1; 256]);
    bench.usual("--crl crl --evidence-out no --retain all", 41);
    assert_eq!(bench.verify("--replay open", 42)["errors"], json!(["crl_encoding", "indeterminate"]));
    assert_eq!(bench.verify("--replay no", 41)["errors"], json!(["bad_signature"]));
}

#[test]
fn by_default_the_attributes_and_no_certificate() {
    let bench = Bench::new();
    bench.usual("--crl crl --evidence-out record", 0);
    let text = String::from_utf8(bench.read("record")).unwrap();
    assert!(text.contains("甲野　一郎"));
    let record: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(record["record"]["kept"]["certificates"], json!([]));
    assert_eq!(record["record"]["kept"]["signature"], Value::Null);
    let alone = bench.verify("--replay record", 42);
    assert_eq!(alone["errors"], json!(["evidence_incomplete", "indeterminate"]));
    assert!(!alone["not_rechecked"].as_array().unwrap().is_empty());
    bench.verify("--replay record --in document --signature raw --cert cert --crl crl", 0);
    bench.verify("--replay record --signature raw --cert cert --crl crl", 0);
    bench.verify("--replay record --in document --signature raw --cert cert", 42);
    let other = bench.verify("--replay record --in html --signature raw --cert cert --crl crl", 41);
    assert_eq!(other["errors"], json!(["evidence_input"]));

    bench.usual("--crl crl --evidence-out hashes --retain nothing", 0);
    assert!(!String::from_utf8(bench.read("hashes")).unwrap().contains("甲野"));
}

#[test]
fn a_changed_record_is_refused() {
    let bench = Bench::new();
    bench.usual("--crl crl --evidence-out record --retain all", 0);
    let text = String::from_utf8(bench.read("record")).unwrap();
    let changed = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        bench.write("changed", text.replacen(from, to, 1).as_bytes());
        bench.verify("--replay changed", 41)["errors"].clone()
    };
    assert_eq!(changed("甲野　一郎", "乙野　二郎"), json!(["evidence_tampered"]));
    assert_eq!(changed("\"signing\"", "\"authentication\""), json!(["evidence_tampered"]));
    assert_eq!(changed("2026-04-01T00:00:00Z", "2026-04-02T00:00:00Z"), json!(["evidence_tampered"]));
    assert_eq!(changed("\"version\": 1", "\"version\": 2"), json!(["evidence_version"]));
    assert_eq!(changed("\"format\"", "\"formats\""), json!(["evidence_encoding"]));
    for file in ["html", "empty", "document", "cert"] {
        assert_eq!(bench.verify(&format!("--replay {file}"), 41)["errors"], json!(["evidence_encoding"]));
    }
    bench.write("half", &text.as_bytes()[..text.len() / 2]);
    assert_eq!(bench.verify("--replay half", 41)["errors"], json!(["evidence_encoding"]));
}

#[test]
fn seals_and_chains() {
    let bench = Bench::new();
    bench.write("key", &[7; 32]);
    bench.write("other-key", &[8; 32]);
    bench.usual("--crl crl --evidence-out first --retain all --seal-key key", 0);
    bench.usual("--crl crl --evidence-out second --retain all --seal-key key --previous first", 0);
    bench.usual("--crl crl --evidence-out bare --retain nothing", 0);
    assert_eq!(bench.verify("--replay first --seal-key key", 0)["seal"], "checked");
    assert_eq!(bench.verify("--replay first", 0)["seal"], "not_checked");
    assert_eq!(bench.verify("--replay bare --seal-key key", 41)["errors"], json!(["evidence_seal"]));
    assert_eq!(bench.verify("--replay first --seal-key other-key", 41)["errors"], json!(["evidence_seal"]));
    assert_eq!(bench.verify("--replay first --seal-key html", 41)["errors"], json!(["evidence_seal"]));
    bench.verify("--replay second --previous first --seal-key key", 0);
    assert_eq!(bench.verify("--replay second --previous bare", 41)["errors"], json!(["evidence_chain"]));
    assert_eq!(bench.verify("--replay second --previous html", 41)["errors"], json!(["evidence_encoding"]));
}

#[test]
fn what_does_not_go_together_is_2() {
    let bench = Bench::new();
    bench.usual("--crl crl --evidence-out record", 0);
    for line in [
        "--replay missing",
        "--replay record --purpose sign",
        "--replay record --anchor ca-sign-2023",
        "--replay record --at 2026-04-01T00:00:00Z",
        "--replay record --evidence-out other",
        "--replay record --no-revocation",
        "--replay record --ocsp http://127.0.0.1/",
        &format!("{USUAL} --crl crl --retain all"),
        &format!("{USUAL} --crl crl --previous record"),
        &format!("{USUAL} --crl crl --seal-key record"),
        &format!("{USUAL} --crl crl --evidence-out missing/record"),
        &format!("{USUAL} --crl crl --evidence-out cert"),
        &format!("{USUAL} --crl crl --evidence-out other --seal-key empty"),
        &format!("{USUAL} --crl crl --evidence-out other --previous missing"),
    ] {
        bench.verify(line, 2);
    }
    assert!(!bench.path("other").exists());
    let json = bench.verify(&format!("{USUAL} --crl crl --evidence-out other --previous html"), 41);
    assert_eq!(json["errors"], json!(["evidence_encoding"]));
}
