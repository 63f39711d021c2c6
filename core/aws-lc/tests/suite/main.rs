//! AWS-LC and the default provider: the same answer to everything, the right one where it is known.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod elliptic;
mod rsa;
mod wycheproof;

use kazasu_aws_lc::AwsLc;
use kazasu_cert::{CryptoProvider, Digest, PublicKey, RustCrypto, SignatureError, SignatureScheme};

/// What both providers say; also the one that has set up the key beforehand.
#[track_caller]
fn check(
    key: &PublicKey,
    scheme: SignatureScheme,
    digest: &Digest,
    signature: &[u8],
) -> Result<(), SignatureError> {
    let expected = RustCrypto.check_signature(key, scheme, digest, signature);
    let ours = AwsLc::default().check_signature(key, scheme, digest, signature);
    assert_eq!(ours, expected, "{key:02X?} {scheme:?} {digest:?} {signature:02X?}");
    let known = AwsLc::knowing([key]).check_signature(key, scheme, digest, signature);
    assert_eq!(known, expected, "{key:02X?} {scheme:?} {digest:?} {signature:02X?}");
    expected
}
