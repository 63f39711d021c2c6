//! What came of each part, and the exit status that follows from it.

use std::{fmt, process::ExitCode, time::Duration};

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    Failed(String),
    /// A tool is missing; the text says which.
    NotRun(String),
}

/// The table at the end. A part that did not run never counts as passed.
pub(crate) struct Summary {
    /// On a CI machine a missing tool is a failure of its own.
    ci: bool,
    rows: Vec<(&'static str, Outcome, Duration)>,
}

impl Summary {
    pub(crate) const fn new(ci: bool) -> Self {
        Self { ci, rows: Vec::new() }
    }

    pub(crate) fn add(&mut self, part: &'static str, outcome: Outcome, took: Duration) {
        let outcome = match outcome {
            Outcome::NotRun(reason) if self.ci => Outcome::Failed(reason),
            other => other,
        };
        self.rows.push((part, outcome, took));
    }

    /// Nothing run is no success either.
    pub(crate) fn is_success(&self) -> bool {
        !self.rows.is_empty() && self.rows.iter().all(|(_, outcome, _)| *outcome == Outcome::Passed)
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        if self.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<10} {:>7}  result", "part", "seconds")?;
        for (part, outcome, took) in &self.rows {
            let (result, reason) = match outcome {
                Outcome::Passed => ("passed", ""),
                Outcome::Failed(reason) => ("FAILED: ", reason.as_str()),
                Outcome::NotRun(reason) => ("NOT RUN: ", reason.as_str()),
            };
            writeln!(f, "{part:<10} {:>7.1}  {result}{reason}", took.as_secs_f64())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(ci: bool, outcomes: Vec<Outcome>) -> Summary {
        let mut summary = Summary::new(ci);
        for outcome in outcomes {
            summary.add("pcsc", outcome, Duration::from_millis(1240));
        }
        summary
    }

    #[test]
    fn success_is_every_part_passed() {
        let missing = || Outcome::NotRun("no pcscd".into());
        assert!(summary(true, vec![Outcome::Passed, Outcome::Passed]).is_success());
        assert!(!summary(false, vec![]).is_success());
        assert!(!summary(false, vec![Outcome::Passed, Outcome::Failed("x".into())]).is_success());
        assert!(!summary(false, vec![Outcome::Passed, missing()]).is_success());
        assert!(!summary(true, vec![missing(), Outcome::Passed]).is_success());
    }

    #[test]
    fn a_missing_tool_reads_as_a_failure_on_ci_only() {
        let missing = || vec![Outcome::NotRun("no pcscd".into())];
        let header = "part       seconds  result\n";
        assert_eq!(
            summary(false, missing()).to_string(),
            format!("{header}pcsc           1.2  NOT RUN: no pcscd\n")
        );
        assert_eq!(
            summary(true, missing()).to_string(),
            format!("{header}pcsc           1.2  FAILED: no pcscd\n")
        );
    }

    #[test]
    fn the_table_says_passed() {
        let table = summary(true, vec![Outcome::Passed]).to_string();
        assert!(table.ends_with("pcsc           1.2  passed\n"), "{table}");
    }
}
