//! See `kazasu_fuzz::card_session`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| kazasu_fuzz::card_session::run(input));
