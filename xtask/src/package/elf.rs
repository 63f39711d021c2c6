//! Android's rule for native libraries: each loadable segment can be mapped where memory pages have 16 KB.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use object::{BinaryFormat, File, Object as _, ObjectSegment as _};

const PAGE: u64 = 16 * 1024;

/// # Errors
/// This is no ELF library, or a device with pages of 16 KB could not load it.
pub(super) fn check_page_alignment(library: &Path) -> Result<()> {
    let bytes = fs::read(library).with_context(|| library.display().to_string())?;
    is_aligned(&bytes).with_context(|| library.display().to_string())
}

pub(super) fn is_aligned(bytes: &[u8]) -> Result<()> {
    let file = File::parse(bytes)?;
    ensure!(file.format() == BinaryFormat::Elf, "{:?} where ELF belongs", file.format());
    // Of an ELF file, `object` counts those of type LOAD as segments.
    let mut segments = 0;
    for segment in file.segments() {
        let (address, (offset, _), alignment) = (segment.address(), segment.file_range(), segment.align());
        ensure!(
            alignment >= PAGE && address % PAGE == offset % PAGE,
            "the segment at {address:#x} is aligned to {alignment:#x}, not to {PAGE:#x}"
        );
        segments += 1;
    }
    ensure!(segments > 0, "nothing in it is loaded");
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::env;

    use super::*;

    #[test]
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    fn what_is_linked_without_the_option_is_found() {
        let error = check_page_alignment(&env::current_exe().unwrap()).unwrap_err();
        assert!(format!("{error:#}").contains("is aligned to 0x1000, not to 0x4000"), "{error:#}");
    }

    #[test]
    fn other_files_are_no_libraries() {
        assert!(is_aligned(b"").is_err());
        assert!(is_aligned(include_bytes!("elf.rs")).is_err());
        assert!(check_page_alignment(Path::new("/no/such/library.so")).is_err());
    }
}
