//! What happened at the reader, to be kept, sent to a developer and replayed: JSON lines without a secret, an attribute, a
//! certificate, a signature, a challenge or a serial number. The format is docs/trace-format.md.
//!
//! The types here cannot hold any of that. An [`Event`] is numbers, yes and no, and names from closed lists: it is [`Copy`]
//! and has no room for bytes or text. What content decided stands in it as the decision ([`Question`](crate::Question), [`FileStart`](crate::FileStart)).
//!
//! ```
//! use std::time::Duration;
//! use kazasu_card::trace::{Channel, TracedSession, read, replay};
//! use kazasu_card::{Options, Request, Step};
//! # use kazasu_sim::{Persona, SimulatedCard};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let mut channel = SimulatedCard::new(&Persona::named("ichiro")?)?;
//! # channel.power_on();
//! let mut session = TracedSession::new(Request::RemainingTries, Options::default(), Channel::Simulated);
//! let mut step = session.start()?;
//! while let Step::Transmit(transmit) = &step {
//!     let answer = channel.transmit(transmit.command());
//!     step = session.handle_response(&answer, Duration::from_millis(12))?; // the shell has the clock
//! }
//! let lines = session.take_lines();
//! assert_eq!(lines.lines().count(), 8); // the header, three commands with their answers, the outcome
//! let traces = read(lines.as_bytes())?;
//! assert_eq!(replay(&traces[0])?.exchanges, 3);
//! # Ok(())
//! # }
//! ```

mod command;
mod event;
mod header;
mod read;
mod replay;
mod session;

pub use command::{CommandHeader, CommandRecord, DataField, Instruction};
pub use event::{AnswerRecord, Code, Event, OutcomeRecord, Took};
pub use header::{Channel, Consent, Document, FORMAT, Flow, Header, SigningTime, SoftwareVersion, VERSION};
pub use read::{MAX_ANSWER_LEN, MAX_TRACE_LEN, MalformedReason, RecordedEvent, Trace, TraceError, read};
pub use replay::{Diverged, Replayed, replay};
pub use session::TracedSession;
