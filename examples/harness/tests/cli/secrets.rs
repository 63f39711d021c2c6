//! `--pin-stdin`. That no secret is shown is looked at in every run of every test here.

use crate::work::Work;

const AUTHENTICATE: &str = "authenticate --in document --out out --pin-stdin --sim ichiro";
const SIGN: &str = "sign --in document --out out --pin-stdin --sim ichiro";

#[test]
fn one_line_is_read_without_its_end() {
    for input in ["1234", "1234\n", "1234\r\n", "1234\r", "1234\n9999\n", "1234\r\nrubbish", "1234\n\n\n"] {
        Work::new().run(AUTHENTICATE, input).succeeds();
    }
    for input in ["KAZASU2026", "kazasu2026\n", "KaZaSu2026\r\n9999"] {
        Work::new().run(SIGN, input).succeeds();
    }
}

/// Wrong ones, so that one that was sent all the same would be found out.
#[test]
fn what_cannot_be_a_secret_is_20_and_not_sent() {
    let work = Work::new();
    for (inputs, code) in [
        (&["999", "99999"][..], "secret_length"),
        (&["999a", " 9999", "9999 ", "9 99", "-999", "9999\r\r\n", "9999\t\n", "ｱｲｳｴ"], "secret_character"),
        (&["９９９９"], "secret_full_width"),
    ] {
        for input in inputs {
            work.refused(AUTHENTICATE, input, 20, code);
        }
    }
    for (inputs, code) in [
        (&["ZEBRA", "ZEBR1", "ZEBRA2026ZEBRA2026"][..], "secret_length"),
        (&["ZEBRAZEBRA", "99999999"], "secret_composition"),
        (&["ZEBRA-2026", "ZEBRA 2026"], "secret_character"),
        (&["ＺＥＢＲＡ２０２６", "ZEBRA２026"], "secret_full_width"),
    ] {
        for input in inputs {
            work.refused(SIGN, input, 20, code);
        }
    }
    for input in [&b"99\xFF9"[..], b"\x009999", b"\xEF\xBB\xBF9999"] {
        work.refused(AUTHENTICATE, input, 20, "secret_character");
    }
    work.refused(AUTHENTICATE, b"9".repeat(100_000), 20, "secret_length");
    assert_eq!(work.names(), [""; 0]);
}

#[test]
fn none_at_all_is_2_and_nothing_is_sent() {
    let work = Work::new();
    for input in ["", "\n", "\r\n", "\r", "\n1234\n", "\r\nKAZASU2026\r\n"] {
        for line in [AUTHENTICATE, SIGN, "read sign --out out --pin-stdin --sim ichiro"] {
            work.refused(line, input, 2, "no_secret");
        }
    }
    assert_eq!(work.names(), [""; 0]);
}

#[test]
fn input_and_output_come_before_the_secret() {
    let work = Work::new();
    work.refused("authenticate --in none --out out --pin-stdin --sim ichiro", "9999", 2, "unreadable_input");
    work.refused("sign --in . --out out --pin-stdin --sim ichiro", "ZEBRA2026", 2, "unreadable_input");
    work.refused(
        "sign --in document --out no/out --pin-stdin --sim ichiro",
        "ZEBRA2026",
        2,
        "unwritable_output",
    );
}
