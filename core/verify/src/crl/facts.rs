//! What a proved list says about itself, without its entries.

use std::fmt;

use kazasu_cert::UnixTime;
use serde::{Deserialize, Serialize};

use super::number::CrlNumber;
use crate::time::{optional_rfc3339, rfc3339};
use crate::{AnchorRecord, hex};

/// What a list says about itself. Only a list whose signature was checked has facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CrlFacts {
    /// DER of the issuer's `Name`.
    #[serde(serialize_with = "hex::serialize")]
    pub issuer: Vec<u8>,
    /// DER of the `Name` of its distribution point. `None`: the list is of everything the CA has issued.
    #[serde(serialize_with = "hex::optional::serialize")]
    pub partition: Option<Vec<u8>>,
    /// When it was issued.
    #[serde(serialize_with = "rfc3339")]
    pub this_update: UnixTime,
    /// Until when it counts, inclusive. RFC 5280 §5.1.2.5 demands it; a list without it proves nobody good.
    #[serde(serialize_with = "optional_rfc3339")]
    pub next_update: Option<UnixTime>,
    /// Its number, if it has one.
    pub crl_number: Option<CrlNumber>,
    /// The trust anchor whose key has signed it: any of the generations may have.
    pub signed_by: AnchorRecord,
    /// SHA-256 of `tbsCertList`, which is what the signature covers.
    #[serde(serialize_with = "hex::serialize")]
    pub tbs_sha256: [u8; 32],
}

impl CrlFacts {
    /// What to remember in order to notice an older list later on.
    pub fn mark(&self) -> CrlMark {
        CrlMark { this_update: self.this_update, crl_number: self.crl_number }
    }
}

/// How new a list is. Remembered for each partition, it tells an older list that is offered again (RFC 5280 §5.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CrlMark {
    /// thisUpdate, in seconds since 1970-01-01T00:00:00Z.
    pub this_update: UnixTime,
    /// cRLNumber.
    pub crl_number: Option<CrlNumber>,
}

impl CrlMark {
    /// Whether a list with this mark may follow one with the mark `seen`: neither time nor number go back, and a
    /// number once given is not left out. The same list again may.
    pub fn may_follow(self, seen: Self) -> bool {
        // None is less than any number.
        self.this_update >= seen.this_update && self.crl_number >= seen.crl_number
    }
}

impl fmt::Display for CrlMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.crl_number {
            Some(number) => write!(f, "number {number} of {}", self.this_update),
            None => write!(f, "unnumbered of {}", self.this_update),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_time_nor_number_go_back() {
        let mark = |time, number: Option<u64>| CrlMark {
            this_update: UnixTime(time),
            crl_number: number.map(CrlNumber::from),
        };
        let seen = mark(10, Some(5));
        for (offered, may_follow) in [
            (seen, true),
            (mark(11, Some(6)), true),
            (mark(11, Some(5)), true),
            (mark(10, Some(6)), true),
            (mark(9, Some(6)), false),
            (mark(11, Some(4)), false),
            (mark(11, None), false),
            (mark(9, Some(4)), false),
        ] {
            assert_eq!(offered.may_follow(seen), may_follow, "{offered}");
        }
        assert!(mark(10, Some(0)).may_follow(mark(10, None)));
        assert!(!mark(9, None).may_follow(mark(10, None)));
    }
}
