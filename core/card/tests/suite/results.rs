//! What each returns, and what it returns instead.

use crate::common::{
    WRONG, assert_closed, card, completed, digest, done, failure, password, pin, right_request, run, secrets,
    sign,
};
use kazasu_card::{
    CardSession, Completed, Failure, Leaving, Options, ReadCertificate, Request, Sign, ToBeSigned, TokenKind,
};
use kazasu_cert::{Certificate, HashAlgorithm};
use kazasu_sim::Purpose;

#[test]
fn results_are_those_of_the_card() {
    for name in ["ichiro", "hanako", "filler-6282", "gets-61xx", "cold-6f00", "long-address"] {
        let mut card = card(name);
        card.power_off();
        card.power_on();
        for (flow, purpose) in [("read-auth", Purpose::Authentication), ("read-sign", Purpose::Signing)] {
            let request = right_request(flow, name, &card);
            let Completed::Certificate(read) = completed(run(&mut card, request, Options::default())) else {
                panic!("{name}, {flow}")
            };
            assert_eq!(Some(read.der.as_slice()), card.certificate(purpose), "{name}, {flow}");
        }
        let request = right_request("sign-three", name, &card);
        let outcome = run(&mut card, request, Options::default());
        let Completed::Signed(signed) = completed(outcome) else { panic!("{name}") };
        assert_eq!(signed.signatures.len(), 3);
        assert!(signed.signatures[1].cms.is_some());
        assert_eq!(signed.signatures[0].bytes, signed.signatures[2].bytes);
        assert_closed(&card, name);
    }
}

#[test]
fn all_three_hash_functions() {
    for hash in HashAlgorithm::ALL {
        let mut card = card("ichiro");
        let (_, value) = secrets("ichiro");
        let request = sign(vec![ToBeSigned::Digest(hash.digest(b"x"))], &value);
        let Completed::Signed(signed) = completed(run(&mut card, request, Options::default())) else {
            panic!()
        };
        assert_eq!(signed.signatures[0].digest.algorithm(), hash);
    }
}

#[test]
fn a_card_that_wants_a_consent_per_signature_gives_what_it_signed() {
    let mut card = card("consent-per-signature");
    let request = right_request("sign-three", "consent-per-signature", &card);
    let outcome = run(&mut card, request, Options::default());
    let Failure::SecretNeededAgain { signatures } = failure(outcome) else { panic!() };
    assert_eq!(signatures.len(), 1);
    assert_eq!(card.verify_count(), 1);
    assert_closed(&card, "consent per signature");
}

#[test]
fn a_phone_wants_its_pin_before_its_certificate() {
    let mut phone = card("android-phone");
    let request = right_request("read-auth", "android-phone", &phone);
    let outcome = run(&mut phone, request, Options::default());
    assert_eq!(outcome.leaving, Leaving::NotNeeded);
    let Failure::PinNeeded { label } = failure(outcome) else { panic!() };
    assert_eq!(label.as_deref(), Some("JPKIAPGPSETOKEN"));
    assert_eq!(phone.verify_count(), 0);

    let (value, _) = secrets("android-phone");
    let request = Request::ReadCertificate(ReadCertificate::Authentication(Some(pin(&value))));
    let Completed::Certificate(read) = completed(run(&mut phone, request, Options::default())) else {
        panic!()
    };
    assert_eq!(Some(read.der.as_slice()), phone.certificate(Purpose::Authentication));

    phone.clear_journal();
    let request = right_request("authenticate", "android-phone", &phone);
    let outcome = run(&mut phone, request, Options::default());
    // One exchange more than a card: the refused READ. The phone has no text application to leave to.
    assert_eq!(outcome.leaving, Leaving::Left);
    completed(outcome);
    assert_closed(&phone, "phone");
}

#[test]
fn a_pin_that_a_card_does_not_need_is_not_sent() {
    let mut card = card("ichiro");
    let request = Request::ReadCertificate(ReadCertificate::Authentication(Some(pin(WRONG.0))));
    completed(run(&mut card, request, Options::default()));
    assert_eq!(card.verify_count(), 0);
}

#[test]
fn token_kinds_and_availability() {
    let info = |name| match completed(run(&mut card(name), Request::CardInfo, Options::default())) {
        Completed::CardInfo(info) => info,
        other => panic!("{other:?}"),
    };
    assert_eq!(info("ichiro").kind, TokenKind::MyNumberCard);
    assert_eq!(info("old-juki").kind, TokenKind::JukiCard);
    assert_eq!(info("android-phone").kind, TokenKind::AndroidPhone);
    assert_eq!(info("iphone").kind, TokenKind::IPhone);
    let availability = info("ichiro").availability.unwrap();
    assert!(availability.signing && availability.authentication);
    let availability = info("minor").availability.unwrap();
    assert!(!availability.signing && availability.authentication);
}

#[test]
fn a_certificate_that_is_not_issued() {
    let mut minor = card("minor");
    let request = right_request("read-sign", "minor", &minor);
    let outcome = run(&mut minor, request, Options::default());
    assert!(matches!(failure(outcome), Failure::NotIssued { .. } | Failure::Blocked { .. }));
    let request = right_request("read-auth", "minor", &minor);
    completed(run(&mut minor, request, Options::default()));
}

#[test]
fn another_kind_of_card() {
    for answer in [0x6A82u16, 0x6D00, 0x6E00] {
        let mut session = CardSession::new(Request::RemainingTries, Options::default());
        drop(session.start().unwrap());
        let outcome = done(session.handle_response(&answer.to_be_bytes()).unwrap());
        assert!(matches!(failure(outcome), Failure::NotJpki { .. }));
    }
}

#[test]
fn a_known_signing_certificate_is_not_read_again() {
    let mut card = card("ichiro");
    let known = Certificate::from_der(card.certificate(Purpose::Signing).unwrap()).unwrap();
    card.clear_journal();
    let request = Request::Sign(Sign {
        documents: vec![ToBeSigned::Digest(digest())],
        password: password(&secrets("ichiro").1),
        known_certificate: Some(known),
    });
    completed(run(&mut card, request, Options { recognise_card: false, ..Options::default() }));
    assert!(card.journal().iter().all(|exchange| exchange.ins != 0xB0));
}

#[test]
fn nothing_to_sign_is_told_before_the_card_is_touched() {
    let mut session = CardSession::new(sign(Vec::new(), b"ABC123"), Options::default());
    let outcome = done(session.start().unwrap());
    assert_eq!(outcome.exchanges, 0);
    assert!(matches!(failure(outcome), Failure::NothingToSign));
}
