//! Secrets asked for at a terminal, which util-linux's `script` provides; `setsid` takes it away.
#![cfg(target_os = "linux")]

use std::{
    io::{Read, Write},
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use crate::work::Work;

/// Runs `kazasu` at a terminal and types each entry once its prompt stands there; gives the exit code and all that was shown.
fn at_terminal(work: &Work, line: &str, dialogue: &[(&str, &str)]) -> (Option<i32>, String) {
    let shell = format!("tty; exec {} {line}", env!("CARGO_BIN_EXE_kazasu"));
    let mut script = Command::new("script")
        .args(["--quiet", "--return", "--command", &shell, "/dev/null"])
        .current_dir(work.path("."))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("script (Debian package bsdutils) is needed");
    let (mut keyboard, mut screen) = (script.stdin.take().unwrap(), script.stdout.take().unwrap());
    let mut shown = Vec::new();
    let mut read_until = |end: &str| {
        let start = shown.len();
        while !shown.ends_with(end.as_bytes()) {
            let mut byte = [0];
            assert_eq!(screen.read(&mut byte).unwrap(), 1, "{end}: {}", String::from_utf8_lossy(&shown));
            shown.push(byte[0]);
        }
        String::from_utf8(shown[start..].to_vec()).unwrap()
    };
    let terminal = read_until("\n");
    for (prompt, entry) in dialogue {
        read_until(prompt);
        wait_until_silent(terminal.trim());
        keyboard.write_all(format!("{entry}\n").as_bytes()).unwrap();
    }
    screen.read_to_end(&mut shown).unwrap();
    let shown = String::from_utf8(shown).unwrap();
    for (_, entry) in dialogue.iter().filter(|(_, entry)| !entry.is_empty()) {
        assert!(!shown.contains(entry), "echoed: {shown}");
    }
    (script.wait().unwrap().code(), shown)
}

/// The prompt stands there a moment before the echo is off.
fn wait_until_silent(terminal: &str) {
    let start = Instant::now();
    loop {
        let settings = Command::new("stty").args(["--all", "--file", terminal]).output().unwrap();
        if String::from_utf8_lossy(&settings.stdout).contains(" -echo ") {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "the echo stays on: {settings:?}");
        sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_secret_is_asked_for_without_echo() {
    let work = Work::new();
    for (line, dialogue, code) in [
        ("authenticate --in document --out out", ("Authentication PIN: ", "1234"), 0),
        ("authenticate --in document --out out", ("Authentication PIN: ", "9999"), 21),
        ("authenticate --in document --out out", ("Authentication PIN: ", "12345"), 20),
        ("authenticate --in document --out out", ("Authentication PIN: ", ""), 2),
        ("sign --in document --out out", ("Signing password: ", "kazasu2026"), 0),
        ("open-account --in document --out account --json", ("Signing password: ", "KAZASU2026"), 0),
    ] {
        let (exit, shown) = at_terminal(&work, &format!("{line} --sim ichiro"), &[dialogue]);
        assert_eq!(exit, Some(code), "{line}: {shown}");
    }
    let pin = ("Authentication PIN (a phone gives its certificate after it): ", "1234");
    assert_eq!(at_terminal(&work, "read auth --out out --sim android-phone", &[pin]).0, Some(0));
    assert_eq!(work.names(), ["account", "out"]);
}

#[test]
fn a_new_secret_is_asked_for_twice() {
    let work = Work::new();
    let change = |dialogue: &[(&str, &str)]| at_terminal(&work, "change-pin auth --sim ichiro", dialogue);
    let (present, new, again) = ("Present authentication PIN: ", "New authentication PIN: ", "Again: ");
    let (exit, shown) = change(&[(present, "1234"), (new, "8520"), (again, "8520")]);
    assert_eq!(exit, Some(0), "{shown}");
    assert!(shown.ends_with("The authentication PIN was changed.\r\n"), "{shown}");
    // Not sent: the present one is wrong, and nobody found out.
    let line = "change-pin auth --sim ichiro --json";
    let (exit, shown) = at_terminal(&work, line, &[(present, "9999"), (new, "8520"), (again, "8521")]);
    assert_eq!(exit, Some(20), "{shown}");
    assert!(shown.contains(r#""error":"secrets_differ""#), "{shown}");
}

/// No secret is asked for that could not be used.
#[test]
fn nothing_is_asked_for_in_vain() {
    let work = Work::new();
    for (line, code) in [
        ("sign --in document --out out --sim nobody", 2),
        ("sign --in none --out out --sim ichiro", 2),
        #[cfg(not(feature = "pcsc"))]
        ("sign --in document --out out", 10),
    ] {
        let (exit, shown) = at_terminal(&work, line, &[]);
        assert_eq!(exit, Some(code), "{line}: {shown}");
        assert!(!shown.contains("password: "), "{shown}");
    }
}

#[test]
fn without_a_terminal_there_is_no_secret() {
    let work = Work::new();
    for line in [
        "authenticate --in document --out out --sim ichiro",
        "sign --in document --out out --sim ichiro",
        "open-account --in document --out out --sim ichiro",
        "read sign --out out --sim ichiro",
        "read auth --out out --sim android-phone",
        "change-pin sign --sim ichiro",
    ] {
        let mut command = Command::new("setsid");
        command.args(["--wait", env!("CARGO_BIN_EXE_kazasu"), "--json"]).args(line.split(' '));
        command.current_dir(work.path("."));
        let json = work.run_command(&mut command, "1234\nKAZASU2026\n").json(2);
        assert_eq!(json["error"], "no_secret", "{line}: {json}");
        assert!(json["message"].as_str().unwrap().contains("--pin-stdin"), "{json}");
    }
    assert_eq!(work.names(), [""; 0]);
}
