//! What stands in the memory of this process.

use std::cell::RefCell;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::FileExt;

/// Bytes that are kept only in a changed form, so that looking for them does not put them into memory.
pub(crate) struct Masked {
    mask: Vec<u8>,
    masked: Vec<u8>,
}

impl Masked {
    /// Takes bytes and overwrites them.
    pub(crate) fn hide(bytes: &mut [u8]) -> Self {
        let mask: Vec<u8> = (0..bytes.len()).map(|at| 0xA5 ^ u8::try_from(at * 7 % 64).unwrap()).collect();
        let masked = bytes.iter().zip(&mask).map(|(byte, mask)| byte ^ mask).collect();
        bytes.fill(0);
        Self { mask, masked }
    }

    /// Shows the bytes to `look` and wipes what it was shown.
    pub(crate) fn show<T>(&self, look: impl FnOnce(&[u8]) -> T) -> T {
        let mut bytes = zeroize::Zeroizing::new(vec![0; self.masked.len()]);
        self.masked.iter().zip(&self.mask).zip(bytes.iter_mut()).for_each(|((a, b), byte)| *byte = a ^ b);
        look(&bytes)
    }

    fn is(&self, window: &[u8]) -> bool {
        window.iter().zip(&self.mask).zip(&self.masked).all(|((byte, mask), masked)| byte ^ mask == *masked)
    }
}

/// Reads piece by piece.
const PIECE: usize = 1 << 16;

/// What it takes to look, made once: a search that takes memory would write over what it looks for.
struct Search {
    memory: File,
    buffer: Vec<u8>,
    maps: String,
}

thread_local! {
    static SEARCH: RefCell<Search> = RefCell::new(Search {
        memory: File::open("/proc/self/mem").unwrap(),
        buffer: vec![0; 2 * PIECE],
        maps: String::with_capacity(PIECE),
    });
}

/// How often the bytes stand in the writable memory of this process: heap, other anonymous memory, data and stack.
pub(crate) fn count(wanted: &Masked) -> usize {
    SEARCH.with_borrow_mut(|search| search.count(wanted))
}

impl Search {
    fn count(&mut self, wanted: &Masked) -> usize {
        let Self { memory, buffer, maps } = self;
        // Left out: there stands what has been read.
        let own = buffer.as_ptr().addr()..buffer.as_ptr().addr() + buffer.len();
        maps.clear();
        File::open("/proc/self/maps").unwrap().read_to_string(maps).unwrap();
        let mut found = 0;
        for (start, end) in maps.lines().filter_map(writable) {
            for at in (start..end).step_by(PIECE) {
                let piece = &mut buffer[..(end - at).min(PIECE + wanted.masked.len() - 1)];
                // What cannot be read is no memory of ours, such as a guard page.
                if memory.read_exact_at(piece, at as u64).is_ok() {
                    let windows = piece.windows(wanted.masked.len()).enumerate();
                    let hits = windows.filter(|(_, window)| wanted.is(window));
                    found += hits.filter(|(offset, _)| !own.contains(&(at + offset))).count();
                }
                piece.fill(0);
            }
        }
        found
    }
}

/// Start and end of a mapping that can be written.
fn writable(line: &str) -> Option<(usize, usize)> {
    let mut words = line.split_whitespace();
    let (start, end) = words.next()?.split_once('-')?;
    let address = |text| usize::from_str_radix(text, 16).ok();
    words.next()?.contains("rw").then_some((address(start)?, address(end)?))
}
