//! The keyUsage bits.

use std::{fmt, ops::BitOr};

/// The bits of keyUsage (RFC 5280 §4.2.1.3), those without a name included, so that "exactly these" can be asked.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyUsage(u16);

impl KeyUsage {
    /// digitalSignature (0).
    pub const DIGITAL_SIGNATURE: Self = Self(1);
    /// nonRepudiation (1), also called contentCommitment.
    pub const NON_REPUDIATION: Self = Self(1 << 1);
    /// keyEncipherment (2).
    pub const KEY_ENCIPHERMENT: Self = Self(1 << 2);
    /// dataEncipherment (3).
    pub const DATA_ENCIPHERMENT: Self = Self(1 << 3);
    /// keyAgreement (4).
    pub const KEY_AGREEMENT: Self = Self(1 << 4);
    /// keyCertSign (5).
    pub const KEY_CERT_SIGN: Self = Self(1 << 5);
    /// cRLSign (6).
    pub const CRL_SIGN: Self = Self(1 << 6);
    /// encipherOnly (7).
    pub const ENCIPHER_ONLY: Self = Self(1 << 7);
    /// decipherOnly (8).
    pub const DECIPHER_ONLY: Self = Self(1 << 8);

    /// Whether any bit of `other` is set here.
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether all bits of `other` are set here.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// From the content octets of a BIT STRING; `None` when malformed or longer than 16 bits.
    pub(crate) fn from_bits(content: &[u8]) -> Option<Self> {
        let (used, first, second) = match *content {
            [0] => (0, 0, 0),
            [unused @ 0..=7, first] => (8 - unused, first, 0),
            [unused @ 0..=7, first, second] => (16 - unused, first, second),
            _ => return None,
        };
        let bits = u16::from_be_bytes([first, second]).reverse_bits();
        // Bits beyond the end must be zero.
        (u32::from(bits) >> used == 0).then_some(Self(bits))
    }
}

impl BitOr for KeyUsage {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl fmt::Debug for KeyUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAMES: [&str; 9] = [
            "digitalSignature",
            "nonRepudiation",
            "keyEncipherment",
            "dataEncipherment",
            "keyAgreement",
            "keyCertSign",
            "cRLSign",
            "encipherOnly",
            "decipherOnly",
        ];
        let mut set = f.debug_set();
        for bit in (0..16).filter(|bit| self.0 >> bit & 1 == 1) {
            match NAMES.get(bit) {
                Some(name) => set.entry(&format_args!("{name}")),
                None => set.entry(&bit),
            };
        }
        set.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_of_the_jpki_profile() {
        let signing = KeyUsage::DIGITAL_SIGNATURE | KeyUsage::NON_REPUDIATION;
        assert_eq!(KeyUsage::from_bits(&[6, 0xC0]), Some(signing));
        assert_eq!(KeyUsage::from_bits(&[7, 0x80]), Some(KeyUsage::DIGITAL_SIGNATURE));
        assert_eq!(KeyUsage::from_bits(&[1, 0x06]), Some(KeyUsage::KEY_CERT_SIGN | KeyUsage::CRL_SIGN));
        assert_eq!(KeyUsage::from_bits(&[7, 0x00, 0x80]), Some(KeyUsage::DECIPHER_ONLY));
        assert!(signing.contains(KeyUsage::NON_REPUDIATION));
        assert!(!signing.intersects(KeyUsage::KEY_CERT_SIGN));
        assert_eq!(format!("{signing:?}"), "{digitalSignature, nonRepudiation}");
    }

    #[test]
    fn a_bit_without_a_name_is_not_dropped() {
        let usage = KeyUsage::from_bits(&[6, 0x80, 0x40]).unwrap();
        assert_ne!(usage, KeyUsage::DIGITAL_SIGNATURE);
        assert_eq!(format!("{usage:?}"), "{digitalSignature, 9}");
    }

    #[test]
    fn malformed_bits_are_refused() {
        for content in [&[][..], &[1], &[8, 0x80], &[7, 0xC0], &[0, 0, 0, 1]] {
            assert_eq!(KeyUsage::from_bits(content), None, "{content:?}");
        }
    }
}
