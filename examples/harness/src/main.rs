//! `kazasu`: the desktop test harness. A USB reader or a simulated card on one side, files and exit codes on the other.

mod catalogue;
mod channel;
mod cli;
mod commands;
mod driver;
mod failed;
mod interrupt;
mod output;
mod progress;
mod secret_input;
mod settings;
mod wording;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    match cli::parse(&arguments) {
        Ok(cli) => {
            let json = cli.settings.json;
            output::report(commands::run(cli), json)
        }
        Err(cli::Unparsed { instead, json }) => output::report(instead, json),
    }
}
