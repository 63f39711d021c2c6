//! XCFrameworks: static libraries for several platforms, each with header and module map, in one folder.
//!
//! The form is the one that `xcodebuild -create-xcframework` writes.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};
use object::{BinaryFormat, File, Object as _, ObjectSymbol as _, read::archive::ArchiveFile};
use serde::{Deserialize, Serialize};

use super::{copy, write};
use crate::bindings::Crate;

/// `Info.plist`.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Contents {
    available_libraries: Vec<Available>,
    #[serde(rename = "CFBundlePackageType")]
    package_type: String,
    #[serde(rename = "XCFrameworkFormatVersion")]
    format_version: String,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Available {
    headers_path: String,
    library_identifier: String,
    library_path: String,
    supported_architectures: Vec<String>,
    supported_platform: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    supported_platform_variant: Option<String>,
}

/// The library of one platform.
pub(super) struct Slice {
    pub(super) platform: &'static str,
    pub(super) variant: Option<&'static str>,
    pub(super) architectures: Vec<&'static str>,
    pub(super) archive: PathBuf,
}

impl Slice {
    /// The name of its folder, as Xcode makes it.
    pub(super) fn identifier(&self) -> String {
        let variant = self.variant.map(|variant| format!("-{variant}")).unwrap_or_default();
        format!("{}-{}{variant}", self.platform, self.architectures.join("_"))
    }
}

const HEADERS: &str = "Headers";

/// Writes one for the C module of a crate, whose header is in `headers`.
pub(super) fn create(path: &Path, krate: &Crate, headers: &Path, slices: &[Slice]) -> Result<()> {
    let (module, library) = (format!("{}C", krate.module), format!("lib{}.a", krate.library));
    for slice in slices {
        let folder = path.join(slice.identifier());
        copy(&slice.archive, &folder.join(&library))?;
        // In a folder with the module's name: Xcode puts the headers of all XCFrameworks into one, and each has a map.
        let into = folder.join(HEADERS).join(&module);
        copy(&headers.join(format!("{module}.h")), &into.join(format!("{module}.h")))?;
        let map = format!("module {module} {{\n    header \"{module}.h\"\n    export *\n}}\n");
        write(&into.join("module.modulemap"), map.as_bytes())?;
    }
    let contents = Contents {
        available_libraries: slices
            .iter()
            .map(|slice| Available {
                headers_path: HEADERS.to_owned(),
                library_identifier: slice.identifier(),
                library_path: library.clone(),
                supported_architectures: slice.architectures.iter().copied().map(Into::into).collect(),
                supported_platform: slice.platform.to_owned(),
                supported_platform_variant: slice.variant.map(Into::into),
            })
            .collect(),
        package_type: "XFWK".to_owned(),
        format_version: "1.0".to_owned(),
    };
    let mut plist = Vec::new();
    plist::to_writer_xml(&mut plist, &contents)?;
    write(&path.join("Info.plist"), &plist)
}

/// # Errors
/// Something that `Info.plist` names is not there, or a library lacks what its header declares.
pub(super) fn check(path: &Path, krate: &Crate) -> Result<()> {
    let contents: Contents = plist::from_file(path.join("Info.plist"))?;
    ensure!(!contents.available_libraries.is_empty(), "{} has no library", path.display());
    for available in contents.available_libraries {
        let folder = path.join(available.library_identifier);
        let headers = folder.join(available.headers_path).join(format!("{}C", krate.module));
        ensure!(headers.join("module.modulemap").exists(), "no module map in {}", headers.display());
        let header = headers.join(format!("{}C.h", krate.module));
        let header = fs::read_to_string(&header).with_context(|| header.display().to_string())?;
        let library = folder.join(available.library_path);
        let bytes = fs::read(&library).with_context(|| library.display().to_string())?;
        let defined = defined(&bytes).with_context(|| library.display().to_string())?;
        let declared = declared(&header);
        ensure!(declared.len() > 10, "the header declares {declared:?}");
        let missing: Vec<_> = declared.into_iter().filter(|name| !defined.contains(*name)).collect();
        ensure!(missing.is_empty(), "{} does not have {missing:?}", library.display());
    }
    Ok(())
}

/// The functions of the scaffolding that a header declares: the names in front of a parenthesis.
fn declared(header: &str) -> BTreeSet<&str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    header
        .match_indices('(')
        .filter_map(|(at, _)| header.get(..at)?.rsplit(|c| !is_part(c)).next())
        .filter(|name| name.starts_with("uniffi_") || name.starts_with("ffi_"))
        .collect()
}

/// The global symbols that a static library defines, as C writes them.
fn defined(archive: &[u8]) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for member in ArchiveFile::parse(archive)?.members() {
        let file = File::parse(member?.data(archive)?)?;
        let prefix = if file.format() == BinaryFormat::MachO { "_" } else { "" };
        let symbols = file.symbols().filter(|symbol| symbol.is_global() && symbol.is_definition());
        for symbol in symbols {
            names.extend(symbol.name()?.strip_prefix(prefix).map(str::to_owned));
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_told_from_types_and_macros() {
        let header = "typedef void (*UniffiCallback)(uint64_t);\n#define UNIFFI_X(a)\n\
            uint64_t uniffi_kazasu_fn_clone_x(uint64_t handle, RustCallStatus *_Nonnull out);\n\
            void\nffi_kazasu_free(void);\nint other(void);";
        assert_eq!(declared(header), ["ffi_kazasu_free", "uniffi_kazasu_fn_clone_x"].into());
    }

    #[test]
    fn the_table_of_contents_is_as_xcode_writes_it() {
        let slices = [("ios", None), ("ios", Some("simulator"))].map(|(platform, variant)| {
            let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
            Slice {
                platform,
                variant,
                architectures: vec!["arm64", "x86_64"],
                archive: folder.join("Cargo.toml"),
            }
        });
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("XFFIC.h"), "").unwrap();
        let krate = Crate { package: "x", library: "x", module: "XFFI", kotlin: "app/x" };
        let path = root.path().join("XFFIC.xcframework");
        create(&path, &krate, root.path(), &slices).unwrap();
        let plist = plist::Value::from_file(path.join("Info.plist")).unwrap();
        let libraries = plist.as_dictionary().unwrap()["AvailableLibraries"].as_array().unwrap();
        let second = libraries[1].as_dictionary().unwrap();
        let text = |key: &str| second[key].as_string().unwrap();
        assert_eq!(text("LibraryIdentifier"), "ios-arm64_x86_64-simulator");
        assert_eq!(text("SupportedPlatformVariant"), "simulator");
        assert_eq!(text("LibraryPath"), "libx.a");
        assert!(!libraries[0].as_dictionary().unwrap().contains_key("SupportedPlatformVariant"));
        assert!(path.join("ios-arm64_x86_64/Headers/XFFIC/module.modulemap").exists());
        // What is called a library here is none.
        assert!(check(&path, &krate).is_err());
    }
}
