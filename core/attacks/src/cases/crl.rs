//! Cases 54 to 59: CRLs. Each starts from a list with which the signature is accepted.

use kazasu_cert::UnixTime;
use kazasu_sim::pki::{oids, profile};
use kazasu_sim::status_services::{
    CrlEntry, CrlIssuer, CrlTemplate, IssuingDistributionPoint, RevocationReason,
};
use kazasu_sim::{Extension, Generation, KeyName, der};
use kazasu_verify::{CrlMark, Purpose, Rejection, RevocationReason as Reason};

use crate::status::{
    DAY, Evidence, HOUR, SERIAL, authority, checked, list, list_of, now, partition, signed, signed_by,
};
use crate::vector::{CHECKED_FULL, Vector, key};
use crate::{Attack, Expected, Question};

pub(super) fn attacks() -> Vec<Attack> {
    [
        times_and_signatures(),
        what_is_not_a_list(),
        scope_of_the_list(),
        everything_expected(),
        rollback(),
        serial_numbers(),
    ]
    .concat()
}

fn attack(case: u8, title: &str, make: impl FnOnce(&Vector) -> Evidence, code: &'static str) -> Attack {
    let vector = checked(Purpose::Signing);
    let question = Question { evidence: vec![make(&vector)], ..vector.question() };
    Attack::new(case, title, question, Expected::Open(code))
}

fn with(vector: &Vector, change: impl FnOnce(&mut CrlTemplate)) -> Evidence {
    let mut list = list(vector);
    change(&mut list);
    signed(&list)
}

fn with_scope(vector: &Vector, scope: &IssuingDistributionPoint) -> Evidence {
    with(vector, |list| list.set_scope(scope))
}

fn scope(vector: &Vector) -> IssuingDistributionPoint {
    IssuingDistributionPoint { name: Some(partition(vector)), ..Default::default() }
}

fn times_and_signatures() -> Vec<Attack> {
    vec![
        attack(54, "nextUpdate has passed", |v| signed(&list_of(v, 7, now() - DAY - 1)), "crl_invalid"),
        attack(54, "no nextUpdate", |v| with(v, |list| list.next_update.clear()), "crl_invalid"),
        attack(54, "thisUpdate in the future", |v| signed(&list_of(v, 7, now() + 1)), "crl_invalid"),
        attack(
            54,
            "signed by somebody else under the CA's name",
            |v| Evidence::Crl(list(v).sign(&key(KeyName::Attacker)).unwrap()),
            "crl_invalid",
        ),
        attack(
            54,
            "signed by the cardholder",
            |v| Evidence::Crl(list(v).sign(&key(KeyName::SigningLeaf)).unwrap()),
            "crl_invalid",
        ),
        attack(
            54,
            "signed by a generation that has expired",
            |v| {
                let oldest = authority(Purpose::Signing, Generation::G2015);
                let issuer = CrlIssuer::new(oldest);
                let list = issuer.partition(&partition(v), 7, now() - HOUR, now() + DAY).unwrap();
                signed_by(&list, oldest)
            },
            "crl_invalid",
        ),
        attack(
            54,
            "from the CA of the other purpose",
            |v| {
                let other = authority(Purpose::Authentication, Generation::G2023);
                let issuer = CrlIssuer::new(other);
                let list = issuer.partition(&partition(v), 7, now() - HOUR, now() + DAY).unwrap();
                signed_by(&list, other)
            },
            "crl_invalid",
        ),
        attack(
            54,
            "signed by the CA of the other purpose under this one's name",
            |v| signed_by(&list(v), authority(Purpose::Authentication, Generation::G2023)),
            "crl_invalid",
        ),
    ]
}

fn what_is_not_a_list() -> Vec<Attack> {
    vec![
        attack(54, "empty CRL", |_| Evidence::Crl(Vec::new()), "crl_encoding"),
        attack(
            54,
            "HTML for a CRL",
            |_| Evidence::Crl(b"<!DOCTYPE html><html></html>".to_vec()),
            "crl_encoding",
        ),
        attack(
            54,
            "CRL cut off",
            |v| {
                let mut list = list(v).sign(authority(Purpose::Signing, Generation::G2023).key()).unwrap();
                list.pop();
                Evidence::Crl(list)
            },
            "crl_encoding",
        ),
        attack(
            54,
            "CRL with a byte too many",
            |v| {
                let mut list = list(v).sign(authority(Purpose::Signing, Generation::G2023).key()).unwrap();
                list.push(0);
                Evidence::Crl(list)
            },
            "crl_encoding",
        ),
        attack(54, "certificate for a CRL", |v| Evidence::Crl(v.certificate()), "crl_encoding"),
    ]
}

fn scope_of_the_list() -> Vec<Attack> {
    vec![
        attack(
            55,
            "another municipality",
            |v| {
                let other = profile::partition_name(kazasu_sim::Purpose::Signing, "Osaka-fu", "Sakai-shi");
                with_scope(v, &IssuingDistributionPoint { name: Some(other), ..Default::default() })
            },
            "crl_scope",
        ),
        attack(
            56,
            "no issuingDistributionPoint",
            |v| with(v, |list| assert!(list.remove_extension(&oids::issuing_distribution_point()))),
            "crl_scope",
        ),
        attack(
            56,
            "unknown critical extension",
            |v| {
                with(v, |list| {
                    let id = der::oid(&[1, 2, 3, 4]);
                    list.extensions.push(Extension::critical(id, der::null()));
                })
            },
            "crl_scope",
        ),
        attack(
            56,
            "unknown critical extension of another certificate's entry",
            |v| {
                with(v, |list| {
                    let mut entry = CrlEntry::new(5, now() - DAY, None).unwrap();
                    entry.extensions.push(Extension::critical(der::oid(&[1, 2, 3, 4]), der::null()));
                    list.entries.push(entry);
                })
            },
            "crl_scope",
        ),
        attack(
            56,
            "CA certificates only",
            |v| with_scope(v, &IssuingDistributionPoint { only_ca_certificates: true, ..scope(v) }),
            "crl_scope",
        ),
        attack(
            56,
            "attribute certificates only",
            |v| with_scope(v, &IssuingDistributionPoint { only_attribute_certificates: true, ..scope(v) }),
            "crl_scope",
        ),
        attack(
            56,
            "some reasons only",
            |v| {
                let only_some_reasons = Some(vec![1, 0x40]);
                with_scope(v, &IssuingDistributionPoint { only_some_reasons, ..scope(v) })
            },
            "crl_scope",
        ),
        attack(
            56,
            "indirect",
            |v| with_scope(v, &IssuingDistributionPoint { indirect: true, ..scope(v) }),
            "crl_scope",
        ),
        attack(58, "a delta", |v| with(v, |list| list.set_delta(6)), "crl_scope"),
    ]
}

/// Where a list of everything is expected.
fn everything_expected() -> Vec<Attack> {
    let mut attack = attack(
        56,
        "list of everything with an unknown critical extension",
        |v| {
            with(v, |list| {
                assert!(list.remove_extension(&oids::issuing_distribution_point()));
                list.extensions.push(Extension::critical(der::oid(&[1, 2, 3, 4]), der::null()));
            })
        },
        "crl_scope",
    );
    attack.question.policy = CHECKED_FULL;
    vec![attack]
}

fn rollback() -> Vec<Attack> {
    let seen = |title, this_update, number: u64| {
        let mut attack = attack(57, title, |v| signed(&list(v)), "crl_rollback");
        let mark = CrlMark { this_update: UnixTime(this_update), crl_number: Some(number.into()) };
        attack.question.seen_crl = Some(mark);
        attack
    };
    // Without a memory there are only the lists at hand.
    let beside_a_newer_one = |title, newer_first| {
        let vector = checked(Purpose::Signing);
        let older = signed(&list_of(&vector, 6, now() - 2 * HOUR));
        let newer = with(&vector, |list| {
            list.revoke(SERIAL, now() - 2 * HOUR, Some(RevocationReason::KeyCompromise)).unwrap();
        });
        let evidence = if newer_first { vec![newer, older] } else { vec![older, newer] };
        let expected =
            Rejection::Revoked { since: UnixTime(now() - 2 * HOUR), reason: Some(Reason::KeyCompromise) };
        let question = Question { evidence, ..vector.question() };
        Attack::new(57, title, question, Expected::Rejected(expected))
    };
    vec![
        seen("thisUpdate goes back", now() - HOUR + 1, 7),
        seen("crlNumber goes back", now() - HOUR, 8),
        beside_a_newer_one("older CRL before the one that revokes", false),
        beside_a_newer_one("older CRL after the one that revokes", true),
    ]
}

/// Serial numbers are integers, however they are written.
fn serial_numbers() -> Vec<Attack> {
    let since = now() - DAY;
    let revoked = |reason| Expected::Rejected(Rejection::Revoked { since: UnixTime(since), reason });
    let listed = |title, serial_number: Vec<u8>| {
        let entry = CrlEntry { serial_number, ..CrlEntry::new(SERIAL, since, None).unwrap() };
        let attack = attack(59, title, |v| with(v, |list| list.entries.push(entry)), "");
        Attack { expected: revoked(None), ..attack }
    };
    let minimal = der::integer(SERIAL);
    let mut high = checked(Purpose::Signing);
    high.template.set_serial(0x00FF_0001);
    let on_hold = with(&high, |list| {
        list.revoke(0x00FF_0001, since, Some(RevocationReason::CertificateHold)).unwrap();
    });
    vec![
        listed("revoked serial number", minimal.clone()),
        // Not DER, and yet the same number: never taken for a list without the entry.
        listed("revoked serial number with a needless zero", der::tlv(0x02, &[&[0], &minimal[2..]].concat())),
        Attack::new(
            59,
            "revoked serial number with a zero it needs",
            Question { evidence: vec![on_hold], ..high.question() },
            revoked(Some(Reason::CertificateHold)),
        ),
    ]
}
