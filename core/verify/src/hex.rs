//! Bytes as lower case hexadecimal, for people and for serde.

use std::fmt;

use serde::{Deserialize, Deserializer, Serializer, de::Error};

/// Displays bytes.
pub(crate) struct Hex<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The bytes, if `text` is what [`Hex`] displays.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.bytes().map(|digit| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    });
    let digits = digits.collect::<Option<Vec<_>>>()?;
    let bytes = digits.chunks(2).map(|pair| match pair {
        [high, low] => Some(high << 4 | low),
        _ => None,
    });
    bytes.collect()
}

pub(crate) fn serialize<S: Serializer>(bytes: impl AsRef<[u8]>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&Hex(bytes.as_ref()))
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>, B: TryFrom<Vec<u8>>>(
    deserializer: D,
) -> Result<B, D::Error> {
    let bytes = decode(&String::deserialize(deserializer)?).and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| D::Error::custom("not hexadecimal of the right length"))
}

/// The same for bytes that may be missing.
pub(crate) mod optional {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    use super::Hex;

    #[expect(clippy::ref_option, reason = "serde wants it so")]
    pub(crate) fn serialize<S: Serializer, B: AsRef<[u8]>>(
        bytes: &Option<B>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        bytes.as_ref().map(|bytes| Hex(bytes.as_ref()).to_string()).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Vec<u8>>, D::Error> {
        let decode = |text: String| super::decode(&text).ok_or_else(|| D::Error::custom("not hexadecimal"));
        Option::deserialize(deserializer)?.map(decode).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form() {
        assert_eq!(Hex(&[0x00, 0x0F, 0xA5]).to_string(), "000fa5");
        assert_eq!(decode("000fa5"), Some(vec![0x00, 0x0F, 0xA5]));
        assert_eq!(decode(""), Some(Vec::new()));
        for text in ["0", "0F", "+1", " 1", "0x", "g0", "\u{ff10}\u{ff10}"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
