//! Android's rule for native libraries: each loadable segment can be mapped where memory pages have 16 KB. And ours: what they
//! export is the interface that the other languages call, nothing else.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use object::{BinaryFormat, File, Object as _, ObjectSegment as _};

const PAGE: u64 = 16 * 1024;

/// # Errors
/// This is no ELF library, a device with pages of 16 KB could not load it, or its exports are not those of uniffi.
pub(super) fn check(library: &Path) -> Result<()> {
    let bytes = fs::read(library).with_context(|| library.display().to_string())?;
    is_aligned(&bytes)
        .and_then(|()| exports_the_interface(&bytes))
        .with_context(|| library.display().to_string())
}

fn exports_the_interface(bytes: &[u8]) -> Result<()> {
    let mut exports = 0;
    for export in File::parse(bytes)?.exports()? {
        let export = export?;
        let name = export.name().into_name().unwrap_or_default();
        let name = String::from_utf8_lossy(name);
        ensure!(is_called_by_apps(&name), "it exports {name}");
        exports += 1;
    }
    ensure!(exports > 0, "it exports nothing");
    Ok(())
}

/// The names of uniffi's functions.
fn is_called_by_apps(name: &str) -> bool {
    name.starts_with("uniffi_") || name.starts_with("ffi_")
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
        let error = check(&env::current_exe().unwrap()).unwrap_err();
        assert!(format!("{error:#}").contains("is aligned to 0x1000, not to 0x4000"), "{error:#}");
    }

    #[test]
    fn other_files_are_no_libraries() {
        assert!(is_aligned(b"").is_err());
        assert!(is_aligned(include_bytes!("elf.rs")).is_err());
        assert!(check(Path::new("/no/such/library.so")).is_err());
        assert!(exports_the_interface(b"").is_err());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn an_export_that_no_app_calls_is_found() {
        for name in ["uniffi_kazasu_ffi_fn_func_version", "ffi_kazasu_ffi_rustbuffer_alloc"] {
            assert!(is_called_by_apps(name), "{name}");
        }
        assert!(!is_called_by_apps("UNIFFI_META_KAZASU_FFI_FUNC_VERSION"));
        // A program has exports of the standard library's, or none.
        let error = exports_the_interface(&fs::read(env::current_exe().unwrap()).unwrap()).unwrap_err();
        assert!(error.to_string().starts_with("it exports "), "{error}");
    }
}
