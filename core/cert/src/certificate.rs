//! A certificate as received.

use std::{
    fmt,
    hash::{Hash, Hasher},
    ops::Range,
    sync::OnceLock,
};

use const_oid::ObjectIdentifier;
use der::Decode;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::{
    DerViolation, KeyError, PublicKey, UnixTime,
    details::{Details, ExtensionField},
    strict,
    tlv::{self, INTEGER, Reader, SEQUENCE},
};

/// The longest certificate that is looked at, in bytes. JPKI certificates are under 2 KiB
/// (docs/certificate-facts.md §2.1).
pub const MAX_CERTIFICATE_LEN: usize = 4096;

/// The longest serial number, in content octets (RFC 5280 §4.1.2.2).
const MAX_SERIAL_LEN: usize = 20;

/// An X.509 certificate (RFC 5280 §4.1), kept byte for byte as it was received.
///
/// ```text
/// Certificate  ::=  SEQUENCE  {
///      tbsCertificate       TBSCertificate,
///      signatureAlgorithm   AlgorithmIdentifier,
///      signatureValue       BIT STRING  }
/// ```
///
/// Parsing says nothing about trust, nor about strict DER: see [`check_strict_der`](Self::check_strict_der).
/// Nothing is ever encoded again: every slice is cut from the received bytes, so that what is hashed, compared
/// and stored is what the issuer signed. Two certificates are equal when their bytes are.
///
/// `Debug` prints the length and the beginning of the SHA-256 only, because a signing certificate carries its
/// holder's name and address.
#[derive(Clone)]
pub struct Certificate {
    der: Vec<u8>,
    layout: Layout,
    details: Details,
    violation: Option<DerViolation>,
    /// Computed when it is first asked for.
    sha256: OnceLock<[u8; 32]>,
}

/// Where the fields stand in the DER.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) tbs: Range<usize>,
    /// Content octets.
    pub(crate) serial: Range<usize>,
    pub(crate) tbs_algorithm: Range<usize>,
    pub(crate) issuer: Range<usize>,
    pub(crate) subject: Range<usize>,
    pub(crate) public_key_info: Range<usize>,
    pub(crate) algorithm: Range<usize>,
}

impl Certificate {
    /// Takes one certificate, with nothing after it.
    ///
    /// # Errors
    /// [`CertificateError`] when it is longer than [`MAX_CERTIFICATE_LEN`], has trailing bytes, is not a
    /// certificate, or is so far from DER that its parts cannot be told apart.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        if der.len() > MAX_CERTIFICATE_LEN {
            return Err(CertificateError::TooLong { len: der.len() });
        }
        let layout = Layout::find(der)?;
        if layout.serial.len() > MAX_SERIAL_LEN {
            return Err(CertificateError::SerialTooLong { octets: layout.serial.len() });
        }
        // The walk over the elements knows better than a decoder which rule was broken.
        let violation = strict::check_certificate(der).err();
        let details = Details::find(der, &layout);
        let is_ordinary = violation.is_none() && details.as_ref().is_ok_and(|details| details.is_ordinary);
        if !is_ordinary {
            match x509_cert::Certificate::from_der(der) {
                Ok(decoded) if decoded.signature.unused_bits() != 0 => {
                    return Err(CertificateError::SignatureBits);
                }
                Ok(_) => {}
                Err(source) => {
                    return Err(violation.map_or(CertificateError::Structure { source }, Into::into));
                }
            }
        }
        Ok(Self { der: der.to_vec(), layout, details: details?, violation, sha256: OnceLock::new() })
    }

    /// The whole certificate as received.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The `tbsCertificate` as received, tag and length included: what the issuer's signature covers.
    pub fn tbs_der(&self) -> &[u8] {
        self.slice(&self.layout.tbs)
    }

    /// SHA-256 of the whole certificate.
    pub fn sha256(&self) -> [u8; 32] {
        *self.sha256.get_or_init(|| Sha256::digest(&self.der).into())
    }

    /// The issuer `Name` as received, tag and length included.
    pub fn issuer_der(&self) -> &[u8] {
        self.slice(&self.layout.issuer)
    }

    /// The subject `Name` as received, tag and length included.
    pub fn subject_der(&self) -> &[u8] {
        self.slice(&self.layout.subject)
    }

    /// The content octets of `serialNumber` as received: 1 to 20, two's complement, so possibly with a leading zero
    /// and possibly negative.
    pub fn serial(&self) -> &[u8] {
        self.slice(&self.layout.serial)
    }

    /// The version number as written in words: 1, 2 or 3.
    pub fn version(&self) -> u8 {
        self.details.version
    }

    /// `notBefore`, the first second of validity.
    pub fn not_before(&self) -> UnixTime {
        self.details.not_before
    }

    /// `notAfter`, the last second of validity.
    pub fn not_after(&self) -> UnixTime {
        self.details.not_after
    }

    /// The `signature` field inside `tbsCertificate` as received, tag and length included.
    pub fn tbs_signature_algorithm_der(&self) -> &[u8] {
        self.slice(&self.layout.tbs_algorithm)
    }

    /// The `signatureAlgorithm` field beside `tbsCertificate` as received, tag and length included.
    pub fn signature_algorithm_der(&self) -> &[u8] {
        self.slice(&self.layout.algorithm)
    }

    /// The issuer's signature: the octets of `signatureValue`.
    pub fn signature_bytes(&self) -> &[u8] {
        self.slice(&self.details.signature)
    }

    /// The `subjectPublicKeyInfo` as received, tag and length included.
    pub fn subject_public_key_info_der(&self) -> &[u8] {
        self.slice(&self.layout.public_key_info)
    }

    /// The octets of `subjectPublicKey`, whose SHA-1 is the key identifier of RFC 5280 §4.2.1.2, method 1.
    pub fn subject_public_key_bits(&self) -> &[u8] {
        self.slice(&self.details.public_key)
    }

    /// The subject's public key.
    ///
    /// # Errors
    /// [`KeyError`] when its algorithm is not one this crate knows, or its encoding is wrong.
    pub fn public_key(&self) -> Result<PublicKey, KeyError> {
        PublicKey::from_spki_der(self.subject_public_key_info_der())
    }

    /// The algorithm in [`signature_algorithm_der`](Self::signature_algorithm_der).
    pub fn signature_algorithm(&self) -> ObjectIdentifier {
        self.details.algorithm
    }

    /// The algorithm in [`subject_public_key_info_der`](Self::subject_public_key_info_der).
    pub fn public_key_algorithm(&self) -> ObjectIdentifier {
        self.details.public_key_algorithm
    }

    /// The structure as the crate `x509-cert` decodes it, anew for each call. Never encode it again to hash or compare
    /// it, and beware of its `Debug`, which prints personal data.
    ///
    /// # Errors
    /// None for a certificate that was taken: the crate reads everything this one takes, which tests check.
    pub fn decode(&self) -> der::Result<x509_cert::Certificate> {
        x509_cert::Certificate::from_der(&self.der)
    }

    /// Whether the certificate is DER throughout: inside the extension values and the public key as well, with the
    /// default values left out and the times in the one form RFC 5280 §4.1.2.5 allows.
    ///
    /// # Errors
    /// The first [`DerViolation`]. What other parsers would silently put right is one.
    pub fn check_strict_der(&self) -> Result<(), DerViolation> {
        self.violation.map_or(Ok(()), Err)
    }

    /// The violation [`check_strict_der`](Self::check_strict_der) finds, if any.
    pub fn strict_der_violation(&self) -> Option<DerViolation> {
        self.violation
    }

    pub(crate) fn extension_fields(&self) -> &[ExtensionField] {
        &self.details.extensions
    }

    pub(crate) fn slice(&self, range: &Range<usize>) -> &[u8] {
        // The ranges were found in these very bytes, which never change.
        self.der.get(range.clone()).unwrap_or_default()
    }
}

impl Layout {
    pub(crate) fn find(der: &[u8]) -> Result<Self, DerViolation> {
        let mut certificate = Reader::only(der, SEQUENCE)?.children();
        let tbs = certificate.expect(SEQUENCE)?;
        let algorithm = certificate.expect(SEQUENCE)?;
        let mut fields = tbs.children();
        fields.optional(tlv::constructed(0))?;
        let serial = fields.expect(INTEGER)?;
        let tbs_algorithm = fields.expect(SEQUENCE)?;
        let issuer = fields.expect(SEQUENCE)?;
        let _validity = fields.expect(SEQUENCE)?;
        let subject = fields.expect(SEQUENCE)?;
        let public_key_info = fields.expect(SEQUENCE)?;
        Ok(Self {
            tbs: tbs.range(),
            serial: serial.content_range(),
            tbs_algorithm: tbs_algorithm.range(),
            issuer: issuer.range(),
            subject: subject.range(),
            public_key_info: public_key_info.range(),
            algorithm: algorithm.range(),
        })
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

impl Hash for Certificate {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.der.hash(state);
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hash = tlv::hex(&self.sha256());
        write!(f, "Certificate({} bytes, sha256 {:.8}..)", self.der.len(), hash)
    }
}

/// Why bytes are not taken as a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// Longer than [`MAX_CERTIFICATE_LEN`].
    #[error("{len} bytes are too long for a certificate, the limit is {MAX_CERTIFICATE_LEN}")]
    TooLong {
        /// Length given, in bytes.
        len: usize,
    },
    /// Not DER: cut off, trailing bytes, or an encoding DER does not allow.
    #[error("the certificate is not DER: {0}")]
    Der(#[from] DerViolation),
    /// The serial number has more than 20 content octets (RFC 5280 §4.1.2.2).
    #[error("a serial number of {octets} octets, the limit is {MAX_SERIAL_LEN}")]
    SerialTooLong {
        /// Content octets of the serial number.
        octets: usize,
    },
    /// The signature is not a whole number of octets.
    #[error("the signature is not a whole number of octets")]
    SignatureBits,
    /// DER, but not a certificate of RFC 5280.
    #[error("not a certificate: {source}")]
    Structure {
        /// What the decoder said. It holds no part of the certificate's contents.
        source: der::Error,
    },
}
