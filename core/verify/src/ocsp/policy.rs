//! What a relying party decides about OCSP answers. Nothing here has a default.

use serde::{Deserialize, Serialize};

use crate::ClockSkew;

/// 32 random bytes, made anew for each request (RFC 9654 §2.1).
pub type OcspNonce = [u8; 32];

/// When an OCSP answer is good enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OcspPolicy {
    /// How old an answer may be.
    pub max_age: MaxAge,
    /// What becomes of the nonce.
    pub nonce: NoncePolicy,
    /// How far this machine's clock may lag behind the responder's.
    pub clock_skew: ClockSkew,
}

/// Whether the answer must have been made for this very request (RFC 6960 §4.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoncePolicy {
    /// This nonce was sent and must come back.
    Required(OcspNonce),
    /// This nonce was sent. It may be missing from the answer, because many responders sign in advance; a different
    /// one is fatal.
    IfPresent(OcspNonce),
    /// None was sent, or it is no longer known, as with an answer kept in a file: a nonce in the answer means nothing.
    NotSent,
}

/// Seconds that an answer may be old: between thisUpdate, or producedAt, and the time in question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MaxAge(u32);

impl MaxAge {
    /// What suits JPKI, whose responder's data are up to 15 minutes old by design (docs/certificate-facts.md §5.1).
    pub const THIRTY_MINUTES: Self = Self(30 * 60);

    /// An age of `seconds`.
    pub const fn seconds(seconds: u32) -> Self {
        Self(seconds)
    }

    /// The age in seconds.
    pub const fn as_secs(self) -> u32 {
        self.0
    }
}
