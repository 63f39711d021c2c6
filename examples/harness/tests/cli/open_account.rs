//! `open-account`: signature and signing certificate in one tap, in one directory.

use std::fs;

use kazasu_sim::Purpose;
use serde_json::json;

use crate::work::{PASSWORD, Work, certificate, password};

fn names_in(work: &Work, directory: &str) -> Vec<String> {
    let entries = fs::read_dir(work.path(directory)).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn both_formats() {
    for persona in ["ichiro", "hanako", "filler-6282"] {
        let work = Work::new();
        let line = format!("open-account --in document --pin-stdin --sim {persona}");
        for format in ["", "--format cms"] {
            let json = work.json(&format!("{line} --out cms {format}"), password(persona), 0);
            assert_eq!(json["files"], json!(["certificate.der", "signed.p7s"]));
            assert_eq!((&json["out"], &json["format"]), (&json!("cms"), &json!("cms")));
            assert_eq!(names_in(&work, "cms"), ["certificate.der", "signed.p7s"]);
            work.check_cms("cms/signed.p7s");
        }
        let json = work.json(&format!("{line} --out raw --format raw --hash sha512"), password(persona), 0);
        assert_eq!(json["files"], json!(["certificate.der", "signature.bin"]));
        assert_eq!(names_in(&work, "raw"), ["certificate.der", "signature.bin"]);
        work.check_raw("raw/certificate.der", "raw/signature.bin", "sha512");
        for directory in ["cms", "raw"] {
            let written = work.read(&format!("{directory}/certificate.der"));
            assert_eq!(written, certificate(persona, Purpose::Signing));
        }
    }
}

/// SELECT, fingerprint left out, query, VERIFY, READ, SIGN, and the closing SELECT.
#[test]
fn a_capable_card_takes_five_exchanges_and_the_closing_one() {
    let work = Work::new();
    let line = "open-account --in document --out account --pin-stdin --sim ichiro";
    assert_eq!(work.json(line, PASSWORD, 0)["exchanges"], 6);
    let text = work.run(line, PASSWORD).succeeds();
    assert_eq!(text, "account: certificate.der and signed.p7s, in 6 exchanges\n");
}

#[test]
fn a_directory_that_is_there_keeps_its_other_files() {
    let work = Work::new();
    fs::create_dir(work.path("account")).unwrap();
    work.write("account/notes", b"notes");
    work.write("account/certificate.der", b"old");
    work.run("open-account --in document --out account/ --pin-stdin --sim ichiro", PASSWORD).succeeds();
    assert_eq!(names_in(&work, "account"), ["certificate.der", "notes", "signed.p7s"]);
    assert_eq!(work.read("account/notes"), b"notes");
    assert_eq!(work.read("account/certificate.der"), certificate("ichiro", Purpose::Signing));
    work.check_cms("account/signed.p7s");

    fs::create_dir(work.path("here")).unwrap();
    let mut command = work.kazasu("open-account --in ../document --out . --pin-stdin --sim ichiro");
    command.current_dir(work.path("here"));
    work.run_command(&mut command, PASSWORD).succeeds();
    assert_eq!(names_in(&work, "here"), ["certificate.der", "signed.p7s"]);
}

#[test]
fn a_failure_leaves_everything_as_it_was() {
    let work = Work::new();
    fs::create_dir(work.path("there")).unwrap();
    work.write("there/certificate.der", b"old");
    for directory in ["new", "there"] {
        let line = format!("open-account --in document --out {directory} --pin-stdin --sim ichiro");
        work.refused(&line, "ZEBRA2026", 21, "wrong_secret");
        work.refused(&line, "", 2, "no_secret");
        work.refused(&line, "NODIGITS", 20, "secret_composition");
    }
    assert_eq!(work.names(), ["there"]);
    assert_eq!(names_in(&work, "there"), ["certificate.der"]);
    assert_eq!(work.read("there/certificate.der"), b"old");
}

/// A wrong password that is not found out has not been sent.
#[test]
fn a_place_that_cannot_be_written_is_found_before_the_card() {
    let work = Work::new();
    work.write("file", b"old");
    fs::create_dir_all(work.path("half/signed.p7s")).unwrap();
    for place in ["no/such/place", "file", "half"] {
        let line = format!("open-account --in document --out {place} --pin-stdin --sim ichiro");
        let json = work.refused(&line, "ZEBRA2026", 2, "unwritable_output");
        assert!(json["file"].as_str().unwrap().starts_with(place), "{json}");
    }
    assert_eq!(work.names(), ["file", "half"]);
    assert_eq!(names_in(&work, "half"), ["signed.p7s"]);
    work.refused("open-account --in none --out new --pin-stdin --sim ichiro", "", 2, "unreadable_input");
}
