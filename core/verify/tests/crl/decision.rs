//! What a list proves about a certificate, and when.

use kazasu_cert::{DerRule, UnixTime};
use kazasu_sim::pki::{generalized_time, oids, utc_time};
use kazasu_sim::status_services::{
    CrlEntry, CrlIssuer, CrlTemplate, IssuingDistributionPoint, RevocationReason as Listed, SignatureHash,
};
use kazasu_sim::{Extension, Generation, KeyName, TestKey, TestPki, der};
use kazasu_verify::{
    CrlCheck, CrlEncodingRule, CrlIndex, CrlInvalidity, CrlMark, CrlNumber, CrlProblem, CrlScope,
    CrlScopeProblem, CrlStatus, Environment, Purpose, RevocationReason,
};

use crate::common::*;

fn invalid(problem: CrlInvalidity) -> Result<CrlStatus, CrlProblem> {
    Err(CrlProblem::Invalid(problem))
}

fn scope(problem: CrlScopeProblem) -> Result<CrlStatus, CrlProblem> {
    Err(CrlProblem::Scope(problem))
}

/// The answer to a list after a change, right now.
fn changed(change: impl FnOnce(&mut CrlTemplate)) -> Result<CrlStatus, CrlProblem> {
    let mut list = list(7, NOW - HOUR);
    change(&mut list);
    ask(&signed(&list))
}

fn encoding(found: Result<CrlStatus, CrlProblem>) -> CrlEncodingRule {
    match found {
        Err(CrlProblem::Encoding { rule, .. }) => rule,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_list_counts_from_this_update_to_next_update() {
    let list = signed(&list(7, NOW));
    let at = |at| status(check_at(at).list(&list[..]));
    assert_eq!(at(NOW - 1), invalid(CrlInvalidity::IssuedLater { this_update: UnixTime(NOW) }));
    assert_eq!(at(NOW), Ok(CrlStatus::Good));
    assert_eq!(at(NOW + DAY), Ok(CrlStatus::Good));
    assert_eq!(at(NOW + DAY + 1), invalid(CrlInvalidity::Expired { next_update: UnixTime(NOW + DAY) }));
}

#[test]
fn the_answer_tells_the_list() {
    let answer = check_at(NOW).list(&signed(&list(7, NOW - HOUR))[..]).unwrap();
    let crl = &answer.crl;
    assert_eq!(crl.issuer, authority(Generation::G2023).name());
    assert_eq!(crl.partition, Some(partition()));
    assert_eq!((crl.this_update, crl.next_update), (UnixTime(NOW - HOUR), Some(UnixTime(NOW - HOUR + DAY))));
    assert_eq!(crl.crl_number, Some(CrlNumber::from(7)));
    assert_eq!(crl.signed_by.name, "signca-test-2023");
    let json = serde_json::to_value(&answer).unwrap();
    assert_eq!(json["status"], "good");
    assert_eq!(json["crl"]["this_update"], "2026-03-31T23:00:00Z");
    assert_eq!(json["crl"]["crl_number"], "7");
    assert_eq!(json["crl"]["signed_by"]["name"], "signca-test-2023");
}

#[test]
fn every_reason_revokes_and_a_hold_as_well() {
    let pairs = [
        (Listed::Unspecified, RevocationReason::Unspecified),
        (Listed::KeyCompromise, RevocationReason::KeyCompromise),
        (Listed::CaCompromise, RevocationReason::CaCompromise),
        (Listed::AffiliationChanged, RevocationReason::AffiliationChanged),
        (Listed::Superseded, RevocationReason::Superseded),
        (Listed::CessationOfOperation, RevocationReason::CessationOfOperation),
        (Listed::CertificateHold, RevocationReason::CertificateHold),
        (Listed::PrivilegeWithdrawn, RevocationReason::PrivilegeWithdrawn),
        (Listed::AaCompromise, RevocationReason::AaCompromise),
    ];
    for (listed, reason) in pairs {
        let found = changed(|list| list.revoke(SERIAL, NOW - DAY, Some(listed)).unwrap());
        assert_eq!(revoked(found), (NOW - DAY, Some(reason)));
    }
    assert_eq!(revoked(changed(|list| list.revoke(SERIAL, NOW - DAY, None).unwrap())), (NOW - DAY, None));
    let taken_back = changed(|list| list.revoke(SERIAL, NOW - DAY, Some(Listed::RemoveFromCrl)).unwrap());
    assert_eq!(taken_back, scope(CrlScopeProblem::Delta));
    // A date yet to come beside what is listed by now.
    assert_eq!(revoked(changed(|list| list.revoke(SERIAL, NOW + DAY, None).unwrap())), (NOW + DAY, None));
}

#[test]
fn a_list_issued_later_proves_a_revocation_and_nothing_else() {
    let later = |revocation: Option<i64>| {
        let mut list = list(7, NOW + DAY);
        list.revoke(SERIAL + 1, NOW - DAY, None).unwrap();
        if let Some(at) = revocation {
            list.revoke(SERIAL, at, None).unwrap();
        }
        ask(&signed(&list))
    };
    let unproved = invalid(CrlInvalidity::IssuedLater { this_update: UnixTime(NOW + DAY) });
    assert_eq!(later(None), unproved);
    assert_eq!(later(Some(NOW + 1)), unproved);
    assert_eq!(revoked(later(Some(NOW))), (NOW, None));
    assert_eq!(revoked(later(Some(NOW - 100 * DAY))), (NOW - 100 * DAY, None));
}

#[test]
fn of_several_lists_the_newest_counts_in_any_order() {
    let of = |number, this_update, revocation: Option<i64>| {
        let mut list = list(number, this_update);
        revocation.into_iter().for_each(|at| list.revoke(SERIAL, at, None).unwrap());
        signed(&list)
    };
    let mut elsewhere = list_of(&other_partition(), 99, NOW);
    elsewhere.revoke(SERIAL, NOW - DAY, None).unwrap();
    let elsewhere = signed(&elsewhere);
    let mut forged = list(98, NOW);
    forged.revoke(SERIAL, NOW - DAY, None).unwrap();
    let forged = forged.sign(&TestKey::load(KeyName::Attacker).unwrap()).unwrap();
    let [good_old, revoked_old] = [None, Some(NOW - DAY)].map(|at| of(7, NOW - 2 * HOUR, at));
    let [good_new, revoked_new] = [None, Some(NOW - 30)].map(|at| of(8, NOW - HOUR, at));
    let [later, revoked_later] = [None, Some(NOW - 20)].map(|at| of(9, NOW + HOUR, at));
    let html = b"<html>".to_vec();

    let asked = |lists: &[&Vec<u8>]| {
        let forwards = status(check_at(NOW).lists(lists.iter().map(|list| &list[..])));
        let backwards = status(check_at(NOW).lists(lists.iter().rev().map(|list| &list[..])));
        assert_eq!(forwards, backwards);
        forwards
    };
    assert_eq!(asked(&[&good_old, &good_new]), Ok(CrlStatus::Good));
    assert_eq!(revoked(asked(&[&good_old, &revoked_new])), (NOW - 30, None));
    // Not listed any more: the newest list says so.
    assert_eq!(asked(&[&revoked_old, &good_new]), Ok(CrlStatus::Good));
    assert_eq!(asked(&[&good_new, &elsewhere, &forged, &html, &later]), Ok(CrlStatus::Good));
    assert_eq!(revoked(asked(&[&good_new, &revoked_later])), (NOW - 20, None));
    assert_eq!(revoked(asked(&[&later, &revoked_later])), (NOW - 20, None));
    // None of use: the most telling problem.
    assert_eq!(asked(&[&elsewhere, &html, &forged]), invalid(CrlInvalidity::BadSignature));
    assert_eq!(asked(&[&elsewhere]), scope(CrlScopeProblem::OtherPartition));
    assert_eq!(encoding(asked(&[&elsewhere, &html])), DerRule::UnexpectedTag.into());
    assert_eq!(asked(&[]), scope(CrlScopeProblem::NoList));
    // Of the same second the one that lists it, whatever the numbers are.
    let [lower, higher] = [6, 8].map(|number| of(number, NOW - 2 * HOUR, None));
    assert_eq!(revoked(asked(&[&revoked_old, &higher])), (NOW - DAY, None));
    assert_eq!(revoked(asked(&[&revoked_old, &lower])), (NOW - DAY, None));
    // An expired one is newer than none, and the newest expired one is newer than the one before.
    let [expired, expired_revoked] = [None, Some(NOW - 3 * DAY)].map(|at| of(6, NOW - 2 * DAY, at));
    let expired_revoked_before = of(5, NOW - 3 * DAY, Some(NOW - 4 * DAY));
    let problem = invalid(CrlInvalidity::Expired { next_update: UnixTime(NOW - DAY) });
    assert_eq!(asked(&[&expired, &elsewhere]), problem);
    assert_eq!(asked(&[&expired, &expired_revoked_before]), problem);
    assert_eq!(revoked(asked(&[&expired_revoked, &elsewhere])), (NOW - 3 * DAY, None));
    assert_eq!(asked(&[&expired_revoked, &good_new]), Ok(CrlStatus::Good));
}

/// What the CA has revoked stays revoked, however old the list is that says so.
#[test]
fn a_list_that_has_lapsed_proves_a_revocation_and_nothing_else() {
    let list_of = |entry: u64, generation: Generation, this_update: i64| {
        let authority = authority(generation);
        let issuer = CrlIssuer::new(authority);
        let mut list = issuer.partition(&partition(), 7, this_update, this_update + DAY).unwrap();
        list.revoke(entry, this_update - DAY, Some(Listed::CertificateHold)).unwrap();
        list.sign(authority.key()).unwrap()
    };
    let reason = Some(RevocationReason::CertificateHold);
    let ended = |this_update| CrlInvalidity::Expired { next_update: UnixTime(this_update + DAY) };
    for age in [DAY + 1, 500 * DAY] {
        let this_update = NOW - age;
        let answer = check_at(NOW).list(&list_of(SERIAL, Generation::G2023, this_update)[..]).unwrap();
        assert_eq!(answer.lapsed, Some(ended(this_update).into()));
        assert_eq!(revoked(Ok(answer.status)), (this_update - DAY, reason));
        let other = ask(&list_of(SERIAL + 1, Generation::G2023, this_update));
        assert_eq!(other, invalid(ended(this_update)));
    }
    // Its anchor has expired since: 2025-10-19T14:59:59Z.
    let last = 1_760_885_999;
    let check = check_at(last + 1);
    let answer = check.list(&list_of(SERIAL, Generation::G2015, last)[..]).unwrap();
    assert_eq!(answer.lapsed, Some(CrlInvalidity::AnchorNotValid { at: check.at }.into()));
    assert_eq!(revoked(Ok(answer.status)), (last - DAY, reason));
    let other = status(check.list(&list_of(SERIAL + 1, Generation::G2015, last)[..]));
    assert_eq!(other, invalid(CrlInvalidity::AnchorNotValid { at: check.at }));
    // In time there is nothing to add.
    assert_eq!(check_at(NOW).list(&list_of(SERIAL, Generation::G2023, NOW)[..]).unwrap().lapsed, None);
    // Signature and scope have to be right at any age.
    let mut forged = list(7, NOW - 9 * DAY);
    forged.revoke(SERIAL, NOW - 10 * DAY, None).unwrap();
    let forged = forged.sign(&TestKey::load(KeyName::Attacker).unwrap()).unwrap();
    assert_eq!(ask(&forged), invalid(CrlInvalidity::BadSignature));
    let mut elsewhere = super::common::list_of(&other_partition(), 7, NOW - 9 * DAY);
    elsewhere.revoke(SERIAL, NOW - 10 * DAY, None).unwrap();
    assert_eq!(ask(&signed(&elsewhere)), scope(CrlScopeProblem::OtherPartition));
}

/// A list older than one seen before is the wrong one, but what it says of a revocation is as true as it was.
#[test]
fn a_list_older_than_one_seen_proves_a_revocation_and_nothing_else() {
    let seen = CrlMark { this_update: UnixTime(NOW), crl_number: Some(CrlNumber::from(8)) };
    let check = CrlCheck { seen: Some(seen), ..check_at(NOW) };
    let listing = |number, this_update, serial| {
        let mut list = list(number, this_update);
        list.revoke(serial, NOW - 10 * DAY, None).unwrap();
        signed(&list)
    };
    for (number, this_update) in
        [(7, NOW - HOUR), (7, NOW), (8, NOW - 1), (7, NOW - 9 * DAY), (7, NOW + HOUR)]
    {
        let found = CrlMark { this_update: UnixTime(this_update), crl_number: Some(number.into()) };
        let rollback = CrlProblem::Rollback { seen, found };
        let answer = check.list(&listing(number, this_update, SERIAL)[..]).unwrap();
        assert_eq!(answer.lapsed, Some(rollback.clone()), "{found}");
        assert_eq!(revoked(Ok(answer.status)), (NOW - 10 * DAY, None));
        assert_eq!(check.list(&listing(number, this_update, SERIAL + 1)[..]), Err(rollback), "{found}");
    }
    // A newer list overrules it.
    let older = listing(7, NOW - HOUR, SERIAL);
    let newer = signed(&list(8, NOW));
    for lists in [[&older, &newer], [&newer, &older]] {
        let answer = check.lists(lists.map(Vec::as_slice)).unwrap();
        assert_eq!((answer.status, answer.lapsed), (CrlStatus::Good, None));
    }
}

#[test]
fn any_generation_may_have_signed() {
    let by = |named: Generation, key: Generation| {
        let list =
            CrlIssuer::new(authority(named)).partition(&partition(), 7, NOW - HOUR, NOW + HOUR).unwrap();
        let signed = list.sign(authority(key).key()).unwrap();
        check_at(NOW).list(&signed[..]).map(|answer| answer.crl.signed_by.name)
    };
    use Generation::{G2015, G2019, G2023};
    assert_eq!(by(G2019, G2019).unwrap(), "signca-test-2019");
    assert_eq!(by(G2023, G2023).unwrap(), "signca-test-2023");
    assert_eq!(by(G2019, G2023).unwrap_err(), CrlInvalidity::BadSignature.into());
    let expired = CrlInvalidity::AnchorNotValid { at: UnixTime(NOW - HOUR) };
    assert_eq!(by(G2015, G2015).unwrap_err(), expired.into());

    // Without a key identifier each of them is tried.
    let mut unnamed = list(7, NOW - HOUR);
    assert!(unnamed.remove_extension(&oids::authority_key_identifier()));
    for generation in [G2019, G2023] {
        let signed = unnamed.sign(authority(generation).key()).unwrap();
        assert_eq!(ask(&signed), Ok(CrlStatus::Good));
    }
    let forged = unnamed.sign(&TestKey::load(KeyName::Attacker).unwrap()).unwrap();
    assert_eq!(ask(&forged), invalid(CrlInvalidity::BadSignature));
}

#[test]
fn the_issuer_is_an_anchor_of_the_purpose() {
    let of = |purpose| {
        let other = TestPki::shared().unwrap().authority(purpose, Generation::G2023);
        let list = CrlIssuer::new(other).partition(&partition(), 7, NOW - HOUR, NOW + HOUR).unwrap();
        list.sign(other.key()).unwrap()
    };
    let (expected, found) = (Purpose::Signing, Purpose::Authentication);
    let wrong_purpose = invalid(CrlInvalidity::WrongPurpose { expected, found });
    assert_eq!(ask(&of(kazasu_sim::Purpose::Authentication)), wrong_purpose);

    let unknown =
        CrlInvalidity::UnknownIssuer { purpose: Purpose::Signing, environment: Environment::Production };
    let production = kazasu_verify::TrustAnchors::production(Purpose::Signing);
    let check = CrlCheck { anchors: &production, ..check_at(NOW) };
    assert_eq!(status(check.list(&of(SIGNING)[..])), invalid(unknown));

    let renamed = changed(|list| list.issuer = LEAF.subject_der().to_vec());
    let (purpose, environment) = (Purpose::Signing, Environment::Test);
    assert_eq!(renamed, invalid(CrlInvalidity::UnknownIssuer { purpose, environment }));

    for (part, value) in [(0x80, vec![7; 20]), (0x82, vec![7])] {
        let aki = der::sequence(&[der::tlv(part, &value)]);
        let found =
            changed(|list| list.extension_mut(&oids::authority_key_identifier()).unwrap().value = aki);
        assert_eq!(found, invalid(CrlInvalidity::UnknownKey));
    }
}

#[test]
fn one_algorithm_inside_and_outside() {
    let algorithm = invalid(CrlInvalidity::Algorithm);
    let key = authority(Generation::G2023).key();
    for hash in [SignatureHash::Sha1, SignatureHash::Sha512] {
        assert_eq!(ask(&list(7, NOW - HOUR).sign_with(hash, key).unwrap()), algorithm);
    }
    assert_eq!(changed(|list| list.outer_algorithm = SignatureHash::Sha512.algorithm()), algorithm);
    assert_eq!(changed(|list| list.inner_algorithm = SignatureHash::Sha512.algorithm()), algorithm);
}

#[test]
fn the_list_must_be_about_the_certificate() {
    let name = Some(partition());
    let with = |scope: IssuingDistributionPoint| changed(|list| list.set_scope(&scope));
    let everything = IssuingDistributionPoint::default;
    let own = || IssuingDistributionPoint { name: name.clone(), ..everything() };
    assert_eq!(with(own()), Ok(CrlStatus::Good));
    assert_eq!(with(IssuingDistributionPoint { only_user_certificates: true, ..own() }), Ok(CrlStatus::Good));
    for (refused, problem) in [
        (
            IssuingDistributionPoint { only_ca_certificates: true, ..own() },
            CrlScopeProblem::OnlyCaCertificates,
        ),
        (
            IssuingDistributionPoint { only_attribute_certificates: true, ..own() },
            CrlScopeProblem::OnlyAttributeCertificates,
        ),
        (
            IssuingDistributionPoint { only_some_reasons: Some(vec![6, 0x40]), ..own() },
            CrlScopeProblem::OnlySomeReasons,
        ),
        (IssuingDistributionPoint { indirect: true, ..own() }, CrlScopeProblem::Indirect),
        (
            IssuingDistributionPoint { name: Some(other_partition()), ..everything() },
            CrlScopeProblem::OtherPartition,
        ),
        (everything(), CrlScopeProblem::NoPartition),
    ] {
        assert_eq!(with(refused), scope(problem));
    }
    assert_eq!(changed(|list| list.set_delta(3)), scope(CrlScopeProblem::Delta));

    let id = der::oid(&[1, 2, 3, 4]);
    let oid = kazasu_cert::ObjectIdentifier::new_unwrap("1.2.3.4");
    let unknown = scope(CrlScopeProblem::UnknownCritical { oid });
    let extension = |critical| if critical { Extension::critical } else { Extension::plain };
    for (critical, expected) in [(true, unknown), (false, Ok(CrlStatus::Good))] {
        let extension = extension(critical)(id.clone(), der::null());
        assert_eq!(changed(|list| list.extensions.push(extension.clone())), expected);
        let mut entry = CrlEntry::new(5, NOW - DAY, None).unwrap();
        entry.extensions.push(extension);
        assert_eq!(changed(|list| list.entries.push(entry)), expected);
    }
    let mut elsewhere = CrlEntry::new(5, NOW - DAY, None).unwrap();
    let name = der::sequence(&[der::constructed(0xA4, &[LEAF.issuer_der()])]);
    elsewhere.extensions.push(Extension::critical(der::oid(&[2, 5, 29, 29]), name));
    assert_eq!(changed(|list| list.entries.push(elsewhere)), scope(CrlScopeProblem::Indirect));
}

#[test]
fn a_list_of_everything_only_where_it_is_expected() {
    let mut everything = full_list(9, NOW - HOUR);
    everything.revoke(SERIAL, NOW - DAY, None).unwrap();
    let everything = signed(&everything);
    assert_eq!(ask(&everything), scope(CrlScopeProblem::NoPartition));
    let full = CrlCheck { scope: CrlScope::Full, ..check_at(NOW) };
    assert_eq!(revoked(status(full.list(&everything[..]))), (NOW - DAY, None));
    // A partition is still one, and never somebody else's.
    assert_eq!(status(full.list(&signed(&list(7, NOW - HOUR))[..])), Ok(CrlStatus::Good));
    let other = signed(&list_of(&other_partition(), 7, NOW - HOUR));
    assert_eq!(status(full.list(&other[..])), scope(CrlScopeProblem::OtherPartition));
}

#[test]
fn a_certificate_without_a_partition() {
    let without = leaf(|leaf| assert!(leaf.remove_extension(&oids::crl_distribution_points())));
    let check = CrlCheck { certificate: &without, ..check_at(NOW) };
    let own = signed(&list(7, NOW - HOUR));
    assert_eq!(status(check.list(&own[..])), scope(CrlScopeProblem::NoDistributionPoint));
    let full = CrlCheck { scope: CrlScope::Full, ..check };
    assert_eq!(status(full.list(&signed(&full_list(7, NOW - HOUR))[..])), Ok(CrlStatus::Good));
    assert_eq!(status(full.list(&own[..])), scope(CrlScopeProblem::NoDistributionPoint));
}

#[test]
fn an_older_list_is_noticed() {
    let seen = CrlMark { this_update: UnixTime(NOW - HOUR), crl_number: Some(7.into()) };
    let ask = |number, this_update| {
        let check = CrlCheck { seen: Some(seen), ..check_at(NOW) };
        check.list(&signed(&list(number, this_update))[..])
    };
    let answer = ask(7, NOW - HOUR).unwrap();
    assert_eq!(answer.crl.mark(), seen);
    let json = serde_json::to_string(&seen).unwrap();
    assert_eq!(serde_json::from_str::<CrlMark>(&json).unwrap(), seen);
    assert!(ask(8, NOW - HOUR + 1).is_ok());
    for (number, this_update) in [(7, NOW - HOUR - 1), (6, NOW - HOUR + 1), (8, NOW - HOUR - 1)] {
        let found = CrlMark { this_update: UnixTime(this_update), crl_number: Some(number.into()) };
        assert_eq!(ask(number, this_update), Err(CrlProblem::Rollback { seen, found }));
    }
}

#[test]
fn serial_numbers_are_integers() {
    let listed = |content: &[u8]| {
        let mut entry = CrlEntry::new(1, NOW - DAY, None).unwrap();
        entry.serial_number = der::tlv(0x02, content);
        move |list: &mut CrlTemplate| list.entries.push(entry)
    };
    let octets = [0x1E, 0xEA, 0x07];
    assert_eq!(SERIAL.to_be_bytes()[5..], octets);
    for zeros in 0..5 {
        let content = [&vec![0; zeros][..], &octets].concat();
        assert_eq!(revoked(changed(listed(&content))), (NOW - DAY, None), "{zeros} zeros");
    }
    for other in [&[0, 0xEA, 0x07][..], &[&octets[..], &[0]].concat(), &[0], &[1, 0x1E, 0xEA, 0x07]] {
        assert_eq!(changed(listed(other)), Ok(CrlStatus::Good));
    }
    // No certificate has such a number, so the entry means another: the list cannot be relied on.
    assert_eq!(encoding(changed(listed(&[0x9E, 0xEA, 0x07]))), CrlEncodingRule::Serial);
    assert_eq!(encoding(changed(listed(&[1; 21]))), CrlEncodingRule::Serial);
    assert_eq!(encoding(changed(listed(&[]))), DerRule::NonMinimalInteger.into());

    for serial in [&[0x00, 0xFF, 0, 1][..], &[0x7F; 20]] {
        let certificate = leaf(|leaf| leaf.serial_number = der::tlv(0x02, serial));
        let mut list = list(7, NOW - HOUR);
        listed(serial)(&mut list);
        let check = CrlCheck { certificate: &certificate, ..check_at(NOW) };
        assert_eq!(revoked(status(check.list(&signed(&list)[..]))), (NOW - DAY, None));
    }
}

#[test]
fn entries_are_read_to_the_letter() {
    let entry = |change: fn(&mut CrlEntry)| {
        let mut entry = CrlEntry::new(SERIAL, NOW - DAY, Some(Listed::KeyCompromise)).unwrap();
        change(&mut entry);
        changed(|list| list.entries.push(entry))
    };
    fn invalidity() -> Extension {
        Extension::plain(der::oid(&[2, 5, 29, 24]), generalized_time(NOW - 9 * DAY).unwrap())
    }
    let Ok(CrlStatus::Revoked(found)) = entry(|entry| entry.extensions.push(invalidity())) else {
        panic!("a revocation")
    };
    // Reported, but the revocation does not begin with it.
    assert_eq!(found.invalidity_date, Some(UnixTime(NOW - 9 * DAY)));
    assert_eq!(found.revocation_date, UnixTime(NOW - DAY));
    let twice = entry(|entry| entry.extensions.push(entry.extensions[0].clone()));
    assert_eq!(encoding(twice), CrlEncodingRule::DuplicateExtension);
    let unknown = entry(|entry| entry.extensions[0].value = der::tlv(0x0A, &[7]));
    assert_eq!(encoding(unknown), CrlEncodingRule::Reason);
    let not_der = entry(|entry| entry.extensions[0].critical = Some(0));
    assert_eq!(encoding(not_der), DerRule::ExplicitDefault.into());
    let generalized = entry(|entry| entry.revocation_date = generalized_time(NOW - DAY).unwrap());
    assert_eq!(encoding(generalized), DerRule::Time.into());
    // 2049 and 2050.
    for (at, date) in
        [(2_524_607_999, utc_time(2_524_607_999)), (2_524_608_000, generalized_time(2_524_608_000))]
    {
        let mut entry = CrlEntry::new(SERIAL, NOW, None).unwrap();
        entry.revocation_date = date.unwrap();
        assert_eq!(revoked(changed(|list| list.entries.push(entry))), (at, None));
    }
    let listed_twice = changed(|list| {
        list.revoke(SERIAL, NOW - DAY, Some(Listed::CertificateHold)).unwrap();
        list.revoke(SERIAL, NOW - 2 * DAY, Some(Listed::Superseded)).unwrap();
        list.revoke(SERIAL, NOW - HOUR, None).unwrap();
    });
    assert_eq!(revoked(listed_twice), (NOW - 2 * DAY, Some(RevocationReason::Superseded)));
    for reasons in [[None, Some(Listed::Superseded)], [Some(Listed::Superseded), None]] {
        let of_one_second =
            changed(|list| reasons.into_iter().for_each(|one| list.revoke(SERIAL, NOW - DAY, one).unwrap()));
        assert_eq!(revoked(of_one_second), (NOW - DAY, Some(RevocationReason::Superseded)));
    }
}

/// The CA may sign lists of one moment with two keys, or number them alike.
#[test]
fn of_two_equally_new_the_one_that_revokes_counts() {
    let good = list(7, NOW - HOUR);
    let mut bad = good.clone();
    bad.revoke(SERIAL, NOW - DAY, None).unwrap();
    let mut unnumbered = [good.clone(), bad.clone()];
    unnumbered.iter_mut().for_each(|list| assert!(list.remove_extension(&oids::crl_number())));
    for [good, bad] in [[good, bad], unnumbered].map(|pair| pair.map(|list| signed(&list))) {
        for lists in [[&good[..], &bad], [&bad, &good]] {
            assert_eq!(revoked(status(check_at(NOW).lists(lists))), (NOW - DAY, None));
        }
    }

    let directory = tempfile::tempdir().unwrap();
    ingest(&list(7, NOW - HOUR), directory.path()).unwrap();
    let mut full = full_list(7, NOW - HOUR);
    full.revoke(SERIAL, NOW - DAY, None).unwrap();
    ingest(&full, directory.path()).unwrap();
    let check = CrlCheck { scope: CrlScope::Full, ..check_at(NOW) };
    let index = CrlIndex::open(directory.path()).unwrap();
    assert_eq!(revoked(status(check.index(&index))), (NOW - DAY, None));
}

/// One without nextUpdate does not stand in the way of an older one that has it.
#[test]
fn without_next_update_nobody_is_good() {
    let mut newer = list(8, NOW - HOUR);
    newer.next_update.clear();
    let older = signed(&list(7, NOW - 2 * HOUR));
    let answer = check_at(NOW).lists([&older[..], &signed(&newer)]).unwrap();
    assert_eq!((answer.status, answer.crl.this_update), (CrlStatus::Good, UnixTime(NOW - 2 * HOUR)));
    newer.revoke(SERIAL, NOW - DAY, None).unwrap();
    let answer = check_at(NOW).lists([&older[..], &signed(&newer)]).unwrap();
    assert_eq!(answer.lapsed, Some(CrlInvalidity::NoNextUpdate.into()));
    assert_eq!(revoked(Ok(answer.status)), (NOW - DAY, None));
}

#[test]
fn lists_are_read_to_the_letter() {
    assert_eq!(changed(|list| list.next_update.clear()), invalid(CrlInvalidity::NoNextUpdate));
    let revokes = changed(|list| {
        list.next_update.clear();
        list.revoke(SERIAL, NOW - DAY, None).unwrap();
    });
    assert_eq!(revoked(revokes), (NOW - DAY, None));
    assert_eq!(encoding(changed(|list| list.version.clear())), CrlEncodingRule::Version);
    assert_eq!(encoding(changed(|list| list.version = der::integer(2))), CrlEncodingRule::Version);
    let twice = changed(|list| list.extensions.push(list.extensions[0].clone()));
    assert_eq!(encoding(twice), CrlEncodingRule::DuplicateExtension);
    let negative = changed(|list| {
        list.extension_mut(&oids::crl_number()).unwrap().value = der::tlv(0x02, &[0x80]);
    });
    assert_eq!(encoding(negative), CrlEncodingRule::CrlNumber);
    let unnumbered = changed(|list| assert!(list.remove_extension(&oids::crl_number())));
    assert_eq!(unnumbered, Ok(CrlStatus::Good));
    assert_eq!(changed(|list| list.extensions.clear()), scope(CrlScopeProblem::NoPartition));
}
