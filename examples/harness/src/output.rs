//! What a command leaves behind: one object or text on standard output, an exit code, and files that appear whole or not
//! at all.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Map, Value};
use tempfile::{NamedTempFile, TempDir};

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
    let (exit, printed) = match result {
        Ok(finished) if json => (finished.exit, print(&Value::Object(finished.json).to_string())),
        Ok(finished) => (finished.exit, print(&finished.text)),
        Err(failed) if json => (failed.exit, print(&failed.into_json().to_string())),
        Err(failed) => {
            complain(&failed.to_string());
            (failed.exit, Ok(()))
        }
    };
    match printed {
        // A reader that went away has had what it wanted.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            complain(&format!("standard output: {error}"));
            ExitCode::from(if exit == 0 { 2 } else { exit })
        }
        _ => ExitCode::from(exit),
    }
}

fn print(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{}", text.trim_end_matches('\n'))?;
    stdout.flush()
}

/// Tells people something on standard error; if even that fails there is nobody left to tell.
pub(crate) fn complain(message: &str) {
    let _ = writeln!(io::stderr(), "kazasu: {}", message.trim_end_matches('\n'));
}

pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>, Failed> {
    fs::read(path).map_err(|error| Failed::file("unreadable_input", path, &error))
}

/// Output files, begun before the card is touched, so that an unwritable place costs nothing. They are written beside
/// their places and renamed at the end: all of them appear, each whole, or none.
pub(crate) struct Outputs {
    files: Vec<OutputFile>,
    /// A directory that is not there yet, and the place where it will be.
    new_directory: Option<(TempDir, PathBuf)>,
}

struct OutputFile {
    temporary: NamedTempFile,
    place: PathBuf,
}

impl Outputs {
    /// Files at these paths, which have to differ from each other and from the inputs.
    pub(crate) fn files<P: AsRef<Path>>(
        paths: impl IntoIterator<Item = P>,
        inputs: &[&Path],
    ) -> Result<Self, Failed> {
        let mut taken: Vec<PathBuf> =
            inputs.iter().filter_map(|input| fs::canonicalize(input).ok()).collect();
        let mut files = Vec::new();
        for path in paths {
            let path = path.as_ref();
            let unwritable = |error: io::Error| Failed::file("unwritable_output", path, &error);
            let place = place(path).map_err(unwritable)?;
            if taken.contains(&place) {
                return Err(Failed::usage(format!("{}: the same file is given twice", path.display())));
            }
            files.push(OutputFile::begin(place.clone()).map_err(unwritable)?);
            taken.push(place);
        }
        Ok(Self { files, new_directory: None })
    }

    /// Files of these names in a directory, which is made if it is not there; its parent has to be.
    pub(crate) fn in_directory(path: &Path, names: &[&str], inputs: &[&Path]) -> Result<Self, Failed> {
        if path.exists() || path.is_symlink() {
            return Self::files(names.iter().map(|name| path.join(name)), inputs);
        }
        let unwritable = |error: io::Error| Failed::file("unwritable_output", path, &error);
        let directory = temporary(0o777).tempdir_in(parent(path)).map_err(unwritable)?;
        let begun = names.iter().map(|name| OutputFile::begin(directory.path().join(name)));
        let files = begun.collect::<io::Result<_>>().map_err(unwritable)?;
        Ok(Self { files, new_directory: Some((directory, path.to_owned())) })
    }

    /// Writes the contents in the order of the paths. What has no path is not written.
    pub(crate) fn write(mut self, contents: &[&[u8]]) -> Result<(), Failed> {
        for (file, content) in self.files.iter_mut().zip(contents) {
            file.fill(content).map_err(|error| Failed::file("unwritable_output", &file.place, &error))?;
        }
        let mut written = Vec::new();
        for OutputFile { temporary, place } in self.files {
            if let Err(error) = temporary.persist(&place) {
                // Of no use without this one.
                for path in written {
                    let _ = fs::remove_file(path);
                }
                return Err(Failed::file("unwritable_output", &place, &error.error));
            }
            written.push(place);
        }
        if let Some((directory, path)) = self.new_directory {
            fs::rename(&directory, &path)
                .map_err(|error| Failed::file("unwritable_output", &path, &error))?;
            // Nothing is left to remove.
            let _ = directory.keep();
        }
        Ok(())
    }
}

impl OutputFile {
    fn begin(place: PathBuf) -> io::Result<Self> {
        let temporary = temporary(0o666).tempfile_in(parent(&place))?;
        if let Ok(present) = fs::metadata(&place) {
            temporary.as_file().set_permissions(present.permissions())?;
        }
        Ok(Self { temporary, place })
    }

    fn fill(&mut self, content: &[u8]) -> io::Result<()> {
        self.temporary.write_all(content)?;
        self.temporary.as_file().sync_all()
    }
}

/// Where a file at this path really goes: behind links, and not in the place of a device or of a file kept from writing.
fn place(path: &Path) -> io::Result<PathBuf> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(metadata) if !metadata.is_file() => Err(io::Error::other("not an ordinary file")),
        Ok(metadata) if metadata.permissions().readonly() => Err(io::ErrorKind::PermissionDenied.into()),
        Ok(_) => fs::canonicalize(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !path.is_symlink() => {
            let name = path.file_name().ok_or(error)?;
            Ok(fs::canonicalize(parent(path))?.join(name))
        }
        Err(error) => Err(error),
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Temporary files are made for the owner alone; the results are as open as the umask lets ordinary ones be.
fn temporary(mode: u32) -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".kazasu-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    #[cfg(not(unix))]
    let _ = mode;
    builder
}
