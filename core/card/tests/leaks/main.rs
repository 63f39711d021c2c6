//! What must not get out: secrets, names, addresses, serial numbers, the twelve digits of a My Number.
//!
//! `output`: everything that a session can print, for every persona, flow and fault. `heap`: what is left in memory after
//! each way out of a session. One thread, and a process of its own, so that memory is still when it is looked at.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests, which clippy.toml does not cover"
)]

#[cfg(target_os = "linux")]
mod heap;
#[cfg(target_os = "linux")]
mod memory;
mod output;
mod patterns;

use std::process::{Command, ExitCode};

/// The allocator's cache writes over the first sixteen bytes of what it is given back, which would hide what was not wiped.
/// Without it only eight are written over.
const TUNABLES: &str = "GLIBC_TUNABLES";
const NO_CACHE: &str = "glibc.malloc.tcache_count=0";

/// As `cargo test` calls it: `--list` and `--skip` are not needed here, a word chooses.
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let wanted = |name: &str| {
        let words: Vec<_> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
        words.is_empty() || words.iter().any(|word| name.contains(word.as_str()))
    };
    if arguments.iter().any(|argument| argument == "--list") {
        return ExitCode::SUCCESS;
    }
    if cfg!(target_env = "gnu") && std::env::var_os(TUNABLES).is_none() {
        let program = std::env::current_exe().unwrap();
        let status = Command::new(program).args(arguments).env(TUNABLES, NO_CACHE).status().unwrap();
        return if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let tests: &[(&str, fn())] = &[
        // First, so that memory holds what a session leaves and nothing else.
        #[cfg(target_os = "linux")]
        ("heap::nothing_is_left_in_memory", heap::nothing_is_left_in_memory),
        ("patterns::each_form_is_found", patterns::each_form_is_found),
        ("output::nothing_is_printed", output::nothing_is_printed),
    ];
    for (name, test) in tests.iter().filter(|(name, _)| wanted(name)) {
        test();
        println!("test {name} ... ok");
    }
    ExitCode::SUCCESS
}
