//! OpenSC, which knows nothing of us, reads from and signs with the simulated card; OpenSSL checks.

use std::{fs, path::Path};

use kazasu_sim::{Persona, Purpose};

use crate::{
    card::card,
    daemon::{Daemon, Reader},
    flows::check_raw,
    process::{Process, kazasu, tool},
};

#[test]
fn opensc_on_a_card_that_can_do_everything() {
    opensc("ichiro");
}

#[test]
fn opensc_on_a_card_without_short_identifiers_and_extended_length() {
    opensc("hanako");
}

fn opensc(persona: &str) {
    let daemon = Daemon::start();
    let directory = tempfile::tempdir().unwrap();
    let work = directory.path();
    fs::write(work.join("document"), b"document").unwrap();
    let _card = Process::start(&mut kazasu(work, &["sim", "--vpcd", "--persona", persona]), "");
    daemon.wait_for_card(Reader::First, true);

    let readers = tool(work, "opensc-tool", &["--list-readers"]);
    let is_listed = |line: &str| line.contains("Yes") && line.ends_with(Reader::First.name());
    assert!(readers.lines().any(is_listed), "{readers}");
    assert_eq!(tool(work, "opensc-tool", &["--name"]).trim_end(), "jpki");

    let list = tool(work, "pkcs15-tool", &["--list-certificates"]);
    let names: Vec<_> = list.lines().filter(|line| line.starts_with("X.509 Certificate")).collect();
    assert_eq!(
        names,
        [
            "X.509 Certificate [User Authentication Certificate]",
            "X.509 Certificate [Digital Signature Certificate]",
            "X.509 Certificate [User Authentication Certificate CA]",
            "X.509 Certificate [Digital Signature Certificate CA]",
        ]
    );

    let secrets = Persona::named(persona).unwrap().secrets;
    reads_and_signs(work, persona, Purpose::Authentication, secrets.authentication_pin.value.as_bytes());
    reads_and_signs(work, persona, Purpose::Signing, secrets.signing_password.value.as_bytes());
}

/// OpenSC's tools take a secret as an argument or from a terminal; this one is a test value.
fn reads_and_signs(work: &Path, persona: &str, purpose: Purpose, secret: &[u8]) {
    let secret = std::str::from_utf8(secret).unwrap();
    let (id, slot) = match purpose {
        Purpose::Authentication => ("01", "0"),
        Purpose::Signing => ("02", "1"),
    };
    let read =
        ["--verify-pin", "--auth-id", id, "--pin", secret, "--read-certificate", id, "--output", "pem"];
    tool(work, "pkcs15-tool", &read);
    tool(work, "openssl", &["x509", "-in", "pem", "-outform", "DER", "-out", "der"]);
    assert_eq!(fs::read(work.join("der")).unwrap(), card(persona).certificate(purpose).unwrap());

    let sign = ["--sign", "--mechanism", "SHA256-RSA-PKCS", "--slot-index", slot, "--id", id, "--login"];
    let files = ["--pin", secret, "--input-file", "document", "--output-file", "signature"];
    tool(work, "pkcs11-tool", &[&sign[..], &files].concat());
    check_raw(work, "der", "signature");
}
