//! A pcscd of our own. There is one socket for the whole machine, hence one daemon at a time.

use std::{
    ffi::CString,
    process::Command,
    sync::{Mutex, MutexGuard, PoisonError},
    thread::sleep,
    time::{Duration, Instant},
};

use pcsc::{Context, ReaderState, Scope, State};

use crate::process::Process;

static ALONE: Mutex<()> = Mutex::new(());

/// How long the daemon or a reader may take to do what it should.
const PATIENCE: Duration = Duration::from_secs(20);

/// pcscd polls its virtual readers every few hundred milliseconds; a state that stays this long stands.
const STABLE: Duration = Duration::from_millis(500);

/// The virtual readers of Debian's vsmartcard-vpcd and the ports at which cards are put into them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    First,
    Second,
}

impl Reader {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::First => "Virtual PCD 00 00",
            Self::Second => "Virtual PCD 00 01",
        }
    }

    pub(crate) fn c_name(self) -> CString {
        CString::new(self.name()).unwrap()
    }

    /// Reached on the loopback interface.
    pub(crate) const fn port(self) -> u16 {
        match self {
            Self::First => 35963,
            Self::Second => 35964,
        }
    }
}

/// A running pcscd, ended on drop.
pub(crate) struct Daemon {
    context: Context,
    // Fields are dropped in this order: the daemon ends before the next may start.
    _process: Process,
    _alone: MutexGuard<'static, ()>,
}

impl Daemon {
    pub(crate) fn start() -> Self {
        let alone = no_daemon();
        let process =
            Process::start(Command::new("/usr/sbin/pcscd").args(["--foreground", "--critical"]), "");
        let mut context = None;
        within(PATIENCE, "pcscd answers", || {
            context = Context::establish(Scope::User).ok();
            context.is_some()
        });
        let daemon = Self { context: context.unwrap(), _process: process, _alone: alone };
        within(PATIENCE, "both virtual readers are there", || {
            let names = daemon.context.list_readers_owned().unwrap_or_default();
            [Reader::First, Reader::Second].iter().all(|reader| names.contains(&reader.c_name()))
        });
        daemon
    }

    /// Waits until `reader` has held a card, or none, for [`STABLE`].
    pub(crate) fn wait_for_card(&self, reader: Reader, present: bool) {
        let mut since = Instant::now();
        within(PATIENCE, "the reader notices", || {
            let mut states = [ReaderState::new(reader.c_name(), State::UNAWARE)];
            self.context.get_status_change(Duration::ZERO, &mut states).unwrap();
            let state = states[0].event_state();
            if state.contains(State::PRESENT) != present || state.contains(State::MUTE) {
                since = Instant::now();
            }
            since.elapsed() >= STABLE
        });
    }
}

/// Keeps the other tests from starting a daemon, and insists that there is none.
pub(crate) fn no_daemon() -> MutexGuard<'static, ()> {
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(
        Context::establish(Scope::User).is_err(),
        "a PC/SC daemon is running already: end it, these tests start their own"
    );
    alone
}

/// Asks `is_so` again and again until it is.
pub(crate) fn within(patience: Duration, what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < patience, "not within {patience:?}: {what}");
        sleep(Duration::from_millis(20));
    }
}
