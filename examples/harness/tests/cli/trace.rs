//! `--trace`, `replay` and `explain`, from the card to the page.

use std::collections::BTreeSet;

use kazasu_sim::Persona;
use serde_json::{Value, json};

use crate::work::{PASSWORD, PIN, Work, password};

/// Every card flow, with what it reads from standard input.
const FLOWS: [(&str, &str); 8] = [
    ("tries", ""),
    ("info", ""),
    ("read auth --out out", ""),
    ("read sign-ca --out out", ""),
    ("read sign --out out --pin-stdin", PASSWORD),
    ("authenticate --in document --out out --pin-stdin", PIN),
    ("sign --in document --out out --pin-stdin", PASSWORD),
    ("open-account --in document --out result --pin-stdin", PASSWORD),
];

fn lines(work: &Work) -> Vec<Value> {
    let text = String::from_utf8(work.read("trace")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_flow_leaves_a_trace_that_replays_and_explains() {
    let work = Work::new();
    for (number, (flow, input)) in FLOWS.iter().enumerate() {
        work.run(&format!("{flow} --sim ichiro --trace trace"), input).succeeds();
        let replayed = work.json("replay trace", "", 0);
        let sessions = replayed["sessions"].as_array().unwrap();
        assert_eq!(sessions.len(), number + 1, "{flow}: one more session in the file");
        assert_eq!(sessions[number]["complete"], true, "{flow}");
    }
    work.run("change-pin auth --sim ichiro --pin-stdin --trace trace", "1234\n9753").succeeds();
    work.run("demo --trace trace", "").succeeds();
    let sessions = work.json("replay trace", "", 0)["sessions"].as_array().unwrap().len();
    assert_eq!(sessions, FLOWS.len() + 2);
    for lang in ["ja", "en"] {
        let json = work.json(&format!("explain trace --lang {lang}"), "", 0);
        assert_eq!(json["sessions"].as_array().unwrap().len(), sessions);
        assert!(json["sessions"].as_array().unwrap().iter().all(|session| session["code"] == "completed"));
        let text = json["text"].as_str().unwrap();
        assert!(!text.contains(['{', '}', '_']), "a placeholder is left: {text}");
        let page = work.run(&format!("explain trace --lang {lang} --html page.html"), "");
        page.succeeds();
        assert_page(&String::from_utf8(work.read("page.html")).unwrap(), lang);
    }
}

/// Complete, in one language, and in need of nothing else.
fn assert_page(page: &str, lang: &str) {
    assert!(
        page.starts_with(&format!("<!DOCTYPE html>\n<html lang=\"{lang}\">")) && page.ends_with("</html>\n")
    );
    for part in
        ["<meta name=\"viewport\"", "prefers-color-scheme: dark", "default-src 'none'", "<main>", "<h1>"]
    {
        assert!(page.contains(part), "{part}");
    }
    for foreign in ["http://", "https://", "src=", "href=", "url(", "@import", "<script", "<link", "<img"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    for tag in ["article", "section", "ol", "li", "dl", "div", "span", "p", "code", "h2", "h3", "h4", "small"]
    {
        let opened = page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
        assert_eq!(opened, page.matches(&format!("</{tag}>")).count(), "{tag}");
    }
    let ids: Vec<_> = page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
    let body = page.split("</style>").nth(1).unwrap();
    assert!(!body.contains(['{', '}']), "a placeholder is left");
}

/// What a developer gets to read of a wrong password, word for word; only the times differ from run to run.
#[test]
fn a_wrong_password_is_told_word_for_word() {
    let work = Work::new();
    let failed = work.run("sign --in document --out out --pin-stdin --sim ichiro --trace trace", "WRONG0000");
    assert_eq!(failed.code, Some(21));
    let text = String::from_utf8(work.read("trace")).unwrap();
    let mut parts = text.split("\"took_us\":");
    let mut fixed = parts.next().unwrap().to_owned();
    for part in parts {
        fixed += "\"took_us\":12000";
        fixed += part.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    work.write("trace", fixed.as_bytes());
    for (lang, golden) in [
        ("en", include_str!("explained/wrong-password.en.txt")),
        ("ja", include_str!("explained/wrong-password.ja.txt")),
    ] {
        let explained = work.run(&format!("explain trace --lang {lang}"), "").succeeds();
        assert_eq!(explained, golden.replace("VERSION", env!("CARGO_PKG_VERSION")));
    }
}

/// A card that is lost while it checks the password, and comes back: what the counter told, and where it went wrong.
#[test]
fn a_card_lost_during_verify_is_told() {
    let work = Work::new();
    work.write("trace", include_bytes!("explained/lost-during-verify.jsonl"));
    assert_eq!(work.json("replay trace", "", 0)["sessions"][0]["taps"], 2);
    let text = work.run("explain trace", "").succeeds();
    for told in [
        "The counter says: the secret was wrong, 4 tries remain",
        "    x ---- The card was lost, 83 ms\n      Remaining tries: unknown: a VERIFY is open\n    ^ Here it went wrong",
        "x Another tap is wanted to look at the counter. A try may be spent",
        "+ The card is back after 4.2 s",
        "It is the expected card",
    ] {
        assert!(text.contains(told), "{told}\n{text}");
    }
    work.run("explain trace --lang ja --html page.html", "").succeeds();
    let page = String::from_utf8(work.read("page.html")).unwrap();
    assert_page(&page, "ja");
    assert!(page.contains("4.2秒後、カードが戻った") && page.matches("ここで失敗").count() == 1);
}

/// Every persona through a flow with a secret: whatever it ends in is told, with the next action.
#[test]
fn every_persona_is_told() {
    let work = Work::new();
    let mut codes = BTreeSet::new();
    for persona in Persona::names() {
        work.run(
            &format!("sign --in document --out out --pin-stdin --sim {persona} --trace trace-{persona}"),
            password(persona),
        );
        let name = format!("trace-{persona}");
        work.run(&format!("replay {name}"), "").succeeds();
        let json = work.json(&format!("explain {name} --lang en"), "", 0);
        let code = json["sessions"][0]["code"].as_str().unwrap().to_owned();
        let text = json["text"].as_str().unwrap();
        assert_eq!(text.contains("Here it went wrong"), code != "completed", "{persona}: {text}");
        assert_eq!(text.contains("Next: "), code != "completed", "{persona}: {text}");
        codes.insert(code);
    }
    for code in ["completed", "blocked", "last_try", "certificate_not_issued", "tries_not_reported"] {
        assert!(codes.contains(code), "{codes:?}");
    }
}

#[test]
fn a_trace_holds_no_secret_and_no_certificate() {
    let work = Work::new();
    for (flow, input) in FLOWS {
        work.run(&format!("{flow} --sim ichiro --trace trace"), input).succeeds();
    }
    let text = String::from_utf8(work.read("trace")).unwrap();
    let holder = Persona::named("ichiro").unwrap().holder;
    for secret in [PASSWORD, &holder.name, &holder.address, "一郎", "JPKIAPICCTOKEN2", "3082"] {
        assert!(!text.contains(secret), "{secret}");
    }
    let lines = lines(&work);
    let verify = lines.iter().filter(|line| line["command"]["data"] == "secret");
    assert!(verify.clone().count() > 3 && verify.clone().all(|line| line["command"]["lc"] == Value::Null));
}

#[test]
fn a_trace_file_is_added_to_and_nothing_else_is_written_over() {
    let work = Work::new();
    work.run("tries --sim ichiro --trace trace", "").succeeds();
    let once = lines(&work).len();
    work.run("tries --sim ichiro --trace trace", "").succeeds();
    assert_eq!(lines(&work).len(), 2 * once);
    work.refused("tries --sim ichiro --trace document", "", 2, "unwritable_output");
    work.refused("tries --sim ichiro --trace no/trace", "", 2, "unwritable_output");
    work.refused("tries --sim ichiro --trace .", "", 2, "unwritable_output");
    assert_eq!(work.read("document"), crate::work::DOCUMENT);
    work.write("empty", b"");
    work.run("tries --sim ichiro --trace empty", "").succeeds();
    work.refused("explain trace --html trace", "", 2, "usage");
    work.refused("explain trace --html no/page", "", 2, "unwritable_output");
}

#[test]
fn what_is_no_trace_is_2_with_its_line() {
    let work = Work::new();
    work.run("tries --sim ichiro --trace trace", "").succeeds();
    let text = String::from_utf8(work.read("trace")).unwrap();
    let lines = text.lines().count();
    for (content, code, line) in [
        (String::new(), "trace_malformed", Value::Null),
        ("rubbish\n".to_owned(), "trace_malformed", json!(1)),
        (text.clone() + "rubbish\n", "trace_malformed", json!(lines + 1)),
        (text[..text.len() - 10].to_owned(), "trace_malformed", json!(lines)),
        (text.replacen("\"version\":1", "\"version\":2", 1), "trace_version", json!(1)),
        (text.replacen("answer_len", "answer_length", 1), "trace_malformed", json!(3)),
        ("\n".repeat(20_000_000), "trace_too_long", Value::Null),
    ] {
        work.write("bad", content.as_bytes());
        for command in ["explain bad", "replay bad", "explain bad --html page.html"] {
            let json = work.refused(command, "", 2, code);
            assert_eq!(json["line"], line, "{command}: {json}");
        }
    }
    work.refused("explain missing", "", 2, "unreadable_input");
    work.refused("replay .", "", 2, "unreadable_input");
    work.refused("explain trace --lang fr", "", 2, "usage");
    assert!(!work.names().contains(&"page.html".to_owned()));
}

#[test]
fn a_trace_of_another_machine_is_43_with_its_line() {
    let work = Work::new();
    work.run("tries --sim ichiro --trace trace", "").succeeds();
    let text = String::from_utf8(work.read("trace")).unwrap();
    work.write("edited", text.replace("00200098", "00200080").as_bytes());
    let json = work.refused("replay edited", "", 43, "trace_diverged");
    assert_eq!(json["line"], 4, "{json}");
    assert_eq!(json["recorded"]["command"]["header"], "00200080");
    assert_eq!(json["now"]["command"]["header"], "00200098");
    // It can be told all the same.
    work.run("explain edited", "").succeeds();
}

/// A recording that broke off is told as far as it goes.
#[test]
fn a_trace_without_an_outcome_is_told() {
    let work = Work::new();
    work.run("sign --in document --out out --pin-stdin --sim ichiro --trace trace", PASSWORD).succeeds();
    let text = String::from_utf8(work.read("trace")).unwrap();
    let verify = text.lines().position(|line| line.contains("\"secret\"}")).unwrap();
    let cut: String = text.split_inclusive('\n').take(verify + 1).collect();
    work.write("cut", cut.as_bytes());
    let json = work.json("explain cut", "", 0);
    assert_eq!(json["sessions"][0]["code"], Value::Null);
    let told = json["text"].as_str().unwrap();
    assert!(told.contains("signing password: unknown: a VERIFY is open"), "{told}");
    assert!(told.contains("The recording breaks off here"), "{told}");
    assert!(work.run("replay cut", "").succeeds().contains("as far as the trace goes"));
}
