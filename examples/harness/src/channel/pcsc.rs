use std::ffi::{CStr, CString};
use std::time::{Duration, Instant};

use pcsc::{Card, Context, Disposition, Error, Protocols, ReaderState, Scope, ShareMode, State};

use super::{Channel, LinkError};
use crate::failed::Failed;
use crate::interrupt;

/// Longest answer: 65536 bytes of data and the status word.
const MOST_ANSWER: usize = 65_538;
/// How long a reader may take to notice that its card is gone.
const NOTICE: Duration = Duration::from_millis(1500);
/// How long a new card must have been there before it is spoken to.
const SETTLE: Duration = Duration::from_millis(500);
const POLL: Duration = Duration::from_millis(100);

/// A reader and what is in it.
pub(crate) struct Reader {
    pub(crate) name: String,
    id: CString,
    pub(crate) card: bool,
    /// Another program has it to itself.
    pub(crate) held: bool,
}

/// The readers of the PC/SC daemon.
pub(crate) fn list() -> Result<Vec<Reader>, Failed> {
    readers(&establish()?)
}

/// A card in a PC/SC reader, held exclusively: another program that selects an application would break the session.
pub(crate) struct PcscChannel {
    context: Context,
    reader: CString,
    card: Option<Card>,
    buffer: Vec<u8>,
}

impl PcscChannel {
    /// Takes the named reader, or the only one with a card. Waits for a card as long as `wait` says.
    pub(crate) fn open(name: Option<&str>, wait: Option<Duration>) -> Result<Self, Failed> {
        let context = establish()?;
        let deadline = Instant::now() + wait.unwrap_or_default();
        let mut waited = false;
        let reader = loop {
            if let Some(reader) = choose(&readers(&context)?, name)? {
                break reader;
            }
            if interrupt::requested() {
                return Err(Failed::interrupted());
            }
            if Instant::now() >= deadline {
                return Err(Failed::new(11, "no_card", "There is no card on the reader."));
            }
            waited = true;
            std::thread::sleep(POLL);
        };
        if waited {
            std::thread::sleep(SETTLE);
        }
        let card = connect(&context, &reader)?;
        Ok(Self { context, reader, card: Some(card), buffer: vec![0; MOST_ANSWER] })
    }

    /// Whether the card is still in the reader, asked until the reader has had time to notice.
    fn still_there(&self) -> bool {
        let deadline = Instant::now() + NOTICE;
        let mut states = [ReaderState::new(self.reader.clone(), State::UNAWARE)];
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.context.get_status_change(left, &mut states) {
                Ok(()) => {}
                Err(Error::Timeout) => return true,
                Err(_) => return false,
            }
            if !states.iter().all(|state| state.event_state().contains(State::PRESENT)) {
                return false;
            }
            if left.is_zero() {
                return true;
            }
            states.iter_mut().for_each(ReaderState::sync_current_state);
        }
    }
}

impl Channel for PcscChannel {
    fn kind(&self) -> kazasu_card::trace::Channel {
        kazasu_card::trace::Channel::Pcsc
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        let card = self.card.as_ref().ok_or(LinkError::Lost)?;
        match card.transmit(command, &mut self.buffer).map(<[u8]>::to_vec) {
            // A card pulled from some readers looks like an empty answer.
            Ok(answer) if answer.is_empty() && !self.still_there() => Err(LinkError::Lost),
            Ok(answer) => Ok(answer),
            // Drivers that know short commands only fail on extended length, which is used for reading alone: there it does
            // no harm to ask again in the short form.
            Err(_) if is_extended(command) && self.still_there() => Err(LinkError::Refused),
            Err(_) => Err(LinkError::Lost),
        }
    }

    fn wait_for_tap(&mut self, deadline: Instant) -> bool {
        self.power_down();
        let mut present_since: Option<Instant> = None;
        while Instant::now() < deadline && !interrupt::requested() {
            let mut states = [ReaderState::new(self.reader.clone(), State::UNAWARE)];
            let present = self.context.get_status_change(Duration::ZERO, &mut states).is_ok()
                && states.iter().all(|state| state.event_state().contains(State::PRESENT));
            present_since = present.then(|| present_since.unwrap_or_else(Instant::now));
            if present_since.is_some_and(|since| since.elapsed() >= SETTLE)
                && let Ok(card) = connect(&self.context, &self.reader)
            {
                self.card = Some(card);
                return true;
            }
            std::thread::sleep(POLL);
        }
        false
    }

    fn atr(&self) -> Option<Vec<u8>> {
        let status = self.card.as_ref()?.status2_owned().ok()?;
        Some(status.atr().to_vec())
    }

    fn power_down(&mut self) {
        if let Some(card) = self.card.take() {
            // Only loss of power is known to close a card for sure. A card that is gone has lost it.
            drop(card.disconnect(Disposition::UnpowerCard));
        }
    }
}

impl Drop for PcscChannel {
    fn drop(&mut self) {
        self.power_down();
    }
}

/// Case 2E, the only extended form in use: header, `00`, two bytes of Le.
fn is_extended(command: &[u8]) -> bool {
    matches!(command, [_, _, _, _, 0, _, _])
}

fn establish() -> Result<Context, Failed> {
    Context::establish(Scope::User)
        .map_err(|error| Failed::new(10, "no_pcsc", format!("The PC/SC service does not answer: {error}")))
}

fn readers(context: &Context) -> Result<Vec<Reader>, Failed> {
    let failed =
        |error: Error| Failed::new(10, "no_pcsc", format!("The PC/SC service does not answer: {error}"));
    let ids = match context.list_readers_owned() {
        Ok(ids) => ids,
        Err(Error::NoReadersAvailable) => Vec::new(),
        Err(error) => return Err(failed(error)),
    };
    if ids.is_empty() {
        return Err(Failed::new(10, "no_reader", "There is no reader."));
    }
    let mut states: Vec<_> = ids.iter().map(|id| ReaderState::new(id.clone(), State::UNAWARE)).collect();
    match context.get_status_change(Duration::ZERO, &mut states) {
        Ok(()) | Err(Error::Timeout) => {}
        Err(error) => return Err(failed(error)),
    }
    Ok(ids
        .into_iter()
        .zip(states)
        .map(|(id, state)| Reader {
            name: id.to_string_lossy().into_owned(),
            id,
            card: state.event_state().contains(State::PRESENT),
            held: state.event_state().contains(State::EXCLUSIVE),
        })
        .collect())
}

/// The reader to use; `None` while it is empty.
fn choose(readers: &[Reader], name: Option<&str>) -> Result<Option<CString>, Failed> {
    let several = |code, message: &str, readers: &[&Reader]| {
        let names: Vec<_> = readers.iter().map(|reader| reader.name.clone()).collect();
        Err(Failed::new(10, code, message).with("readers", names))
    };
    let candidates: Vec<&Reader> = match name {
        Some(name) => match readers.iter().find(|reader| reader.name == name) {
            Some(exact) => vec![exact],
            None => readers.iter().filter(|reader| reader.name.contains(name)).collect(),
        },
        None => readers.iter().filter(|reader| reader.card).collect(),
    };
    match (candidates.as_slice(), name) {
        ([reader], _) => Ok(reader.card.then(|| reader.id.clone())),
        ([], None) => Ok(None),
        ([], Some(_)) => {
            several("no_reader", "There is no such reader.", &readers.iter().collect::<Vec<_>>())
        }
        (many, Some(_)) => several("several_readers", "Several readers have this in their name.", many),
        (many, None) => {
            several("several_cards", "Several readers hold a card; name one with --reader.", many)
        }
    }
}

fn connect(context: &Context, reader: &CStr) -> Result<Card, Failed> {
    context
        .connect(reader, ShareMode::Exclusive, Protocols::ANY)
        .map_err(|error| refused(error, &reader.to_string_lossy()))
}

fn refused(error: Error, reader: &str) -> Failed {
    let (exit, code, what) = match error {
        Error::SharingViolation => (10, "reader_held", "is held by another program".to_owned()),
        Error::NoSmartcard | Error::RemovedCard => (11, "no_card", "has no card".to_owned()),
        Error::UnresponsiveCard | Error::UnpoweredCard => {
            (11, "card_mute", "has a card that does not answer".to_owned())
        }
        error => (10, "reader_failed", format!("cannot be used: {error}")),
    };
    Failed::new(exit, code, format!("The reader {reader} {what}.")).with("reader", reader)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a virtual reader cannot be made to say.
    #[test]
    fn what_the_service_says_about_a_reader() {
        for (error, exit, code) in [
            (Error::SharingViolation, 10, "reader_held"),
            (Error::RemovedCard, 11, "no_card"),
            (Error::UnpoweredCard, 11, "card_mute"),
            (Error::ReaderUnavailable, 10, "reader_failed"),
        ] {
            let failed = refused(error, "Reader");
            assert_eq!((failed.exit, failed.code), (exit, code));
        }
    }

    #[test]
    fn only_case_2e_is_extended() {
        assert!(is_extended(&[0, 0xB0, 0x8A, 0, 0, 0, 0]));
        assert!(!is_extended(&[0, 0xA4, 2, 0x0C, 2, 0, 1]));
        assert!(!is_extended(&[0, 0xB0, 0x8A, 0, 0]));
    }
}
