//! Running other programs, in the workspace root and without standard input.

use std::{
    env,
    ffi::OsStr,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

/// The cargo that runs us, so that a toolchain named on the command line stays the same throughout.
pub(crate) fn cargo() -> Command {
    program(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.stdin(Stdio::null());
    command
}

/// Maven on a project, telling warnings and failures alone.
pub(crate) fn maven(project: &Path) -> Command {
    let mut command = program("mvn");
    command.args(["--batch-mode", "--no-transfer-progress", "--file"]).arg(project.join("pom.xml"));
    command.arg("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    command
}

/// Prints and runs `command`, and turns an exit status other than 0 into an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    println!("$ {line}");
    let status = command.status().with_context(|| format!("cannot start `{line}`"))?;
    ensure!(status.success(), "`{line}` ended with {status}");
    Ok(())
}

/// What `command` writes to standard output.
pub(crate) fn output(command: &mut Command) -> Result<Vec<u8>> {
    let line = line(command);
    let output =
        command.stderr(Stdio::inherit()).output().with_context(|| format!("cannot start `{line}`"))?;
    ensure!(output.status.success(), "`{line}` ended with {}", output.status);
    Ok(output.stdout)
}

fn line(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_name().unwrap_or_default();
    std::iter::once(name).chain(command.get_args()).map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_an_error_that_names_it() {
        let error = run(program("sh").args(["-c", "exit 3"])).unwrap_err();
        assert_eq!(error.to_string(), "`sh -c exit 3` ended with exit status: 3");
        assert!(run(&mut program("true")).is_ok());
        assert!(run(&mut program("no-such-program-here")).is_err());
    }

    #[test]
    fn output_is_standard_output() {
        assert_eq!(output(program("echo").arg("x")).unwrap(), b"x\n");
    }
}
