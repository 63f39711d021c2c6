//! A directory to work in, and runs of `kazasu` there.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use kazasu_sim::{Persona, Purpose, SimulatedCard};
use serde_json::Value;
use tempfile::TempDir;

/// The secrets of `ichiro`.
pub(crate) const PIN: &str = "1234";
pub(crate) const PASSWORD: &str = "KAZASU2026";

/// What is signed: bytes that a careless program would change.
pub(crate) const DOCUMENT: &[u8] = b"\xEF\xBB\xBFline\r\nline\n\0\xFF\xFE\x1A no line end";

/// A new directory with the file `document`.
pub(crate) struct Work(TempDir);

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Work {
    pub(crate) fn new() -> Self {
        let work = Self(tempfile::tempdir().unwrap());
        work.write("document", DOCUMENT);
        work
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn write(&self, name: &str, content: &[u8]) {
        fs::write(self.path(name), content).unwrap();
    }

    /// Every name in the directory, `document` aside.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names = self.all_names();
        names.retain(|name| name != "document");
        names
    }

    fn all_names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// `kazasu` with the words of `line` as its arguments.
    pub(crate) fn kazasu(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kazasu"));
        command.args(line.split_whitespace()).current_dir(self.0.path());
        command
    }

    /// Runs `kazasu` with `input` on standard input. Whatever comes of it, no secret is shown and no temporary file is left.
    #[track_caller]
    pub(crate) fn run(&self, line: &str, input: impl AsRef<[u8]>) -> Finished {
        self.run_command(&mut self.kazasu(line), input)
    }

    #[track_caller]
    pub(crate) fn run_command(&self, command: &mut Command, input: impl AsRef<[u8]>) -> Finished {
        let input = input.as_ref();
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A run that wants no input may be over before it is written.
        child.stdin.take().unwrap().write_all(input).ok();
        let finished = Finished::from(child.wait_with_output().unwrap());
        for secret in String::from_utf8_lossy(input).lines().map(str::trim).filter(|line| line.len() >= 4) {
            for shown in [&finished.stdout, &finished.stderr] {
                let upper = shown.to_ascii_uppercase();
                assert!(!upper.contains(&secret.to_ascii_uppercase()), "a secret is shown: {finished:?}");
            }
        }
        let left = self.all_names();
        assert!(!left.iter().any(|name| name.starts_with(".kazasu")), "{left:?} after {command:?}");
        finished
    }

    /// Runs `kazasu` with `--json`; the exit code has to be `code`, and standard output one object.
    #[track_caller]
    pub(crate) fn json(&self, line: &str, input: impl AsRef<[u8]>, code: i32) -> Value {
        self.run(&format!("{line} --json"), input).json(code)
    }

    /// Runs `kazasu`, which has to fail with this exit code and this code for programs, with `--json` as without.
    #[track_caller]
    pub(crate) fn refused(&self, line: &str, input: impl AsRef<[u8]>, code: i32, error: &str) -> Value {
        let input = input.as_ref();
        let plain = self.run(line, input);
        assert_eq!(plain.code, Some(code), "{line}: {plain:?}");
        assert_eq!(plain.stdout, "", "{line}");
        assert!(plain.stderr.starts_with("kazasu: ") && plain.stderr.ends_with('\n'), "{line}: {plain:?}");
        let json = self.json(line, input, code);
        assert_eq!(json["error"], error, "{line}: {json}");
        assert_eq!(json["exit_code"], code, "{line}");
        assert!(json["message"].as_str().is_some_and(|message| message.len() > 10), "{line}: {json}");
        json
    }

    /// Writes the persona of the deck with some values replaced, each named by its JSON pointer; gives the file's name.
    pub(crate) fn persona(&self, name: &str, changes: &[(&str, Value)]) -> &'static str {
        let deck = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../core/sim/personas");
        let text = fs::read_to_string(deck.join(name).with_extension("json")).unwrap();
        let mut persona: Value = serde_json::from_str(&text).unwrap();
        for (pointer, value) in changes {
            let (parent, field) = pointer.rsplit_once('/').unwrap();
            let parent = persona.pointer_mut(parent).unwrap().as_object_mut().unwrap();
            parent.insert(field.to_owned(), value.clone());
        }
        self.write("persona.json", persona.to_string().as_bytes());
        "persona.json"
    }

    /// Lets OpenSSL check a bare signature over the document.
    #[track_caller]
    pub(crate) fn check_raw(&self, certificate: &str, signature: &str, hash: &str) {
        self.openssl(&format!("x509 -inform DER -in {certificate} -noout -pubkey -out key.pem"));
        self.openssl(&format!("dgst -{hash} -verify key.pem -signature {signature} document"));
        fs::remove_file(self.path("key.pem")).unwrap();
    }

    /// Lets OpenSSL check a detached CMS over the document: content and signature, not the path.
    #[track_caller]
    pub(crate) fn check_cms(&self, cms: &str) {
        self.openssl(&format!(
            "cms -verify -noverify -binary -inform DER -in {cms} -content document -out content"
        ));
        assert_eq!(self.read("content"), self.read("document"));
        fs::remove_file(self.path("content")).unwrap();
    }

    #[track_caller]
    pub(crate) fn openssl(&self, line: &str) -> String {
        let mut command = Command::new("openssl");
        let output = command.args(line.split_whitespace()).current_dir(self.0.path()).output();
        let finished = Finished::from(output.expect("openssl (Debian package openssl) is needed"));
        assert_eq!(finished.code, Some(0), "openssl {line}: {finished:?}");
        finished.stdout
    }
}

impl Finished {
    /// Standard output of a run that went well and had nothing to complain about.
    #[track_caller]
    pub(crate) fn succeeds(self) -> String {
        assert_eq!((self.code, self.stderr.as_str()), (Some(0), ""), "{self:?}");
        self.stdout
    }

    /// The one JSON object on standard output, and nothing else anywhere.
    #[track_caller]
    pub(crate) fn json(&self, code: i32) -> Value {
        assert_eq!((self.code, self.stderr.as_str()), (Some(code), ""), "{self:?}");
        let value: Value =
            serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        assert!(value.is_object(), "{value}");
        assert_eq!(self.stdout.lines().count(), 1, "one line");
        value
    }
}

impl From<Output> for Finished {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// The certificate that stands on the card of a persona of the deck.
pub(crate) fn certificate(persona: &str, purpose: Purpose) -> Vec<u8> {
    let card = SimulatedCard::new(&Persona::named(persona).unwrap()).unwrap();
    card.certificate(purpose).unwrap().to_vec()
}

pub(crate) fn pin(persona: &str) -> Vec<u8> {
    Persona::named(persona).unwrap().secrets.authentication_pin.value.as_bytes().to_vec()
}

pub(crate) fn password(persona: &str) -> Vec<u8> {
    Persona::named(persona).unwrap().secrets.signing_password.value.as_bytes().to_vec()
}
