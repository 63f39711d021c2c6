//! Cases 39 to 41: encoding.

use kazasu_cert::{CertificateError, DerRule, MAX_CERTIFICATE_LEN};
use kazasu_sim::pki::oids;
use kazasu_sim::{Extension, der};
use kazasu_verify::{Purpose, Rejection};

use super::{changed, signing};
use crate::vector::Vector;
use crate::{Attack, Expected};

pub(super) fn attacks() -> Vec<Attack> {
    [inside(), around(), version_and_serial(), times()].concat()
}

fn not_der(title: &str, change: impl FnOnce(&mut Vector), rule: DerRule) -> Attack {
    changed(Purpose::Signing, 39, title, change, Expected::NotDer(rule))
}

/// What another reader would put right in silence.
fn inside() -> Vec<Attack> {
    vec![
        not_der("BOOLEAN 01", |v| v.extension(&oids::key_usage()).critical = Some(1), DerRule::Boolean),
        not_der(
            "critical FALSE written out",
            |v| v.extension(&oids::issuer_alt_name()).critical = Some(0),
            DerRule::ExplicitDefault,
        ),
        not_der(
            "serial number with a needless zero",
            |v| v.template.serial_number = der::tlv(0x02, &[0x00, 0x1E, 0xEA, 0x07]),
            DerRule::NonMinimalInteger,
        ),
        not_der("keyUsage with trailing zero bits", |v| v.key_usage(0, &[0xC0]), DerRule::BitString),
        not_der(
            "basicConstraints with cA FALSE written out",
            |v| {
                let value = der::sequence(&[der::tlv(0x01, &[0x00])]);
                v.template.extensions.push(Extension::plain(oids::basic_constraints(), value));
            },
            DerRule::ExplicitDefault,
        ),
        not_der(
            "bytes after an extension's value",
            |v| v.extension(&oids::subject_key_identifier()).value.push(0),
            DerRule::TrailingBytes,
        ),
        not_der(
            "length of the serial number in two octets",
            |v| v.template.serial_number.insert(1, 0x81),
            DerRule::NonMinimalLength,
        ),
    ]
}

fn around() -> Vec<Attack> {
    let good = Vector::new(Purpose::Signing).certificate();
    let bytes =
        |title, certificate: Vec<u8>, rule| not_der(title, |v| v.certificate = Some(certificate), rule);
    let len = MAX_CERTIFICATE_LEN + 1;
    vec![
        bytes("trailing byte", [&good[..], &[0]].concat(), DerRule::TrailingBytes),
        bytes("indefinite length", [&[0x30, 0x80], &good[4..], &[0, 0]].concat(), DerRule::IndefiniteLength),
        bytes("certificate cut off", good[..good.len() - 1].to_vec(), DerRule::Truncated),
        bytes("no certificate", Vec::new(), DerRule::Truncated),
        bytes("HTML", b"<!DOCTYPE html><html></html>".to_vec(), DerRule::UnexpectedTag),
        signing(
            39,
            "longer than any certificate",
            |v| v.certificate = Some(vec![0x30; len]),
            Rejection::Der(CertificateError::TooLong { len }),
        ),
    ]
}

fn version_and_serial() -> Vec<Attack> {
    fn serial(vector: &mut Vector, content: &[u8]) {
        vector.template.serial_number = der::tlv(0x02, content);
    }
    vec![
        signing(40, "negative serial number", |v| serial(v, &[0x80, 0x01]), Rejection::Serial),
        signing(40, "serial number zero", |v| serial(v, &[0x00]), Rejection::Serial),
        signing(40, "serial number of 21 octets", |v| serial(v, &[0x11; 21]), Rejection::Serial),
        signing(39, "version 1", |v| v.template.version.clear(), Rejection::Version),
        signing(
            39,
            "version 2",
            |v| v.template.version = der::constructed(0xA0, &[der::integer(1)]),
            Rejection::Version,
        ),
    ]
}

fn times() -> Vec<Attack> {
    let not_after = |title, tag, text: &[u8]| {
        let change = |v: &mut Vector| {
            v.template.validity = der::sequence(&[der::tlv(0x17, b"251027013557Z"), der::tlv(tag, text)]);
        };
        signing(41, title, change, Rejection::Time)
    };
    vec![
        not_after("UTCTime without seconds", 0x17, b"3002171459Z"),
        not_after("UTCTime with offset", 0x17, b"300217235959+0900"),
        not_after("GeneralizedTime with fraction", 0x18, b"20300217145959.5Z"),
        not_after("GeneralizedTime before 2050", 0x18, b"20300217145959Z"),
        not_after("no such day", 0x17, b"300230145959Z"),
    ]
}
