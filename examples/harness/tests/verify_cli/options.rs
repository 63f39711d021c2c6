//! What each option means, and what stands in the object.

use serde_json::json;

use crate::bench::{Bench, USUAL};

#[test]
fn one_object_with_verdict_errors_checks_and_attributes() {
    let bench = Bench::new();
    let json = bench.verify(&format!("{USUAL} --crl crl"), 0);
    assert_eq!(json["revocation"], "good");
    assert_eq!(json["errors"], json!([]));
    assert_eq!(json["purpose"], "signing");
    assert_eq!(json["time"], json!({ "at": "2026-04-01T00:00:00Z", "source": "given" }));
    assert!(json["checks"].as_array().unwrap().iter().all(|check| check["result"] == "passed"));
    assert_eq!(json["attributes"]["name"], "甲野　一郎");
    assert_eq!(json["attributes"]["date_of_birth"], "1980-02-17");
    assert_eq!(json["attributes"]["sex"], "male");
    assert!(json["attributes"]["address"].as_str().is_some_and(|address| !address.is_empty()));
    assert_eq!(
        json["signers"][0]["revocation"]["evidence"][0]["answer"]["crl"]["signed_by"]["name"],
        "signca-test-2023"
    );

    let (code, text, stderr) = bench.run(&format!("verify {USUAL} --crl crl"));
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(
        text.starts_with("accepted as of 2026-04-01T00:00:00Z\n") && text.contains("甲野　一郎"),
        "{text}"
    );
}

#[test]
fn without_evidence_42_and_0_only_on_request() {
    let bench = Bench::new();
    assert_eq!(bench.usual("", 42), ["no_revocation_evidence", "indeterminate"]);
    let json = bench.verify(&format!("{USUAL} --no-revocation"), 0);
    assert_eq!(json["revocation"], "not_checked");
    bench.verify(&format!("{USUAL} --no-revocation --crl crl"), 2);
    bench.verify(&format!("{USUAL} --no-revocation --ocsp ocsp"), 2);
}

#[test]
fn anchors_are_taken_in_the_test_environment_only() {
    let bench = Bench::new();
    let line = "--in document --signature raw --cert cert --at 2026-04-01T00:00:00Z --no-revocation";
    bench.verify(&format!("{line} --anchor ca-sign-2023"), 2);
    bench.verify(&format!("{line} --environment production --anchor ca-sign-2023"), 2);
    // Production is the default, and there the test hierarchy is unknown.
    for environment in ["", "--environment production"] {
        assert_eq!(bench.verify(&format!("{line} {environment}"), 41)["errors"][0], "unknown_issuer");
    }
    // Either purpose, any generation, any order, twice.
    let all = "ca-auth-2015 ca-sign-2019 ca-auth-2023 ca-sign-2023 ca-sign-2023 ca-sign-2015";
    bench.verify(&format!("{line} --environment test --anchor {all}"), 0);
    let repeated = all.split(' ').map(|name| format!("--anchor {name}")).collect::<Vec<_>>().join(" ");
    bench.verify(&format!("{line} --environment test {repeated}"), 0);
    bench.verify(&format!("{line} --environment test --anchor ca-sign-2019"), 41);
    bench.verify(&format!("{line} --environment test --anchor ca-auth-2023"), 41);
    bench.verify(&format!("{line} --environment test"), 2);
    bench.verify(&format!("{line} --environment other"), 2);
}

#[test]
fn the_purpose_is_signing_unless_told_otherwise() {
    let bench = Bench::new();
    let line = "--in document --environment test --anchor ca-sign-2023 ca-auth-2023 --at 2026-04-01T00:00:00Z \
                --no-revocation";
    let signing = format!("{line} --signature raw --cert cert");
    let login = format!("{line} --signature auth-raw --cert auth-cert");
    bench.verify(&signing, 0);
    bench.verify(&format!("{signing} --purpose sign"), 0);
    assert_eq!(bench.verify(&format!("{signing} --purpose auth"), 41)["errors"][0], "wrong_purpose");
    assert_eq!(bench.verify(&login, 41)["errors"][0], "wrong_purpose");
    let json = bench.verify(&format!("{login} --purpose auth"), 0);
    assert!(json.get("attributes").is_none());
}

#[test]
fn the_time_is_rfc_3339_with_any_offset() {
    let bench = Bench::new();
    let line = USUAL.rsplit_once(" --at ").unwrap().0;
    let ask = |at: &str, code| bench.verify(&format!("{line} --no-revocation --at {at}"), code);
    for at in [
        "2026-04-01T00:00:00Z",
        "2026-03-31T19:00:00-05:00",
        "2026-04-01T05:45:00+05:45",
        "2026-04-01t00:00:00.5z",
    ] {
        assert_eq!(ask(at, 0)["time"]["at"], "2026-04-01T00:00:00Z");
    }
    assert_eq!(ask("2045-02-17T23:59:59+09:00", 0)["verdict"], "accepted");
    assert_eq!(ask("2045-02-18T00:00:00+09:00", 41)["errors"], json!(["expired"]));
    assert_eq!(ask("2025-10-01T00:00:00Z", 41)["errors"], json!(["not_yet_valid"]));
    for bad in [
        "2026-04-01",
        "yesterday",
        "2026-04-01T00:00:00",
        "1775001600",
        // Years that RFC 3339 does not have, by their offset.
        "9999-12-31T23:59:59-00:01",
        "0000-01-01T00:00:00+00:01",
    ] {
        ask(bad, 2);
    }
    assert_eq!(bench.verify(&format!("{line} --no-revocation"), 0)["time"]["source"], "clock");
}

#[test]
fn a_bad_command_line_or_an_unreadable_file_is_2() {
    let bench = Bench::new();
    for line in [
        "",
        "--in document",
        "--signature raw",
        "--in document --signature raw --cert cert --what",
        "--in missing --signature raw --cert cert",
        "--in document --signature missing --cert cert",
        "--in document --signature raw --cert missing",
        "--in document --signature raw --cert cert --crl missing",
        "--in document --signature raw --cert cert --ocsp missing",
        "--in document --signature raw --cert cert --ocsp https://127.0.0.1/",
        "--in document --signature raw --cert cert --ocsp http://",
        "--in document --signature raw --cert cert --environment test --anchor missing",
        "--in document --signature raw --cert cert --crl-scope half",
        "--in document --signature raw --cert cert --scheme pss",
        // A bare signature does not say whose it is.
        "--in document --signature raw",
        "--in document --signature raw --environment test --anchor ca-sign-2023",
    ] {
        bench.verify(line, 2);
    }
}
