//! The memory of `kazasu` after its work. The simulated card is in the same process and knows its own secrets, so that here
//! a wrong one is looked for; right ones are in the tests with a daemon.
#![cfg(target_os = "linux")]

#[path = "../memory/mod.rs"]
mod held;

use crate::work::Work;
use held::look_into;

/// The end of a secret, which an allocator leaves alone.
fn tail(secret: &str) -> &[u8] {
    &secret.as_bytes()[secret.len() - 7..]
}

#[test]
fn nothing_of_the_secret_is_left() {
    let work = Work::new();
    let (password, too_long) = ("ZEBRAQUAGGA47110", "ZEBRAQUAGGA471108");
    for (line, input, code, wanted) in [
        ("sign --in document --out out", password, 21, tail(password).to_vec()),
        ("read sign --out out", "zebraquagga47110", 21, tail(password).to_vec()),
        ("read sign --out out", "zebraquagga47110", 21, tail("zebraquagga47110").to_vec()),
        ("open-account --in document --out out", too_long, 20, tail(too_long).to_vec()),
        ("authenticate --in document --out out", "8053", 21, b"\x20\x00\x98\x048053".to_vec()),
        ("change-pin sign", "ZEBRAQUAGGA47110\nOKAPIOKAPI081500", 21, tail("OKAPIOKAPI081500").to_vec()),
    ] {
        let marker = "marker-that-stands-on-the-command-line.json";
        work.write(marker, &std::fs::read(persona()).unwrap());
        let mut command = work.kazasu(&format!("{line} --json --pin-stdin --sim {marker}"));
        let (exit, json) = look_into(&mut command, &format!("{input}\n"), |held| {
            assert!(held.count(marker.as_bytes()) > 0, "its memory can be seen");
            assert_eq!(held.count(&wanted), 0, "{line}");
        });
        assert_eq!(exit, Some(code), "{line}: {json}");
        assert_eq!(json["exit_code"], code);
    }
}

/// What nobody wipes is found, after it was given back: here the text of the persona.
#[test]
fn what_is_not_wiped_is_found() {
    let work = Work::new();
    let text = std::fs::read_to_string(persona())
        .unwrap()
        .replace("東京都霞町架空一丁目２番３号", "千葉県架空市見つかる町１２３４５６７");
    work.write("own.json", text.as_bytes());
    let mut command = work.kazasu("tries --json --sim own.json");
    look_into(&mut command, "", |held| assert!(held.count("架空市見つかる町１２３".as_bytes()) > 0));
}

fn persona() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../core/sim/personas/ichiro.json")
}
