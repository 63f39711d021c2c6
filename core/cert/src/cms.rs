//! CMS `SignedData` (RFC 5652 §5) around a signature that is made elsewhere.

use std::time::Duration;

use const_oid::db::{rfc5911, rfc5912};
use der::{
    Encode,
    asn1::{GeneralizedTime, UtcTime},
};
use thiserror::Error;

use crate::{
    Certificate, Digest, HashAlgorithm, KeyError, PublicKey, UnixTime, der_total_len,
    tlv::{self, INTEGER, NULL, OCTET_STRING, SEQUENCE, SET},
};

/// A `SignedData` that lacks only the signature.
///
/// ```text
/// SignedData ::= SEQUENCE {
///   version CMSVersion,                                -- 1
///   digestAlgorithms DigestAlgorithmIdentifiers,       -- the one of the content
///   encapContentInfo EncapsulatedContentInfo,          -- id-data
///   certificates [0] IMPLICIT CertificateSet OPTIONAL, -- the signer's, byte for byte
///   signerInfos SignerInfos }                          -- one
/// ```
///
/// The signed attributes are contentType, messageDigest, signingTime if given, and signing-certificate-v2
/// (RFC 5035 §3) with the hash of the certificate and its issuer and serial number. Issuer and serial number are
/// copied from the certificate's bytes. The output is DER.
///
/// The signature itself is not checked here, only its length.
#[derive(Clone, Debug)]
pub struct SignedDataDraft {
    certificate: Certificate,
    key: PublicKey,
    content: Digest,
    /// The attributes one after another, in the order of a DER SET OF.
    signed_attributes: Vec<u8>,
    to_sign: Digest,
}

impl SignedDataDraft {
    /// Prepares the signed attributes for content with this digest. `signing_time` is a claim of the signer's.
    ///
    /// # Errors
    /// [`CmsError::Key`] when the certificate's key is not one this crate knows, [`CmsError::SigningTime`] before
    /// 1970 or after 9999.
    pub fn new(
        certificate: &Certificate,
        content: &Digest,
        signing_time: Option<UnixTime>,
    ) -> Result<Self, CmsError> {
        let attribute =
            |id, value: &[u8]| tlv::encode(SEQUENCE, &[&tlv::oid(id), &tlv::encode(SET, &[value])]);
        let mut attributes = vec![
            attribute(&rfc5911::ID_CONTENT_TYPE, &tlv::oid(&rfc5911::ID_DATA)),
            attribute(&rfc5911::ID_MESSAGE_DIGEST, &tlv::encode(OCTET_STRING, &[content.as_bytes()])),
            attribute(
                &rfc5911::ID_AA_SIGNING_CERTIFICATE_V_2,
                &signing_certificate(certificate, content.algorithm()),
            ),
        ];
        if let Some(time) = signing_time {
            attributes.push(attribute(&rfc5911::ID_SIGNING_TIME, &signing_time_der(time)?));
        }
        attributes.sort();
        let signed_attributes = attributes.concat();
        // RFC 5652 §5.4: hashed with the tag of a SET, though sent with [0].
        let to_sign = content.algorithm().digest(&tlv::encode(SET, &[&signed_attributes]));
        Ok(Self {
            key: certificate.public_key()?,
            certificate: certificate.clone(),
            content: content.clone(),
            signed_attributes,
            to_sign,
        })
    }

    /// What the signature must be made over: the digest of the signed attributes, by the content's hash function.
    pub fn digest_to_sign(&self) -> &Digest {
        &self.to_sign
    }

    /// The `ContentInfo` without the content.
    ///
    /// # Errors
    /// [`CmsError::Signature`] when `signature` has not the length or form the key gives it.
    pub fn into_detached(self, signature: &[u8]) -> Result<Vec<u8>, CmsError> {
        self.finish(&[], signature)
    }

    /// The `ContentInfo` with the content inside.
    ///
    /// # Errors
    /// [`CmsError::Content`] when `content` is not what the digest was made over, [`CmsError::Signature`] when
    /// `signature` has not the length or form the key gives it.
    pub fn into_attached(self, content: &[u8], signature: &[u8]) -> Result<Vec<u8>, CmsError> {
        if self.content.algorithm().digest(content) != self.content {
            return Err(CmsError::Content);
        }
        let octets = tlv::encode(OCTET_STRING, &[content]);
        self.finish(&tlv::encode(tlv::constructed(0), &[&octets]), signature)
    }

    fn finish(self, content: &[u8], signature: &[u8]) -> Result<Vec<u8>, CmsError> {
        let fits = match self.key.signature_len() {
            Some(len) => signature.len() == len,
            None => der_total_len(signature) == Some(signature.len()),
        };
        if !fits {
            return Err(CmsError::Signature { len: signature.len() });
        }
        let version = tlv::encode(INTEGER, &[&[1]]);
        // RFC 5754 §2: parameters absent.
        let digest_algorithm = tlv::algorithm(&self.content.algorithm().oid(), &[]);
        let signer_info = tlv::encode(
            SEQUENCE,
            &[
                &version,
                &tlv::encode(SEQUENCE, &[self.certificate.issuer_der(), &serial_der(&self.certificate)]),
                &digest_algorithm,
                &tlv::encode(tlv::constructed(0), &[&self.signed_attributes]),
                &self.signature_algorithm(),
                &tlv::encode(OCTET_STRING, &[signature]),
            ],
        );
        let signed_data = tlv::encode(
            SEQUENCE,
            &[
                &version,
                &tlv::encode(SET, &[&digest_algorithm]),
                &tlv::encode(SEQUENCE, &[&tlv::oid(&rfc5911::ID_DATA), content]),
                &tlv::encode(tlv::constructed(0), &[self.certificate.as_der()]),
                &tlv::encode(SET, &[&signer_info]),
            ],
        );
        let explicit = tlv::encode(tlv::constructed(0), &[&signed_data]);
        Ok(tlv::encode(SEQUENCE, &[&tlv::oid(&rfc5911::ID_SIGNED_DATA), &explicit]))
    }

    /// RFC 5754 §3.2 and §3.3.
    fn signature_algorithm(&self) -> Vec<u8> {
        match self.key {
            PublicKey::Rsa(_) => tlv::algorithm(&rfc5912::RSA_ENCRYPTION, NULL),
            PublicKey::P256(_) | PublicKey::P384(_) => {
                let id = match self.content.algorithm() {
                    HashAlgorithm::Sha256 => rfc5912::ECDSA_WITH_SHA_256,
                    HashAlgorithm::Sha384 => rfc5912::ECDSA_WITH_SHA_384,
                    HashAlgorithm::Sha512 => rfc5912::ECDSA_WITH_SHA_512,
                };
                tlv::algorithm(&id, &[])
            }
        }
    }
}

/// ```text
/// SigningCertificateV2 ::= SEQUENCE { certs SEQUENCE OF ESSCertIDv2 }
/// ESSCertIDv2 ::= SEQUENCE {
///   hashAlgorithm AlgorithmIdentifier DEFAULT {algorithm id-sha256},
///   certHash OCTET STRING,
///   issuerSerial SEQUENCE { issuer GeneralNames, serialNumber CertificateSerialNumber } OPTIONAL }
/// ```
fn signing_certificate(certificate: &Certificate, algorithm: HashAlgorithm) -> Vec<u8> {
    let hash_algorithm = match algorithm {
        // X.690 §11.5: a default is left out.
        HashAlgorithm::Sha256 => Vec::new(),
        _ => tlv::algorithm(&algorithm.oid(), &[]),
    };
    let hash = algorithm.digest(certificate.as_der());
    let directory_name = tlv::encode(tlv::constructed(4), &[certificate.issuer_der()]);
    let issuer_serial =
        tlv::encode(SEQUENCE, &[&tlv::encode(SEQUENCE, &[&directory_name]), &serial_der(certificate)]);
    let id = tlv::encode(
        SEQUENCE,
        &[&hash_algorithm, &tlv::encode(OCTET_STRING, &[hash.as_bytes()]), &issuer_serial],
    );
    tlv::encode(SEQUENCE, &[&tlv::encode(SEQUENCE, &[&id])])
}

fn serial_der(certificate: &Certificate) -> Vec<u8> {
    tlv::encode(INTEGER, &[certificate.serial()])
}

/// UTCTime to 2049, GeneralizedTime from 2050 (RFC 5652 §11.3).
fn signing_time_der(time: UnixTime) -> Result<Vec<u8>, CmsError> {
    let seconds = u64::try_from(time.0).map_err(|_| CmsError::SigningTime { time })?;
    let since_1970 = Duration::from_secs(seconds);
    UtcTime::from_unix_duration(since_1970)
        .and_then(|time| time.to_der())
        .or_else(|_| GeneralizedTime::from_unix_duration(since_1970).and_then(|time| time.to_der()))
        .map_err(|_| CmsError::SigningTime { time })
}

/// Why no `SignedData` is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CmsError {
    /// The certificate's key cannot be used.
    #[error("the certificate's key: {0}")]
    Key(#[from] KeyError),
    /// The content has another digest than the one signed.
    #[error("the content is not what the digest was made over")]
    Content,
    /// The signature has not the length or form the key gives it.
    #[error("a signature of {len} bytes does not fit the key")]
    Signature {
        /// Length given in bytes.
        len: usize,
    },
    /// The signing time has no encoding.
    #[error("the signing time {time} is before 1970 or after 9999")]
    SigningTime {
        /// The time given.
        time: UnixTime,
    },
}
