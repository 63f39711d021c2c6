use serde::Deserialize;
use serde_json::error::Category;

use super::event::{AnswerRecord, Event};
use super::header::{FORMAT, Header, VERSION};
use crate::codes::codes;

/// Longest text that is taken as traces: 16 MiB, which is many thousand sessions.
pub const MAX_TRACE_LEN: usize = 16 << 20;
/// Longest answer that a trace may tell of, in bytes: one more than a card can give (65,536 and the status word). What a
/// faulty channel hands over beyond that is recorded as this long.
pub const MAX_ANSWER_LEN: u32 = 65_539;

/// One session as it was recorded. Without an [`Event::Outcome`] at its end the recording broke off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// First line.
    pub header: Header,
    /// Where the header stands, counted from 1.
    pub line: usize,
    /// The lines behind it.
    pub events: Vec<RecordedEvent>,
}

/// An event and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordedEvent {
    /// The line, counted from 1.
    pub line: usize,
    /// What happened.
    pub event: Event,
}

/// Why a text is no trace. Says where, and nothing of what stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TraceError {
    /// There is nothing in it.
    #[error("there is no trace in it")]
    Empty,
    /// Longer than [`MAX_TRACE_LEN`].
    #[error("longer than the {MAX_TRACE_LEN} bytes that are read")]
    TooLong,
    /// A version of the format that is not known here.
    #[error("line {line}: version {found} of the format; this program knows version {VERSION}")]
    Version {
        /// The line, counted from 1.
        line: usize,
        /// The version that stands there.
        found: u64,
    },
    /// A line that cannot stand there.
    #[error("line {line}: {reason}")]
    Malformed {
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        reason: MalformedReason,
    },
}

codes!(TraceError {
    "trace_malformed": Self::Empty | Self::Malformed { .. },
    "trace_too_long": Self::TooLong,
    "trace_version": Self::Version { .. },
});

impl TraceError {
    /// The line that is wrong, counted from 1, where it is one line.
    pub const fn line(&self) -> Option<usize> {
        match self {
            Self::Version { line, .. } | Self::Malformed { line, .. } => Some(*line),
            Self::Empty | Self::TooLong => None,
        }
    }
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MalformedReason {
    /// The text ends within it.
    #[error("the text ends within the line")]
    Truncated,
    /// Not JSON.
    #[error("not JSON, at column {0}")]
    Syntax(usize),
    /// JSON with a field or value that is missing, unknown or out of range.
    #[error("a field or value is missing, unknown or out of range, at column {0}")]
    Value(usize),
    /// The first line is not the header of a trace.
    #[error("not the first line of a Kazasu trace")]
    NoHeader,
    /// It cannot follow the line before, as an answer without a command cannot.
    #[error("this cannot follow the line before")]
    Order,
    /// An answer longer than [`MAX_ANSWER_LEN`].
    #[error("an answer of more than {MAX_ANSWER_LEN} bytes")]
    AnswerTooLong,
}

/// Reads the traces in a text of JSON lines: each begins with its header, and empty lines count for nothing.
///
/// # Errors
/// [`TraceError`] with the first line that is wrong.
pub fn read(text: &[u8]) -> Result<Vec<Trace>, TraceError> {
    if text.len() > MAX_TRACE_LEN {
        return Err(TraceError::TooLong);
    }
    let mut traces: Vec<Trace> = Vec::new();
    for (index, bytes) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let line = index + 1;
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        if let Some(header) = header(bytes, line)? {
            traces.push(Trace { header, line, events: Vec::new() });
            continue;
        }
        let malformed = |reason| TraceError::Malformed { line, reason };
        let trace = traces.last_mut().ok_or(malformed(MalformedReason::NoHeader))?;
        let event: Event = json(bytes, line)?;
        if matches!(event, Event::Answer(AnswerRecord { answer_len, .. }) if answer_len > MAX_ANSWER_LEN) {
            return Err(malformed(MalformedReason::AnswerTooLong));
        }
        if !may_follow(trace.events.last().map(|before| before.event), event) {
            return Err(malformed(MalformedReason::Order));
        }
        trace.events.push(RecordedEvent { line, event });
    }
    if traces.is_empty() { Err(TraceError::Empty) } else { Ok(traces) }
}

/// The header, if the line is one.
fn header(bytes: &[u8], line: usize) -> Result<Option<Header>, TraceError> {
    /// As much of a header as every version has.
    #[derive(Deserialize)]
    struct AnyHeader {
        format: Option<String>,
        version: Option<u64>,
    }
    let AnyHeader { format, version } = json(bytes, line)?;
    let Some(format) = format else { return Ok(None) };
    match version {
        Some(found) if format == FORMAT && found != u64::from(VERSION) => {
            Err(TraceError::Version { line, found })
        }
        _ if format == FORMAT => json(bytes, line).map(Some),
        _ => Err(TraceError::Malformed { line, reason: MalformedReason::NoHeader }),
    }
}

fn json<'a, T: Deserialize<'a>>(bytes: &'a [u8], line: usize) -> Result<T, TraceError> {
    serde_json::from_slice(bytes).map_err(|error| {
        let reason = match error.classify() {
            Category::Eof if bytes.last() != Some(&b'\n') => MalformedReason::Truncated,
            Category::Data => MalformedReason::Value(error.column()),
            _ => MalformedReason::Syntax(error.column()),
        };
        TraceError::Malformed { line, reason }
    })
}

/// Whether a session can do this after that.
const fn may_follow(before: Option<Event>, event: Event) -> bool {
    use Event as E;
    let (goes_on, judgement) = (
        matches!(event, E::Command { .. } | E::Outcome(_)),
        matches!(event, E::CertificateFile { .. } | E::Judged { .. }),
    );
    match before {
        None | Some(E::Refused { .. } | E::Resumed { .. } | E::Cancelled) => goes_on,
        Some(E::Command { .. }) => {
            matches!(event, E::Answer(_) | E::Refused { .. } | E::CardLost { .. } | E::Cancelled)
        }
        Some(E::Answer(_) | E::CertificateFile { .. } | E::Judged { .. }) => goes_on || judgement,
        Some(E::CardLost { .. }) => matches!(event, E::NeedTap { .. } | E::Outcome(_)),
        Some(E::NeedTap { .. }) => matches!(event, E::Resumed { .. } | E::Abandoned | E::Cancelled),
        Some(E::Abandoned) => matches!(event, E::Outcome(_)),
        Some(E::Outcome(_)) => false,
    }
}
