//! Bare signatures and CMS.

use std::path::Path;

use kazasu_cert::{Certificate, HashAlgorithm, SignedDataDraft};
use kazasu_sim::{Generation, KeyName, Persona, Purpose, TestKey};

use crate::bench::{Bench, DOCUMENT, authority, pki};

const LINE: &str =
    "--in document --environment test --anchor ca-sign-2023 --at 2026-04-01T00:00:00Z --no-revocation";

#[test]
fn bare_signatures_with_each_hash() {
    let bench = Bench::new();
    let key = pki().leaf_key(Purpose::Signing);
    let raw =
        |scheme: &str, code| bench.verify(&format!("{LINE} --signature raw --cert cert {scheme}"), code);
    for hash in HashAlgorithm::ALL {
        let digest = hash.digest(DOCUMENT);
        bench.write("raw", &key.sign_padded(&digest.digest_info()).unwrap());
        assert_eq!(raw("", 0)["signers"][0]["hash"], hash.to_string());
        raw("--scheme pkcs1", 0);
        assert_eq!(raw("--scheme bare-hash", 41)["errors"][0], "bad_signature");
        bench.write("raw", &key.sign_padded(digest.as_bytes()).unwrap());
        raw("--scheme bare-hash", 0);
        assert_eq!(raw("", 41)["errors"][0], "bad_signature");
    }
    let sha1 = [&b"\x30\x21\x30\x09\x06\x05\x2B\x0E\x03\x02\x1A\x05\x00\x04\x14"[..], &[7; 20]].concat();
    bench.write("raw", &key.sign_padded(&sha1).unwrap());
    assert_eq!(raw("", 41)["errors"][0], "bad_signature");
}

#[test]
fn exactly_the_length_of_the_key_is_bare_and_all_else_cms() {
    let bench = Bench::new();
    bench.write("sig", &[1; 256]);
    let code = |line: &str, code: i32| {
        bench.verify(&format!("{LINE} --signature sig {line}"), code)["errors"][0].clone()
    };
    assert_eq!(code("--cert cert", 41), "bad_signature");
    for len in [255, 257] {
        bench.write("sig", &vec![1; len]);
        assert_eq!(code("--cert cert", 41), "cms_encoding");
        assert_eq!(code("", 41), "cms_encoding");
    }
}

fn cms(bench: &Bench, attached: bool) -> Vec<u8> {
    let certificate = Certificate::from_der(&bench.signing).unwrap();
    let draft = SignedDataDraft::new(&certificate, &HashAlgorithm::Sha256.digest(DOCUMENT), None).unwrap();
    let to_sign = draft.digest_to_sign().digest_info();
    let signature = pki().leaf_key(Purpose::Signing).sign_padded(&to_sign).unwrap();
    if attached { draft.into_attached(DOCUMENT, &signature) } else { draft.into_detached(&signature) }
        .unwrap()
}

#[test]
fn cms_needs_no_certificate_beside_it_and_takes_only_its_own() {
    let bench = Bench::new();
    let holder = Persona::named("ichiro").unwrap().holder;
    let mut other = pki().leaf(Purpose::Signing, Generation::G2023, &holder).unwrap();
    other.set_serial(4_711);
    other.set_public_key(&TestKey::load(KeyName::OtherLeaf).unwrap());
    bench.write("other-cert", &other.sign(authority(Purpose::Signing).key()).unwrap());
    bench.write("other", b"another document");
    for attached in [false, true] {
        bench.write("p7s", &cms(&bench, attached));
        let line = format!("{LINE} --signature p7s");
        bench.verify(&line, 0);
        bench.verify(&format!("{line} --cert cert"), 0);
        assert_eq!(bench.verify(&format!("{line} --cert other-cert"), 41)["errors"][0], "signer_cert");
        let swapped = line.replace("--in document", "--in other");
        assert_eq!(bench.verify(&swapped, 41)["errors"][0], "content_mismatch");
    }
}

#[test]
fn what_openssl_writes() {
    let bench = Bench::new();
    let key = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../core/sim/keys/signing-leaf.der");
    std::fs::copy(key, bench.path("key")).unwrap();
    bench.openssl("x509 -inform DER -in cert -out cert.pem");
    bench.openssl("pkey -inform DER -in key -out key.pem");
    let sign = |more: &str| {
        let line = "cms -sign -binary -outform DER -in document -signer cert.pem -inkey key.pem -out p7s";
        bench.openssl(&format!("{line} {more}"));
    };
    let verify = |more: &str, code: i32| bench.verify(&format!("{LINE} --signature p7s {more}"), code);
    for more in
        ["", "-nodetach", "-stream", "-stream -nodetach", "-md sha384", "-md sha512", "-keyid", "-cades"]
    {
        sign(more);
        verify("", 0);
    }
    sign("-nocerts");
    verify("--cert cert", 0);
    assert_eq!(verify("", 41)["errors"][0], "signer_cert");
    sign("-md sha1");
    assert_eq!(verify("", 41)["errors"][0], "weak_alg");
    for attached in ["", "-nodetach"] {
        sign(&format!("-noattr {attached}"));
        assert_eq!(verify("", 41)["errors"][0], "signed_attrs");
        verify("--allow-no-signed-attrs", 0);
    }
}
