//! Output files appear whole or not at all, and where they are wanted. A wrong secret that is not found out shows that the
//! card was not touched.

use std::fs;

use kazasu_sim::Purpose;

use crate::work::{PASSWORD, PIN, Work, certificate};

const AUTHENTICATE: &str = "authenticate --in document --pin-stdin --sim ichiro";

#[test]
fn an_unwritable_place_is_found_before_the_card() {
    let work = Work::new();
    fs::create_dir(work.path("directory")).unwrap();
    work.write("file", b"old");
    for place in ["none/out", "directory", ".", "..", "file/out", "/"] {
        for line in [
            format!("{AUTHENTICATE} --out {place}"),
            format!("{AUTHENTICATE} --out out --cert-out {place}"),
            format!("sign --in document --pin-stdin --sim ichiro --out {place}"),
            format!("sign --in document --pin-stdin --sim ichiro --out out --cert-out {place}"),
        ] {
            let wrong = if line.starts_with("sign") { "ZEBRA2026" } else { "9999" };
            let json = work.refused(&line, wrong, 2, "unwritable_output");
            assert_eq!(json["file"], place);
        }
        work.refused(&format!("read auth --sim ichiro --out {place}"), "", 2, "unwritable_output");
    }
    assert_eq!(work.names(), ["directory", "file"]);
}

#[test]
fn a_file_is_replaced_by_success_alone() {
    let work = Work::new();
    work.write("out", b"old");
    work.write("cert", b"old");
    let line = format!("{AUTHENTICATE} --out out --cert-out cert");
    work.refused(&line, "9999", 21, "wrong_secret");
    work.refused(&line, "999", 20, "secret_length");
    work.refused(&format!("{AUTHENTICATE} --out out --cert-out none/cert"), PIN, 2, "unwritable_output");
    assert_eq!((work.read("out"), work.read("cert")), (b"old".to_vec(), b"old".to_vec()));
    work.run(&line, PIN).succeeds();
    assert_eq!(work.read("cert"), certificate("ichiro", Purpose::Authentication));
    work.check_raw("cert", "out", "sha256");
}

#[test]
fn one_file_is_not_two() {
    let work = Work::new();
    work.write("cert", &certificate("ichiro", Purpose::Authentication));
    work.write("there", b"old");
    for files in [
        "--out out --cert-out out",
        "--out out --cert-out ./out",
        "--out there --cert-out there",
        // Nor is what is signed replaced by its signature.
        "--out document",
        "--out out --cert-out ./document",
        "--out cert --cert cert",
    ] {
        work.refused(&format!("{AUTHENTICATE} {files}"), "9999", 2, "usage");
    }
    work.refused("sign --in document --out o --cert-out o --pin-stdin --sim ichiro", PASSWORD, 2, "usage");
    fs::create_dir(work.path("account")).unwrap();
    work.write("account/signed.p7s", b"signed before");
    let line = "open-account --in account/signed.p7s --out account --pin-stdin --sim ichiro";
    work.refused(line, PASSWORD, 2, "usage");
    assert_eq!(work.read("account/signed.p7s"), b"signed before");
}

#[test]
fn paths_may_lead_elsewhere() {
    let work = Work::new();
    fs::create_dir(work.path("elsewhere")).unwrap();
    let line = "read auth --sim ichiro --out";
    work.run(&format!("{line} elsewhere/../elsewhere/out"), "").succeeds();
    work.run(&format!("{line} {}", work.path("absolute").display()), "").succeeds();
    assert_eq!(work.read("elsewhere/out"), work.read("absolute"));
    assert_eq!(work.names(), ["absolute", "elsewhere"]);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
    use std::process::Command;

    use super::*;

    #[test]
    fn a_link_stays_and_its_file_is_written() {
        let work = Work::new();
        fs::create_dir(work.path("elsewhere")).unwrap();
        work.write("elsewhere/file", b"old");
        symlink("elsewhere/file", work.path("link")).unwrap();
        work.run("read auth --sim ichiro --out link", "").succeeds();
        assert!(work.path("link").is_symlink());
        assert_eq!(work.read("elsewhere/file"), certificate("ichiro", Purpose::Authentication));
        work.refused(&format!("{AUTHENTICATE} --out link --cert-out elsewhere/file"), "9999", 2, "usage");

        symlink("none", work.path("account")).unwrap();
        let line = "open-account --in document --out account --pin-stdin --sim ichiro";
        work.refused(line, "ZEBRA2026", 2, "unwritable_output");
    }

    /// A rename would put an ordinary file in the place of `/dev/null` or `/dev/stdout`. Here a pipe and a link to standard
    /// output, which is a pipe as well, stand for them.
    #[test]
    fn what_is_not_a_file_is_not_replaced() {
        let work = Work::new();
        assert!(Command::new("mkfifo").arg(work.path("pipe")).status().unwrap().success());
        symlink("/proc/self/fd/1", work.path("stdout")).unwrap();
        for place in ["pipe", "stdout"] {
            work.refused(&format!("read auth --sim ichiro --out {place}"), "", 2, "unwritable_output");
        }
        assert!(fs::symlink_metadata(work.path("pipe")).unwrap().file_type().is_fifo());
        assert!(work.path("stdout").is_symlink());
    }

    /// For root as well, whom nothing else keeps from it.
    #[test]
    fn a_file_kept_from_writing_is_kept() {
        let work = Work::new();
        work.write("out", b"old");
        fs::set_permissions(work.path("out"), fs::Permissions::from_mode(0o444)).unwrap();
        work.refused("read auth --sim ichiro --out out", "", 2, "unwritable_output");
        assert_eq!(work.read("out"), b"old");
    }

    #[test]
    fn files_are_as_open_as_the_user_wants_them() {
        for (umask, file, directory) in [("022", 0o644, 0o755), ("077", 0o600, 0o700)] {
            let work = Work::new();
            work.write("there", b"old");
            fs::set_permissions(work.path("there"), fs::Permissions::from_mode(0o640)).unwrap();
            for line in [
                "read auth --out new",
                "read auth --out there",
                "open-account --in document --out account --pin-stdin",
            ] {
                let script = format!("umask {umask} && exec \"$0\" {line} --sim ichiro");
                let mut command = Command::new("sh");
                command.args(["-c", &script, env!("CARGO_BIN_EXE_kazasu")]).current_dir(work.path("."));
                work.run_command(&mut command, PASSWORD).succeeds();
            }
            let mode = |name| fs::metadata(work.path(name)).unwrap().permissions().mode() & 0o7777;
            for (name, expected) in
                [("new", file), ("there", 0o640), ("account", directory), ("account/signed.p7s", file)]
            {
                assert_eq!(mode(name), expected, "umask {umask}, {name}: {:o}", mode(name));
            }
        }
    }
}
