//! Simulated cards in the virtual readers.

use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    thread::{self, JoinHandle},
};

use kazasu_sim::{
    Persona, SimulatedCard,
    vpcd::{Slot, VpcdError, serve},
};

use crate::{
    daemon::{Daemon, Reader, within},
    process::PATIENCE,
};

/// A card in a reader. Pulled on drop.
pub(crate) struct Inserted<'a> {
    daemon: &'a Daemon,
    reader: Reader,
    slot: Arc<Slot>,
    thread: Option<JoinHandle<(SimulatedCard, Result<(), VpcdError>)>>,
}

/// The card of a persona from the deck.
pub(crate) fn card(persona: &str) -> SimulatedCard {
    SimulatedCard::new(&Persona::named(persona).unwrap()).unwrap()
}

impl<'a> Inserted<'a> {
    /// Puts `card` into `reader` and waits until the daemon is sure of it.
    pub(crate) fn new(daemon: &'a Daemon, reader: Reader, card: SimulatedCard, slot: Slot) -> Self {
        Self::at(daemon, reader, loopback(reader.port()), card, slot)
    }

    /// Puts `card` into the first reader, and has `watch` look at each command before the card gets it.
    pub(crate) fn watched(
        daemon: &'a Daemon,
        card: SimulatedCard,
        watch: impl FnMut(&[u8]) + Send + 'static,
    ) -> Self {
        let address = relay(loopback(Reader::First.port()), watch);
        Self::at(daemon, Reader::First, address, card, Slot::new())
    }

    fn at(
        daemon: &'a Daemon,
        reader: Reader,
        address: SocketAddr,
        mut card: SimulatedCard,
        slot: Slot,
    ) -> Self {
        let slot = Arc::new(slot);
        let hand = Arc::clone(&slot);
        let thread = thread::spawn(move || {
            let outcome = serve(&mut card, address, &hand);
            (card, outcome)
        });
        daemon.wait_for_card(reader, true);
        Self { daemon, reader, slot, thread: Some(thread) }
    }

    /// Takes the card out, waits until the daemon is sure of it, and gives the card back.
    pub(crate) fn pull(self) -> SimulatedCard {
        self.slot.pull();
        self.torn_out()
    }

    /// The same for a card that its slot pulls.
    pub(crate) fn torn_out(mut self) -> SimulatedCard {
        within(PATIENCE, "the card is torn out", || self.thread.as_ref().unwrap().is_finished());
        let (card, outcome) = self.thread.take().unwrap().join().unwrap();
        outcome.unwrap();
        self.daemon.wait_for_card(self.reader, false);
        card
    }
}

impl Drop for Inserted<'_> {
    fn drop(&mut self) {
        self.slot.pull();
        self.thread.take().map(JoinHandle::join);
    }
}

fn loopback(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

/// Stands between a card and the virtual reader at `reader`; gives the address for the card.
fn relay(reader: SocketAddr, mut watch: impl FnMut(&[u8]) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind(loopback(0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || -> io::Result<()> {
        let (mut card, _) = listener.accept()?;
        let mut reader = TcpStream::connect(reader)?;
        let (mut answers, mut to_reader) = (card.try_clone()?, reader.try_clone()?);
        thread::spawn(move || {
            // The end of either side is the end of the relay.
            io::copy(&mut answers, &mut to_reader).ok();
            to_reader.shutdown(std::net::Shutdown::Both)
        });
        loop {
            let mut message = vec![0; 2];
            reader.read_exact(&mut message)?;
            let length: u16 = u16::from_be_bytes([message[0], message[1]]);
            message.resize(2 + usize::from(length), 0);
            reader.read_exact(&mut message[2..])?;
            if length > 1 {
                watch(&message[2..]);
            }
            card.write_all(&message)?;
        }
    });
    address
}
