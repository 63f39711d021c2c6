use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::apdu::CommandApdu;
use crate::application::{Application, Ef};

/// A command without what is in its data field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandRecord {
    /// INS by its name.
    pub name: Instruction,
    /// CLA, INS, P1 and P2.
    pub header: CommandHeader,
    /// Length of the data field in bytes; 0 without one. `None` where it would tell the length of a secret.
    pub lc: Option<u8>,
    /// Most answer bytes asked for (Ne): 0 where none are, 65536 for all there is.
    pub ne: u32,
    /// What the data field is, if there is one.
    pub data: Option<DataField>,
}

/// What a data field is; never its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataField {
    /// The AID of an application, a public constant.
    Application(Application),
    /// The identifier of an EF, a public constant.
    File(Ef),
    /// A PIN or password that is presented.
    Secret,
    /// The PIN or password to be in force from now on.
    NewSecret,
    /// The DigestInfo to be signed.
    DigestInfo,
    /// Anything else; no command of this version has it.
    Other,
}

/// The commands there are, by INS (ISO 7816-4 §5.1.2; ISO 7816-8 for the signature).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Instruction {
    /// `A4`.
    Select,
    /// `20`, as tries query or with a secret.
    Verify,
    /// `24`.
    ChangeReferenceData,
    /// `B0`.
    ReadBinary,
    /// `2A`, PERFORM SECURITY OPERATION: compute a digital signature.
    PerformSecurityOperation,
    /// `C0`.
    GetResponse,
    /// Any other; no command of this version has it.
    Other,
}

impl Instruction {
    const fn of(ins: u8) -> Self {
        match ins {
            0xA4 => Self::Select,
            0x20 => Self::Verify,
            0x24 => Self::ChangeReferenceData,
            0xB0 => Self::ReadBinary,
            0x2A => Self::PerformSecurityOperation,
            0xC0 => Self::GetResponse,
            _ => Self::Other,
        }
    }

    /// As the standard writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Select => "SELECT",
            Self::Verify => "VERIFY",
            Self::ChangeReferenceData => "CHANGE REFERENCE DATA",
            Self::ReadBinary => "READ BINARY",
            Self::PerformSecurityOperation => "PERFORM SECURITY OPERATION",
            Self::GetResponse => "GET RESPONSE",
            Self::Other => "?",
        }
    }
}

impl CommandRecord {
    /// Everything of a command that may be kept.
    pub fn of(command: &CommandApdu) -> Self {
        let header = CommandHeader(command.header());
        let [_, ins, p1, _] = header.0;
        let name = Instruction::of(ins);
        let content = command.data();
        let data = (!content.is_empty()).then(|| match (name, p1) {
            (Instruction::Select, 0x04) => {
                let application =
                    Application::ALL.into_iter().find(|application| application.aid() == content);
                application.map_or(DataField::Other, DataField::Application)
            }
            (Instruction::Select, 0x02) => {
                let file = Ef::ALL.into_iter().find(|file| file.file_id() == content);
                file.map_or(DataField::Other, DataField::File)
            }
            (Instruction::Verify, _) => DataField::Secret,
            (Instruction::ChangeReferenceData, _) => DataField::NewSecret,
            (Instruction::PerformSecurityOperation, _) => DataField::DigestInfo,
            _ => DataField::Other,
        });
        let known = matches!(
            data,
            None | Some(DataField::Application(_) | DataField::File(_) | DataField::DigestInfo)
        );
        Self {
            name,
            header,
            lc: u8::try_from(command.data_len()).ok().filter(|_| known),
            ne: u32::try_from(command.expected_len()).unwrap_or(u32::MAX),
            data,
        }
    }

    /// The EF that the command names, by identifier or by short identifier; `None` where it means the current one, or none.
    pub fn file(&self) -> Option<Ef> {
        let [_, _, p1, p2] = self.header.0;
        let short = |byte: u8| Ef::ALL.into_iter().find(|file| file.short_identifier() == byte);
        match (self.name, self.data) {
            (_, Some(DataField::File(file))) => Some(file),
            (Instruction::ReadBinary, _) => short(p1),
            (Instruction::Verify | Instruction::PerformSecurityOperation, _) => short(p2),
            _ => None,
        }
    }

    /// Where a READ BINARY of the current EF begins, in bytes.
    pub fn offset(&self) -> u16 {
        let [_, _, p1, p2] = self.header.0;
        if p1 & 0x80 == 0 { u16::from_be_bytes([p1, p2]) } else { u16::from(p2) }
    }
}

/// CLA, INS, P1 and P2; shown, and serialised, as eight hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CommandHeader(pub [u8; 4]);

impl fmt::Display for CommandHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08X}", u32::from_be_bytes(self.0))
    }
}

impl fmt::Debug for CommandHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for CommandHeader {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CommandHeader {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = String::deserialize(deserializer)?;
        // `from_str_radix` takes a sign, which is no digit.
        let header =
            (digits.len() == 8 && !digits.starts_with('+')).then(|| u32::from_str_radix(&digits, 16));
        let header = header.and_then(Result::ok).map(|header| Self(header.to_be_bytes()));
        header.ok_or_else(|| D::Error::custom("a command header is eight hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(header: [u8; 4], data: Option<&[u8]>, ne: Option<usize>) -> CommandRecord {
        CommandRecord::of(&CommandApdu::short(header, data, ne).unwrap())
    }

    #[test]
    fn a_secret_leaves_neither_bytes_nor_length() {
        for (ins, data) in [(0x20, DataField::Secret), (0x24, DataField::NewSecret)] {
            let records: Vec<_> = [&b"123456"[..], b"ABCDEFGH12345678"]
                .map(|secret| record([0x00, ins, 0x00, 0x80], Some(secret), None))
                .into();
            assert_eq!(records[0], records[1]);
            assert_eq!((records[0].lc, records[0].data), (None, Some(data)));
        }
        let query = record([0x00, 0x20, 0x00, 0x9B], None, None);
        assert_eq!((query.lc, query.data, query.file()), (Some(0), None, Some(Ef::SigningPassword)));
    }

    #[test]
    fn files_and_applications_are_named() {
        let select = |p1, data: &[u8]| record([0x00, 0xA4, p1, 0x0C], Some(data), None);
        for application in Application::ALL {
            assert_eq!(select(0x04, application.aid()).data, Some(DataField::Application(application)));
        }
        for file in Ef::ALL {
            assert_eq!(select(0x02, &file.file_id()).file(), Some(file));
        }
        // Not by what is not known: its bytes and its length stay away.
        let unknown = select(0x04, b"anything");
        assert_eq!((unknown.lc, unknown.data), (None, Some(DataField::Other)));
        let read = record([0x00, 0xB0, 0x8A, 0x00], None, Some(256));
        assert_eq!((read.file(), read.offset(), read.ne), (Some(Ef::AuthenticationCertificate), 0, 256));
        let next = record([0x00, 0xB0, 0x01, 0x23], None, Some(256));
        assert_eq!((next.file(), next.offset()), (None, 0x123));
    }

    #[test]
    fn a_header_is_eight_digits() {
        let header: CommandHeader = serde_json::from_str("\"00A4040C\"").unwrap();
        assert_eq!(header.0, [0x00, 0xA4, 0x04, 0x0C]);
        assert_eq!(header.to_string(), "00A4040C");
        for wrong in ["\"\"", "\"00A4040\"", "\"+0A4040C\"", "\"00A4040G\"", "\"00A4040C0\"", "4"] {
            assert!(serde_json::from_str::<CommandHeader>(wrong).is_err(), "{wrong}");
        }
    }
}
