//! OpenSSL beside us: it verifies what the simulated responder signs, we verify what its own responder signs, and each
//! can read the other's questions.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{SystemTime, UNIX_EPOCH};

use kazasu_cert::UnixTime;
use kazasu_sim::KeyName;
use kazasu_sim::status_services::{
    CertificateStatus, OcspSigner, RevocationReason as SimReason, SignatureHash, StatusServer,
};
use kazasu_verify::{NoncePolicy, OcspStatus, ResponderProblem, RevocationReason};
use tempfile::TempDir;

use crate::common::{NONCE, SERIAL, Vector, key};

/// `openssl ocsp` judges by the clock of this machine, and no option changes that.
fn now() -> UnixTime {
    UnixTime(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap())
}

struct Bench {
    directory: TempDir,
}

impl Bench {
    fn new(vector: &Vector) -> Self {
        let bench = Self { directory: TempDir::new().unwrap() };
        let keys = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sim/keys");
        bench.write("leaf.der", vector.leaf.as_der());
        bench.write("ca.der", vector.authority.certificate());
        bench.write("delegate.der", &vector.responder.signer.certificates[0]);
        for name in ["leaf", "ca", "delegate"] {
            bench.run(&format!("x509 -inform DER -in {name}.der -out {name}.pem"));
        }
        for (name, file) in [("delegate-key", "ocsp-responder"), ("ca-key", "signing-ca-2023")] {
            let file = keys.join(file).with_extension("der");
            bench.run(&format!("pkey -inform DER -in {} -out {name}.pem", file.display()));
        }
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, content: &[u8]) {
        std::fs::write(self.path(name), content).unwrap();
    }

    fn output(&self, arguments: &str) -> Output {
        Command::new("openssl")
            .args(arguments.split_whitespace())
            .current_dir(self.directory.path())
            .output()
            .unwrap_or_else(|error| panic!("openssl (Debian package openssl) is needed: {error}"))
    }

    #[track_caller]
    fn run(&self, arguments: &str) -> String {
        let output = self.output(arguments);
        let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(output.status.success(), "{arguments}: {text}");
        text
    }

    /// What OpenSSL says about our answer.
    fn judge(&self, vector: &Vector) -> String {
        self.write("request.der", &vector.request());
        self.write("response.der", &vector.received());
        let output = self.output(
            "ocsp -reqin request.der -respin response.der -CAfile ca.pem -issuer ca.pem -cert leaf.pem -no_nonce",
        );
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    }

    /// What OpenSSL's own responder answers, with this line about the certificate in its index.
    fn answer(&self, vector: &Vector, index: &str, more: &str) -> Vec<u8> {
        self.write("index.txt", index.as_bytes());
        self.write("index.txt.attr", b"");
        self.write("request.der", &vector.request());
        self.run(&format!(
            "ocsp -index index.txt -CA ca.pem -reqin request.der -respout answer.der -ndays 1 {more}"
        ));
        std::fs::read(self.path("answer.der")).unwrap()
    }
}

fn vector() -> Vector {
    let now = now();
    Vector { answered: now, at: now, ..Vector::new() }
}

#[test]
fn openssl_agrees_about_our_responder() {
    let mut vector = vector();
    let bench = Bench::new(&vector);
    let text = bench.judge(&vector);
    assert!(text.contains("Response verify OK") && text.contains("leaf.pem: good"), "{text}");
    assert_eq!(vector.check().unwrap().status, OcspStatus::Good);

    for reason in SimReason::ALL {
        let status = CertificateStatus::Revoked { at: vector.at.0 - 60, reason: Some(reason) };
        vector.responder.statuses.insert(SERIAL, status);
        let text = bench.judge(&vector);
        assert!(text.contains("Response verify OK") && text.contains("leaf.pem: revoked"), "{text}");
        // OpenSSL has no words for the last two.
        let named = match reason {
            SimReason::PrivilegeWithdrawn | SimReason::AaCompromise => "(UNKNOWN)".to_owned(),
            reason => format!("{reason:?}"),
        };
        assert!(text.to_lowercase().contains(&named.to_lowercase()), "{reason:?}: {text}");
        assert!(matches!(vector.check().unwrap().status, OcspStatus::Revoked { .. }));
    }
    vector.responder.statuses.insert(SERIAL, CertificateStatus::Unknown);
    let text = bench.judge(&vector);
    assert!(text.contains("Response verify OK") && text.contains("leaf.pem: unknown"), "{text}");

    vector.responder.statuses.clear();
    vector.responder.signer = OcspSigner::authority(vector.authority);
    let text = bench.judge(&vector);
    assert!(text.contains("Response verify OK") && text.contains("leaf.pem: good"), "{text}");
}

/// What we refuse, OpenSSL refuses too, except where its defaults are weaker: then that is said here.
#[test]
fn openssl_about_wrong_answers() {
    type Case = (&'static str, fn(&mut Vector), bool);
    let cases: [Case; 6] = [
        ("no extKeyUsage", |v| v.set_delegate(|t| t.extensions.truncate(1)), false),
        ("another key", |v| v.responder.signer.key = key(KeyName::Attacker), false),
        ("from the attacker", |v| v.set_delegate_of(v.authority, &key(KeyName::Attacker), |_| {}), false),
        // OpenSSL looks at the times only after the signature, and says so in another line.
        ("an hour old", |v| v.responder.age = 3600, true),
        // OpenSSL never asks whether the delegate is revoked.
        (
            "no id-pkix-ocsp-nocheck",
            |v| v.set_delegate(|t| assert!(t.remove_extension(&kazasu_sim::pki::oids::ocsp_nocheck()))),
            true,
        ),
        // OpenSSL accepts SHA-1 at its default security level.
        ("SHA-1", |v| v.responder.signer.hash = SignatureHash::Sha1, true),
    ];
    let bench = Bench::new(&vector());
    for (what, change, verified) in cases {
        let mut vector = vector();
        change(&mut vector);
        let text = bench.judge(&vector);
        assert_eq!(text.contains("Response verify OK"), verified, "{what}: {text}");
        assert_eq!(text.contains("Status times invalid"), what == "an hour old", "{what}: {text}");
        assert!(vector.check().is_err(), "{what}");
    }
}

#[test]
fn we_agree_about_the_responder_of_openssl() {
    let mut vector = vector();
    let bench = Bench::new(&vector);
    let delegate = "-rsigner delegate.pem -rkey delegate-key.pem";
    let valid = format!("V\t450217145959Z\t\t{SERIAL:06X}\tunknown\t/CN=x\n");
    let revoked = format!("R\t450217145959Z\t260101000000Z,keyCompromise\t{SERIAL:06X}\tunknown\t/CN=x\n");
    let unknown = "V\t450217145959Z\t\t01\tunknown\t/CN=x\n";

    for more in ["", "-resp_key_id", "-rmd sha384", "-rother ca.pem", "-rmd sha512 -resp_key_id"] {
        let answer = bench.answer(&vector, &valid, &format!("{delegate} {more}"));
        vector.at = now();
        assert_eq!(vector.check_bytes(&answer).unwrap().status, OcspStatus::Good, "{more}");
    }
    let by_the_issuer = bench.answer(&vector, &valid, "-rsigner ca.pem -rkey ca-key.pem");
    vector.at = now();
    assert_eq!(vector.check_bytes(&by_the_issuer).unwrap().delegate, None);

    let answer = bench.answer(&vector, &revoked, delegate);
    vector.at = now();
    let expected = OcspStatus::Revoked {
        revocation_time: "2026-01-01T00:00:00Z".parse().unwrap(),
        reason: Some(RevocationReason::KeyCompromise),
    };
    assert_eq!(vector.check_bytes(&answer).unwrap().status, expected);
    let answer = bench.answer(&vector, unknown, delegate);
    vector.at = now();
    assert_eq!(vector.check_bytes(&answer).unwrap().status, OcspStatus::Unknown);

    let weak = bench.answer(&vector, &valid, &format!("{delegate} -rmd sha1"));
    assert_eq!(vector.check_bytes(&weak).unwrap_err().code(), "weak_alg");
    let forged = bench.answer(&vector, &valid, &format!("{delegate} -badsig"));
    assert_eq!(vector.check_bytes(&forged), Err(ResponderProblem::BadSignature.into()));
    let nameless = bench.answer(&vector, &valid, &format!("{delegate} -resp_no_certs"));
    assert_eq!(vector.check_bytes(&nameless), Err(ResponderProblem::Unknown.into()));
}

/// The client of OpenSSL against our server.
#[test]
fn openssl_asks_our_server() {
    let vector = vector();
    let bench = Bench::new(&vector);
    let server = StatusServer::ocsp(vector.responder.clone(), || now().0).unwrap();
    for hash in ["-sha1", "-sha256", "-sha512"] {
        let text = bench.run(&format!(
            "ocsp -url {} -CAfile ca.pem -issuer ca.pem {hash} -cert leaf.pem -nonce -respout response.der",
            server.url()
        ));
        assert!(text.contains("Response verify OK") && text.contains("leaf.pem: good"), "{text}");

        // The answer has the nonce of OpenSSL, and is as good as one from a file.
        let kept = std::fs::read(bench.path("response.der")).unwrap();
        let mut vector = Vector { at: now(), ..Vector::new() };
        vector.policy.nonce = NoncePolicy::NotSent;
        assert_eq!(vector.check_bytes(&kept).unwrap().status, OcspStatus::Good);
        vector.policy.nonce = NoncePolicy::IfPresent(NONCE);
        assert_eq!(vector.check_bytes(&kept).unwrap_err().code(), "ocsp_nonce");
    }
    assert_eq!(server.answered(), 3);
}
