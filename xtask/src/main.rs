//! `cargo xtask`: the one command for set-up, tests and checks.
//!
//! `cargo xtask test` provides what the parts need, runs every part and ends with a summary;
//! `--list` names the parts, `--only PART` runs one. A part is one file in `src/parts`.

mod bindings;
mod cache;
mod call_status;
mod command;
mod corpus;
mod cross;
mod generate;
mod needs;
mod package;
mod parts;
mod policy;
mod summary;
mod swift_chroot;

use std::{env, path::PathBuf, process::ExitCode, time::Instant};

use anyhow::Result;
use clap::{Parser, Subcommand};
use needs::Need;
use package::Package;
use parts::Part;
use summary::{Outcome, Summary};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Set-up, tests and checks of the Kazasu workspace")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Provide what the tests need, then run all of them
    Test {
        /// Run this part; may be given several times
        #[arg(long, value_name = "PART", value_parser = parts::parse)]
        only: Vec<&'static Part>,
        /// Name the parts, one on a line
        #[arg(long)]
        list: bool,
    },
    /// Write the files that are made from data: error catalogue, personas
    Generate,
    /// Build the bindings and write their Kotlin, Swift and Python sides
    Bindings {
        /// Where to; one folder per language, and the libraries of this machine
        #[arg(long, value_name = "DIR", default_value = bindings::OUT)]
        out: PathBuf,
    },
    /// Make what app developers get, with a check of the native libraries in it
    #[command(subcommand)]
    Package(Package),
    /// Print sizes of the packaged libraries and times through Kotlin (docs/performance.md)
    Measure,
    /// Run the whole model of the card machine and write docs/pin-safety.md
    PinSafety,
    /// Write the attack cases as files with a manifest, for any verifier (docs/attack-corpus.md)
    AttackCorpus {
        /// Where to; an empty directory, or one that is not there yet
        #[arg(long, value_name = "DIR", value_parser = absolute)]
        out: PathBuf,
    },
}

fn main() -> ExitCode {
    let task = Arguments::parse().task;
    if let Err(error) = env::set_current_dir(workspace_root()) {
        eprintln!("xtask: {}: {error}", workspace_root().display());
        return ExitCode::FAILURE;
    }
    match task {
        Task::Test { list: true, .. } => {
            for part in parts::ALL {
                println!("{:<12} {}", part.name, part.about);
            }
            ExitCode::SUCCESS
        }
        Task::Test { only, list: false } => {
            let is_chosen =
                |part: &&Part| only.is_empty() || only.iter().any(|chosen| chosen.name == part.name);
            let chosen: Vec<&Part> = parts::ALL.iter().filter(is_chosen).collect();
            let summary = test(&chosen);
            print!("\n{summary}");
            summary.exit_code()
        }
        Task::Generate => exit_code(generate::generate()),
        Task::Bindings { out } => exit_code(bindings::write(&out, &bindings::Language::ALL)),
        Task::Package(what) => exit_code(package::package(&what)),
        Task::Measure => exit_code(package::measure()),
        Task::PinSafety => exit_code(parts::pin_safety::write()),
        Task::AttackCorpus { out } => exit_code(corpus::write(&out)),
    }
}

/// A path as it was meant: later on we are in the root of the workspace.
fn absolute(path: &str) -> std::io::Result<PathBuf> {
    std::path::absolute(path)
}

fn exit_code(result: Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the parts one after another; one that fails does not keep the later ones from running.
fn test(chosen: &[&Part]) -> Summary {
    let all: Vec<Need> = chosen.iter().flat_map(|part| part.needs).copied().collect();
    needs::provide(&all);
    let mut summary = Summary::new(env::var("CI").is_ok_and(|value| value == "true"));
    for part in chosen {
        println!("\n== {}: {}", part.name, part.about);
        let start = Instant::now();
        let missing = needs::missing(part.needs);
        let outcome = if missing.is_empty() {
            (part.run)().map_or_else(|error| Outcome::Failed(format!("{error:#}")), |()| Outcome::Passed)
        } else {
            Outcome::NotRun(missing.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
        };
        summary.add(part.name, outcome, start.elapsed());
    }
    summary
}

fn workspace_root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}
