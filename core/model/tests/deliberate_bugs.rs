//! The list of deliberate bugs: each is an app, or a machine as the app sees it, that does one thing wrong. The run has to
//! catch every one of them, by the rule that is meant to.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests, which clippy.toml does not cover"
)]

use kazasu_card::{Failure, Known, Outcome, Reconciliation, Stage, StatusWord, Transmit, Tries};
use kazasu_model::{Counters, Flow, Link, Plan, RightShell, Rule, Setting, Shell, Tally, run};
use kazasu_sim::LinkError;

type Answer = Result<Vec<u8>, LinkError>;

const STATUS_OK: [u8; 2] = [0x90, 0x00];

fn is_verify(transmit: &Transmit) -> bool {
    matches!(transmit.stage(), Stage::Verifying { .. })
}

fn plan(setting: Setting, flow: Flow) -> Plan {
    Plan {
        settings: vec![setting],
        flows: vec![flow],
        counters: Counters::InUse,
        second_tap: Counters::Full,
        every_word: false,
        stop_at_violation: true,
    }
}

fn capable() -> Setting {
    let [capable, ..] = Setting::main().unwrap();
    capable
}

/// What the run finds in a flow on the capable card.
fn found(flow: Flow, shell: fn() -> Box<dyn Shell>) -> Tally {
    run(&plan(capable(), flow), shell).unwrap()
}

fn assert_caught(flow: Flow, rule: Rule, shell: fn() -> Box<dyn Shell>) {
    let tally = found(flow, shell);
    assert!(tally.violated.contains_key(&rule), "not caught by {rule}: {:?}", tally.violations);
}

macro_rules! bug {
    ($(#[$doc:meta])* $name:ident, $flow:ident, $rule:ident, { $($method:tt)* }) => {
        $(#[$doc])*
        #[test]
        fn $name() {
            #[derive(Default)]
            struct Bug;
            impl Shell for Bug { $($method)* }
            assert_caught(Flow::$flow, Rule::$rule, || Box::new(Bug));
        }
    };
}

#[test]
fn the_right_shell_breaks_no_rule() {
    for flow in [Flow::ReadSigning, Flow::ChangePin, Flow::RemainingTries] {
        let tally = found(flow, || Box::new(RightShell));
        assert_eq!(tally.violations, []);
        assert!(tally.cases() > 5_000, "{flow:?}: {} cases", tally.cases());
    }
}

bug!(
    /// A second VERIFY.
    verify_sent_twice, ReadSigning, Consents,
    {
        fn send(&mut self, link: &mut Link, transmit: &Transmit) -> Answer {
            if is_verify(transmit) {
                let _first = link.transmit(transmit.command());
            }
            link.transmit(transmit.command())
        }
    }
);

bug!(
    /// What readers with T=0 habits do.
    verify_repeated_on_6cxx, Authenticate, Consents,
    {
        fn send(&mut self, link: &mut Link, transmit: &Transmit) -> Answer {
            let answer = link.transmit(transmit.command())?;
            if is_verify(transmit) && answer.first() == Some(&0x6C) {
                return link.transmit(transmit.command());
            }
            Ok(answer)
        }
    }
);

bug!(
    /// A right password that arrives in lower case, which the card counts as wrong (docs/card-facts.md §3.5).
    secret_changed_on_the_way, ReadSigning, Cost,
    {
        fn send(&mut self, link: &mut Link, transmit: &Transmit) -> Answer {
            if is_verify(transmit) {
                return link.transmit(&transmit.command().to_ascii_lowercase());
            }
            link.transmit(transmit.command())
        }
    }
);

/// An app that sends the command of the lost tap first thing on the next one.
#[test]
fn last_command_repeated_on_the_next_tap() {
    #[derive(Default)]
    struct Bug {
        lost: Option<Vec<u8>>,
    }
    impl Shell for Bug {
        fn send(&mut self, link: &mut Link, transmit: &Transmit) -> Answer {
            let answer = link.transmit(transmit.command());
            match (self.lost.take(), &answer) {
                (Some(command), Ok(_)) if matches!(transmit.stage(), Stage::QueryingTries { .. }) => {
                    link.transmit(&command)?;
                }
                (lost, Ok(_)) => self.lost = lost,
                (_, Err(_)) => self.lost = Some(transmit.command().to_vec()).filter(|_| is_verify(transmit)),
            }
            answer
        }
    }
    let all = Plan { stop_at_violation: false, ..plan(capable(), Flow::SignKnown) };
    let tally = run(&all, || Box::new(Bug::default())).unwrap();
    assert!(tally.violated.contains_key(&Rule::Consents), "{:?}", tally.violations);
}

bug!(
    /// A secret kept for the next tap: a new session instead of a new consent.
    secret_kept_without_consent, SignKnown, Consents,
    {
        fn keeps_the_secret(&mut self) -> bool {
            true
        }
    }
);

bug!(
    /// The last try is spent unasked.
    floor_ignored, ReadSigning, Floor,
    {
        fn consents_to_last_try(&mut self, _user: bool) -> bool {
            true
        }
    }
);

bug!(
    /// The leaving is not sent.
    leaving_skipped, ReadSigning, Closed,
    {
        fn send(&mut self, link: &mut Link, transmit: &Transmit) -> Answer {
            if transmit.stage() == Stage::Leaving {
                return Ok(STATUS_OK.to_vec());
            }
            link.transmit(transmit.command())
        }
    }
);

bug!(
    /// The power stays on: caught where nothing could be selected to leave.
    no_power_down, ReadSigning, Closed,
    {
        fn power_down(&mut self, _link: &mut Link) {}
    }
);

/// An app that reads the fingerprint of the first tap once and for all.
#[test]
fn recognition_ignored() {
    #[derive(Default)]
    struct Bug {
        shown: Option<Vec<u8>>,
    }
    impl Shell for Bug {
        fn send(&mut self, link: &mut Link, transmit: &Transmit) -> Answer {
            let answer = link.transmit(transmit.command())?;
            if transmit.stage() != Stage::Recognising {
                return Ok(answer);
            }
            Ok(self.shown.get_or_insert(answer).clone())
        }
    }
    assert_caught(Flow::ReadSigning, Rule::OtherCard, || Box::new(Bug::default()));
}

fn tries_changed(mut outcome: Outcome, change: fn(Tries) -> Tries) -> Outcome {
    outcome.tries.authentication = change(outcome.tries.authentication);
    outcome.tries.signing = change(outcome.tries.signing);
    outcome
}

bug!(
    /// One try too many in the report.
    counter_misreported, RemainingTries, Counter,
    {
        fn report(&mut self, outcome: Outcome) -> Outcome {
            tries_changed(outcome, |tries| match tries {
                Tries::Remaining(tries) => Tries::Remaining(tries + 1),
                other => other,
            })
        }
    }
);

bug!(
    /// Blocked told as the last try.
    blocked_told_as_one, RemainingTries, Counter,
    {
        fn report(&mut self, outcome: Outcome) -> Outcome {
            tries_changed(outcome, |tries| if tries == Tries::Blocked { Tries::Remaining(1) } else { tries })
        }
    }
);

bug!(
    /// A guess where the counter is unknown.
    unknown_told_as_full, Authenticate, Counter,
    {
        fn report(&mut self, outcome: Outcome) -> Outcome {
            tries_changed(outcome, |tries| if tries == Tries::Unknown { Tries::Remaining(3) } else { tries })
        }
    }
);

bug!(
    /// Unknown although no VERIFY was sent.
    unknown_out_of_caution, RemainingTries, Counter,
    {
        fn report(&mut self, outcome: Outcome) -> Outcome {
            tries_changed(outcome, |_| Tries::Unknown)
        }
    }
);

bug!(
    /// The loss of the card told as "the channel did not send it".
    lost_told_as_refused, ReadSigning, Counter,
    {
        fn send(&mut self, link: &mut Link, transmit: &Transmit) -> Answer {
            link.transmit(transmit.command()).map_err(|_| LinkError::Refused)
        }
    }
);

bug!(
    /// An answer made up where there was none.
    answer_made_up, ReadSigning, Counter,
    {
        fn send(&mut self, link: &mut Link, transmit: &Transmit) -> Answer {
            let answer = link.transmit(transmit.command());
            if is_verify(transmit) && answer.is_err() { Ok(vec![0x63, 0xC4]) } else { answer }
        }
    }
);

bug!(
    /// "Wrong" told without the number that the card said.
    wrong_secret_without_cause, ReadSigning, Knowledge,
    {
        fn report(&mut self, mut outcome: Outcome) -> Outcome {
            if let Err(Failure::CardLost { known: Known::SecretAccepted, .. } | Failure::Cancelled) = outcome.result {
                let secret = kazasu_card::SecretKind::SigningPassword;
                outcome.result = Err(Failure::WrongSecret { secret, remaining: None });
            }
            outcome
        }
    }
);

bug!(
    /// A change that was made, told as refused.
    change_told_as_refused, ChangePin, Knowledge,
    {
        fn report(&mut self, mut outcome: Outcome) -> Outcome {
            if let Err(Failure::ChangeOutcomeUnknown { secret }) = outcome.result {
                let stage = Stage::Changing { secret };
                outcome.result = Err(Failure::UnexpectedStatus { stage, sw: StatusWord(0x6581) });
            }
            outcome
        }
    }
);

bug!(
    /// Out of caution nothing is known of any change that failed.
    refused_change_told_as_unknown, ChangePassword, Knowledge,
    {
        fn report(&mut self, mut outcome: Outcome) -> Outcome {
            if let Err(Failure::UnexpectedStatus { stage: Stage::Changing { secret }, .. }) = outcome.result {
                outcome.result = Err(Failure::ChangeOutcomeUnknown { secret });
            }
            outcome
        }
    }
);

fn finding_changed(mut outcome: Outcome, change: fn(Reconciliation) -> Reconciliation) -> Outcome {
    if let Err(Failure::Reconciled { finding, .. }) = &mut outcome.result {
        *finding = change(*finding);
    }
    outcome
}

bug!(
    /// A spent try told as not spent.
    counted_told_as_not_counted, ReadSigning, Reconcile,
    {
        fn report(&mut self, outcome: Outcome) -> Outcome {
            finding_changed(outcome, |finding| match finding {
                Reconciliation::Counted { remaining } => Reconciliation::NotCounted { remaining },
                other => other,
            })
        }
    }
);

bug!(
    /// "Right" where it may not have arrived.
    nothing_spent_told_as_right, ReadSigning, Reconcile,
    {
        fn report(&mut self, outcome: Outcome) -> Outcome {
            finding_changed(outcome, |finding| match finding {
                Reconciliation::NothingSpent { remaining } => Reconciliation::Right { remaining },
                other => other,
            })
        }
    }
);

bug!(
    /// No finding although the counter tells.
    always_inconclusive, ReadSigning, Reconcile,
    {
        fn report(&mut self, outcome: Outcome) -> Outcome {
            finding_changed(outcome, |_| Reconciliation::Inconclusive { before: Some(5), now: Some(5) })
        }
    }
);

bug!(
    /// Two calls for one answer.
    cancelled_over_and_over, ReadSigning, Endless,
    {
        fn cancels(&mut self, transmit: &Transmit) -> bool {
            transmit.stage() == Stage::Leaving
        }
    }
);

bug!(
    /// A panic in the channel.
    panic_on_6f00, RemainingTries, Panic,
    {
        fn send(&mut self, link: &mut Link, transmit: &Transmit) -> Answer {
            let answer = link.transmit(transmit.command())?;
            assert!(answer != [0x6F, 0x00], "the card has no diagnosis");
            Ok(answer)
        }
    }
);
