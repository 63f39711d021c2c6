//! CMS SignedData from parts, with a writer that shares nothing with the reader under test.

use kazasu_sim::{TestKey, der};
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::vector::{DOCUMENT, pki};

/// A hash function and how it is named in certificates and messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// Too weak.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Hash {
    /// The digest of `data`.
    pub fn digest(self, data: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => sha1::Sha1::digest(data).to_vec(),
            Self::Sha256 => Sha256::digest(data).to_vec(),
            Self::Sha384 => Sha384::digest(data).to_vec(),
            Self::Sha512 => Sha512::digest(data).to_vec(),
        }
    }

    /// Its identifier, complete TLV.
    pub fn oid(self) -> Vec<u8> {
        let sha2 = |last| der::oid(&[2, 16, 840, 1, 101, 3, 4, 2, last]);
        match self {
            Self::Sha1 => der::oid(&[1, 3, 14, 3, 2, 26]),
            Self::Sha256 => sha2(1),
            Self::Sha384 => sha2(2),
            Self::Sha512 => sha2(3),
        }
    }

    /// `AlgorithmIdentifier` of RSASSA-PKCS1-v1_5 with it.
    pub fn with_rsa(self) -> Vec<u8> {
        let last = match self {
            Self::Sha1 => 5,
            Self::Sha256 => 11,
            Self::Sha384 => 12,
            Self::Sha512 => 13,
        };
        der::sequence(&[der::oid(&[1, 2, 840, 113_549, 1, 1, last]), der::null()])
    }

    /// `DigestInfo` (RFC 8017 §9.2).
    pub fn digest_info(self, digest: &[u8]) -> Vec<u8> {
        let algorithm = der::sequence(&[self.oid(), der::null()]);
        der::sequence(&[algorithm, der::octet_string(digest)])
    }

    /// RSASSA-PKCS1-v1_5.
    pub fn sign(self, key: &TestKey, data: &[u8]) -> Vec<u8> {
        key.sign_padded(&self.digest_info(&self.digest(data))).expect("any digest can be signed")
    }
}

/// id-data, the content type of signed documents.
pub fn id_data() -> Vec<u8> {
    der::oid(&[1, 2, 840, 113_549, 1, 7, 1])
}

/// `Attribute` with these values.
pub fn attribute(kind: u32, values: &[Vec<u8>]) -> Vec<u8> {
    let oid = match kind {
        CONTENT_TYPE | MESSAGE_DIGEST | SIGNING_TIME => der::oid(&[1, 2, 840, 113_549, 1, 9, kind]),
        _ => der::oid(&[1, 2, 840, 113_549, 1, 9, 16, 2, kind]),
    };
    der::sequence(&[oid, der::set(values)])
}

/// contentType.
pub const CONTENT_TYPE: u32 = 3;
/// messageDigest.
pub const MESSAGE_DIGEST: u32 = 4;
/// signingTime.
pub const SIGNING_TIME: u32 = 5;
/// signing-certificate-v2.
pub const SIGNING_CERTIFICATE_V2: u32 = 47;

/// The attribute contentType of a document.
pub fn content_type() -> Vec<u8> {
    attribute(CONTENT_TYPE, &[id_data()])
}

/// The attribute messageDigest of `data`.
pub fn message_digest(hash: Hash, data: &[u8]) -> Vec<u8> {
    attribute(MESSAGE_DIGEST, &[der::octet_string(&hash.digest(data))])
}

/// `AlgorithmIdentifier` of rsaEncryption.
pub fn rsa_encryption() -> Vec<u8> {
    der::sequence(&[der::oid(&[1, 2, 840, 113_549, 1, 1, 1]), der::null()])
}

/// signing-certificate-v2 for a certificate, without issuerSerial.
pub fn signing_certificate(hash: Hash, certificate: &[u8]) -> Vec<u8> {
    attribute(SIGNING_CERTIFICATE_V2, &[ess_certificates(hash, certificate, &[])])
}

/// `SigningCertificateV2` (RFC 5035 §4); `issuer_serial` is a complete `IssuerSerial`, or empty for none.
pub fn ess_certificates(hash: Hash, certificate: &[u8], issuer_serial: &[u8]) -> Vec<u8> {
    let algorithm = if hash == Hash::Sha256 { Vec::new() } else { der::sequence(&[hash.oid()]) };
    let id = der::sequence(&[&algorithm[..], &der::octet_string(&hash.digest(certificate)), issuer_serial]);
    der::sequence(&[der::sequence(&[id])])
}

/// `IssuerAndSerialNumber` of a certificate.
pub fn issuer_and_serial(certificate: &[u8]) -> Vec<u8> {
    let parsed = kazasu_cert::Certificate::from_der(certificate).expect("a certificate");
    der::sequence(&[parsed.issuer_der(), &der::tlv(0x02, parsed.serial())])
}

/// The parts of a `SignerInfo`.
#[derive(Clone, Debug)]
pub struct SignerTemplate {
    /// `SignerIdentifier`.
    pub sid: Vec<u8>,
    /// What the signature is made with, whatever the algorithms say.
    pub hash: Hash,
    /// `digestAlgorithm`.
    pub digest_algorithm: Vec<u8>,
    /// `signatureAlgorithm`.
    pub signature_algorithm: Vec<u8>,
    /// In the order they are sent; `None` for none. They are hashed in DER order.
    pub attributes: Option<Vec<Vec<u8>>>,
    /// In the order they are sent; none if empty.
    pub unsigned_attributes: Vec<Vec<u8>>,
    /// Signs.
    pub key: TestKey,
    /// What is signed where there are no attributes.
    pub signed_content: Vec<u8>,
    /// Replaces the signature.
    pub signature: Option<Vec<u8>>,
}

impl SignerTemplate {
    /// A signer with the simulated cards' signing key, over the document.
    pub fn new(certificate: &[u8]) -> Self {
        Self {
            sid: issuer_and_serial(certificate),
            hash: Hash::Sha256,
            digest_algorithm: der::sequence(&[Hash::Sha256.oid()]),
            signature_algorithm: rsa_encryption(),
            attributes: Some(vec![content_type(), message_digest(Hash::Sha256, DOCUMENT)]),
            unsigned_attributes: Vec::new(),
            key: pki().leaf_key(kazasu_sim::Purpose::Signing).clone(),
            signed_content: DOCUMENT.to_vec(),
            signature: None,
        }
    }

    /// Signs with another hash function, and says so.
    pub fn set_hash(&mut self, hash: Hash) {
        self.hash = hash;
        self.digest_algorithm = der::sequence(&[hash.oid()]);
        self.attributes = Some(vec![content_type(), message_digest(hash, DOCUMENT)]);
    }

    /// What the signature is made over.
    pub fn to_be_signed(&self) -> Vec<u8> {
        match &self.attributes {
            None => self.signed_content.clone(),
            Some(attributes) => {
                let mut sorted = attributes.clone();
                sorted.sort();
                der::set(&sorted)
            }
        }
    }

    fn build(&self) -> Vec<u8> {
        let signature =
            self.signature.clone().unwrap_or_else(|| self.hash.sign(&self.key, &self.to_be_signed()));
        let attributes = self.attributes.as_ref().map_or_else(Vec::new, |all| der::constructed(0xA0, all));
        let unsigned = if self.unsigned_attributes.is_empty() {
            Vec::new()
        } else {
            der::constructed(0xA1, &self.unsigned_attributes)
        };
        let version = if self.sid.first() == Some(&0x80) { 3 } else { 1 };
        der::sequence(&[
            &der::integer(version),
            &self.sid,
            &self.digest_algorithm,
            &attributes,
            &self.signature_algorithm,
            &der::octet_string(&signature),
            &unsigned,
        ])
    }
}

/// The parts of a `SignedData`.
#[derive(Clone, Debug)]
pub struct CmsTemplate {
    /// `eContentType`.
    pub content_type: Vec<u8>,
    /// The content, if it is attached.
    pub content: Option<Vec<u8>>,
    /// The certificates that come along.
    pub certificates: Vec<Vec<u8>>,
    /// The signers.
    pub signers: Vec<SignerTemplate>,
}

impl CmsTemplate {
    /// A detached signature of the simulated cards' signing key over the document.
    pub fn new(certificate: &[u8]) -> Self {
        Self {
            content_type: id_data(),
            content: None,
            certificates: vec![certificate.to_vec()],
            signers: vec![SignerTemplate::new(certificate)],
        }
    }

    /// The first signer.
    pub fn signer(&mut self) -> &mut SignerTemplate {
        &mut self.signers[0]
    }

    /// The `ContentInfo`.
    pub fn build(&self) -> Vec<u8> {
        let content =
            self.content.as_ref().map_or_else(Vec::new, |c| der::constructed(0xA0, &[der::octet_string(c)]));
        let certificates = if self.certificates.is_empty() {
            Vec::new()
        } else {
            der::constructed(0xA0, &self.certificates)
        };
        let signers: Vec<_> = self.signers.iter().map(SignerTemplate::build).collect();
        let mut digest_algorithms: Vec<_> =
            self.signers.iter().map(|signer| signer.digest_algorithm.clone()).collect();
        digest_algorithms.sort();
        digest_algorithms.dedup();
        let signed_data = der::sequence(&[
            der::integer(1),
            der::set(&digest_algorithms),
            der::sequence(&[self.content_type.clone(), content]),
            certificates,
            der::set(&signers),
        ]);
        content_info(&signed_data)
    }
}

/// The `ContentInfo` around anything that passes as a `SignedData`.
pub fn content_info(signed_data: &[u8]) -> Vec<u8> {
    der::sequence(&[der::oid(&[1, 2, 840, 113_549, 1, 7, 2]), der::constructed(0xA0, &[signed_data])])
}
