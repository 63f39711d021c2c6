use kazasu_cert::{Certificate, CertificateError, DerRule};

use crate::fixture::{Parts, attribute, extension, oid, public_key_info, rsa_key_der, sequence, tlv};

/// The rule broken, whether the parser already stops at it or only the strict check does.
fn broken_rule(der: &[u8]) -> Option<DerRule> {
    match Certificate::from_der(der) {
        Ok(certificate) => certificate.strict_der_violation().map(|violation| violation.rule),
        Err(CertificateError::Der(violation)) => Some(violation.rule),
        Err(other) => panic!("{other:?}"),
    }
}

fn check(parts: &Parts, expected: DerRule) {
    assert_eq!(broken_rule(&parts.der()), Some(expected));
}

fn signing_with(id: &str, value: &[u8]) -> Parts {
    Parts::signing().with_extension(id, extension(id, true, value))
}

#[test]
fn the_profile_is_der() {
    assert_eq!(broken_rule(&Parts::signing().der()), None);
    assert_eq!(broken_rule(&Parts::authority().der()), None);
}

#[test]
fn lengths() {
    let der = Parts::signing().der();
    let content = &der[4..];
    let [high, low] = [der[2], der[3]];
    let longer = [&[0x30, 0x83, 0x00, high, low], content].concat();
    assert_eq!(broken_rule(&longer), Some(DerRule::NonMinimalLength));
    let indefinite = [&[0x30, 0x80], content, &[0, 0]].concat();
    assert_eq!(broken_rule(&indefinite), Some(DerRule::IndefiniteLength));

    // Inside an extension value.
    check(&signing_with("2.5.29.15", &[0x03, 0x81, 0x02, 0x06, 0xC0]), DerRule::NonMinimalLength);
    check(&signing_with("2.5.29.37", &[0x30, 0x80, 0x00, 0x00]), DerRule::IndefiniteLength);
    let mut names: Vec<_> =
        [(1, "見本"), (4, "419900401"), (5, "東京都")].map(|(a, v)| attribute(a, v)).into();
    names.push([oid("1.2.392.200149.8.5.5.3"), vec![0xA0, 0x04, 0x0C, 0x81, 0x01, b'1']].concat());
    let last = names.pop().unwrap();
    names.push(tlv(0xA0, &last));
    check(&Parts::signing().with_attributes(&names), DerRule::NonMinimalLength);
}

#[test]
fn trailing_bytes() {
    check(&signing_with("2.5.29.15", &[0x03, 0x02, 0x06, 0xC0, 0x00]), DerRule::TrailingBytes);
    let id = sequence(&[&oid("2.5.29.15"), &[0x01, 0x01, 0xFF], &tlv(0x04, &[3, 2, 6, 0xC0]), &[5, 0]]);
    let parts = Parts::signing().with_extension("2.5.29.15", id);
    check(&parts, DerRule::TrailingBytes);
    let key = [rsa_key_der(), vec![0]].concat();
    let info = public_key_info("1.2.840.113549.1.1.1", &[5, 0], &key);
    check(&Parts { public_key_info: info, ..Parts::signing() }, DerRule::TrailingBytes);
}

#[test]
fn integers() {
    for serial in [&[][..], &[0x00, 0x01], &[0x00, 0x00, 0xC1], &[0xFF, 0x80]] {
        check(&Parts { serial: tlv(0x02, serial), ..Parts::signing() }, DerRule::NonMinimalInteger);
    }
    let authority = sequence(&[&tlv(0x80, &[1]), &tlv(0x82, &[0x00, 0x01])]);
    check(&signing_with("2.5.29.35", &authority), DerRule::NonMinimalInteger);
    let key = sequence(&[&tlv(0x02, &[0x00, 0x7F, 0x01]), &tlv(0x02, &[3])]);
    let info = public_key_info("1.2.840.113549.1.1.1", &[5, 0], &key);
    check(&Parts { public_key_info: info, ..Parts::signing() }, DerRule::NonMinimalInteger);
}

#[test]
fn booleans_and_defaults() {
    let critical = |octets: &[u8]| {
        let usage = sequence(&[&oid("2.5.29.15"), &tlv(0x01, octets), &tlv(0x04, &[3, 2, 6, 0xC0])]);
        Parts::signing().with_extension("2.5.29.15", usage)
    };
    check(&critical(&[0x01]), DerRule::Boolean);
    check(&critical(&[0xFF, 0xFF]), DerRule::Boolean);
    check(&critical(&[0x00]), DerRule::ExplicitDefault);
    check(&signing_with("2.5.29.19", &sequence(&[&[1, 1, 0x01]])), DerRule::Boolean);
    check(&signing_with("2.5.29.19", &sequence(&[&[1, 1, 0x00]])), DerRule::ExplicitDefault);
    check(&Parts { version: tlv(0xA0, &[2, 1, 0]), ..Parts::signing() }, DerRule::ExplicitDefault);
}

#[test]
fn bit_strings() {
    // Trailing zero bits of a named bit list, set bits behind the end, nine unused bits, none at all.
    for usage in [&[0x05, 0xC0][..], &[0x06, 0xC0, 0x00], &[0x06, 0xFF], &[0x09, 0xC0], &[0x01], &[]] {
        check(&signing_with("2.5.29.15", &tlv(0x03, usage)), DerRule::BitString);
    }
    assert_eq!(broken_rule(&signing_with("2.5.29.15", &[0x03, 0x01, 0x00]).der()), None);
}

#[test]
fn other_types() {
    let algorithm = |id: &[u8], null: &[u8]| {
        let algorithm = sequence(&[&tlv(0x06, id), null]);
        Parts { algorithm, ..Parts::signing() }
    };
    check(&algorithm(&[0x2A, 0x03], &[0x05, 0x01, 0x00]), DerRule::Null);
    for id in [&[][..], &[0x2A, 0x80, 0x01], &[0x2A, 0x83]] {
        check(&algorithm(id, &[0x05, 0x00]), DerRule::ObjectIdentifier);
    }
    // Strings in pieces, a primitive SEQUENCE, end-of-contents, a tag of two octets.
    check(&signing_with("1.2.3.4", &[0x24, 0x03, 0x04, 0x01, 0x00]), DerRule::Form);
    check(&signing_with("1.2.3.4", &[0x10, 0x00]), DerRule::Form);
    check(&signing_with("1.2.3.4", &[0x00, 0x00]), DerRule::UnexpectedTag);
    check(&signing_with("1.2.3.4", &[0x1F, 0x81, 0x01, 0x00]), DerRule::UnexpectedTag);
    check(&signing_with("1.2.3.4", &[]), DerRule::Truncated);
}

#[test]
fn sets_are_in_order() {
    let attribute = |id: &str| sequence(&[&oid(id), &tlv(0x0C, b"x")]);
    let subject = |first: &str, second: &str| {
        let rdn = tlv(0x31, &[attribute(first), attribute(second)].concat());
        Parts { subject: sequence(&[&rdn]), ..Parts::signing() }
    };
    assert_eq!(broken_rule(&subject("2.5.4.3", "2.5.4.7").der()), None);
    check(&subject("2.5.4.7", "2.5.4.3"), DerRule::SetOrder);
}

#[test]
fn times() {
    let utc_times: [&[u8]; 10] = [
        b"2510270330Z",
        b"251027033015",
        b"251027033015+0900",
        b"251027123015+0900",
        b"251327033015Z",
        b"250229033015Z",
        b"251027243015Z",
        b"251027036015Z",
        b"251027033060Z",
        b"25102703301 Z",
    ];
    for time in utc_times {
        check(&Parts { not_before: tlv(0x17, time), ..Parts::signing() }, DerRule::Time);
    }
    let generalized_times: [&[u8]; 5] = [
        b"20500101000000.5Z",
        b"205001010000Z",
        b"20500101000000",
        b"20500101090000+0900",
        b"20491231235959Z",
    ];
    for time in generalized_times {
        check(&Parts { not_after: tlv(0x18, time), ..Parts::signing() }, DerRule::Time);
    }
}

#[test]
fn no_field_is_passed_over() {
    let with_fields = |fields: &[&[u8]]| {
        let public_key_info = [&Parts::signing().public_key_info, &fields.concat()[..]].concat();
        broken_rule(&Parts { public_key_info, ..Parts::signing() }.der())
    };
    let unique_ids = [tlv(0x81, &[0, 1]), tlv(0x82, &[0, 2])];
    assert_eq!(with_fields(&[&unique_ids[0], &unique_ids[1]]), None);
    for unknown in [tlv(0x80, &[0, 1]), tlv(0xA0, &[5, 0]), unique_ids.concat().repeat(2)] {
        assert_eq!(with_fields(&[&unknown]), Some(DerRule::UnexpectedTag));
    }
}

#[test]
fn depth_is_bounded() {
    let nested = |depth| (0..depth).fold(vec![0x05, 0x00], |inner, _| sequence(&[&inner]));
    assert_eq!(broken_rule(&signing_with("1.2.3.4", &nested(31)).der()), None);
    check(&signing_with("1.2.3.4", &nested(32)), DerRule::Depth);
    check(&signing_with("1.2.3.4", &nested(500)), DerRule::Depth);
}

#[test]
fn a_violation_says_where() {
    let der = signing_with("2.5.29.15", &[0x03, 0x02, 0x05, 0xC0]).der();
    let position = der.windows(4).position(|window| window == [0x03, 0x02, 0x05, 0xC0]).unwrap();
    let violation = Certificate::from_der(&der).unwrap().strict_der_violation().unwrap();
    assert_eq!(violation.offset, position);
    assert_eq!(violation.to_string(), format!("bad BIT STRING at byte {position}"));
}
