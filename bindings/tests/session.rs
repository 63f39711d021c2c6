//! A session through the types of the boundary.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;

use kazasu_ffi::{
    CardError, CardResult, CardSession, ChannelKind, HashAlgorithm, Misuse, Options, Request, RequestError,
    SecretError, SecretKind, SigningPassword, Step, ToBeSigned, Tries, digest,
};
use kazasu_sim::{Persona, SimulatedCard};

const OPTIONS: Options = Options {
    recognise_card: true,
    extended_length: true,
    application_selected: false,
    floor: 1,
    channel: ChannelKind::Simulated,
};

fn card() -> SimulatedCard {
    SimulatedCard::new(&Persona::named("ichiro").unwrap()).unwrap()
}

fn sign(password: &Arc<SigningPassword>) -> Request {
    let algorithm = HashAlgorithm::Sha256;
    Request::Sign {
        documents: vec![ToBeSigned::Digest { algorithm, digest: digest(algorithm, b"document") }],
        password: Arc::clone(password),
        even_if_last_try: false,
        known_certificate: None,
    }
}

#[test]
fn account_opening_with_countdown_and_trace() {
    let mut card = card();
    let password = Arc::new(SigningPassword::new(b"KAZASU2026").unwrap());
    let session = CardSession::new(sign(&password), OPTIONS).unwrap();
    assert!(password.is_gone());
    let mut step = session.start().unwrap();
    let mut left = u32::MAX;
    let outcome = loop {
        step = match step {
            Step::Transmit { command, left: now, .. } => {
                assert!(now.milliseconds < left);
                left = now.milliseconds;
                session.handle_response(&card.transmit(&command)).unwrap()
            }
            Step::NeedTap { .. } => panic!("nothing was lost"),
            Step::Done { outcome } => break outcome,
        }
    };
    assert!(matches!(outcome.result, CardResult::Signed { signatures, .. } if signatures.len() == 1));
    assert_eq!(outcome.tries.signing, Tries::Remaining { tries: 5 });
    let trace = session.take_trace();
    assert!(trace.starts_with("{\"format\":\"kazasu-trace\"") && !trace.contains("KAZASU"), "{trace}");
    assert_eq!(session.take_trace(), "");
    assert_eq!(session.cancel().unwrap_err(), Misuse::Finished);
}

#[test]
fn a_secret_serves_once_and_a_request_that_fails_leaves_it() {
    let password = Arc::new(SigningPassword::new(b"KAZASU2026").unwrap());
    let Request::Sign { password: same, .. } = sign(&password) else { panic!("a signature") };
    let algorithm = HashAlgorithm::Sha384;
    let documents = vec![ToBeSigned::Digest { algorithm, digest: vec![0; 32] }];
    let wrong = Request::Sign { documents, password: same, even_if_last_try: false, known_certificate: None };
    let refused = CardSession::new(wrong, OPTIONS).unwrap_err();
    assert_eq!(refused, RequestError::DigestLength { expected: 48, got: 32 });
    assert!(!password.is_gone());

    CardSession::new(sign(&password), OPTIONS).unwrap();
    let gone = RequestError::SecretGone { secret: SecretKind::SigningPassword };
    assert_eq!(CardSession::new(sign(&password), OPTIONS).unwrap_err(), gone);

    let both = Arc::new(SigningPassword::new(b"KAZASU2026").unwrap());
    let change = Request::ChangeSigningPassword {
        present: Arc::clone(&both),
        new_password: both,
        even_if_last_try: false,
    };
    assert_eq!(CardSession::new(change, OPTIONS).unwrap_err(), gone);
}

#[test]
fn the_code_of_an_error_is_in_the_catalogue() {
    let errors = [
        SecretError::FullWidth.code(),
        RequestError::KnownCertificate { reason: String::new() }.code(),
        Misuse::Finished.code(),
        CardError::OtherCard.code(),
    ];
    for code in errors {
        assert_eq!(kazasu_ffi::error_entry(&code).unwrap().code, code);
    }
    assert_eq!(SigningPassword::new("ＡＢＣ１２３".as_bytes()).unwrap_err().code(), "secret_full_width");
}
