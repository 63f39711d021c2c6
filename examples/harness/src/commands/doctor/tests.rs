use std::time::Instant;

use kazasu_sim::{Persona, Secret};

use super::*;
use crate::channel::sim::SimChannel;
use crate::channel::{Channel, LinkError};

fn examined(channel: &mut dyn Channel) -> Vec<Finding> {
    examine::card(channel, None, true, None, crate::commands::now()).unwrap()
}

fn found(findings: &[Finding], check: Check) -> &Finding {
    findings.iter().find(|finding| finding.check == check).unwrap()
}

/// A card that gives one answer to everything, or is gone.
struct Foreign(Result<Vec<u8>, LinkError>);

impl Channel for Foreign {
    fn kind(&self) -> kazasu_card::trace::Channel {
        kazasu_card::trace::Channel::Simulated
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        assert!(command.get(1) != Some(&0x20) || command.len() == 4, "a VERIFY with data");
        self.0.clone()
    }

    fn wait_for_tap(&mut self, _: Instant) -> bool {
        false
    }

    fn power_down(&mut self) {}
}

#[test]
fn no_try_is_spent_on_any_card_of_the_deck() {
    for name in Persona::names() {
        let mut channel = SimChannel::open(&Persona::named(name).unwrap()).unwrap();
        let tries = |channel: &SimChannel| Secret::ALL.map(|secret| channel.card().tries_left(secret));
        let before = tries(&channel);
        let findings = examined(&mut channel);
        assert_eq!(findings.len(), 9, "{name}: {findings:?}");
        assert!(channel.journal().len() > 6, "{name}");
        // No data under VERIFY, no CHANGE, and no key used.
        for exchange in channel.journal() {
            assert!(!exchange.is_verify() && ![0x24, 0x2A].contains(&exchange.ins), "{name}: {exchange:?}");
        }
        assert_eq!(tries(&channel), before, "{name}");
        assert!(Secret::ALL.iter().all(|secret| !channel.card().is_unlocked(*secret)), "{name}");
    }
}

#[test]
fn a_card_of_another_kind() {
    for (answer, exit, code) in [
        (Ok(vec![0x6A, 0x82]), 12, "not_a_jpki_card"),
        (Ok(vec![0x6D, 0x00]), 12, "not_a_jpki_card"),
        (Ok(vec![0x69, 0x85]), 32, "unexpected_status"),
        (Ok(Vec::new()), 32, "no_status_word"),
        (Ok(vec![0x90, 0x00]), 32, "no_status_word"),
        (Err(LinkError::Lost), 30, "card_lost"),
        (Err(LinkError::Refused), 32, "channel_refused"),
    ] {
        let findings = examined(&mut Foreign(answer.clone()));
        let problem = findings.iter().find(|one| matches!(one.status, Status::Problem { .. }));
        // A card that says yes to everything and has nothing is told by what it does not have.
        let Some(problem) = problem else { panic!("{answer:?}: {findings:?}") };
        if answer != Ok(vec![0x90, 0x00]) {
            assert_eq!((problem.status, problem.code), (Status::Problem { exit }, code), "{answer:?}");
        }
        assert!(advice::next(problem.code).is_some(), "{}", problem.code);
        let report = report(&findings, Language::En);
        assert_eq!(report.json["well"], false);
        assert_ne!(report.exit, 0);
    }
}

#[test]
fn how_far_one_gets_without_a_card() {
    for (exit, code, checks) in [
        (10, "no_pcsc", 1),
        (10, "no_reader", 2),
        (10, "reader_held", 2),
        (10, "several_cards", 2),
        (11, "no_card", 3),
        (11, "card_mute", 3),
    ] {
        let findings = without_card(Failed::new(exit, code, "message"));
        assert_eq!(findings.len(), checks, "{code}");
        let (last, before) = findings.split_last().unwrap();
        assert!(before.iter().all(|finding| finding.status == Status::Ok));
        assert_eq!((last.status, last.code), (Status::Problem { exit }, code));
        assert!(advice::next(code).is_some(), "{code}");
        assert_eq!(report(&findings, Language::Ja).exit, exit);
    }
}

/// Every problem and every note of the deck has a next step in both languages.
#[test]
fn what_is_found_comes_with_a_next_step() {
    for name in Persona::names() {
        let mut channel = SimChannel::open(&Persona::named(name).unwrap()).unwrap();
        for finding in examined(&mut channel) {
            if matches!(finding.status, Status::Note | Status::Problem { .. }) {
                assert!(advice::next(finding.code).is_some(), "{name}: {finding:?}");
            }
            assert!(!finding.said.en.is_empty() && !finding.said.ja.is_empty());
        }
    }
}

#[test]
fn a_blocked_password_without_a_certificate_was_never_issued() {
    let look = |name| examined(&mut SimChannel::open(&Persona::named(name).unwrap()).unwrap());
    let minor = look("minor");
    assert_eq!(found(&minor, Check::SigningPassword).code, "not_issued");
    assert_eq!(found(&minor, Check::SigningCertificate).status, Status::Problem { exit: 13 });
    let blocked = look("blocked-6983");
    assert_eq!(found(&blocked, Check::SigningPassword).status, Status::Problem { exit: 22 });
    assert_eq!(found(&blocked, Check::SigningCertificate).status, Status::NotChecked);
}
