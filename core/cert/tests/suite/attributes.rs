use kazasu_cert::{
    AttributeError as Error, AttributeKind as Kind, AttributeWarning as Warning, BasicAttributes, BirthDate,
    ExtensionError, ObjectIdentifier, Sex, SubstituteFlags, basic_attributes,
};
use serde_json::json;

use crate::fixture::{ADDRESS, NAME, Parts, attribute, attributes, other_name};

fn read(names: &[Vec<u8>]) -> Result<BasicAttributes, Error> {
    basic_attributes(&Parts::signing().with_attributes(names).certificate())
}

/// The usual attributes, with the value of one replaced.
fn replaced(arc: u8, new: Vec<u8>) -> Vec<Vec<u8>> {
    let id = format!("1.2.392.200149.8.5.5.{arc}");
    let id = ObjectIdentifier::new_unwrap(&id);
    let mut names = attributes();
    let old = names.iter_mut().find(|name| name.windows(10).any(|window| window == id.as_bytes())).unwrap();
    *old = new;
    names
}

const KINDS: [(u8, Kind); 6] = [
    (1, Kind::Name),
    (2, Kind::NameSubstituteFlags),
    (3, Kind::Sex),
    (4, Kind::DateOfBirth),
    (5, Kind::Address),
    (6, Kind::AddressSubstituteFlags),
];

#[test]
fn the_four_attributes_and_their_flags() {
    let read = read(&attributes()).unwrap();
    assert_eq!(read.name.text, NAME);
    assert_eq!(read.family_and_given(), Some(("見本", "花子")));
    assert_eq!(read.name.is_substituted(), Some(false));
    assert_eq!(read.address.text, ADDRESS);
    let SubstituteFlags::Flags(flags) = &read.address.substituted else { panic!() };
    assert_eq!(flags.iter().position(|flag| *flag), Some(9));
    assert_eq!(read.date_of_birth.known().unwrap().to_string(), "1990-04-01");
    assert_eq!(read.sex, Sex::Female);
    assert!(read.other.is_empty());
    assert_eq!(read.warnings(), [Warning::AddressSubstituted]);
}

#[test]
fn the_order_does_not_matter() {
    let mut names = attributes();
    let expected = read(&names).unwrap();
    names.reverse();
    assert_eq!(read(&names).unwrap(), expected);
}

#[test]
fn required_and_optional() {
    for (arc, kind) in KINDS {
        let names: Vec<_> = KINDS
            .into_iter()
            .zip([NAME, "00000", "2", "419900401", ADDRESS, "000000000000000"])
            .filter(|((other, _), _)| *other != arc)
            .map(|((arc, _), value)| attribute(arc, value))
            .collect();
        match kind {
            Kind::NameSubstituteFlags | Kind::AddressSubstituteFlags => {
                let read = read(&names).unwrap();
                let text = if kind == Kind::NameSubstituteFlags { &read.name } else { &read.address };
                assert_eq!(text.substituted, SubstituteFlags::Absent);
            }
            _ => assert_eq!(read(&names), Err(Error::Missing { kind })),
        }
    }
    let without = Parts { extensions: vec![], ..Parts::signing() };
    let no_extension = without.with_extension("2.5.29.14", Parts::signing().extensions[6].clone());
    assert_eq!(basic_attributes(&no_extension.certificate()), Err(Error::Missing { kind: Kind::Name }));
}

#[test]
fn a_second_value_neither_wins_nor_loses() {
    for (arc, kind) in KINDS {
        let mut names = attributes();
        names.push(attribute(arc, "419900401"));
        assert_eq!(read(&names), Err(Error::Duplicate { kind }));
    }
}

#[test]
fn wrong_values_are_told_apart() {
    for (arc, kind) in KINDS {
        let id = format!("1.2.392.200149.8.5.5.{arc}");
        let with = |tag, value: &[u8]| read(&replaced(arc, other_name(&id, tag, value)));
        for tag in [0x13, 0x16, 0x1E, 0x04] {
            assert_eq!(with(tag, b"1"), Err(Error::NotUtf8String { kind }));
        }
        assert_eq!(with(0x0C, b"1\x0C\x01"), Err(Error::ControlCharacter { kind }));
        assert_eq!(with(0x0C, b"\xE8\xA6"), Err(Error::InvalidUtf8 { kind }));
        assert_eq!(with(0x0C, b"\xED\xA0\x80"), Err(Error::InvalidUtf8 { kind }));
        assert_eq!(with(0x0C, b""), Err(Error::Empty { kind }));
        for control in ["1\0", "\n1", "\u{7F}", "\u{85}"] {
            assert_eq!(with(0x0C, control.as_bytes()), Err(Error::ControlCharacter { kind }));
        }
    }
    for digits in ["31980021", "3198002170", "31980021X", "３１９８００２１７", "1980-02-17"] {
        let malformed = Err(Error::Malformed { kind: Kind::DateOfBirth });
        assert_eq!(read(&replaced(4, attribute(4, digits))), malformed);
    }
    for sex in ["11", "m", "１"] {
        assert_eq!(read(&replaced(3, attribute(3, sex))), Err(Error::Malformed { kind: Kind::Sex }));
    }
}

#[test]
fn only_1_and_2_have_a_meaning_as_sex() {
    for (digit, sex) in [("1", Sex::Male), ("2", Sex::Female), ("0", Sex::Other('0')), ("9", Sex::Other('9'))]
    {
        assert_eq!(read(&replaced(3, attribute(3, digit))).unwrap().sex, sex);
    }
}

#[test]
fn unknown_attributes_are_kept_unread() {
    let kana = "1.2.392.200149.8.5.5.7";
    let mut names = attributes();
    names.insert(2, other_name(kana, 0x1E, b"\0k"));
    // An e-mail address is no otherName, hence no attribute.
    names.push(crate::fixture::tlv(0x81, b"hanako@example.jp"));
    let read = read(&names).unwrap();
    let [other] = &read.other[..] else { panic!() };
    assert_eq!(other.type_id.to_string(), kana);
    assert_eq!(other.value, [0x1E, 0x02, 0x00, b'k']);
}

#[test]
fn an_extension_that_cannot_be_read() {
    let mut parts = Parts::signing();
    parts.extensions.push(parts.extensions[1].clone());
    let oid = ObjectIdentifier::new_unwrap("2.5.29.17");
    let twice = basic_attributes(&parts.certificate());
    assert_eq!(twice, Err(Error::Extension(ExtensionError::Duplicate { oid })));
}

#[test]
fn json() {
    let mut names = attributes();
    names.push(other_name("1.2.392.200149.8.5.5.7", 0x0C, b"x"));
    assert_eq!(
        serde_json::to_value(read(&names).unwrap()).unwrap(),
        json!({
            "name": NAME,
            "address": ADDRESS,
            "date_of_birth": "1990-04-01",
            "date_of_birth_registered": "419900401",
            "sex": "female",
            "name_substituted": false,
            "address_substituted": true,
            "name_substitute_flags": "00000",
            "address_substitute_flags": "000000000100000",
            "other": [{"oid": "1.2.392.200149.8.5.5.7", "der": "0c0178"}],
            "warnings": ["address_substituted"],
        })
    );
}

#[test]
fn json_never_fills_in_what_is_not_known() {
    let dates = [
        ("419900400", "date_of_birth_partial"),
        ("419900431", "date_of_birth_impossible"),
        ("400000000", "date_of_birth_unknown"),
    ];
    for (digits, warning) in dates {
        let mut names = replaced(4, attribute(4, digits));
        names[2] = attribute(3, "9");
        names[4] = attribute(2, "0000");
        names.truncate(5);
        let json = serde_json::to_value(read(&names).unwrap()).unwrap();
        assert_eq!(json["date_of_birth"], json!(null));
        assert_eq!(json["date_of_birth_registered"], json!(digits));
        assert_eq!(json["sex"], json!("9"));
        assert_eq!(json["name_substituted"], json!(null));
        assert_eq!(json["name_substitute_flags"], json!("0000"));
        assert_eq!(json["address_substituted"], json!(null));
        assert_eq!(json["address_substitute_flags"], json!(null));
        assert_eq!(json["warnings"], json!(["name_substitute_flags_unusable", warning]));
    }
    let mismatch = read(&replaced(4, attribute(4, "319900401"))).unwrap();
    assert!(mismatch.warnings().contains(&Warning::DateOfBirthEraMismatch));
    assert_eq!(mismatch.date_of_birth.known().unwrap().to_string(), "1990-04-01");
}

/// Nobody has a certificate before being born; the day is that of Japan.
#[test]
fn a_birth_after_the_certificate_is_impossible() {
    let date = |digits| read(&replaced(4, attribute(4, digits))).unwrap().date_of_birth.date();
    for digits in ["520251028", "599991231", "520251100", "520260000"] {
        assert_eq!(date(digits), BirthDate::Impossible, "{digits}");
    }
    assert!(matches!(date("520251027"), BirthDate::Known(_)));
    for digits in ["520251000", "520250000", "500001231"] {
        assert!(matches!(date(digits), BirthDate::Partial { .. }), "{digits}");
    }
}

#[test]
fn neither_debug_nor_errors_show_personal_data() {
    let shown = format!("{:#?}", read(&attributes()).unwrap());
    let clean = |text: &str| {
        text.is_ascii() && !["1990", "0401", "emale", "000", "true"].iter().any(|s| text.contains(s))
    };
    assert!(clean(&shown), "{shown}");
    let error = read(&replaced(4, attribute(4, "19900401"))).unwrap_err();
    assert!(clean(&format!("{error:?} {error}")));
}
