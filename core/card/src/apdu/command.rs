use core::fmt;

use apdu_core::Command;
use zeroize::Zeroizing;

/// Longest data field of a short command, in bytes (ISO 7816-4 §5.2).
pub const MAX_SHORT_DATA: usize = 255;
/// Largest number of bytes a short command may ask for (Le `00`).
pub const MAX_SHORT_LE: usize = 256;
/// Largest number of bytes an extended command may ask for (Le `00 00`).
pub const MAX_EXTENDED_LE: usize = 65_536;

/// Why a command could not be composed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApduError {
    /// The data field does not fit a short command.
    #[error("command data of {0} bytes; a short command takes 1 to 255")]
    Data(usize),
    /// The expected length is outside its form: 1 to 256 short, 1 to 65536 extended.
    #[error("expected length {0} is outside the range of this command form")]
    ExpectedLength(usize),
}

/// One encoded command APDU (ISO 7816-4 §5.1). Its bytes are wiped when it is dropped, and `Debug` shows the
/// header and the lengths only, because a VERIFY carries the secret in its data field.
#[derive(Clone, PartialEq, Eq)]
pub struct CommandApdu {
    bytes: Zeroizing<Vec<u8>>,
    lc: usize,
    ne: usize,
}

impl CommandApdu {
    /// Composes a short command. `data` is 1 to 255 bytes, `ne` the number of answer bytes asked for, 1 to 256.
    ///
    /// # Errors
    /// [`ApduError`] when a length is outside the short form.
    pub fn short(header: [u8; 4], data: Option<&[u8]>, ne: Option<usize>) -> Result<Self, ApduError> {
        let lc = data.map_or(0, <[u8]>::len);
        if data.is_some() && !(1..=MAX_SHORT_DATA).contains(&lc) {
            return Err(ApduError::Data(lc));
        }
        // `00` stands for 256. The composer would cut a larger value down silently.
        let le = match ne {
            None => None,
            Some(MAX_SHORT_LE) => Some(0),
            Some(ne) => match u8::try_from(ne) {
                Ok(le) if le > 0 => Some(u16::from(le)),
                _ => return Err(ApduError::ExpectedLength(ne)),
            },
        };
        let [cla, ins, p1, p2] = header;
        let command = Command { cla, ins, p1, p2, le, payload: data };
        let mut bytes = Zeroizing::new(vec![0; command.len()]);
        command.write(&mut bytes);
        Ok(Self { bytes, lc, ne: ne.unwrap_or(0) })
    }

    /// Composes an extended command without data (case 2E). `ne` is 1 to 65536; 65536 asks for all there is.
    ///
    /// # Errors
    /// [`ApduError::ExpectedLength`] outside that range.
    pub fn extended(header: [u8; 4], ne: usize) -> Result<Self, ApduError> {
        if !(1..=MAX_EXTENDED_LE).contains(&ne) {
            return Err(ApduError::ExpectedLength(ne));
        }
        // 65536 is written `00 00`, which is its low sixteen bits.
        let low = u16::try_from(ne % MAX_EXTENDED_LE).map_err(|_| ApduError::ExpectedLength(ne))?;
        let [high, low] = low.to_be_bytes();
        let [cla, ins, p1, p2] = header;
        Ok(Self { bytes: Zeroizing::new(vec![cla, ins, p1, p2, 0, high, low]), lc: 0, ne })
    }

    /// The encoded bytes, to be sent as they are. May hold a secret: do not log or store them.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// CLA, INS, P1 and P2; never secret.
    pub fn header(&self) -> [u8; 4] {
        self.bytes.first_chunk().copied().unwrap_or_default()
    }

    /// The data field, which may be a secret.
    pub(crate) fn data(&self) -> &[u8] {
        // Only a short command has one: behind the header and Lc.
        self.bytes.get(5..5 + self.lc).unwrap_or_default()
    }

    /// Length of the data field in bytes (Nc), 0 when there is none.
    pub const fn data_len(&self) -> usize {
        self.lc
    }

    /// Most answer bytes asked for, without the status word (Ne); 0 when none are.
    pub const fn expected_len(&self) -> usize {
        self.ne
    }
}

impl fmt::Debug for CommandApdu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [cla, ins, p1, p2] = self.header();
        write!(f, "{cla:02X} {ins:02X} {p1:02X} {p2:02X} (Nc {}, Ne {})", self.lc, self.ne)
    }
}

#[cfg(test)]
mod tests {
    use iso7816::Status;
    use iso7816::command::{CommandBuilder, ExpectedLen, class::Class};
    use proptest::prelude::*;

    use super::*;

    fn oracle(header: [u8; 4], data: &[u8], le: ExpectedLen) -> Vec<u8> {
        let class = Class::try_from(header[0]).map_err(|_| Status::ClassNotSupported).unwrap();
        let mut out = Vec::new();
        CommandBuilder::new(class, header[1].into(), header[2], header[3], data, le)
            .serialize_into(&mut out)
            .unwrap();
        out
    }

    proptest! {
        #[test]
        fn extended_agrees_with_an_independent_encoder(
            ins in 0u8..=0x8F, p1 in any::<u8>(), p2 in any::<u8>(), ne in 257usize..=MAX_EXTENDED_LE,
        ) {
            let header = [0x00, ins & 0xFE, p1, p2];
            let le = if ne == MAX_EXTENDED_LE { ExpectedLen::Max } else { ExpectedLen::Ne(u16::try_from(ne).unwrap()) };
            let ours = CommandApdu::extended(header, ne).unwrap();
            prop_assert_eq!(ours.as_bytes(), oracle(header, &[], le));
        }

        #[test]
        fn short_agrees_with_an_independent_encoder(
            p1 in any::<u8>(), data in proptest::collection::vec(any::<u8>(), 1..=255), ne in 1usize..=256,
        ) {
            let header = [0x80, 0x2A, p1, 0x80];
            let ours = CommandApdu::short(header, Some(&data), Some(ne)).unwrap();
            prop_assert_eq!(ours.as_bytes(), oracle(header, &data, ExpectedLen::Ne(u16::try_from(ne).unwrap())));
        }
    }

    #[test]
    fn four_cases_of_the_short_form() {
        let bytes = |data, ne| CommandApdu::short([0, 0x20, 0, 0x80], data, ne).unwrap().as_bytes().to_vec();
        assert_eq!(bytes(None, None), [0, 0x20, 0, 0x80]);
        assert_eq!(bytes(None, Some(256)), [0, 0x20, 0, 0x80, 0]);
        assert_eq!(bytes(Some(b"12"), None), [0, 0x20, 0, 0x80, 2, b'1', b'2']);
        assert_eq!(bytes(Some(b"1"), Some(5)), [0, 0x20, 0, 0x80, 1, b'1', 5]);
    }

    #[test]
    fn lengths_outside_the_form_are_refused() {
        let short = |data, ne| CommandApdu::short([0; 4], data, ne).unwrap_err();
        assert_eq!(short(Some(&[0; 256]), None), ApduError::Data(256));
        assert_eq!(short(Some(&[]), None), ApduError::Data(0));
        assert_eq!(short(None, Some(257)), ApduError::ExpectedLength(257));
        assert_eq!(short(None, Some(0)), ApduError::ExpectedLength(0));
        assert_eq!(CommandApdu::extended([0; 4], 0), Err(ApduError::ExpectedLength(0)));
        assert_eq!(CommandApdu::extended([0; 4], 65_537), Err(ApduError::ExpectedLength(65_537)));
    }

    #[test]
    fn debug_shows_no_data() {
        let command = CommandApdu::short([0, 0x20, 0, 0x80], Some(b"SECRET1"), None).unwrap();
        assert_eq!(format!("{command:?}"), "00 20 00 80 (Nc 7, Ne 0)");
    }
}
