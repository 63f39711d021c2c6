//! Evidence about revocation: files, and answers fetched over HTTP.

use std::convert::Infallible;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{Args, ValueEnum};
use kazasu_verify::{
    CertIdHash, CrlScope, CrlSource, EvidenceKind, EvidenceSources, Fetch, Inquiry, MAX_OCSP_RESPONSE_LEN,
    OcspNonce, Progress, RevocationEvidence, Submission, ValidationTime, Verifier,
};

use super::files::{is_long, read_start};
use super::http;
use crate::failed::Failed;
use crate::output::{complain, read_file};

#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    /// CRLs, DER; the newest for the certificate's partition counts
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(super) crl: Vec<PathBuf>,
    /// Whether a CRL that names no partition counts as one of everything
    #[arg(long, value_enum, default_value_t = ScopeName::Partition, conflicts_with = "replay")]
    crl_scope: ScopeName,
    /// OCSP responders to ask (http://...), or files with their answers, DER
    #[arg(long, value_name = "URL|FILE", num_args = 1..)]
    pub(super) ocsp: Vec<OcspSource>,
    /// Accept without any word about revocation; the report says so
    #[arg(long, conflicts_with_all = ["crl", "ocsp", "replay"])]
    pub(super) no_revocation: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ScopeName {
    Partition,
    Full,
}

/// Where an OCSP answer comes from.
#[derive(Clone, Debug)]
pub(super) enum OcspSource {
    Url(String),
    File(PathBuf),
}

impl FromStr for OcspSource {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(if text.contains("://") { Self::Url(text.to_owned()) } else { Self::File(text.into()) })
    }
}

impl OcspSource {
    pub(super) fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Url(_) => None,
        }
    }
}

/// What the files hold.
pub(super) struct Files {
    lists: Vec<List>,
    answers: Vec<Vec<u8>>,
}

enum List {
    Held(Vec<u8>),
    Streamed(PathBuf),
}

impl Files {
    pub(super) fn evidence(&self) -> impl Iterator<Item = RevocationEvidence<'_>> {
        let lists = self.lists.iter().map(|list| match list {
            List::Held(crl) => RevocationEvidence::Crl(crl),
            List::Streamed(path) => RevocationEvidence::CrlStream(path),
        });
        let answers = self.answers.iter().map(|response| RevocationEvidence::Ocsp { response, nonce: None });
        lists.chain(answers)
    }

    /// Those that are too long to be held.
    pub(super) fn streamed(&self) -> impl Iterator<Item = RevocationEvidence<'_>> {
        self.evidence().filter(|one| matches!(one, RevocationEvidence::CrlStream(_)))
    }

    /// Those that are held in memory.
    pub(super) fn held(&self) -> impl Iterator<Item = &[u8]> {
        let lists = self.lists.iter().filter_map(|list| match list {
            List::Held(crl) => Some(crl),
            List::Streamed(_) => None,
        });
        lists.chain(&self.answers).map(Vec::as_slice)
    }
}

/// What the responders answered.
pub(super) struct Answers {
    nonce: OcspNonce,
    /// `None`: nothing came.
    received: Vec<Option<Vec<u8>>>,
}

impl Answers {
    pub(super) fn evidence(&self) -> impl Iterator<Item = RevocationEvidence<'_>> {
        self.received.iter().map(|received| match received {
            Some(response) => RevocationEvidence::Ocsp { response, nonce: Some(self.nonce) },
            None => RevocationEvidence::NotReceived(EvidenceKind::Ocsp),
        })
    }
}

impl StatusArgs {
    pub(super) fn crl_scope(&self) -> CrlScope {
        match self.crl_scope {
            ScopeName::Partition => CrlScope::Partition,
            ScopeName::Full => CrlScope::Full,
        }
    }

    /// Reads the files.
    pub(super) fn read(&self) -> Result<Files, Failed> {
        for url in self.urls() {
            http::check_url(url).map_err(|why| Failed::usage(format!("--ocsp {url}: {why}")))?;
        }
        let lists = self.crl.iter().map(|path| read_list(path)).collect::<Result<_, _>>()?;
        let answers = self
            .ocsp
            .iter()
            .filter_map(OcspSource::file)
            .map(|path| read_start(path, MAX_OCSP_RESPONSE_LEN))
            .collect::<Result<_, _>>()?;
        Ok(Files { lists, answers })
    }

    pub(super) fn urls(&self) -> impl Iterator<Item = &str> {
        self.ocsp.iter().filter_map(|source| match source {
            OcspSource::Url(url) => Some(url.as_str()),
            OcspSource::File(_) => None,
        })
    }

    /// Asks each responder, unless the signature is refused anyway. What goes wrong is told on standard error; the
    /// verdict then depends on what else there is.
    pub(super) fn ask(
        &self,
        verifier: &Verifier,
        submission: Submission<'_>,
        time: ValidationTime,
    ) -> Result<Answers, Failed> {
        let mut nonce = OcspNonce::default();
        getrandom::fill(&mut nonce)
            .map_err(|error| Failed::new(70, "bug", format!("no random numbers: {error}")))?;
        let mut received = Vec::new();
        for url in self.urls() {
            let ocsp = kazasu_verify::OcspSource::Ask { responder: Some(url), nonce, hash: CertIdHash::Sha1 };
            let sources = EvidenceSources { crl: CrlSource::None, ocsp };
            let mut inquiry = Inquiry::new(verifier, submission, time, sources);
            let Progress::Need(fetches) = inquiry.step() else { break };
            for fetch in fetches {
                let Fetch::Ocsp { url, request } = fetch else { continue };
                let answer = http::post_ocsp(&url, &request, MAX_OCSP_RESPONSE_LEN);
                received.push(answer.inspect_err(|error| complain(&format!("{url}: {error}"))).ok());
            }
        }
        Ok(Answers { nonce, received })
    }
}

fn read_list(path: &Path) -> Result<List, Failed> {
    if is_long(path)? {
        File::open(path).map_err(|error| Failed::file("unreadable_input", path, &error))?;
        return Ok(List::Streamed(path.to_owned()));
    }
    read_file(path).map(List::Held)
}
