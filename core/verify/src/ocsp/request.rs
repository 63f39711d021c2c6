//! The question.

use const_oid::db::rfc6960::ID_PKIX_OCSP_NONCE;
use der::Encode;
use der::asn1::{Null, OctetString};
use kazasu_cert::Certificate;
use x509_cert::ext::Extension;
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_ocsp::{CertId, Request, TbsRequest};

use super::cert_id::issuer_hashes;
use super::{CertIdHash, OcspNonce};
use crate::TrustAnchor;

/// Content-Type of a request sent by HTTP POST (RFC 6960 §A.1).
pub const OCSP_REQUEST_MEDIA_TYPE: &str = "application/ocsp-request";

/// Content-Type of the answer. What a responder really sends is told by the bytes, not by this.
pub const OCSP_RESPONSE_MEDIA_TYPE: &str = "application/ocsp-response";

/// A request about one certificate, unsigned (RFC 6960 §4.1).
///
/// ```text
/// OCSPRequest  ::=  SEQUENCE {
///      tbsRequest             TBSRequest,
///      optionalSignature  [0] EXPLICIT Signature OPTIONAL }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OcspRequest {
    der: Vec<u8>,
}

impl OcspRequest {
    /// Asks for the status of `leaf`, which `issuer` has issued. The nonce comes from the caller's random number
    /// generator; without one, an answer may be any that is fresh enough.
    ///
    /// # Panics
    /// Never: a request is far shorter than the longest DER there is.
    pub fn new(
        leaf: &Certificate,
        issuer: &TrustAnchor,
        hash: CertIdHash,
        nonce: Option<&OcspNonce>,
    ) -> Self {
        #[expect(clippy::expect_used, reason = "a few hundred bytes of known types")]
        let der = encode(leaf, issuer, hash, nonce).expect("an OCSP request can be encoded");
        Self { der }
    }

    /// The request, DER: the body of the POST.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The request, DER: the body of the POST.
    pub fn into_der(self) -> Vec<u8> {
        self.der
    }
}

fn encode(
    leaf: &Certificate,
    issuer: &TrustAnchor,
    hash: CertIdHash,
    nonce: Option<&OcspNonce>,
) -> der::Result<Vec<u8>> {
    let oid = hash.oid();
    let [name, key] = issuer_hashes(oid, issuer).unwrap_or_default();
    let req_cert = CertId {
        hash_algorithm: AlgorithmIdentifierOwned { oid, parameters: Some(Null.into()) },
        issuer_name_hash: OctetString::new(name)?,
        issuer_key_hash: OctetString::new(key)?,
        serial_number: leaf.decode()?.tbs_certificate.serial_number,
    };
    let request = x509_ocsp::OcspRequest {
        tbs_request: TbsRequest {
            request_list: vec![Request { req_cert, single_request_extensions: None }],
            request_extensions: nonce.map(nonce_extension).transpose()?.map(|nonce| vec![nonce]),
            ..TbsRequest::default()
        },
        optional_signature: None,
    };
    request.to_der()
}

fn nonce_extension(nonce: &OcspNonce) -> der::Result<Extension> {
    let value = OctetString::new(nonce.as_slice())?.to_der()?;
    Ok(Extension { extn_id: ID_PKIX_OCSP_NONCE, critical: false, extn_value: OctetString::new(value)? })
}
