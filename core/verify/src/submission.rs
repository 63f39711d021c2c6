//! What is to be checked.

use kazasu_cert::{Certificate, Digest, HashAlgorithm};

use crate::{CrlMark, RevocationEvidence};

/// A signature and the document it is said to be for, as the relying party has them.
///
/// The document must be the relying party's own copy, not one the client sent back.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Submission<'a> {
    /// The document, or the challenge of a log-in.
    pub document: Document<'a>,
    /// The signature.
    pub signature: SignatureInput<'a>,
    /// What is known about revocation, in any order, about any certificate.
    pub revocation: &'a [RevocationEvidence<'a>],
    /// The newest CRL the relying party has used for the certificate's partition, if it remembers: an older one proves
    /// nobody good, which is told as [`crl_rollback`](crate::CrlProblem::Rollback), but a revocation on it counts. A
    /// [`CrlIndex`](crate::CrlIndex) remembers by itself.
    pub seen_crl: Option<CrlMark>,
}

impl<'a> Submission<'a> {
    /// A signature to be checked with nothing but what is built in and handed over here.
    pub const fn new(document: Document<'a>, signature: SignatureInput<'a>) -> Self {
        Self { document, signature, revocation: &[], seen_crl: None }
    }

    /// The same with evidence about revocation.
    #[must_use]
    pub const fn with_revocation(self, revocation: &'a [RevocationEvidence<'a>]) -> Self {
        Self { revocation, ..self }
    }

    /// The same for a relying party that remembers the newest CRL it has used for the certificate's partition.
    #[must_use]
    pub const fn with_seen_crl(self, seen: CrlMark) -> Self {
        Self { seen_crl: Some(seen), ..self }
    }
}

/// The document.
#[derive(Clone, Copy, Debug)]
pub enum Document<'a> {
    /// Its bytes.
    Bytes(&'a [u8]),
    /// Its digests, one for each hash function: for documents too large to hold. A hash function that is not among
    /// them is not accepted, whatever the policy says. Of several of one hash function the first counts.
    Digests(&'a [Digest]),
}

/// The signature. Certificates in it are data; none of them is ever a trust anchor.
#[derive(Clone, Copy, Debug)]
pub enum SignatureInput<'a> {
    /// A signature as the card makes it, beside the certificate.
    Raw {
        /// The certificate, exactly its DER.
        certificate: &'a [u8],
        /// The signature, 256 bytes for RSA 2048.
        signature: &'a [u8],
    },
    /// A CMS SignedData (RFC 5652), attached or detached, DER or BER.
    Cms {
        /// The ContentInfo.
        cms: &'a [u8],
        /// The signer's certificate if it is known from elsewhere: the signer's must then be the same bytes. It also
        /// serves a CMS that carries no certificate.
        certificate: Option<&'a [u8]>,
    },
}

impl<'a> SignatureInput<'a> {
    /// Tells the two apart: a signature of exactly the length of the certificate's key is raw, all else is a CMS.
    /// Where no certificate is given, or none that can be read, the length is that of RSA 2048, 256 bytes.
    ///
    /// `None` for a raw signature without a certificate.
    pub fn detect(signature: &'a [u8], certificate: Option<&'a [u8]>) -> Option<Self> {
        let key = certificate.and_then(|der| Certificate::from_der(der).ok()?.public_key().ok());
        let len = key.map_or(Some(256), |key| key.signature_len());
        match certificate {
            _ if Some(signature.len()) != len => Some(Self::Cms { cms: signature, certificate }),
            Some(certificate) => Some(Self::Raw { certificate, signature }),
            None => None,
        }
    }

    /// The certificate that is not part of the signature.
    pub(crate) fn certificate(&self) -> Option<&'a [u8]> {
        match *self {
            Self::Raw { certificate, .. } => Some(certificate),
            Self::Cms { certificate, .. } => certificate,
        }
    }

    pub(crate) fn bytes(&self) -> &'a [u8] {
        match self {
            Self::Raw { signature, .. } => signature,
            Self::Cms { cms, .. } => cms,
        }
    }
}

/// The document's digests, computed when they are needed.
#[derive(Debug)]
pub(crate) struct DocumentDigests<'a> {
    document: Document<'a>,
    known: Vec<Digest>,
}

impl<'a> DocumentDigests<'a> {
    pub(crate) fn new(document: Document<'a>) -> Self {
        let mut known: Vec<Digest> = Vec::new();
        match document {
            Document::Bytes(bytes) => known.push(HashAlgorithm::Sha256.digest(bytes)),
            Document::Digests(digests) => {
                for digest in digests {
                    if known.iter().all(|known| known.algorithm() != digest.algorithm()) {
                        known.push(digest.clone());
                    }
                }
            }
        }
        Self { document, known }
    }

    pub(crate) fn get(&mut self, algorithm: HashAlgorithm) -> Option<Digest> {
        let known = self.known.iter().find(|digest| digest.algorithm() == algorithm).cloned();
        known.or_else(|| {
            let Document::Bytes(bytes) = self.document else { return None };
            let digest = algorithm.digest(bytes);
            self.known.push(digest.clone());
            Some(digest)
        })
    }

    /// Whether `content` is the document.
    pub(crate) fn is(&self, content: &[u8]) -> bool {
        match self.document {
            Document::Bytes(bytes) => bytes == content,
            Document::Digests(_) => {
                !self.known.is_empty()
                    && self.known.iter().all(|digest| digest.algorithm().digest(content) == *digest)
            }
        }
    }

    /// The document's bytes, if they are there.
    pub(crate) fn bytes(&self) -> Option<&'a [u8]> {
        match self.document {
            Document::Bytes(bytes) => Some(bytes),
            Document::Digests(_) => None,
        }
    }

    pub(crate) fn into_known(self) -> Vec<Digest> {
        self.known
    }
}
