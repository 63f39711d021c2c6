use core::fmt;

use apdu_core::Response;

use super::StatusWord;

/// An answer that is no response APDU: ISO 7816-4 wants at least the two bytes of the status word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the card answered {len} bytes; a status word alone has two")]
pub struct ResponseError {
    /// Bytes received: 0 or 1.
    pub len: usize,
}

/// One response APDU: data field and status word (ISO 7816-4 §5.1). `Debug` shows the length, never the data.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ResponseApdu<'a> {
    /// The data field; empty when the card sent a status word alone.
    pub data: &'a [u8],
    /// SW1-SW2.
    pub sw: StatusWord,
}

impl<'a> ResponseApdu<'a> {
    /// Splits a card's answer into data and status word.
    ///
    /// # Errors
    /// [`ResponseError`] when there are fewer than two bytes.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ResponseError> {
        if bytes.len() < 2 {
            return Err(ResponseError { len: bytes.len() });
        }
        let Response { payload, trailer: (sw1, sw2) } = Response::from(bytes);
        Ok(Self { data: payload, sw: StatusWord::new(sw1, sw2) })
    }
}

impl fmt::Debug for ResponseApdu<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} bytes of data)", self.sw, self.data.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_and_refuses() {
        assert_eq!(ResponseApdu::parse(&[]), Err(ResponseError { len: 0 }));
        assert_eq!(ResponseApdu::parse(&[0x90]), Err(ResponseError { len: 1 }));
        let bare = ResponseApdu::parse(&[0x63, 0xC2]).unwrap();
        assert_eq!((bare.data, bare.sw.0), (&[][..], 0x63C2));
        let full = ResponseApdu::parse(&[1, 2, 0x90, 0]).unwrap();
        assert_eq!((full.data, full.sw), (&[1, 2][..], StatusWord::OK));
        assert_eq!(format!("{full:?}"), "9000 (2 bytes of data)");
    }
}
