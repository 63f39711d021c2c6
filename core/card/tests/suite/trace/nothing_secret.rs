//! A persona whose every value can be recognised, and a look for them in its traces: as they are, in hexadecimal and in
//! base64, wherever they begin. And the other way round: everything in a trace is a word from a closed list, a number, a
//! status word, or the header of a command that was sent.

use std::collections::BTreeSet;

use kazasu_card::Options;
use kazasu_cert::{Certificate, HashAlgorithm};
use kazasu_sim::{Fault, FaultKind, FaultyCard, Persona, Purpose, SimulatedCard};
use serde_json::Value;

use super::{OnLost, User, record};
use crate::common::{FLOWS, digest, request};

const PIN: &[u8] = b"8362";
const PASSWORD: &[u8] = b"CANARYPASS77";

fn canary() -> Persona {
    let json = r#"{
        "name": "canary",
        "description": { "en": "every value can be recognised", "ja": "見つけやすい値" },
        "holder": {
            "name": "金糸雀　歌子",
            "date_of_birth": "319770917",
            "sex": "2",
            "address": "東京都千代田区金糸雀町一丁目７番７号カナリア荘７７７号室",
            "prefecture": "Canary-to",
            "municipality": "Kanaria-ku",
            "municipality_code": "77717"
        },
        "certificates": {
            "generation": "2023",
            "signing_serial": 3405691582,
            "authentication_serial": 3735928559,
            "not_before": "2025-10-27T01:35:57Z",
            "not_after": "2045-02-17T14:59:59Z"
        },
        "secrets": {
            "authentication_pin": { "value": "8362", "maximum": 3, "tries": 3 },
            "signing_password": { "value": "CANARYPASS77", "maximum": 5, "tries": 5 }
        }
    }"#;
    Persona::from_json(json).unwrap()
}

/// What must not be found, with a name for it.
fn canaries(card: &SimulatedCard) -> Vec<(&'static str, Vec<u8>)> {
    let persona = canary();
    let holder = persona.holder;
    let mut canaries: Vec<(&str, Vec<u8>)> = vec![
        ("PIN", PIN.to_vec()),
        ("password", PASSWORD.to_vec()),
        ("new PIN", b"9753".to_vec()),
        ("new password", b"NEWPASS99".to_vec()),
        ("name", holder.name.clone().into_bytes()),
        ("surname", "金糸雀".into()),
        ("date of birth", b"19770917".to_vec()),
        ("address", holder.address.clone().into_bytes()),
        ("part of the address", "カナリア".into()),
        ("prefecture", holder.prefecture.into_bytes()),
        ("municipality", holder.municipality.into_bytes()),
        ("municipality code", holder.municipality_code.into_bytes()),
        ("digest", digest().as_bytes()[..8].to_vec()),
        ("signing serial", 3_405_691_582_u32.to_be_bytes().to_vec()),
        ("authentication serial", 3_735_928_559_u32.to_be_bytes().to_vec()),
    ];
    for utf16 in [&holder.name, &holder.address] {
        canaries.push(("UTF-16", utf16.encode_utf16().take(4).flat_map(u16::to_be_bytes).collect()));
    }
    for purpose in [Purpose::Signing, Purpose::Authentication] {
        let der = card.certificate(purpose).unwrap();
        // Anywhere in it: subject, key, signature, attributes.
        // But for the issuer's own words, such as "signature", which are everybody's.
        let windows = der.windows(8).step_by(3).filter(|part| !part.iter().all(u8::is_ascii_lowercase));
        canaries.extend(windows.map(|part| ("certificate", part.to_vec())));
        let sha256 = Certificate::from_der(der).unwrap().sha256();
        canaries.push(("hash of the certificate", sha256[..8].to_vec()));
        let start = HashAlgorithm::Sha256.digest(&der[..256]);
        canaries.push(("hash of its start", start.as_bytes()[..8].to_vec()));
    }
    canaries
}

/// Ways to write bytes; without the characters that depend on what stands beside them.
fn spellings(bytes: &[u8]) -> Vec<String> {
    let pairs: Vec<_> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    let upper = pairs.concat();
    let decimal: Vec<_> = bytes.iter().map(u8::to_string).collect();
    let mut spellings =
        vec![upper.to_lowercase(), upper, pairs.join(" "), decimal.join(","), decimal.join(", ")];
    if let Ok(text) = String::from_utf8(bytes.to_vec()) {
        spellings.push(text.chars().rev().collect());
        spellings.push(text);
    }
    if let Ok(number) = <[u8; 4]>::try_from(bytes) {
        spellings.push(u32::from_be_bytes(number).to_string());
    }
    for shift in 0..3 {
        let encoded = base64(&[&vec![0; shift][..], bytes].concat());
        let from = (shift * 8).div_ceil(6);
        let to = (shift + bytes.len()) * 8 / 6;
        spellings.push(encoded[from..to].to_owned());
        spellings.push(encoded[from..to].replace('+', "-").replace('/', "_"));
    }
    spellings
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bit = |at: usize| bytes.get(at / 8).map_or(0, |byte| byte >> (7 - at % 8) & 1);
    let sextet = |at: usize| (0..6).fold(0, |value, n| value << 1 | usize::from(bit(at * 6 + n)));
    (0..(bytes.len() * 8).div_ceil(6)).map(|at| char::from(ALPHABET[sextet(at)])).collect()
}

#[test]
fn base64_is_base64() {
    assert_eq!(base64(b"Man"), "TWFu");
    assert_eq!(base64(b"Kazasu"), "S2F6YXN1");
}

fn traces() -> (SimulatedCard, String) {
    let mut card = SimulatedCard::new(&canary()).unwrap();
    card.power_on();
    let mut traces = String::new();
    for flow in FLOWS {
        for pin_and_password in [(PIN, PASSWORD), (b"9999".as_slice(), b"WRONGPASS99".as_slice())] {
            let (pin, password) = pin_and_password;
            let user = User { cancels_at: None, on_lost: OnLost::Resume, pin, password };
            let mut faults = vec![vec![]];
            for at in 0..7 {
                for kind in [
                    FaultKind::LostAfter,
                    FaultKind::Garbage,
                    FaultKind::Truncate(2),
                    FaultKind::Truncate(300),
                    FaultKind::Truncate(700),
                    FaultKind::Truncate(1201),
                    FaultKind::ShortData(3),
                    FaultKind::FlipBit(70),
                    FaultKind::Append(PASSWORD.to_vec()),
                    FaultKind::AnswerAfter(PASSWORD.to_vec()),
                ] {
                    faults.push(vec![Fault { at, kind }]);
                }
            }
            for faults in faults {
                let request = request(flow, &card, pin, password);
                let mut link = FaultyCard::new(card.clone(), faults);
                traces += &record(request, Options::default(), &mut link, user);
            }
        }
    }
    (card, traces)
}

#[test]
fn no_trace_holds_a_canary() {
    let (card, traces) = traces();
    assert!(traces.lines().count() > 10_000);
    assert!(traces.is_ascii());
    // Distinct lines are as good as all of them, and far fewer.
    let lines: BTreeSet<_> = traces.lines().collect();
    let text = lines.into_iter().collect::<Vec<_>>().join("\n");
    for (name, bytes) in canaries(&card) {
        for spelling in spellings(&bytes) {
            assert!(!text.contains(&spelling), "{name} as {spelling}");
        }
    }
}

/// The look for canaries finds one that is there.
#[test]
fn a_canary_would_be_found() {
    for text in ["CANARYPASS77", "43414e415259504153533737", "xQ0FOQVJZUEFTUzc3", "AAQ0FOQVJZUEFTUzc3AA=="] {
        assert!(spellings(PASSWORD).iter().any(|spelling| text.contains(spelling.as_str())), "{text}");
    }
}

/// Every text in a trace is a word, a status word, or the header of a command; every number is small.
#[test]
fn a_trace_is_words_and_numbers() {
    let (mut words, mut hex) = (BTreeSet::new(), BTreeSet::new());
    let mut most = 0;
    for line in traces().1.lines() {
        collect(&serde_json::from_str(line).unwrap(), &mut words, &mut hex, &mut most);
    }
    let is_word = |word: &String| word.len() > 1 && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let hashes = ["sha256", "kazasu-trace", env!("CARGO_PKG_VERSION")];
    for word in &words {
        assert!(is_word(word) || hashes.contains(&word.as_str()), "{word}");
    }
    assert!(words.len() > 50, "{words:?}");
    // Class and instruction of the commands there are, or a status word by its first byte.
    for text in &hex {
        let known = match text.len() {
            4 => ["6", "9"].contains(&&text[..1]),
            _ => ["00A4", "0020", "0024", "00B0", "802A", "00C0"].contains(&&text[..4]),
        };
        assert!(known, "{text}");
    }
    assert!(most <= 70_000, "{most}");
}

fn collect(value: &Value, words: &mut BTreeSet<String>, hex: &mut BTreeSet<String>, most: &mut u64) {
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Number(number) => *most = number.as_u64().unwrap().max(*most),
        Value::String(text) => {
            let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b));
            let is_hex = [4, 8].contains(&text.len()) && digits(text);
            if is_hex {
                hex.insert(text.clone())
            } else {
                words.insert(text.clone())
            };
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, words, hex, most)),
        Value::Object(fields) => {
            for (name, value) in fields {
                words.insert(name.clone());
                collect(value, words, hex, most);
            }
        }
    }
}

/// A trace does not tell how long the secrets are.
#[test]
fn secrets_of_any_length_leave_the_same_trace() {
    let trace = |password: &[u8], flow| {
        let mut persona = canary();
        persona.secrets.signing_password.value =
            kazasu_sim::TestSecret::new(std::str::from_utf8(password).unwrap());
        let card = SimulatedCard::new(&persona).unwrap();
        let user = User { cancels_at: None, on_lost: OnLost::Resume, pin: PIN, password };
        let request = request(flow, &card, PIN, password);
        record(request, Options::default(), &mut FaultyCard::new(card, vec![]), user)
    };
    for flow in ["open-account", "change-password"] {
        let short = trace(b"CANA77", flow);
        assert!(short.contains("\"completed\""), "{short}");
        assert_eq!(short, trace(b"CANARYPASSWORD77", flow));
    }
}
