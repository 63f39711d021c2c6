//! `change-pin`: the present secret, then the new one.

use serde_json::json;

use crate::work::{Work, password, pin};

#[test]
fn both_secrets() {
    let work = Work::new();
    let secrets =
        |persona| [pin(persona), password(persona)].map(|secret| String::from_utf8(secret).unwrap());
    for (persona, consent) in
        [("ichiro", ""), ("hanako", ""), ("last-try", "--last-try"), ("tries-9000", "--last-try")]
    {
        let [pin, password] = secrets(persona);
        let line = format!("change-pin auth --pin-stdin --sim {persona} {consent}");
        let json = work.json(&line, format!("{pin}\n8520\n"), 0);
        assert_eq!(json, json!({ "changed": "authentication_pin" }));
        let text = work.run(&line, format!("{pin}\r\n8520")).succeeds();
        assert_eq!(text, "The authentication PIN was changed.\n");

        let line = format!("change-pin sign --pin-stdin --sim {persona} {consent}");
        let json = work.json(&line, format!("{}\nnewword1\nrubbish", password.to_lowercase()), 0);
        assert_eq!(json, json!({ "changed": "signing_password" }));
        let text = work.run(&line, format!("{password}\nNEWWORD1")).succeeds();
        assert_eq!(text, "The signing password was changed.\n");
    }
}

#[test]
fn a_wrong_present_secret_costs_a_try() {
    let work = Work::new();
    let auth = work.refused("change-pin auth --pin-stdin --sim ichiro", "9999\n8520\n", 21, "wrong_secret");
    assert_eq!((&auth["secret"], &auth["remaining_tries"]), (&json!("authentication_pin"), &json!(2)));
    let sign =
        work.refused("change-pin sign --pin-stdin --sim ichiro", "ZEBRA2026\nNEWWORD1\n", 21, "wrong_secret");
    assert_eq!((&sign["secret"], &sign["remaining_tries"]), (&json!("signing_password"), &json!(4)));
}

/// The present secret is wrong: had it been sent, it would have been found out.
#[test]
fn nothing_is_sent_unless_both_can_be_right() {
    let work = Work::new();
    for (input, code, error) in [
        ("", 2, "no_secret"),
        ("\n8520\n", 2, "no_secret"),
        ("9999\n", 2, "no_secret"),
        ("9999", 2, "no_secret"),
        ("9999\n\n", 2, "no_secret"),
        ("99999\n8520\n", 20, "secret_length"),
        ("9999\n85200\n", 20, "secret_length"),
        ("9999\n85a0\n", 20, "secret_character"),
    ] {
        work.refused("change-pin auth --pin-stdin --sim ichiro", input, code, error);
    }
    for (input, code, error) in [
        ("ZEBRA2026\n", 2, "no_secret"),
        ("ZEBRA2026\nSHORT\n", 20, "secret_length"),
        ("ZEBRA2026\nNODIGITS\n", 20, "secret_composition"),
        ("ZEBRA2026\nNEWWORD-1\n", 20, "secret_character"),
        ("ZEBRA\nNEWWORD1\n", 20, "secret_length"),
    ] {
        work.refused("change-pin sign --pin-stdin --sim ichiro", input, code, error);
    }
}
