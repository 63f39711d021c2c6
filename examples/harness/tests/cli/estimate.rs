//! `--estimate`: what a command would take, against what it takes.

use serde_json::Value;

use crate::work::{Work, password, pin};

const CARDS: [&str; 6] = ["ichiro", "hanako", "short-length", "slow-card", "android-phone", "old-juki"];

/// The one case of a simulated card.
fn of_persona(work: &Work, line: &str, persona: &str) -> Value {
    let json = work.json(&format!("{line} --estimate --sim {persona}"), "", 0);
    assert_eq!(json["cases"].as_array().unwrap().len(), 1, "{json}");
    assert_eq!(json["cases"][0]["card"], persona);
    json["cases"][0].clone()
}

#[test]
fn as_many_exchanges_as_the_command_makes() {
    let work = Work::new();
    for persona in CARDS {
        for wait in ["", "--wait 1"] {
            for line in [
                "authenticate --in document --out out",
                "sign --in document --out out",
                "open-account --in document --out account",
            ] {
                let secret = if line.starts_with("auth") { pin(persona) } else { password(persona) };
                let line = format!("{line} {wait}");
                let estimated = of_persona(&work, &line, persona);
                let real = work.json(&format!("{line} --pin-stdin --sim {persona}"), secret, 0);
                assert_eq!(estimated["exchanges"], real["exchanges"], "{line}, {persona}");
            }
        }
    }
}

#[test]
fn a_known_certificate_saves_exchanges() {
    let work = Work::new();
    let line = "authenticate --in document --out out --pin-stdin --sim hanako";
    work.run(&format!("{line} --cert-out cert"), pin("hanako")).succeeds();
    let known = "authenticate --in document --out out --cert cert";
    let real = work.json(&format!("{known} --pin-stdin --sim hanako"), pin("hanako"), 0);
    assert_eq!(of_persona(&work, known, "hanako")["exchanges"], real["exchanges"]);
}

#[test]
fn a_slow_card_takes_longer() {
    let work = Work::new();
    for line in [
        "info",
        "tries",
        "read auth-ca --out x",
        "read sign --out x",
        "change-pin sign",
        "sign --in d --out x",
    ] {
        let time = |persona| of_persona(&work, line, persona)["milliseconds"].as_u64().unwrap();
        assert!(time("slow-card") > 2 * time("ichiro"), "{line}");
    }
    assert_eq!(work.names(), [""; 0]);
}

/// No reader, no secret, no file: not even one that is not there.
#[test]
fn nothing_is_touched() {
    let work = Work::new();
    for line in
        ["sign --in none --out no/out", "authenticate --in none --out no/out", "change-pin auth", "tries"]
    {
        let json = work.json(&format!("{line} --estimate"), "", 0);
        let cases = json["cases"].as_array().unwrap();
        assert_eq!(cases.len(), 6, "two cards, three bit rates");
        let (capable, classic) = (&cases[0], &cases[3]);
        assert!(capable["exchanges"].as_u64() <= classic["exchanges"].as_u64(), "{json}");
        assert!(capable["milliseconds"].as_u64() > cases[2]["milliseconds"].as_u64(), "{json}");
        assert!(json["assumptions"].as_array().unwrap().len() > 8);
    }
    let told = work.run("open-account --in none --out none --estimate", "").succeeds();
    assert!(told.starts_with("capable card, 106 kbit/s: 6 exchanges, about "), "{told}");
    assert!(told.contains("assumed, not measured"), "{told}");
    assert_eq!(work.names(), [""; 0]);
}

#[test]
fn not_every_command_is_one_request() {
    let work = Work::new();
    for line in [
        "demo",
        "readers",
        "doctor --sim ichiro",
        "verify --in d --certificate c --signature s --no-revocation",
    ] {
        work.refused(&format!("{line} --estimate"), "", 2, "usage");
    }
}
