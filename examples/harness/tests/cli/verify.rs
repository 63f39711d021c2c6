//! What the card commands make is what `verify` takes.

use crate::work::{PASSWORD, PIN, Work};

#[test]
fn what_was_signed_here_is_accepted_here() {
    let work = Work::new();
    work.run("read sign-ca --out sign-ca --sim ichiro", "").succeeds();
    work.run("read auth-ca --out auth-ca --sim ichiro", "").succeeds();
    work.run("open-account --in document --out account --pin-stdin --sim ichiro", PASSWORD).succeeds();
    work.run("sign --in document --format raw --out raw --cert-out cert --pin-stdin --sim ichiro", PASSWORD)
        .succeeds();
    work.run("authenticate --in document --out challenge --cert-out auth --pin-stdin --sim ichiro", PIN)
        .succeeds();
    work.write("other", b"another document");
    for (signature, anchor) in [
        ("--signature account/signed.p7s", "sign-ca"),
        ("--signature account/signed.p7s --cert account/certificate.der", "sign-ca"),
        ("--signature raw --cert cert", "sign-ca"),
        ("--signature challenge --cert auth --purpose auth", "auth-ca"),
    ] {
        let line = format!("verify {signature} --environment test --anchor {anchor}");
        let accepted = work.json(&format!("{line} --in document --no-revocation"), "", 0);
        assert_eq!(accepted["verdict"], "accepted", "{line}: {accepted}");
        assert_eq!(accepted["revocation"], "not_checked", "{line}: {accepted}");
        assert_eq!(work.json(&format!("{line} --in document"), "", 42)["verdict"], "indeterminate");
        assert_eq!(work.json(&format!("{line} --in other --no-revocation"), "", 41)["verdict"], "rejected");
    }
}

#[test]
fn what_cannot_be_read_is_2() {
    let work = Work::new();
    work.write("sig", b"\x30\x00");
    work.refused("verify --in none --signature sig", "", 2, "unreadable_input");
    work.refused("verify --in document --signature none", "", 2, "unreadable_input");
    work.refused("verify --in document --signature sig --cert none", "", 2, "unreadable_input");
    work.refused("verify --in document --signature sig --anchor document", "", 2, "usage");
}
