//! The memory of `kazasu` after a success, with the card in another process.

#[path = "../memory/mod.rs"]
mod held;

use std::fs;

use kazasu_sim::vpcd::Slot;

use crate::{
    card::{Inserted, card},
    daemon::{Daemon, Reader},
    process::kazasu,
};
use held::look_into;

#[test]
fn nothing_of_a_right_secret_is_left() {
    let daemon = Daemon::start();
    let work = tempfile::tempdir().unwrap();
    fs::write(work.path().join("document"), b"document").unwrap();
    let inserted = Inserted::new(&daemon, Reader::First, card("ichiro"), Slot::new());
    for (arguments, secret, wanted) in [
        (&["sign", "--in", "document", "--out", "sign"][..], "KAZASU2026\n", &b"SU2026"[..]),
        (&["read", "sign", "--out", "certificate"], "kazasu2026\n", b"su2026"),
        (&["authenticate", "--in", "document", "--out", "auth"], "1234\n", b"\x20\x00\x98\x041234"),
    ] {
        let arguments = [arguments, &["--json", "--pin-stdin", "--reader", Reader::First.name()]].concat();
        let (exit, json) = look_into(&mut kazasu(work.path(), &arguments), secret, |held| {
            assert!(held.count(Reader::First.name().as_bytes()) > 0, "its memory can be seen");
            // The deck of personas is part of the program, but in memory that cannot be written.
            assert_eq!(held.count(wanted), 0, "{arguments:?}");
        });
        assert_eq!(exit, Some(0), "{json}");
    }
    drop(inserted);
}
