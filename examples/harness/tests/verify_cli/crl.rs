//! CRLs on the command line.

use kazasu_sim::pki::{oids, profile};
use kazasu_sim::status_services::CrlIssuer;
use kazasu_sim::{Generation, Purpose};

use crate::bench::{Bench, DAY, HOUR, NOW, USUAL, authority, pki, rfc3339, signed};

#[test]
fn the_newest_for_the_partition_counts_whatever_the_order() {
    let bench = Bench::new();
    bench.write("older-good", &signed(&bench.list(6, NOW - 2 * HOUR)));
    bench.write("older-revoked", &bench.revoking(6, NOW - 2 * HOUR, NOW - DAY));
    bench.write("newer-revoked", &bench.revoking(8, NOW - 1, NOW - DAY));
    let elsewhere = profile::partition_name(Purpose::Signing, "Osaka-fu", "Sakai-shi");
    let elsewhere =
        CrlIssuer::new(authority(Purpose::Signing)).partition(&elsewhere, 99, NOW - 1, NOW + DAY).unwrap();
    bench.write("elsewhere", &signed(&elsewhere));
    for lists in ["older-good newer-revoked", "newer-revoked older-good", "elsewhere newer-revoked crl"] {
        assert_eq!(bench.usual(&format!("--crl {lists}"), 41), ["revoked"], "{lists}");
    }
    for lists in ["older-revoked crl", "crl older-revoked", "elsewhere crl", "crl elsewhere html"] {
        bench.usual(&format!("--crl {lists}"), 0);
    }
    bench.usual("--crl older-revoked --crl crl", 0);
    assert_eq!(bench.usual("--crl elsewhere", 42), ["crl_scope", "indeterminate"]);
}

#[test]
fn a_list_of_everything_only_with_full_scope() {
    let bench = Bench::new();
    let mut list = bench.list(7, NOW - HOUR);
    assert!(list.remove_extension(&oids::issuing_distribution_point()));
    bench.write("full", &signed(&list));
    assert_eq!(bench.usual("--crl full", 42), ["crl_scope", "indeterminate"]);
    assert_eq!(bench.usual("--crl full --crl-scope partition", 42), ["crl_scope", "indeterminate"]);
    bench.usual("--crl full --crl-scope full", 0);
    bench.usual("--crl crl --crl-scope full", 0);
}

#[test]
fn any_pinned_anchor_of_the_purpose_may_have_signed_it() {
    let bench = Bench::new();
    let list = bench.list(7, NOW - HOUR);
    let by = |purpose, generation| list.sign(pki().authority(purpose, generation).key()).unwrap();
    let mut other = list.clone();
    let ca = pki().authority(Purpose::Signing, Generation::G2019);
    other.remove_extension(&oids::authority_key_identifier());
    let issuer = CrlIssuer::new(ca).full(7, NOW, NOW).unwrap();
    other.extensions.insert(0, issuer.extensions[0].clone());
    bench.write("by-2019", &other.sign(ca.key()).unwrap());
    // Pinned is what --anchor says.
    assert_eq!(bench.usual("--crl by-2019", 42), ["crl_invalid", "indeterminate"]);
    let json = bench.verify(&format!("{USUAL} --anchor ca-sign-2019 --crl by-2019"), 0);
    let answer = &json["signers"][0]["revocation"]["evidence"][0]["answer"];
    assert_eq!(answer["crl"]["signed_by"]["name"], "signca-test-2019");
    bench.write("by-auth", &by(Purpose::Authentication, Generation::G2023));
    assert_eq!(bench.usual("--anchor ca-auth-2023 --crl by-auth", 42), ["crl_invalid", "indeterminate"]);
}

#[test]
fn at_is_now_for_freshness_and_a_later_list_can_only_say_no() {
    let bench = Bench::new();
    let line = USUAL.rsplit_once(" --at ").unwrap().0;
    let ask = |at: i64, list: &str, code| {
        bench.verify(&format!("{line} --at {} --crl {list}", rfc3339(at)), code)["errors"].clone()
    };
    ask(NOW - HOUR, "crl", 0);
    ask(NOW - HOUR + DAY, "crl", 0);
    assert_eq!(ask(NOW - HOUR + DAY + 1, "crl", 42)[0], "crl_invalid");
    assert_eq!(ask(NOW - HOUR - 1, "crl", 42)[0], "crl_invalid");
    bench.write("later", &bench.revoking(9, NOW + 10 * DAY, NOW - DAY));
    assert_eq!(ask(NOW, "later", 41)[0], "revoked");
    assert_eq!(ask(NOW - DAY, "later", 41)[0], "revoked");
    assert_eq!(ask(NOW - DAY - 1, "later", 42)[0], "crl_invalid");
    assert_eq!(ask(NOW, "crl later", 41)[0], "revoked");
    bench.write("revoked-later", &bench.revoking(9, NOW + 10 * DAY, NOW + DAY));
    ask(NOW, "crl revoked-later", 0);
}

/// What the CA has revoked stays revoked, however old the list is.
#[test]
fn a_list_that_has_lapsed_can_only_say_no() {
    let bench = Bench::new();
    bench.write("lapsed", &bench.revoking(3, NOW - 9 * DAY, NOW - 20 * DAY));
    bench.write("lapsed-good", &signed(&bench.list(3, NOW - 9 * DAY)));
    let line = format!("{USUAL} --crl lapsed");
    let json = bench.verify(&line, 41);
    assert_eq!((&json["errors"], &json["revocation"]), (&serde_json::json!(["revoked"]), &"revoked".into()));
    assert_eq!(json["warnings"], serde_json::json!(["revoked_by_lapsed_evidence"]));
    assert_eq!(json["signers"][0]["revocation"]["evidence"][0]["error"], "crl_invalid");
    let (_, text, _) = bench.run(&format!("verify {line}"));
    assert!(text.contains("lapsed: the CRL is not valid: it expired at 2026-03-24T00:00:00Z"), "{text}");
    assert_eq!(bench.usual("--crl lapsed-good", 42), ["crl_invalid", "indeterminate"]);
    bench.usual("--crl lapsed crl", 0);
    bench.usual("--crl lapsed-good --ocsp ocsp", 0);
    assert_eq!(bench.usual("--crl lapsed --ocsp ocsp", 41), ["revoked"]);
}

/// A list that is too long to be held in memory is read as a stream: to the end, and no further.
#[test]
fn a_list_of_seventy_megabytes() {
    let bench = Bench::new();
    let file = std::fs::File::create(bench.path("zeros")).unwrap();
    file.set_len(70 << 20).unwrap();
    assert_eq!(bench.usual("--crl zeros", 42), ["crl_encoding", "indeterminate"]);
    bench.usual("--crl zeros crl", 0);
    let mut padded = bench.read("crl");
    padded.resize(70 << 20, 0);
    bench.write("padded", &padded);
    assert_eq!(bench.usual("--crl padded", 42), ["crl_encoding", "indeterminate"]);
}
