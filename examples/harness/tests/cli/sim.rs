//! `sim --vpcd`, with the test in the place of the virtual reader.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    process::{Child, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};

use crate::work::{Finished, Work};

const SELECT_JPKI: &[u8] = b"\x00\xA4\x04\x0C\x0A\xD3\x92\xF0\x00\x26\x01\x00\x00\x00\x01";
const QUERY_PASSWORD: &[u8] = b"\x00\x20\x00\x9B";

/// A virtual reader with the card that `kazasu sim` put into it.
struct Reader {
    card: TcpStream,
    process: Child,
}

impl Reader {
    fn new(work: &Work, options: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut command = work.kazasu(&format!("sim --vpcd --json --port {port} {options}"));
        let process =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (card, _) = listener.accept().unwrap();
        card.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Self { card, process }
    }

    fn send(&mut self, message: &[u8]) {
        let length = u16::try_from(message.len()).unwrap().to_be_bytes();
        self.card.write_all(&[&length, message].concat()).unwrap();
    }

    fn transmit(&mut self, message: &[u8]) -> Vec<u8> {
        self.send(message);
        let mut length = [0; 2];
        self.card.read_exact(&mut length).unwrap();
        let mut answer = vec![0; u16::from_be_bytes(length).into()];
        self.card.read_exact(&mut answer).unwrap();
        answer
    }

    /// After power-on, as the daemon does it.
    fn remaining_tries(&mut self) -> Vec<u8> {
        self.send(&[1]);
        assert_eq!(self.transmit(&[4])[0], 0x3B, "answer to reset");
        assert_eq!(self.transmit(SELECT_JPKI), [0x90, 0x00]);
        self.transmit(QUERY_PASSWORD)
    }

    fn finish(self) -> Finished {
        let Self { card, process } = self;
        drop(card);
        Finished::from(process.wait_with_output().unwrap())
    }
}

/// Standard error names the reader; standard output is the one object.
fn json(finished: &Finished, code: i32) -> serde_json::Value {
    assert!(finished.stderr.contains("virtual reader"), "{finished:?}");
    Finished { stderr: String::new(), stdout: finished.stdout.clone(), ..*finished }.json(code)
}

#[test]
fn the_card_answers_until_the_reader_lets_go() {
    let work = Work::new();
    for (options, name, answer) in [
        ("", "ichiro", [0x63, 0xC5]),
        ("--persona last-try", "last-try", [0x63, 0xC1]),
        ("--sim last-try", "last-try", [0x63, 0xC1]),
    ] {
        let mut reader = Reader::new(&work, options);
        assert_eq!(reader.remaining_tries(), answer, "{options}");
        assert_eq!(json(&reader.finish(), 0)["persona"], name);
    }
}

#[test]
fn an_interrupt_pulls_the_card() {
    let work = Work::new();
    for signal in [Signal::INT, Signal::TERM] {
        let mut reader = Reader::new(&work, "");
        reader.remaining_tries();
        kill_process(Pid::from_child(&reader.process), signal).unwrap();
        let mut end = Vec::new();
        reader.card.read_to_end(&mut end).unwrap();
        assert_eq!(end, b"", "the card says nothing any more");
        assert_eq!(json(&reader.finish(), 130)["error"], "interrupted");
    }
}

/// A connection that is closed with something unread is reset.
#[test]
fn a_reader_that_breaks_off() {
    let work = Work::new();
    let mut reader = Reader::new(&work, "");
    reader.send(&[1]);
    reader.send(&[4]);
    reader.card.peek(&mut [0]).unwrap();
    assert_eq!(json(&reader.finish(), 10)["error"], "virtual_reader_failed");
}

#[test]
fn without_a_virtual_reader() {
    let work = Work::new();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let finished = work.run(&format!("sim --vpcd --json --port {port}"), "");
    assert_eq!(json(&finished, 10)["error"], "no_virtual_reader");
}
