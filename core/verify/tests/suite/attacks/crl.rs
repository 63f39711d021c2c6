//! Cases 54 to 59: CRLs. Each starts from a list with which the signature is accepted.

use kazasu_sim::pki::{oids, profile};
use kazasu_sim::status_services::{
    CrlEntry, CrlIssuer, CrlTemplate, IssuingDistributionPoint, RevocationReason,
};
use kazasu_sim::{Extension, Generation, KeyName, der};
use kazasu_verify::{CrlScope, Policy, Purpose, Rejection, RevocationPolicy, RevocationRules};

use crate::common::status::{
    DAY, Evidence, HOUR, SERIAL, assert_open, authority, checked, list, list_of, now, partition, signed,
    signed_by,
};
use crate::common::{POLICY, RULES, Vector, assert_accepted, assert_rejected, key};

const FULL: Policy = Policy {
    revocation: RevocationPolicy::Required(RevocationRules { crl_scope: CrlScope::Full, ..RULES }),
    ..POLICY
};

/// Number, what it is, how the list is made, the code.
type Attack = (u8, &'static str, fn(&Vector) -> Evidence, &'static str);

#[track_caller]
fn run(policy: Policy, attacks: &[Attack]) {
    let vector = Vector { policy, ..checked(Purpose::Signing) };
    let good = signed(&list(&vector));
    assert_accepted(&vector.report_with(std::slice::from_ref(&good)), "the list the attacks start from");
    for (number, what, make, code) in attacks {
        let what = format!("case {number}: {what}");
        let bad = make(&vector);
        assert_open(&vector.report_with(std::slice::from_ref(&bad)), code, &what);
        // What proves nothing does not spoil what does.
        assert_accepted(&vector.report_with(&[bad.clone(), good.clone()]), &what);
        assert_accepted(&vector.report_with(&[good.clone(), bad]), &what);
    }
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

#[test]
fn case_54_times_and_signatures() {
    run(
        crate::common::CHECKED,
        &[
            (54, "nextUpdate has passed", |v| signed(&list_of(v, 7, now() - DAY - 1)), "crl_invalid"),
            (54, "no nextUpdate", |v| with(v, |list| list.next_update.clear()), "crl_invalid"),
            (54, "thisUpdate in the future", |v| signed(&list_of(v, 7, now() + 1)), "crl_invalid"),
            (
                54,
                "signed by somebody else under the CA's name",
                |v| Evidence::Crl(list(v).sign(&key(KeyName::Attacker)).unwrap()),
                "crl_invalid",
            ),
            (
                54,
                "signed by the cardholder",
                |v| Evidence::Crl(list(v).sign(&key(KeyName::SigningLeaf)).unwrap()),
                "crl_invalid",
            ),
            (
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
            (
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
            (
                54,
                "signed by the CA of the other purpose under this one's name",
                |v| signed_by(&list(v), authority(Purpose::Authentication, Generation::G2023)),
                "crl_invalid",
            ),
        ],
    );
}

#[test]
fn case_54_any_generation_of_the_purpose_may_sign() {
    let vector = checked(Purpose::Signing);
    let other = authority(Purpose::Signing, Generation::G2019);
    let list = CrlIssuer::new(other).partition(&partition(&vector), 7, now() - HOUR, now() + DAY).unwrap();
    let report = vector.report_with(&[signed_by(&list, other)]);
    assert_accepted(&report, "signed by the other generation");
    let json = serde_json::to_value(&report).unwrap();
    let answer = &json["signers"][0]["revocation"]["evidence"][0]["answer"];
    assert_eq!(answer["crl"]["signed_by"]["name"], "signca-test-2019");
    assert_eq!(json["signers"][0]["anchor"]["name"], "signca-test-2023");
}

#[test]
fn cases_55_56_and_58_scope() {
    run(
        crate::common::CHECKED,
        &[
            (
                55,
                "another municipality",
                |v| {
                    let other =
                        profile::partition_name(kazasu_sim::Purpose::Signing, "Osaka-fu", "Sakai-shi");
                    with_scope(v, &IssuingDistributionPoint { name: Some(other), ..Default::default() })
                },
                "crl_scope",
            ),
            (
                56,
                "no issuingDistributionPoint",
                |v| with(v, |list| assert!(list.remove_extension(&oids::issuing_distribution_point()))),
                "crl_scope",
            ),
            (
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
            (
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
            (
                56,
                "CA certificates only",
                |v| with_scope(v, &IssuingDistributionPoint { only_ca_certificates: true, ..scope(v) }),
                "crl_scope",
            ),
            (
                56,
                "attribute certificates only",
                |v| {
                    with_scope(v, &IssuingDistributionPoint { only_attribute_certificates: true, ..scope(v) })
                },
                "crl_scope",
            ),
            (
                56,
                "some reasons only",
                |v| {
                    let only_some_reasons = Some(vec![1, 0x40]);
                    with_scope(v, &IssuingDistributionPoint { only_some_reasons, ..scope(v) })
                },
                "crl_scope",
            ),
            (
                56,
                "indirect",
                |v| with_scope(v, &IssuingDistributionPoint { indirect: true, ..scope(v) }),
                "crl_scope",
            ),
            (58, "a delta", |v| with(v, |list| list.set_delta(6)), "crl_scope"),
        ],
    );
}

#[test]
fn case_56_a_list_of_everything_only_where_it_is_expected() {
    let everything: Attack = (
        56,
        "no issuingDistributionPoint, but an unknown critical extension",
        |v| {
            with(v, |list| {
                assert!(list.remove_extension(&oids::issuing_distribution_point()));
                list.extensions.push(Extension::critical(der::oid(&[1, 2, 3, 4]), der::null()));
            })
        },
        "crl_scope",
    );
    run(FULL, &[everything]);
    let mut vector = checked(Purpose::Signing);
    let all = with(&vector, |list| assert!(list.remove_extension(&oids::issuing_distribution_point())));
    vector.policy = FULL;
    assert_accepted(&vector.report_with(std::slice::from_ref(&all)), "full");
}

#[test]
fn case_57_an_older_list_again() {
    use kazasu_verify::{CrlMark, Document, SignatureInput, Submission, ValidationTime};
    let vector = checked(Purpose::Signing);
    let (certificate, verifier) =
        (vector.certificate(), crate::common::verifier(Purpose::Signing, vector.policy));
    let signature = vector.holder_key.sign_sha256(crate::common::DOCUMENT).unwrap();
    let input = SignatureInput::Raw { certificate: &certificate, signature: &signature };
    let Evidence::Crl(older) = signed(&list(&vector)) else { panic!("a list") };
    let evidence = [kazasu_verify::RevocationEvidence::Crl(&older)];
    let ask = |this_update, number: u64| {
        let seen =
            CrlMark { this_update: kazasu_cert::UnixTime(this_update), crl_number: Some(number.into()) };
        let submission = Submission::new(Document::Bytes(crate::common::DOCUMENT), input)
            .with_revocation(&evidence)
            .with_seen_crl(seen);
        verifier.check(&submission, ValidationTime::now(vector.at))
    };
    assert_accepted(&ask(now() - HOUR, 7), "the same list");
    assert_accepted(&ask(now() - 2 * HOUR, 6), "a newer list");
    assert_open(&ask(now() - HOUR + 1, 7), "crl_rollback", "thisUpdate goes back");
    assert_open(&ask(now() - HOUR, 8), "crl_rollback", "the number goes back");
}

#[test]
fn case_59_serial_numbers_are_integers() {
    let vector = checked(Purpose::Signing);
    let since = now() - DAY;
    let revoked = Rejection::Revoked { since: kazasu_cert::UnixTime(since), reason: None };
    let listed = |serial_number: Vec<u8>| {
        let entry = CrlEntry { serial_number, ..CrlEntry::new(SERIAL, since, None).unwrap() };
        with(&vector, |list| list.entries.push(entry))
    };
    let minimal = SERIAL.to_be_bytes();
    let minimal = &minimal[minimal.iter().position(|byte| *byte != 0).unwrap()..];
    assert_rejected(&vector.report_with(&[listed(der::integer(SERIAL))]), &revoked, "minimal");
    // With a zero more it is not DER: the list is not read, or the entry is found; never a miss.
    let padded = vector.report_with(&[listed(der::tlv(0x02, &[&[0], minimal].concat()))]);
    assert!(padded.errors == [revoked] || padded.codes().first() == Some(&"crl_encoding"));

    // A certificate whose serial number needs a leading zero.
    let mut vector = checked(Purpose::Signing);
    vector.template.set_serial(0x00FF_0001);
    let listed = with(&vector, |list| {
        list.revoke(0x00FF_0001, since, Some(RevocationReason::CertificateHold)).unwrap();
    });
    let report = vector.report_with(&[listed]);
    assert_eq!(report.codes(), ["revoked"]);
}

#[test]
fn what_is_not_a_list() {
    run(
        crate::common::CHECKED,
        &[
            (54, "empty", |_| Evidence::Crl(Vec::new()), "crl_encoding"),
            (54, "HTML", |_| Evidence::Crl(b"<!DOCTYPE html><html></html>".to_vec()), "crl_encoding"),
            (
                54,
                "cut off",
                |v| {
                    let Evidence::Crl(mut list) = signed(&list(v)) else { panic!("a list") };
                    list.pop();
                    Evidence::Crl(list)
                },
                "crl_encoding",
            ),
            (
                54,
                "a byte too many",
                |v| {
                    let Evidence::Crl(mut list) = signed(&list(v)) else { panic!("a list") };
                    list.push(0);
                    Evidence::Crl(list)
                },
                "crl_encoding",
            ),
            (54, "a certificate", |v| Evidence::Crl(v.certificate()), "crl_encoding"),
        ],
    );
}
