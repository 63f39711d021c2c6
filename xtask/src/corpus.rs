//! The attack corpus, and `kazasu verify` on each of its vectors.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::command::{cargo, output, program, run};

/// What is read of `manifest.json`; docs/attack-corpus.md describes it.
#[derive(Debug, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) vectors: Vec<Vector>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Vector {
    pub(crate) id: String,
    pub(crate) case: Option<u8>,
    arguments: Option<Vec<String>>,
    expected: Expected,
}

#[derive(Debug, Deserialize)]
struct Expected {
    verdict: String,
    exit_code: i32,
    errors: Vec<String>,
    attributes: bool,
}

/// Writes the corpus to a directory that is empty or not there yet.
pub(crate) fn write(directory: &Path) -> Result<()> {
    run(cargo().args(["run", "--quiet", "--locked", "--package", "kazasu-attacks", "--"]).arg(directory))
}

/// Writes the corpus to a directory of ours, whatever is there.
pub(crate) fn write_anew(directory: &Path) -> Result<Manifest> {
    if directory.exists() {
        fs::remove_dir_all(directory).with_context(|| directory.display().to_string())?;
    }
    write(directory)?;
    let manifest = fs::read(directory.join("manifest.json"))?;
    Ok(serde_json::from_slice(&manifest)?)
}

/// What `kazasu verify` says.
#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Answer {
    #[serde(skip)]
    exit_code: Option<i32>,
    verdict: String,
    errors: Vec<String>,
    #[serde(default)]
    attributes: serde_json::Value,
}

impl Answer {
    fn is_expected(&self, expected: &Expected) -> bool {
        self.exit_code == Some(expected.exit_code)
            && self.verdict == expected.verdict
            && self.attributes.is_object() == expected.attributes
            && self.errors.first() == expected.errors.first()
            && expected.errors.iter().all(|code| self.errors.contains(code))
    }
}

/// Asks the built `kazasu` about every vector its command line can ask about: by name, whether it accepts.
///
/// # Errors
/// An answer is not the expected one.
pub(crate) fn ask_kazasu(directory: &Path, manifest: &Manifest) -> Result<BTreeMap<String, bool>> {
    run(cargo().args(["build", "--quiet", "--locked", "--package", "kazasu"]))?;
    let binary = target_directory()?.join("debug/kazasu");
    let mut verdicts = BTreeMap::new();
    let mut wrong = 0;
    for vector in &manifest.vectors {
        let Some(arguments) = &vector.arguments else { continue };
        let answer = ask(&binary, directory, arguments).with_context(|| vector.id.clone())?;
        if !answer.is_expected(&vector.expected) {
            println!("{}: expected {:?}, but {answer:?}", vector.id, vector.expected);
            wrong += 1;
        }
        verdicts.insert(vector.id.clone(), answer.exit_code == Some(0));
    }
    ensure!(wrong == 0, "{wrong} answers of {} are not the expected ones", verdicts.len());
    Ok(verdicts)
}

fn ask(binary: &Path, directory: &Path, arguments: &[String]) -> Result<Answer> {
    let output = program(binary).args(arguments).current_dir(directory).output()?;
    let read = || String::from_utf8_lossy(&output.stderr).into_owned();
    let answer: Answer = serde_json::from_slice(&output.stdout).with_context(read)?;
    Ok(Answer { exit_code: output.status.code(), ..answer })
}

fn target_directory() -> Result<std::path::PathBuf> {
    #[derive(Deserialize)]
    struct Metadata {
        target_directory: std::path::PathBuf,
    }
    let metadata = output(cargo().args(["metadata", "--format-version=1", "--no-deps", "--locked"]))?;
    Ok(serde_json::from_slice::<Metadata>(&metadata)?.target_directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_an_answer_counts() {
        let expected = Expected {
            verdict: "indeterminate".into(),
            exit_code: 42,
            errors: vec!["crl_scope".into(), "indeterminate".into()],
            attributes: false,
        };
        let answer = |code, verdict: &str, errors: &[&str], attributes| Answer {
            exit_code: Some(code),
            verdict: verdict.into(),
            errors: errors.iter().map(ToString::to_string).collect(),
            attributes,
        };
        let (null, object) = (serde_json::Value::Null, serde_json::json!({}));
        let right = ["crl_scope", "crl_encoding", "indeterminate"];
        assert!(answer(42, "indeterminate", &right, null.clone()).is_expected(&expected));
        for wrong in [
            answer(41, "indeterminate", &right, null.clone()),
            answer(42, "rejected", &right, null.clone()),
            answer(42, "indeterminate", &right[1..], null.clone()),
            answer(42, "indeterminate", &right[..2], null),
            answer(42, "indeterminate", &right, object),
        ] {
            assert!(!wrong.is_expected(&expected), "{wrong:?}");
        }
    }
}
