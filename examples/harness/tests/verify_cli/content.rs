//! Bad content is never a bad command line: 41 or 42, never 2.

use kazasu_sim::pki::{oids, profile};
use kazasu_sim::{Generation, Persona, Purpose, der};
use serde_json::Value;

use crate::bench::{Bench, USUAL, authority, pki};

#[test]
fn of_every_file() {
    let bench = Bench::new();
    for bad in ["html", "empty", "document", "crl", "ca-sign-2023"] {
        let line = "--environment test --at 2026-04-01T00:00:00Z --no-revocation";
        bench
            .verify(&format!("{line} --anchor ca-sign-2023 --in document --signature {bad} --cert cert"), 41);
        bench.verify(&format!("{line} --anchor ca-sign-2023 --in document --signature {bad}"), 41);
        bench.verify(&format!("{line} --anchor ca-sign-2023 --in document --signature raw --cert {bad}"), 41);
        if bad != "document" {
            bench.verify(&format!("{line} --anchor ca-sign-2023 --in {bad} --signature raw --cert cert"), 41);
        }
        if bad != "ca-sign-2023" {
            let json =
                bench.verify(&format!("{line} --anchor {bad} --in document --signature raw --cert cert"), 41);
            assert_eq!(json["errors"][0], "untrusted_anchor");
        }
        if bad != "crl" {
            let codes = bench.usual(&format!("--crl {bad}"), 42);
            assert_eq!(codes, ["crl_encoding", "indeterminate"], "{bad}");
        }
        assert_eq!(bench.usual(&format!("--ocsp {bad}"), 42), ["ocsp_encoding", "indeterminate"], "{bad}");
    }
}

#[test]
fn a_no_beats_an_open_question() {
    let bench = Bench::new();
    let mut wrong = bench.read("raw");
    wrong[100] ^= 1;
    bench.write("raw", &wrong);
    assert_eq!(bench.usual("--crl html", 41), ["bad_signature", "crl_encoding"]);
    assert_eq!(bench.usual("", 41), ["bad_signature", "no_revocation_evidence"]);
}

/// A certificate with this date of birth, and its answer.
#[track_caller]
fn with_date_of_birth(digits: &str, code: i32) -> Value {
    let bench = Bench::new();
    let holder = Persona::named("ichiro").unwrap().holder;
    let mut template = pki().leaf(Purpose::Signing, Generation::G2023, &holder).unwrap();
    let names = [(1, &holder.name[..]), (4, digits), (3, "1"), (5, &holder.address)];
    let names: Vec<_> =
        names.iter().map(|(kind, text)| profile::other_name(*kind, &der::utf8(text))).collect();
    template.extension_mut(&oids::subject_alt_name()).unwrap().value = der::sequence(&names);
    bench.write("cert", &template.sign(authority(Purpose::Signing).key()).unwrap());
    bench.verify(&format!("{USUAL} --no-revocation"), code)
}

#[test]
fn a_date_of_birth_is_whole_or_not_there() {
    let known = with_date_of_birth("319800217", 0);
    assert_eq!(known["attributes"]["date_of_birth"], "1980-02-17");
    assert_eq!(known["warnings"], serde_json::json!([]));
    for (digits, warning) in [
        ("319800200", "date_of_birth_partial"),
        ("319800000", "date_of_birth_partial"),
        ("000000000", "date_of_birth_unknown"),
        ("319800230", "date_of_birth_impossible"),
    ] {
        let json = with_date_of_birth(digits, 0);
        assert_eq!(json["attributes"]["date_of_birth"], Value::Null, "{digits}");
        assert_eq!(json["warnings"], serde_json::json!([warning]), "{digits}");
        assert_eq!(json["attributes"]["date_of_birth_registered"], digits);
    }
    for digits in ["31980021a", "３１９８００２１７", "", "19800217", "1980-02-17"] {
        let json = with_date_of_birth(digits, 41);
        assert_eq!(json["errors"], serde_json::json!(["attribute_encoding"]), "{digits}");
    }
}
