use kazasu_card::{Completed, Known, Leaving, NeedTap, Outcome, SecretKind, Tries};
use kazasu_sim::Secret;

use super::{Run, Setup, option, setup};

/// Commands in all taps together: enough for a card that gives a certificate of 4 KiB byte by byte.
const MOST_EXCHANGES: usize = 10_000;

const VERIFY: u8 = 0x20;
const CHANGE: u8 = 0x24;
const SIGN: u8 = 0x2A;

/// Watches commands and answers from outside and knows nothing of the session's own books.
#[expect(clippy::struct_excessive_bools, reason = "what was seen, one thing each")]
pub(super) struct Ledger {
    /// What a VERIFY and a CHANGE may carry; nothing else may.
    present: Vec<u8>,
    new: &'static [u8],
    has_secret: bool,
    even_if_last_try: bool,
    floor: u8,

    consents: usize,
    taps: usize,
    /// Commands that the shell has sent or tried to send.
    sent: u32,
    verifies: usize,
    changes: usize,
    /// A VERIFY reached the card, or may have.
    verify_delivered: bool,
    last: Kind,
    /// Status word of the tries query that was answered just now.
    query: Option<u16>,
    /// A VERIFY of this tap was answered `9000`.
    accepted: bool,
    /// The last VERIFY of a tap was neither accepted nor refused.
    unanswered: bool,
    /// Every `63Cx` seen, by x.
    counters: u16,
    ever_accepted: bool,
    card_present: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Query,
    Verify,
    Other,
}

impl Ledger {
    pub(super) fn new(setup: &Setup) -> Self {
        let (present, new) = if setup.uses_pin() {
            (setup.pin.clone(), setup::NEW_PIN)
        } else {
            (setup.password.clone(), setup::NEW_PASSWORD)
        };
        let has_secret = setup.uses_pin() || setup.uses_password();
        Self {
            present,
            new,
            has_secret,
            even_if_last_try: setup.has(option::EVEN_IF_LAST_TRY),
            floor: setup.options().floor,
            consents: usize::from(has_secret),
            taps: 0,
            sent: 0,
            verifies: 0,
            changes: 0,
            verify_delivered: false,
            last: Kind::Other,
            query: None,
            accepted: false,
            unanswered: false,
            counters: 0,
            ever_accepted: false,
            card_present: false,
        }
    }

    pub(super) fn tap(&mut self) {
        self.taps += 1;
        self.card_present = true;
        self.accepted = false;
        self.query = None;
    }

    pub(super) fn taps(&self) -> usize {
        self.taps
    }

    pub(super) fn consent(&mut self) {
        self.consents += 1;
        self.unanswered = false;
    }

    #[cfg(test)]
    pub(super) fn verifies(&self) -> usize {
        self.verifies
    }

    #[cfg(test)]
    pub(super) fn sent(&self) -> u32 {
        self.sent
    }

    pub(super) fn command(&mut self, command: &[u8]) {
        self.sent += 1;
        assert!((self.sent as usize) < MOST_EXCHANGES, "endless session");
        let (ins, data) = decode(command);
        self.last = Kind::Other;
        match (ins, data) {
            (VERIFY, []) => {
                assert_eq!(command.len(), 4, "a tries query with a length asks for something else");
                self.last = Kind::Query;
            }
            (VERIFY, data) => {
                self.last = Kind::Verify;
                self.verifies += 1;
                assert!(self.verifies <= self.consents, "VERIFY without consent");
                assert!(!self.unanswered, "VERIFY while the outcome of the one before is unknown");
                assert_eq!(data, self.present, "VERIFY with what the user did not type");
                assert_eq!(command.len(), 5 + data.len(), "VERIFY with Le or in extended length");
                let word = self.query.expect("VERIFY without a tries query before it");
                assert!(self.allows(word), "VERIFY after {word:04X}");
                self.unanswered = true;
            }
            (CHANGE, data) => {
                self.changes += 1;
                assert!(self.changes == 1 && self.accepted, "CHANGE without VERIFY, or twice");
                assert_eq!(data, self.new);
            }
            (SIGN, _) => assert!(self.accepted, "a signature without VERIFY"),
            _ if self.has_secret => {
                let secrets = [&self.present[..], self.new];
                assert!(
                    secrets.iter().all(|secret| data.windows(secret.len()).all(|window| window != *secret)),
                    "a secret in another command"
                );
            }
            _ => {}
        }
        self.query = None;
    }

    /// Whether this answer to the tries query lets a VERIFY follow.
    fn allows(&self, word: u16) -> bool {
        match word {
            0x63C1..=0x63CF => self.even_if_last_try || word & 0x0F > u16::from(self.floor),
            0x9000 | 0x6300 => self.even_if_last_try,
            _ => false,
        }
    }

    pub(super) fn answer(&mut self, answer: &[u8]) {
        let word = match answer {
            [.., sw1, sw2] => Some(u16::from_be_bytes([*sw1, *sw2])),
            _ => None,
        };
        let bare = word.filter(|_| answer.len() == 2);
        if let Some(0x63C0..=0x63CF) = word {
            self.counters |= 1 << (word.unwrap_or(0) & 0x0F);
        }
        match self.last {
            Kind::Query => self.query = bare,
            Kind::Verify => {
                self.verify_delivered = true;
                self.accepted = bare == Some(0x9000);
                self.ever_accepted |= self.accepted;
                let refused = matches!(bare, Some(0x63C0..=0x63CF | 0x6300 | 0x6983 | 0x6984));
                self.unanswered = !self.accepted && !refused;
            }
            Kind::Other => {}
        }
    }

    pub(super) fn lost(&mut self) {
        self.verify_delivered |= self.last == Kind::Verify;
        self.card_present = false;
    }

    /// The command was never sent.
    pub(super) fn cancelled(&mut self) {
        self.sent -= 1;
        self.unanswered &= self.last != Kind::Verify;
    }

    pub(super) fn refused(&mut self) {
        self.unanswered &= self.last != Kind::Verify;
    }

    /// What the session says is known must be what was seen.
    pub(super) fn need_tap(&self, need: NeedTap) {
        match need.known {
            Known::NothingSpent => assert!(!self.unanswered && !self.accepted),
            Known::VerifyOutcomeUnknown => assert!(self.unanswered),
            Known::SecretAccepted => assert!(!self.unanswered && self.verify_delivered),
        }
    }

    pub(super) fn end(&self, outcome: &Outcome, run: &Run, setup: &Setup) {
        assert_eq!(outcome.exchanges, self.sent);
        if self.verify_delivered {
            assert_ne!(outcome.leaving, Leaving::NotNeeded, "VERIFY was sent and nothing was closed");
        }
        let closed = match outcome.leaving {
            Leaving::NotNeeded => true,
            // What was verified outlives a warm reset, and leaving an application that is not selected ends nothing.
            Leaving::Left => run.last_truthful && !run.reset,
            _ => !self.card_present,
        };
        assert!(
            !closed || Secret::ALL.iter().all(|secret| !run.card.is_unlocked(*secret)),
            "a key stays usable"
        );
        self.tries(outcome, run);
        match &outcome.result {
            Ok(Completed::Signed(signed)) => assert_eq!(signed.signatures.len(), setup.documents().len()),
            Ok(Completed::Certificate(read)) => {
                assert_eq!(kazasu_cert::der_total_len(&read.der), Some(read.der.len()));
            }
            Ok(Completed::SecretChanged(_)) => assert_eq!(self.changes, 1),
            _ => {}
        }
        let debug = format!("{outcome:?}").into_bytes();
        if setup.uses_password() {
            assert!(
                debug.windows(self.present.len()).all(|window| window != self.present),
                "the password in Debug"
            );
        }
    }

    /// Tries that are reported were told by the card, and are its own where nothing falsified its answers.
    fn tries(&self, outcome: &Outcome, run: &Run) {
        for (kind, secret) in [
            (SecretKind::AuthenticationPin, Secret::AuthenticationPin),
            (SecretKind::SigningPassword, Secret::SigningPassword),
        ] {
            let honest = run.truthful && !run.swapped;
            match outcome.tries.of(kind) {
                Tries::Remaining(tries) => {
                    assert!(self.counters & (1 << tries) != 0 || self.ever_accepted, "tries out of nowhere");
                    assert!(!honest || run.card.tries_left(secret) == tries);
                }
                Tries::Blocked => assert!(!honest || run.card.tries_left(secret) == 0),
                _ => {}
            }
        }
    }
}

/// The data of a signature command.
pub(super) fn to_be_signed(command: &[u8]) -> Option<&[u8]> {
    match decode(command) {
        (SIGN, data) => Some(data),
        _ => None,
    }
}

/// INS and data field. Extended commands of this SDK carry no data.
fn decode(command: &[u8]) -> (u8, &[u8]) {
    let (head, body) = command.split_at(4);
    let data = match body {
        [lc, rest @ ..] if *lc != 0 && !rest.is_empty() => &rest[..usize::from(*lc)],
        _ => &[],
    };
    (head[1], data)
}
