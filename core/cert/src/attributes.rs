//! The basic four attributes (基本4情報) of a signing certificate.

use std::fmt;

use const_oid::ObjectIdentifier;
use serde::{Serialize, Serializer, ser::SerializeStruct};
use thiserror::Error;

use crate::{
    BirthDate, Certificate, DateOfBirth, ExtensionError, OtherName, RegisteredText, SubstituteFlags,
    UnixTime,
    tlv::{self, Reader, UTF8_STRING},
};

/// Reads the attributes from the subjectAltName of `certificate`, **whoever issued it**: the crate `kazasu-verify`
/// returns attributes of certificates that were accepted, and that is where a relying party should take them from.
/// An authentication certificate has none (docs/certificate-facts.md §2.4).
///
/// # Errors
/// [`AttributeError`] when a required attribute is missing, any is there twice, or one cannot be read. No error
/// holds any part of a value.
pub fn basic_attributes(certificate: &Certificate) -> Result<BasicAttributes, AttributeError> {
    let mut found = Found::default();
    for name in certificate.subject_other_names()?.map(|names| names.value).unwrap_or_default() {
        found.add(&name)?;
    }
    found.finish(certificate.not_before())
}

/// Name, address, date of birth and sex, as the certificate has them.
///
/// The text is verbatim, for the record; nothing is normalised. Serialises as one object with
/// `name`, `address`, `date_of_birth` (`YYYY-MM-DD`, null unless complete and existing), `date_of_birth_registered`
/// (the nine digits), `sex` (`male`, `female` or the digit), `name_substituted` and `address_substituted` (null
/// when the flags are absent or unusable), `name_substitute_flags` and `address_substitute_flags` (verbatim or
/// null), `other` (`[{"oid", "der"}]`, the latter in hexadecimal) and `warnings`.
///
/// `Debug` prints no personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BasicAttributes {
    /// 氏名.
    pub name: RegisteredText,
    /// 住所: one line, from the prefecture on, without postcode.
    pub address: RegisteredText,
    /// 生年月日.
    pub date_of_birth: DateOfBirth,
    /// 性別.
    pub sex: Sex,
    /// Attributes of a kind not known here, in their order. They are neither read nor dropped.
    pub other: Vec<OpaqueAttribute>,
}

/// 性別. `Debug` prints no personal data.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sex {
    /// Digit 1.
    Male,
    /// Digit 2.
    Female,
    /// Another digit, on whose meaning the sources differ (docs/certificate-facts.md §3.2).
    Other(char),
}

/// An otherName of a kind not known here. `Debug` prints no personal data.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpaqueAttribute {
    /// `type-id`.
    pub type_id: ObjectIdentifier,
    /// The value as received: normally one DER element.
    pub value: Vec<u8>,
}

/// The six attributes of the profile, with the last arc of 1.2.392.200149.8.5.5 that names them
/// (docs/certificate-facts.md §2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttributeKind {
    /// 1, 氏名.
    Name,
    /// 2, the substitute flags of the name.
    NameSubstituteFlags,
    /// 3, 性別.
    Sex,
    /// 4, 生年月日.
    DateOfBirth,
    /// 5, 住所.
    Address,
    /// 6, the substitute flags of the address.
    AddressSubstituteFlags,
}

/// What whoever relies on the attributes should look at. None of these makes a certificate invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AttributeWarning {
    /// The name is not the register's: it has a substitute character.
    NameSubstituted,
    /// The address is not the register's: it has a substitute character.
    AddressSubstituted,
    /// The substitute flags of the name do not fit it.
    NameSubstituteFlagsUnusable,
    /// The substitute flags of the address do not fit it.
    AddressSubstituteFlagsUnusable,
    /// A part of the date of birth is not known.
    DateOfBirthPartial,
    /// The date of birth is not known.
    DateOfBirthUnknown,
    /// There is no such day.
    DateOfBirthImpossible,
    /// The date of birth does not lie in the era its first digit names.
    DateOfBirthEraMismatch,
}

impl BasicAttributes {
    /// Family name and given name where the name says without doubt which is which; see
    /// [`RegisteredText::family_and_given`].
    pub fn family_and_given(&self) -> Option<(&str, &str)> {
        self.name.family_and_given()
    }

    /// What should be looked at before relying on the attributes.
    pub fn warnings(&self) -> Vec<AttributeWarning> {
        use AttributeWarning as W;
        let text = |text: &RegisteredText, substituted, unusable| match &text.substituted {
            SubstituteFlags::Flags(flags) => flags.contains(&true).then_some(substituted),
            SubstituteFlags::Unusable { .. } => Some(unusable),
            SubstituteFlags::Absent => None,
        };
        let date = match self.date_of_birth.date() {
            BirthDate::Known(_) => None,
            BirthDate::Partial { .. } => Some(W::DateOfBirthPartial),
            BirthDate::Unknown => Some(W::DateOfBirthUnknown),
            BirthDate::Impossible => Some(W::DateOfBirthImpossible),
        };
        [
            text(&self.name, W::NameSubstituted, W::NameSubstituteFlagsUnusable),
            text(&self.address, W::AddressSubstituted, W::AddressSubstituteFlagsUnusable),
            date,
            self.date_of_birth.is_era_mismatch().then_some(W::DateOfBirthEraMismatch),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl AttributeKind {
    /// All of them, in the order of their arcs.
    pub const ALL: [Self; 6] = [
        Self::Name,
        Self::NameSubstituteFlags,
        Self::Sex,
        Self::DateOfBirth,
        Self::Address,
        Self::AddressSubstituteFlags,
    ];

    /// `type-id` of its otherName.
    pub const fn oid(self) -> ObjectIdentifier {
        // Read by the compiler: a certificate is compared with all of them.
        const NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.5.1");
        const NAME_FLAGS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.5.2");
        const SEX: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.5.3");
        const DATE_OF_BIRTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.5.4");
        const ADDRESS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.5.5");
        const ADDRESS_FLAGS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.5.6");
        match self {
            Self::Name => NAME,
            Self::NameSubstituteFlags => NAME_FLAGS,
            Self::Sex => SEX,
            Self::DateOfBirth => DATE_OF_BIRTH,
            Self::Address => ADDRESS,
            Self::AddressSubstituteFlags => ADDRESS_FLAGS,
        }
    }

    /// The kind with this `type-id`.
    fn from_oid(oid: &ObjectIdentifier) -> Option<Self> {
        // Its place is its last arc, less one.
        let place = usize::from(*oid.as_bytes().last()?).checked_sub(1)?;
        Self::ALL.get(place).copied().filter(|kind| kind.oid() == *oid)
    }
}

impl fmt::Display for AttributeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "name",
            Self::NameSubstituteFlags => "substitute flags of the name",
            Self::Sex => "sex",
            Self::DateOfBirth => "date of birth",
            Self::Address => "address",
            Self::AddressSubstituteFlags => "substitute flags of the address",
        })
    }
}

/// What the otherNames have given so far.
#[derive(Default)]
struct Found<'a> {
    known: [Option<&'a str>; AttributeKind::ALL.len()],
    other: Vec<OpaqueAttribute>,
}

impl<'a> Found<'a> {
    fn add(&mut self, name: &OtherName<'a>) -> Result<(), AttributeError> {
        let kind = AttributeKind::from_oid(&name.type_id);
        match kind.and_then(|kind| Some((kind, self.known.get_mut(kind as usize)?))) {
            None => self.other.push(OpaqueAttribute { type_id: name.type_id, value: name.value.to_vec() }),
            Some((kind, Some(_))) => return Err(AttributeError::Duplicate { kind }),
            Some((kind, free)) => *free = Some(text(kind, name.value)?),
        }
        Ok(())
    }

    fn finish(self, issued: UnixTime) -> Result<BasicAttributes, AttributeError> {
        let name = self.required(AttributeKind::Name)?;
        let sex = self.required(AttributeKind::Sex)?;
        let date_of_birth = self.required(AttributeKind::DateOfBirth)?;
        let address = self.required(AttributeKind::Address)?;
        Ok(BasicAttributes {
            name: RegisteredText::new(name, self.get(AttributeKind::NameSubstituteFlags)),
            address: RegisteredText::new(address, self.get(AttributeKind::AddressSubstituteFlags)),
            date_of_birth: DateOfBirth::from_digits(date_of_birth)
                .map_err(|_| AttributeError::Malformed { kind: AttributeKind::DateOfBirth })?
                .by(issued),
            sex: Sex::from_digit(sex).ok_or(AttributeError::Malformed { kind: AttributeKind::Sex })?,
            other: self.other,
        })
    }

    fn required(&self, kind: AttributeKind) -> Result<&'a str, AttributeError> {
        self.get(kind).ok_or(AttributeError::Missing { kind })
    }

    fn get(&self, kind: AttributeKind) -> Option<&'a str> {
        self.known.get(kind as usize).copied().flatten()
    }
}

/// The text of a UTF8String.
fn text(kind: AttributeKind, der: &[u8]) -> Result<&str, AttributeError> {
    let element = Reader::only(der, UTF8_STRING).map_err(|_| AttributeError::NotUtf8String { kind })?;
    let text = str::from_utf8(element.content).map_err(|_| AttributeError::InvalidUtf8 { kind })?;
    if text.is_empty() {
        Err(AttributeError::Empty { kind })
    } else if text.chars().any(char::is_control) {
        Err(AttributeError::ControlCharacter { kind })
    } else {
        Ok(text)
    }
}

impl Sex {
    fn from_digit(text: &str) -> Option<Self> {
        match text.as_bytes() {
            b"1" => Some(Self::Male),
            b"2" => Some(Self::Female),
            [digit @ b'0'..=b'9'] => Some(Self::Other(char::from(*digit))),
            _ => None,
        }
    }
}

impl fmt::Display for Sex {
    /// `male`, `female`, or the digit.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Male => f.write_str("male"),
            Self::Female => f.write_str("female"),
            Self::Other(digit) => write!(f, "{digit}"),
        }
    }
}

impl fmt::Debug for Sex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sex([redacted])")
    }
}

impl fmt::Debug for OpaqueAttribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OpaqueAttribute({}, {} bytes)", self.type_id, self.value.len())
    }
}

impl Serialize for Sex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for OpaqueAttribute {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("OpaqueAttribute", 2)?;
        object.serialize_field("oid", &self.type_id.to_string())?;
        object.serialize_field("der", &tlv::hex(&self.value))?;
        object.end()
    }
}

impl Serialize for BasicAttributes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("BasicAttributes", 11)?;
        object.serialize_field("name", &self.name.text)?;
        object.serialize_field("address", &self.address.text)?;
        object.serialize_field("date_of_birth", &self.date_of_birth.known().map(|date| date.to_string()))?;
        object.serialize_field("date_of_birth_registered", self.date_of_birth.as_registered())?;
        object.serialize_field("sex", &self.sex)?;
        object.serialize_field("name_substituted", &self.name.is_substituted())?;
        object.serialize_field("address_substituted", &self.address.is_substituted())?;
        object.serialize_field("name_substitute_flags", &self.name.substituted.verbatim())?;
        object.serialize_field("address_substitute_flags", &self.address.substituted.verbatim())?;
        object.serialize_field("other", &self.other)?;
        object.serialize_field("warnings", &self.warnings())?;
        object.end()
    }
}

/// Why the attributes cannot be read. No variant holds any part of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AttributeError {
    /// subjectAltName itself cannot be read.
    #[error(transparent)]
    Extension(#[from] ExtensionError),
    /// A required attribute is not there.
    #[error("the certificate has no {kind}")]
    Missing {
        /// Which.
        kind: AttributeKind,
    },
    /// An attribute is there twice.
    #[error("the certificate has more than one {kind}")]
    Duplicate {
        /// Which.
        kind: AttributeKind,
    },
    /// A value is of another type.
    #[error("the {kind} is not a UTF8String")]
    NotUtf8String {
        /// Which.
        kind: AttributeKind,
    },
    /// A UTF8String that is not UTF-8.
    #[error("the {kind} is not valid UTF-8")]
    InvalidUtf8 {
        /// Which.
        kind: AttributeKind,
    },
    /// A value without a character.
    #[error("the {kind} is empty")]
    Empty {
        /// Which.
        kind: AttributeKind,
    },
    /// A value with a control character (Unicode category Cc), such as NUL.
    #[error("the {kind} has a control character")]
    ControlCharacter {
        /// Which.
        kind: AttributeKind,
    },
    /// A date of birth that is not nine digits, or a sex that is not one.
    #[error("the {kind} has the wrong form")]
    Malformed {
        /// Which.
        kind: AttributeKind,
    },
}
