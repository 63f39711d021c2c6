//! `read`: certificate files are exactly the DER.

use kazasu_sim::{Generation, Purpose, TestPki};
use serde_json::json;

use crate::work::{PASSWORD, PIN, Work, certificate, password};

#[test]
fn each_certificate_exactly() {
    let pki = TestPki::shared().unwrap();
    for persona in ["ichiro", "hanako", "filler-6282", "gets-61xx", "long-address", "cold-6f00"] {
        let work = Work::new();
        let generation = kazasu_sim::Persona::named(persona).unwrap().certificates.generation;
        let authority = |purpose| pki.authority(purpose, generation).certificate().to_vec();
        for (name, kind, expected) in [
            ("auth", "authentication", certificate(persona, Purpose::Authentication)),
            ("sign", "signing", certificate(persona, Purpose::Signing)),
            ("auth-ca", "authentication_ca", authority(Purpose::Authentication)),
            ("sign-ca", "signing_ca", authority(Purpose::Signing)),
        ] {
            let line = format!("read {name} --out {name}.der --pin-stdin --sim {persona}");
            let json = work.json(&line, password(persona), 0);
            assert_eq!(work.read(&format!("{name}.der")), expected, "{persona} {name}");
            assert_eq!(json["certificate"], kind);
            assert_eq!(json["out"], format!("{name}.der"));
            assert_eq!(json["bytes"], expected.len());
            let sha256 = work.openssl(&format!("dgst -sha256 -r {name}.der"));
            assert_eq!(json["sha256"].as_str(), sha256.split(' ').next());
            work.openssl(&format!("x509 -inform DER -in {name}.der -noout"));
        }
    }
}

#[test]
fn every_generation() {
    let work = Work::new();
    for (name, generation) in
        [("2015", Generation::G2015), ("2019", Generation::G2019), ("2023", Generation::G2023)]
    {
        let persona = work.persona("ichiro", &[("/certificates/generation", json!(name))]);
        work.run(&format!("read sign-ca --out ca.der --sim {persona}"), "").succeeds();
        let authority = TestPki::shared().unwrap().authority(Purpose::Signing, generation);
        assert_eq!(work.read("ca.der"), authority.certificate());
    }
}

#[test]
fn the_free_ones_want_no_secret() {
    let work = Work::new();
    for name in ["auth", "auth-ca", "sign-ca"] {
        let text = work.run(&format!("read {name} --out {name}.der --sim last-try"), "").succeeds();
        assert!(text.starts_with(&format!("{name}.der: ")), "{text}");
    }
    work.refused("read sign --out sign.der --pin-stdin --sim ichiro", "", 2, "no_secret");
}

#[test]
fn one_that_was_not_issued() {
    for content in ["empty", "filler_only", "absent", "deactivated"] {
        let work = Work::new();
        let persona = work.persona("ichiro", &[("/certificates/signing", json!(content))]);
        for line in [
            "read sign --out out",
            "sign --in document --out out --cert-out cert",
            "open-account --in document --out out",
        ] {
            let line = format!("{line} --pin-stdin --sim {persona}");
            work.refused(&line, PASSWORD, 13, "certificate_not_issued");
        }
        assert_eq!(work.names(), ["persona.json"]);
    }
}

#[test]
fn a_phone_wants_the_pin_before_its_authentication_certificate() {
    let work = Work::new();
    let line = "read auth --out auth.der --pin-stdin --sim android-phone";
    work.refused(line, "", 2, "no_secret");
    work.refused(line, "12345", 20, "secret_length");
    assert_eq!(work.refused(line, "9999", 21, "wrong_secret")["remaining_tries"], 2);
    assert_eq!(work.names(), [""; 0]);
    work.json(line, PIN, 0);
    assert_eq!(work.read("auth.der"), certificate("android-phone", Purpose::Authentication));
    work.run("read auth-ca --out ca.der --sim android-phone", "").succeeds();
}

#[test]
fn one_beyond_all_reason_is_refused() {
    let work = Work::new();
    let persona = work.persona("ichiro", &[("/holder/name", json!("甲".repeat(2000)))]);
    let line = format!("read sign --out sign.der --pin-stdin --sim {persona}");
    work.refused(&line, PASSWORD, 32, "certificate_incomplete");
    assert_eq!(work.names(), ["persona.json"]);
}
