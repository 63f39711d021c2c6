//! What the card refuses, and what is not even tried.
//!
//! Where a wrong secret is given and the answer is not "wrong", it was not sent.

use serde_json::json;

use crate::work::{PASSWORD, PIN, Work};

/// Every command that takes a secret, with the secret's name in JSON, and input in which it is right and wrong.
const COMMANDS: [(&str, &str, &str, &str); 6] = [
    ("authenticate --in document --out out", "authentication_pin", "1234\n", "9999\n"),
    ("change-pin auth", "authentication_pin", "1234\n8520\n", "9999\n8520\n"),
    ("read sign --out out", "signing_password", "KAZASU2026\n", "ZEBRA2026\n"),
    ("sign --in document --out out --cert-out cert", "signing_password", "KAZASU2026\n", "ZEBRA2026\n"),
    ("open-account --in document --out out", "signing_password", "KAZASU2026\n", "ZEBRA2026\n"),
    ("change-pin sign", "signing_password", "KAZASU2026\nNEWWORD1\n", "ZEBRA2026\nNEWWORD1\n"),
];

#[test]
fn a_wrong_secret_is_21_with_the_tries_that_remain() {
    let work = Work::new();
    for (command, secret, _, wrong) in COMMANDS {
        for persona in ["ichiro", "hanako", "android-phone"] {
            let line = format!("{command} --pin-stdin --sim {persona}");
            let json = work.refused(&line, wrong, 21, "wrong_secret");
            assert_eq!(json["secret"], secret);
            let remaining = if secret == "signing_password" { 4 } else { 2 };
            assert_eq!(json["remaining_tries"], remaining, "{line}");
        }
    }
    assert_eq!(work.names(), [""; 0]);
    let told = work.run("authenticate --in document --out out --pin-stdin --sim ichiro", "9999").stderr;
    assert_eq!(told, "kazasu: The authentication PIN is wrong; 2 tries remain.\n");
}

#[test]
fn a_card_may_count_the_wrong_secret_in_silence() {
    let work = Work::new();
    let persona = work.persona("ichiro", &[("/capabilities", json!({ "wrong_secret_6300": true }))]);
    let line = format!("authenticate --in document --out out --pin-stdin --sim {persona}");
    assert_eq!(work.refused(&line, "9999", 21, "wrong_secret")["remaining_tries"], json!(null));
}

#[test]
fn blocked_is_22_in_each_of_three_spellings() {
    let work = Work::new();
    for spelling in ["63c0", "6983", "6984"] {
        for (command, secret, right, wrong) in COMMANDS {
            for input in [right, wrong] {
                for consent in ["", "--last-try"] {
                    let line = format!("{command} --pin-stdin --sim blocked-{spelling} {consent}");
                    let json = work.refused(&line, input, 22, "blocked");
                    assert_eq!((&json["secret"], &json["remaining_tries"]), (&json!(secret), &json!(0)));
                }
            }
        }
    }
    assert_eq!(work.names(), [""; 0]);
}

/// A card that does not report its tries tells it to VERIFY alone.
#[test]
fn blocked_without_a_counter_is_22_as_well() {
    let work = Work::new();
    for spelling in ["63C0", "6983", "6984"] {
        let persona = work.persona(
            "ichiro",
            &[
                ("/secrets/authentication_pin/tries", json!(0)),
                ("/capabilities", json!({ "tries_query": "9000", "blocked": { "verify": spelling } })),
            ],
        );
        let line = format!("authenticate --in document --out out --last-try --pin-stdin --sim {persona}");
        assert_eq!(work.refused(&line, PIN, 22, "blocked")["remaining_tries"], 0);
    }
}

#[test]
fn the_last_try_takes_consent() {
    let work = Work::new();
    for (command, secret, right, wrong) in COMMANDS {
        let line = format!("{command} --pin-stdin --sim last-try");
        for input in [right, wrong] {
            let json = work.refused(&line, input, 23, "last_try");
            assert_eq!((&json["secret"], &json["remaining_tries"]), (&json!(secret), &json!(1)));
        }
        assert_eq!(work.names(), [""; 0]);
        assert_eq!(work.refused(&format!("{line} --last-try"), wrong, 22, "blocked")["remaining_tries"], 0);
        for consenting in [format!("{line} --last-try"), format!("--last-try {line}")] {
            let work = Work::new();
            work.run(&consenting, right).succeeds();
        }
    }
}

#[test]
fn so_does_a_card_that_does_not_report_its_tries() {
    let work = Work::new();
    for persona in ["tries-9000", "tries-6300"] {
        for (command, secret, right, wrong) in COMMANDS {
            let line = format!("{command} --pin-stdin --sim {persona}");
            for input in [right, wrong] {
                let json = work.refused(&line, input, 23, "tries_not_reported");
                assert_eq!((&json["secret"], &json["remaining_tries"]), (&json!(secret), &json!(null)));
            }
            assert_eq!(work.names(), [""; 0]);
            let consenting = format!("{line} --last-try");
            work.refused(&consenting, wrong, 21, "wrong_secret");
            Work::new().run(&consenting, right).succeeds();
        }
    }
}

/// The password of a child's card is blocked, because its certificate was never issued.
#[test]
fn a_card_of_a_child() {
    let work = Work::new();
    let line = "sign --in document --out out --pin-stdin --sim minor";
    let json = work.refused(line, PASSWORD, 22, "blocked");
    assert!(json["message"].as_str().unwrap().contains("never issued"), "{json}");
    work.run("authenticate --in document --out out --pin-stdin --sim minor", PIN).succeeds();
}
