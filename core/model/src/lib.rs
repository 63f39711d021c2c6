//! The exhaustive model run of the card machine: every flow, every exchange, every fault, every starting counter.
//!
//! A *case* is a scenario (card, options, request, counters, right or wrong secret, consent to the last try), a fault at one
//! exchange of the first tap, what is done if that lost the card, and a fault at one exchange of the second tap. [`run`] goes
//! through all of them with the real machine, a simulated card and an observer on the link that keeps its own book, and
//! checks each [`Rule`] in each case.
//!
//! The binary `pin-safety` runs [`Plan::full`] and writes docs/pin-safety.md. Whether the rules can fail at all is shown by
//! deliberate bugs: a [`Shell`] that does one thing wrong, which the run has to notice (tests/deliberate_bugs.rs).
//!
//! Nothing here is part of a release; no released crate depends on it.

mod case;
mod fault;
mod flow;
mod link;
mod report;
mod rules;
mod run;
mod setting;
mod shell;

pub use fault::{CONTINUATIONS, FaultClass, STATUS_WORDS};
pub use flow::Flow;
pub use link::Link;
pub use report::markdown;
pub use rules::Rule;
pub use run::{Counters, Plan, Tally, Violation, run};
pub use setting::Setting;
pub use shell::{RightShell, Shell};
