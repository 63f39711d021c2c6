//! `doctor`: what is found on each card of the deck, for people and for programs.

use kazasu_sim::Persona;
use serde_json::{Value, json};

use crate::work::Work;

/// What is found by one check.
fn found<'a>(report: &'a Value, check: &str) -> &'a Value {
    let mut findings = report["findings"].as_array().unwrap().iter();
    findings.find(|finding| finding["check"] == check).unwrap_or_else(|| panic!("{check}: {report}"))
}

#[test]
fn a_card_without_fault_is_0() {
    let work = Work::new();
    let report = work.json("doctor --sim ichiro", "", 0);
    assert_eq!(report["well"], true);
    assert!(report.get("error").is_none());
    let checks: Vec<_> =
        report["findings"].as_array().unwrap().iter().map(|one| one["check"].as_str().unwrap()).collect();
    assert_eq!(
        checks,
        [
            "pcsc",
            "reader",
            "card",
            "interface",
            "application",
            "token",
            "authentication_pin",
            "signing_password",
            "authentication_certificate",
            "signing_certificate",
            "short_identifiers",
            "extended_length",
            "clock",
        ]
    );
    assert_eq!(found(&report, "token")["kind"], "my_number_card");
    assert_eq!(found(&report, "authentication_pin")["remaining_tries"], 3);
    assert_eq!(found(&report, "signing_password")["remaining_tries"], 5);
    let certificate = found(&report, "authentication_certificate");
    assert_eq!(certificate["not_before"], "2025-10-27T01:35:57Z");
    assert_eq!(certificate["not_after"], "2045-02-17T14:59:59Z");
    assert_eq!(found(&report, "signing_certificate")["code"], "password_needed");
    assert_eq!(found(&report, "extended_length")["status"], "ok");
    assert_eq!(found(&report, "short_identifiers")["status"], "ok");
}

#[test]
fn the_first_problem_gives_the_exit_code() {
    let work = Work::new();
    let future = work.persona("ichiro", &[("/certificates/not_before", json!("2044-01-01T00:00:00Z"))]);
    for (persona, exit, error, check) in [
        ("blocked-63c0", 22, "blocked", "authentication_pin"),
        ("blocked-6983", 22, "blocked", "signing_password"),
        ("blocked-6984", 22, "blocked", "authentication_pin"),
        ("minor", 13, "certificate_not_issued", "signing_certificate"),
        ("signing-not-issued", 13, "certificate_not_issued", "signing_certificate"),
        ("expired", 14, "expired", "authentication_certificate"),
        (future, 14, "not_yet_valid", "authentication_certificate"),
    ] {
        let report = work.json(&format!("doctor --sim {persona}"), "", exit);
        assert_eq!((&report["well"], &report["error"]), (&json!(false), &json!(error)), "{persona}");
        assert_eq!(report["exit_code"], exit);
        let finding = found(&report, check);
        assert_eq!((&finding["status"], &finding["code"]), (&json!("problem"), &json!(error)), "{persona}");
        assert!(finding["next"].as_str().unwrap().len() > 10, "{persona}");
    }
    assert_eq!(found(&work.json("doctor --sim minor", "", 13), "signing_password")["code"], "not_issued");
}

#[test]
fn what_is_worth_knowing_is_a_note() {
    let work = Work::new();
    for (persona, check, code) in [
        ("last-try", "authentication_pin", "last_try_left"),
        ("tries-9000", "signing_password", "tries_not_reported"),
        ("tries-6300", "authentication_pin", "tries_not_reported"),
        ("android-phone", "authentication_certificate", "pin_needed"),
        ("iphone", "authentication_certificate", "pin_needed"),
        ("old-juki", "token", "juki_card"),
        ("hanako", "short_identifiers", "slower"),
        ("hanako", "extended_length", "slower"),
        ("short-length", "extended_length", "slower"),
    ] {
        let report = work.json(&format!("doctor --sim {persona}"), "", 0);
        let finding = found(&report, check);
        assert_eq!((&finding["status"], &finding["code"]), (&json!("note"), &json!(code)), "{persona}");
        assert!(finding["next"].as_str().unwrap().len() > 10, "{persona}");
    }
    assert_eq!(
        found(&work.json("doctor --sim short-length", "", 0), "short_identifiers")["read_binary"],
        true
    );
}

#[test]
fn every_card_of_the_deck_is_told_in_both_languages() {
    let work = Work::new();
    for persona in Persona::names() {
        let json = work.run(&format!("doctor --sim {persona} --json"), "");
        let exit = json.code.unwrap();
        let report = json.json(exit);
        assert_eq!(report["well"], exit == 0, "{persona}");
        for (language, ok, title) in [("en", "ok  ", "Signing password"), ("ja", "正常", "署名用パスワード")]
        {
            let told = work.run(&format!("doctor --sim {persona} --lang {language}"), "");
            assert_eq!((told.code, told.stderr.as_str()), (Some(exit), ""), "{persona}");
            assert!(told.stdout.contains(ok) && told.stdout.contains(title), "{}", told.stdout);
            let worth_a_step =
                |finding: &&Value| ["note", "problem"].contains(&finding["status"].as_str().unwrap());
            let steps = report["findings"].as_array().unwrap().iter().filter(worth_a_step).count();
            assert!(told.stdout.matches('→').count() >= steps, "{}", told.stdout);
        }
    }
    assert!(work.run("doctor --sim ichiro", "").stdout.ends_with("\nAll is well.\n"));
    assert!(
        work.run("doctor --sim ichiro --lang ja", "").stdout.ends_with("\n問題は見つかりませんでした。\n")
    );
    assert!(work.run("doctor --sim blocked-63c0", "").stdout.ends_with("\n2 problems.\n"));
}

#[test]
fn what_is_no_finding_is_an_error_as_elsewhere() {
    let work = Work::new();
    work.refused("doctor --sim nobody", "", 2, "persona");
    work.refused("doctor --lang fr --sim ichiro", "", 2, "usage");
    work.refused("doctor --estimate --sim ichiro", "", 2, "usage");
}

#[cfg(not(feature = "pcsc"))]
#[test]
fn without_pcsc_the_service_is_the_problem() {
    let work = Work::new();
    let report = work.json("doctor", "", 10);
    assert_eq!((&report["error"], &found(&report, "pcsc")["code"]), (&json!("no_pcsc"), &json!("no_pcsc")));
    assert_eq!(found(&report, "clock")["status"], "ok");
}
