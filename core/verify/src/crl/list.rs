//! Reading a list as a stream.
//!
//! ```text
//! CertificateList ::= SEQUENCE { tbsCertList, signatureAlgorithm, signatureValue }
//! TBSCertList     ::= SEQUENCE { version, signature, issuer, thisUpdate, nextUpdate,
//!                                revokedCertificates OPTIONAL, crlExtensions [0] OPTIONAL }
//! ```
//!
//! What a list is about and whose key it names stand behind its entries, and its signature behind everything. So the
//! entries go to a [`Sink`] unproved, and count only once [`ReadList::authenticate`](super::authority) has said yes.

use std::io::{self, Read};

use kazasu_cert::{DerRule, Digest, UnixTime};

use super::element::{
    BIT_STRING, Elements, GENERALIZED_TIME, Header, INTEGER, SEQUENCE, UTC_TIME, constructed,
};
use super::entry::ListedEntry;
use super::extensions::ListExtensions;
use super::problem::{CrlEncodingRule, CrlProblem, Fault};
use super::source::Source;

/// No field but the entries is longer than this, in bytes.
const MAX_FIELD_LEN: usize = 16 * 1024;

/// Whoever wants the entries.
pub(super) trait Sink {
    /// Called once, before the first entry.
    fn begin(&mut self, this_update: UnixTime);

    /// An entry, in the order of the list.
    fn entry(&mut self, listed: &ListedEntry<'_>) -> io::Result<()>;
}

/// Everything of a list but its entries.
#[derive(Debug)]
pub(super) struct ReadList {
    /// DER of both `AlgorithmIdentifier`s: inside what is signed, and beside it.
    pub(super) algorithms: [Vec<u8>; 2],
    /// DER of the `Name`.
    pub(super) issuer: Vec<u8>,
    pub(super) this_update: UnixTime,
    pub(super) next_update: Option<UnixTime>,
    pub(super) extensions: ListExtensions,
    /// SHA-256 of `tbsCertList` as received.
    pub(super) tbs_digest: Digest,
    pub(super) signature: Vec<u8>,
    /// How many entries there are.
    pub(super) entries: u64,
    /// Length of the whole list in bytes.
    pub(super) len: u64,
}

/// Why reading stopped.
#[derive(Debug)]
pub(super) enum Stop {
    Problem(CrlProblem),
    /// The sink gave up.
    Sink(io::Error),
}

impl From<CrlProblem> for Stop {
    fn from(problem: CrlProblem) -> Self {
        Self::Problem(problem)
    }
}

impl ReadList {
    /// Reads a list and nothing after it.
    pub(super) fn read(input: impl Read, sink: &mut impl Sink) -> Result<Self, Stop> {
        let mut walk = Walk { source: Source::new(input) };
        let list_end = walk.enter(SEQUENCE, u64::MAX)?;
        walk.source.start_hash();
        let tbs_end = walk.enter(SEQUENCE, list_end)?;
        walk.field(tbs_end, |fields| match fields.optional(INTEGER)? {
            Some([1]) => Ok(()),
            _ => Err(CrlEncodingRule::Version.into()),
        })?;
        let inner = walk.field(tbs_end, |fields| Ok(fields.expect_whole(SEQUENCE)?.to_vec()))?;
        let issuer = walk.field(tbs_end, |fields| Ok(fields.expect_whole(SEQUENCE)?.to_vec()))?;
        let this_update = walk.field(tbs_end, |fields| Ok(fields.time()?))?;
        let next_update = match walk.peek(tbs_end)? {
            Some(UTC_TIME | GENERALIZED_TIME) => Some(walk.field(tbs_end, |fields| Ok(fields.time()?))?),
            _ => None,
        };
        sink.begin(this_update);
        let entries = match walk.peek(tbs_end)? {
            Some(SEQUENCE) => {
                let end = walk.enter(SEQUENCE, tbs_end)?;
                walk.entries(end, sink)?
            }
            _ => 0,
        };
        let extensions = match walk.peek(tbs_end)? {
            Some(tag) if tag == constructed(0) => walk.field(tbs_end, |fields| {
                ListExtensions::read(Elements::only(fields.expect(tag)?, SEQUENCE)?)
            })?,
            Some(_) => return Err(walk.fault(DerRule::UnexpectedTag.into()).into()),
            None => ListExtensions::default(),
        };
        walk.end(tbs_end)?;
        let tbs_digest = walk.source.finish_hash();
        let outer = walk.field(list_end, |fields| Ok(fields.expect_whole(SEQUENCE)?.to_vec()))?;
        let signature = walk.field(list_end, |fields| match fields.expect(BIT_STRING)? {
            [0, octets @ ..] => Ok(octets.to_vec()),
            _ => Err(CrlEncodingRule::SignatureBits.into()),
        })?;
        walk.end(list_end)?;
        walk.finish()?;
        let algorithms = [inner, outer];
        let len = list_end;
        Ok(Self {
            algorithms,
            issuer,
            this_update,
            next_update,
            extensions,
            tbs_digest,
            signature,
            entries,
            len,
        })
    }
}

struct Walk<R> {
    source: Source<R>,
}

impl<R: Read> Walk<R> {
    /// Passes over tag and length of an element that ends by `end`; tells where it ends itself.
    fn enter(&mut self, tag: u8, end: u64) -> Result<u64, CrlProblem> {
        let header = self.header(end)?;
        if header.tag != tag {
            return Err(self.fault(DerRule::UnexpectedTag.into()));
        }
        let element_end = self.source.offset() + header.total() as u64;
        self.source.advance(header.len);
        Ok(element_end)
    }

    /// Reads one element that ends by `end`, small enough to be looked at as a whole.
    fn field<T>(
        &mut self,
        end: u64,
        read: impl FnOnce(&mut Elements<'_>) -> Result<T, Fault>,
    ) -> Result<T, CrlProblem> {
        let total = self.header(end)?.total();
        if total > MAX_FIELD_LEN {
            return Err(self.fault(CrlEncodingRule::TooLong.into()));
        }
        if !self.source.want(total)? {
            return Err(self.fault(DerRule::Truncated.into()));
        }
        let element = self.source.window().get(..total).unwrap_or_default();
        let value = read(&mut Elements(element)).map_err(|fault| self.fault(fault))?;
        self.source.advance(total);
        Ok(value)
    }

    /// The tag of the next element before `end`, if there is one.
    fn peek(&mut self, end: u64) -> Result<Option<u8>, CrlProblem> {
        if self.source.offset() >= end {
            return Ok(None);
        }
        self.header(end).map(|header| Some(header.tag))
    }

    fn header(&mut self, end: u64) -> Result<Header, CrlProblem> {
        self.source.want(Header::MAX_LEN)?;
        let header = Header::read(self.source.window()).map_err(|rule| self.fault(rule.into()))?;
        match header {
            Some(header) if self.source.offset().saturating_add(header.total() as u64) <= end => Ok(header),
            _ => Err(self.fault(DerRule::Truncated.into())),
        }
    }

    /// Hands over each entry up to `end`.
    fn entries(&mut self, end: u64, sink: &mut impl Sink) -> Result<u64, Stop> {
        let mut count = 0;
        while self.source.offset() < end {
            let window = self.source.window();
            let left = usize::try_from(end - self.source.offset()).unwrap_or(usize::MAX);
            let (is_all, mut rest) = window.get(..left).map_or((false, window), |all| (true, all));
            let len = rest.len();
            let end_of_window = loop {
                match ListedEntry::read(rest) {
                    Ok(Some((entry, after))) => {
                        sink.entry(&entry).map_err(Stop::Sink)?;
                        count += 1;
                        rest = after;
                    }
                    Ok(None) => break Ok(()),
                    Err(fault) => break Err(fault),
                }
            };
            let begun = rest.len();
            self.source.advance(len - begun);
            end_of_window.map_err(|fault| self.fault(fault))?;
            let is_cut_off =
                if is_all { begun > 0 } else { !self.source.want(begun + 1).map_err(CrlProblem::from)? };
            if is_cut_off {
                return Err(self.fault(DerRule::Truncated.into()).into());
            }
        }
        Ok(count)
    }

    /// The element entered must end here.
    fn end(&self, end: u64) -> Result<(), CrlProblem> {
        if self.source.offset() == end { Ok(()) } else { Err(self.fault(DerRule::TrailingBytes.into())) }
    }

    /// The stream must end here.
    fn finish(&mut self) -> Result<(), CrlProblem> {
        if self.source.want(1)? { Err(self.fault(DerRule::TrailingBytes.into())) } else { Ok(()) }
    }

    fn fault(&self, fault: Fault) -> CrlProblem {
        fault.at(self.source.offset())
    }
}
