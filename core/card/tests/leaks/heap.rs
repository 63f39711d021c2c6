//! Memory after each way out of a session.
//!
//! The secret is made here, known to nobody else: the simulated card has another one, and the link puts that in its place.
//! What is looked for is its second half, and the second half of the VERIFY command: the allocator writes into the first
//! bytes of what is given back to it, and a trace that only the allocator has wiped is a trace.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::hint::black_box;

use kazasu_card::{
    Attempt, Authenticate, AuthenticationPin, CardSession, ChangeSecret, Completed, Options, ReadCertificate,
    Request, Sign, SigningPassword, Stage, Step, ToBeSigned,
};
use kazasu_cert::HashAlgorithm;
use kazasu_sim::{Persona, SimulatedCard};

use crate::memory::{Masked, count};

/// Of the password's 16 characters, those that the allocator leaves alone.
const TAIL: usize = 7;

/// How a session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    ToTheEnd,
    WrongSecret,
    /// Before or after the card got the command of this number.
    Lost {
        at: usize,
        after: bool,
    },
    LostAndResumed {
        at: usize,
    },
    Cancelled {
        at: usize,
    },
    Dropped {
        at: usize,
    },
    Refused {
        at: usize,
    },
    Answered {
        at: usize,
        sw: u16,
    },
    NeverStarted,
}

pub(crate) fn nothing_is_left_in_memory() {
    let password = password();
    let tail = password.show(|bytes| Masked::hide(&mut bytes[bytes.len() - TAIL..].to_vec()));
    assert_eq!(count(&tail), 0, "the test itself leaves it in memory");
    the_search_finds_what_is_not_wiped(&password, &tail);

    let card = SimulatedCard::new(&Persona::named("ichiro").unwrap()).unwrap();
    let mut ways = vec![Way::ToTheEnd, Way::WrongSecret, Way::NeverStarted];
    for at in 0..8 {
        ways.extend([
            Way::Lost { at, after: false },
            Way::Lost { at, after: true },
            Way::LostAndResumed { at },
            Way::Cancelled { at },
            Way::Dropped { at },
            Way::Refused { at },
            Way::Answered { at, sw: 0x6F00 },
            Way::Answered { at, sw: 0x6982 },
        ]);
    }
    for flow in ["sign", "read", "change"] {
        for way in &ways {
            let held = run(flow, *way, &password, card.clone(), &tail);
            assert_eq!(count(&tail), 0, "{flow}, {way:?}");
            // A session that never came to VERIFY had it until its end.
            assert!(held > 0 || *way != Way::ToTheEnd, "{flow}: the secret was never there");
        }
    }
    malformed_ones_too(&password, &tail);
    pins_too(&card);
}

/// A password of letters and digits at random. Only the masked form stays.
fn password() -> Masked {
    let mut bytes = [0; 16];
    let state = RandomState::new();
    for (at, byte) in bytes.iter_mut().enumerate() {
        let mut hasher = state.build_hasher();
        hasher.write_usize(at);
        let alphabet: &[u8] = if at % 5 == 4 { b"23456789" } else { b"ABCDEFGHIJKLMNOPQRSTUVWXYZ" };
        *byte = alphabet[usize::try_from(hasher.finish() % alphabet.len() as u64).unwrap()];
    }
    let masked = Masked::hide(&mut bytes);
    black_box(&bytes);
    masked
}

/// Without this, finding nothing would prove nothing: a copy that lives, and one given back unwiped, alone and in a command.
fn the_search_finds_what_is_not_wiped(password: &Masked, tail: &Masked) {
    let mut copy = password.show(<[u8]>::to_vec);
    black_box(&copy);
    assert!(count(tail) >= 1, "a living copy");
    copy.fill(0);
    black_box(&copy);
    assert_eq!(count(tail), 0, "wiped");
    for command in [false, true] {
        let header: &[u8] = if command { &[0x00, 0x20, 0x00, 0x9B, 16] } else { &[] };
        let mut freed = Vec::with_capacity(header.len() + 16);
        freed.extend_from_slice(header);
        password.show(|bytes| freed.extend_from_slice(bytes));
        let address = freed.as_ptr().addr();
        drop(black_box(freed));
        assert!(count(tail) >= 1, "a freed copy, command {command}");
        // Taken again and wiped, so that it is not found below.
        let mut again = vec![0xFF_u8; header.len() + 16];
        assert_eq!(again.as_ptr().addr(), address, "the allocator gives the same place");
        again.fill(0);
        black_box(&again);
        assert_eq!(count(tail), 0, "wiped");
    }
}

fn request(flow: &str, password: &Masked) -> Request {
    let attempt = || password.show(|bytes| Attempt::new(SigningPassword::new(bytes).unwrap()));
    match flow {
        "sign" => Request::Sign(Sign {
            documents: vec![ToBeSigned::Digest(HashAlgorithm::Sha256.digest(b"document")); 2],
            password: attempt(),
            known_certificate: None,
        }),
        "read" => Request::ReadCertificate(ReadCertificate::Signing(attempt())),
        // The present one is the secret, and the new one as well.
        _ => Request::ChangeSecret(ChangeSecret::SigningPassword {
            present: attempt(),
            new: password.show(|bytes| SigningPassword::new(bytes).unwrap()),
        }),
    }
}

/// Runs one session to its end. How often the secret was in memory when its VERIFY was on the way.
fn run(flow: &str, way: Way, password: &Masked, mut card: SimulatedCard, tail: &Masked) -> usize {
    let mut session = CardSession::new(request(flow, password), Options::default());
    if way == Way::NeverStarted {
        return 0;
    }
    let mut step = session.start().unwrap();
    let (mut sent, mut held) = (0, 0);
    loop {
        step = match step {
            Step::Transmit(transmit) => {
                let now = sent;
                sent += 1;
                if way == Way::ToTheEnd && matches!(transmit.stage(), Stage::Verifying { .. }) {
                    held = count(tail);
                }
                match way {
                    Way::Cancelled { at } if at == now => session.cancel().unwrap(),
                    Way::Dropped { at } if at == now => return held,
                    Way::Refused { at } if at == now => session.channel_refused().unwrap(),
                    Way::Answered { at, sw } if at == now => {
                        session.handle_response(&sw.to_be_bytes()).unwrap()
                    }
                    Way::Lost { at, after: false } if at == now => session.card_lost().unwrap(),
                    Way::LostAndResumed { at } if at == now => session.card_lost().unwrap(),
                    _ => {
                        let answer = answer(&mut card, transmit.command(), way == Way::WrongSecret);
                        match way {
                            Way::Lost { at, after: true } if at == now => session.card_lost().unwrap(),
                            _ => session.handle_response(&answer).unwrap(),
                        }
                    }
                }
            }
            Step::NeedTap(_) if matches!(way, Way::LostAndResumed { .. }) => {
                card.power_off();
                card.power_on();
                match session.resume() {
                    Ok(step) => step,
                    Err(_) => {
                        let again = password.show(|bytes| Attempt::new(SigningPassword::new(bytes).unwrap()));
                        session.resume_with(again).unwrap()
                    }
                }
            }
            Step::NeedTap(_) => Step::Done(session.abandon().unwrap()),
            Step::Done(outcome) => {
                assert_eq!(count(tail), 0, "{flow}, {way:?}: while the finished session is held");
                let well = outcome.result.is_ok();
                assert!(well || way != Way::ToTheEnd, "{flow}: {:?}", outcome.result);
                assert!(!well || !matches!(outcome.result, Ok(Completed::RemainingTries)));
                return held;
            }
        };
    }
}

/// The card's answer, with the card's own password in the place of the one that is looked for.
fn answer(card: &mut SimulatedCard, command: &[u8], wrong: bool) -> Vec<u8> {
    let own: &[u8] = if wrong { b"WRONG0000" } else { b"KAZASU2026" };
    match command {
        [0x00, ins @ (0x20 | 0x24), p1, p2, _, _, ..] => {
            let header = [0x00, *ins, *p1, *p2, u8::try_from(own.len()).unwrap()];
            card.transmit(&[&header, own].concat())
        }
        _ => card.transmit(command),
    }
}

/// What cannot be a secret is not kept either.
fn malformed_ones_too(password: &Masked, tail: &Masked) {
    password.show(|bytes| {
        let mut longer = zeroize::Zeroizing::new(Vec::with_capacity(17));
        longer.extend_from_slice(bytes);
        longer.push(b'A');
        assert!(SigningPassword::new(&longer).is_err() && AuthenticationPin::new(bytes).is_err());
        longer.iter_mut().for_each(u8::make_ascii_lowercase);
        assert!(SigningPassword::from_upper_cased(&longer[..16]).is_ok());
    });
    assert_eq!(count(tail), 0, "malformed");
}

/// Four digits stand everywhere in memory, but not behind the header of their VERIFY.
fn pins_too(card: &SimulatedCard) {
    let command = Masked::hide(&mut [0x20, 0x00, 0x98, 4, b'8', b'0', b'5', b'3']);
    for way in [Way::ToTheEnd, Way::Dropped { at: 3 }, Way::Lost { at: 3, after: true }] {
        let mut card = card.clone();
        let pin = command.show(|bytes| Attempt::new(AuthenticationPin::new(&bytes[4..]).unwrap()));
        let challenge = HashAlgorithm::Sha256.digest(b"challenge");
        let request = Request::Authenticate(Authenticate { challenge, pin, known_certificate: None });
        let mut session = CardSession::new(request, Options::default());
        let mut step = session.start().unwrap();
        let mut sent = 0;
        while let Step::Transmit(transmit) = step {
            let verifying = matches!(transmit.stage(), Stage::Verifying { .. });
            assert!(!verifying || count(&command) > 0, "{way:?}: on its way");
            let own = [0x00, 0x20, 0x00, 0x98, 4, b'1', b'2', b'3', b'4'];
            let answer = card.transmit(if verifying { &own } else { transmit.command() });
            step = match way {
                Way::Dropped { at } if at == sent => break,
                Way::Lost { at, .. } if at == sent => session.card_lost().unwrap(),
                _ => session.handle_response(&answer).unwrap(),
            };
            sent += 1;
        }
        drop(session);
        assert_eq!(count(&command), 0, "{way:?}");
    }
}
