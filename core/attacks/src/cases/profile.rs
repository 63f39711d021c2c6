//! Cases 10 to 26: profile.

use kazasu_cert::{AttributeError, AttributeKind};
use kazasu_sim::pki::{oids, profile};
use kazasu_sim::{Extension, der};
use kazasu_verify::{AkiProblem, ExtensionProblem, Purpose, Rejection};

use super::{changed, login, oid, signing};
use crate::vector::Vector;
use crate::{Attack, Expected};

pub(super) fn attacks() -> Vec<Attack> {
    [
        the_other_certificate(),
        a_ca_is_not_a_holder(),
        key_usage(),
        policy(),
        extensions(),
        attributes(),
        attributes_in_an_authentication_certificate(),
    ]
    .concat()
}

fn the_other_certificate() -> Vec<Attack> {
    vec![
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
        signing(
            12,
            "profile of an authentication certificate from the signing CA",
            |v| {
                let authentication = Vector::new(Purpose::Authentication).template.extensions;
                for id in [oids::key_usage(), oids::certificate_policies()] {
                    let other = authentication.iter().find(|extension| extension.id == id).unwrap();
                    v.extension(&id).clone_from(other);
                }
            },
            Rejection::KeyUsage(ExtensionProblem::Value),
        ),
    ]
}

/// An authentication certificate with the four attributes in it: what is not critical may be there, but is not read.
fn attributes_in_an_authentication_certificate() -> Vec<Attack> {
    fn add(vector: &mut Vector, critical: Option<u8>) {
        let names = Vector::new(Purpose::Signing).extension(&oids::subject_alt_name()).clone();
        vector.template.extensions.push(Extension { critical, ..names });
    }
    vec![
        changed(
            Purpose::Authentication,
            26,
            "attributes in an authentication certificate",
            |v| add(v, None),
            Expected::Accepted { attributes: false },
        ),
        login(
            26,
            "attributes in an authentication certificate, critical",
            |v| add(v, Some(0xFF)),
            Rejection::UnhandledCritical { oid: oid("2.5.29.17") },
        ),
    ]
}

fn a_ca_is_not_a_holder() -> Vec<Attack> {
    vec![
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
        signing(
            10,
            "CA:TRUE, not critical",
            |v| {
                let value = der::sequence(&[der::tlv(0x01, &[0xFF])]);
                v.template.extensions.push(Extension::plain(oids::basic_constraints(), value));
            },
            Rejection::LeafIsCa,
        ),
        login(
            10,
            "CA:TRUE, log-in",
            |v| {
                let value = der::sequence(&[der::tlv(0x01, &[0xFF])]);
                v.template.extensions.push(Extension::critical(oids::basic_constraints(), value));
            },
            Rejection::LeafIsCa,
        ),
        signing(11, "cRLSign", |v| v.key_usage(1, &[0xC2]), Rejection::KeyUsage(ExtensionProblem::Value)),
        signing(11, "keyCertSign", |v| v.key_usage(2, &[0xC4]), Rejection::KeyUsage(ExtensionProblem::Value)),
    ]
}

fn key_usage() -> Vec<Attack> {
    let usage = Rejection::KeyUsage;
    let ext = Rejection::ExtKeyUsage;
    vec![
        signing(
            14,
            "keyUsage missing",
            |v| v.remove_extension(&oids::key_usage()),
            usage(ExtensionProblem::Missing),
        ),
        login(
            14,
            "keyUsage missing, log-in",
            |v| v.remove_extension(&oids::key_usage()),
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
            |v| v.remove_extension(&oids::extended_key_usage()),
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
    ]
}

fn policy() -> Vec<Attack> {
    let policy = Rejection::Policy;
    vec![
        signing(
            19,
            "certificatePolicies missing",
            |v| v.remove_extension(&oids::certificate_policies()),
            policy(ExtensionProblem::Missing),
        ),
        login(
            19,
            "certificatePolicies missing, log-in",
            |v| v.remove_extension(&oids::certificate_policies()),
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
        login(
            20,
            "production policy under a test anchor, log-in",
            |v| v.extension(&oids::certificate_policies()).value = profile::policies(&oids::policy(3, 30)),
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
    ]
}

fn two_policies(vector: &mut Vector, policies: &[Vec<u8>; 2]) {
    let value = der::sequence(&policies.clone().map(|policy| der::sequence(&[policy])));
    vector.extension(&oids::certificate_policies()).value = value;
}

fn extensions() -> Vec<Attack> {
    vec![
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
    ]
}

fn attributes() -> Vec<Attack> {
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
    vec![
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
            |v| v.remove_extension(&oids::subject_alt_name()),
            Rejection::AttributeEncoding(E::Missing { kind: Name }),
        ),
    ]
}
