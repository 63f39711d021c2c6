//! The exhaustive model run of the card machine.
mod case;
mod fault;
mod flow;
mod link;
mod rules;
mod run;
mod setting;
mod shell;

pub use fault::{CONTINUATIONS, FaultClass, STATUS_WORDS};
pub use flow::Flow;
pub use link::Link;
pub use rules::Rule;
pub use run::{Counters, Plan, Tally, Violation, run};
pub use setting::Setting;
pub use shell::{RightShell, Shell};
