//! `authenticate`: a bare signature by the authentication key.

use kazasu_sim::Purpose;

use crate::work::{PASSWORD, PIN, Work, certificate, pin};

#[test]
fn openssl_accepts_the_signature() {
    for persona in ["ichiro", "hanako", "gets-61xx", "filler-6282", "android-phone", "old-juki"] {
        let work = Work::new();
        for hash in ["sha256", "sha384", "sha512"] {
            let line = format!(
                "authenticate --in document --out sig --cert-out cert --hash {hash} --pin-stdin --sim {persona}"
            );
            let json = work.json(&line, pin(persona), 0);
            assert_eq!((&json["out"], &json["hash"]), (&"sig".into(), &hash.into()));
            assert_eq!(work.read("cert"), certificate(persona, Purpose::Authentication));
            assert_eq!(work.read("sig").len(), 256);
            work.check_raw("cert", "sig", hash);
            let sha256 = work.openssl("dgst -sha256 -r cert");
            assert_eq!(json["certificate_sha256"].as_str(), sha256.split(' ').next());
        }
        assert_eq!(work.names(), ["cert", "sig"]);
    }
}

#[test]
fn sha256_is_the_default() {
    let work = Work::new();
    let text = work.run("authenticate --in document --out sig --pin-stdin --sim ichiro", PIN).succeeds();
    assert_eq!(text, "sig: signature by the authentication key, sha256\n");
    assert_eq!(work.names(), ["sig"]);
    work.write("cert", &certificate("ichiro", Purpose::Authentication));
    work.check_raw("cert", "sig", "sha256");
}

#[test]
fn a_known_certificate_is_not_read_again() {
    let work = Work::new();
    work.write("cert", &certificate("hanako", Purpose::Authentication));
    let line = "authenticate --in document --out sig --pin-stdin --sim hanako";
    let exchanges =
        |more: &str| work.json(&format!("{line} {more}"), pin("hanako"), 0)["exchanges"].as_u64().unwrap();
    assert!(exchanges("--cert cert") < exchanges(""));
    work.check_raw("cert", "sig", "sha256");
}

/// A wrong PIN that is not found out has not been sent.
#[test]
fn another_card_is_refused_before_its_pin_is_tried() {
    let work = Work::new();
    work.write("cert", &certificate("hanako", Purpose::Authentication));
    for pin in [PIN, "9999"] {
        let line = "authenticate --in document --out sig --cert cert --pin-stdin --sim ichiro";
        work.refused(line, pin, 40, "not_the_known_certificate");
    }
    assert_eq!(work.names(), ["cert"]);
}

/// A phone cannot be recognised before its PIN, so that the signature alone can tell.
#[test]
fn a_signature_by_another_key_is_thrown_away() {
    let work = Work::new();
    work.write("cert", &certificate("android-phone", Purpose::Signing));
    let line = "authenticate --in document --out sig --cert cert --pin-stdin --sim android-phone";
    work.refused(line, PIN, 40, "signature_mismatch");
    assert_eq!(work.names(), ["cert"]);
}

#[test]
fn a_known_certificate_has_to_be_one() {
    let work = Work::new();
    let mut longer = certificate("ichiro", Purpose::Authentication);
    longer.push(0);
    for content in [&b""[..], b"-----BEGIN CERTIFICATE-----\n", b"\x30\x03\x02\x01\x00", &longer] {
        work.write("cert", content);
        // Before the PIN is looked at.
        let line = "authenticate --in document --out sig --cert cert --pin-stdin --sim ichiro";
        let json = work.refused(line, "", 2, "unreadable_input");
        assert_eq!(json["file"], "cert");
    }
    work.refused("authenticate --in document --out s --cert none --sim ichiro", "", 2, "unreadable_input");
}

#[test]
fn the_password_is_no_pin() {
    let work = Work::new();
    let line = "authenticate --in document --out sig --pin-stdin --sim ichiro";
    work.refused(line, PASSWORD, 20, "secret_character");
}
