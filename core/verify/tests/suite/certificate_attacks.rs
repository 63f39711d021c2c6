//! Attack cases 1 to 41 of docs/certificate-facts.md §4.4, each as one change to a vector that is accepted without
//! it, signed with the real key wherever the attacker could have it signed.

use kazasu_cert::{
    AttributeError, AttributeKind, Certificate, CertificateError, DerRule, MAX_CERTIFICATE_LEN,
    ObjectIdentifier,
};
use kazasu_sim::pki::{oids, profile};
use kazasu_sim::{Extension, Generation, KeyName, der};
use kazasu_verify::{
    AkiProblem, AlgorithmOf, ClockSkew, Environment, ExtensionProblem, Purpose, Rejection, Signed, TrustAnchors,
    Verifier,
};

use crate::common::cms::Hash;
use crate::common::{
    DOCUMENT, NOW, POLICY, Vector, anchors, assert_accepted, assert_rejected, check, holder, key, pki, sim, time,
};

/// One attack: the number in the table, the purpose asked about, what is changed, and what must be said first.
struct Attack {
    number: u8,
    purpose: Purpose,
    what: &'static str,
    change: fn(&mut Vector),
    expected: Rejection,
}

const fn signing(number: u8, what: &'static str, change: fn(&mut Vector), expected: Rejection) -> Attack {
    Attack { number, purpose: Purpose::Signing, what, change, expected }
}

const fn login(number: u8, what: &'static str, change: fn(&mut Vector), expected: Rejection) -> Attack {
    Attack { number, purpose: Purpose::Authentication, what, change, expected }
}

#[track_caller]
fn run(attacks: Vec<Attack>) {
    for Attack { number, purpose, what, change, expected } in attacks {
        let what = format!("case {number}: {what}");
        let mut vector = Vector::new(purpose);
        assert_accepted(&vector.report(), &what);
        change(&mut vector);
        assert_rejected(&vector.report(), &expected, &what);
    }
}

fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

const UNKNOWN: Rejection =
    Rejection::UnknownIssuer { purpose: Purpose::Signing, environment: Environment::Test };
const BAD_CERTIFICATE: Rejection = Rejection::BadSignature(Signed::Certificate);
const BAD_DOCUMENT: Rejection = Rejection::BadSignature(Signed::Document);

#[test]
fn time_and_anchor() {
    let anchor = pki().authority(sim(Purpose::Signing), Generation::G2015);
    let anchor = Certificate::from_der(anchor.certificate()).unwrap();
    run(vec![
        signing(
            1,
            "expired one second ago",
            |v| v.at = time("2045-02-17T15:00:00Z"),
            Rejection::Expired { not_after: time("2045-02-17T14:59:59Z") },
        ),
        signing(
            2,
            "not yet valid",
            |v| {
                v.policy.clock_skew = ClockSkew::ZERO;
                v.at = time("2025-10-27T01:35:56Z");
            },
            Rejection::NotYetValid { not_before: time("2025-10-27T01:35:57Z") },
        ),
        signing(
            3,
            "anchor expired, the certificate's dates reach further",
            |v| {
                *v = Vector::of(Purpose::Signing, Generation::G2015);
                v.set_validity("2024-01-01T00:00:00Z", "2029-01-01T14:59:59Z");
            },
            Rejection::AnchorExpired { not_before: anchor.not_before(), not_after: anchor.not_after() },
        ),
        signing(
            4,
            "issued before its anchor existed",
            |v| v.set_validity("2023-07-15T00:00:00Z", "2028-01-01T14:59:59Z"),
            Rejection::OutsideAnchor { issued: time("2023-07-15T00:00:00Z") },
        ),
        signing(
            4,
            "issued after its anchor ended",
            |v| {
                *v = Vector::of(Purpose::Signing, Generation::G2015);
                v.set_validity("2025-10-20T00:00:00Z", "2029-01-01T14:59:59Z");
                v.at = time("2025-10-21T00:00:00Z");
            },
            Rejection::AnchorExpired { not_before: anchor.not_before(), not_after: anchor.not_after() },
        ),
    ]);
}

/// An attacker's CA certificate with the name of the real one.
fn attacker_ca(key_identifier: &[u8; 20]) -> Vec<u8> {
    let mut template = pki().authority(sim(Purpose::Signing), Generation::G2023).template().clone();
    template.subject_public_key_info = key(KeyName::Attacker).subject_public_key_info();
    let extension = template.extension_mut(&oids::subject_key_identifier()).unwrap();
    extension.value = der::octet_string(key_identifier);
    template.sign(&key(KeyName::Attacker)).unwrap()
}

/// A certificate the attacker's CA issued, its authority key identifier naming the attacker's key.
fn issued_by_attacker(vector: &mut Vector) {
    vector.issuer_key = key(KeyName::Attacker);
    let serial = pki().authority(sim(Purpose::Signing), Generation::G2023).template().serial_number.clone();
    vector.aki(&key(KeyName::Attacker).key_identifier(), &serial);
}

/// Another holder's real signing certificate, with a key the attacker has: their own.
fn other_holder() -> Vec<u8> {
    let mut vector = Vector::new(Purpose::Signing);
    vector.template.set_public_key(&key(KeyName::OtherLeaf));
    vector.template.set_serial(4_711);
    vector.certificate()
}

#[test]
fn forged_issuers() {
    run(vec![
        signing(5, "attacker's CA of the same name", issued_by_attacker, UNKNOWN),
        signing(
            5,
            "attacker's CA of the same name, the key identifier copied",
            |v| v.issuer_key = key(KeyName::Attacker),
            BAD_CERTIFICATE,
        ),
        signing(
            6,
            "and its certificate comes along as the card's CA",
            |v| {
                issued_by_attacker(v);
                v.companions.push(attacker_ca(&key(KeyName::Attacker).key_identifier()));
            },
            Rejection::UntrustedAnchor,
        ),
        signing(
            6,
            "the same, key identifiers copied",
            |v| {
                v.issuer_key = key(KeyName::Attacker);
                let real = pki().authority(sim(Purpose::Signing), Generation::G2023).key().key_identifier();
                v.companions.push(attacker_ca(&real));
            },
            Rejection::UntrustedAnchor,
        ),
        signing(
            7,
            "a chain that ends in a self-signed certificate",
            |v| {
                // Root: the attacker's key. Below it a CA with another key, which issued the certificate.
                let mut ca = pki().authority(sim(Purpose::Signing), Generation::G2023).template().clone();
                let root_name = der::sequence(&[der::set(&[der::sequence(&[
                    der::oid(&[2, 5, 4, 3]),
                    der::utf8("JPKI Root"),
                ])])]);
                ca.set_public_key(&key(KeyName::OtherLeaf));
                ca.issuer.clone_from(&root_name);
                let mut root = ca.clone();
                root.subject = root_name;
                root.set_public_key(&key(KeyName::Attacker));
                v.companions = [&ca, &root].map(|t| t.sign(&key(KeyName::Attacker)).unwrap()).to_vec();
                v.issuer_key = key(KeyName::OtherLeaf);
                v.aki(&key(KeyName::OtherLeaf).key_identifier(), &ca.serial_number);
            },
            Rejection::UntrustedAnchor,
        ),
        signing(
            8,
            "another holder's certificate used as a CA, issuer and key identifier set accordingly",
            |v| {
                let other = other_holder();
                let subject = Certificate::from_der(&other).unwrap().subject_der().to_vec();
                v.template.issuer = subject;
                v.issuer_key = key(KeyName::OtherLeaf);
                v.aki(&key(KeyName::OtherLeaf).key_identifier(), &der::integer(4_711));
                v.companions.push(other);
            },
            Rejection::NotACa,
        ),
        signing(
            8,
            "the same under the CA's name",
            |v| {
                v.issuer_key = key(KeyName::OtherLeaf);
                v.aki(&key(KeyName::OtherLeaf).key_identifier(), &der::integer(4_711));
                v.companions.push(other_holder());
            },
            Rejection::NotACa,
        ),
        signing(
            8,
            "the same without the other holder's certificate",
            |v| {
                v.issuer_key = key(KeyName::OtherLeaf);
                v.aki(&key(KeyName::OtherLeaf).key_identifier(), &der::integer(4_711));
            },
            UNKNOWN,
        ),
        signing(
            9,
            "self-signed, serial number and name copied",
            |v| {
                v.template.issuer = v.template.subject.clone();
                v.issuer_key = v.holder_key.clone();
            },
            UNKNOWN,
        ),
        signing(
            10,
            "CA:TRUE",
            |v| {
                let value = der::sequence(&[der::tlv(0x01, &[0xFF])]);
                v.template.extensions.push(Extension::critical(oids::basic_constraints(), value));
            },
            Rejection::LeafIsCa,
        ),
        signing(
            10,
            "basicConstraints that cannot be read",
            |v| {
                let value = der::sequence(&[der::null()]);
                v.template.extensions.push(Extension::plain(oids::basic_constraints(), value));
            },
            Rejection::LeafIsCa,
        ),
        signing(11, "keyCertSign", |v| v.key_usage(2, &[0xC4]), Rejection::KeyUsage(ExtensionProblem::Value)),
    ]);
}

#[test]
fn the_other_certificate() {
    run(vec![
        signing(
            12,
            "authentication certificate for a signature",
            |v| *v = Vector { purpose: Purpose::Signing, ..Vector::new(Purpose::Authentication) },
            Rejection::WrongPurpose { expected: Purpose::Signing, found: Purpose::Authentication },
        ),
        login(
            13,
            "signing certificate for a log-in",
            |v| *v = Vector { purpose: Purpose::Authentication, ..Vector::new(Purpose::Signing) },
            Rejection::WrongPurpose { expected: Purpose::Authentication, found: Purpose::Signing },
        ),
    ]);
    // Issued by the signing CA, but with the profile of an authentication certificate.
    let mut vector = Vector::new(Purpose::Signing);
    let authentication = Vector::new(Purpose::Authentication).template.extensions;
    for id in [oids::key_usage(), oids::certificate_policies()] {
        let other = authentication.iter().find(|extension| extension.id == id).unwrap();
        vector.extension(&id).clone_from(other);
    }
    let report = vector.report();
    assert_rejected(&report, &Rejection::KeyUsage(ExtensionProblem::Value), "profile of the other purpose");
    assert!(report.errors.contains(&Rejection::Policy(ExtensionProblem::Value)));
}

#[test]
fn key_usage_and_policy() {
    let usage = Rejection::KeyUsage;
    let ext = Rejection::ExtKeyUsage;
    let policy = Rejection::Policy;
    run(vec![
        signing(
            14,
            "keyUsage missing",
            |v| assert!(v.template.remove_extension(&oids::key_usage())),
            usage(ExtensionProblem::Missing),
        ),
        signing(
            15,
            "keyUsage not critical",
            |v| v.extension(&oids::key_usage()).critical = None,
            usage(ExtensionProblem::NotCritical),
        ),
        signing(16, "without nonRepudiation", |v| v.key_usage(7, &[0x80]), usage(ExtensionProblem::Value)),
        login(16, "with nonRepudiation", |v| v.key_usage(6, &[0xC0]), usage(ExtensionProblem::Value)),
        signing(17, "keyEncipherment added", |v| v.key_usage(5, &[0xE0]), usage(ExtensionProblem::Value)),
        signing(17, "a bit without a name", |v| v.key_usage(6, &[0xC0, 0x40]), usage(ExtensionProblem::Value)),
        signing(
            17,
            "keyUsage that is no BIT STRING",
            |v| v.extension(&oids::key_usage()).value = der::octet_string(&[0xC0]),
            usage(ExtensionProblem::Malformed),
        ),
        login(
            18,
            "extKeyUsage without clientAuth",
            |v| {
                let server_auth = der::oid(&[1, 3, 6, 1, 5, 5, 7, 3, 1]);
                v.extension(&oids::extended_key_usage()).value = der::sequence(&[server_auth]);
            },
            ext(ExtensionProblem::Value),
        ),
        login(
            18,
            "extKeyUsage with anything beside clientAuth",
            |v| {
                let any = der::oid(&[2, 5, 29, 37, 0]);
                v.extension(&oids::extended_key_usage()).value = der::sequence(&[oids::client_auth(), any]);
            },
            ext(ExtensionProblem::Value),
        ),
        login(
            18,
            "extKeyUsage missing",
            |v| assert!(v.template.remove_extension(&oids::extended_key_usage())),
            ext(ExtensionProblem::Missing),
        ),
        signing(
            18,
            "any extKeyUsage in a signing certificate",
            |v| {
                let value = der::sequence(&[oids::client_auth()]);
                v.template.extensions.push(Extension::plain(oids::extended_key_usage(), value));
            },
            ext(ExtensionProblem::Unexpected),
        ),
        signing(
            19,
            "certificatePolicies missing",
            |v| assert!(v.template.remove_extension(&oids::certificate_policies())),
            policy(ExtensionProblem::Missing),
        ),
        signing(
            19,
            "certificatePolicies not critical",
            |v| v.extension(&oids::certificate_policies()).critical = None,
            policy(ExtensionProblem::NotCritical),
        ),
        signing(
            20,
            "production policy under a test anchor",
            |v| v.extension(&oids::certificate_policies()).value = profile::policies(&oids::policy(1, 20)),
            policy(ExtensionProblem::Value),
        ),
        signing(
            20,
            "the other purpose's policy",
            |v| v.extension(&oids::certificate_policies()).value = profile::policies(&oids::policy(0, 30)),
            policy(ExtensionProblem::Value),
        ),
        signing(
            20,
            "the unconfirmed policy of phones",
            |v| v.extension(&oids::certificate_policies()).value = profile::policies(&oids::policy(1, 40)),
            policy(ExtensionProblem::Value),
        ),
        signing(
            21,
            "anyPolicy",
            |v| {
                let any = der::oid(&[2, 5, 29, 32, 0]);
                v.extension(&oids::certificate_policies()).value = profile::policies(&any);
            },
            policy(ExtensionProblem::Value),
        ),
        signing(
            21,
            "two policies, the right one second",
            |v| two_policies(v, &[oids::policy(0, 99), oids::policy(0, 20)]),
            policy(ExtensionProblem::Value),
        ),
        signing(
            21,
            "two policies, the right one first",
            |v| two_policies(v, &[oids::policy(0, 20), oids::policy(0, 99)]),
            policy(ExtensionProblem::Value),
        ),
    ]);
}

fn two_policies(vector: &mut Vector, policies: &[Vec<u8>; 2]) {
    let value = der::sequence(&policies.clone().map(|policy| der::sequence(&[policy])));
    vector.extension(&oids::certificate_policies()).value = value;
}

#[test]
fn extensions() {
    run(vec![
        signing(
            22,
            "unknown critical extension",
            |v| v.template.extensions.push(Extension::critical(der::oid(&[1, 2, 3, 4]), der::null())),
            Rejection::UnhandledCritical { oid: oid("1.2.3.4") },
        ),
        signing(
            22,
            "an extension of the profile made critical",
            |v| v.extension(&oids::issuer_alt_name()).critical = Some(0xFF),
            Rejection::UnhandledCritical { oid: oid("2.5.29.18") },
        ),
        signing(
            23,
            "subjectAltName twice",
            |v| {
                let again = v.extension(&oids::subject_alt_name()).clone();
                v.template.extensions.push(again);
            },
            Rejection::DuplicateExtension { oid: oid("2.5.29.17") },
        ),
        signing(
            23,
            "keyUsage twice, the right one first",
            |v| {
                let value = der::bit_string(1, &[0x06]);
                v.template.extensions.push(Extension::critical(oids::key_usage(), value));
            },
            Rejection::DuplicateExtension { oid: oid("2.5.29.15") },
        ),
        signing(
            23,
            "no extension at all",
            |v| v.template.extensions.clear(),
            Rejection::AkiMismatch(AkiProblem::Incomplete),
        ),
    ]);
}

#[test]
fn attributes() {
    use AttributeError as E;
    use AttributeKind::{Address, DateOfBirth, Name, Sex};
    fn replace(vector: &mut Vector, number: u32, value: Vec<u8>) {
        let mut attributes = Vector::attributes();
        attributes.iter_mut().find(|(n, _)| *n == number).unwrap().1 = value;
        vector.set_attributes(&attributes);
    }
    fn add(vector: &mut Vector, at: usize, number: u32, value: Vec<u8>) {
        let mut attributes = Vector::attributes();
        attributes.insert(at, (number, value));
        vector.set_attributes(&attributes);
    }
    run(vec![
        signing(
            24,
            "second date of birth at the end",
            |v| add(v, 6, 4, der::utf8("420000101")),
            Rejection::DuplicateAttribute(DateOfBirth),
        ),
        signing(
            24,
            "second date of birth at the front",
            |v| add(v, 0, 4, der::utf8("420000101")),
            Rejection::DuplicateAttribute(DateOfBirth),
        ),
        signing(
            25,
            "PrintableString",
            |v| replace(v, 3, der::printable("1")),
            Rejection::AttributeEncoding(E::NotUtf8String { kind: Sex }),
        ),
        signing(
            25,
            "invalid UTF-8",
            |v| replace(v, 5, der::tlv(0x0C, b"\xE6\x9D")),
            Rejection::AttributeEncoding(E::InvalidUtf8 { kind: Address }),
        ),
        signing(
            25,
            "NUL",
            |v| replace(v, 1, der::utf8("甲野\0一郎")),
            Rejection::AttributeEncoding(E::ControlCharacter { kind: Name }),
        ),
        signing(
            25,
            "empty",
            |v| replace(v, 1, der::utf8("")),
            Rejection::AttributeEncoding(E::Empty { kind: Name }),
        ),
        signing(
            25,
            "date of birth with a letter",
            |v| replace(v, 4, der::utf8("31980021X")),
            Rejection::AttributeEncoding(E::Malformed { kind: DateOfBirth }),
        ),
        signing(
            25,
            "no address",
            |v| {
                let all: Vec<_> = Vector::attributes().into_iter().filter(|(number, _)| *number != 5).collect();
                v.set_attributes(&all);
            },
            Rejection::AttributeEncoding(E::Missing { kind: Address }),
        ),
        signing(
            25,
            "no subjectAltName",
            |v| assert!(v.template.remove_extension(&oids::subject_alt_name())),
            Rejection::AttributeEncoding(E::Missing { kind: Name }),
        ),
    ]);
}

#[test]
fn a_test_certificate_under_production_anchors() {
    for purpose in Purpose::ALL {
        let vector = Vector::new(purpose);
        let certificate = vector.certificate();
        let signature = vector.holder_key.sign_sha256(DOCUMENT).unwrap();
        let input =
            kazasu_verify::SignatureInput::Raw { certificate: &certificate, signature: &signature };
        let ask = |anchors| check(&Verifier::new(anchors, POLICY), DOCUMENT, input, time(NOW));
        assert_accepted(&ask(anchors(purpose)), "under test anchors");
        let expected = Rejection::UnknownIssuer { purpose, environment: Environment::Production };
        assert_rejected(&ask(TrustAnchors::production(purpose)), &expected, "case 27");
    }
}

#[test]
fn authority_key_identifier_and_name() {
    fn ca(generation: Generation) -> (Vec<u8>, Vec<u8>) {
        let authority = pki().authority(sim(Purpose::Signing), generation);
        (authority.key().key_identifier().to_vec(), authority.template().serial_number.clone())
    }
    fn name(rdns: &[Vec<u8>]) -> Vec<u8> {
        der::sequence(rdns)
    }
    fn attribute(kind: u32, value: Vec<u8>) -> Vec<u8> {
        der::sequence(&[der::oid(&[2, 5, 4, kind]), value])
    }
    const UNITS: [&str; 2] =
        ["JPKI for digital signature", "Japan Agency for Local Authority Information Systems"];
    use AkiProblem::{Incomplete, OtherCertificate, OtherKey};
    run(vec![
        signing(
            28,
            "key identifier of generation 2019, signed by 2023",
            |v| v.aki(&ca(Generation::G2019).0, &ca(Generation::G2023).1),
            Rejection::AkiMismatch(OtherCertificate),
        ),
        signing(
            28,
            "whole authority key identifier of generation 2019, signed by 2023",
            |v| v.aki(&ca(Generation::G2019).0, &ca(Generation::G2019).1),
            Rejection::AkiMismatch(OtherKey),
        ),
        signing(
            29,
            "serial number of another generation",
            |v| v.aki(&ca(Generation::G2023).0, &ca(Generation::G2019).1),
            Rejection::AkiMismatch(OtherCertificate),
        ),
        signing(
            29,
            "issuer is another name",
            |v| {
                let other = pki().authority(sim(Purpose::Authentication), Generation::G2023).name();
                let (key_identifier, serial) = ca(Generation::G2023);
                v.extension(&oids::authority_key_identifier()).value =
                    profile::authority_key_identifier(&key_identifier, other, &serial);
            },
            Rejection::AkiMismatch(OtherCertificate),
        ),
        signing(
            29,
            "key identifier alone",
            |v| {
                let value = der::sequence(&[der::tlv(0x80, &ca(Generation::G2023).0)]);
                v.extension(&oids::authority_key_identifier()).value = value;
            },
            Rejection::AkiMismatch(Incomplete),
        ),
        signing(
            29,
            "no authority key identifier",
            |v| assert!(v.template.remove_extension(&oids::authority_key_identifier())),
            Rejection::AkiMismatch(Incomplete),
        ),
        signing(
            30,
            "PrintableString where the CA has UTF8String",
            |v| {
                v.template.issuer = name(&[
                    der::set(&[attribute(6, der::printable("JP"))]),
                    der::set(&[attribute(10, der::printable("JPKI-TEST"))]),
                    der::set(&[attribute(11, der::utf8(UNITS[0]))]),
                    der::set(&[attribute(11, der::utf8(UNITS[1]))]),
                ]);
            },
            Rejection::NameMismatch,
        ),
        signing(
            30,
            "one RDN of two values",
            |v| {
                let mut units = UNITS.map(|unit| attribute(11, der::utf8(unit)));
                units.sort();
                v.template.issuer = name(&[
                    der::set(&[attribute(6, der::printable("JP"))]),
                    der::set(&[attribute(10, der::utf8("JPKI-TEST"))]),
                    der::set(&units),
                ]);
            },
            Rejection::NameMismatch,
        ),
    ]);
}

#[test]
fn algorithms_and_keys() {
    fn algorithm(arcs: &[u32], parameters: &[u8]) -> Vec<u8> {
        der::sequence(&[&der::oid(arcs), parameters])
    }
    fn both(vector: &mut Vector, algorithm: &[u8]) {
        vector.template.inner_algorithm = algorithm.to_vec();
        vector.template.outer_algorithm = algorithm.to_vec();
    }
    fn rsa(vector: &mut Vector, modulus: &[u8], exponent: u64) {
        let key = der::sequence(&[der::unsigned(modulus), der::integer(exponent)]);
        vector.template.subject_public_key_info = spki(&der::null(), &key);
    }
    fn spki(parameters: &[u8], key: &[u8]) -> Vec<u8> {
        let algorithm = algorithm(&[1, 2, 840, 113_549, 1, 1, 1], parameters);
        der::sequence(&[algorithm, der::bit_string(0, key)])
    }
    const SHA256_WITH_RSA: [u32; 7] = [1, 2, 840, 113_549, 1, 1, 11];
    let alg = |of, text| Rejection::Alg { of, oid: oid(text) };
    let modulus = || key(KeyName::SigningLeaf).modulus();
    assert_eq!(modulus().len(), 256);
    run(vec![
        signing(
            31,
            "sha512 outside, sha256 inside",
            |v| v.template.outer_algorithm = Hash::Sha512.with_rsa(),
            Rejection::AlgMismatch,
        ),
        signing(
            31,
            "NULL inside, no parameters outside",
            |v| v.template.outer_algorithm = algorithm(&SHA256_WITH_RSA, &[]),
            Rejection::AlgMismatch,
        ),
        signing(
            31,
            "no parameters in either",
            |v| both(v, &algorithm(&SHA256_WITH_RSA, &[])),
            alg(AlgorithmOf::Certificate, "1.2.840.113549.1.1.11"),
        ),
        signing(
            32,
            "signed with SHA-1",
            |v| {
                both(v, &Hash::Sha1.with_rsa());
                let tbs = v.template.tbs();
                let signature = Hash::Sha1.sign(&v.issuer_key, &tbs);
                v.certificate = Some(v.template.assemble(&tbs, &signature));
            },
            Rejection::WeakAlg { oid: oid("1.2.840.113549.1.1.5") },
        ),
        signing(
            33,
            "RSASSA-PSS with parameters left to their defaults",
            |v| both(v, &algorithm(&[1, 2, 840, 113_549, 1, 1, 10], &der::sequence::<&[u8]>(&[]))),
            alg(AlgorithmOf::Certificate, "1.2.840.113549.1.1.10"),
        ),
        signing(
            33,
            "signed with SHA-512, by the real CA",
            |v| {
                both(v, &Hash::Sha512.with_rsa());
                let tbs = v.template.tbs();
                let signature = Hash::Sha512.sign(&v.issuer_key, &tbs);
                v.certificate = Some(v.template.assemble(&tbs, &signature));
            },
            alg(AlgorithmOf::Certificate, "1.2.840.113549.1.1.13"),
        ),
        signing(34, "1024 bit", |v| rsa(v, &[0xC1; 128], 65_537), Rejection::KeySize { bits: 1024 }),
        signing(34, "2047 bit", |v| rsa(v, &[0x41; 256], 65_537), Rejection::KeySize { bits: 2047 }),
        signing(34, "4096 bit", |v| rsa(v, &[0xC1; 512], 65_537), Rejection::KeySize { bits: 4096 }),
        signing(34, "even", |v| rsa(v, &[0xC2; 256], 65_537), Rejection::KeySize { bits: 2048 }),
        signing(35, "e = 1", |v| rsa(v, &v.holder_key.modulus(), 1), Rejection::Exponent),
        signing(35, "e = 3", |v| rsa(v, &v.holder_key.modulus(), 3), Rejection::Exponent),
        signing(35, "even e", |v| rsa(v, &v.holder_key.modulus(), 65_536), Rejection::Exponent),
        signing(
            33,
            "rsaEncryption without NULL in the key",
            |v| {
                let key = v.holder_key.public_key_der();
                v.template.subject_public_key_info = spki(&[], &key);
            },
            alg(AlgorithmOf::PublicKey, "1.2.840.113549.1.1.1"),
        ),
        signing(
            33,
            "a P-256 key",
            |v| {
                let algorithm =
                    algorithm(&[1, 2, 840, 10_045, 2, 1], &der::oid(&[1, 2, 840, 10_045, 3, 1, 7]));
                let point = [&[0x04][..], &[0x11; 64]].concat();
                v.template.subject_public_key_info =
                    der::sequence(&[algorithm, der::bit_string(0, &point)]);
            },
            alg(AlgorithmOf::PublicKey, "1.2.840.10045.2.1"),
        ),
    ]);
}

/// The whole 256-byte block that is put through the private operation.
fn padded(ps: usize, after: &[u8]) -> Vec<u8> {
    [&[0x00, 0x01][..], &vec![0xFF; ps], &[0x00], after].concat()
}

#[test]
fn padding() {
    type Block = fn(&[u8]) -> Vec<u8>;
    let blocks: [(&str, Block); 8] = [
        ("short PS, garbage behind", |digest| {
            let info = Hash::Sha256.digest_info(digest);
            padded(8, &[&info[..], &vec![0xAB; 256 - 11 - info.len()]].concat())
        }),
        ("garbage inside DigestInfo", |digest| {
            let algorithm = der::sequence(&[Hash::Sha256.oid(), der::null(), der::octet_string(&[0xAB; 64])]);
            let info = der::sequence(&[algorithm, der::octet_string(digest)]);
            padded(253 - info.len(), &info)
        }),
        ("no NULL", |digest| {
            let info = der::sequence(&[der::sequence(&[Hash::Sha256.oid()]), der::octet_string(digest)]);
            padded(253 - info.len(), &info)
        }),
        ("BER length", |digest| {
            let info = Hash::Sha256.digest_info(digest);
            let info = [&[0x30, 0x81][..], &info[1..]].concat();
            padded(253 - info.len(), &info)
        }),
        ("block type 2", |digest| {
            let mut block = padded(202, &Hash::Sha256.digest_info(digest));
            block[1] = 2;
            block
        }),
        ("one byte of PS is not FF", |digest| {
            let mut block = padded(202, &Hash::Sha256.digest_info(digest));
            block[100] = 0xFE;
            block
        }),
        ("SHA-1 DigestInfo", |_| {
            let info = Hash::Sha1.digest_info(&Hash::Sha1.digest(DOCUMENT));
            padded(253 - info.len(), &info)
        }),
        ("bare hash (case 38)", |digest| padded(253 - 32, digest)),
    ];
    for (what, block) in blocks {
        let mut vector = Vector::new(Purpose::Signing);
        let block_of = |data| {
            let block = block(&Hash::Sha256.digest(data));
            assert_eq!(block.len(), 256, "{what}");
            block
        };
        vector.signature = Some(vector.holder_key.raw_private_operation(&block_of(DOCUMENT)).unwrap());
        assert_rejected(&vector.report(), &BAD_DOCUMENT, what);

        let mut vector = Vector::new(Purpose::Signing);
        let tbs = vector.template.tbs();
        let signature = vector.issuer_key.raw_private_operation(&block_of(&tbs)).unwrap();
        vector.certificate = Some(vector.template.assemble(&tbs, &signature));
        assert_rejected(&vector.report(), &BAD_CERTIFICATE, what);
    }
    // The right block by the same road is accepted.
    let mut vector = Vector::new(Purpose::Signing);
    let block = padded(202, &Hash::Sha256.digest_info(&Hash::Sha256.digest(DOCUMENT)));
    vector.signature = Some(vector.holder_key.raw_private_operation(&block).unwrap());
    assert_accepted(&vector.report(), "the right block");
}

#[test]
fn length_and_range_of_signatures() {
    let vector = Vector::new(Purpose::Signing);
    let good = vector.holder_key.sign_sha256(DOCUMENT).unwrap();
    let sum = |mut number: Vec<u8>, other: &[u8]| {
        let mut carry = 0;
        for (a, b) in number.iter_mut().zip(other).rev() {
            let sum = u16::from(*a) + u16::from(*b) + carry;
            (*a, carry) = (sum.to_be_bytes()[1], sum >> 8);
        }
        if carry > 0 { [vec![1], number].concat() } else { number }
    };
    let bad = [
        ("257 bytes, a zero in front", [&[0], &good[..]].concat()),
        ("257 bytes, a zero behind", [&good[..], &[0]].concat()),
        ("255 bytes", good[1..].to_vec()),
        ("nothing", Vec::new()),
        ("the modulus", vector.holder_key.modulus()),
        ("as large as can be", vec![0xFF; 256]),
        ("plus the modulus", sum(good.clone(), &vector.holder_key.modulus())),
        ("one bit off", {
            let mut bad = good.clone();
            bad[255] ^= 1;
            bad
        }),
        ("another key's", key(KeyName::OtherLeaf).sign_sha256(DOCUMENT).unwrap()),
    ];
    for (what, signature) in bad {
        let document = Vector { signature: Some(signature.clone()), ..vector.clone() };
        assert_rejected(&document.report(), &BAD_DOCUMENT, what);
        let assembled = vector.template.assemble(&vector.template.tbs(), &signature);
        let certificate = Vector { certificate: Some(assembled), ..vector.clone() };
        assert_rejected(&certificate.report(), &BAD_CERTIFICATE, what);
    }
    let swapped = Vector { signature: Some(vector.holder_key.sign_sha256(b"another document").unwrap()), ..vector };
    assert_rejected(&swapped.report(), &BAD_DOCUMENT, "another document");
}

/// Which rule of DER the certificate breaks; the place differs from case to case.
#[track_caller]
fn assert_not_der(vector: &Vector, rule: DerRule, what: &str) {
    let report = vector.report();
    let found = match report.errors.first() {
        Some(Rejection::Der(CertificateError::Der(violation))) => Some(violation.rule),
        _ => None,
    };
    assert_eq!(found, Some(rule), "{what}: {:?}", report.errors);
    assert_rejected(&report, &report.errors[0], what);
}

#[test]
fn encodings_that_are_not_der() {
    type Change = fn(&mut Vector);
    let long_length = |der: &[u8]| match der {
        [tag, len @ 0..=0x7F, content @ ..] => [&[*tag, 0x81, *len], content].concat(),
        _ => panic!("short form expected"),
    };
    let inside: [(&str, Change, DerRule); 6] = [
        ("BOOLEAN 01", |v| v.extension(&oids::key_usage()).critical = Some(1), DerRule::Boolean),
        (
            "critical FALSE written out",
            |v| v.extension(&oids::issuer_alt_name()).critical = Some(0),
            DerRule::ExplicitDefault,
        ),
        (
            "serial number with a needless zero",
            |v| v.template.serial_number = der::tlv(0x02, &[0x00, 0x1E, 0xEA, 0x07]),
            DerRule::NonMinimalInteger,
        ),
        (
            "keyUsage with trailing zero bits",
            |v| v.key_usage(0, &[0xC0]),
            DerRule::BitString,
        ),
        (
            "basicConstraints with cA FALSE written out",
            |v| {
                let value = der::sequence(&[der::tlv(0x01, &[0x00])]);
                v.template.extensions.push(Extension::plain(oids::basic_constraints(), value));
            },
            DerRule::ExplicitDefault,
        ),
        (
            "bytes after an extension's value",
            |v| v.extension(&oids::subject_key_identifier()).value.push(0),
            DerRule::TrailingBytes,
        ),
    ];
    for (what, change, rule) in inside {
        let mut vector = Vector::new(Purpose::Signing);
        change(&mut vector);
        assert_not_der(&vector, rule, what);
    }
    let mut vector = Vector::new(Purpose::Signing);
    vector.template.serial_number = long_length(&vector.template.serial_number);
    assert_not_der(&vector, DerRule::NonMinimalLength, "length of the serial number in two octets");

    let vector = Vector::new(Purpose::Signing);
    let good = vector.certificate();
    let outside: [(&str, Vec<u8>, DerRule); 4] = [
        ("trailing byte", [&good[..], &[0]].concat(), DerRule::TrailingBytes),
        (
            "indefinite length",
            [&[0x30, 0x80], &good[4..], &[0, 0]].concat(),
            DerRule::IndefiniteLength,
        ),
        ("cut off", good[..good.len() - 1].to_vec(), DerRule::Truncated),
        ("nothing", Vec::new(), DerRule::Truncated),
    ];
    for (what, certificate, rule) in outside {
        let vector = Vector { certificate: Some(certificate), ..vector.clone() };
        assert_not_der(&vector, rule, what);
    }
    let html = Vector { certificate: Some(b"<!DOCTYPE html><html></html>".to_vec()), ..vector.clone() };
    assert_not_der(&html, DerRule::UnexpectedTag, "HTML");

    let len = MAX_CERTIFICATE_LEN + 1;
    let long = Vector { certificate: Some(vec![0x30; len]), ..vector };
    let expected = Rejection::Der(CertificateError::TooLong { len });
    assert_rejected(&long.report(), &expected, "longer than any certificate");
}

#[test]
fn version_serial_and_times() {
    fn validity(vector: &mut Vector, not_after: &[u8]) {
        let not_before = der::tlv(0x17, b"251027013557Z");
        vector.template.validity = der::sequence(&[&not_before[..], not_after]);
    }
    fn serial(vector: &mut Vector, content: &[u8]) {
        vector.template.serial_number = der::tlv(0x02, content);
    }
    run(vec![
        signing(40, "negative", |v| serial(v, &[0x80, 0x01]), Rejection::Serial),
        signing(40, "zero", |v| serial(v, &[0x00]), Rejection::Serial),
        signing(40, "21 octets", |v| serial(v, &[0x11; 21]), Rejection::Serial),
        signing(41, "no seconds", |v| validity(v, &der::tlv(0x17, b"3002171459Z")), Rejection::Time),
        signing(41, "offset", |v| validity(v, &der::tlv(0x17, b"300217235959+0900")), Rejection::Time),
        signing(41, "fraction", |v| validity(v, &der::tlv(0x18, b"20300217145959.5Z")), Rejection::Time),
        signing(
            41,
            "GeneralizedTime before 2050",
            |v| validity(v, &der::tlv(0x18, b"20300217145959Z")),
            Rejection::Time,
        ),
        signing(41, "no such day", |v| validity(v, &der::tlv(0x17, b"300230145959Z")), Rejection::Time),
        signing(2, "version 1", |v| v.template.version.clear(), Rejection::Version),
        signing(
            2,
            "version 2",
            |v| v.template.version = der::constructed(0xA0, &[der::integer(1)]),
            Rejection::Version,
        ),
    ]);
    let mut twenty = Vector::new(Purpose::Signing);
    serial(&mut twenty, &[0x7F; 20]);
    assert_accepted(&twenty.report(), "20 octets");
    let mut later = Vector::new(Purpose::Signing);
    validity(&mut later, &der::tlv(0x18, b"20500217145959Z"));
    assert_accepted(&later.report(), "GeneralizedTime from 2050");
}

/// What a verifier must not do: take a certificate that re-encoding would put right, or one whose name merely reads
/// like the holder's. The holder's own data are not in any message.
#[test]
fn no_message_holds_personal_data() {
    let mut vector = Vector::new(Purpose::Signing);
    vector.key_usage(7, &[0x80]);
    vector.signature = Some(vec![1; 256]);
    let report = vector.report();
    let shown = format!("{report:?} {}", serde_json::to_string(&report).unwrap());
    let accepted = format!("{:?}", Vector::new(Purpose::Signing).report());
    for secret in [holder().name, holder().address, holder().date_of_birth] {
        assert!(!shown.contains(&secret) && !accepted.contains(&secret));
    }
}
