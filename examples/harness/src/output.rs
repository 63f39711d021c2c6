use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Map, Value};
use tempfile::NamedTempFile;

use crate::failed::Failed;

/// What a finished command prints.
pub(crate) struct Finished {
    pub(crate) text: String,
    pub(crate) json: Map<String, Value>,
    /// 0, or the verdict of `verify`.
    pub(crate) exit: u8,
}

impl Finished {
    pub(crate) fn new(text: impl Into<String>, json: Value) -> Self {
        let json = match json {
            Value::Object(map) => map,
            other => Map::from_iter([("result".to_owned(), other)]),
        };
        Self { text: text.into(), json, exit: 0 }
    }
}

/// Prints the one object or the text, and turns the result into the exit code.
pub(crate) fn report(result: Result<Finished, Failed>, json: bool) -> ExitCode {
    let (exit, written) = match result {
        Ok(finished) if json => (finished.exit, print(&Value::Object(finished.json).to_string())),
        Ok(finished) => (finished.exit, print(&finished.text)),
        Err(failed) => {
            let written = if json {
                let mut object = Map::from_iter([
                    ("error".to_owned(), failed.code.into()),
                    ("message".to_owned(), failed.message.into()),
                    ("exit_code".to_owned(), failed.exit.into()),
                ]);
                object.extend(failed.fields);
                print(&Value::Object(object).to_string())
            } else {
                eprintln!("kazasu: {}", failed.message);
                for (field, value) in failed.fields {
                    eprintln!("  {field}: {value}");
                }
                Ok(())
            };
            (failed.exit, written)
        }
    };
    // A reader that went away has had what it wanted; the work itself is done.
    if written.is_err() && exit == 0 { ExitCode::from(2) } else { ExitCode::from(exit) }
}

fn print(text: &str) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{}", text.trim_end_matches('\n'))?;
    stdout.flush()
}

pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>, Failed> {
    fs::read(path).map_err(|error| Failed::file("unreadable_input", path, &error))
}

/// An output file prepared before the card is touched, so that an unwritable place costs nothing, and put in its place
/// at the end by a rename: the file appears whole or not at all.
pub(crate) struct OutputFile {
    temporary: NamedTempFile,
    path: PathBuf,
}

impl OutputFile {
    pub(crate) fn prepare(path: &Path) -> Result<Self, Failed> {
        let unwritable = |error: std::io::Error| Failed::file("unwritable_output", path, &error);
        if path.is_dir() {
            return Err(unwritable(std::io::ErrorKind::IsADirectory.into()));
        }
        let directory = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let temporary = tempfile::Builder::new().prefix(".kazasu-").tempfile_in(directory).map_err(unwritable)?;
        Ok(Self { temporary, path: path.to_owned() })
    }

    pub(crate) fn write(self, content: &[u8]) -> Result<(), Failed> {
        let Self { mut temporary, path } = self;
        let unwritable = |error: std::io::Error| Failed::file("unwritable_output", &path, &error);
        temporary.write_all(content).map_err(unwritable)?;
        temporary.as_file().sync_all().map_err(unwritable)?;
        make_readable(temporary.as_file()).map_err(unwritable)?;
        temporary.persist(&path).map(drop).map_err(|error| unwritable(error.error))
    }
}

/// Temporary files are made for the owner alone; the results are ordinary files.
#[cfg(unix)]
fn make_readable(file: &fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_: &fs::File) -> std::io::Result<()> {
    Ok(())
}

/// A directory of output files that appears whole or not at all: a new directory is renamed into place; files in an existing
/// one are renamed one after another once all are written.
pub(crate) struct OutputDirectory {
    path: PathBuf,
    files: Vec<OutputFile>,
    made: bool,
}

impl OutputDirectory {
    pub(crate) fn prepare(path: &Path, names: &[&str]) -> Result<Self, Failed> {
        let made = !path.exists();
        if made {
            fs::create_dir(path).map_err(|error| Failed::file("unwritable_output", path, &error))?;
        }
        let mut directory = Self { path: path.to_owned(), files: Vec::new(), made };
        for name in names {
            directory.files.push(OutputFile::prepare(&path.join(name))?);
        }
        Ok(directory)
    }

    /// Writes the contents in the order of the names.
    pub(crate) fn write(mut self, contents: &[&[u8]]) -> Result<(), Failed> {
        let mut written = Vec::new();
        for (file, content) in std::mem::take(&mut self.files).into_iter().zip(contents) {
            written.push(file.path.clone());
            if let Err(failed) = file.write(content) {
                for path in written {
                    let _ = fs::remove_file(path);
                }
                return Err(failed);
            }
        }
        self.made = false;
        Ok(())
    }
}

impl Drop for OutputDirectory {
    fn drop(&mut self) {
        self.files.clear();
        if self.made {
            // Only if it is still empty.
            let _ = fs::remove_dir(&self.path);
        }
    }
}
