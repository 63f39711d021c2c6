//! `kazasu`: the desktop test harness. A USB reader or a simulated card on one side, files and exit codes on the other.

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

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let (json, result) = match cli::parse(&arguments) {
        Ok(cli) => (cli.settings.json, commands::run(cli)),
        Err(cli::Unparsed::Message(text)) => {
            print!("{text}");
            return ExitCode::SUCCESS;
        }
        Err(cli::Unparsed::Usage { failed, json }) => (json, Err(failed)),
    };
    output::report(result, json)
}
