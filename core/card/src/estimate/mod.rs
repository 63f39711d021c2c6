//! How long a request keeps the card at the reader, told before it and while it runs. A model, not a measurement.
//!
//! * [`plan`] lists the exchanges of a request on an assumed card, without a card and without a secret.
//! * [`LinkModel`] turns exchanges into time; [`ASSUMPTIONS`] says where its numbers come from.
//! * [`Countdown`] follows a session and says how much is left.

mod assumptions;
mod countdown;
mod link;
mod plan;
mod planner;
mod profile;

pub use assumptions::{ASSUMPTIONS, Assumption, Confidence};
pub use countdown::{Countdown, TimeLeft};
pub use link::{BitRate, LinkModel};
pub use plan::{PlannedExchange, Work, plan};
pub use profile::CardProfile;
