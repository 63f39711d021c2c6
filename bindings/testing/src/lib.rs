//! Simulated cards for tests in Kotlin, Swift and Python: the personas of `kazasu-sim` by name, and links that fail where a
//! test says.
//!
//! A library of its own, so that the one that apps ship cannot contain any of it.
#![allow(clippy::missing_errors_doc, reason = "the other languages show the error type by themselves")]

mod card;
mod fault;
mod panic;
mod persona;
mod scenario;

pub use card::{Exchange, LinkError, Secret, SimulatedCard};
pub use fault::{Fault, FaultKind, seeded_faults};
pub use panic::panics;
pub use persona::{Purpose, SimError, persona_names, test_anchors};
pub use scenario::{
    Expected, Scenario, ScenarioFlow, ScenarioInputs, ScenarioRetap, scenario_inputs, scenarios,
};

uniffi::setup_scaffolding!();

#[cfg(feature = "whole")]
kazasu_ffi::uniffi_reexport_scaffolding!();
