//! What a relying party can hand over.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::{CrlIndex, CrlProblem, OcspNonce, OcspProblem};

/// One piece of evidence about revocation, as received. Anything may stand in it: what cannot be read or relied on is
/// passed over and named in the report.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum RevocationEvidence<'a> {
    /// A CRL, DER. Of several the newest for the certificate's partition counts, whatever their order. For lists of
    /// national size see [`CrlIndex`].
    Crl(&'a [u8]),
    /// The same for a list that is too long to hold: it is read as a stream. A record never keeps it.
    CrlStream(&'a dyn CrlStream),
    /// Lists that were taken in before.
    CrlIndex(&'a CrlIndex),
    /// The body of an OCSP answer.
    Ocsp {
        /// The OCSPResponse, DER.
        response: &'a [u8],
        /// The nonce that was sent with the request, if that is known.
        nonce: Option<OcspNonce>,
    },
    /// It was asked for and did not come.
    NotReceived(EvidenceKind),
}

/// What is written is hashed.
struct Hashing(Sha256);

impl io::Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl RevocationEvidence<'_> {
    /// Which kind it is.
    pub const fn kind(&self) -> EvidenceKind {
        match self {
            Self::Crl(_) | Self::CrlStream(_) => EvidenceKind::Crl,
            Self::CrlIndex(_) => EvidenceKind::CrlIndex,
            Self::Ocsp { .. } => EvidenceKind::Ocsp,
            Self::NotReceived(kind) => *kind,
        }
    }

    /// SHA-256 of what was received; `None` for an index, whose answer names the list it comes from, and for a stream
    /// that cannot be read.
    pub fn sha256(&self) -> Option<[u8; 32]> {
        if let Self::CrlStream(stream) = self {
            let mut hasher = Hashing(Sha256::new());
            io::copy(&mut stream.open().ok()?, &mut hasher).ok()?;
            return Some(hasher.0.finalize().into());
        }
        self.received().0.map(|bytes| Sha256::digest(bytes).into())
    }

    /// Whether it is one list.
    pub(crate) const fn is_crl(&self) -> bool {
        matches!(self, Self::Crl(_) | Self::CrlStream(_))
    }

    /// The list as a stream, opened now, if it is one list.
    pub(crate) fn as_crl(&self) -> Option<Box<dyn Read + '_>> {
        match self {
            Self::Crl(crl) => Some(Box::new(*crl)),
            Self::CrlStream(stream) => {
                Some(stream.open().unwrap_or_else(|error| Box::new(Unreadable(error.kind()))))
            }
            _ => None,
        }
    }

    /// The bytes received, and the nonce that was sent for them.
    pub(crate) const fn received(&self) -> (Option<&[u8]>, Option<OcspNonce>) {
        match self {
            Self::Crl(crl) => (Some(crl), None),
            Self::Ocsp { response, nonce } => (Some(response), *nonce),
            Self::CrlStream(_) | Self::CrlIndex(_) | Self::NotReceived(_) => (None, None),
        }
    }
}

/// A CRL that can be read from the beginning as often as needed, the same each time.
pub trait CrlStream: fmt::Debug {
    /// Begins to read.
    ///
    /// # Errors
    /// What the operating system says; the list then proves nothing.
    fn open(&self) -> io::Result<Box<dyn Read + '_>>;
}

/// A file.
impl CrlStream for PathBuf {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(File::open(self)?))
    }
}

/// A stream that could not be opened.
struct Unreadable(io::ErrorKind);

impl Read for Unreadable {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(self.0.into())
    }
}

/// Where knowledge about revocation comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EvidenceKind {
    /// A certificate revocation list (RFC 5280 §5).
    Crl,
    /// An index of such lists.
    CrlIndex,
    /// An answer of an OCSP responder (RFC 6960).
    Ocsp,
}

/// Why a piece of evidence proves nothing about a certificate.
///
/// Serialized as its [`code`](Self::code).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EvidenceProblem {
    /// The CRL cannot be relied on, or is not about the certificate.
    #[error(transparent)]
    Crl(#[from] CrlProblem),
    /// The OCSP answer cannot be relied on, or is about another certificate.
    #[error(transparent)]
    Ocsp(#[from] OcspProblem),
    /// It was asked for and did not come.
    #[error("the {} did not come", match .0 { EvidenceKind::Ocsp => "OCSP answer", _ => "CRL" })]
    NotReceived(EvidenceKind),
}

impl EvidenceProblem {
    /// A stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Crl(problem) => problem.code(),
            Self::Ocsp(problem) => problem.code(),
            Self::NotReceived(_) => "evidence_not_received",
        }
    }
}

impl Serialize for EvidenceProblem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}
