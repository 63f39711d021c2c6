//! A directory with everything a verification needs, and runs of `kazasu verify` there.

use std::{fs, path::PathBuf, process::Command};

use kazasu_cert::{Certificate, UnixTime};
use kazasu_sim::status_services::{CertificateStatus, CrlIssuer, CrlTemplate, OcspResponder};
use kazasu_sim::{CertificateAuthority, Generation, Persona, Purpose, TestPki};
use kazasu_verify::{CertIdHash, OcspRequest, TrustAnchors};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const DOCUMENT: &[u8] = "申込書\r\n\0 no line end".as_bytes();

/// The serial number of every leaf of the test PKI.
pub(crate) const SERIAL: u64 = 2_025_991;

/// 2026-04-01T00:00:00Z
pub(crate) const NOW: i64 = 1_775_001_600;
pub(crate) const MINUTE: i64 = 60;
pub(crate) const HOUR: i64 = 3_600;
pub(crate) const DAY: i64 = 24 * HOUR;

/// The files `document`, `cert`, `auth-cert`, `raw` and `auth-raw` (bare signatures), `ca-sign-2019` and so on, `crl`
/// (good) and `ocsp` (good).
pub(crate) struct Bench {
    directory: TempDir,
    pub(crate) signing: Vec<u8>,
}

pub(crate) fn pki() -> &'static TestPki {
    TestPki::shared().unwrap()
}

pub(crate) fn authority(purpose: Purpose) -> &'static CertificateAuthority {
    pki().authority(purpose, Generation::G2023)
}

/// The options that most runs have.
pub(crate) const USUAL: &str = "--in document --signature raw --cert cert --environment test --anchor ca-sign-2023 \
                                --at 2026-04-01T09:00:00+09:00";

impl Bench {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let holder = Persona::named("ichiro").unwrap().holder;
        let leaf = |purpose| {
            let template = pki().leaf(purpose, Generation::G2023, &holder).unwrap();
            template.sign(authority(purpose).key()).unwrap()
        };
        let bench = Self { directory, signing: leaf(Purpose::Signing) };
        bench.write("document", DOCUMENT);
        bench.write("cert", &bench.signing);
        bench.write("raw", &pki().leaf_key(Purpose::Signing).sign_sha256(DOCUMENT).unwrap());
        bench.write("auth-cert", &leaf(Purpose::Authentication));
        bench.write("auth-raw", &pki().leaf_key(Purpose::Authentication).sign_sha256(DOCUMENT).unwrap());
        for (purpose, name) in [(Purpose::Signing, "sign"), (Purpose::Authentication, "auth")] {
            for (generation, year) in Generation::ALL.into_iter().zip(["2015", "2019", "2023"]) {
                bench.write(&format!("ca-{name}-{year}"), pki().authority(purpose, generation).certificate());
            }
        }
        bench.write("crl", &signed(&bench.list(7, NOW - HOUR)));
        bench.write("ocsp", &responder().answer(&bench.request(), NOW));
        bench.write("html", b"<!DOCTYPE html><html></html>");
        bench.write("empty", b"");
        bench
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: &[u8]) {
        fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// The partition's list, valid for a day from `this_update`, empty.
    pub(crate) fn list(&self, number: u64, this_update: i64) -> CrlTemplate {
        let certificate = Certificate::from_der(&self.signing).unwrap();
        let points = certificate.crl_distribution_points().unwrap().unwrap().value;
        let partition = points[0].directory_name_der().unwrap();
        let issuer = CrlIssuer::new(authority(Purpose::Signing));
        issuer.partition(partition, number, this_update, this_update + DAY).unwrap()
    }

    /// The same with the certificate on it since `since`.
    pub(crate) fn revoking(&self, number: u64, this_update: i64, since: i64) -> Vec<u8> {
        let mut list = self.list(number, this_update);
        list.revoke(SERIAL, since, None).unwrap();
        signed(&list)
    }

    /// A request about the certificate, without a nonce.
    pub(crate) fn request(&self) -> Vec<u8> {
        let certificate = Certificate::from_der(&self.signing).unwrap();
        let anchor = [authority(Purpose::Signing).certificate()];
        let anchors = TrustAnchors::test(kazasu_verify::Purpose::Signing, anchor).unwrap();
        let issuer = anchors.iter().next().unwrap();
        OcspRequest::new(&certificate, issuer, CertIdHash::Sha1, None).into_der()
    }

    /// Runs `kazasu` with the words of `line`: exit code, standard output, standard error. It gets half a GiB of
    /// address space, so that it ends badly if it takes more.
    pub(crate) fn run(&self, line: &str) -> (i32, String, String) {
        let mut command = Command::new("sh");
        command.args(["-c", r#"ulimit -v 524288 && exec "$0" "$@""#, env!("CARGO_BIN_EXE_kazasu")]);
        let output =
            command.args(line.split_whitespace()).current_dir(self.directory.path()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    /// `verify` with `--json`: the exit code has to be `code`, standard output one object.
    #[track_caller]
    pub(crate) fn verify(&self, line: &str, code: i32) -> Value {
        let (found, stdout, stderr) = self.run(&format!("verify {line} --json"));
        assert_eq!(found, code, "{line}: {stdout}{stderr}");
        let json: Value = serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stdout}"));
        assert!(json.is_object() && stdout.lines().count() == 1, "{stdout}");
        match code {
            0 => assert_eq!((&json["verdict"], &json["errors"]), (&"accepted".into(), &Value::Array(vec![]))),
            41 => assert_eq!(json["verdict"], "rejected"),
            42 => assert_eq!(json["verdict"], "indeterminate"),
            _ => assert_eq!(json["exit_code"], code),
        }
        if code != 0 {
            assert!(json.get("attributes").is_none(), "{json}");
        }
        if [41, 42].contains(&code) {
            assert!(!json["errors"].as_array().unwrap().is_empty() && json["checks"].is_array(), "{json}");
        }
        json
    }

    /// The same with the usual options before; the error codes.
    #[track_caller]
    pub(crate) fn usual(&self, more: &str, code: i32) -> Vec<String> {
        let json = self.verify(&format!("{USUAL} {more}"), code);
        json["errors"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect()
    }

    #[track_caller]
    pub(crate) fn openssl(&self, line: &str) {
        let mut command = Command::new("openssl");
        let output = command.args(line.split_whitespace()).current_dir(self.directory.path()).output();
        let output = output.expect("openssl (Debian package openssl) is needed");
        assert!(output.status.success(), "openssl {line}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

pub(crate) fn responder() -> OcspResponder {
    OcspResponder::new(authority(Purpose::Signing)).unwrap()
}

pub(crate) fn saying(status: CertificateStatus) -> OcspResponder {
    let mut responder = responder();
    responder.otherwise = status;
    responder
}

pub(crate) fn signed(list: &CrlTemplate) -> Vec<u8> {
    list.sign(authority(Purpose::Signing).key()).unwrap()
}

pub(crate) fn rfc3339(seconds: i64) -> String {
    UnixTime(seconds).to_string()
}

/// Checks that `NOW` is the time in `USUAL`.
#[test]
fn the_usual_time() {
    assert_eq!(rfc3339(NOW), "2026-04-01T00:00:00Z");
}
