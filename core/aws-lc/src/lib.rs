//! A [`CryptoProvider`](kazasu_cert::CryptoProvider) that computes with AWS-LC: about ten times as fast as the default
//! one, for servers. It is C and assembler, and building it takes a C compiler; what runs on a phone is better off
//! with [`RustCrypto`](kazasu_cert::RustCrypto).
//!
//! ```
//! use kazasu_aws_lc::AwsLc;
//! use kazasu_cert::{CryptoProvider, HashAlgorithm, PublicKey, SignatureScheme};
//!
//! # fn example(ca_keys: &[PublicKey], key: &PublicKey, signature: &[u8]) -> Result<(), kazasu_cert::SignatureError> {
//! // Keys that are used again and again, such as those of the trust anchors, are set up once.
//! let crypto = AwsLc::knowing(ca_keys);
//! let digest = HashAlgorithm::Sha256.digest(b"document");
//! crypto.check_signature(key, SignatureScheme::Pkcs1V15, &digest, signature)
//! # }
//! ```
//!
//! It accepts exactly what the default provider accepts, and gives the same reasons where it does not; tests compare
//! the two. What AWS-LC has no call for is left to the default provider: RSA keys of fewer than 2048 bits, which
//! JPKI does not have, and [`Pkcs1V15BareHash`](kazasu_cert::SignatureScheme::Pkcs1V15BareHash), for which the public
//! operation of RSA alone would be needed. Those are not faster.

mod algorithm;
mod provider;

pub use provider::AwsLc;
