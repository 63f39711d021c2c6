//! `info` and `tries`, which need no secret.

use serde_json::{Value, json};

use crate::work::Work;

fn tries(authentication: Value, signing: Value) -> Value {
    let object = |remaining: Value| json!({ "blocked": remaining == json!(0), "remaining_tries": remaining });
    json!({ "authentication": object(authentication), "signing": object(signing) })
}

#[test]
fn tries_exactly() {
    let work = Work::new();
    for (persona, expected) in [
        ("ichiro", tries(json!(3), json!(5))),
        ("hanako", tries(json!(3), json!(5))),
        ("last-try", tries(json!(1), json!(1))),
        ("minor", tries(json!(3), json!(0))),
        ("blocked-63c0", tries(json!(0), json!(0))),
        ("blocked-6983", tries(json!(0), json!(0))),
        ("blocked-6984", tries(json!(0), json!(0))),
        ("tries-9000", tries(json!(null), json!(null))),
        ("tries-6300", tries(json!(null), json!(null))),
        ("android-phone", tries(json!(3), json!(5))),
        ("cold-6f00", tries(json!(3), json!(5))),
    ] {
        assert_eq!(work.json(&format!("tries --sim {persona}"), "", 0), expected, "{persona}");
    }
}

#[test]
fn tries_for_people() {
    let work = Work::new();
    let tries = |persona: &str| work.run(&format!("tries --sim {persona}"), "").succeeds();
    assert_eq!(
        tries("ichiro"),
        "authentication PIN: 3 of 3 tries remain\nsigning password: 5 of 5 tries remain\n"
    );
    assert_eq!(
        tries("minor"),
        "authentication PIN: 3 of 3 tries remain\nsigning password: blocked, or not issued\n"
    );
    assert_eq!(
        tries("tries-9000"),
        "authentication PIN: not reported by this card\nsigning password: not reported by this card\n"
    );
}

#[test]
fn info_tells_what_is_presented() {
    let work = Work::new();
    for (persona, kind, label, signing) in [
        ("ichiro", "my_number_card", "JPKIAPICCTOKEN2", true),
        ("hanako", "my_number_card", "JPKIAPICCTOKEN2", true),
        ("minor", "my_number_card", "JPKIAPICCTOKEN2", false),
        ("old-juki", "juki_card", "JPKIAPICCTOKEN", true),
        ("android-phone", "android_phone", "JPKIAPGPSETOKEN", true),
        ("iphone", "i_phone", "JPKIAPIOSTOKEN", true),
    ] {
        assert_eq!(
            work.json(&format!("info --sim {persona}"), "", 0),
            json!({
                "token": { "kind": kind, "label": label },
                "certificates": { "signing": signing, "authentication": true },
            }),
            "{persona}"
        );
    }
    assert_eq!(
        work.run("info --sim minor", "").succeeds(),
        "token: My Number Card, label \"JPKIAPICCTOKEN2\"\n\
         signing certificate: not issued\nauthentication certificate: issued\n"
    );
}
