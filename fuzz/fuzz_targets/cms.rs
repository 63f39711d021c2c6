//! See `kazasu_fuzz::cms`.
#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_target!(|input: &[u8]| kazasu_fuzz::cms::run(input));
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    kazasu_fuzz::cms::MUTATOR.mutate(data, size, max_size, seed, fuzzer_mutate)
});
