//! Conversations as data, `transcripts.json`: each command byte for byte, the card's answer to it, and how it ends. Bytes are
//! in hexadecimal; `AA*300` stands for 300 times `AA`.

use kazasu_card::{CardSession, Completed, Options, Step, Tries};
use serde::Deserialize;

use crate::common::{card, done, right_request};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Transcript {
    name: String,
    flow: String,
    exchanges: Vec<(String, String)>,
    /// The variant of the failure, or `Completed`.
    outcome: String,
    /// Of PIN and password.
    tries: Option<(String, String)>,
    /// Bytes of the certificate read.
    read: Option<usize>,
}

fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for word in text.split_whitespace() {
        let (digits, times) = word.split_once('*').unwrap_or((word, "1"));
        let unit: Vec<u8> = (0..digits.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
            .collect();
        bytes.extend(unit.repeat(times.parse().unwrap()));
    }
    bytes
}

fn in_words(tries: Tries) -> String {
    match tries {
        Tries::NotAsked => "not asked".to_owned(),
        Tries::Remaining(remaining) => format!("remaining {remaining}"),
        Tries::Blocked => "blocked".to_owned(),
        Tries::NotReported => "not reported".to_owned(),
        Tries::Unknown => "unknown".to_owned(),
    }
}

impl Transcript {
    fn check(&self) {
        let request = right_request(&self.flow, "ichiro", &card("ichiro"));
        let options = Options { recognise_card: false, ..Options::default() };
        let mut session = CardSession::new(request, options);
        let mut step = session.start().unwrap();
        for (at, (command, answer)) in self.exchanges.iter().enumerate() {
            let Step::Transmit(transmit) = step else { panic!("{}: over before exchange {at}", self.name) };
            assert_eq!(transmit.command(), bytes(command), "{}: command {at}", self.name);
            step = session.handle_response(&bytes(answer)).unwrap();
        }
        let outcome = done(step);
        if let Some((pin, password)) = &self.tries {
            assert_eq!(in_words(outcome.tries.authentication), *pin, "{}", self.name);
            assert_eq!(in_words(outcome.tries.signing), *password, "{}", self.name);
        }
        let ended = match outcome.result {
            Ok(Completed::Certificate(read)) => {
                assert_eq!(Some(read.der.len()), self.read, "{}", self.name);
                "Completed".to_owned()
            }
            Ok(_) => "Completed".to_owned(),
            Err(failure) => format!("{failure:?}"),
        };
        assert!(ended.starts_with(&self.outcome), "{}: {ended}", self.name);
    }
}

#[test]
fn every_transcript() {
    let transcripts: Vec<Transcript> = serde_json::from_str(include_str!("transcripts.json")).unwrap();
    assert!(transcripts.len() >= 20);
    for transcript in transcripts {
        transcript.check();
    }
}
