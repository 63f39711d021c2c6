use kazasu_sim as sim;
use sim::scenario::{Entered, Flow, Retap};

use crate::{Fault, FaultKind, SimError};

/// One of the scenarios that the test suites of all languages go through (`core/sim/scenarios`).
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// What happens, in one sentence.
    pub about: String,
    /// The card that the session begins with.
    pub persona: String,
    /// What is asked of it.
    pub flow: ScenarioFlow,
    /// Whether the secret of the first consent is the right one.
    pub right_secret: bool,
    /// Whether each consent covers the last try.
    pub even_if_last_try: bool,
    /// What goes wrong on the link, tap by tap.
    pub faults: Vec<Vec<Fault>>,
    /// The tap in which the user cancels, if they do.
    pub cancel_tap: Option<u32>,
    /// The exchange of that tap which is about to begin.
    pub cancel_at: Option<u32>,
    /// What is done when the card is lost for the first time.
    pub retap: ScenarioRetap,
    /// The persona of the other card.
    pub other_persona: Option<String>,
    /// Whether the secret of a second consent is the right one; absent: given up there.
    pub new_consent_right: Option<bool>,
    /// What has to come of it.
    pub expected: Expected,
}

/// What is asked of the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
#[expect(missing_docs, reason = "core/sim/src/scenario.rs has a line about each")]
pub enum ScenarioFlow {
    RemainingTries,
    CardInfo,
    ReadSigningCa,
    ReadAuthenticationCa,
    ReadAuthentication,
    ReadAuthenticationWithPin,
    ReadSigning,
    Authenticate,
    AuthenticateKnown,
    OpenAccount,
    SignTwo,
    SignKnown,
    ChangePin,
    ChangePassword,
}

/// What is done when the session waits for another tap for the first time. Later on the same card simply comes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum ScenarioRetap {
    /// The same card is held to the reader again.
    SameCard,
    /// The other card is.
    OtherCard,
    /// The session is given up.
    Never,
    /// The user cancels.
    Cancel,
}

/// What has to come of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Expected {
    /// `completed`, or the code of the failure.
    pub code: String,
    /// What the look at the counter found, where a VERIFY of unknown outcome was looked into.
    pub finding: Option<String>,
    /// The tries that the failure or the finding tells, where it tells any.
    pub remaining: Option<u8>,
    /// The counter of the first card's PIN afterwards.
    pub pin_tries: u8,
    /// The counter of its password.
    pub password_tries: u8,
    /// VERIFY commands with data that the first card saw.
    pub verifies: u32,
    /// The same of the other card.
    pub verifies_on_other: u32,
    /// How often a card was held to the reader.
    pub taps: u32,
}

/// All of them.
#[uniffi::export]
pub fn scenarios() -> Result<Vec<Scenario>, SimError> {
    Ok(sim::Scenario::all()?.into_iter().map(Scenario::new).collect())
}

/// What the scenarios type and sign.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ScenarioInputs {
    /// A PIN that no persona has.
    pub wrong_pin: Vec<u8>,
    /// A password that no persona has.
    pub wrong_password: Vec<u8>,
    /// The new PIN of a change.
    pub new_pin: Vec<u8>,
    /// The new password of a change.
    pub new_password: Vec<u8>,
    /// What is signed, once for each document, and the challenge.
    pub document: Vec<u8>,
}

/// What the scenarios type and sign.
#[uniffi::export]
pub fn scenario_inputs() -> ScenarioInputs {
    ScenarioInputs {
        wrong_pin: sim::scenario::WRONG_PIN.into(),
        wrong_password: sim::scenario::WRONG_PASSWORD.into(),
        new_pin: sim::scenario::NEW_PIN.into(),
        new_password: sim::scenario::NEW_PASSWORD.into(),
        document: sim::scenario::DOCUMENT.into(),
    }
}

impl Scenario {
    fn new(one: sim::Scenario) -> Self {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let taps = one.faults.iter().map(|fault| fault.tap + 1).max().unwrap_or(0);
        let on_tap = |tap: usize| {
            let faults = one.faults.iter().filter(|fault| fault.tap == tap);
            faults
                .map(|fault| Fault { at: count(fault.at), kind: FaultKind::from(fault.kind.clone()) })
                .collect()
        };
        Self {
            flow: flow(one.flow),
            right_secret: one.secret == Entered::Right,
            even_if_last_try: one.even_if_last_try,
            faults: (0..taps).map(on_tap).collect(),
            cancel_tap: one.cancel.map(|cancel| count(cancel.tap)),
            cancel_at: one.cancel.map(|cancel| count(cancel.at)),
            retap: match one.retap {
                Retap::SameCard => ScenarioRetap::SameCard,
                Retap::OtherCard => ScenarioRetap::OtherCard,
                Retap::Never => ScenarioRetap::Never,
                Retap::Cancel => ScenarioRetap::Cancel,
            },
            new_consent_right: one.new_consent.map(|entered| entered == Entered::Right),
            expected: Expected {
                code: one.expected.code,
                finding: one.expected.finding,
                remaining: one.expected.remaining,
                pin_tries: one.expected.tries.pin,
                password_tries: one.expected.tries.password,
                verifies: count(one.expected.verifies),
                verifies_on_other: count(one.expected.verifies_on_other),
                taps: count(one.expected.taps),
            },
            name: one.name,
            about: one.about,
            persona: one.persona,
            other_persona: one.other_persona,
        }
    }
}

const fn flow(flow: Flow) -> ScenarioFlow {
    match flow {
        Flow::RemainingTries => ScenarioFlow::RemainingTries,
        Flow::CardInfo => ScenarioFlow::CardInfo,
        Flow::ReadSigningCa => ScenarioFlow::ReadSigningCa,
        Flow::ReadAuthenticationCa => ScenarioFlow::ReadAuthenticationCa,
        Flow::ReadAuthentication => ScenarioFlow::ReadAuthentication,
        Flow::ReadAuthenticationWithPin => ScenarioFlow::ReadAuthenticationWithPin,
        Flow::ReadSigning => ScenarioFlow::ReadSigning,
        Flow::Authenticate => ScenarioFlow::Authenticate,
        Flow::AuthenticateKnown => ScenarioFlow::AuthenticateKnown,
        Flow::OpenAccount => ScenarioFlow::OpenAccount,
        Flow::SignTwo => ScenarioFlow::SignTwo,
        Flow::SignKnown => ScenarioFlow::SignKnown,
        Flow::ChangePin => ScenarioFlow::ChangePin,
        Flow::ChangePassword => ScenarioFlow::ChangePassword,
    }
}
