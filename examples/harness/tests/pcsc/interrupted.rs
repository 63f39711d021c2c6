//! However `kazasu` ends, it leaves no key usable behind.

use std::{
    fs,
    sync::mpsc::{Sender, channel},
    thread::sleep,
    time::Duration,
};

use kazasu_sim::{Persona, Secret, SelectClears, SimulatedCard, vpcd::Slot};
use pcsc::{Card, Context, Disposition, Error, Protocols, Scope, ShareMode};
use rustix::process::Signal;

use crate::{
    card::{Inserted, card},
    daemon::{Daemon, Reader},
    process::{Process, kazasu, run_kazasu},
};

const ARGUMENTS: &[&str] = &["authenticate", "--in", "document", "--out", "signature", "--pin-stdin"];
const SELECT_JPKI: &[u8] = b"\x00\xA4\x04\x0C\x0A\xD3\x92\xF0\x00\x26\x01\x00\x00\x00\x01";
const VERIFY_PIN: &[u8] = b"\x00\x20\x00\x98\x041234";
/// With the authentication key, by its short identifier.
const SIGN: &[u8] = b"\x80\x2A\x00\x97\x01\x00\x00";

#[test]
fn an_interrupt_still_closes() {
    let daemon = Daemon::start();
    // The second command with this instruction is VERIFY; the first one asks for the tries.
    for (signal, instruction, verifications) in
        [(Signal::INT, 0x2A, 1), (Signal::TERM, 0x2A, 1), (Signal::TERM, 0x20, 0)]
    {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("document"), b"document").unwrap();
        let (comes, has_come) = channel();
        let inserted = Inserted::watched(&daemon, card("ichiro"), pause_at(instruction, comes));
        let mut process = Process::start(&mut kazasu(directory.path(), ARGUMENTS), "1234\n");
        has_come.recv_timeout(Duration::from_secs(20)).expect("the command comes");
        let intruder = connect();
        assert!(matches!(intruder, Err(Error::SharingViolation)), "the card is held exclusively");
        process.signal(signal);
        let finished = process.finish();
        assert_eq!(finished.code, Some(130), "{finished:?}");
        assert!(!directory.path().join("signature").exists());

        let card = inserted.pull();
        let last = card.journal().last().unwrap();
        let leaves = (last.ins, last.p1) == (0xA4, 0x04);
        assert!(leaves || verifications == 0, "a key in use, and no other application selected: {last:02X?}");
        assert_eq!(card.verify_count(), verifications);
        assert_eq!(card.tries_left(Secret::AuthenticationPin), 3);
    }
}

/// Tells when a command with `instruction` comes, and keeps it back for a while.
fn pause_at(instruction: u8, comes: Sender<()>) -> impl FnMut(&[u8]) + Send + 'static {
    move |command| {
        if command.get(1) == Some(&instruction) {
            comes.send(()).ok();
            sleep(Duration::from_millis(500));
        }
    }
}

/// On a card that forgets a verified secret at no SELECT, power-down alone protects the key.
#[test]
fn the_next_program_cannot_use_the_key() {
    let daemon = Daemon::start();
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("document"), b"document").unwrap();
    let mut persona = Persona::named("ichiro").unwrap();
    persona.capabilities.select_clears = SelectClears { another: false, same: false };
    let inserted = Inserted::new(&daemon, Reader::First, SimulatedCard::new(&persona).unwrap(), Slot::new());

    // What a program does that merely disconnects: its successor signs without a PIN.
    let card = connect().unwrap();
    assert_eq!(transmit(&card, SELECT_JPKI), 0x9000);
    assert_eq!(transmit(&card, VERIFY_PIN), 0x9000);
    disconnect(card, Disposition::LeaveCard);
    let card = connect().unwrap();
    assert_eq!(transmit(&card, SELECT_JPKI), 0x9000);
    assert_eq!(transmit(&card, SIGN), 0x9000);
    disconnect(card, Disposition::UnpowerCard);

    for (arguments, secret) in [(ARGUMENTS, "1234"), (&["tries"], "")] {
        run_kazasu(directory.path(), arguments, secret).succeeds();
        let card = connect().unwrap();
        assert_eq!(transmit(&card, SELECT_JPKI), 0x9000);
        assert_eq!(transmit(&card, SIGN), 0x6982);
        disconnect(card, Disposition::LeaveCard);
    }
    inserted.pull();
}

fn connect() -> Result<Card, Error> {
    Context::establish(Scope::User)?.connect(&Reader::First.c_name(), ShareMode::Shared, Protocols::ANY)
}

fn disconnect(card: Card, how: Disposition) {
    card.disconnect(how).map_err(|(_, error)| error).unwrap();
}

/// The status word.
fn transmit(card: &Card, command: &[u8]) -> u16 {
    let mut buffer = [0; 258];
    match card.transmit(command, &mut buffer).unwrap() {
        [.., sw1, sw2] => u16::from_be_bytes([*sw1, *sw2]),
        short => panic!("{short:02X?}"),
    }
}
