//! The virtual reader's side of the protocol, played by the test.
#![allow(clippy::unwrap_used)]

use std::{
    io::{ErrorKind, Read, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use hex_literal::hex;
use kazasu_sim::{
    Persona, Secret, SimulatedCard,
    vpcd::{Pull, Slot, VpcdError, serve},
};

const JPKI: [u8; 15] = hex!("00A4040C0AD392F000260100000001");
const VERIFY: [u8; 9] = hex!("002000980431323334");

struct Reader {
    stream: TcpStream,
    card: JoinHandle<(SimulatedCard, Result<(), VpcdError>)>,
}

impl Reader {
    fn with(slot: Arc<Slot>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let mut card = SimulatedCard::new(&Persona::named("ichiro").unwrap()).unwrap();
        let card = thread::spawn(move || {
            let outcome = serve(&mut card, address, &slot);
            (card, outcome)
        });
        let (stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        Self { stream, card }
    }

    fn send(&mut self, message: &[u8]) {
        let length = u16::try_from(message.len()).unwrap().to_be_bytes();
        self.stream.write_all(&length).unwrap();
        // In two parts, as a slow reader would.
        thread::sleep(Duration::from_millis(5));
        self.stream.write_all(message).unwrap();
    }

    fn receive(&mut self) -> Vec<u8> {
        let mut length = [0; 2];
        self.stream.read_exact(&mut length).unwrap();
        let mut message = vec![0; u16::from_be_bytes(length).into()];
        self.stream.read_exact(&mut message).unwrap();
        message
    }

    fn ask(&mut self, message: &[u8]) -> Vec<u8> {
        self.send(message);
        self.receive()
    }
}

#[test]
fn power_atr_and_commands() {
    let mut reader = Reader::with(Arc::new(Slot::new()));
    assert_eq!(reader.ask(&[4]), hex!("3BE000FF8131FE4514"));
    assert_eq!(reader.ask(&JPKI), hex!("6F00"), "no power yet");
    reader.send(&[1]);
    assert_eq!(reader.ask(&JPKI), hex!("9000"));
    assert_eq!(reader.ask(&VERIFY), hex!("9000"));
    reader.send(&[2]);
    assert_eq!(reader.ask(&hex!("00A40000")), hex!("6A86"), "a warm reset ends the selection");
    assert_eq!(reader.ask(&JPKI), hex!("9000"));
    assert_eq!(reader.ask(&hex!("00B08A00000000")).len(), 2 + reader_file_len());
    reader.send(&[0]);
    reader.send(&[1]);
    assert_eq!(reader.ask(&JPKI), hex!("9000"));
    drop(reader.stream);
    let (card, outcome) = reader.card.join().unwrap();
    assert!(outcome.is_ok());
    assert!(!card.is_unlocked(Secret::AuthenticationPin));
}

fn reader_file_len() -> usize {
    let card = SimulatedCard::new(&Persona::named("ichiro").unwrap()).unwrap();
    card.certificate(kazasu_sim::Purpose::Authentication).unwrap().len()
}

#[test]
fn a_pulled_card_closes_the_connection() {
    let slot = Arc::new(Slot::new());
    let mut reader = Reader::with(Arc::clone(&slot));
    reader.send(&[1]);
    assert_eq!(reader.ask(&JPKI), hex!("9000"));
    slot.pull();
    assert_eq!(reader.stream.read(&mut [0; 1]).unwrap(), 0);
    assert!(reader.card.join().unwrap().1.is_ok());
}

#[test]
fn a_card_torn_out_has_carried_out_the_command() {
    for (how, length) in [(Pull::Close, 0), (Pull::Reset, 2)] {
        let mut reader = Reader::with(Arc::new(Slot::pulled_after(1, how)));
        reader.send(&[1]);
        assert_eq!(reader.ask(&JPKI), hex!("9000"));
        reader.send(&hex!("002000980430303030"));
        let mut rest = Vec::new();
        let end = reader.stream.read_to_end(&mut rest);
        let (card, outcome) = reader.card.join().unwrap();
        assert!(outcome.is_ok());
        assert_eq!(card.tries_left(Secret::AuthenticationPin), 2);
        match how {
            Pull::Close => assert_eq!(end.unwrap(), length),
            Pull::Reset => {
                assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
                assert_eq!(rest, [0, 2][..length]);
            }
        }
    }
}

#[test]
fn other_machines_and_missing_readers_are_told_apart() {
    let mut card = SimulatedCard::new(&Persona::named("ichiro").unwrap()).unwrap();
    for address in ["192.0.2.1:35963", "0.0.0.0:35963", "[2001:db8::1]:35963"] {
        let outcome = serve(&mut card, address.parse().unwrap(), &Slot::new());
        assert!(matches!(outcome, Err(VpcdError::NotLoopback { .. })), "{outcome:?}");
    }
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let outcome = serve(&mut card, closed, &Slot::new());
    assert!(matches!(outcome, Err(VpcdError::Connect { .. })), "{outcome:?}");
}
