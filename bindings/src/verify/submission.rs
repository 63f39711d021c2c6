use std::fmt;

use kazasu_cert::Digest;
use kazasu_verify as verify;

use super::policy::to_time;
use crate::HashAlgorithm;
use crate::card::count;

/// A signature and the document it is said to be for, as the relying party has them.
///
/// The document must be the relying party's own copy, not one the client sent back.
#[derive(Clone, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct Submission {
    /// The document, or the challenge of a log-in.
    pub document: Document,
    /// The signature.
    pub signature: SignatureInput,
    /// What is known about revocation, in any order, about any certificate.
    #[uniffi(default = [])]
    pub revocation: Vec<RevocationEvidence>,
    /// The newest CRL that was used for the certificate's partition, if that is remembered: what the report of then said.
    /// An older one is then refused as `crl_rollback`, unless it lists the certificate as revoked.
    #[uniffi(default = None)]
    pub seen_crl: Option<CrlMark>,
}

/// How new a CRL is. Remembered for each partition, it tells an older list that is offered again (RFC 5280 §5.2.3).
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CrlMark {
    /// thisUpdate, in seconds since 1970 UTC.
    pub this_update: i64,
    /// cRLNumber in decimal, if the list has one. It may be longer than 64 bits.
    #[uniffi(default = None)]
    pub crl_number: Option<String>,
}

/// The document.
#[derive(Clone, uniffi::Enum)]
#[uniffi::export(Debug)]
pub enum Document {
    /// Its bytes.
    Bytes {
        /// All of them.
        bytes: Vec<u8>,
    },
    /// Its digest: for documents too large to hold. No other hash function is then accepted.
    Digest {
        /// The hash function.
        algorithm: HashAlgorithm,
        /// The digest.
        digest: Vec<u8>,
    },
}

/// The signature. Certificates in it are data; none of them is ever a trust anchor.
#[derive(Clone, uniffi::Enum)]
#[uniffi::export(Debug)]
pub enum SignatureInput {
    /// A signature as the card makes it, beside the certificate.
    Raw {
        /// The certificate, exactly its DER.
        certificate: Vec<u8>,
        /// The signature, 256 bytes for RSA 2048.
        signature: Vec<u8>,
    },
    /// A CMS SignedData (RFC 5652), attached or detached, DER or BER.
    Cms {
        /// The ContentInfo.
        cms: Vec<u8>,
        /// The signer's certificate if it is known from elsewhere: the signer's must then be the same bytes.
        certificate: Option<Vec<u8>>,
    },
}

/// One piece of evidence about revocation, as received. Anything may stand in it: what cannot be relied on is passed over
/// and named in the report.
#[derive(Clone, uniffi::Enum)]
#[uniffi::export(Debug)]
pub enum RevocationEvidence {
    /// A CRL, DER.
    Crl {
        /// All of it.
        der: Vec<u8>,
    },
    /// The body of an OCSP answer.
    Ocsp {
        /// The OCSPResponse, DER.
        response: Vec<u8>,
        /// The nonce that was sent with the request, 32 bytes, if that is known.
        nonce: Option<Vec<u8>>,
    },
    /// It was asked for and did not come.
    NotReceived {
        /// What.
        kind: EvidenceKind,
    },
}

/// Where knowledge about revocation comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum EvidenceKind {
    /// A certificate revocation list (RFC 5280 §5).
    Crl,
    /// An answer of an OCSP responder (RFC 6960).
    Ocsp,
}

/// Where evidence about revocation can be had.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct EvidenceSources {
    /// Whether the caller can get the CRL of a distribution point.
    pub crl: bool,
    /// Whether an OCSP responder can be asked.
    pub ocsp: bool,
    /// The responder's address. Absent: the one in the certificate, which a signing certificate does not have.
    pub ocsp_responder: Option<String>,
    /// 32 random bytes for this inquiry.
    pub nonce: Vec<u8>,
    /// The hash function that names the issuer in the request.
    pub issuer_hash: CertIdHash,
}

/// The hash function that names the issuer in an OCSP request (RFC 6960 §4.1.1); no signature rests on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum CertIdHash {
    /// SHA-1, which every responder knows.
    Sha1,
    /// SHA-256.
    Sha256,
}

/// Something to get from outside.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Fetch {
    /// A CRL.
    Crl {
        /// DER of the `Name` of its distribution point.
        distribution_point: Vec<u8>,
    },
    /// An OCSP answer.
    Ocsp {
        /// Where to send the request, by HTTP POST (RFC 6960 §A.1).
        url: String,
        /// The OCSPRequest, DER.
        request: Vec<u8>,
    },
}

/// Input that no question can be made of; what is wrong with a signature is never an error but a rejection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum InputError {
    /// The digest is not as long as those of its hash function.
    #[error("a digest of {got} bytes where {expected} belong")]
    DigestLength {
        /// Bytes of a digest of that hash function.
        expected: u32,
        /// Bytes given.
        got: u32,
    },
    /// The nonce is not 32 bytes long.
    #[error("a nonce of {got} bytes where 32 belong")]
    NonceLength {
        /// Bytes given.
        got: u32,
    },
    /// The time is not one of the years 1970 to 9999 in seconds.
    #[error("{at} is not a time from 1970 to 9999 in seconds since 1970 UTC; is it in milliseconds?")]
    Time {
        /// What was given.
        at: i64,
    },
    /// The cRLNumber of the list seen before is not a decimal number of at most 20 octets.
    #[error("the cRLNumber is not a decimal number of at most 20 octets")]
    CrlNumber,
    /// The certificates are no test CAs for this purpose.
    #[error("{reason}")]
    Anchors {
        /// What is wrong.
        reason: String,
    },
    /// The clock skew is above 300 seconds.
    #[error("a clock skew of {seconds} seconds; 300 is the most")]
    ClockSkew {
        /// Seconds given.
        seconds: u16,
    },
}

#[uniffi::export]
impl InputError {
    /// Its code in the error catalogue: `misuse`.
    pub fn code(&self) -> String {
        "misuse".to_owned()
    }
}

/// What people signed and who they are stays out of any log.
macro_rules! redacted {
    ($($name:ident)*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )*};
}
pub(super) use redacted;

redacted!(Submission Document SignatureInput RevocationEvidence);

/// The parts of a submission that had to be converted, for the borrowed one to point at.
pub(super) struct Parts<'a> {
    digests: Vec<Digest>,
    evidence: Vec<verify::RevocationEvidence<'a>>,
    seen_crl: Option<verify::CrlMark>,
}

impl Submission {
    pub(super) fn parts(&self) -> Result<Parts<'_>, InputError> {
        let digests = match &self.document {
            Document::Bytes { .. } => Vec::new(),
            Document::Digest { algorithm, digest } => vec![to_digest(*algorithm, digest)?],
        };
        let evidence = self.revocation.iter().map(RevocationEvidence::borrow).collect::<Result<_, _>>()?;
        let seen_crl = self.seen_crl.as_ref().map(TryInto::try_into).transpose()?;
        Ok(Parts { digests, evidence, seen_crl })
    }

    pub(super) fn borrow<'a>(&'a self, parts: &'a Parts<'a>) -> verify::Submission<'a> {
        let document = match &self.document {
            Document::Bytes { bytes } => verify::Document::Bytes(bytes),
            Document::Digest { .. } => verify::Document::Digests(&parts.digests),
        };
        let signature = match &self.signature {
            SignatureInput::Raw { certificate, signature } => {
                verify::SignatureInput::Raw { certificate, signature }
            }
            SignatureInput::Cms { cms, certificate } => {
                verify::SignatureInput::Cms { cms, certificate: certificate.as_deref() }
            }
        };
        let mut submission = verify::Submission::new(document, signature).with_revocation(&parts.evidence);
        submission.seen_crl = parts.seen_crl;
        submission
    }
}

impl TryFrom<&CrlMark> for verify::CrlMark {
    type Error = InputError;

    fn try_from(mark: &CrlMark) -> Result<Self, InputError> {
        let crl_number = mark.crl_number.as_ref().map(|number| number.parse());
        Ok(Self {
            this_update: to_time(mark.this_update)?,
            crl_number: crl_number.transpose().map_err(|_| InputError::CrlNumber)?,
        })
    }
}

impl From<verify::CrlMark> for CrlMark {
    fn from(mark: verify::CrlMark) -> Self {
        Self { this_update: mark.this_update.0, crl_number: mark.crl_number.map(|number| number.to_string()) }
    }
}

impl RevocationEvidence {
    fn borrow(&self) -> Result<verify::RevocationEvidence<'_>, InputError> {
        Ok(match self {
            Self::Crl { der } => verify::RevocationEvidence::Crl(der),
            Self::Ocsp { response, nonce } => verify::RevocationEvidence::Ocsp {
                response,
                nonce: nonce.as_deref().map(to_nonce).transpose()?,
            },
            Self::NotReceived { kind } => verify::RevocationEvidence::NotReceived(match kind {
                EvidenceKind::Crl => verify::EvidenceKind::Crl,
                EvidenceKind::Ocsp => verify::EvidenceKind::Ocsp,
            }),
        })
    }
}

impl EvidenceSources {
    pub(super) fn borrow(&self) -> Result<verify::EvidenceSources<'_>, InputError> {
        Ok(verify::EvidenceSources {
            crl: if self.crl { verify::CrlSource::Fetch } else { verify::CrlSource::None },
            ocsp: if self.ocsp {
                verify::OcspSource::Ask {
                    responder: self.ocsp_responder.as_deref(),
                    nonce: to_nonce(&self.nonce)?,
                    hash: match self.issuer_hash {
                        CertIdHash::Sha1 => verify::CertIdHash::Sha1,
                        CertIdHash::Sha256 => verify::CertIdHash::Sha256,
                    },
                }
            } else {
                verify::OcspSource::None
            },
        })
    }
}

impl Fetch {
    pub(super) fn new(fetch: verify::Fetch) -> Option<Self> {
        match fetch {
            verify::Fetch::Crl { distribution_point } => Some(Self::Crl { distribution_point }),
            verify::Fetch::Ocsp { url, request } => Some(Self::Ocsp { url, request }),
            _ => None,
        }
    }
}

fn to_digest(algorithm: HashAlgorithm, bytes: &[u8]) -> Result<Digest, InputError> {
    let algorithm = kazasu_cert::HashAlgorithm::from(algorithm);
    let expected = count(algorithm.digest_len());
    Digest::new(algorithm, bytes).map_err(|_| InputError::DigestLength { expected, got: count(bytes.len()) })
}

fn to_nonce(bytes: &[u8]) -> Result<verify::OcspNonce, InputError> {
    bytes.try_into().map_err(|_| InputError::NonceLength { got: count(bytes.len()) })
}
