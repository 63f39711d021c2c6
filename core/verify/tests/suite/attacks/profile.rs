//! Cases 10 to 25 and 31 to 35: profile, algorithms, keys.

use kazasu_cert::{AttributeError, AttributeKind};
use kazasu_sim::pki::{oids, profile};
use kazasu_sim::{Extension, KeyName, der};
use kazasu_verify::{AkiProblem, AlgorithmOf, ExtensionProblem, Purpose, Rejection};

use super::{login, oid, run, signing};
use crate::common::cms::Hash;
use crate::common::{Vector, assert_rejected, key};

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
fn a_ca_is_not_a_holder() {
    run(vec![
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
fn key_usage() {
    let usage = Rejection::KeyUsage;
    let ext = Rejection::ExtKeyUsage;
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
        signing(
            17,
            "a bit without a name",
            |v| v.key_usage(6, &[0xC0, 0x40]),
            usage(ExtensionProblem::Value),
        ),
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
    ]);
}

#[test]
fn policy() {
    let policy = Rejection::Policy;
    run(vec![
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
                let all: Vec<_> =
                    Vector::attributes().into_iter().filter(|(number, _)| *number != 5).collect();
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
                v.template.subject_public_key_info = der::sequence(&[algorithm, der::bit_string(0, &point)]);
            },
            alg(AlgorithmOf::PublicKey, "1.2.840.10045.2.1"),
        ),
    ]);
}
