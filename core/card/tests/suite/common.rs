//! Sessions against the simulated card.

use kazasu_card::{
    Attempt, Authenticate, AuthenticationPin, CardSession, ChangeSecret, Completed, Failure, Options,
    Outcome, ReadCertificate, Request, SecretKind, Sign, SigningPassword, Step, ToBeSigned,
};
use kazasu_cert::{Certificate, Digest, HashAlgorithm, UnixTime};
use kazasu_sim::{Fault, FaultKind, FaultyCard, LinkError, Persona, Purpose, Secret, SimulatedCard};

/// Well-formed secrets that no persona has.
pub(crate) const WRONG: (&[u8], &[u8]) = (b"0000", b"WRONG0000");

/// The secrets in a persona's card: PIN and password.
pub(crate) fn secrets(name: &str) -> (Vec<u8>, Vec<u8>) {
    let secrets = persona(name).secrets;
    (secrets.authentication_pin.value.as_bytes().to_vec(), secrets.signing_password.value.as_bytes().to_vec())
}

/// The request that a flow's name stands for, with the right secrets.
pub(crate) fn right_request(flow: &str, persona: &str, of: &SimulatedCard) -> Request {
    let (pin, password) = secrets(persona);
    request(flow, of, &pin, &password)
}

pub(crate) fn persona(name: &str) -> Persona {
    Persona::named(name).unwrap()
}

pub(crate) fn card(name: &str) -> SimulatedCard {
    let mut card = SimulatedCard::new(&persona(name)).unwrap();
    card.power_on();
    card
}

pub(crate) fn digest() -> Digest {
    HashAlgorithm::Sha256.digest(b"document")
}

pub(crate) fn pin(value: &[u8]) -> Attempt<AuthenticationPin> {
    Attempt::new(AuthenticationPin::new(value).unwrap())
}

pub(crate) fn password(value: &[u8]) -> Attempt<SigningPassword> {
    Attempt::new(SigningPassword::new(value).unwrap())
}

pub(crate) const fn sim_secret(secret: SecretKind) -> Secret {
    match secret {
        SecretKind::AuthenticationPin => Secret::AuthenticationPin,
        SecretKind::SigningPassword => Secret::SigningPassword,
    }
}

/// Every request there is, by name, with the secrets given.
pub(crate) const FLOWS: [&str; 12] = [
    "tries",
    "info",
    "read-auth",
    "read-auth-ca",
    "read-sign-ca",
    "read-sign",
    "authenticate",
    "authenticate-known",
    "open-account",
    "sign-three",
    "change-pin",
    "change-password",
];

pub(crate) fn request(flow: &str, of: &SimulatedCard, pin_value: &[u8], password_value: &[u8]) -> Request {
    let known = || Certificate::from_der(of.certificate(Purpose::Authentication).unwrap()).unwrap();
    let document = ToBeSigned::Digest(digest());
    let cms = ToBeSigned::DetachedCms { content: digest(), signing_time: Some(UnixTime(1_790_000_000)) };
    match flow {
        "tries" => Request::RemainingTries,
        "info" => Request::CardInfo,
        "read-auth" => Request::ReadCertificate(ReadCertificate::Authentication(None)),
        "read-auth-ca" => Request::ReadCertificate(ReadCertificate::AuthenticationCa),
        "read-sign-ca" => Request::ReadCertificate(ReadCertificate::SigningCa),
        "read-sign" => Request::ReadCertificate(ReadCertificate::Signing(password(password_value))),
        "authenticate" | "authenticate-known" => Request::Authenticate(Authenticate {
            challenge: digest(),
            pin: pin(pin_value),
            known_certificate: (flow == "authenticate-known").then(known),
        }),
        "open-account" => sign(vec![cms], password_value),
        "sign-three" => sign(vec![document.clone(), cms, document], password_value),
        "change-pin" => Request::ChangeSecret(ChangeSecret::AuthenticationPin {
            present: pin(pin_value),
            new: AuthenticationPin::new(b"9753").unwrap(),
        }),
        "change-password" => Request::ChangeSecret(ChangeSecret::SigningPassword {
            present: password(password_value),
            new: SigningPassword::new(b"NEWPASS99").unwrap(),
        }),
        other => panic!("no flow {other}"),
    }
}

pub(crate) fn sign(documents: Vec<ToBeSigned>, password_value: &[u8]) -> Request {
    Request::Sign(Sign { documents, password: password(password_value), known_certificate: None })
}

/// The secret a flow sends, if any.
pub(crate) fn secret_of(flow: &str) -> Option<SecretKind> {
    match flow {
        "authenticate" | "authenticate-known" | "change-pin" => Some(SecretKind::AuthenticationPin),
        "read-sign" | "open-account" | "sign-three" | "change-password" => Some(SecretKind::SigningPassword),
        _ => None,
    }
}

/// The same of a request.
pub(crate) fn secret_in(request: &Request) -> Option<SecretKind> {
    match request {
        Request::Authenticate(_)
        | Request::ChangeSecret(ChangeSecret::AuthenticationPin { .. })
        | Request::ReadCertificate(ReadCertificate::Authentication(Some(_))) => {
            Some(SecretKind::AuthenticationPin)
        }
        Request::Sign(_)
        | Request::ChangeSecret(ChangeSecret::SigningPassword { .. })
        | Request::ReadCertificate(ReadCertificate::Signing(_)) => Some(SecretKind::SigningPassword),
        _ => None,
    }
}

/// One tap without faults.
pub(crate) fn run(card: &mut SimulatedCard, request: Request, options: Options) -> Outcome {
    let mut session = CardSession::new(request, options);
    let mut step = session.start().unwrap();
    loop {
        match step {
            Step::Transmit(transmit) => {
                step = session.handle_response(&card.transmit(transmit.command())).unwrap();
            }
            Step::NeedTap(_) => panic!("no card was lost"),
            Step::Done(outcome) => return outcome,
        }
    }
}

/// Drives until the session is over or wants another tap.
pub(crate) fn drive(session: &mut CardSession, mut step: Step, card: &mut FaultyCard) -> Step {
    while let Step::Transmit(transmit) = step {
        step = match card.transmit(transmit.command()) {
            Ok(answer) => session.handle_response(&answer),
            Err(LinkError::Refused) => session.channel_refused(),
            Err(LinkError::Lost) => session.card_lost(),
        }
        .unwrap();
    }
    step
}

pub(crate) fn done(step: Step) -> Outcome {
    match step {
        Step::Done(outcome) => outcome,
        other => panic!("not done: {other:?}"),
    }
}

pub(crate) fn failure(outcome: Outcome) -> Failure {
    match outcome.result {
        Err(failure) => failure,
        Ok(completed) => panic!("completed: {completed:?}"),
    }
}

pub(crate) fn completed(outcome: Outcome) -> Completed {
    outcome.result.unwrap_or_else(|failure| panic!("failed: {failure:?}"))
}

/// Nothing is unlocked.
pub(crate) fn assert_closed(card: &SimulatedCard, what: &str) {
    for secret in Secret::ALL {
        assert!(!card.is_unlocked(secret), "{what}: {secret:?} still unlocked");
    }
}

pub(crate) fn session_on(
    card: &SimulatedCard,
    request: Request,
    faults: Vec<Fault>,
) -> (CardSession, FaultyCard) {
    (CardSession::new(request, Options::default()), FaultyCard::new(card.clone(), faults))
}

/// The card leaves the field before this exchange of the first tap.
pub(crate) fn lose(at: usize) -> Vec<Fault> {
    vec![Fault { at, kind: FaultKind::LostBefore }]
}
