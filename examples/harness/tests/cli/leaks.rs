//! Nothing of the holder or the card in what is said or traced, for every card of the deck.

#[path = "../../../../core/card/tests/leaks/patterns.rs"]
mod patterns;

use kazasu_sim::Persona;

use crate::work::Work;

#[test]
fn nothing_is_said_about_the_holder() {
    patterns::each_form_is_found();
    let mut runs = 0;
    for name in Persona::names() {
        let persona = Persona::named(name).unwrap();
        let mut hidden = patterns::of_persona(&persona);
        hidden.push(patterns::Pattern::of("wrong password", b"ZEBRA4711"));
        let right =
            |secret: &kazasu_sim::SecretState| String::from_utf8(secret.value.as_bytes().to_vec()).unwrap();
        let (pin, password) =
            (right(&persona.secrets.authentication_pin), right(&persona.secrets.signing_password));
        for (line, input) in [
            ("info", ""),
            ("tries", ""),
            ("doctor", ""),
            ("authenticate --in document --out a.sig --cert-out a.der", pin.as_str()),
            ("sign --in document --out s.p7s --cert-out s.der", &password),
            ("sign --in document --out s.p7s", "ZEBRA4711"),
            ("open-account --in document --out account", &password),
            ("read auth --out a.der", &pin),
            ("read sign --out s.der", &password),
        ] {
            let work = Work::new();
            // Both forms of output come in turn for each command.
            let json = ["", "--json"][runs % 2];
            let line =
                format!("{line} --sim {name} --last-try --pin-stdin --wait 1 --trace trace.jsonl {json}");
            let mut command = work.kazasu(&line);
            let finished = work.run_command(command.env("RUST_BACKTRACE", "full"), input);
            let trace = String::from_utf8(work.read("trace.jsonl")).unwrap();
            assert!(!trace.is_empty(), "{line}");
            let said = format!("{}\n{}\n{trace}", finished.stdout, finished.stderr);
            if let Some(what) = patterns::leak(&hidden, &said) {
                panic!("{line}: {what} in {said}");
            }
            runs += 1;
        }
    }
    assert!(runs > 250, "{runs}");
}
