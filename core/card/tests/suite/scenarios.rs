//! The scenarios that all languages share, `core/sim/scenarios`, through the Rust API.

use std::collections::BTreeSet;

use kazasu_card::{
    Attempt, Authenticate, AuthenticationPin, CardSession, ChangeSecret, Failure, Known, Options, Outcome,
    ReadCertificate, Reconciliation, Request, Sign, SigningPassword, Step, ToBeSigned,
};
use kazasu_cert::{Certificate, Digest, HashAlgorithm, UnixTime};
use kazasu_sim::scenario::{
    CancelAt, Counters, DOCUMENT, Entered, Expected, Flow, NEW_PASSWORD, NEW_PIN, Retap,
};
use kazasu_sim::{FaultyCard, LinkError, Purpose, Scenario, Secret, SimulatedCard};
use serde_json::Value;

use crate::common::assert_closed;

fn digest() -> Digest {
    HashAlgorithm::Sha256.digest(DOCUMENT)
}

fn pin(scenario: &Scenario, entered: Entered) -> Attempt<AuthenticationPin> {
    let typed = scenario.typed(Secret::AuthenticationPin, entered).unwrap();
    let pin = AuthenticationPin::new(typed.as_bytes()).unwrap();
    if scenario.even_if_last_try { Attempt::even_if_last_try(pin) } else { Attempt::new(pin) }
}

fn password(scenario: &Scenario, entered: Entered) -> Attempt<SigningPassword> {
    let typed = scenario.typed(Secret::SigningPassword, entered).unwrap();
    let password = SigningPassword::new(typed.as_bytes()).unwrap();
    if scenario.even_if_last_try { Attempt::even_if_last_try(password) } else { Attempt::new(password) }
}

fn request(scenario: &Scenario, card: &SimulatedCard) -> Request {
    let pin = || pin(scenario, scenario.secret);
    let password = || password(scenario, scenario.secret);
    let known = |purpose| Some(Certificate::from_der(card.certificate(purpose).unwrap()).unwrap());
    let authenticate = |known_certificate| {
        Request::Authenticate(Authenticate { challenge: digest(), pin: pin(), known_certificate })
    };
    let sign = |documents, known_certificate| {
        Request::Sign(Sign { documents, password: password(), known_certificate })
    };
    let bare = ToBeSigned::Digest(digest());
    let cms = ToBeSigned::DetachedCms { content: digest(), signing_time: Some(UnixTime(1_790_000_000)) };
    match scenario.flow {
        Flow::RemainingTries => Request::RemainingTries,
        Flow::CardInfo => Request::CardInfo,
        Flow::ReadSigningCa => Request::ReadCertificate(ReadCertificate::SigningCa),
        Flow::ReadAuthenticationCa => Request::ReadCertificate(ReadCertificate::AuthenticationCa),
        Flow::ReadAuthentication => Request::ReadCertificate(ReadCertificate::Authentication(None)),
        Flow::ReadAuthenticationWithPin => {
            Request::ReadCertificate(ReadCertificate::Authentication(Some(pin())))
        }
        Flow::ReadSigning => Request::ReadCertificate(ReadCertificate::Signing(password())),
        Flow::Authenticate => authenticate(None),
        Flow::AuthenticateKnown => authenticate(known(Purpose::Authentication)),
        Flow::OpenAccount => sign(vec![cms], None),
        Flow::SignTwo => sign(vec![bare, cms], None),
        Flow::SignKnown => sign(vec![bare], known(Purpose::Signing)),
        Flow::ChangePin => Request::ChangeSecret(ChangeSecret::AuthenticationPin {
            present: pin(),
            new: AuthenticationPin::new(NEW_PIN.as_bytes()).unwrap(),
        }),
        Flow::ChangePassword => Request::ChangeSecret(ChangeSecret::SigningPassword {
            present: password(),
            new: SigningPassword::new(NEW_PASSWORD.as_bytes()).unwrap(),
        }),
    }
}

/// What became of a scenario.
struct Ended {
    outcome: Outcome,
    /// The card that the session began with.
    first: SimulatedCard,
    other: Option<SimulatedCard>,
    taps: usize,
}

struct Runner<'a> {
    scenario: &'a Scenario,
    field: FaultyCard,
    session: CardSession,
    first: Option<SimulatedCard>,
    taps: usize,
    cancel: Option<CancelAt>,
}

impl<'a> Runner<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        let field = scenario.field().unwrap();
        let session = CardSession::new(request(scenario, field.card()), Options::default());
        Self { scenario, field, session, first: None, taps: 1, cancel: scenario.cancel }
    }

    fn run(mut self) -> Ended {
        let mut step = self.session.start().unwrap();
        let outcome = loop {
            step = match step {
                Step::Transmit(transmit) => self.transmit(transmit.command()),
                Step::NeedTap(need) => self.tap(need.known),
                Step::Done(outcome) => break outcome,
            };
        };
        self.field.leave();
        assert_closed(self.field.card(), &self.scenario.name);
        let last = self.field.card().clone();
        match self.first {
            Some(first) => Ended { outcome, first, other: Some(last), taps: self.taps },
            None => Ended { outcome, first: last, other: None, taps: self.taps },
        }
    }

    fn transmit(&mut self, command: &[u8]) -> Step {
        let here = CancelAt { tap: self.taps - 1, at: self.field.exchanges_in_tap() };
        if self.cancel == Some(here) {
            self.cancel = None;
            return self.session.cancel().unwrap();
        }
        match self.field.transmit(command) {
            Ok(answer) => self.session.handle_response(&answer),
            Err(LinkError::Refused) => self.session.channel_refused(),
            Err(LinkError::Lost) => self.session.card_lost(),
        }
        .unwrap()
    }

    fn tap(&mut self, known: Known) -> Step {
        assert_closed(self.field.card(), &self.scenario.name);
        // From the second loss on, the card that is in the field simply comes again.
        let retap = if self.taps == 1 { self.scenario.retap } else { Retap::SameCard };
        let consent = self.scenario.new_consent;
        let given_up = known == Known::SecretAccepted && consent.is_none();
        match retap {
            Retap::Cancel => return self.session.cancel().unwrap(),
            Retap::SameCard | Retap::OtherCard if !given_up => {}
            _ => return Step::Done(self.session.abandon().unwrap()),
        }
        self.first = (retap == Retap::OtherCard).then(|| self.field.card().clone());
        self.field.tap();
        self.taps += 1;
        if known != Known::SecretAccepted {
            return self.session.resume().unwrap();
        }
        let entered = consent.unwrap();
        match self.scenario.flow.secret().unwrap() {
            Secret::AuthenticationPin => self.session.resume_with(pin(self.scenario, entered)),
            Secret::SigningPassword => self.session.resume_with(password(self.scenario, entered)),
        }
        .unwrap()
    }
}

/// Finding and number, as the data names them.
fn told(outcome: &Outcome) -> (Option<&'static str>, Option<u8>) {
    use Reconciliation as R;
    match &outcome.result {
        Err(Failure::WrongSecret { remaining, .. }) => (None, *remaining),
        Err(Failure::LastTry { remaining, .. }) => (None, Some(*remaining)),
        Err(Failure::Reconciled { finding, .. }) => match *finding {
            R::NotCounted { remaining } => (Some("not_counted"), Some(remaining)),
            R::Counted { remaining } => (Some("counted"), Some(remaining)),
            R::Blocked => (Some("blocked"), None),
            R::Right { remaining } => (Some("right"), Some(remaining)),
            R::NothingSpent { remaining } => (Some("nothing_spent"), Some(remaining)),
            R::Inconclusive { .. } => (Some("inconclusive"), None),
        },
        _ => (None, None),
    }
}

/// What came of it, in the form of the data.
fn in_words(ended: &Ended) -> Expected {
    let (finding, remaining) = told(&ended.outcome);
    let code = ended.outcome.result.as_ref().map_or_else(Failure::code, |_| "completed");
    Expected {
        code: code.to_owned(),
        finding: finding.map(str::to_owned),
        remaining,
        tries: Counters {
            pin: ended.first.tries_left(Secret::AuthenticationPin),
            password: ended.first.tries_left(Secret::SigningPassword),
        },
        verifies: ended.first.verify_count(),
        verifies_on_other: ended.other.as_ref().map_or(0, SimulatedCard::verify_count),
        taps: ended.taps,
    }
}

#[test]
fn every_scenario_comes_to_what_it_says() {
    let mut run = BTreeSet::new();
    let mut wrong = Vec::new();
    for scenario in Scenario::all().unwrap() {
        let ended = Runner::new(&scenario).run();
        let is = in_words(&ended);
        if is != scenario.expected {
            wrong.push(format!("{}:\n  {is:?}\n  expected {:?}", scenario.name, scenario.expected));
        }
        assert!(run.insert(scenario.name.clone()), "two scenarios are called {}", scenario.name);
    }
    println!("{} scenarios: {}", run.len(), run.iter().cloned().collect::<Vec<_>>().join(", "));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(run, names(), "a scenario was left out");
}

/// The names as they stand in the files, read without the type under test.
fn names() -> BTreeSet<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../sim/scenarios");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let sets = files.filter(|path| path.file_name().unwrap() != "schema.json");
    sets.flat_map(|path| {
        let set: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        set.into_iter().map(|scenario| scenario["name"].as_str().unwrap().to_owned())
    })
    .collect()
}
