//! `sign`: the signing key over a file as its bytes are.

use kazasu_sim::Purpose;

use crate::work::{PASSWORD, Work, certificate, password};

const HASHES: [&str; 3] = ["sha256", "sha384", "sha512"];

#[test]
fn openssl_accepts_the_bare_signature() {
    for persona in ["ichiro", "hanako", "gets-61xx"] {
        let work = Work::new();
        for hash in HASHES {
            let line = format!(
                "sign --in document --format raw --out sig --cert-out cert --hash {hash} --pin-stdin --sim {persona}"
            );
            let json = work.json(&line, password(persona), 0);
            assert_eq!((&json["format"], &json["hash"]), (&"raw".into(), &hash.into()));
            assert_eq!(work.read("cert"), certificate(persona, Purpose::Signing));
            assert_eq!(work.read("sig").len(), 256);
            work.check_raw("cert", "sig", hash);
        }
        assert_eq!(work.names(), ["cert", "sig"]);
    }
}

#[test]
fn openssl_accepts_the_cms() {
    for persona in ["ichiro", "hanako", "filler-6282"] {
        let work = Work::new();
        for hash in HASHES {
            let line = format!(
                "sign --in document --out p7s --cert-out cert --hash {hash} --pin-stdin --sim {persona}"
            );
            assert_eq!(work.json(&line, password(persona), 0)["format"], "cms");
            assert_eq!(work.read("cert"), certificate(persona, Purpose::Signing));
            work.check_cms("p7s");
            let shown = work.openssl("cms -cmsout -print -inform DER -in p7s");
            assert!(shown.contains(&format!("algorithm: {hash} ")), "{shown}");
            assert!(shown.contains("id-smime-aa-signingCertificateV2"), "{shown}");
        }
        assert_eq!(work.names(), ["cert", "p7s"]);
    }
}

#[test]
fn cms_is_the_default_and_not_what_was_not_asked_for() {
    let work = Work::new();
    let text = work.run("sign --in document --out p7s --pin-stdin --sim ichiro", PASSWORD).succeeds();
    assert_eq!(text, "p7s: signature by the signing key, sha256\n");
    assert_eq!(work.names(), ["p7s"]);
    work.check_cms("p7s");
}

#[test]
fn an_empty_and_a_large_file() {
    let work = Work::new();
    for content in [vec![], vec![b'\n'; 5_000_000]] {
        work.write("document", &content);
        work.run("sign --in document --out p7s --pin-stdin --sim ichiro", PASSWORD).succeeds();
        work.check_cms("p7s");
    }
}

#[test]
fn a_card_that_wants_the_password_for_each_signature() {
    let work = Work::new();
    work.run("sign --in document --out p7s --pin-stdin --sim consent-per-signature", PASSWORD).succeeds();
    work.check_cms("p7s");
}
