//! OpenSSL on the same inputs: what it signs we accept, what it verifies in the SDK's output it accepts.

use std::path::{Path, PathBuf};
use std::process::Command;

use kazasu_sim::{Generation, KeyName};
use kazasu_verify::{Policy, Purpose, SignatureInput, SignedAttributesPolicy, Verdict};
use tempfile::TempDir;

use crate::common::cms::CmsTemplate;
use crate::common::{DOCUMENT, NOW, POLICY, Vector, assert_accepted, check, key, pki, sim, time, verifier};

/// Whether there is an `openssl` to compare with. In continuous integration there must be.
fn openssl_is_there() -> bool {
    let found = Command::new("openssl").arg("version").output().is_ok_and(|output| output.status.success());
    assert!(found || std::env::var_os("CI").is_none(), "openssl is missing");
    if !found {
        eprintln!("openssl is missing: nothing compared");
    }
    found
}

struct Bench {
    directory: TempDir,
}

impl Bench {
    fn new(certificate: &[u8]) -> Self {
        let bench = Self { directory: TempDir::new().unwrap() };
        std::fs::write(bench.path("document"), DOCUMENT).unwrap();
        std::fs::write(bench.path("certificate"), certificate).unwrap();
        for (name, der) in ["ca2015", "ca2019", "ca2023"].iter().zip(pki().anchors_der(sim(Purpose::Signing)))
        {
            std::fs::write(bench.path(name), der).unwrap();
        }
        bench.run(&["x509", "-inform", "DER", "-in", "certificate", "-out", "certificate.pem"]);
        bench.run(&["x509", "-inform", "DER", "-in", "ca2023", "-out", "ca.pem"]);
        let private = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sim/keys/signing-leaf.der");
        bench.run(&["pkey", "-inform", "DER", "-in", private.to_str().unwrap(), "-out", "key.pem"]);
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn output(&self, arguments: &[&str]) -> std::process::Output {
        Command::new("openssl").args(arguments).current_dir(self.directory.path()).output().unwrap()
    }

    #[track_caller]
    fn run(&self, arguments: &[&str]) {
        let output = self.output(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn sign(&self, more: &[&str]) -> Vec<u8> {
        let common =
            "cms -sign -binary -outform DER -nosmimecap -in document -signer certificate.pem -inkey key.pem";
        let mut arguments: Vec<&str> = common.split(' ').collect();
        arguments.extend(more);
        arguments.extend(["-out", "signed"]);
        self.run(&arguments);
        std::fs::read(self.path("signed")).unwrap()
    }
}

/// Arguments, policy, certificate handed over aside.
type Case<'a> = (&'a [&'a str], Policy, Option<&'a [u8]>);

#[test]
fn what_openssl_signs_is_accepted() {
    if !openssl_is_there() {
        return;
    }
    let certificate = Vector::new(Purpose::Signing).certificate();
    let bench = Bench::new(&certificate);
    let optional = Policy { signed_attributes: SignedAttributesPolicy::Optional, ..POLICY };
    let cases: [Case<'_>; 11] = [
        (&[], POLICY, None),
        (&["-nodetach"], POLICY, None),
        (&["-md", "sha384"], POLICY, None),
        (&["-md", "sha512", "-nodetach"], POLICY, None),
        (&["-keyid"], POLICY, None),
        (&["-cades"], POLICY, None),
        (&["-certfile", "ca.pem"], POLICY, None),
        (&["-nocerts"], POLICY, Some(&certificate)),
        (&["-noattr"], optional, None),
        (&["-stream"], POLICY, None),
        (&["-stream", "-nodetach"], POLICY, None),
    ];
    for (arguments, policy, certificate) in cases {
        let cms = bench.sign(arguments);
        let input = SignatureInput::Cms { cms: &cms, certificate };
        let report = check(&verifier(Purpose::Signing, policy), DOCUMENT, input, time(NOW));
        assert_accepted(&report, &format!("{arguments:?}"));
        // OpenSSL streams as BER.
        assert_eq!(cms[1] == 0x80, arguments.contains(&"-stream"), "{arguments:?}");
    }
    for arguments in [&["-md", "sha1"][..], &["-noattr"], &["-keyopt", "rsa_padding_mode:pss"]] {
        let cms = bench.sign(arguments);
        let input = SignatureInput::Cms { cms: &cms, certificate: None };
        let report = check(&verifier(Purpose::Signing, POLICY), DOCUMENT, input, time(NOW));
        assert_eq!(report.verdict, Verdict::Rejected, "{arguments:?}");
    }
    bench.run(&["dgst", "-sha384", "-sign", "key.pem", "-out", "raw", "document"]);
    let signature = std::fs::read(bench.path("raw")).unwrap();
    let input = SignatureInput::Raw { certificate: &certificate, signature: &signature };
    assert_accepted(&check(&verifier(Purpose::Signing, POLICY), DOCUMENT, input, time(NOW)), "dgst");
}

/// The vectors the attacks start from are good by another measure as well, and two of the attacks are bad by it.
#[test]
fn openssl_agrees_about_paths() {
    if !openssl_is_there() {
        return;
    }
    let at = time(NOW).0.to_string();
    let good = Vector::new(Purpose::Signing);
    let forged = Vector { issuer_key: key(KeyName::Attacker), ..good.clone() };
    let other = Vector::of(Purpose::Signing, Generation::G2019);
    for (vector, expected) in [(&good, true), (&forged, false)] {
        let bench = Bench::new(&vector.certificate());
        let arguments = [
            "verify",
            "-x509_strict",
            "-attime",
            &at,
            "-CAfile",
            "ca.pem",
            "-policy_check",
            "-explicit_policy",
            "-policy",
            "1.2.392.200149.8.5.1.0.20",
            "certificate.pem",
        ];
        assert_eq!(bench.output(&arguments).status.success(), expected);
        assert_eq!(vector.report().is_accepted(), expected);
    }
    let bench = Bench::new(&other.certificate());
    let output = bench.output(&["verify", "-attime", &at, "-CAfile", "ca.pem", "certificate.pem"]);
    assert!(!output.status.success(), "another generation");
}

#[test]
fn openssl_accepts_the_cms_of_our_own_writer() {
    if !openssl_is_there() {
        return;
    }
    let certificate = Vector::new(Purpose::Signing).certificate();
    let bench = Bench::new(&certificate);
    std::fs::write(bench.path("signed"), CmsTemplate::new(&certificate).build()).unwrap();
    let at = time(NOW).0.to_string();
    bench.run(&[
        "cms", "-verify", "-binary", "-inform", "DER", "-in", "signed", "-content", "document", "-CAfile",
        "ca.pem", "-attime", &at, "-purpose", "any", "-out", "verified",
    ]);
}
