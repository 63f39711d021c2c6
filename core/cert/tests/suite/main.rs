//! Tests of the public interface, on certificates built by code of their own.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod attributes;
mod certificate;
mod cms;
mod crypto;
mod extensions;
mod fixture;
mod robustness;
mod strict;
mod wycheproof;
