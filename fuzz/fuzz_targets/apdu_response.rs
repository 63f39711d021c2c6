//! See `kazasu_fuzz::apdu_response`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| kazasu_fuzz::apdu_response::run(input));
