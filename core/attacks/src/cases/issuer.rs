//! Cases 1 to 9 and 27 to 30: time, anchor, issuer.

use kazasu_cert::Certificate;
use kazasu_sim::pki::{oids, profile};
use kazasu_sim::{Generation, KeyName, der};
use kazasu_verify::{AkiProblem, ClockSkew, Environment, Purpose, Rejection};

use super::{BAD_CERTIFICATE, UNKNOWN, signing};
use crate::vector::{Vector, key, pki, sim, time};
use crate::{Attack, Expected, Question};

pub(super) fn attacks() -> Vec<Attack> {
    let test_certificates = Purpose::ALL.map(a_test_certificate_under_production_anchors);
    [time_and_anchor(), forged_issuers(), test_certificates.into(), authority_key_identifier_and_name()]
        .concat()
}

fn time_and_anchor() -> Vec<Attack> {
    let anchor = pki().authority(sim(Purpose::Signing), Generation::G2015);
    let anchor = Certificate::from_der(anchor.certificate()).unwrap();
    vec![
        signing(
            1,
            "expired one second ago",
            |v| v.at = time("2045-02-17T15:00:00Z"),
            Rejection::Expired { not_after: time("2045-02-17T14:59:59Z") },
        ),
        signing(
            2,
            "not yet valid, no clock skew allowed",
            |v| {
                v.policy.clock_skew = ClockSkew::ZERO;
                v.at = time("2025-10-27T01:35:56Z");
            },
            Rejection::NotYetValid { not_before: time("2025-10-27T01:35:57Z") },
        ),
        signing(
            2,
            "not yet valid by more than the clock skew",
            |v| v.at = time("2025-10-27T01:30:56Z"),
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
    ]
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

fn forged_issuers() -> Vec<Attack> {
    vec![
        signing(5, "attacker's CA of the same name", issued_by_attacker, UNKNOWN),
        signing(
            5,
            "attacker's CA of the same name, the key identifier copied",
            |v| v.issuer_key = key(KeyName::Attacker),
            BAD_CERTIFICATE,
        ),
        signing(
            6,
            "attacker's CA comes along as the card's CA",
            |v| {
                issued_by_attacker(v);
                v.companions.push(attacker_ca(&key(KeyName::Attacker).key_identifier()));
            },
            Rejection::UntrustedAnchor,
        ),
        signing(
            6,
            "attacker's CA comes along, key identifiers copied",
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
            "another holder's certificate used as a CA",
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
            "another holder's certificate used as a CA, under the CA's name",
            |v| {
                v.issuer_key = key(KeyName::OtherLeaf);
                v.aki(&key(KeyName::OtherLeaf).key_identifier(), &der::integer(4_711));
                v.companions.push(other_holder());
            },
            Rejection::NotACa,
        ),
        signing(
            8,
            "another holder's certificate used as a CA, but left out",
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
    ]
}

fn a_test_certificate_under_production_anchors(purpose: Purpose) -> Attack {
    let question = Question { environment: Environment::Production, ..Vector::new(purpose).question() };
    let expected = Rejection::UnknownIssuer { purpose, environment: Environment::Production };
    let title = match purpose {
        Purpose::Signing => "test certificate under production anchors",
        Purpose::Authentication => "test certificate under production anchors, log-in",
    };
    Attack::new(27, title, question, Expected::Rejected(expected))
}

fn authority_key_identifier_and_name() -> Vec<Attack> {
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
    vec![
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
            |v| v.remove_extension(&oids::authority_key_identifier()),
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
    ]
}
