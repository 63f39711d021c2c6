//! The native libraries for phones, where Android's NDK is installed.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use super::{elf, library, linker};
use crate::{
    bindings::SHIPPED,
    command::{cargo, run},
};

/// What Android calls a kind of processor, what Rust does, and how the NDK's compiler for it begins.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Abi {
    pub(super) name: &'static str,
    target: &'static str,
    clang: &'static str,
}

/// Phones, old phones, and the emulator. There is no phone with NFC and an x86 of 32 bits.
pub(super) const ABIS: [Abi; 3] = [
    Abi { name: "arm64-v8a", target: "aarch64-linux-android", clang: "aarch64-linux-android" },
    Abi { name: "armeabi-v7a", target: "armv7-linux-androideabi", clang: "armv7a-linux-androideabi" },
    Abi { name: "x86_64", target: "x86_64-linux-android", clang: "x86_64-linux-android" },
];

/// The Android version of the C library that is linked against; the manifest's `minSdkVersion` is not below it.
pub(super) const API: u32 = 26;

pub(super) struct Ndk {
    /// The folder of its compilers.
    bin: PathBuf,
}

impl Ndk {
    /// The one that the environment names, else the newest of the SDK.
    pub(super) fn find() -> Option<Self> {
        let named = ["ANDROID_NDK_HOME", "ANDROID_NDK_ROOT"].into_iter().filter_map(env::var_os);
        let sdk = ["ANDROID_HOME", "ANDROID_SDK_ROOT"].into_iter().filter_map(env::var_os);
        let of_sdk = sdk.filter_map(|sdk| newest(&Path::new(&sdk).join("ndk")));
        named.map(PathBuf::from).chain(of_sdk).find_map(|root| Self::at(&root))
    }

    /// The NDK has one folder, named after the machine that its compilers run on.
    fn at(root: &Path) -> Option<Self> {
        let machines = fs::read_dir(root.join("toolchains/llvm/prebuilt")).ok()?;
        machines
            .flatten()
            .map(|machine| machine.path().join("bin"))
            .find(|bin| bin.is_dir())
            .map(|bin| Self { bin })
    }

    /// Builds the library for one kind of processor.
    pub(super) fn build(&self, abi: &Abi) -> Result<PathBuf> {
        run(&mut self.command(abi)?)
            .with_context(|| format!("is the target installed? `rustup target add {}`", abi.target))?;
        let library = PathBuf::from(format!("target/{}/shipped/lib{}.so", abi.target, SHIPPED.library));
        ensure!(library.exists(), "cargo built no {}", library.display());
        elf::check(&library)?;
        Ok(library)
    }

    fn command(&self, abi: &Abi) -> Result<Command> {
        let clang = self.bin.join(format!("{}{API}-clang", abi.clang));
        let mut command = cargo();
        library::shipped(command.args(["rustc", "--locked", "--quiet"]), &SHIPPED).args([
            "--crate-type=cdylib",
            "--target",
            abi.target,
        ]);
        linker::use_for(&mut command, abi.target, clang.as_os_str())?;
        Ok(command)
    }
}

/// Of several versions side by side; their names are numbers with dots.
fn newest(folder: &Path) -> Option<PathBuf> {
    let version = |path: &PathBuf| -> Vec<u32> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.split('.').map_while(|part| part.parse().ok()).collect()
    };
    fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).max_by_key(version)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn an_ndk_is_known_by_its_compilers() {
        let root = tempfile::tempdir().unwrap();
        assert!(Ndk::at(root.path()).is_none());
        let bin = root.path().join("toolchains/llvm/prebuilt/linux-x86_64/bin");
        fs::create_dir_all(&bin).unwrap();
        let command = Ndk::at(root.path()).unwrap().command(&ABIS[1]).unwrap();
        let clang = bin.join("armv7a-linux-androideabi26-clang");
        let linker = command.get_envs().find(|(_, value)| *value == Some(clang.as_os_str()));
        assert_eq!(linker.unwrap().0, OsStr::new("KAZASU_LINKER"));
        assert!(command.get_args().any(|argument| argument == "armv7-linux-androideabi"));
    }

    #[test]
    fn versions_are_numbers() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["9.1.2", "27.0.12077973", "27.0.9"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        assert_eq!(newest(folder.path()), Some(folder.path().join("27.0.12077973")));
        assert_eq!(newest(Path::new("/no/such/folder")), None);
    }
}
