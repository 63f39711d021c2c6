//! What stands in the memory of a running `kazasu` when its work is done: it is held at its last word, standard output,
//! where nobody takes what it says.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    os::unix::fs::FileExt,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

/// The process at its last word.
pub(crate) struct Held {
    id: u32,
}

impl Held {
    /// How often the bytes stand in its writable memory.
    pub(crate) fn count(&self, wanted: &[u8]) -> usize {
        let memory = File::open(format!("/proc/{}/mem", self.id)).unwrap();
        let maps = fs::read_to_string(format!("/proc/{}/maps", self.id)).unwrap();
        let areas = maps.lines().filter_map(writable);
        areas
            .map(|(start, end)| {
                let mut area = vec![0; end - start];
                // What cannot be read is no memory of its own, such as a guard page.
                memory
                    .read_exact_at(&mut area, start as u64)
                    .map_or(0, |()| area.windows(wanted.len()).filter(|window| *window == wanted).count())
            })
            .sum()
    }
}

/// Start and end of a mapping that can be written.
fn writable(line: &str) -> Option<(usize, usize)> {
    let mut words = line.split_whitespace();
    let (start, end) = words.next()?.split_once('-')?;
    let address = |text| usize::from_str_radix(text, 16).ok();
    words.next()?.contains("rw").then_some((address(start)?, address(end)?))
}

/// Runs `command` with `input`, lets `look` see its memory before it says its last word, and gives that word (one JSON
/// object) with the exit code.
pub(crate) fn look_into(
    command: &mut Command,
    input: &str,
    look: impl FnOnce(&Held),
) -> (Option<i32>, Value) {
    let (mut reader, mut writer) = io::pipe().unwrap();
    let mut full = writer.try_clone().unwrap();
    // More than a pipe takes: from here on whoever writes has to wait.
    let filler = thread::spawn(move || full.write_all(&vec![0; 1 << 20]));
    thread::sleep(Duration::from_millis(200));
    // The allocator's cache would write over what was not wiped.
    command.env("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0");
    command.stdin(Stdio::piped()).stderr(Stdio::piped()).stdout(writer.try_clone().unwrap());
    let mut child = command.spawn().unwrap();
    writer.flush().unwrap();
    // Ours and that in the command: without them the pipe ends with the child.
    drop(writer);
    command.stdout(Stdio::null());
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let start = Instant::now();
    while !is_writing_output(child.id()) {
        assert!(start.elapsed() < Duration::from_secs(60), "it never came to its last word");
        assert!(child.try_wait().unwrap().is_none(), "it ended before its last word");
        thread::sleep(Duration::from_millis(20));
    }
    look(&Held { id: child.id() });
    let mut said = Vec::new();
    reader.read_to_end(&mut said).unwrap();
    filler.join().unwrap().unwrap();
    said.retain(|byte| *byte != 0);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.stderr, b"");
    (output.status.code(), serde_json::from_slice(&said).unwrap())
}

/// Whether the process waits in `write`, which is 1 on x86 and 64 on ARM, to descriptor 1.
fn is_writing_output(id: u32) -> bool {
    let syscall = fs::read_to_string(format!("/proc/{id}/syscall")).unwrap_or_default();
    syscall.starts_with("1 0x1 ") || syscall.starts_with("64 0x1 ")
}
