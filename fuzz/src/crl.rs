//! Certificate revocation lists: read as a stream, asked directly, through an index on disk, and by the verifier.
//!
//! The first byte of the input chooses: bits 0 and 1 the crypto, bit 2 the purpose (both as in `verifier.rs`), bit 3 takes
//! lists of everything, bit 4 asks about a day earlier, bit 5 remembers a newer list. With bit 6 the list comes in small
//! pieces as well, with bit 7 it is taken into an index; with neither, the verifier is asked. The rest is the list.

use std::io::{self, Read};
use std::path::Path;

use der::Decode;
use kazasu_cert::UnixTime;
use kazasu_verify::{
    CrlAnswer, CrlCheck, CrlIndex, CrlIngest, CrlMark, CrlProblem, CrlScope, CrlStatus, Document,
    RevocationEvidence, SignatureInput, Submission, Verdict,
};
use x509_cert::crl::CertificateList;

use crate::BerMutator;
use crate::crypto::FakeCrypto;
use crate::verifier::{Choice, DOCUMENT, NOW, anchors, certificate};

/// How inputs are mutated.
pub const MUTATOR: BerMutator = BerMutator { prefix: 1 };

pub(crate) const FULL: u8 = 8;
pub(crate) const EARLIER: u8 = 16;
const SEEN: u8 = 32;
pub(crate) const PIECES: u8 = 64;
pub(crate) const INDEX: u8 = 128;

/// However a list is read, the answer is the same, and it is what another decoder finds in the list.
pub fn run(input: &[u8]) {
    let Some((options, list)) = input.split_first() else { return };
    let has = |bit: u8| options & bit != 0;
    let choice = Choice(options & (3 | Choice::AUTHENTICATION));
    let crypto = choice.crypto();
    let seen = CrlMark { this_update: NOW, crl_number: None };
    let check = CrlCheck {
        certificate: certificate(choice.purpose()),
        anchors: anchors(choice.purpose()),
        crypto: &crypto,
        scope: if has(FULL) { CrlScope::Full } else { CrlScope::Partition },
        at: UnixTime(if has(EARLIER) { NOW.0 - 86_400 } else { NOW.0 }),
        seen: has(SEEN).then_some(seen),
    };
    let answer = check.list(list);
    if let Ok(answer) = &answer {
        assert!(!matches!(crypto, FakeCrypto::RefusesAll), "a list without a signature");
        check_answer(&check, answer);
        compare(&check, answer, list);
    }
    if has(PIECES) {
        assert_eq!(check.list(Pieces(list)), answer);
    } else if has(INDEX) {
        index(&check, &answer, list);
    } else if matches!(crypto, FakeCrypto::AcceptsAll) && !has(FULL) && !has(SEEN) {
        verdict(choice, &check, &answer, list);
    }
}

fn check_answer(check: &CrlCheck<'_>, answer: &CrlAnswer) {
    let crl = &answer.crl;
    assert_eq!(crl.issuer, check.certificate.issuer_der());
    assert!(crl.partition.is_some() || check.scope == CrlScope::Full);
    let rolled_back = check.seen.is_some_and(|seen| !crl.mark().may_follow(seen));
    assert_eq!(matches!(answer.lapsed, Some(CrlProblem::Rollback { .. })), rolled_back);
    if crl.this_update > check.at {
        assert!(matches!(answer.status, CrlStatus::Revoked(entry) if entry.revocation_date <= check.at));
    } else {
        // What has lapsed can only say no.
        assert!(answer.lapsed.is_none() || matches!(answer.status, CrlStatus::Revoked(_)));
        let is_current = crl.next_update.is_some_and(|next_update| next_update >= check.at);
        assert!(answer.lapsed.is_some() || is_current);
    }
}

/// Only what the crate `x509-cert` can decode can be compared; it is stricter in places.
fn compare(check: &CrlCheck<'_>, answer: &CrlAnswer, list: &[u8]) {
    let Ok(theirs) = CertificateList::from_der(list) else { return };
    let serial = check.certificate.serial();
    let mut revoked = theirs.tbs_cert_list.revoked_certificates.iter().flatten();
    let listed = revoked.any(|entry| entry.serial_number.as_bytes() == serial);
    assert_eq!(matches!(answer.status, CrlStatus::Revoked(_)), listed);
}

/// What an index says is what the list says.
fn index(check: &CrlCheck<'_>, answer: &Result<CrlAnswer, CrlProblem>, list: &[u8]) {
    let memory = Path::new("/dev/shm");
    let directory = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
    let CrlCheck { anchors, crypto, scope, at, .. } = *check;
    let ingested = CrlIngest { anchors, crypto, scope, at }.ingest(list, &directory);
    let index = CrlIndex::open(&directory).unwrap();
    assert_eq!(index.damaged().count(), 0);
    let lists: Vec<_> = index.iter().collect();
    assert_eq!(lists.len(), usize::from(ingested.is_ok()));
    let Ok(ingested) = ingested else { return };
    assert_eq!((lists[0].facts(), lists[0].entries()), (&ingested.crl, ingested.entries));
    assert_eq!(check.index(&index).ok(), answer.clone().ok());
    if let Ok(theirs) = CertificateList::from_der(list) {
        let revoked = theirs.tbs_cert_list.revoked_certificates.unwrap_or_default();
        assert_eq!(revoked.len() as u64, ingested.entries);
        for entry in revoked {
            assert!(lists[0].lookup(entry.serial_number.as_bytes()).is_some());
        }
    }
}

/// The verdict on a signature that is otherwise in order.
fn verdict(choice: Choice, check: &CrlCheck<'_>, answer: &Result<CrlAnswer, CrlProblem>, list: &[u8]) {
    let (certificate, signature) = (check.certificate.as_der(), &[1; 256]);
    let signature = SignatureInput::Raw { certificate, signature };
    let evidence = [RevocationEvidence::Crl(list)];
    let submission = Submission::new(Document::Bytes(DOCUMENT), signature).with_revocation(&evidence);
    let report = Choice(choice.0 | Choice::REVOCATION).check(&submission, check.at);
    let expected = match answer {
        Ok(CrlAnswer { status: CrlStatus::Good, .. }) => Verdict::Accepted,
        Ok(_) => Verdict::Rejected,
        Err(_) => Verdict::Indeterminate,
    };
    assert_eq!(report.verdict, expected, "{answer:?}");
}

/// Comes in pieces of one to seven bytes.
struct Pieces<'a>(&'a [u8]);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.0.len();
        let len = buffer.len().min(left).min(1 + left % 7);
        let (now, later) = self.0.split_at(len);
        buffer[..len].copy_from_slice(now);
        self.0 = later;
        Ok(len)
    }
}
