use std::collections::VecDeque;

use kazasu_cert::Certificate;

use super::event::{AnswerRecord, Event};
use super::header::Consent;
use super::read::{RecordedEvent, Trace};
use super::session::TracedSession;
use crate::application::SecretKind;
use crate::codes::codes;
use crate::failure::Misuse;
use crate::judgement::Replay;
use crate::secret::{AuthenticationPin, SigningPassword};

/// A replay that went as the trace says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replayed {
    /// Commands that were sent.
    pub exchanges: usize,
    /// Times the card was held to the reader.
    pub taps: usize,
    /// Whether the trace goes to the outcome. One that does not agrees as far as it goes.
    pub complete: bool,
}

/// The session does another thing than the trace says: it was edited, or another version wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: this version does otherwise")]
pub struct Diverged {
    /// The line, counted from 1.
    pub line: usize,
    /// What stands there.
    pub recorded: Event,
    /// What happens now; nothing when the session does not wait for this.
    pub now: Option<Event>,
}

codes!(Diverged { "trace_diverged": Self { .. }, });

/// Stands in for a certificate: an invented self-signed one with an RSA key of 2048 bits.
pub(super) fn stand_in_certificate() -> Option<Certificate> {
    Certificate::from_der(include_bytes!("stand-in.der")).ok()
}

/// Drives a session as the trace says, with answers of the same length and status word and with the recorded judgements in
/// place of content, and compares each step with the trace. Nothing but the comparison comes out of it.
///
/// # Errors
/// [`Diverged`] with the first line that differs. Times are not compared.
pub fn replay(trace: &Trace) -> Result<Replayed, Diverged> {
    let events = &trace.events;
    let recorded = |at: usize| events.get(at).copied();
    let complete = matches!(events.last(), Some(RecordedEvent { event: Event::Outcome(_), .. }));
    let count = |wanted: fn(&Event) -> bool| events.iter().filter(|one| wanted(&one.event)).count();
    let replayed = Replayed {
        exchanges: count(|event| {
            matches!(event, Event::Answer(_) | Event::Refused { .. } | Event::CardLost { .. })
        }),
        taps: 1 + count(|event| matches!(event, Event::Resumed { .. })),
        complete,
    };
    let given: VecDeque<_> = events.iter().filter_map(|one| one.event.judgement()).collect();
    let mut again =
        TracedSession::for_replay(&trace.header, Replay { given, certificate: stand_in_certificate() });
    let secret = trace.header.request.secret();
    // What the session does not wait for adds no event, which the comparison sees.
    let _ = again.start();
    let mut at = 0;
    while let Some(RecordedEvent { line, event }) = recorded(at) {
        if again.events().len() <= at {
            let _ = feed(&mut again, event, secret);
        }
        let now = again.events().get(at).copied();
        if now.map(Event::without_times) != Some(event.without_times()) {
            return Err(Diverged { line, recorded: event, now });
        }
        at += 1;
    }
    // A session that goes on where the trace has its outcome has differed before.
    Ok(replayed)
}

/// Tells the session what came from outside.
fn feed(again: &mut TracedSession, event: Event, secret: Option<SecretKind>) -> Result<(), Misuse> {
    match event {
        Event::Answer(answer) => again.handle_response(&stand_in(answer), answer.took_us.into()).map(drop),
        Event::Refused { took_us } => again.channel_refused(took_us.into()).map(drop),
        Event::CardLost { took_us } => again.card_lost(took_us.into()).map(drop),
        Event::Resumed { waited_us, new_consent: None } => again.resume(waited_us.into()).map(drop),
        Event::Resumed { waited_us, new_consent: Some(consent) } => {
            resume_with(again, consent, secret, waited_us.into())
        }
        Event::Cancelled => again.cancel().map(drop),
        Event::Abandoned => again.abandon().map(drop),
        // What the session does of itself, and has not done.
        Event::Command { .. }
        | Event::CertificateFile { .. }
        | Event::Judged { .. }
        | Event::NeedTap { .. }
        | Event::Outcome(_) => Ok(()),
    }
}

fn resume_with(
    again: &mut TracedSession,
    consent: Consent,
    secret: Option<SecretKind>,
    waited: core::time::Duration,
) -> Result<(), Misuse> {
    match secret {
        Some(SecretKind::AuthenticationPin) => {
            again.resume_with(consent.attempt(AuthenticationPin::stand_in()), waited).map(drop)
        }
        Some(SecretKind::SigningPassword) => {
            again.resume_with(consent.attempt(SigningPassword::stand_in()), waited).map(drop)
        }
        None => Err(Misuse::ConsentNotNeeded),
    }
}

/// An answer of the same length and status word.
fn stand_in(AnswerRecord { answer_len, sw, .. }: AnswerRecord) -> Vec<u8> {
    let mut answer = vec![0; usize::try_from(answer_len).unwrap_or(0)];
    if let (Some(sw), [.., sw1, sw2]) = (sw, answer.as_mut_slice()) {
        [*sw1, *sw2] = sw.0.to_be_bytes();
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stand_in_is_a_certificate_with_a_key_of_2048_bits() {
        let key = stand_in_certificate().unwrap().public_key().unwrap();
        assert_eq!(key.signature_len(), Some(256));
    }
}
