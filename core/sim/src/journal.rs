//! What went over the link, without any data field.

/// One command and its answer: header, lengths and status word. Data fields are never recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Exchange {
    /// Class byte; 0 if the command was shorter.
    pub cla: u8,
    /// Instruction byte, likewise.
    pub ins: u8,
    /// First parameter, likewise.
    pub p1: u8,
    /// Second parameter, likewise.
    pub p2: u8,
    /// Length of the data field in bytes; 0 if the command could not be decoded.
    pub lc: usize,
    /// Bytes expected, 256 or 65536 where the field says 0; `None` if absent or the command could not be decoded.
    pub le: Option<usize>,
    /// Length of the whole command in bytes.
    pub command_len: usize,
    /// Status word of the answer.
    pub sw: u16,
    /// Bytes of data in the answer, the status word not counted.
    pub answer_len: usize,
}

impl Exchange {
    /// Whether this is a VERIFY with a data field (ISO 7816-4 §11.5.6): one that may cost a try.
    pub fn is_verify(&self) -> bool {
        self.ins == 0x20 && self.lc > 0
    }
}
