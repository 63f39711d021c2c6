//! No released crate handles a private key: cards hold theirs, and RUSTSEC-2023-0071 is about them.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};

use super::metadata::Metadata;

/// The one released crate that may depend on `rsa`.
const CRATE: &str = "kazasu-cert";

/// The types of the RustCrypto crates through which every private-key operation goes.
const TYPES: &[&str] =
    &["RsaPrivateKey", "SigningKey", "DecryptingKey", "SecretKey", "DecodePrivateKey", "PrivateKeyParts"];

/// Each line of that crate's source that names such a type.
pub(crate) fn private_keys(metadata: &Metadata) -> Result<Vec<String>> {
    let package = metadata.packages.iter().find(|package| package.name == CRATE);
    let manifest = &package.with_context(|| format!("no package {CRATE}"))?.manifest_path;
    let mut found = Vec::new();
    ensure!(scan(&manifest.with_file_name("src"), &mut found)? > 0, "no source of {CRATE}");
    Ok(found)
}

/// The number of Rust files below `directory`.
fn scan(directory: &Path, found: &mut Vec<String>) -> Result<usize> {
    let mut files = 0;
    for entry in fs::read_dir(directory).with_context(|| directory.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            files += scan(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files += 1;
            let text = fs::read_to_string(&path)?;
            found.extend(named(&text).map(|(line, name)| format!("{}:{line}: {name}", path.display())));
        }
    }
    Ok(files)
}

/// Line number and name of each forbidden type in `text`.
fn named(text: &str) -> impl Iterator<Item = (usize, &'static str)> {
    text.lines().zip(1..).filter_map(|(line, number)| {
        let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
        words.find_map(|word| TYPES.iter().find(|name| **name == word)).map(|name| (number, *name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_key_is_found_by_its_whole_name() {
        let text = "use rsa::RsaPublicKey;\nuse p256::ecdsa::{SigningKey, VerifyingKey};\nstruct MySigningKeys;\n\
                    let k: rsa::RsaPrivateKey = k;";
        assert_eq!(named(text).collect::<Vec<_>>(), [(2, "SigningKey"), (4, "RsaPrivateKey")]);
    }

    #[test]
    fn directories_are_searched_through() {
        let mut found = Vec::new();
        let files = scan(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found).unwrap();
        assert!(files >= 10, "{files}");
        assert!(found.iter().all(|line| line.contains("private_keys.rs:")), "{found:?}");
        assert!(!found.is_empty());
        assert!(scan(Path::new("/no/such/directory"), &mut found).is_err());
    }
}
