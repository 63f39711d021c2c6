//! OCSP answers of the simulated responder, right ones and wrong ones, of OpenSSL, and of nobody at all.

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
mod common;
mod delegates;
mod openssl;
mod request;
mod robustness;
mod server;
mod times;
