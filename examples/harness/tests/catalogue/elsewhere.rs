//! Errors that other tests reach: the reference leads there.

use std::process::{Command, Stdio};

use kazasu_attacks::{Attack, Expected, attacks};
use kazasu_sim::Persona;
use kazasu_sim::status_services::CertificateStatus;

use crate::source::texts;
use crate::{Entry, catalogue, workspace};

/// The name of a code in the table of attacks: `aki_mismatch` is `AkiMismatch`.
fn variant(code: &str) -> String {
    code.split('_').map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

/// How source text may speak of a code: as a literal, or as the variant that has it.
fn spellings(code: &str) -> [String; 3] {
    let (prefix, rest) = code.split_once('_').unwrap_or((code, ""));
    [
        format!("\"{code}\""),
        format!("Rejection::{}", variant(code)),
        format!(
            "{}Problem::{}",
            variant(prefix),
            if rest.is_empty() { String::new() } else { variant(rest) }
        ),
    ]
}

fn is_named_in(path: &str, code: &str) -> bool {
    let texts = texts(&workspace().join(path));
    // Beside the code itself, only its unit tests count.
    let all_tests = ["/tests/", "/src/test/", "/Tests/"].iter().any(|folder| path.contains(folder))
        || path.starts_with("core/attacks/");
    let of_tests = |text: &String| {
        if all_tests {
            text.clone()
        } else {
            text.split_once("#[cfg(test)]").unwrap_or_default().1.to_owned()
        }
    };
    let texts: Vec<_> = texts.iter().map(of_tests).collect();
    spellings(code).iter().any(|spelling| texts.iter().any(|text| text.contains(spelling)))
}

#[test]
fn attack_cases_are_in_the_table_and_end_so() {
    let facts = std::fs::read_to_string(workspace().join("docs/certificate-facts.md")).unwrap();
    let row = |number: u8| facts.lines().find(|line| line.starts_with(&format!("| {number} | "))).unwrap();
    let cases: Vec<_> = catalogue().into_iter().filter_map(|e| Some((e.reach.attack?, e.code))).collect();
    assert!(cases.len() > 30);
    let attacks = attacks();
    for (number, code) in cases {
        let class = row(number).split(" | ").nth(2).unwrap();
        let classes: Vec<_> = class.split([' ', ',']).collect();
        assert!(classes.contains(&variant(&code).as_str()), "case {number} ends in {class}, not in {code}");
        let ends_so = |attack: &Attack| {
            let is_open = matches!(attack.expected, Expected::Open(_)) && code == "indeterminate";
            attack.case == Some(number) && (attack.expected.code() == Some(&*code) || is_open)
        };
        assert!(attacks.iter().any(ends_so), "no attack of case {number} ends in {code}");
    }
}

#[test]
fn what_is_left_to_a_test_is_named_in_it() {
    for Entry { code, reach, .. } in catalogue() {
        if let Some(path) = reach.test {
            assert!(is_named_in(&path, &code), "{path} does not name {code}");
        }
    }
}

#[test]
fn a_persona_of_its_own_is_revoked() {
    let alone = |e: Entry| e.reach.request.is_none().then_some((e.reach.persona?, e.code));
    let personas: Vec<_> = catalogue().into_iter().filter_map(alone).collect();
    assert_eq!(personas, [("revoked".to_owned(), "revoked".to_owned())]);
    let revoked = Persona::named("revoked").unwrap();
    let mut statuses = revoked.certificates.statuses(kazasu_sim::Purpose::Signing);
    assert!(matches!(statuses.next().unwrap().1, CertificateStatus::Revoked { .. }));
}

#[test]
fn command_lines_end_as_they_say() {
    let folder = tempfile::tempdir().unwrap();
    for Entry { code, reach, .. } in catalogue() {
        let Some(command) = reach.command else { continue };
        let output = Command::new(env!("CARGO_BIN_EXE_kazasu"))
            .args(command.split(' '))
            .arg("--json")
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), reach.exit, "{command}");
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(json["error"], code, "{command}: {json}");
    }
}

/// Nothing is reached by nothing.
#[test]
fn each_entry_says_how_in_one_way() {
    for Entry { code, reach, .. } in catalogue() {
        let ways = [
            reach.persona.is_some(),
            reach.pin.is_some(),
            reach.password.is_some(),
            reach.attack.is_some(),
            reach.command.is_some(),
            reach.test.is_some(),
            reach.defect.is_some(),
        ];
        assert_eq!(ways.into_iter().filter(|way| *way).count(), 1, "{code}");
    }
}
