use std::time::Instant;

use crate::channel::{Channel, LinkError};

/// A channel that is looked at: what the card can do shows in how it answers.
pub(super) struct Observed<'a> {
    channel: &'a mut dyn Channel,
    reads_by_short_identifier: Option<bool>,
    queries_by_short_identifier: Option<bool>,
    extended_length: Option<bool>,
}

/// Whether the card was seen to do something; `None` where nothing was asked that tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Abilities {
    pub(super) reads_by_short_identifier: Option<bool>,
    pub(super) queries_by_short_identifier: Option<bool>,
    pub(super) extended_length: Option<bool>,
}

impl<'a> Observed<'a> {
    pub(super) fn new(channel: &'a mut dyn Channel) -> Self {
        Self {
            channel,
            reads_by_short_identifier: None,
            queries_by_short_identifier: None,
            extended_length: None,
        }
    }

    pub(super) fn abilities(&self) -> Abilities {
        Abilities {
            reads_by_short_identifier: self.reads_by_short_identifier,
            queries_by_short_identifier: self.queries_by_short_identifier,
            extended_length: self.extended_length,
        }
    }

    fn note(&mut self, command: &[u8], answer: &[u8]) {
        let sw = answer.last_chunk().map_or(0, |sw| u16::from_be_bytes(*sw));
        // A closed file says nothing about the form of the command.
        let understood = match sw {
            0x9000 | 0x6282 | 0x6100..=0x61FF | 0x6C00..=0x6CFF => Some(true),
            0x6982 | 0x6283 => None,
            _ => Some(false),
        };
        match command {
            [0x00, 0xB0, 0x80..=0xFF, _, rest @ ..] => {
                let extended = rest.len() == 3;
                if extended {
                    self.extended_length = self.extended_length.or(understood);
                }
                // What the card may have refused for its length says nothing about the identifier.
                if understood == Some(true) || !extended {
                    let seen = &mut self.reads_by_short_identifier;
                    *seen = seen.or(understood);
                }
            }
            [0x00, 0x20, 0x00, p2] if *p2 != 0x80 => {
                let seen = &mut self.queries_by_short_identifier;
                *seen = seen.or(Some(sw & 0xFFF0 == 0x63C0));
            }
            _ => {}
        }
    }
}

impl Channel for Observed<'_> {
    fn kind(&self) -> kazasu_card::trace::Channel {
        self.channel.kind()
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        let answer = self.channel.transmit(command);
        match &answer {
            Ok(answer) => self.note(command, answer),
            Err(LinkError::Refused) if command.len() == 7 => self.extended_length = Some(false),
            Err(_) => {}
        }
        answer
    }

    fn wait_for_tap(&mut self, deadline: Instant) -> bool {
        self.channel.wait_for_tap(deadline)
    }

    fn atr(&self) -> Option<Vec<u8>> {
        self.channel.atr()
    }

    fn power_down(&mut self) {
        self.channel.power_down();
    }
}
