//! The time a verdict is about. There is no clock in this crate.

use kazasu_cert::UnixTime;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The instant at which certificates must be valid, and where it was taken from (docs/certificate-facts.md §4.2).
///
/// For a log-in or a document just received this is now. For a stored signature it is the time at which the relying
/// party can prove it already had it. The signingTime inside a CMS is a claim of the signer and never belongs here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidationTime {
    /// The instant.
    #[serde(serialize_with = "rfc3339", deserialize_with = "from_rfc3339")]
    pub at: UnixTime,
    /// Where it comes from; the report names it.
    pub source: TimeSource,
}

impl ValidationTime {
    /// The caller's clock, read just now.
    pub const fn now(at: UnixTime) -> Self {
        Self { at, source: TimeSource::Clock }
    }
}

/// Where a [`ValidationTime`] comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TimeSource {
    /// The caller's clock at the moment of the check.
    Clock,
    /// The relying party's own record of when it received the signature.
    ReceiptRecord,
    /// A person or program named the time, for example on a command line.
    Given,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
pub(crate) fn rfc3339<S: Serializer>(time: &UnixTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

#[expect(clippy::ref_option, reason = "serde wants it so")]
pub(crate) fn optional_rfc3339<S: Serializer>(
    time: &Option<UnixTime>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    time.map(|time| time.to_string()).serialize(serializer)
}

fn from_rfc3339<'de, D: Deserializer<'de>>(deserializer: D) -> Result<UnixTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    // What has no form in RFC 3339 is written as a number of seconds.
    let seconds = text.strip_prefix('@').and_then(|seconds| seconds.parse().ok()).map(UnixTime);
    match seconds.filter(|seconds| seconds.to_string() == text) {
        Some(seconds) => Ok(seconds),
        None => text.parse().map_err(D::Error::custom),
    }
}
