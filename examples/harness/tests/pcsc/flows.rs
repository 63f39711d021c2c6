//! Every command on a card that can do everything and on one of the older style.

use std::{fs, path::Path};

use kazasu_sim::{Persona, Purpose, TestPki};

use crate::{
    card::card,
    daemon::{Daemon, Reader},
    process::{Finished, Process, kazasu, run_kazasu, tool},
};

/// The content of every signed file here.
const DOCUMENT: &str = "An application to open an account.\r\n";

#[test]
fn a_card_that_can_do_everything() {
    every_command("ichiro");
}

#[test]
fn a_card_without_short_identifiers_and_extended_length() {
    every_command("hanako");
}

fn every_command(name: &str) {
    let daemon = Daemon::start();
    let directory = tempfile::tempdir().unwrap();
    let work = directory.path();
    fs::write(work.join("document"), DOCUMENT).unwrap();
    let secrets = Persona::named(name).unwrap().secrets;
    let [pin, password] = [&secrets.authentication_pin, &secrets.signing_password]
        .map(|secret| String::from_utf8(secret.value.as_bytes().to_vec()).unwrap());
    let on_card = card(name);
    let [authentication, signing] =
        [Purpose::Authentication, Purpose::Signing].map(|purpose| on_card.certificate(purpose).unwrap());
    let kazasu = |arguments: &[&str], secret: &str| -> Finished { run_kazasu(work, arguments, secret) };
    let read = |file: &str| fs::read(work.join(file)).unwrap();

    let _card = Process::start(&mut self::kazasu(work, &["sim", "--vpcd", "--persona", name]), "");
    daemon.wait_for_card(Reader::First, true);

    let readers = kazasu(&["readers"], "").succeeds();
    assert!(readers.contains("Virtual PCD 00 00") && readers.contains("Virtual PCD 00 01"), "{readers}");
    kazasu(&["info", "--reader", "Virtual PCD 00 00"], "").succeeds();

    let tries = kazasu(&["tries", "--json"], "").json(0);
    assert_eq!(tries["authentication"]["remaining_tries"], 3);
    assert_eq!(tries["signing"]["remaining_tries"], 5);

    kazasu(&["read", "auth", "--out", "auth.der"], "").succeeds();
    kazasu(&["read", "sign", "--out", "sign.der", "--pin-stdin"], &password).succeeds();
    assert_eq!(read("auth.der"), authentication);
    assert_eq!(read("sign.der"), signing);
    for (name, file) in [("auth-ca", "auth-ca.der"), ("sign-ca", "sign-ca.der")] {
        kazasu(&["read", name, "--out", file], "").succeeds();
        tool(work, "openssl", &["x509", "-inform", "DER", "-in", file, "-noout"]);
    }

    kazasu(
        &["authenticate", "--in", "document", "--out", "a.sig", "--cert-out", "a.der", "--pin-stdin"],
        &pin,
    )
    .succeeds();
    assert_eq!(read("a.der"), authentication);
    check_raw(work, "a.der", "a.sig");

    kazasu(&["sign", "--in", "document", "--format", "raw", "--out", "s.sig", "--pin-stdin"], &password)
        .succeeds();
    check_raw(work, "sign.der", "s.sig");
    kazasu(&["sign", "--in", "document", "--out", "s.p7s", "--cert-out", "s.der", "--pin-stdin"], &password)
        .succeeds();
    assert_eq!(read("s.der"), signing);
    check_cms(work, "s.p7s");

    kazasu(&["open-account", "--in", "document", "--out", "account", "--pin-stdin"], &password).succeeds();
    assert_eq!(read("account/certificate.der"), signing);
    check_cms(work, "account/signed.p7s");

    let anchors = TestPki::shared().unwrap().anchors_der(Purpose::Signing);
    let mut verify =
        vec!["verify", "--in", "document", "--signature", "account/signed.p7s", "--environment", "test"];
    for (anchor, file) in anchors.iter().zip(["ca-0.der", "ca-1.der", "ca-2.der"]) {
        fs::write(work.join(file), anchor).unwrap();
        verify.extend(["--anchor", file]);
    }
    let report = kazasu(&[&verify[..], &["--no-revocation", "--json"]].concat(), "").json(0);
    assert_eq!(report["verdict"], "accepted", "{report}");

    kazasu(&["change-pin", "auth", "--pin-stdin"], &format!("{pin}\n5678")).succeeds();
    kazasu(&["authenticate", "--in", "document", "--out", "b.sig", "--pin-stdin"], "5678").succeeds();
    check_raw(work, "auth.der", "b.sig");
}

/// Lets OpenSSL check a bare signature over the document.
#[track_caller]
pub(crate) fn check_raw(work: &Path, certificate: &str, signature: &str) {
    let key = tool(work, "openssl", &["x509", "-inform", "DER", "-in", certificate, "-noout", "-pubkey"]);
    fs::write(work.join("key.pem"), key).unwrap();
    tool(work, "openssl", &["dgst", "-sha256", "-verify", "key.pem", "-signature", signature, "document"]);
}

/// Lets OpenSSL check a detached CMS over the document: content and signature, not the path.
#[track_caller]
fn check_cms(work: &Path, file: &str) {
    let arguments =
        ["cms", "-verify", "-noverify", "-binary", "-inform", "DER", "-in", file, "-content", "document"];
    assert_eq!(tool(work, "openssl", &arguments), DOCUMENT);
}
