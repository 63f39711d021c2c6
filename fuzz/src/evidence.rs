//! Evidence records.
//!
//! An input that begins with `{` is a record in JSON. Its hash is put right if it does not fit: otherwise nothing that
//! was changed would ever be read. Any other input is one of the target `cms`, of whose check a record is made.

use std::sync::{Arc, LazyLock};

use kazasu_cert::HashAlgorithm;
use kazasu_sim::{Generation, TestPki};
use kazasu_verify::{
    EvidenceRecord, HmacSeal, Replay, ReplayInputs, ReplayOutcome, Retention, TestAnchors, TrustAnchors,
    ValidationTime, Verdict, Verifier,
};
use serde_json::{Value, json};

use crate::crypto::FakeCrypto;
use crate::mutate::{Blind, mutate_json};
use crate::verifier::{Choice, DOCUMENT, NOW, sim};
use crate::{BerMutator, cms};

/// Mutates an input by its kind; see [`BerMutator::mutate`].
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32, blind: Blind) -> usize {
    if data.first() == Some(&b'{') {
        mutate_json(data, size, max_size, seed, blind)
    } else {
        BerMutator { prefix: 1 }.mutate(data, size, max_size, seed, blind)
    }
}

const OF_RECORD: ReplayInputs<'_> = ReplayInputs {
    document: None,
    signature: None,
    certificate: None,
    revocation: &[],
    test_anchors: TestAnchors::OfRecord,
};

/// A record reads back, and replaying it never makes anything better.
pub fn run(input: &[u8]) {
    if input.first() != Some(&b'{') {
        return of_check(input);
    }
    let record = EvidenceRecord::from_json(input).ok().or_else(|| {
        let json = with_right_hash(input)?;
        EvidenceRecord::from_json(json.as_bytes()).ok()
    });
    let Some(record) = record else { return };
    reads_back(&record);
    let _ = record.check_seal(&seal_key());
    // One of four ways, by the length, to save time.
    let crypto = if input.len() & 1 == 0 { FakeCrypto::AcceptsAll } else { FakeCrypto::RefusesAll };
    let document = (input.len() & 2 == 0).then_some(DOCUMENT);
    let given = ReplayInputs { document, ..OF_RECORD };
    let Ok(replay) = record.replay_with_crypto(&given, Arc::new(crypto)) else { return };
    check_replay(&record, &replay);
    assert!(replay.verdict != Verdict::Accepted || matches!(crypto, FakeCrypto::AcceptsAll));
}

pub(crate) fn seal_key() -> HmacSeal {
    HmacSeal::new("test", &[7; 32]).unwrap()
}

/// The hash is over three members, sorted and without spaces.
fn with_right_hash(input: &[u8]) -> Option<String> {
    let mut envelope: Value = serde_json::from_slice(input).ok()?;
    let hashed = json!({ "format": "kazasu-evidence", "version": 1, "record": envelope.get("record")? });
    let sha256 = HashAlgorithm::Sha256.digest(hashed.to_string().as_bytes());
    let hex = sha256.as_bytes().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    envelope["sha256"] = hex.into();
    Some(envelope.to_string())
}

fn reads_back(record: &EvidenceRecord) {
    let json = record.to_json();
    let again = EvidenceRecord::from_json(json.as_bytes()).unwrap();
    assert_eq!(again.to_json(), json);
    assert_eq!(again.sha256(), record.sha256());
    assert!(again.check_follows(record).is_err());
    assert!(again.following(record).check_follows(record).is_ok());
}

fn check_replay(record: &EvidenceRecord, replay: &Replay) {
    let is_contradicted = outcomes(replay).any(|outcome| outcome == ReplayOutcome::Contradicted);
    assert_eq!(replay.recorded_verdict, record.verdict());
    assert_eq!(replay.errors.is_empty(), replay.verdict == Verdict::Accepted);
    assert!(!is_contradicted || replay.verdict == Verdict::Rejected);
    if replay.verdict == Verdict::Accepted {
        assert_eq!(record.verdict(), Verdict::Accepted);
        assert!(replay.checks.iter().all(|check| check.outcome == ReplayOutcome::Confirmed));
        assert!(replay.not_rechecked.is_empty());
    }
    assert!(replay.attributes.is_none(), "its anchors are its own");
}

fn outcomes(replay: &Replay) -> impl Iterator<Item = ReplayOutcome> {
    let members = replay.members.iter().map(|member| member.outcome);
    replay.checks.iter().map(|check| check.outcome).chain(members)
}

/// The record of a check, replayed with the same crypto, says the same; one that keeps nothing says nothing better.
fn of_check(input: &[u8]) {
    let Some((choice, submission)) = cms::submission(input) else { return };
    let verifier = verifier(choice);
    let report = verifier.check(&submission, ValidationTime::now(NOW));
    let retention = if input.len() & 1 == 0 { Retention::EVERYTHING } else { Retention::HASHES };
    let record = EvidenceRecord::new(verifier, &submission, &report, retention);
    let record = EvidenceRecord::from_json(record.to_json().as_bytes()).unwrap();
    let replay = record.replay_with_crypto(&OF_RECORD, Arc::new(choice.crypto())).unwrap();
    check_replay(&record, &replay);
    assert!(outcomes(&replay).all(|outcome| outcome != ReplayOutcome::Contradicted), "{replay:#?}");
    if retention == Retention::EVERYTHING {
        assert_eq!(replay.verdict, report.verdict, "{replay:#?}");
    }
}

/// Relies on one CA, because a record carries those of the test PKI.
pub(crate) fn verifier(choice: Choice) -> &'static Verifier {
    static ALL: LazyLock<Vec<Verifier>> = LazyLock::new(|| {
        Choice::each(|choice| {
            let ca = TestPki::shared().unwrap().authority(sim(choice.purpose()), Generation::G2023);
            choice.relying_on(TrustAnchors::test(choice.purpose(), [ca.certificate()]).unwrap())
        })
    });
    &ALL[choice.position()]
}
