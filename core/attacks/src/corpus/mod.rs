//! The attacks as files, for anybody's verifier.

mod manifest;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use kazasu_verify::{Environment, Purpose, TrustAnchors};

pub use self::manifest::{Answer, Entry, Files, Manifest};
use crate::status::Evidence;
use crate::vector::anchors;
use crate::{Attack, ELSEWHERE, Signature, attacks, controls};

const README: &str = include_str!("README.md");
const SCHEMA: &str = include_str!("../../manifest.schema.json");

/// Writes every attack and every control below `directory`, which must be empty or not there yet, with a manifest, its
/// schema and a README.
///
/// # Errors
/// The directory is in use, or cannot be written to.
pub fn write_corpus(directory: &Path) -> Result<Manifest> {
    let in_use = fs::read_dir(directory).is_ok_and(|mut entries| entries.next().is_some());
    ensure!(!in_use, "{} is not empty", directory.display());
    let corpus = Corpus { directory };
    for environment in [Environment::Test, Environment::Production] {
        for purpose in Purpose::ALL {
            for (path, der) in anchor_files(purpose, environment) {
                corpus.write(&path, &der)?;
            }
        }
    }
    let all = controls().into_iter().chain(attacks());
    let vectors = all.map(|attack| corpus.entry(&attack)).collect::<Result<Vec<_>>>()?;
    let manifest = Manifest::new(vectors, ELSEWHERE);
    corpus.write("manifest.json", (serde_json::to_string_pretty(&manifest)? + "\n").as_bytes())?;
    corpus.write("manifest.schema.json", SCHEMA.as_bytes())?;
    corpus.write("README.md", README.as_bytes())?;
    Ok(manifest)
}

/// Path and DER of the CAs relied on.
fn anchor_files(purpose: Purpose, environment: Environment) -> Vec<(String, Vec<u8>)> {
    let anchors = match environment {
        Environment::Test => anchors(purpose),
        Environment::Production => TrustAnchors::production(purpose),
    };
    let file = |anchor: &kazasu_verify::TrustAnchor| {
        (format!("anchors/{}.der", anchor.name()), anchor.certificate().as_der().to_vec())
    };
    anchors.iter().map(file).collect()
}

struct Corpus<'a> {
    directory: &'a Path,
}

impl Corpus<'_> {
    fn write(&self, path: &str, content: &[u8]) -> Result<()> {
        let path = self.directory.join(path);
        let folder = path.parent().unwrap_or(self.directory);
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        fs::write(&path, content).with_context(|| path.display().to_string())
    }

    fn entry(&self, attack: &Attack) -> Result<Entry> {
        let question = &attack.question;
        let id = attack.id();
        let put = |name: &str, content: &[u8]| -> Result<String> {
            let path = format!("vectors/{id}/{name}");
            self.write(&path, content)?;
            Ok(path)
        };
        let signature = match &question.signature {
            Signature::Raw(raw) => put("signature.bin", raw)?,
            Signature::Cms(cms) => put("signature.p7s", cms)?,
        };
        let certificate =
            question.certificate.as_deref().map(|der| put("certificate.der", der)).transpose()?;
        let (mut crl, mut ocsp) = (Vec::new(), Vec::new());
        for evidence in &question.evidence {
            match evidence {
                Evidence::Crl(list) => crl.push(put(&format!("{}.crl", crl.len() + 1), list)?),
                Evidence::Ocsp(answer, _) => ocsp.push(put(&format!("{}.ocsp", ocsp.len() + 1), answer)?),
                Evidence::NotReceived(_) => {}
            }
        }
        let anchors = anchor_files(question.purpose, question.environment);
        let files = Files {
            document: put("document.bin", &question.document)?,
            signature,
            certificate,
            anchors: anchors.into_iter().map(|(path, _)| path).collect(),
            crl,
            ocsp,
        };
        Ok(Entry::new(attack, id, files))
    }
}
