//! A small DER writer (ITU-T X.690).
//!
//! It shares no code with the parsers it is used to test. Every function returns one complete TLV; nothing is checked,
//! because broken encodings are half of what it is for.

/// One TLV: a one-byte tag, the definite minimal length, the content.
pub fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let len = content.len();
    let bytes: Vec<u8> = len.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    if let (Ok(short), true) = (u8::try_from(len), len < 0x80) {
        out.push(short);
    } else {
        // At most eight length bytes exist, so the sum stays below 0x89.
        out.push(0x80 | u8::try_from(bytes.len()).unwrap_or(8));
        out.extend(bytes);
    }
    out.extend_from_slice(content);
    out
}

/// A TLV around other TLVs.
pub fn constructed<T: AsRef<[u8]>>(tag: u8, parts: &[T]) -> Vec<u8> {
    let content: Vec<u8> = parts.iter().flat_map(|part| part.as_ref().iter().copied()).collect();
    tlv(tag, &content)
}

/// SEQUENCE.
pub fn sequence<T: AsRef<[u8]>>(parts: &[T]) -> Vec<u8> {
    constructed(0x30, parts)
}

/// SET, in the order given: a DER SET OF must be handed in sorted.
pub fn set<T: AsRef<[u8]>>(parts: &[T]) -> Vec<u8> {
    constructed(0x31, parts)
}

/// INTEGER of a non-negative number, minimal.
pub fn integer(value: u64) -> Vec<u8> {
    unsigned(&value.to_be_bytes())
}

/// INTEGER of a non-negative big-endian number, minimal.
pub fn unsigned(big_endian: &[u8]) -> Vec<u8> {
    let mut content: Vec<u8> = big_endian.iter().copied().skip_while(|byte| *byte == 0).collect();
    if content.first().is_none_or(|byte| byte & 0x80 != 0) {
        content.insert(0, 0);
    }
    tlv(0x02, &content)
}

/// OBJECT IDENTIFIER of its arcs, first two included.
pub fn oid(arcs: &[u32]) -> Vec<u8> {
    let mut content = Vec::new();
    let (head, tail) = arcs.split_at(arcs.len().min(2));
    let first = match head {
        [a, b] => a * 40 + b,
        _ => 0,
    };
    for arc in std::iter::once(&first).chain(tail) {
        let mut groups = vec![u8::try_from(arc & 0x7F).unwrap_or(0)];
        let mut rest = arc >> 7;
        while rest > 0 {
            groups.push(0x80 | u8::try_from(rest & 0x7F).unwrap_or(0));
            rest >>= 7;
        }
        content.extend(groups.into_iter().rev());
    }
    tlv(0x06, &content)
}

/// OCTET STRING.
pub fn octet_string(content: &[u8]) -> Vec<u8> {
    tlv(0x04, content)
}

/// BIT STRING whose last `unused` bits do not count.
pub fn bit_string(unused: u8, bits: &[u8]) -> Vec<u8> {
    constructed(0x03, &[&[unused], bits])
}

/// NULL.
pub fn null() -> Vec<u8> {
    tlv(0x05, &[])
}

/// UTF8String.
pub fn utf8(text: &str) -> Vec<u8> {
    tlv(0x0C, text.as_bytes())
}

/// PrintableString.
pub fn printable(text: &str) -> Vec<u8> {
    tlv(0x13, text.as_bytes())
}

/// IA5String.
pub fn ia5(text: &str) -> Vec<u8> {
    tlv(0x16, text.as_bytes())
}

#[cfg(test)]
mod tests {
    use hex_literal::hex;

    use super::*;

    #[test]
    fn lengths_are_minimal() {
        assert_eq!(tlv(0x04, &[]), hex!("0400"));
        assert_eq!(tlv(0x04, &[7; 127])[..2], hex!("047F"));
        assert_eq!(tlv(0x04, &[7; 128])[..3], hex!("048180"));
        assert_eq!(tlv(0x04, &[7; 256])[..4], hex!("04820100"));
        assert_eq!(tlv(0x04, &vec![7; 65_536])[..5], hex!("0483010000"));
    }

    #[test]
    fn integers_are_minimal_and_positive() {
        assert_eq!(integer(0), hex!("020100"));
        assert_eq!(integer(0x7F), hex!("02017F"));
        assert_eq!(integer(0x80), hex!("02020080"));
        assert_eq!(integer(0x1E_E607), hex!("02031EE607"));
    }

    #[test]
    fn object_identifiers() {
        assert_eq!(oid(&[1, 2, 392, 200_149, 8, 5, 1, 0, 20]), hex!("060B2A83088C9B550805010014"));
        assert_eq!(oid(&[2, 5, 29, 15]), hex!("0603551D0F"));
    }
}
