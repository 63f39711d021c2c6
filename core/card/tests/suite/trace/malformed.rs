use kazasu_card::trace::{FORMAT, MAX_TRACE_LEN, MalformedReason as R, TraceError, VERSION, read};

const HEADER: &str = r#"{"format":"kazasu-trace","version":1,"software":"0.1.0","channel":"simulated","request":{"flow":"remaining_tries"},"options":{"recognise_card":true,"extended_length":true,"application_selected":false,"floor":1}}"#;
const SELECT: &str = r#"{"event":"command","stage":{"stage":"selecting"},"command":{"name":"select","header":"00A4040C","lc":10,"ne":0,"data":{"application":"jpki"}}}"#;
const ANSWER: &str = r#"{"event":"answer","answer_len":2,"sw":"9000","took_us":12000}"#;

fn malformed(lines: &[&str]) -> (usize, R) {
    match read(lines.join("\n").as_bytes()) {
        Err(TraceError::Malformed { line, reason }) => (line, reason),
        other => panic!("{lines:?}: {other:?}"),
    }
}

#[test]
fn what_is_well_formed_is_read() {
    assert!(HEADER.contains(FORMAT) && HEADER.contains(&format!("\"version\":{VERSION}")));
    let one = read([HEADER, SELECT, ANSWER].join("\n").as_bytes()).unwrap();
    assert_eq!((one.len(), one[0].line, one[0].events.len()), (1, 1, 2));
    let two = read([HEADER, SELECT, ANSWER, "", HEADER, SELECT, ""].join("\r\n").as_bytes()).unwrap();
    assert_eq!((two.len(), two[1].line, two[1].events[0].line), (2, 5, 6));
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let with = |line: &str| malformed(&[HEADER, SELECT, line]);
    assert_eq!(malformed(&[SELECT]), (1, R::NoHeader));
    assert_eq!(malformed(&["", SELECT]), (2, R::NoHeader));
    assert_eq!(malformed(&[r#"{"format":"other-trace","version":1}"#]), (1, R::NoHeader));
    assert!(matches!(malformed(&[r#"{"format":"kazasu-trace"}"#]), (1, R::Value(_))));
    assert!(matches!(malformed(&["rubbish", ANSWER]), (1, R::Syntax(_))));
    assert!(matches!(malformed(&["[1]", ANSWER]), (1, R::Value(_))));
    assert!(matches!(malformed(&["\u{FEFF}{}", ANSWER]), (1, R::Syntax(_))));
    // A last line without its end.
    for end in 1..ANSWER.len() {
        assert_eq!(with(&ANSWER[..end]), (3, R::Truncated), "{}", &ANSWER[..end]);
    }
    assert!(matches!(malformed(&[HEADER, &SELECT[..40], ANSWER]), (2, R::Syntax(_))));
    for (from, to) in [
        ("9000", "90G0"),
        ("9000", "900"),
        ("\"9000\"", "36864"),
        ("12000", "-1"),
        ("12000", "1.5"),
        ("12000", "18446744073709551616"),
        (",\"took_us\":12000", ""),
        ("12000", "12000,\"data\":\"4B415A415355\""),
        ("\"answer\"", "\"reply\""),
    ] {
        assert!(matches!(with(&ANSWER.replace(from, to)), (3, R::Value(_))), "{to}");
    }
    assert_eq!(with(&ANSWER.replace(":2,", ":65540,")), (3, R::AnswerTooLong));
    assert!(read([HEADER, SELECT, &ANSWER.replace(":2,", ":65539,")].join("\n").as_bytes()).is_ok());
    for line in [SELECT, r#"{"event":"need_tap","known":"nothing_spent"}"#, r#"{"event":"abandoned"}"#] {
        assert_eq!(with(line), (3, R::Order), "{line}");
    }
    assert_eq!(malformed(&[HEADER, ANSWER]), (2, R::Order));
}

#[test]
fn nothing_another_version_and_too_much_are_told() {
    for nothing in [&b""[..], b"\n", b" \r\n\n"] {
        assert_eq!(read(nothing), Err(TraceError::Empty));
    }
    for found in [0, 2, u64::MAX] {
        let header = HEADER.replace("\"version\":1", &format!("\"version\":{found},\"new\":[]"));
        assert_eq!(read(format!("\n{header}").as_bytes()), Err(TraceError::Version { line: 2, found }));
    }
    assert_eq!(read(&vec![b'\n'; MAX_TRACE_LEN]), Err(TraceError::Empty));
    assert_eq!(read(&vec![b'\n'; MAX_TRACE_LEN + 1]), Err(TraceError::TooLong));
}

/// A file given by mistake is not shown in the error.
#[test]
fn an_error_shows_nothing_of_the_line() {
    for line in
        ["KAZASU2026", r#"{"format":"KAZASU2026"}"#, r#"{"event":"KAZASU2026"}"#, "{\"KAZASU2026\":1}"]
    {
        let error = read(format!("{HEADER}\n{line}\n").as_bytes()).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("KAZASU"), "{error:?}");
    }
}

#[test]
fn each_error_has_its_code() {
    for (text, code) in [
        (String::new(), "trace_malformed"),
        ("rubbish".to_owned(), "trace_malformed"),
        (HEADER.replace("\"version\":1", "\"version\":9"), "trace_version"),
        ("\n".repeat(MAX_TRACE_LEN + 1), "trace_too_long"),
    ] {
        let error = read(text.as_bytes()).unwrap_err();
        assert_eq!(error.code(), code);
        assert!(TraceError::CODES.contains(&code));
        assert_eq!(error.line(), (code == "trace_version" || text == "rubbish").then_some(1));
    }
    assert_eq!(TraceError::CODES.len(), 3);
}
