//! The verifier against vectors of the test PKI, real production anchors, and OpenSSL.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "a test that cannot go on fails"
)]

mod accepted;
mod attacks;
mod ber;
mod common;
mod evidence;
mod inquiry;
mod openssl;
mod providers;
mod replay;
mod report;
mod retention;
mod revocation;
mod robustness;
mod test_cards;
mod validity;
