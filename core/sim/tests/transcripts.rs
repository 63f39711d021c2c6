//! Transcripts: commands to a persona and what it must answer, as data in `tests/transcripts`.
//!
//! A command is hexadecimal, or one of the events in [`run`]. In an answer `..` stands for any byte, `[n]` for n bytes,
//! `*` for any number of bytes.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{fs, path::Path};

use kazasu_sim::{Persona, SimulatedCard};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Transcript {
    persona: String,
    about: String,
    exchanges: Vec<(String, String)>,
}

fn hex(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(digits.get(at..at + 2).unwrap(), 16).unwrap())
        .collect()
}

fn matches(pattern: &[&str], answer: &[u8]) -> bool {
    let Some((token, rest)) = pattern.split_first() else { return answer.is_empty() };
    let skip = |count: usize| answer.get(count..).is_some_and(|tail| matches(rest, tail));
    match token.strip_prefix('[').and_then(|token| token.strip_suffix(']')) {
        Some(count) => skip(count.parse().unwrap()),
        None if *token == ".." => skip(1),
        None if *token == "*" => (0..=answer.len()).any(skip),
        None => answer.strip_prefix(hex(token).as_slice()).is_some_and(|tail| matches(rest, tail)),
    }
}

fn run(name: &str, transcript: &Transcript) {
    let mut card = SimulatedCard::new(&Persona::named(&transcript.persona).unwrap()).unwrap();
    for (number, (command, expected)) in transcript.exchanges.iter().enumerate() {
        match command.as_str() {
            "power off" => card.power_off(),
            "power on" => card.power_on(),
            "warm reset" => card.warm_reset(),
            command => {
                let answer = card.transmit(&hex(command));
                let pattern: Vec<&str> = expected.split_whitespace().collect();
                let (data, sw) = answer.split_at(answer.len() - 2);
                assert!(
                    matches(&pattern, &answer),
                    "{name} ({}), exchange {number}: {command} -> {} bytes and {sw:02X?}, expected {expected}",
                    transcript.about,
                    data.len(),
                );
            }
        }
    }
}

#[test]
fn all_transcripts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let transcript: Transcript = serde_json::from_str(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        run(&name, &transcript);
        count += 1;
    }
    assert!(count >= 12, "only {count} transcripts found");
}

#[test]
fn patterns_match_what_they_say() {
    let answer = [0x30, 0x82, 0x90, 0x00];
    for pattern in ["30829000", "30 82 9000", "[2] 9000", "30 .. 9000", "* 9000", "*"] {
        assert!(matches(&pattern.split(' ').collect::<Vec<_>>(), &answer), "{pattern}");
    }
    for pattern in ["9000", "[1] 9000", "[3] 9000", "30 .. .. 9000", "* 6982", ""] {
        let tokens: Vec<&str> = pattern.split_whitespace().collect();
        assert!(!matches(&tokens, &answer), "{pattern}");
    }
}
