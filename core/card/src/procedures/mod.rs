//! What the flows are made of: each file is one thing done with the card, in one or a few exchanges.

mod present;
mod read;
mod recognise;
mod select;
mod sign;
mod tries;

pub(crate) use tries::Addressing;
