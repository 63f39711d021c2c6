//! `pin-safety [--check] PAGE`: runs the whole model and writes the page, or checks that the page is what the run gives.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Instant;
use std::{env, fs};

use anyhow::{Context, Result, bail};
use kazasu_model::{Plan, RightShell, Tally, markdown, run};

fn main() -> Result<ExitCode> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (page, check) = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--check", page] => ((*page).to_owned(), true),
        [page] if !page.starts_with('-') => ((*page).to_owned(), false),
        _ => bail!("usage: pin-safety [--check] PAGE"),
    };
    let start = Instant::now();
    let plans = Plan::full()?;
    let mut tally = Tally::default();
    let mut out = std::io::stdout().lock();
    for plan in &plans {
        tally.absorb(run(plan, || Box::new(RightShell))?);
        writeln!(out, "{} cases after {:.0?}", tally.cases(), start.elapsed())?;
    }
    for violation in &tally.violations {
        writeln!(out, "VIOLATION of {}: {}: {}", violation.rule, violation.case, violation.detail)?;
    }
    let text = markdown(&plans, &tally);
    if check {
        let committed = fs::read_to_string(&page).with_context(|| page.clone())?;
        if committed != text {
            writeln!(out, "{page} is not what the run gives: write it again")?;
            return Ok(ExitCode::FAILURE);
        }
    } else {
        fs::write(&page, text).with_context(|| page.clone())?;
        writeln!(out, "{page} written")?;
    }
    Ok(if tally.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
