//! `demo`: the main job, both sides in one program.

use kazasu_sim::Persona;
use serde_json::json;

use crate::work::Work;

#[test]
fn the_customer_is_verified() {
    let work = Work::new();
    let text = work.run("demo", "").succeeds();
    for part in [
        "甲野　一郎",
        "東京都霞町架空一丁目２番３号",
        "1980-02-17",
        "accepted",
        "6 exchanges",
        " s at the reader",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(work.names(), [""; 0]);
    // A nonce of its own each time.
    assert_ne!(work.run("demo", "").succeeds(), text);
}

#[test]
fn the_report_in_json() {
    let work = Work::new();
    for persona in ["ichiro", "hanako", "long-address", "filler-6282"] {
        let json = work.json(&format!("demo --sim {persona}"), "", 0);
        assert_eq!(json["persona"], persona);
        assert_eq!(json["report"]["verdict"], "accepted");
        let holder = Persona::named(persona).unwrap().holder;
        assert_eq!(json["report"]["attributes"]["name"], holder.name);
        assert_eq!(json["report"]["attributes"]["address"], holder.address);
        assert!(json["estimated_milliseconds_at_reader"].as_u64().unwrap() > 0);
        assert!(json["exchanges"].as_u64().unwrap() >= 6);
    }
}

#[test]
fn a_customer_who_cannot_be_verified() {
    let work = Work::new();
    assert_eq!(work.json("demo --sim expired", "", 41)["report"]["verdict"], "rejected");
    work.refused("demo --sim blocked-6984", "", 22, "blocked");
    work.refused("demo --sim last-try", "", 23, "last_try");
    work.run("demo --sim last-try --last-try", "").succeeds();
    let persona = work.persona("ichiro", &[("/certificates/signing", json!("absent"))]);
    work.refused(&format!("demo --sim {persona}"), "", 13, "certificate_not_issued");
}
