//! Certificates of real test cards: the profile as J-LIS makes it, not as we make it.
//!
//! They stay in the package of the crate `myna-card`. Each is of the test hierarchy, `O=JPKI-TEST`, and its holder is
//! invented; no certificate of a person is among them. Their private keys are in cards elsewhere, so that no signature
//! can be made: everything but that must be right.

use std::{fs, path::PathBuf, process::Command, sync::LazyLock};

use kazasu_cert::{Certificate, SubstituteFlags, basic_attributes};
use kazasu_sim::Generation;
use kazasu_verify::{
    Check, CheckResult, OcspAddressError, Purpose, Rejection, Report, SignatureInput, Signed, TrustAnchors,
    Verifier, ocsp_address,
};

use crate::common::{POLICY, Vector, check, time};

/// Within the validity of both certificates.
const THEN: &str = "2026-04-01T00:00:00Z";

/// Where the package lies that Cargo has fetched.
static PACKAGE: LazyLock<PathBuf> = LazyLock::new(|| {
    let mut metadata = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    metadata.args(["metadata", "--format-version=1", "--locked"]);
    let output = metadata.output().expect("cargo");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut packages = metadata["packages"].as_array().unwrap().iter();
    let package = packages.find(|package| package["name"] == "myna-card").expect("a dev-dependency");
    assert_eq!(package["version"], "3.3.4");
    PathBuf::from(package["manifest_path"].as_str().unwrap()).parent().unwrap().to_owned()
});

fn read(name: &str) -> Vec<u8> {
    let path = PACKAGE.join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn leaf(purpose: Purpose) -> Vec<u8> {
    read(match purpose {
        Purpose::Signing => "tests/fixtures/jpki-sign-cert.der",
        Purpose::Authentication => "tests/fixtures/jpki-auth-cert.der",
    })
}

/// The CA certificates that test cards hold, older one first.
fn cas(purpose: Purpose) -> [Vec<u8>; 2] {
    match purpose {
        Purpose::Signing => ["signca-test-2019", "signca-test-2024"],
        Purpose::Authentication => ["authca-test-2019", "authca-test-2023"],
    }
    .map(|name| read(&format!("certs/test/{name}.cer")))
}

/// What is said about a certificate with a signature that cannot be right.
fn report(certificate: &[u8], anchors: TrustAnchors, at: &str) -> Report {
    let input = SignatureInput::Raw { certificate, signature: &[1; 256] };
    check(&Verifier::new(anchors, POLICY), b"document", input, time(at))
}

#[test]
fn they_are_right_under_the_test_anchors() {
    for purpose in Purpose::ALL {
        let anchors = TrustAnchors::test(purpose, cas(purpose)).unwrap();
        let newer = anchors.iter().last().unwrap().name().to_owned();
        let report = report(&leaf(purpose), anchors, THEN);
        assert_eq!(report.errors, [Rejection::BadSignature(Signed::Document)]);
        assert_eq!(report.signers[0].anchor.as_ref().unwrap().name, newer);
        let not_passed = report.checks.iter().filter(|record| record.result != CheckResult::Passed);
        let not_passed: Vec<_> = not_passed.map(|record| record.check).collect();
        assert_eq!(not_passed, [Check::Signature, Check::Revocation], "{purpose:?}");
    }
}

#[test]
fn they_end_with_their_last_second() {
    for purpose in Purpose::ALL {
        let anchors = || TrustAnchors::test(purpose, cas(purpose)).unwrap();
        let certificate = Certificate::from_der(&leaf(purpose)).unwrap();
        let not_after = certificate.not_after();
        // The last second of a day in Japan.
        assert!(not_after.to_string().ends_with("T14:59:59Z"), "{not_after}");
        let last = report(&leaf(purpose), anchors(), &not_after.to_string());
        assert_eq!(last.errors, [Rejection::BadSignature(Signed::Document)]);
        let after = kazasu_cert::UnixTime(not_after.0 + 1).to_string();
        assert!(report(&leaf(purpose), anchors(), &after).errors.contains(&Rejection::Expired { not_after }));
    }
}

#[test]
fn they_are_nobody_in_production() {
    for purpose in Purpose::ALL {
        for ca in cas(purpose) {
            assert_eq!(TrustAnchors::purpose_of(&ca), Ok(purpose));
        }
        let anchors = TrustAnchors::production(purpose);
        let environment = anchors.environment();
        let report = report(&leaf(purpose), anchors, THEN);
        assert_eq!(report.errors.first(), Some(&Rejection::UnknownIssuer { purpose, environment }));
        assert!(report.attributes.is_none() && !report.is_accepted());
    }
}

#[test]
fn only_with_the_right_purpose_and_generation() {
    for (purpose, other) in
        [(Purpose::Signing, Purpose::Authentication), (Purpose::Authentication, Purpose::Signing)]
    {
        let errors = |anchors| report(&leaf(purpose), anchors, THEN).errors;
        let [older, _] = cas(purpose);
        let older = TrustAnchors::test(purpose, [older]).unwrap();
        let environment = older.environment();
        assert_eq!(errors(older)[0], Rejection::UnknownIssuer { purpose, environment });
        let swapped = TrustAnchors::test(other, cas(other)).unwrap();
        assert_eq!(errors(swapped)[0], Rejection::WrongPurpose { expected: other, found: purpose });
        let simulated = crate::common::anchors(purpose);
        assert_eq!(errors(simulated)[0], Rejection::UnknownIssuer { purpose, environment });
    }
}

#[test]
fn the_attributes_can_be_read() {
    let signing = Certificate::from_der(&leaf(Purpose::Signing)).unwrap();
    let attributes = basic_attributes(&signing).unwrap();
    assert_eq!(attributes.warnings(), []);
    assert!(attributes.date_of_birth.known().is_some());
    assert!(attributes.family_and_given().is_some());
    assert_eq!(attributes.other, []);
    for text in [&attributes.name, &attributes.address] {
        let SubstituteFlags::Flags(flags) = &text.substituted else { panic!("flags fit the text") };
        assert_eq!(flags.len(), text.text.chars().count());
    }
    let authentication = Certificate::from_der(&leaf(Purpose::Authentication)).unwrap();
    assert!(basic_attributes(&authentication).is_err(), "no attributes where nobody signed them");
}

#[test]
fn they_tell_where_to_ask_about_revocation() {
    for purpose in Purpose::ALL {
        let certificate = Certificate::from_der(&leaf(purpose)).unwrap();
        let points = certificate.crl_distribution_points().unwrap().unwrap().value;
        let [point] = &points[..] else { panic!("one distribution point") };
        assert!(point.directory_name_der().is_some() && point.reasons.is_none());
        let address = ocsp_address(&certificate, None);
        match purpose {
            Purpose::Signing => assert_eq!(address, Err(OcspAddressError::Unknown)),
            Purpose::Authentication => assert_eq!(address.unwrap(), "http://test-ocspauthnorm.jpki.go.jp"),
        }
    }
}

/// Tags in their order and depth; of primitive elements that are the same in every certificate of a profile, the
/// content as well.
fn shape(der: &[u8], depth: usize, out: &mut Vec<String>) -> Option<()> {
    let mut rest = der;
    while let [tag, after_tag @ ..] = rest {
        let (&first, after_len) = after_tag.split_first()?;
        let (len, content) = match first {
            0x00..=0x7F => (usize::from(first), after_len),
            0x81 => (usize::from(*after_len.first()?), after_len.get(1..)?),
            0x82 => (usize::from(after_len[0]) << 8 | usize::from(*after_len.get(1)?), after_len.get(2..)?),
            _ => return None,
        };
        let (content, following) = content.split_at_checked(len)?;
        // Object identifiers, BOOLEAN, NULL and short bit strings: the key usage.
        let is_fixed = matches!(tag, 0x01 | 0x05 | 0x06) || (*tag == 0x03 && len < 4);
        out.push(format!("{depth} {tag:02X} {:02X?}", if is_fixed { content } else { &[] }));
        let mut inside = Vec::new();
        let is_constructed = tag & 0x20 != 0;
        // What an OCTET STRING holds is DER in an extension, and 20 bytes of hash in a key identifier.
        if is_constructed || *tag == 0x04 {
            match shape(content, depth + 1, &mut inside) {
                Some(()) => out.append(&mut inside),
                None if is_constructed => return None,
                None => {}
            }
        }
        rest = following;
    }
    Some(())
}

/// The simulator's certificates are what the verifier is tested with, so they have to be like these.
#[test]
fn the_simulated_certificates_have_their_shape() {
    let shape = |der: &[u8]| {
        let mut lines = Vec::new();
        shape(der, 0, &mut lines).expect("DER");
        lines
    };
    for purpose in Purpose::ALL {
        let simulated = Vector::of(purpose, Generation::G2023).certificate();
        assert_eq!(shape(&simulated), shape(&leaf(purpose)), "{purpose:?}");
        let sim = crate::common::sim(purpose);
        let simulated = crate::common::pki().authority(sim, Generation::G2023).certificate();
        assert_eq!(shape(simulated), shape(&cas(purpose)[1]), "CA {purpose:?}");
    }
}
