//! This program as the linker of the shipped libraries: it exports what apps call and nothing else.
//!
//! uniffi describes the interface in exported statics, documentation included, for its generator. The generator reads another
//! build (`bindings.rs`), so that apps need not carry them, 50 KB. Nothing but the list of exports, which rustc hands to the
//! linker as a file, keeps them in the library.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
    path::Path,
    process::{Command, ExitCode},
};

use anyhow::{Context as _, Result};

/// Names the linker proper, and makes this program its front.
const LINKER: &str = "KAZASU_LINKER";

/// How rustc names the file with the exports of an ELF library.
const EXPORTS: &str = "-Wl,--version-script=";

/// What uniffi's statics begin with.
const DESCRIPTION: &str = "UNIFFI_META_";

/// Lets cargo link for `target` through this program. Arguments for rustc itself can only follow.
///
/// # Errors
/// This program does not know where it is.
pub(super) fn use_for(command: &mut Command, target: &str, linker: &OsStr) -> Result<()> {
    let front = env::current_exe().context("where xtask is")?;
    command.env(LINKER, linker).env(variable(target), front);
    // Cargo compares the front alone, which stays where it is: behind another linker everything is to be built anew.
    command
        .arg("--config")
        .arg(format!(r#"target.{target}.rustflags = ['--cfg=linked_by="{}"']"#, linker.to_string_lossy()));
    Ok(())
}

/// Where cargo looks for the linker of a target.
pub(super) fn variable(target: &str) -> String {
    format!("CARGO_TARGET_{}_LINKER", target.to_uppercase().replace('-', "_"))
}

/// Links, if it is for that that we were started.
pub(crate) fn link() -> Option<ExitCode> {
    let linker = env::var_os(LINKER)?;
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let linked = restrict(&arguments).and_then(|()| {
        let status = Command::new(&linker).args(&arguments).env_remove(LINKER).status();
        status.with_context(|| linker.to_string_lossy().into_owned())
    });
    Some(match linked {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask, as linker: {error:#}");
            ExitCode::FAILURE
        }
    })
}

/// Strikes the descriptions from the list of exports, if there is one.
fn restrict(arguments: &[OsString]) -> Result<()> {
    let lists = arguments.iter().filter_map(|argument| argument.to_str()?.strip_prefix(EXPORTS));
    for list in lists.map(Path::new) {
        let context = || list.display().to_string();
        let all = fs::read_to_string(list).with_context(context)?;
        fs::write(list, without_descriptions(&all)).with_context(context)?;
    }
    Ok(())
}

fn without_descriptions(exports: &str) -> String {
    exports.lines().filter(|line| !line.trim_start().starts_with(DESCRIPTION)).fold(
        String::new(),
        |mut kept, line| {
            kept.push_str(line);
            kept.push('\n');
            kept
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_struck_from_the_list_of_exports() {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("list");
        let exports = "{\n  global:\n    ffi_a_contract;\n    UNIFFI_META_A_FUNC_B;\n    uniffi_a_fn_func_b;\n\n  local:\n    *;\n};\n";
        fs::write(&list, exports).unwrap();
        restrict(&["-shared".into(), format!("{EXPORTS}{}", list.display()).into()]).unwrap();
        let expected = "{\n  global:\n    ffi_a_contract;\n    uniffi_a_fn_func_b;\n\n  local:\n    *;\n};\n";
        assert_eq!(fs::read_to_string(&list).unwrap(), expected);
        assert!(restrict(&[format!("{EXPORTS}/no/such/list").into()]).is_err());
        assert!(restrict(&["-o".into(), "x".into()]).is_ok());
    }

    #[test]
    fn cargo_is_told_by_target() {
        assert_eq!(variable("armv7-linux-androideabi"), "CARGO_TARGET_ARMV7_LINUX_ANDROIDEABI_LINKER");
    }
}
