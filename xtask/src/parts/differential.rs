//! Our verdict on the attack corpus beside those of OpenSSL and pyhanko-certvalidator.
//!
//! A disagreement must be listed with its reason in `expected-disagreements.toml`, and what is listed must be one: when
//! another verifier changes its mind, somebody should look why.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::Part;
use crate::{
    cache,
    command::{output, program, run},
    corpus,
    needs::Need,
};

pub(super) const PART: Part = Part {
    name: "differential",
    about: "kazasu, OpenSSL and pyhanko-certvalidator on the attack corpus",
    needs: &[
        Need::Program { name: "openssl", package: "openssl" },
        Need::Program { name: "faketime", package: "faketime" },
        Need::Program { name: "python3", package: "python3-venv" },
    ],
    fetch: Some(provide_venv),
    run: differential,
};

const FOLDER: &str = "core/attacks/differential";
const VENV: &str = "target/differential/venv";

/// What a judge's script writes.
#[derive(Debug, Deserialize)]
struct Judgement {
    judge: String,
    verdicts: BTreeMap<String, Verdict>,
}

#[derive(Debug, Deserialize)]
struct Verdict {
    accepted: bool,
    #[serde(default)]
    why: String,
}

/// `expected-disagreements.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    disagreement: Vec<Disagreement>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Disagreement {
    judge: String,
    reason: String,
    vectors: Vec<String>,
}

fn differential() -> Result<()> {
    let directory = Path::new("target/differential/corpus");
    let manifest = corpus::write_anew(directory)?;
    let ours = corpus::ask_kazasu(directory, &manifest)?;
    let listed = fs::read_to_string(Path::new(FOLDER).join("expected-disagreements.toml"))?;
    let listed: Expected = toml::from_str(&listed)?;
    provide_venv()?;
    let mut surprises = Vec::new();
    for (judge, python) in [("openssl", "python3"), ("pyhanko", &*format!("{VENV}/bin/python"))] {
        let script = format!("{FOLDER}/{judge}_judge.py");
        let judgement = output(program(python).arg(script).arg(directory))?;
        let judgement: Judgement = serde_json::from_slice(&judgement)?;
        let of_judge: Vec<_> = listed.disagreement.iter().filter(|one| one.judge == judge).collect();
        surprises.extend(compare(&ours, &judgement, &of_judge));
        let (judged, disagreed) =
            (judgement.verdicts.len(), of_judge.iter().map(|one| one.vectors.len()).sum::<usize>());
        println!(
            "{}: {judged} of {} vectors judged, {} agreements, {disagreed} listed disagreements",
            judgement.judge,
            manifest.vectors.len(),
            judged.saturating_sub(disagreed),
        );
    }
    for surprise in &surprises {
        println!("{surprise}");
    }
    ensure!(surprises.is_empty(), "{} surprises", surprises.len());
    Ok(())
}

/// The Python packages in an environment of their own.
fn provide_venv() -> Result<()> {
    let _alone = cache::lock();
    let requirements = format!("{FOLDER}/requirements.txt");
    let wanted = fs::read(&requirements)?;
    let installed = format!("{VENV}/requirements.txt");
    if fs::read(&installed).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    run(program("python3").args(["-m", "venv", "--clear", VENV])).context("Debian package python3-venv")?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    run(program(format!("{VENV}/bin/python")).args(pip).arg(&requirements))?;
    Ok(fs::write(installed, wanted)?)
}

/// What is not as listed.
fn compare(ours: &BTreeMap<String, bool>, theirs: &Judgement, listed: &[&Disagreement]) -> Vec<String> {
    let mut reasons = BTreeMap::new();
    let mut surprises = Vec::new();
    let judge = &theirs.judge;
    for Disagreement { reason, vectors, .. } in listed {
        for id in vectors {
            if reasons.insert(id, reason).is_some() {
                surprises.push(format!("{judge}: {id} is listed twice"));
            }
            if !theirs.verdicts.contains_key(id) {
                surprises.push(format!("{judge}: {id} is listed, but was not judged"));
            }
        }
    }
    for (id, Verdict { accepted, why }) in &theirs.verdicts {
        let word = if *accepted { "accepts" } else { "refuses" };
        match (ours.get(id), reasons.get(id)) {
            (None, _) => surprises.push(format!("{judge}: judged {id}, which kazasu did not")),
            (Some(same), Some(reason)) if same == accepted => {
                surprises.push(format!("{judge}: {word} {id} as kazasu does, but this is listed: {reason}"));
            }
            (Some(same), None) if same != accepted => {
                surprises
                    .push(format!("{judge}: {word} {id}, kazasu does not, and nothing is listed; {why}"));
            }
            _ => {}
        }
    }
    surprises
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreements_and_disagreements_have_to_be_those_listed() {
        let ours = BTreeMap::from([("a", true), ("b", false), ("c", false)]);
        let ours = ours.into_iter().map(|(id, accepted)| (id.to_owned(), accepted)).collect();
        let verdict = |accepted| Verdict { accepted, why: "because".to_owned() };
        let theirs = |verdicts: &[(&str, bool)]| Judgement {
            judge: "J".to_owned(),
            verdicts: verdicts.iter().map(|(id, accepted)| ((*id).to_owned(), verdict(*accepted))).collect(),
        };
        let listed = |vectors: &[&str]| Disagreement {
            judge: "j".to_owned(),
            reason: "reason".to_owned(),
            vectors: vectors.iter().map(ToString::to_string).collect(),
        };
        let differ =
            |verdicts: &[(&str, bool)], ids: &[&str]| compare(&ours, &theirs(verdicts), &[&listed(ids)]);
        let all = [("a", true), ("b", true), ("c", false)];
        assert_eq!(differ(&all, &["b"]), Vec::<String>::new());
        assert_eq!(differ(&all[..1], &[]), Vec::<String>::new());
        assert_eq!(differ(&all, &[]), ["J: accepts b, kazasu does not, and nothing is listed; because"]);
        let listed_agreement = "J: refuses c as kazasu does, but this is listed: reason";
        assert_eq!(differ(&all, &["b", "c"]), [listed_agreement]);
        assert_eq!(differ(&all[..1], &["b"]), ["J: b is listed, but was not judged"]);
        assert_eq!(differ(&all, &["b", "b"]), ["J: b is listed twice"]);
        assert_eq!(differ(&[("d", true)], &[]), ["J: judged d, which kazasu did not"]);
    }
}
