//! Status words of the simulated card (ISO 7816-4 §5.6; card-facts §6 for this card's choice among them).

pub(crate) const SUCCESS: u16 = 0x9000;
pub(crate) const END_OF_FILE: u16 = 0x6282;
pub(crate) const FILE_DEACTIVATED: u16 = 0x6283;
pub(crate) const WRONG_SECRET: u16 = 0x6300;
pub(crate) const TRIES_LEFT: u16 = 0x63C0;
pub(crate) const WRONG_LENGTH: u16 = 0x6700;
pub(crate) const NO_LOGICAL_CHANNEL: u16 = 0x6881;
pub(crate) const NO_SECURE_MESSAGING: u16 = 0x6882;
pub(crate) const NO_CHAINING: u16 = 0x6884;
pub(crate) const WRONG_FILE_KIND: u16 = 0x6981;
pub(crate) const SECURITY_STATUS: u16 = 0x6982;
pub(crate) const CONDITIONS_OF_USE: u16 = 0x6985;
pub(crate) const NO_CURRENT_FILE: u16 = 0x6986;
pub(crate) const WRONG_DATA: u16 = 0x6A80;
pub(crate) const NOT_FOUND: u16 = 0x6A82;
pub(crate) const WRONG_P1_P2: u16 = 0x6A86;
pub(crate) const LC_AND_P1_P2: u16 = 0x6A87;
pub(crate) const REFERENCE_NOT_FOUND: u16 = 0x6A88;
pub(crate) const WRONG_OFFSET: u16 = 0x6B00;
pub(crate) const UNKNOWN_INSTRUCTION: u16 = 0x6D00;
pub(crate) const UNKNOWN_CLASS: u16 = 0x6E00;
pub(crate) const NO_DIAGNOSIS: u16 = 0x6F00;

/// 61xx: `rest` more bytes wait; 256 and more are written 00.
pub(crate) fn more_data(rest: usize) -> u16 {
    0x6100 | low_byte(rest)
}

/// 6Cxx: Le should have been `right`; 256 is written 00.
pub(crate) fn right_length(right: usize) -> u16 {
    0x6C00 | low_byte(right)
}

fn low_byte(len: usize) -> u16 {
    u8::try_from(len).unwrap_or(0).into()
}
