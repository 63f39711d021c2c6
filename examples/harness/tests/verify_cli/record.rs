//! `--evidence-out` and `--replay`.

use std::fs;

use kazasu_cert::HashAlgorithm;
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
    let replay = bench.verify("--replay record --environment test", 0);
    assert_eq!(replay["recorded_verdict"], "accepted");
    assert_eq!((&replay["not_rechecked"], &replay["seal"]), (&json!([]), &json!("none")));
    let (code, text, _) = bench.run("verify --replay record --environment test");
    assert_eq!(code, 0);
    assert!(text.contains("confirmed") && text.contains("recorded: accepted"), "{text}");
}

/// A record of the test environment may be anybody's. It is checked with the anchors that it brings, if one asks for a test
/// and gives none, which is said, or with one's own.
#[test]
fn a_test_record_says_that_it_is_one() {
    let bench = Bench::new();
    let written = bench.verify(&format!("{USUAL} --crl crl --evidence-out record --retain all"), 0);
    let facts =
        |json: &Value| (json["environment"].clone(), json["anchors"].clone(), json["revocation"].clone());
    let own = bench.verify("--replay record --environment test", 0);
    assert_eq!(facts(&own), (json!("test"), json!("of_record"), json!("good")));
    assert_eq!(own["policy"], written["policy"]);
    assert!(own.get("attributes").is_none());
    let (_, text, _) = bench.run("verify --replay record --environment test");
    assert!(
        text.contains("A RECORD OF THE TEST ENVIRONMENT") && text.contains("ITS TRUST ANCHORS"),
        "{text}"
    );
    // Its own anchors are taken only if somebody says that it is a test.
    for line in ["--replay record", "--replay record --environment production"] {
        let unasked = bench.verify(line, 42);
        assert_eq!(unasked["errors"], json!(["evidence_incomplete", "indeterminate"]));
        assert_eq!(facts(&unasked), (json!("test"), json!("unavailable"), Value::Null));
        assert!(unasked["message"].as_str().unwrap().contains("--environment test"));
        let (code, text, _) = bench.run(&format!("verify {line}"));
        assert_eq!(code, 42);
        let told =
            text.lines().filter(|line| line.contains("--environment test") && line.contains("--anchor"));
        assert_eq!(told.count(), 2, "in English and Japanese: {text}");
        assert!(text.contains("A RECORD OF THE TEST ENVIRONMENT"), "{text}");
    }
    let all = "--anchor ca-sign-2019 ca-sign-2023 ca-auth-2023";
    let given = bench.verify(&format!("--replay record --environment test {all}"), 0);
    assert_eq!(facts(&given), (json!("test"), json!("given"), json!("good")));
    assert_eq!(given["attributes"], written["attributes"]);
    let (_, text, _) = bench.run(&format!("verify --replay record --environment test {all}"));
    assert!(
        text.contains("A RECORD OF THE TEST ENVIRONMENT") && !text.contains("ITS TRUST ANCHORS"),
        "{text}"
    );
    let other = bench.verify("--replay record --environment test --anchor ca-sign-2019", 41);
    assert_eq!(other["errors"], json!(["evidence_input"]));
    let wrong = bench.verify("--replay record --environment test --anchor html", 41);
    assert_eq!(wrong["errors"], json!(["untrusted_anchor"]));

    // One of production is what it is.
    let line = "--in document --signature raw --cert cert --at 2026-04-01T00:00:00Z --crl crl";
    bench.verify(&format!("{line} --evidence-out real --retain all"), 41);
    let replay = bench.verify("--replay real", 41);
    assert_eq!((&replay["environment"], &replay["anchors"]), (&json!("production"), &json!("built_in")));
    assert_eq!(replay["errors"][0], "unknown_issuer");
    assert!(!bench.run("verify --replay real").1.contains("TEST"));
    bench.verify("--replay real --environment production", 41);
    let test = bench.verify("--replay real --environment test", 41);
    assert_eq!(test["errors"], json!(["evidence_input"]));
}

#[test]
fn verdicts_of_every_kind_are_recorded() {
    let bench = Bench::new();
    bench.usual("--crl html --evidence-out open --retain all", 42);
    bench.write("raw", &[1; 256]);
    bench.usual("--crl crl --evidence-out no --retain all", 41);
    assert_eq!(
        bench.verify("--replay open --environment test", 42)["errors"],
        json!(["crl_encoding", "indeterminate"])
    );
    assert_eq!(bench.verify("--replay no --environment test", 41)["errors"], json!(["bad_signature"]));
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
    let alone = bench.verify("--replay record --environment test", 42);
    assert_eq!(alone["errors"], json!(["evidence_incomplete", "indeterminate"]));
    assert!(!alone["not_rechecked"].as_array().unwrap().is_empty());
    bench.verify("--replay record --environment test --in document --signature raw --cert cert --crl crl", 0);
    bench.verify("--replay record --environment test --signature raw --cert cert --crl crl", 0);
    bench.verify("--replay record --environment test --in document --signature raw --cert cert", 42);
    let other = bench
        .verify("--replay record --environment test --in html --signature raw --cert cert --crl crl", 41);
    assert_eq!(other["errors"], json!(["evidence_input"]));

    let not_after = record["record"]["report"]["signers"][0]["certificate"]["not_after"].as_str().unwrap();
    bench.usual("--crl crl --evidence-out hashes --retain nothing", 0);
    let hashes = String::from_utf8(bench.read("hashes")).unwrap();
    assert!(!hashes.contains("甲野") && !hashes.contains(not_after));
    let whole = bench
        .verify("--replay hashes --environment test --in document --signature raw --cert cert --crl crl", 0);
    let left_out = json!({ "member": "/signers/0/certificate/not_after", "outcome": "not_rechecked" });
    assert!(whole["members"].as_array().unwrap().contains(&left_out));
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
    assert_eq!(bench.verify("--replay first --environment test --seal-key key", 0)["seal"], "checked");
    assert_eq!(bench.verify("--replay first --environment test", 0)["seal"], "not_checked");
    bench.verify("--replay second --environment test --previous first --seal-key key", 0);
    for (arguments, error) in [
        ("--replay bare --environment test --seal-key key", "evidence_seal"),
        ("--replay first --environment test --seal-key other-key", "evidence_seal"),
        ("--replay first --environment test --seal-key html", "evidence_seal"),
        ("--replay second --environment test --previous bare", "evidence_chain"),
        ("--replay second --environment test --previous html", "evidence_encoding"),
    ] {
        assert_eq!(bench.verify(arguments, 41)["errors"], json!([error]), "{arguments}");
    }
}

/// Whoever writes a record may write in it what moves the cursor of a terminal or turns text around.
#[test]
fn what_a_record_says_stays_in_its_line() {
    let bench = Bench::new();
    bench.usual("--crl crl --evidence-out record --retain all", 0);
    let mut json: Value = serde_json::from_slice(&bench.read("record")).unwrap();
    let evil = "\r\u{1B}[9A\u{9B}2K\naccepted\u{202E}";
    for member in ["name", "version"] {
        json["record"]["software"][member] = json!(format!("{member}{evil}"));
    }
    json["record"]["report"][format!("member{evil}")] = json!(1);
    let check = json!({ "check": format!("check{evil}"), "signer": null, "result": format!("result{evil}") });
    json["record"]["report"]["checks"].as_array_mut().unwrap().push(check);
    let hashed = json!({ "format": json["format"], "record": json["record"], "version": json["version"] });
    let sha256 = HashAlgorithm::Sha256.digest(hashed.to_string().as_bytes());
    let sha256 = sha256.as_bytes().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    json["sha256"] = json!(sha256);
    bench.write("record", json.to_string().as_bytes());
    let (code, text, _) = bench.run("verify --replay record --environment test");
    assert_eq!(code, 41, "{text:?}");
    let moves = |c: char| c != '\n' && c.is_control() || c == '\u{202E}';
    assert!(!text.contains(moves), "{text:?}");
    assert!(!text.lines().any(|line| line.starts_with("accepted")), "{text:?}");
    for word in ["name", "version", "member", "check", "result"] {
        assert!(text.contains(&format!("{word}\\u{{d}}\\u{{1b}}[9A")), "{word}: {text:?}");
    }
}

#[test]
fn what_does_not_go_together_is_2() {
    let bench = Bench::new();
    bench.usual("--crl crl --evidence-out record", 0);
    for line in [
        "--replay missing",
        "--replay record --purpose sign",
        "--replay record --anchor ca-sign-2023",
        "--replay record --environment production --anchor ca-sign-2023",
        "--replay record --environment test --anchor missing",
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
