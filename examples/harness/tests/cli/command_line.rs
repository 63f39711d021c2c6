//! The command line, `--json`, and where a card comes from.

use std::{fs::File, io, process::Stdio};

use serde_json::json;

use crate::work::Work;

#[test]
fn what_cannot_be_understood_is_2() {
    let work = Work::new();
    for line in [
        "frobnicate",
        "read --out a.der --sim ichiro",
        "read auth --sim ichiro",
        "read juki --out a.der --sim ichiro",
        "authenticate --in document --sim ichiro",
        "authenticate --in document --out a --cert b --cert-out c --sim ichiro",
        "sign --in document --out a --format pdf --sim ichiro",
        "sign --in document --out a --hash sha1 --sim ichiro",
        "sign --in document --out a --pin 9876 --sim ichiro",
        "open-account --in document --out a --cert-out b --sim ichiro",
        "change-pin --sim ichiro",
        "change-pin auth 9876 --sim ichiro",
        "sim",
        "sim --vpcd --port 70000",
        "tries --sim",
        "demo --reader X",
        "verify --in document",
    ] {
        work.refused(line, "", 2, "usage");
        let before = work.run(&format!("--json {line}"), "").json(2);
        assert_eq!(before["error"], "usage", "{line}");
    }
    assert_eq!(work.run("", "").code, Some(2));
    assert_eq!(work.names(), [""; 0]);
}

/// A PIN or password typed in the wrong place is not repeated, not even in part.
#[test]
fn what_was_typed_in_the_wrong_place_is_not_shown() {
    let work = Work::new();
    for typed in [
        "9876",
        "ZEBRA2026",
        "zebra2026",
        "９８７６",
        "--pin=9876",
        "--pin=ZEBRA2026",
        "-9876",
        "--ZEBRA2026",
        "-pZEBRA2026",
        "--hash=ZEBRA2026",
        "--wait=ZEBRA2026",
        "--format=ZEBRA2026",
    ] {
        for line in [
            "",
            "change-pin auth",
            "change-pin",
            "authenticate --in document --out out --sim ichiro",
            "authenticate --in document --out out --sim ichiro --pin-stdin",
            "tries --sim ichiro",
            "read",
            "verify",
        ] {
            let line = format!("{line} {typed}");
            let json = work.refused(&line, "", 2, "usage").to_string();
            let plain = work.run(&line, "").stderr;
            for shown in [json, plain] {
                let shown = shown.to_uppercase();
                for part in ["9876", "987", "ZEBRA", "2026", "９８"] {
                    assert!(!shown.contains(part), "{line}: {shown}");
                }
            }
        }
    }
    let told = work.run("change-pin auth --pin 9876", "").stderr;
    assert!(told.starts_with("kazasu: unexpected argument '--pin'\n") && told.contains("Usage: "), "{told}");
    let told = work.run("read juki --out x", "").stderr;
    assert!(
        told.contains("<CERTIFICATE>") && told.contains("there are: auth, sign, auth-ca, sign-ca"),
        "{told}"
    );
    let told = work.run("sign --in document", "").stderr;
    assert!(told.contains("missing: --out <FILE>"), "{told}");
    let told = work.run("tries --wait soon", "").stderr;
    assert!(told.contains("--wait <SECONDS>") && told.contains("not a number of seconds"), "{told}");
}

#[test]
fn options_stand_before_or_after_the_command() {
    let work = Work::new();
    let tries = work.json("tries --sim last-try", "", 0);
    for line in [
        "--json --sim last-try tries",
        "--sim last-try tries --json",
        "--json tries --sim last-try",
        "--json --last-try --wait 1 --pin-stdin --sim last-try tries",
        "tries --json --last-try --wait 1 --pin-stdin --sim last-try",
        "--json tries --json --sim last-try",
        "--sim ichiro tries --sim last-try --json",
    ] {
        assert_eq!(work.run(line, "").json(0), tries, "{line}");
    }
}

#[test]
fn simulated_card_and_reader_exclude_each_other() {
    let work = Work::new();
    for line in [
        "tries --sim ichiro --reader X",
        "--sim ichiro tries --reader X",
        "--reader X tries --sim ichiro",
        "--reader X --sim ichiro tries",
    ] {
        work.refused(line, "", 2, "usage");
    }
}

#[test]
fn waiting_takes_a_number_of_seconds() {
    let work = Work::new();
    for seconds in ["0", "0.5", "1", "86400", "1e6"] {
        work.run(&format!("tries --sim ichiro --wait {seconds}"), "").succeeds();
    }
    for seconds in ["-1", "1e18", "1e99", "inf", "NaN", "soon", "1s"] {
        work.refused(&format!("tries --sim ichiro --wait={seconds}"), "", 2, "usage");
        work.refused(&format!("tries --sim ichiro --wait {seconds}"), "", 2, "usage");
    }
}

#[test]
fn help_and_version() {
    let work = Work::new();
    for line in ["--help", "help", "sign --help", "help sign", "-h"] {
        assert!(work.run(line, "").succeeds().contains("Usage: kazasu"), "{line}");
    }
    let version = work.run("--version", "").succeeds();
    assert_eq!(version, format!("kazasu {}\n", env!("CARGO_PKG_VERSION")));
    assert!(work.json("--help", "", 0)["help"].as_str().unwrap().contains("Usage: kazasu"));
}

#[test]
fn an_unknown_persona_is_told_with_those_there_are() {
    let work = Work::new();
    let json = work.refused("tries --sim nobody", "", 2, "persona");
    assert!(json["personas"].as_array().unwrap().contains(&json!("ichiro")), "{json}");
    assert!(work.run("tries --sim nobody", "").stderr.contains("\n  hanako\n"));
    // Before anybody is asked for a secret.
    work.refused("sign --in document --out a --sim nobody", "", 2, "persona");
    work.refused("demo --sim nobody", "", 2, "persona");
    work.refused("sim --vpcd --persona nobody", "", 2, "persona");
}

#[test]
fn a_persona_comes_from_a_file() {
    let work = Work::new();
    let persona = work.persona("ichiro", &[("/secrets/authentication_pin/tries", json!(2))]);
    let tries = work.json(&format!("tries --sim {persona}"), "", 0);
    assert_eq!(tries["authentication"]["remaining_tries"], 2);

    work.refused("tries --sim missing.json", "", 2, "unreadable_input");
    for (content, part) in
        [("", "EOF"), ("{}", "missing field"), ("\u{FEFF}{}", "expected value"), ("[1]", "array")]
    {
        work.write("bad.json", content.as_bytes());
        let json = work.refused("tries --sim bad.json", "", 2, "persona");
        assert!(!json["message"].as_str().unwrap().is_empty(), "{part}: {json}");
    }
    work.write("bad.json", b"\xFF\xFE");
    work.refused("tries --sim bad.json", "", 2, "unreadable_input");
    let impossible = work.persona("ichiro", &[("/secrets/authentication_pin/tries", json!(4))]);
    let json = work.refused(&format!("tries --sim {impossible}"), "", 2, "persona");
    assert!(json["message"].as_str().unwrap().contains("secrets.authentication_pin.tries"), "{json}");
}

#[cfg(not(feature = "pcsc"))]
#[test]
fn without_pcsc_there_is_no_reader() {
    let work = Work::new();
    for line in [
        "readers",
        "info",
        "tries",
        "tries --reader X --wait 1",
        "read auth --out a.der",
        // Before anybody is asked for a secret.
        "read sign --out a.der",
        "authenticate --in document --out a",
        "sign --in document --out a",
        "open-account --in document --out a",
        "change-pin auth",
    ] {
        let json = work.refused(line, "", 10, "no_pcsc");
        assert!(json["message"].as_str().unwrap().contains("--features pcsc"), "{json}");
    }
    assert_eq!(work.names(), [""; 0]);
}

#[test]
fn a_reader_of_the_output_that_goes_away_has_had_what_it_wanted() {
    let work = Work::new();
    for (line, code) in
        [("tries --sim ichiro", 0), ("--help", 0), ("demo --json", 0), ("tries --sim nobody --json", 2)]
    {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let status = work.kazasu(line).stdin(Stdio::null()).stdout(writer).status().unwrap();
        assert_eq!(status.code(), Some(code), "{line}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_takes_nothing_is_2() {
    let work = Work::new();
    for line in ["tries --sim ichiro", "tries --sim ichiro --json", "--help"] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = work.kazasu(line).stdin(Stdio::null()).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{line}");
        assert!(output.stderr.starts_with(b"kazasu: standard output: "), "{line}: {output:?}");
    }
}
