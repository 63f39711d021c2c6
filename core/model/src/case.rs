//! One case: a scenario, what goes wrong on each tap, and what is done when the card is lost.

use std::fmt;

use anyhow::Result;
use kazasu_card::{CardSession, Failure, Known, Misuse, NeedTap, Outcome, SecretKind, Step, Transmit};
use kazasu_sim::{LinkError, SimulatedCard};

use crate::fault::Fault;
use crate::flow::{Entered, Flow, WRONG};
use crate::link::{Link, is_verify};
use crate::rules::{self, Breach, Rule, ensure};
use crate::setting::{Both, Setting};
use crate::shell::Shell;

/// Steps after which a case counts as endless.
const MOST_STEPS: usize = 1000;
/// Taps of one case; the third and later ones are free of faults.
const MOST_TAPS: usize = 6;

/// Where a case starts.
pub(crate) struct Scenario<'a> {
    pub(crate) setting: &'a Setting,
    pub(crate) flow: Flow,
    pub(crate) tries: Both<u8>,
    /// Whether the secret is right.
    pub(crate) right: bool,
    /// Whether each consent covers the last try.
    pub(crate) last_try: bool,
    pub(crate) card: SimulatedCard,
    pub(crate) other_card: SimulatedCard,
}

/// What is done when the card is lost for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Retap {
    /// The same card again; a new consent with the same secret where one is due.
    Resume,
    /// The same card, and the new consent with a wrong secret.
    WrongSecret,
    /// Another card.
    OtherCard,
    Abandon,
    Cancel,
}

impl Retap {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Resume => "the same card",
            Self::WrongSecret => "the same card, new consent with a wrong secret",
            Self::OtherCard => "another card",
            Self::Abandon => "given up",
            Self::Cancel => "cancelled",
        }
    }
}

pub(crate) struct Case<'a> {
    pub(crate) scenario: &'a Scenario<'a>,
    pub(crate) first: Option<(usize, &'a Fault)>,
    pub(crate) retap: Retap,
    pub(crate) second: Option<(usize, &'a Fault)>,
}

/// What became of a case that broke no rule.
pub(crate) struct Ended {
    pub(crate) outcome: String,
    /// What was known when the card was lost for the first time.
    pub(crate) lost: Option<Known>,
    /// Exchanges of each tap.
    pub(crate) exchanges: Vec<usize>,
    /// The exchanges of the first tap that were query, VERIFY or CHANGE.
    pub(crate) about_secret: Vec<usize>,
    /// A secret was unlocked until the power was down.
    pub(crate) open_until_power_down: bool,
}

impl Case<'_> {
    /// Drives the case to its end and checks every rule.
    pub(crate) fn run(&self, shell: &mut dyn Shell) -> Result<Result<Ended, Breach>> {
        let events =
            [self.first, self.second].map(|fault| fault.map(|(at, fault)| (at, fault.event.clone())));
        let other = (self.retap == Retap::OtherCard).then(|| self.scenario.other_card.clone());
        let link = Link::new(
            self.scenario.card.clone(),
            other,
            events,
            self.scenario.setting.options.application_selected,
            self.scenario.flow.names_the_card() && self.scenario.setting.is_recognisable(),
        );
        let consents = usize::from(self.scenario.flow.secret().is_some());
        let session = self.session(shell)?;
        let mut drive = Drive {
            case: self,
            link,
            session,
            consents,
            handed_out: 0,
            steps: 0,
            lost: None,
            retapped: false,
        };
        drive.run(shell)
    }

    /// Whether a VERIFY may carry a wrong secret to the first card.
    pub(crate) fn may_be_wrong(&self) -> bool {
        !self.scenario.right || self.retap == Retap::WrongSecret
    }

    fn session(&self, shell: &mut dyn Shell) -> Result<CardSession> {
        let Scenario { setting, flow, card, .. } = self.scenario;
        let last_try = shell.consents_to_last_try(self.scenario.last_try);
        Ok(CardSession::new(
            flow.request(card, self.entered(self.scenario.right), last_try)?,
            setting.options,
        ))
    }

    fn entered(&self, right: bool) -> Entered<'_> {
        let secrets = &self.scenario.setting.persona.secrets;
        if right {
            Entered {
                pin: secrets.authentication_pin.value.as_bytes(),
                password: secrets.signing_password.value.as_bytes(),
            }
        } else {
            WRONG
        }
    }
}

impl fmt::Display for Case<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Scenario { setting, flow, tries, right, last_try, .. } = self.scenario;
        write!(
            f,
            "{}, {}, tries {}/{}, right {right}, last try {last_try}",
            setting.name,
            flow.name(),
            tries.pin,
            tries.password
        )?;
        let mut fault = |tap, fault: Option<(usize, &Fault)>| match fault {
            Some((at, fault)) => write!(f, ", tap {tap} exchange {at}: {}", fault.event.name()),
            None => Ok(()),
        };
        fault(1, self.first)?;
        fault(2, self.second)?;
        if self.retap == Retap::Resume { Ok(()) } else { write!(f, ", re-tap: {}", self.retap.name()) }
    }
}

struct Drive<'a> {
    case: &'a Case<'a>,
    link: Link,
    session: CardSession,
    consents: usize,
    handed_out: usize,
    steps: usize,
    lost: Option<Known>,
    retapped: bool,
}

/// A refused call is a breach: the driver keeps the contract.
fn allowed<T>(answer: Result<T, Misuse>) -> Result<T, Breach> {
    answer.map_err(|misuse| Breach { rule: Rule::Contract, detail: misuse.to_string() })
}

impl Drive<'_> {
    fn run(&mut self, shell: &mut dyn Shell) -> Result<Result<Ended, Breach>> {
        let mut step = match allowed(self.session.start()) {
            Ok(step) => step,
            Err(breach) => return Ok(Err(breach)),
        };
        let outcome = loop {
            self.steps += 1;
            if self.steps > MOST_STEPS || self.link.seen.tap >= MOST_TAPS {
                let detail = format!("{} steps, {} taps", self.steps, self.link.seen.tap);
                return Ok(Err(Breach { rule: Rule::Endless, detail }));
            }
            let next = match step {
                Step::Transmit(transmit) => self.transmit(shell, &transmit),
                Step::NeedTap(need) => self.retap(shell, need)?,
                Step::Done(outcome) => break outcome,
            };
            step = match next {
                Ok(step) => step,
                Err(breach) => return Ok(Err(breach)),
            };
        };
        let outcome = shell.report(outcome);
        Ok(self.finish(shell, outcome))
    }

    fn transmit(&mut self, shell: &mut dyn Shell, transmit: &Transmit) -> Result<Step, Breach> {
        if self.link.is_cancelled() || shell.cancels(transmit) {
            return allowed(self.session.cancel());
        }
        rules::before_sending(self.case, &self.link, transmit, self.handed_out, self.consents)?;
        self.handed_out += usize::from(is_verify(transmit.command()));
        allowed(match shell.send(&mut self.link, transmit) {
            Ok(answer) => self.session.handle_response(&answer),
            Err(LinkError::Refused) => self.session.channel_refused(),
            Err(LinkError::Lost) => self.session.card_lost(),
        })
    }

    fn retap(&mut self, shell: &mut dyn Shell, need: NeedTap) -> Result<Result<Step, Breach>> {
        if let Err(breach) = rules::at_lost_card(need.known, &self.link) {
            return Ok(Err(breach));
        }
        self.lost.get_or_insert(need.known);
        // From the second loss on, the card that is in the field simply comes again.
        let retap = if self.retapped { Retap::Resume } else { self.case.retap };
        self.retapped = true;
        match retap {
            Retap::Abandon => return Ok(allowed(self.session.abandon()).map(Step::Done)),
            Retap::Cancel => return Ok(allowed(self.session.cancel())),
            Retap::Resume | Retap::WrongSecret | Retap::OtherCard => {}
        }
        self.link.tap(retap == Retap::OtherCard);
        if need.known != Known::SecretAccepted {
            return Ok(allowed(self.session.resume()));
        }
        if shell.keeps_the_secret() {
            self.session = self.case.session(shell)?;
            return Ok(allowed(self.session.start()));
        }
        self.consents += 1;
        let entered = self.case.entered(self.case.scenario.right && retap != Retap::WrongSecret);
        let last_try = shell.consents_to_last_try(self.case.scenario.last_try);
        Ok(allowed(match self.case.scenario.flow.secret() {
            Some(SecretKind::AuthenticationPin) => self.session.resume_with(entered.pin(last_try)?),
            Some(SecretKind::SigningPassword) => self.session.resume_with(entered.password(last_try)?),
            None => self.session.resume(),
        }))
    }

    #[expect(clippy::needless_pass_by_value, reason = "the session is over; nobody looks at it again")]
    fn finish(&mut self, shell: &mut dyn Shell, outcome: Outcome) -> Result<Ended, Breach> {
        rules::at_the_end(self.case, &outcome, &self.link, self.consents)?;
        let open_until_power_down = self.link.is_unlocked();
        shell.power_down(&mut self.link);
        rules::after_power_down(&self.link)?;
        let outcome = label(&outcome);
        ensure(!outcome.is_empty(), Rule::Contract, || "an outcome without a name".to_owned())?;
        let exchanges = std::mem::take(&mut self.link.seen.exchanges);
        let about_secret = std::mem::take(&mut self.link.seen.about_secret);
        Ok(Ended { outcome, lost: self.lost, exchanges, about_secret, open_until_power_down })
    }
}

/// The name of the variant; where the card was lost or looked into, with what is known.
fn label(outcome: &Outcome) -> String {
    let variant = |text: &str| text.split([' ', '(', '{']).next().unwrap_or_default().to_owned();
    match &outcome.result {
        Ok(_) => "Completed".to_owned(),
        Err(Failure::CardLost { known, .. }) => format!("CardLost({known:?})"),
        Err(Failure::Reconciled { finding, .. }) => {
            format!("Reconciled({})", variant(&format!("{finding:?}")))
        }
        Err(failure) => variant(&format!("{failure:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_call_is_a_breach_of_the_contract() {
        assert_eq!(allowed::<()>(Err(Misuse::Finished)).unwrap_err().rule, Rule::Contract);
        assert!(allowed(Ok(())).is_ok());
    }
}
