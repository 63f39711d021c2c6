//! A simulated card behind a real PC/SC daemon, by the protocol of `vsmartcard-vpcd`.
//!
//! The card connects to the virtual reader. Each message is a two-byte big-endian length and that many bytes; a message
//! of one byte is a control code, anything longer a command.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::Duration,
};

use socket2::SockRef;

use crate::SimulatedCard;

/// Port of the first virtual reader.
pub const DEFAULT_PORT: u16 = 35_963;

/// How long a read waits before it looks whether the card has been pulled.
const POLL: Duration = Duration::from_millis(50);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

const POWER_OFF: u8 = 0;
const POWER_ON: u8 = 1;
const RESET: u8 = 2;
const ATR: u8 = 4;

/// Why a card could not be put into the virtual reader, or fell out of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VpcdError {
    /// Simulated cards are served on this machine only.
    #[error("{address} is not a loopback address")]
    NotLoopback {
        /// The address asked for.
        address: SocketAddr,
    },
    /// No virtual reader is listening.
    #[error("no virtual reader answers at {address}: {source}")]
    Connect {
        /// The address asked for.
        address: SocketAddr,
        /// The cause.
        source: io::Error,
    },
    /// The connection failed in the middle.
    #[error("the connection to the virtual reader failed: {0}")]
    Connection(#[from] io::Error),
}

/// How the card is torn out instead of answering. A client sees the two differently, and both happen in the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pull {
    /// The connection is closed: the client gets a success with no bytes.
    Close,
    /// The length of an answer is sent and the connection reset: the client gets a transaction error.
    Reset,
}

/// The hand that holds the card: shared with [`serve`], which returns soon after the card is pulled.
#[derive(Debug)]
pub struct Slot {
    pulled: AtomicBool,
    /// Commands still to be answered before the pull; `usize::MAX` for no end.
    answers_left: AtomicUsize,
    how: Pull,
}

impl Default for Slot {
    fn default() -> Self {
        Self::new()
    }
}

impl Slot {
    /// The card stays until [`pull`](Self::pull).
    pub const fn new() -> Self {
        Self { pulled: AtomicBool::new(false), answers_left: AtomicUsize::new(usize::MAX), how: Pull::Close }
    }

    /// The card answers `answers` commands, carries out the next one and is torn out instead of answering it.
    pub const fn pulled_after(answers: usize, how: Pull) -> Self {
        Self { pulled: AtomicBool::new(false), answers_left: AtomicUsize::new(answers), how }
    }

    /// Pulls the card, from any thread. Between two commands there is nothing to cut off, so this is a plain close.
    pub fn pull(&self) {
        self.pulled.store(true, Ordering::Relaxed);
    }

    fn is_pulled(&self) -> bool {
        self.pulled.load(Ordering::Relaxed)
    }

    /// Counts one command; `false` if the card is torn out instead of answering.
    fn answers(&self) -> bool {
        let count = |left: usize| if left == usize::MAX { Some(left) } else { left.checked_sub(1) };
        self.answers_left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, count).is_ok()
    }
}

/// Puts a card into the virtual reader at `address` and answers until it is pulled or the reader goes away.
///
/// The card loses power when it leaves. Call again to insert it once more; its counters stay.
///
/// # Errors
/// [`VpcdError`].
pub fn serve(card: &mut SimulatedCard, address: SocketAddr, slot: &Slot) -> Result<(), VpcdError> {
    if !address.ip().is_loopback() {
        return Err(VpcdError::NotLoopback { address });
    }
    let mut reader = TcpStream::connect_timeout(&address, CONNECT_TIMEOUT)
        .map_err(|source| VpcdError::Connect { address, source })?;
    reader.set_nodelay(true)?;
    reader.set_read_timeout(Some(POLL))?;
    card.power_off();
    let outcome = answer_all(card, &mut reader, slot);
    card.power_off();
    outcome.map_err(VpcdError::Connection)
}

fn answer_all(card: &mut SimulatedCard, reader: &mut TcpStream, slot: &Slot) -> io::Result<()> {
    while let Some(message) = receive(reader, slot)? {
        match message.as_slice() {
            [POWER_OFF] => card.power_off(),
            [POWER_ON] => card.power_on(),
            [RESET] => card.warm_reset(),
            [ATR] => send(reader, &card.atr())?,
            [] | [_] => {}
            command => {
                let answer = card.transmit(command);
                if !slot.answers() {
                    return tear_out(reader, slot.how);
                }
                send(reader, &answer)?;
            }
        }
    }
    Ok(())
}

/// One message; `None` once the card is pulled or the reader has closed the connection.
fn receive(reader: &mut TcpStream, slot: &Slot) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 2];
    if !fill(reader, &mut length, slot)? {
        return Ok(None);
    }
    let mut message = vec![0; u16::from_be_bytes(length).into()];
    Ok(fill(reader, &mut message, slot)?.then_some(message))
}

/// Fills a buffer over any number of time-outs; `false` as in [`receive`].
fn fill(reader: &mut TcpStream, buffer: &mut [u8], slot: &Slot) -> io::Result<bool> {
    let mut rest = buffer;
    while !rest.is_empty() {
        if slot.is_pulled() {
            return Ok(false);
        }
        match reader.read(rest) {
            Ok(0) => return Ok(false),
            Ok(count) => rest = rest.get_mut(count..).unwrap_or_default(),
            Err(error) if is_timeout(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted)
}

fn send(reader: &mut TcpStream, message: &[u8]) -> io::Result<()> {
    let length = u16::try_from(message.len())
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "an answer of over 65535 bytes"))?;
    // One write, so that the reader never waits between length and bytes.
    reader.write_all(&[length.to_be_bytes().as_slice(), message].concat())
}

fn tear_out(reader: &mut TcpStream, how: Pull) -> io::Result<()> {
    if how == Pull::Reset {
        reader.write_all(&2_u16.to_be_bytes())?;
        // No lingering turns the close into a reset.
        SockRef::from(&*reader).set_linger(Some(Duration::ZERO))?;
    }
    Ok(())
}
