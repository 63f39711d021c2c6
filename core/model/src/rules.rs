//! What holds in every case.

use std::fmt;

use kazasu_card::{Completed, Failure, Known, Leaving, Outcome, Reconciliation, SecretKind, Transmit, Tries};

use crate::case::Case;
use crate::link::{ChangeSeen, Link, Said, Statement, VerifyOutcome, is_verify};
use crate::setting::{SECRETS, in_sim};

/// A rule of the model. docs/pin-safety.md prints [`Rule::text`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// No VERIFY beyond the consents.
    Consents,
    /// No VERIFY at or below the floor without consent for that.
    Floor,
    /// No VERIFY to a card that was not recognised.
    OtherCard,
    /// No try lost that the user did not lose.
    Cost,
    /// The report is true.
    Counter,
    /// What is known at a lost card, and the failure in the end, are true.
    Knowledge,
    /// The look at the counter tells the truth.
    Reconcile,
    /// Nothing stays unlocked.
    Closed,
    /// No call is refused to a caller that keeps the contract.
    Contract,
    /// Every case ends.
    Endless,
    /// Nothing panics.
    Panic,
}

impl Rule {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Consents,
        Self::Floor,
        Self::OtherCard,
        Self::Cost,
        Self::Counter,
        Self::Knowledge,
        Self::Reconcile,
        Self::Closed,
        Self::Contract,
        Self::Endless,
        Self::Panic,
    ];

    /// What it asserts.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Consents => {
                "VERIFY commands, those the machine hands out and those the cards see, are no more than the consents given"
            }
            Self::Floor => {
                "before each VERIFY the card was asked in the same tap, and said more tries than the floor, or the consent covers the last try; never after it said *blocked*"
            }
            Self::OtherCard => {
                "no VERIFY reaches another card on the re-tap once the first card has shown which one it is, or the caller has named it; nobody can name a phone, which shows its certificate after the PIN only"
            }
            Self::Cost => {
                "a right secret costs no try, a wrong one no more than one for each VERIFY; the counter of the other secret never moves"
            }
            Self::Counter => {
                "a reported counter is the card's own at the end, and both are of one card; *unknown* only after a VERIFY. After a lying answer: the report is something an answer said"
            }
            Self::Knowledge => {
                "what the session says at a lost card, and the failure it ends with, are so; *changed* and *not changed* are said after success and after a clear refusal only, else *unknown*. Not asserted after a lying answer"
            }
            Self::Reconcile => {
                "a finding about a VERIFY of unknown outcome is what became of it, and there is one wherever the card reports its tries. Not asserted after a lying answer"
            }
            Self::Closed => {
                "nothing is unlocked once the power is down; nor where the session says that it left or had nothing to leave, unless an answer lied or a warm reset came while a secret was unlocked"
            }
            Self::Contract => "no call is refused while the caller keeps the contract",
            Self::Endless => "no case takes more than 1000 steps",
            Self::Panic => "nothing panics",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// A rule that did not hold, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Breach {
    pub(crate) rule: Rule,
    pub(crate) detail: String,
}

pub(crate) type Checked = Result<(), Breach>;

pub(crate) fn ensure(holds: bool, rule: Rule, detail: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(Breach { rule, detail: detail() }) }
}

/// Before a command is handed to the channel.
pub(crate) fn before_sending(
    case: &Case<'_>,
    link: &Link,
    transmit: &Transmit,
    handed_out: usize,
    consents: usize,
) -> Checked {
    if !is_verify(transmit.command()) {
        return Ok(());
    }
    ensure(handed_out < consents, Rule::Consents, || format!("{} VERIFY handed out", handed_out + 1))?;
    let Some(secret) = case.scenario.flow.secret() else {
        return ensure(false, Rule::Consents, || "VERIFY in a flow without a secret".to_owned());
    };
    let last = link.seen.statements.of(secret).last();
    let in_time = last.filter(|statement| (statement.tap, statement.card) == (link.seen.tap, link.seen.card));
    let floor = case.scenario.setting.options.floor;
    let allowed = match in_time.map(|statement| statement.said) {
        Some(Said::Left(tries)) => tries > floor || case.scenario.last_try,
        Some(Said::NoCounter | Said::Accepted) => case.scenario.last_try,
        Some(Said::Blocked) | None => false,
    };
    ensure(allowed, Rule::Floor, || format!("VERIFY after {last:?}"))?;
    let is_other = link.seen.card == 1 && (link.seen.card_shown || link.seen.card_named);
    ensure(!is_other, Rule::OtherCard, || "VERIFY to another card".to_owned())
}

/// What the session says when the card is lost.
pub(crate) fn at_lost_card(known: Known, link: &Link) -> Checked {
    let last = link.seen.verifies.last().map(|verify| verify.outcome);
    let true_words = match known {
        Known::NothingSpent => matches!(last, None | Some(VerifyOutcome::Right | VerifyOutcome::NotReached)),
        Known::VerifyOutcomeUnknown => last.is_some(),
        Known::SecretAccepted => last == Some(VerifyOutcome::Right),
    };
    ensure(true_words || link.seen.lied, Rule::Knowledge, || format!("{known:?} after {last:?}"))?;
    ensure(!link.is_unlocked(), Rule::Closed, || "unlocked without power".to_owned())
}

/// When the session is over, the card still where it is.
pub(crate) fn at_the_end(case: &Case<'_>, outcome: &Outcome, link: &Link, consents: usize) -> Checked {
    let reached = link.verifies_reached();
    ensure(reached <= consents, Rule::Consents, || format!("{reached} VERIFY for {consents} consents"))?;
    cost(case, link)?;
    for secret in SECRETS {
        counter(outcome, link, secret)?;
    }
    let closed = match outcome.leaving {
        Leaving::Refused(_) => true,
        _ => link.seen.lied || link.seen.reset_unlocked || !link.is_unlocked(),
    };
    ensure(closed, Rule::Closed, || format!("unlocked after {:?}", outcome.leaving))?;
    if !link.seen.lied {
        truth_of_result(case, outcome, link)?;
    }
    Ok(())
}

/// When the power is down.
pub(crate) fn after_power_down(link: &Link) -> Checked {
    ensure(!link.is_unlocked(), Rule::Closed, || "unlocked after power-down".to_owned())
}

fn cost(case: &Case<'_>, link: &Link) -> Checked {
    let start = case.scenario.tries;
    for secret in SECRETS {
        let now = link.first_card().tries_left(in_sim(secret));
        let start = *start.of(secret);
        let mine = case.scenario.flow.secret() == Some(secret);
        let wrong = link.seen.verifies.iter().filter(|verify| verify.card == 0 && verify.secret == secret);
        let wrong = wrong.filter(|verify| verify.outcome == VerifyOutcome::Wrong).count();
        let holds = if mine && case.may_be_wrong() {
            usize::from(now) + wrong >= usize::from(start)
        } else if mine {
            now >= start
        } else {
            now == start
        };
        ensure(holds, Rule::Cost, || format!("{secret:?} from {start} to {now}"))?;
    }
    Ok(())
}

fn counter(outcome: &Outcome, link: &Link, secret: SecretKind) -> Checked {
    let statements = link.seen.statements.of(secret);
    let reported = outcome.tries.of(secret);
    let sent = link.seen.verifies.iter().any(|verify| verify.secret == secret);
    let said = |said: Said| statements.iter().any(|statement| statement.said == said);
    let accepted = || secret.max_tries();
    let holds = match reported {
        Tries::Remaining(tries) if link.seen.lied => {
            said(Said::Left(tries)) || (said(Said::Accepted) && tries == accepted())
        }
        Tries::Blocked if link.seen.lied => said(Said::Blocked) || case_change_blocked(outcome),
        Tries::Remaining(tries) => source(statements).is_some_and(|card| tries == truth(link, card, secret)),
        Tries::Blocked => source(statements).is_some_and(|card| truth(link, card, secret) == 0),
        Tries::NotAsked => !sent,
        Tries::NotReported => !statements.iter().any(|statement| {
            statement.tap == link.seen.tap && matches!(statement.said, Said::Left(_)) && !link.seen.lied
        }),
        Tries::Unknown => sent,
    };
    ensure(holds, Rule::Counter, || format!("{secret:?} {reported:?} after {statements:?}"))?;
    let of_other = |secret| source(link.seen.statements.of(secret));
    let both = matches!(outcome.tries.authentication, Tries::Remaining(_) | Tries::Blocked)
        && matches!(outcome.tries.signing, Tries::Remaining(_) | Tries::Blocked);
    let one_card = of_other(SecretKind::AuthenticationPin) == of_other(SecretKind::SigningPassword);
    ensure(!both || one_card || link.seen.lied, Rule::Counter, || "counters of two cards".to_owned())
}

/// The word *blocked* to CHANGE is the one statement that is none of the query's or of VERIFY's.
fn case_change_blocked(outcome: &Outcome) -> bool {
    matches!(outcome.result, Err(Failure::Blocked { .. }))
}

/// The card that a report rests on.
fn source(statements: &[Statement]) -> Option<usize> {
    statements
        .iter()
        .rev()
        .find(|statement| statement.said != Said::NoCounter)
        .map(|statement| statement.card)
}

fn truth(link: &Link, card: usize, secret: SecretKind) -> u8 {
    link.card_of(card).tries_left(in_sim(secret))
}

fn truth_of_result(case: &Case<'_>, outcome: &Outcome, link: &Link) -> Checked {
    let last = link.seen.verifies.last();
    let became = last.map(|verify| verify.outcome);
    let report = |secret| outcome.tries.of(secret);
    let holds = match &outcome.result {
        Ok(Completed::RemainingTries | Completed::CardInfo(_) | Completed::Certificate(_)) => {
            matches!(became, None | Some(VerifyOutcome::Right))
        }
        Ok(_) => became == Some(VerifyOutcome::Right),
        Err(failure) => match *failure {
            Failure::WrongSecret { secret, remaining } => {
                became == Some(VerifyOutcome::Wrong)
                    && remaining.is_none_or(|tries| report(secret) == Tries::Remaining(tries))
            }
            Failure::Blocked { secret } => report(secret) == Tries::Blocked,
            Failure::LastTry { secret, remaining } => {
                let floor = case.scenario.setting.options.floor;
                remaining <= floor && report(secret) == Tries::Remaining(remaining) && !case.scenario.last_try
            }
            Failure::TriesNotReported { secret } => {
                report(secret) == Tries::NotReported && !case.scenario.last_try
            }
            Failure::VerifyOutcomeUnknown { secret, before } => {
                report(secret) == Tries::Unknown
                    && before.is_none_or(|tries| last.is_some_and(|verify| verify.before == tries))
            }
            Failure::CardLost { known, .. } => {
                known != Known::VerifyOutcomeUnknown && became != Some(VerifyOutcome::Wrong)
            }
            Failure::SecretNeededAgain { .. } | Failure::ChangeOutcomeUnknown { .. } => {
                became == Some(VerifyOutcome::Right)
            }
            Failure::Reconciled { secret, finding } => return reconciled(case, link, secret, finding),
            _ => true,
        },
    };
    ensure(holds, Rule::Knowledge, || format!("{:?}, {:?} after {last:?}", outcome.result, outcome.tries))?;
    let change = link.seen.change;
    ensure(change_is_told(outcome, change), Rule::Knowledge, || {
        format!("{:?} after {change:?}", outcome.result)
    })
}

/// Once CHANGE was handed to the channel, the result says what became of it.
fn change_is_told(outcome: &Outcome, change: Option<ChangeSeen>) -> bool {
    match (&outcome.result, change) {
        (Ok(Completed::SecretChanged(_)), change) => change.is_some_and(|change| change.made),
        (Err(Failure::ChangeOutcomeUnknown { .. }), Some(change)) => !change.refused,
        // No byte of it has reached the card.
        (Err(Failure::ChannelRefused { .. }), Some(change)) => !change.made,
        (_, Some(change)) => change.refused,
        (_, None) => true,
    }
}

fn reconciled(case: &Case<'_>, link: &Link, secret: SecretKind, finding: Reconciliation) -> Checked {
    let last = link.seen.verifies.last().filter(|verify| verify.secret == secret);
    let now = truth(link, last.map_or(0, |verify| verify.card), secret);
    let holds = last.is_some_and(|verify| {
        let became = verify.outcome;
        let before = verify.before;
        match finding {
            Reconciliation::NotCounted { remaining } => {
                became == VerifyOutcome::NotReached && remaining == now && now == before
            }
            Reconciliation::Counted { remaining } => {
                became == VerifyOutcome::Wrong && remaining == now && now + 1 == before
            }
            Reconciliation::Blocked => became == VerifyOutcome::Wrong && now == 0,
            Reconciliation::Right { remaining } => {
                became == VerifyOutcome::Right && remaining == now && now == secret.max_tries()
            }
            Reconciliation::NothingSpent { remaining } => {
                became != VerifyOutcome::Wrong && remaining == now && now == before
            }
            Reconciliation::Inconclusive { before: was, now: is } => {
                let asked = [was, is].into_iter().flatten().all(|tries| tries == before || tries == now);
                asked && (!case.scenario.setting.reports_tries() || was.is_none() || is.is_none())
            }
        }
    });
    ensure(holds, Rule::Reconcile, || format!("{finding:?}, {now} now, {last:?}"))
}
