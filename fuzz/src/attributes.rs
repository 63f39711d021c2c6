//! The basic four attributes in a certificate that is otherwise in order.
//!
//! The first byte of the input says what the rest is: the `subjectAltName` if its lowest bit is 0; else up to six texts,
//! separated by the byte FF (which no UTF-8 has), in the order of the profile: name, date of birth, sex, address, and the
//! substitute flags of name and address. An empty text leaves its attribute out.

use std::sync::LazyLock;

use kazasu_cert::{
    AttributeWarning, BasicAttributes, BirthDate, Certificate, CertificateError, DateOfBirth,
    MAX_CERTIFICATE_LEN, RegisteredText, SubstituteFlags, UnixTime, basic_attributes,
};
use kazasu_sim::pki::{oids, profile};
use kazasu_sim::{CertificateTemplate, Generation, Persona, Purpose, TestPki, der};

use crate::BerMutator;

/// How inputs are mutated.
pub const MUTATOR: BerMutator = BerMutator { prefix: 1 };

/// The attribute numbers in the order in which a certificate has them.
pub(crate) const ORDER: [u32; 6] = [1, 4, 3, 5, 2, 6];
/// Between two texts.
pub(crate) const SEPARATOR: u8 = 0xFF;

static TEMPLATE: LazyLock<CertificateTemplate> = LazyLock::new(|| {
    let holder = Persona::named("ichiro").unwrap().holder;
    TestPki::shared().unwrap().leaf(Purpose::Signing, Generation::G2023, &holder).unwrap()
});

/// What is read is what stands there, and nothing is filled in.
pub fn run(input: &[u8]) {
    let Some((mode, rest)) = input.split_first() else { return };
    let names = if mode & 1 == 0 { rest.to_vec() } else { names_from_texts(rest) };
    let mut template = TEMPLATE.clone();
    template.extension_mut(&oids::subject_alt_name()).unwrap().value.clone_from(&names);
    let der = template.assemble(&template.tbs(), &[0x5A; 256]);

    let certificate = match Certificate::from_der(&der) {
        Ok(certificate) => certificate,
        Err(CertificateError::TooLong { len }) => {
            assert!(len > MAX_CERTIFICATE_LEN);
            return;
        }
        Err(error) => panic!("a certificate may hold any subjectAltName: {error}"),
    };
    match basic_attributes(&certificate) {
        Ok(attributes) => check(&attributes, &names, certificate.not_before()),
        Err(error) => assert!(error.to_string().is_ascii()),
    }
}

fn names_from_texts(input: &[u8]) -> Vec<u8> {
    let texts = input.split(|byte| *byte == SEPARATOR).zip(ORDER).filter(|(text, _)| !text.is_empty());
    let names = texts.map(|(text, number)| profile::other_name(number, &der::tlv(0x0C, text)));
    der::sequence(&names.collect::<Vec<_>>())
}

fn check(attributes: &BasicAttributes, names: &[u8], issued: UnixTime) {
    for text in [&attributes.name, &attributes.address] {
        check_text(text, names);
    }
    check_date(&attributes.date_of_birth, issued);
    let warnings = attributes.warnings();
    assert_eq!(
        warnings.contains(&AttributeWarning::NameSubstituted),
        attributes.name.is_substituted() == Some(true)
    );
    if let Some((family, given)) = attributes.family_and_given() {
        assert_eq!(format!("{family}\u{3000}{given}"), attributes.name.text);
    }
    // Personal data would not be ASCII throughout for long.
    assert!(format!("{attributes:?}").is_ascii());

    let json = serde_json::to_value(attributes).unwrap();
    assert_eq!(json["name"], attributes.name.text);
    assert_eq!(json["address"], attributes.address.text);
    assert_eq!(json["date_of_birth"].is_null(), attributes.date_of_birth.known().is_none());
    assert_eq!(json["warnings"].as_array().map(Vec::len), Some(warnings.len()));
}

fn check_text(text: &RegisteredText, names: &[u8]) {
    let bytes = text.text.as_bytes();
    assert!(!bytes.is_empty() && !text.text.chars().any(char::is_control));
    assert!(names.windows(bytes.len()).any(|window| window == bytes), "a text that does not stand there");
    if let SubstituteFlags::Flags(flags) = &text.substituted {
        assert_eq!(flags.len(), text.text.chars().count());
    }
}

/// Against a calendar of our own.
fn check_date(date_of_birth: &DateOfBirth, issued: UnixTime) {
    let digits = date_of_birth.as_registered();
    assert!(digits.len() == 9 && digits.bytes().all(|digit| digit.is_ascii_digit()));
    let number = |from, to| digits[from..to].parse::<u16>().unwrap();
    let (year, month, day) = (number(1, 5), number(5, 7), number(7, 9));
    // The day of issue in Japan, nine hours ahead: nobody is born after it.
    let issued = UnixTime(issued.0 + 9 * 3600).to_string();
    let is_born = format!("{year:04}-{month:02}-{day:02}").as_str() <= &issued[..10];
    let exists = is_born
        && (1868..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days(year, month)).contains(&day);
    match date_of_birth.date() {
        BirthDate::Known(date) => {
            assert!(exists);
            assert_eq!(date.to_string(), format!("{year:04}-{month:02}-{day:02}"));
        }
        BirthDate::Unknown => assert_eq!((year, month, day), (0, 0, 0)),
        BirthDate::Partial { year: y, month: m, day: d } => {
            assert!(year == 0 || month == 0 || day == 0);
            assert_eq!((y.unwrap_or(0), m.map_or(0, u16::from), d.map_or(0, u16::from)), (year, month, day));
        }
        _ => assert!(!exists),
    }
}

fn days(year: u16, month: u16) -> u16 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(if year.is_multiple_of(100) { 400 } else { 4 }) => 29,
        2 => 28,
        _ => 31,
    }
}
