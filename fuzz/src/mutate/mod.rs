//! Mutation that knows the structure of an input, so that what comes out gets past the first lines of a parser.

mod ber;
mod json;

pub use ber::BerMutator;
pub(crate) use json::mutate as mutate_json;

/// libFuzzer's own mutation of the first bytes of a buffer: buffer, length, longest length; returns the new length.
pub type Blind = fn(&mut [u8], usize, usize) -> usize;

/// SplitMix64.
pub(crate) struct Random(u64);

impl Random {
    fn new(seed: u32) -> Self {
        Self(seed.into())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number under `end`, 0 if `end` is 0.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end as u64).max(1)).unwrap_or(0)
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }
}
