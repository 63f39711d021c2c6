use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use kazasu_card::trace::{FORMAT, MAX_TRACE_LEN, Trace, read};

use crate::catalogue;
use crate::failed::Failed;
use crate::output::complain;

/// The file of --trace. It is added to, so that one file takes the sessions of a day.
#[derive(Debug)]
pub(crate) struct TraceFile {
    path: PathBuf,
    /// Gone once writing has failed: the card matters more, and a trace with a gap is none.
    file: Option<File>,
}

impl TraceFile {
    /// Opens the file before the card is touched. One that is no trace is left alone, whatever it is.
    pub(crate) fn open(path: &Path) -> Result<Self, Failed> {
        let unwritable = |error: io::Error| Failed::file("unwritable_output", path, &error);
        if path.is_file() && !begins_as_trace(path).map_err(unwritable)? {
            let error = "there is a file already, and it is no trace";
            return Err(Failed::file("unwritable_output", path, &error));
        }
        let file = OpenOptions::new().create(true).append(true).open(path).map_err(unwritable)?;
        Ok(Self { path: path.to_owned(), file: Some(file) })
    }

    pub(crate) fn append(&mut self, lines: &str) {
        let Some(file) = &mut self.file else { return };
        if let Err(error) = file.write_all(lines.as_bytes()) {
            complain(&format!("{}: the trace is not whole: {error}", self.path.display()));
            self.file = None;
        }
    }
}

/// Whether a file is empty or its first line is that of a trace.
fn begins_as_trace(path: &Path) -> io::Result<bool> {
    let wanted = format!("{{\"format\":\"{FORMAT}\"");
    let mut start = Vec::new();
    let len = u64::try_from(wanted.len()).unwrap_or(u64::MAX);
    File::open(path)?.take(len).read_to_end(&mut start)?;
    Ok(start.is_empty() || start == wanted.as_bytes())
}

/// Reads the traces in a file.
pub(crate) fn read_traces(path: &Path) -> Result<Vec<Trace>, Failed> {
    let unreadable = |error: io::Error| Failed::file("unreadable_input", path, &error);
    let mut text = Vec::new();
    // One byte more, to see that it is too long.
    let limit = u64::try_from(MAX_TRACE_LEN).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path).map_err(unreadable)?.take(limit).read_to_end(&mut text).map_err(unreadable)?;
    read(&text).map_err(|error| {
        let message = format!("{}: {error}. {}", path.display(), catalogue::sentence(error.code()));
        let failed = Failed::new(2, error.code(), message).with("file", path.display().to_string());
        match error.line() {
            Some(line) => failed.with("line", line),
            None => failed,
        }
    })
}
