//! The channel of a case: a faulty card, and an observer that keeps its own book of what was sent and said.

use kazasu_card::{JPKI_AID, SecretKind};
use kazasu_sim::{Exchange, Fault as LinkFault, FaultKind, FaultyCard, LinkError, SimulatedCard};

use crate::fault::Event;
use crate::setting::{Both, SECRETS, in_sim, tries_of};

/// The card of a case on its link. What passes is compared with what the card knows about itself.
#[derive(Debug)]
pub struct Link {
    field: FaultyCard,
    /// The platform selects the JPKI application on each tap.
    selects: bool,
    faults: [Option<(usize, Event)>; 2],
    /// EF selected last by the commands sent, by its file identifier.
    named_ef: Option<u16>,
    /// What the card has shown of its authentication certificate, while it is being read.
    identity: Option<Vec<u8>>,
    pub(crate) seen: Seen,
}

/// What the observer saw.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
pub(crate) struct Seen {
    /// Counted from 0.
    pub(crate) tap: usize,
    /// 0, or 1 once the other card is in the field.
    pub(crate) card: usize,
    /// Exchanges tried in each tap.
    pub(crate) exchanges: Vec<usize>,
    /// Exchanges of the first tap that were query, VERIFY or CHANGE.
    pub(crate) about_secret: Vec<usize>,
    /// An answer said of a secret, a selection or a change what is not so.
    pub(crate) lied: bool,
    /// The card was reset with its power kept while a secret was unlocked.
    pub(crate) reset_unlocked: bool,
    /// The caller has named the card, and the card has not asked for a secret before it shows which one it is.
    pub(crate) card_named: bool,
    /// The first card has shown which one it is.
    pub(crate) card_shown: bool,
    /// What answers said of each secret, in order.
    pub(crate) statements: Both<Vec<Statement>>,
    /// The VERIFY commands with data that were handed to the channel.
    pub(crate) verifies: Vec<VerifySeen>,
    /// The CHANGE that was handed to the channel.
    pub(crate) change: Option<ChangeSeen>,
    /// The first card at its last moment, once the other one has come.
    pub(crate) first_card: Option<SimulatedCard>,
}

/// What an answer said of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(crate) said: Said,
    pub(crate) tap: usize,
    pub(crate) card: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    /// Right: the counter is at its maximum.
    Accepted,
    Left(u8),
    Blocked,
    /// `9000` or `6300` to a query, `6300` to VERIFY.
    NoCounter,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct VerifySeen {
    pub(crate) secret: SecretKind,
    pub(crate) card: usize,
    /// Tries of the card before.
    pub(crate) before: u8,
    /// Whether the card carried it out, and accepted the secret.
    pub(crate) outcome: VerifyOutcome,
}

/// What became of CHANGE, and what was said of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ChangeSeen {
    /// Whether the new value is in force.
    pub(crate) made: bool,
    /// The answer was a status word alone by which the command was not carried out.
    pub(crate) refused: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VerifyOutcome {
    NotReached,
    Wrong,
    Right,
}

/// VERIFY with a data field: the command that may cost a try.
pub(crate) fn is_verify(command: &[u8]) -> bool {
    command.get(1) == Some(&0x20) && command.len() > 5
}

/// What a status word says of a secret, read here without the machine under test.
fn said(sw: u16, to_verify: bool) -> Option<Said> {
    match sw {
        0x9000 if to_verify => Some(Said::Accepted),
        0x9000 | 0x6300 => Some(Said::NoCounter),
        0x63C0 | 0x6983 | 0x6984 => Some(Said::Blocked),
        0x63C1..=0x63CF => Some(Said::Left(u8::try_from(sw & 0x0F).unwrap_or(0))),
        _ => None,
    }
}

/// Whether the card says by this word that it checked a command and did not carry it out (ISO 7816-4 §5.6); read here without
/// the machine under test.
const fn is_refusal(sw: u16) -> bool {
    match sw {
        0x6700 | 0x6881 | 0x6882 | 0x6B00 | 0x6D00 | 0x6E00 => true,
        _ => matches!(sw & 0xFFF0, 0x63C0 | 0x6A80) || (sw >= 0x6981 && sw <= 0x6986),
    }
}

fn status(answer: &[u8]) -> Option<u16> {
    answer.last_chunk().map(|sw| u16::from_be_bytes(*sw))
}

impl Link {
    pub(crate) fn new(
        card: SimulatedCard,
        other: Option<SimulatedCard>,
        faults: [Option<(usize, Event)>; 2],
        selects: bool,
        card_named: bool,
    ) -> Self {
        let on_link = |fault: &Option<(usize, Event)>| match fault {
            Some((at, Event::Link(kind))) => vec![LinkFault { at: *at, kind: kind.clone() }],
            _ => Vec::new(),
        };
        let [first, second] = &faults;
        let mut field = FaultyCard::new(card, on_link(first)).with_next_tap(on_link(second));
        if let Some(other) = other {
            field = field.with_other_card(other);
        }
        field.card_mut().clear_journal();
        let seen = Seen { exchanges: vec![0], card_named, ..Seen::default() };
        let mut link = Self { field, selects, faults, named_ef: None, identity: None, seen };
        link.platform();
        link
    }

    /// Sends one command to the card in the field.
    ///
    /// # Errors
    /// What the fault of this exchange says.
    pub fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        self.note_reset();
        let before = tries_of(self.field.card());
        let journal = self.field.card().journal().len();
        let answer = self.field.transmit(command);
        if let Some(exchanges) = self.seen.exchanges.last_mut() {
            if self.seen.tap == 0 && matches!(command.get(1), Some(0x20 | 0x24)) {
                self.seen.about_secret.push(*exchanges);
            }
            *exchanges += 1;
        }
        let carried_out = self.field.card().journal().get(journal).copied();
        if let [0x00, 0xA4, 0x02, _, 2, high, low] = command {
            self.named_ef = Some(u16::from_be_bytes([*high, *low]));
        }
        if is_verify(command) {
            self.note_verify(command, before, carried_out);
        }
        if command.get(1) == Some(&0x24) {
            let refused = |answer: &Vec<u8>| {
                let sw = status(answer).filter(|_| answer.len() == 2);
                sw.is_some_and(is_refusal)
            };
            self.seen.change = Some(ChangeSeen {
                made: carried_out.is_some_and(|exchange| exchange.sw == 0x9000),
                refused: answer.as_ref().is_ok_and(refused),
            });
        }
        if let Ok(answer) = &answer
            && let Some(sw) = status(answer)
        {
            self.seen.lied |= self.is_lie(command, sw, carried_out);
            // Neither the query nor VERIFY has data in its answer.
            if answer.len() == 2 {
                self.note_statement(command, sw);
            }
            self.note_identity(command, answer);
        }
        answer
    }

    /// Whether the user cancels this exchange.
    pub(crate) fn is_cancelled(&mut self) -> bool {
        let here = self.seen.exchanges.last().copied();
        let Some(fault) = self.faults.get_mut(self.seen.tap) else { return false };
        let cancelled = matches!(fault, Some((at, Event::Cancel)) if Some(*at) == here);
        if cancelled {
            *fault = None;
        }
        cancelled
    }

    /// Takes the card out of the field, which cuts its power.
    pub fn leave(&mut self) {
        self.field.leave();
    }

    /// The next tap, with the other card if one was given.
    pub(crate) fn tap(&mut self, other: bool) {
        self.field.leave();
        if other {
            self.seen.first_card = Some(self.field.card().clone());
            self.seen.card = 1;
        }
        self.field.tap();
        if other {
            self.field.card_mut().clear_journal();
        }
        self.seen.tap += 1;
        self.seen.exchanges.push(0);
        self.named_ef = None;
        self.platform();
    }

    /// The card in the field, or the one that left it last.
    pub(crate) fn card(&self) -> &SimulatedCard {
        self.field.card()
    }

    /// The card that the session began with.
    pub(crate) fn first_card(&self) -> &SimulatedCard {
        self.seen.first_card.as_ref().unwrap_or_else(|| self.field.card())
    }

    /// The card of this number, as it is now or was when it left.
    pub(crate) fn card_of(&self, number: usize) -> &SimulatedCard {
        if number == 0 { self.first_card() } else { self.card() }
    }

    /// VERIFY commands that reached a card.
    pub(crate) fn verifies_reached(&self) -> usize {
        self.card().verify_count() + self.seen.first_card.as_ref().map_or(0, SimulatedCard::verify_count)
    }

    pub(crate) fn is_unlocked(&self) -> bool {
        SECRETS.iter().any(|secret| self.card().is_unlocked(in_sim(*secret)))
    }

    fn platform(&mut self) {
        if self.selects {
            self.field.card_mut().transmit(&[&[0x00, 0xA4, 0x04, 0x0C, 10][..], &JPKI_AID].concat());
        }
    }

    fn note_reset(&mut self) {
        let here = self.seen.exchanges.last().copied();
        let resets = matches!(
            self.faults.get(self.seen.tap),
            Some(Some((at, Event::Link(FaultKind::WarmReset)))) if Some(*at) == here
        );
        self.seen.reset_unlocked |= resets && self.is_unlocked();
    }

    fn secret_in(&self, command: &[u8]) -> Option<SecretKind> {
        match (command.get(3), self.named_ef) {
            (Some(0x98), _) | (Some(0x80), Some(0x0018)) => Some(SecretKind::AuthenticationPin),
            (Some(0x9B), _) | (Some(0x80), Some(0x001B)) => Some(SecretKind::SigningPassword),
            _ => None,
        }
    }

    fn note_verify(&mut self, command: &[u8], before: Both<u8>, carried_out: Option<Exchange>) {
        let Some(secret) = self.secret_in(command) else { return };
        let outcome = match carried_out {
            None => VerifyOutcome::NotReached,
            Some(exchange) if exchange.sw == 0x9000 => VerifyOutcome::Right,
            // The card may not have come as far as to compare: then it took no try.
            Some(_) if tries_of(self.field.card()).of(secret) == before.of(secret) => {
                VerifyOutcome::NotReached
            }
            Some(_) => VerifyOutcome::Wrong,
        };
        let card = self.seen.card;
        self.seen.verifies.push(VerifySeen { secret, card, before: *before.of(secret), outcome });
    }

    fn note_statement(&mut self, command: &[u8], sw: u16) {
        if command.get(1) == Some(&0x20)
            && let Some(said) = said(sw, is_verify(command))
            && let Some(secret) = self.secret_in(command)
        {
            let Seen { tap, card, .. } = self.seen;
            self.seen.statements.of_mut(secret).push(Statement { said, tap, card });
        }
    }

    /// A card shows which one it is with the beginning of its authentication certificate.
    fn note_identity(&mut self, command: &[u8], answer: &[u8]) {
        let begins = match command {
            [0x00, 0xB0, 0x8A, ..] | [0x00, 0xA4, 0x02, _, 2, 0x00, 0x0A] => true,
            [0x00, 0xB0, 0x00, 0x00, ..] => self.named_ef == Some(0x000A),
            _ => false,
        };
        if begins {
            self.identity = Some(Vec::new());
        } else if command.get(1) != Some(&0xC0) {
            self.identity = None;
        }
        let (Some(identity), Some((data, sw))) = (&mut self.identity, answer.split_last_chunk::<2>()) else {
            return;
        };
        identity.extend(data);
        match u16::from_be_bytes(*sw) {
            0x9000 | 0x6282 => {
                let shows = identity.first() == Some(&0x30) && identity.len() >= 64;
                self.seen.card_shown |= shows && self.seen.card == 0;
            }
            0x6982 => self.seen.card_named = false,
            _ => {}
        }
    }

    /// Whether `sw` claims something about a secret, a selection or a change that is not so. Words that leave open what
    /// happened are no lie, whatever the card did.
    fn is_lie(&self, command: &[u8], sw: u16, carried_out: Option<Exchange>) -> bool {
        let done = carried_out.map(|exchange| exchange.sw);
        match command.get(1) {
            Some(0xA4 | 0x24) if sw == 0x9000 => done != Some(0x9000),
            Some(0x24) => said(sw, true) == Some(Said::Blocked),
            Some(0x20) if is_verify(command) => match (said(sw, true), done.and_then(|sw| said(sw, true))) {
                (None, _) => false,
                // No counter is told, but that the secret was compared and wrong.
                (Some(Said::NoCounter), Some(Said::Left(_) | Said::Blocked)) => {
                    self.seen.verifies.last().is_some_and(|verify| verify.outcome != VerifyOutcome::Wrong)
                }
                (claimed, true_one) => claimed != true_one,
            },
            Some(0x20) => match said(sw, false) {
                None | Some(Said::NoCounter | Said::Accepted) => false,
                claimed => {
                    let would = || status(&self.field.card().clone().transmit(command));
                    claimed != done.or_else(would).and_then(|sw| said(sw, false))
                }
            },
            _ => false,
        }
    }
}
