//! The card machine before a card that does anything at all.
//!
//! The input is a script: three bytes choose the request, the [`options`](setup) and the card; then each exchange takes one
//! [`Act`] from it. A simulated card stands behind the script, so that a session gets deep where the script lets it. When
//! the script ends the card answers truthfully, or the script begins again, as an option says.
//!
//! What has to hold is watched by the [`Ledger`].

mod act;
mod ledger;
mod setup;

use std::collections::BTreeSet;

use kazasu_card::{
    Attempt, AuthenticationPin, CardSession, Known, Misuse, NeedTap, Outcome, SigningPassword, Step, Transmit,
};
use kazasu_sim::SimulatedCard;

pub(crate) use act::Act;
use act::Script;
use ledger::Ledger;
use setup::Setup;
pub(crate) use setup::{FLOWS, Flow, option, script};

/// More taps than this and the session is abandoned.
const MOST_TAPS: usize = 6;

/// Each time a user cancels while the application is left, leaving begins again; nobody does so for ever.
const MOST_CANCELS: usize = 8;

/// At most one VERIFY per consent, an end to everything, and no panic.
pub fn run(input: &[u8]) {
    drive(input, Some(&setup::TO_BE_SIGNED));
}

/// As [`run`], and tells how it went. To sign anything but `remembered` the cards answer zeros.
fn drive(input: &[u8], remembered: Option<&BTreeSet<Vec<u8>>>) -> Run {
    let mut script = Script::new(input);
    let setup = Setup::read(&mut script);
    let mut run = Run {
        ledger: Ledger::new(&setup),
        card: setup.card(),
        other: setup.other_card(),
        swapped: false,
        truthful: true,
        last_truthful: true,
        reset: false,
        cancels: 0,
        to_be_signed: Vec::new(),
        succeeded: false,
    };
    let mut session = CardSession::new(setup.request(), setup.options());
    assert!(matches!(session.handle_response(&[0x90, 0x00]), Err(Misuse::NoCommandOutstanding)));
    assert!(matches!(session.cancel(), Err(Misuse::NoCommandOutstanding)));

    run.tap(&setup);
    let mut step = session.start().unwrap();
    let outcome = loop {
        step = match step {
            Step::Transmit(transmit) => run.exchange(&mut session, &mut script, &transmit, remembered),
            Step::NeedTap(need) => match run.next_tap(&mut session, &mut script, &setup, need) {
                Next::Step(step) => step,
                Next::Done(outcome) => break outcome,
            },
            Step::Done(outcome) => break outcome,
        };
    };
    assert!(matches!(session.start(), Err(Misuse::AlreadyStarted)));
    assert!(matches!(session.handle_response(&[0x90, 0x00]), Err(Misuse::NoCommandOutstanding)));
    assert!(matches!(session.card_lost(), Err(Misuse::NoCommandOutstanding)));
    assert!(matches!(session.resume(), Err(Misuse::NoTapAwaited)));
    assert!(matches!(session.cancel(), Err(Misuse::Finished)));
    run.ledger.end(&outcome, &run, &setup);
    run.succeeded = outcome.result.is_ok();
    run
}

enum Next {
    Step(Step),
    Done(Outcome),
}

/// One session and the cards before it.
#[expect(clippy::struct_excessive_bools, reason = "what was seen, one thing each")]
struct Run {
    ledger: Ledger,
    card: SimulatedCard,
    other: SimulatedCard,
    /// Another card was presented.
    swapped: bool,
    /// Every answer so far was the card's own.
    truthful: bool,
    /// The last one was.
    last_truthful: bool,
    /// The card was reset warm, which nobody told the session.
    reset: bool,
    cancels: usize,
    /// The data of each signature command.
    to_be_signed: Vec<Vec<u8>>,
    succeeded: bool,
}

impl Run {
    fn tap(&mut self, setup: &Setup) {
        self.card.power_off();
        self.card.power_on();
        if setup.options().application_selected {
            self.card.transmit(&setup::SELECT);
        }
        self.ledger.tap();
    }

    fn exchange(
        &mut self,
        session: &mut CardSession,
        script: &mut Script<'_>,
        transmit: &Transmit,
        remembered: Option<&BTreeSet<Vec<u8>>>,
    ) -> Step {
        assert!(matches!(session.start(), Err(Misuse::AlreadyStarted)));
        assert!(matches!(session.resume(), Err(Misuse::NoTapAwaited)));
        assert!(matches!(session.abandon(), Err(Misuse::NoTapAwaited)));
        self.ledger.command(transmit.command());
        let to_be_signed = ledger::to_be_signed(transmit.command());
        let is_unknown =
            to_be_signed.is_some_and(|data| remembered.is_some_and(|known| !known.contains(data)));
        self.to_be_signed.extend(to_be_signed.map(<[u8]>::to_vec));

        let act = match script.act() {
            Act::Cancel if self.cancels == MOST_CANCELS => Act::Truthful,
            act @ (Act::Cancel | Act::Refused | Act::LostBefore) => act,
            _ if is_unknown => Act::Long(256),
            act => act,
        };
        self.last_truthful = matches!(act, Act::Truthful);
        self.truthful &=
            matches!(act, Act::Truthful | Act::LostBefore | Act::LostAfter | Act::Cancel | Act::Refused);
        self.reset |= act == Act::WarmReset;
        match act {
            Act::Cancel => {
                self.cancels += 1;
                self.ledger.cancelled();
                return session.cancel().unwrap();
            }
            Act::Refused => {
                self.ledger.refused();
                return session.channel_refused().unwrap();
            }
            Act::LostBefore => {}
            Act::LostAfter => drop(self.card.transmit(transmit.command())),
            act => {
                let answer = act.answer(&mut self.card, transmit.command());
                self.ledger.answer(&answer);
                return session.handle_response(&answer).unwrap();
            }
        }
        self.card.power_off();
        self.ledger.lost();
        session.card_lost().unwrap()
    }

    fn next_tap(
        &mut self,
        session: &mut CardSession,
        script: &mut Script<'_>,
        setup: &Setup,
        need: NeedTap,
    ) -> Next {
        assert!(matches!(session.handle_response(&[0x90, 0x00]), Err(Misuse::NoCommandOutstanding)));
        assert!(matches!(session.card_lost(), Err(Misuse::NoCommandOutstanding)));
        self.ledger.need_tap(need);
        let choice = script.byte().unwrap_or(0);
        if self.ledger.taps() >= MOST_TAPS || choice & 3 == 3 {
            return match choice & 4 {
                0 => Next::Done(session.abandon().unwrap()),
                _ => Next::Step(session.cancel().unwrap()),
            };
        }
        if choice & 3 == 1 {
            std::mem::swap(&mut self.card, &mut self.other);
            self.swapped = true;
        }
        self.tap(setup);
        Next::Step(if need.known == Known::SecretAccepted {
            assert!(matches!(session.resume(), Err(Misuse::ConsentNeeded)));
            self.ledger.consent();
            resume_with(session, setup)
        } else {
            let pin = Attempt::new(AuthenticationPin::new(b"0000").unwrap());
            assert!(matches!(session.resume_with(pin), Err(Misuse::ConsentNotNeeded)));
            session.resume().unwrap()
        })
    }
}

/// A second consent, after one for the other secret was refused.
fn resume_with(session: &mut CardSession, setup: &Setup) -> Step {
    let (pin, password) = (&setup.pin, &setup.password);
    let pin = setup.attempt(AuthenticationPin::new(pin).unwrap());
    let password: Attempt<SigningPassword> = setup.attempt(SigningPassword::new(password).unwrap());
    if setup.uses_pin() {
        assert!(matches!(session.resume_with(password), Err(Misuse::WrongSecretKind(_))));
        session.resume_with(pin).unwrap()
    } else {
        assert!(matches!(session.resume_with(pin), Err(Misuse::WrongSecretKind(_))));
        session.resume_with(password).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHONE: u8 = option::RECOGNISE_CARD | option::EXTENDED_LENGTH | option::FLOOR;

    /// Verdict of the session, VERIFY commands and commands in all.
    fn drive(flow: Flow, bits: u8, card: &str, acts: &[Act]) -> (bool, usize, u32) {
        let run = super::drive(&script(flow, bits, card, acts), None);
        (run.succeeded, run.ledger.verifies(), run.ledger.sent())
    }

    #[test]
    fn scripts_get_as_deep_as_they_say() {
        assert_eq!(drive(Flow::OpenAccount, PHONE, "ichiro", &[]), (true, 1, 7));
        assert_eq!(drive(Flow::SignThree, PHONE, "ichiro", &[]), (true, 1, 9));
        assert!(drive(Flow::ChangePassword, PHONE, "ichiro", &[]).0);
        assert_eq!(drive(Flow::AuthenticateOther, PHONE, "ichiro", &[]), (false, 0, 2));
        assert!(!drive(Flow::OpenAccount, PHONE | option::WRONG_SECRET, "ichiro", &[]).0);
        let lost = [const { Act::Truthful }; 4].into_iter().chain([Act::LostBefore]).collect::<Vec<_>>();
        // The second consent has a VERIFY of its own.
        assert_eq!(drive(Flow::OpenAccount, PHONE, "ichiro", &lost).1, 2);
    }
}
