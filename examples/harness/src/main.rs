//! `kazasu`: the desktop test harness. A USB reader or a simulated card on one side, files and exit codes on the other.

mod catalogue;
mod channel;
mod cli;
mod command_line_error;
mod commands;
mod driver;
mod failed;
mod internal_error;
mod interrupt;
mod language;
mod lint_app;
mod output;
mod progress;
mod secret_input;
mod settings;
mod trace_file;
mod wording;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    match cli::parse(&arguments) {
        Ok(cli) => {
            let json = cli.settings.json;
            output::report(internal_error::contained(|| commands::run(cli)), json)
        }
        Err(cli::Unparsed { instead, json }) => output::report(instead, json),
    }
}
