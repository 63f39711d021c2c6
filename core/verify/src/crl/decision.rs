//! What a list proves about one certificate (docs/certificate-facts.md §5.4).

use std::io::{self, Read};

use kazasu_cert::{Certificate, CryptoProvider, UnixTime};
use serde::Serialize;

use super::authority::valid_at;
use super::entry::{ListedEntry, RevokedEntry};
use super::facts::{CrlFacts, CrlMark};
use super::index::{CrlIndex, CrlName};
use super::list::{ReadList, Sink, Stop};
use super::number::{CrlNumber, Unsigned};
use super::problem::{CrlInvalidity, CrlProblem, CrlScopeProblem};
use crate::{CrlScope, TrustAnchor, TrustAnchors};

/// A question about one certificate, to be answered from lists.
///
/// The certificate is taken as it is: whether it is valid otherwise is for [`Verifier`](crate::Verifier) to say.
#[derive(Clone, Copy, Debug)]
pub struct CrlCheck<'a> {
    /// The certificate asked about.
    pub certificate: &'a Certificate,
    /// The CAs whose lists count: of the certificate's purpose and environment, any generation.
    pub anchors: &'a TrustAnchors,
    /// Checks the signature of a list.
    pub crypto: &'a dyn CryptoProvider,
    /// Which lists are taken. JPKI has one for each municipality and CA (docs/certificate-facts.md §2.6).
    pub scope: CrlScope,
    /// The time asked about. To prove that the certificate is good a list must have been issued by then and not have
    /// expired. One that has expired still proves a revocation. One that was issued later can prove that the
    /// certificate was revoked by then, but never that it was not: by now it may have been dropped as expired.
    pub at: UnixTime,
    /// The newest list seen so far for this certificate's partition: an older one proves nobody good, but a revocation
    /// still. `None` when a list of the past is to be used on purpose, or nothing is remembered. An index remembers by
    /// itself.
    pub seen: Option<CrlMark>,
}

/// What a list proves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CrlAnswer {
    /// The status.
    #[serde(flatten)]
    pub status: CrlStatus,
    /// The list it was found in.
    pub crl: CrlFacts,
    /// What keeps the list from proving a certificate good by now. Only beside [`Revoked`](CrlStatus::Revoked): what
    /// the CA has revoked once stays so, however old the list is in which it says so. [`Rollback`](CrlProblem::Rollback)
    /// if an older list is offered than was seen, else [`Invalid`](CrlProblem::Invalid).
    #[serde(skip)]
    pub lapsed: Option<CrlProblem>,
}

/// The status of a certificate, according to a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum CrlStatus {
    /// Not revoked as of the list's thisUpdate.
    Good,
    /// Revoked, or on hold, which comes to the same.
    Revoked(RevokedEntry),
}

/// A list about the certificate, the anchor that has signed it, and what it says about the certificate.
type Proved<'a> = (CrlFacts, &'a TrustAnchor, Option<RevokedEntry>);

impl CrlCheck<'_> {
    /// Answers from one list, DER, read as a stream in constant memory. A `&[u8]` will do.
    ///
    /// # Errors
    /// [`CrlProblem`] when it proves nothing.
    pub fn list(&self, list: impl Read) -> Result<CrlAnswer, CrlProblem> {
        self.lists([list])
    }

    /// Answers from several lists in any order: the newest one for the certificate's partition counts, and a later
    /// one that proves a revocation. Of two of the same second, as two keys of the CA may sign them, one that lists the
    /// certificate counts, whatever their numbers are. What is not for this certificate, or not proved, changes nothing.
    /// Each list is read to its end and dropped before the next one is taken from `lists`.
    ///
    /// # Errors
    /// [`CrlProblem`] when no list proves anything: that of the list that counts, or the most telling one.
    pub fn lists<R: Read>(&self, lists: impl IntoIterator<Item = R>) -> Result<CrlAnswer, CrlProblem> {
        self.weigh(lists).0
    }

    /// The same, and beside an answer what was wrong with the lists that were passed over, except that they are for
    /// other certificates.
    pub(crate) fn weigh<R: Read>(
        &self,
        lists: impl IntoIterator<Item = R>,
    ) -> (Result<CrlAnswer, CrlProblem>, Vec<CrlProblem>) {
        let (mut usable, mut problems) = (Vec::new(), Vec::new());
        for list in lists {
            match self.prove(list) {
                Ok(proved) => usable.push(proved),
                Err(problem) => problems.push(problem),
            }
        }
        let answer = self.newest(usable);
        if answer.as_ref().is_some_and(Result::is_ok) {
            problems.retain(|problem| !matches!(problem, CrlProblem::Scope(_)));
        } else {
            problems.sort_by_key(CrlProblem::weight);
        }
        match answer {
            Some(Ok(answer)) => (Ok(answer), problems),
            Some(Err(problem)) => (Err(problem), Vec::new()),
            None => (Err(problems.pop().unwrap_or(CrlScopeProblem::NoList.into())), Vec::new()),
        }
    }

    fn newest(&self, mut usable: Vec<Proved<'_>>) -> Option<Result<CrlAnswer, CrlProblem>> {
        usable.sort_by_key(|(facts, _, entry)| precedence(facts, entry.as_ref()));
        let mut newest_first = usable.into_iter().rev().map(|(facts, anchor, entry)| {
            let issued_later = facts.this_update > self.at;
            (issued_later, self.decide(&facts, anchor, entry))
        });
        let mut later = None;
        for (issued_later, answer) in newest_first.by_ref() {
            if answer.is_ok() || !issued_later {
                return Some(answer);
            }
            later = later.or(Some(answer));
        }
        later
    }

    /// Answers from an index, whose lists were proved when they were taken in.
    ///
    /// # Errors
    /// [`CrlProblem`] when the index has no list for the certificate, or the list proves nothing.
    pub fn index(&self, index: &CrlIndex) -> Result<CrlAnswer, CrlProblem> {
        self.serial()?;
        let partition = self.partition();
        let names = [
            partition.as_ref().ok().map(|name| CrlName::Partition(name)),
            (self.scope == CrlScope::Full).then_some(CrlName::Full(self.certificate.issuer_der())),
        ];
        let lists = names.into_iter().flatten().map(|name| index.list(name)).filter_map(Result::transpose);
        let lists = lists.collect::<Result<Vec<_>, _>>()?;
        let asked = lists.into_iter().map(|list| (list, list.lookup(self.certificate.serial())));
        let Some((list, entry)) = asked.max_by_key(|(list, entry)| precedence(list.facts(), entry.as_ref()))
        else {
            return Err(partition.err().unwrap_or(CrlScopeProblem::NoList).into());
        };
        let facts = list.facts();
        self.check_scope(facts)?;
        let signed_by = |anchor: &&TrustAnchor| anchor.certificate().sha256() == facts.signed_by.sha256;
        let Some(anchor) = self.anchors.iter().find(signed_by) else {
            return Err(CrlInvalidity::UnknownKey.into());
        };
        self.decide(facts, anchor, entry)
    }

    /// Reads a list that is about the certificate and signed by an anchor, whatever its times are.
    fn prove(&self, list: impl Read) -> Result<Proved<'_>, CrlProblem> {
        let mut search = Search { serial: self.serial()?, found: None };
        let list = ReadList::read(list, &mut search).map_err(|stop| match stop {
            Stop::Problem(problem) => problem,
            Stop::Sink(error) => error.into(),
        })?;
        let (facts, anchor) = list.authenticate(self.anchors, self.crypto)?;
        self.check_scope(&facts)?;
        // It proves nobody good, so it must not stand in the way of one that does.
        if facts.next_update.is_none() && search.found.is_none() {
            return Err(CrlInvalidity::NoNextUpdate.into());
        }
        Ok((facts, anchor, search.found))
    }

    fn serial(&self) -> Result<Unsigned, CrlScopeProblem> {
        Unsigned::from_content(self.certificate.serial()).map_err(|_| CrlScopeProblem::Serial)
    }

    fn check_scope(&self, facts: &CrlFacts) -> Result<(), CrlScopeProblem> {
        if facts.issuer != self.certificate.issuer_der() {
            return Err(CrlScopeProblem::OtherIssuer);
        }
        match &facts.partition {
            Some(partition) if self.partition()? == partition.as_slice() => Ok(()),
            Some(_) => Err(CrlScopeProblem::OtherPartition),
            None if self.scope == CrlScope::Full => Ok(()),
            None => Err(CrlScopeProblem::NoPartition),
        }
    }

    /// The DER of the name of the certificate's partition: its one distribution point that is for all reasons and
    /// of the issuer itself.
    fn partition(&self) -> Result<&[u8], CrlScopeProblem> {
        let points = self.certificate.crl_distribution_points().ok().flatten();
        let Some(points) = points else { return Err(CrlScopeProblem::NoDistributionPoint) };
        match points.value.as_slice() {
            [point] if point.reasons.is_none() && point.crl_issuer.is_none() => {
                point.directory_name_der().ok_or(CrlScopeProblem::NoDistributionPoint)
            }
            _ => Err(CrlScopeProblem::NoDistributionPoint),
        }
    }

    fn decide(
        &self,
        crl: &CrlFacts,
        anchor: &TrustAnchor,
        entry: Option<RevokedEntry>,
    ) -> Result<CrlAnswer, CrlProblem> {
        let this_update = crl.this_update;
        let expired = match crl.next_update {
            None => Some(CrlInvalidity::NoNextUpdate),
            Some(next_update) if self.at > next_update => Some(CrlInvalidity::Expired { next_update }),
            Some(_) => None,
        };
        let older = self.seen.filter(|seen| !crl.mark().may_follow(*seen));
        let rollback = older.map(|seen| CrlProblem::Rollback { seen, found: crl.mark() });
        let (lapsed, entry) = if this_update > self.at {
            let entry = entry.filter(|entry| entry.revocation_date <= self.at);
            if entry.is_none() {
                return Err(rollback.unwrap_or(CrlInvalidity::IssuedLater { this_update }.into()));
            }
            (rollback, entry)
        } else if rollback.is_some() {
            (rollback, entry)
        } else if let Some(expired) = expired {
            (Some(expired.into()), entry)
        } else if !valid_at(anchor, self.at) {
            (Some(CrlInvalidity::AnchorNotValid { at: self.at }.into()), entry)
        } else {
            (None, entry)
        };
        // What is listed by now is revoked by now, even if a date in the future stands beside it.
        let status = match (entry, &lapsed) {
            (None, Some(lapsed)) => return Err(lapsed.clone()),
            (entry, _) => entry.map_or(CrlStatus::Good, CrlStatus::Revoked),
        };
        Ok(CrlAnswer { status, crl: crl.clone(), lapsed })
    }
}

/// Which of two lists counts, the greater one: the newer, or of the same second the one with the entry. Numbers come
/// last: those of a list of everything and of a partition's, or of two keys, do not compare.
fn precedence(facts: &CrlFacts, entry: Option<&RevokedEntry>) -> (UnixTime, bool, Option<CrlNumber>) {
    (facts.this_update, entry.is_some(), facts.crl_number)
}

/// Keeps what a list says about one certificate.
struct Search {
    serial: Unsigned,
    found: Option<RevokedEntry>,
}

impl Sink for Search {
    fn begin(&mut self, _: UnixTime) {}

    fn entry(&mut self, listed: &ListedEntry<'_>) -> io::Result<()> {
        if Unsigned::from_significant(listed.serial) == Ok(self.serial) {
            self.found = self.found.into_iter().chain([listed.entry]).min();
        }
        Ok(())
    }
}
