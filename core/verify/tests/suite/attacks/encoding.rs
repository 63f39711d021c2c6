//! Cases 39 to 41: encoding.

use kazasu_cert::{CertificateError, DerRule, MAX_CERTIFICATE_LEN};
use kazasu_sim::pki::oids;
use kazasu_sim::{Extension, der};
use kazasu_verify::{Purpose, Rejection};

use super::{run, signing};
use crate::common::{Vector, assert_accepted, assert_rejected};

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
        ("keyUsage with trailing zero bits", |v| v.key_usage(0, &[0xC0]), DerRule::BitString),
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
        ("indefinite length", [&[0x30, 0x80], &good[4..], &[0, 0]].concat(), DerRule::IndefiniteLength),
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
