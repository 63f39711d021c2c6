use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use kazasu_card::{Known, SecretKind};

use crate::case::{Case, Ended, Retap, Scenario};
use crate::fault::{self, Fault, FaultClass};
use crate::flow::Flow;
use crate::rules::{Breach, Rule};
use crate::setting::{Both, SECRETS, Setting};
use crate::shell::Shell;

/// What a run goes through.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Cards and options.
    pub settings: Vec<Setting>,
    /// The requests.
    pub flows: Vec<Flow>,
    /// The starting counters.
    pub counters: Counters,
    /// Those with which the second tap is gone through as well.
    pub second_tap: Counters,
    /// Whether each of the 65 536 status words is an answer to query, VERIFY and CHANGE too.
    pub every_word: bool,
    /// Whether a violation ends the run.
    pub stop_at_violation: bool,
}

/// Starting counters of a run. A flow that uses no secret takes those of both at once; the query of both takes every pair
/// wherever it takes more than one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counters {
    /// The secret in use from 0 to its maximum; the other one at 0 and at its maximum.
    All,
    /// The secret in use from 0 to its maximum; the other one at its maximum.
    InUse,
    /// Both at their maximum.
    Full,
    /// None: the run leaves this out.
    None,
}

/// Where a case is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cell {
    pub(crate) tap: TapOfFault,
    pub(crate) flow: Flow,
    pub(crate) class: FaultClass,
}

/// The tap that the varied fault belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TapOfFault {
    First,
    /// The first, with each of the 65 536 status words.
    EveryWord,
    /// What was known when the first tap was lost, and what came then.
    Second(Lost, Retap),
}

/// [`Known`], in an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lost {
    NothingSpent,
    VerifyOutcomeUnknown,
    SecretAccepted,
}

impl From<Known> for Lost {
    fn from(known: Known) -> Self {
        match known {
            Known::NothingSpent => Self::NothingSpent,
            Known::VerifyOutcomeUnknown => Self::VerifyOutcomeUnknown,
            Known::SecretAccepted => Self::SecretAccepted,
        }
    }
}

/// A rule broken by a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which one.
    pub rule: Rule,
    /// The case, in words.
    pub case: String,
    /// How.
    pub detail: String,
}

/// Cases of one setting.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) scenarios: u64,
    pub(crate) first_tap: u64,
    pub(crate) every_word: u64,
    pub(crate) second_tap: u64,
}

impl Counts {
    pub(crate) const fn cases(self) -> u64 {
        self.first_tap + self.every_word + self.second_tap
    }

    fn add(&mut self, other: Self) {
        self.scenarios += other.scenarios;
        self.first_tap += other.first_tap;
        self.every_word += other.every_word;
        self.second_tap += other.second_tap;
    }
}

/// The result of a run.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    pub(crate) cells: BTreeMap<Cell, BTreeMap<String, u64>>,
    pub(crate) settings: BTreeMap<&'static str, Counts>,
    /// Cases in which a secret stayed unlocked until the power was down.
    pub(crate) open_until_power_down: u64,
    /// The number of violations of each rule that has any.
    pub violated: BTreeMap<Rule, u64>,
    /// A few of them for each rule.
    pub violations: Vec<Violation>,
}

/// Violations of one rule that are kept in full.
const MOST_KEPT: usize = 8;

impl Tally {
    /// Number of cases.
    pub fn cases(&self) -> u64 {
        self.settings.values().map(|counts| counts.cases()).sum()
    }

    /// Adds what another run found.
    pub fn absorb(&mut self, other: Self) {
        for (cell, outcomes) in other.cells {
            let mine = self.cells.entry(cell).or_default();
            for (outcome, count) in outcomes {
                *mine.entry(outcome).or_default() += count;
            }
        }
        for (setting, counts) in other.settings {
            self.settings.entry(setting).or_default().add(counts);
        }
        self.open_until_power_down += other.open_until_power_down;
        for (rule, count) in other.violated {
            *self.violated.entry(rule).or_default() += count;
        }
        for violation in other.violations {
            self.keep(violation);
        }
    }

    fn keep(&mut self, violation: Violation) {
        let alike = self.violations.iter().filter(|kept| kept.rule == violation.rule);
        if alike.count() < MOST_KEPT {
            self.violations.push(violation);
        }
    }
}

/// Runs every case of the plan, on all processors.
///
/// # Errors
/// If a card or a request cannot be made. Violations are no error here: they stand in the tally.
pub fn run(plan: &Plan, shell: fn() -> Box<dyn Shell>) -> Result<Tally> {
    let scenarios = plan.scenarios()?;
    let faults = Faults { first: fault::first_tap(), second: fault::second_tap() };
    let next = AtomicUsize::new(0);
    let total = Mutex::new(Ok(Tally::default()));
    let work = || {
        while let Some(scenario) = scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
            let result = ScenarioRun { plan, scenario, shell, tally: Tally::default() }.run(&faults);
            let mut total = total.lock().unwrap_or_else(PoisonError::into_inner);
            match (&mut *total, result) {
                (Ok(total), Ok(tally)) => {
                    total.absorb(tally);
                    if plan.stop_at_violation && !total.violations.is_empty() {
                        break;
                    }
                }
                (Ok(_), Err(error)) => *total = Err(error),
                (Err(_), _) => break,
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    total.into_inner().unwrap_or_else(PoisonError::into_inner)
}

struct Faults {
    first: Vec<Fault>,
    second: Vec<Fault>,
}

impl Plan {
    /// The whole model.
    ///
    /// # Errors
    /// As [`Setting::main`].
    pub fn full() -> Result<Vec<Self>> {
        let [capable, classic, phone] = Setting::main()?;
        let capable = Self {
            settings: vec![capable],
            flows: Flow::ALL.to_vec(),
            counters: Counters::All,
            second_tap: Counters::InUse,
            every_word: true,
            stop_at_violation: false,
        };
        let phone = Self { settings: vec![phone], every_word: false, ..capable.clone() };
        let classic = Self { settings: vec![classic], second_tap: Counters::Full, ..phone.clone() };
        let side = Self {
            settings: Setting::side()?,
            flows: Flow::ALL.into_iter().filter(|flow| flow.is_one_of_a_kind()).collect(),
            counters: Counters::InUse,
            ..classic.clone()
        };
        let chatty = Self { settings: vec![Setting::chatty()?], second_tap: Counters::None, ..side.clone() };
        Ok(vec![capable, phone, classic, side, chatty])
    }

    fn scenarios(&self) -> Result<Vec<Scenario<'_>>> {
        let mut scenarios = Vec::new();
        for setting in &self.settings {
            let other_card = setting.other_card()?;
            for tries in self.counters.both() {
                let card = setting.card(tries)?;
                for flow in self.flows.iter().copied().filter(|flow| self.counters.include(tries, *flow)) {
                    for (right, last_try) in variants(setting, flow, tries) {
                        let (card, other_card) = (card.clone(), other_card.clone());
                        scenarios.push(Scenario { setting, flow, tries, right, last_try, card, other_card });
                    }
                }
            }
        }
        Ok(scenarios)
    }
}

impl Counters {
    #[expect(clippy::unused_self, reason = "the same form as its siblings")]
    fn both(self) -> Vec<Both<u8>> {
        let [pin, password] =
            [SecretKind::AuthenticationPin, SecretKind::SigningPassword].map(SecretKind::max_tries);
        (0..=pin).flat_map(|pin| (0..=password).map(move |password| Both { pin, password })).collect()
    }

    fn include(self, tries: Both<u8>, flow: Flow) -> bool {
        let max = |secret: SecretKind| *tries.of(secret) == secret.max_tries();
        let other = match flow.secret() {
            None => None,
            Some(SecretKind::AuthenticationPin) => Some(SecretKind::SigningPassword),
            Some(SecretKind::SigningPassword) => Some(SecretKind::AuthenticationPin),
        };
        match (self, other) {
            (Self::None, _) => false,
            (Self::Full, _) => SECRETS.into_iter().all(max),
            (_, None) => flow == Flow::RemainingTries || tries.pin == tries.password.min(3),
            (Self::InUse, Some(other)) => max(other),
            (Self::All, Some(other)) => max(other) || *tries.of(other) == 0,
        }
    }
}

/// Right and wrong secret, without and with consent to the last try where it decides.
fn variants(setting: &Setting, flow: Flow, tries: Both<u8>) -> Vec<(bool, bool)> {
    let Some(secret) = flow.secret() else { return vec![(true, false)] };
    let decides = *tries.of(secret) <= setting.options.floor.max(1) || !setting.reports_tries();
    let last_try: &[bool] = if decides { &[false, true] } else { &[false] };
    [true, false].into_iter().flat_map(|right| last_try.iter().map(move |last| (right, *last))).collect()
}

/// Flows whose query, VERIFY and CHANGE are answered with every status word there is.
const EVERY_WORD: [Flow; 2] = [Flow::ReadSigning, Flow::ChangePassword];

struct ScenarioRun<'a> {
    plan: &'a Plan,
    scenario: &'a Scenario<'a>,
    shell: fn() -> Box<dyn Shell>,
    tally: Tally,
}

impl ScenarioRun<'_> {
    fn run(mut self, faults: &Faults) -> Result<Tally> {
        self.counts().scenarios = 1;
        let Some(clean) = self.case(TapOfFault::First, None, Retap::Resume, None)? else {
            return Ok(self.tally);
        };
        let Scenario { flow, tries, .. } = *self.scenario;
        let second_tap = self.plan.second_tap.include(tries, flow);
        for at in 0..clean.exchanges.first().copied().unwrap_or(0) {
            for fault in &faults.first {
                let first = Some((at, fault));
                let ended = self.case(TapOfFault::First, first, Retap::Resume, None)?;
                if let Some(Ended { lost: Some(known), exchanges, .. }) = ended
                    && second_tap
                {
                    let exchanges = exchanges.get(1).copied().unwrap_or(0);
                    self.after_loss((at, fault), known.into(), exchanges, &faults.second)?;
                }
                if self.is_over() {
                    return Ok(self.tally);
                }
            }
        }
        let full = Counters::Full.include(tries, flow);
        if self.plan.every_word && EVERY_WORD.contains(&flow) && full {
            self.every_word(&clean.about_secret)?;
        }
        Ok(self.tally)
    }

    fn every_word(&mut self, exchanges: &[usize]) -> Result<()> {
        for at in exchanges {
            for fault in (0..=u16::MAX).flat_map(fault::status_words) {
                self.case(TapOfFault::EveryWord, Some((*at, &fault)), Retap::Resume, None)?;
            }
        }
        Ok(())
    }

    fn is_over(&self) -> bool {
        self.plan.stop_at_violation && !self.tally.violations.is_empty()
    }

    fn counts(&mut self) -> &mut Counts {
        self.tally.settings.entry(self.scenario.setting.name).or_default()
    }

    /// Everything that may follow a lost card.
    fn after_loss(
        &mut self,
        first: (usize, &Fault),
        lost: Lost,
        second_tap: usize,
        faults: &[Fault],
    ) -> Result<()> {
        let first = Some(first);
        for retap in [Retap::Abandon, Retap::Cancel] {
            self.case(TapOfFault::Second(lost, retap), first, retap, None)?;
        }
        if lost == Lost::SecretAccepted {
            let retap = Retap::WrongSecret;
            self.case(TapOfFault::Second(lost, retap), first, retap, None)?;
        }
        let other = self.case(TapOfFault::Second(lost, Retap::OtherCard), first, Retap::OtherCard, None)?;
        let other = other.and_then(|ended| ended.exchanges.get(1).copied());
        for (retap, exchanges) in [(Retap::Resume, second_tap), (Retap::OtherCard, other.unwrap_or(0))] {
            for at in 0..exchanges {
                for fault in faults {
                    self.case(TapOfFault::Second(lost, retap), first, retap, Some((at, fault)))?;
                }
            }
        }
        Ok(())
    }

    /// Runs and counts one case; `None` if it broke a rule.
    fn case(
        &mut self,
        tap: TapOfFault,
        first: Option<(usize, &Fault)>,
        retap: Retap,
        second: Option<(usize, &Fault)>,
    ) -> Result<Option<Ended>> {
        let case = Case { scenario: self.scenario, first, retap, second };
        let mut shell = (self.shell)();
        let caught = catch_unwind(AssertUnwindSafe(|| case.run(shell.as_mut())));
        let ended = caught.unwrap_or_else(|panic| {
            let detail = panic.downcast_ref::<&str>().map_or("a panic", |text| text).to_owned();
            Ok(Err(Breach { rule: Rule::Panic, detail }))
        })?;
        let varied = if matches!(tap, TapOfFault::Second(..)) { second } else { first };
        let class = varied.map_or(FaultClass::None, |(_, fault)| fault.class);
        let counts = self.counts();
        *match tap {
            TapOfFault::First => &mut counts.first_tap,
            TapOfFault::EveryWord => &mut counts.every_word,
            TapOfFault::Second(..) => &mut counts.second_tap,
        } += 1;
        match ended {
            Ok(ended) => {
                self.tally.open_until_power_down += u64::from(ended.open_until_power_down);
                let cell = Cell { tap, flow: self.scenario.flow, class };
                *self.tally.cells.entry(cell).or_default().entry(ended.outcome.clone()).or_default() += 1;
                Ok(Some(ended))
            }
            Err(Breach { rule, detail }) => {
                *self.tally.violated.entry(rule).or_default() += 1;
                self.tally.keep(Violation { rule, case: case.to_string(), detail });
                Ok(None)
            }
        }
    }
}
