//! Processes by their id: the daemon, `kazasu`, other people's tools.

use std::{
    io::{Read, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::LazyLock,
    thread::sleep,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::daemon::within;

/// Longer than anything here takes; a run that hangs is a failure, not a wait for ever.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A child process, ended on drop.
pub(crate) struct Process(Child);

/// What came of a process.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Process {
    /// Starts `command` with `input` on its standard input.
    pub(crate) fn start(command: &mut Command, input: &str) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut stdin = child.stdin.take().unwrap();
        // A process that wants no input may be over before it is written.
        stdin.write_all(input.as_bytes()).ok();
        Self(child)
    }

    pub(crate) fn signal(&mut self, signal: Signal) {
        assert!(self.is_running(), "over before the signal");
        kill_process(Pid::from_child(&self.0), signal).unwrap();
    }

    /// Waits for the end.
    pub(crate) fn finish(mut self) -> Finished {
        let mut status = None;
        within(PATIENCE, "the process ends", || {
            status = self.0.try_wait().unwrap();
            status.is_some()
        });
        let mut finished =
            Finished { code: status.and_then(|s| s.code()), stdout: String::new(), stderr: String::new() };
        self.0.stdout.take().unwrap().read_to_string(&mut finished.stdout).unwrap();
        self.0.stderr.take().unwrap().read_to_string(&mut finished.stderr).unwrap();
        finished
    }

    fn is_running(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Process {
    /// Politely first, so that the process can tidy up.
    fn drop(&mut self) {
        if !self.is_running() {
            return;
        }
        kill_process(Pid::from_child(&self.0), Signal::TERM).ok();
        let start = Instant::now();
        while self.is_running() && start.elapsed() < Duration::from_secs(10) {
            sleep(Duration::from_millis(20));
        }
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

impl Finished {
    /// The exit status has to be 0; gives standard output.
    #[track_caller]
    pub(crate) fn succeeds(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.stdout
    }

    /// The one JSON object on standard output, after an exit status of `code`.
    #[track_caller]
    pub(crate) fn json(&self, code: i32) -> Value {
        assert_eq!(self.code, Some(code), "{self:?}");
        let value: Value =
            serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        assert!(value.is_object(), "{value}");
        value
    }
}

/// A copy of its own: another build in the same target directory would put one without PC/SC in its place.
static KAZASU: LazyLock<PathBuf> = LazyLock::new(|| {
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kazasu-with-pcsc");
    std::fs::remove_file(&copy).ok();
    std::fs::copy(env!("CARGO_BIN_EXE_kazasu"), &copy).unwrap();
    copy
});

/// A `kazasu` that works in `directory`.
pub(crate) fn kazasu(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(&*KAZASU);
    command.args(arguments).current_dir(directory);
    command
}

/// Runs `kazasu` to its end with `secret` as the line on standard input.
pub(crate) fn run_kazasu(directory: &Path, arguments: &[&str], secret: &str) -> Finished {
    Process::start(&mut kazasu(directory, arguments), &format!("{secret}\n")).finish()
}

/// Runs somebody else's tool in `directory`, which has to succeed; gives standard output.
#[track_caller]
pub(crate) fn tool(directory: &Path, name: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(name);
    // OpenSC may keep certificates in the home directory from one card to the next.
    command.args(arguments).current_dir(directory).env("HOME", directory).env_remove("XDG_CACHE_HOME");
    Process::start(&mut command, "").finish().succeeds()
}
