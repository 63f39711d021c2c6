//! OCSP answers (RFC 6960 §4.2) as lists of DER parts.

use super::{CertificateStatus, SignatureHash, crl};
use crate::pki::{generalized_time, oids};
use crate::{CertificateAuthority, Extension, SimError, TestKey, der};

/// `OCSPResponseStatus` without `successful`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ErrorStatus {
    /// malformedRequest (1).
    MalformedRequest = 1,
    /// internalError (2).
    InternalError = 2,
    /// tryLater (3).
    TryLater = 3,
    /// sigRequired (5).
    SigRequired = 5,
    /// unauthorized (6).
    Unauthorized = 6,
}

impl ErrorStatus {
    /// All of them, by number.
    pub const ALL: [Self; 5] =
        [Self::MalformedRequest, Self::InternalError, Self::TryLater, Self::SigRequired, Self::Unauthorized];

    /// The `OCSPResponse`: no `responseBytes`, and no signature.
    pub fn to_der(self) -> Vec<u8> {
        der::sequence(&[der::tlv(0x0A, &[self as u8])])
    }
}

/// `CertID` (RFC 6960 §4.1.1): which certificate is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertId {
    /// `AlgorithmIdentifier` of the two hashes.
    pub hash_algorithm: Vec<u8>,
    /// Content octets: hash of the issuer's `Name`.
    pub issuer_name_hash: Vec<u8>,
    /// Content octets: hash of the bits of the issuer's public key.
    pub issuer_key_hash: Vec<u8>,
    /// INTEGER.
    pub serial_number: Vec<u8>,
}

impl CertId {
    /// The certificate with this serial number from this authority.
    pub fn new(hash: SignatureHash, authority: &CertificateAuthority, serial: u64) -> Self {
        Self {
            hash_algorithm: hash.hash_algorithm(),
            issuer_name_hash: hash.digest(authority.name()),
            issuer_key_hash: hash.digest(&authority.key().public_key_der()),
            serial_number: der::integer(serial),
        }
    }

    fn to_der(&self) -> Vec<u8> {
        der::sequence(&[
            self.hash_algorithm.clone(),
            der::octet_string(&self.issuer_name_hash),
            der::octet_string(&self.issuer_key_hash),
            self.serial_number.clone(),
        ])
    }
}

/// `SingleResponse` (RFC 6960 §4.2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SingleResponse {
    /// Whose status it is.
    pub cert_id: CertId,
    /// `CertStatus`.
    pub status: Vec<u8>,
    /// `GeneralizedTime`.
    pub this_update: Vec<u8>,
    /// `GeneralizedTime`; empty for none.
    pub next_update: Vec<u8>,
    /// `singleExtensions`; none at all leaves out the whole field.
    pub extensions: Vec<Extension>,
}

impl SingleResponse {
    /// A status with its times, in seconds since 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// [`SimError::Time`] outside the years 0 to 9999.
    pub fn new(
        cert_id: CertId,
        status: CertificateStatus,
        this_update: i64,
        next_update: Option<i64>,
    ) -> Result<Self, SimError> {
        Ok(Self {
            cert_id,
            status: status.to_der()?,
            this_update: generalized_time(this_update)?,
            next_update: next_update.map(generalized_time).transpose()?.unwrap_or_default(),
            extensions: Vec::new(),
        })
    }

    fn to_der(&self) -> Vec<u8> {
        der::sequence(&[
            self.cert_id.to_der(),
            self.status.clone(),
            self.this_update.clone(),
            explicit(0, self.next_update.clone()),
            explicit(1, crl::extensions(&self.extensions)),
        ])
    }
}

/// The parts of a `BasicOCSPResponse` (RFC 6960 §4.2.1), each as finished DER.
///
/// Assign to any field to make the answer wrong in one place; the signing functions sign whatever stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OcspTemplate {
    /// `[0] EXPLICIT Version`; empty for none, which means version 1.
    pub version: Vec<u8>,
    /// `ResponderID`: see [`by_name`](Self::by_name) and [`by_key`](Self::by_key).
    pub responder_id: Vec<u8>,
    /// `GeneralizedTime`.
    pub produced_at: Vec<u8>,
    /// In their order in the answer.
    pub responses: Vec<SingleResponse>,
    /// `responseExtensions`; none at all leaves out the whole field.
    pub extensions: Vec<Extension>,
    /// `AlgorithmIdentifier` of the signature.
    pub algorithm: Vec<u8>,
    /// `certs`; none at all leaves out the whole field.
    pub certificates: Vec<Vec<u8>>,
}

impl OcspTemplate {
    /// `ResponderID` by the `Name` (DER) in the signer's certificate.
    pub fn by_name(name: &[u8]) -> Vec<u8> {
        der::constructed(0xA1, &[name])
    }

    /// `ResponderID` by the SHA-1 of the signer's public key.
    pub fn by_key(key: &TestKey) -> Vec<u8> {
        der::constructed(0xA2, &[der::octet_string(&key.key_identifier())])
    }

    /// The nonce extension around `nonce`.
    pub fn nonce(nonce: &[u8]) -> Extension {
        Extension::plain(oids::ocsp_nonce(), der::octet_string(nonce))
    }

    /// `ResponseData`: what gets signed.
    pub fn response_data(&self) -> Vec<u8> {
        der::sequence(&[
            self.version.clone(),
            self.responder_id.clone(),
            self.produced_at.clone(),
            der::sequence(&self.responses.iter().map(SingleResponse::to_der).collect::<Vec<_>>()),
            explicit(1, crl::extensions(&self.extensions)),
        ])
    }

    /// The whole `OCSPResponse`, signed with RSASSA-PKCS1-v1_5 and SHA-256 whatever the algorithm field says.
    ///
    /// # Errors
    /// As [`TestKey::sign_sha256`].
    pub fn sign(&self, key: &TestKey) -> Result<Vec<u8>, SimError> {
        let data = self.response_data();
        Ok(self.assemble(&data, &key.sign_sha256(&data)?))
    }

    /// The whole `OCSPResponse`, signed with any hash function, which the algorithm field then names.
    ///
    /// # Errors
    /// As [`TestKey::sign_sha256`].
    pub fn sign_with(mut self, hash: SignatureHash, key: &TestKey) -> Result<Vec<u8>, SimError> {
        self.algorithm = hash.algorithm();
        let data = self.response_data();
        Ok(self.assemble(&data, &hash.sign(key, &data)?))
    }

    /// The `OCSPResponse` around a signed part and a signature made elsewhere.
    pub fn assemble(&self, response_data: &[u8], signature: &[u8]) -> Vec<u8> {
        let certificates =
            if self.certificates.is_empty() { Vec::new() } else { der::sequence(&self.certificates) };
        Self::wrap(&der::sequence(&[
            response_data,
            &self.algorithm,
            &der::bit_string(0, signature),
            &explicit(0, certificates),
        ]))
    }

    /// The successful `OCSPResponse` around anything that passes as a `BasicOCSPResponse`.
    pub fn wrap(basic: &[u8]) -> Vec<u8> {
        let bytes = der::sequence(&[oids::ocsp_basic(), der::octet_string(basic)]);
        der::sequence(&[der::tlv(0x0A, &[0]), explicit(0, bytes)])
    }
}

/// `[number] EXPLICIT`, or nothing around nothing.
fn explicit(number: u8, content: Vec<u8>) -> Vec<u8> {
    if content.is_empty() { content } else { der::constructed(0xA0 | number, &[content]) }
}
