//! An OCSP responder that can be told what to say, and how to say it wrongly.

use std::collections::BTreeMap;

use der::{Decode, Encode};
use x509_ocsp::OcspRequest;

use super::{CertId, CertificateStatus, ErrorStatus, OcspTemplate, SignatureHash, SingleResponse};
use crate::pki::{generalized_time, oids, profile};
use crate::{
    CertificateAuthority, CertificateTemplate, Extension, KeyName, SimError, TestKey, der as writer,
};

/// How far the clock of a responder's data runs: 15 minutes (docs/certificate-facts.md §5.1).
const REFRESH: i64 = 15 * 60;

/// Answers for the certificates of one authority (RFC 6960).
///
/// As made, it says [`Good`](CertificateStatus::Good) of every certificate of its authority, just updated, signed by
/// a proper delegate, with the nonce it was sent. Each field changes one thing. For what the fields cannot say, change
/// the [`template`](Self::template) and sign it.
#[derive(Clone, Debug)]
pub struct OcspResponder {
    authority: CertificateAuthority,
    /// What it says of the certificate with a serial number.
    pub statuses: BTreeMap<u64, CertificateStatus>,
    /// What it says of all others.
    pub otherwise: CertificateStatus,
    /// Who signs.
    pub signer: OcspSigner,
    /// What becomes of the nonce.
    pub nonce: NonceAnswer,
    /// How old the answer is, in seconds: thisUpdate and producedAt lie so far back, nextUpdate 15 minutes after them.
    pub age: i64,
    /// Whether nextUpdate is in the answer.
    pub next_update: bool,
    /// Answers about other certificates, by serial number, that come before the one asked for.
    pub others_first: Vec<u64>,
    /// An answer that is none.
    pub failure: Option<Failure>,
}

/// Who signs an answer.
#[derive(Clone, Debug)]
pub struct OcspSigner {
    /// Its key.
    pub key: TestKey,
    /// `ResponderID`, DER.
    pub responder_id: Vec<u8>,
    /// The certificates that come along.
    pub certificates: Vec<Vec<u8>>,
    /// The hash function of the signature.
    pub hash: SignatureHash,
}

impl OcspSigner {
    /// The authority itself.
    pub fn authority(authority: &CertificateAuthority) -> Self {
        Self {
            key: authority.key().clone(),
            responder_id: OcspTemplate::by_name(authority.name()),
            certificates: Vec::new(),
            hash: SignatureHash::Sha256,
        }
    }

    /// A delegate with a certificate made of `template`, right or wrong, issued with `issuer_key`.
    ///
    /// # Errors
    /// As [`TestKey::sign_sha256`].
    pub fn delegate(
        template: &CertificateTemplate,
        issuer_key: &TestKey,
        key: &TestKey,
    ) -> Result<Self, SimError> {
        Ok(Self {
            key: key.clone(),
            responder_id: OcspTemplate::by_name(&template.subject),
            certificates: vec![template.sign(issuer_key)?],
            hash: SignatureHash::Sha256,
        })
    }
}

/// A delegate's certificate as RFC 6960 §4.2.2.2 wants it, valid as long as the authority: digitalSignature,
/// id-kp-OCSPSigning, id-pkix-ocsp-nocheck. The profile of the real one is not known
/// (docs/certificate-facts.md §5.5).
pub fn delegate(authority: &CertificateAuthority, key: &TestKey) -> CertificateTemplate {
    let issuer = authority.template();
    let aki = profile::authority_key_identifier(
        &authority.key().key_identifier(),
        authority.name(),
        &issuer.serial_number,
    );
    let mut template = CertificateTemplate {
        subject: profile::responder_name(authority.purpose()),
        extensions: vec![
            Extension::critical(oids::key_usage(), writer::bit_string(7, &[0x80])),
            Extension::plain(oids::extended_key_usage(), writer::sequence(&[oids::ocsp_signing()])),
            Extension::plain(oids::ocsp_nocheck(), writer::null()),
            Extension::plain(oids::authority_key_identifier(), aki),
            Extension::plain(oids::subject_key_identifier(), Vec::new()),
        ],
        ..issuer.clone()
    };
    template.set_serial(2_020_013);
    template.set_public_key(key);
    template
}

/// What becomes of the nonce of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NonceAnswer {
    /// It comes back.
    Echo,
    /// It is left out, as responders do that sign in advance.
    Omit,
    /// Another one comes back.
    Other,
}

/// An answer that says nothing about any certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// An error status.
    Status(ErrorStatus),
    /// Any bytes.
    Body(Vec<u8>),
}

impl Failure {
    /// The page a web server in between may send.
    pub fn html() -> Self {
        Self::Body(b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>".to_vec())
    }
}

impl OcspResponder {
    /// The responder of an authority.
    ///
    /// # Errors
    /// [`SimError::Key`] if the embedded key is damaged.
    pub fn new(authority: &CertificateAuthority) -> Result<Self, SimError> {
        let key = TestKey::load(KeyName::OcspResponder)?;
        let signer = OcspSigner::delegate(&delegate(authority, &key), authority.key(), &key)?;
        Ok(Self {
            authority: authority.clone(),
            statuses: BTreeMap::new(),
            otherwise: CertificateStatus::Good,
            signer,
            nonce: NonceAnswer::Echo,
            age: 0,
            next_update: true,
            others_first: Vec::new(),
            failure: None,
        })
    }

    /// The answer to a request, DER unless told otherwise. `now` is in seconds since 1970-01-01T00:00:00Z.
    ///
    /// A request that cannot be read is answered with malformedRequest.
    pub fn answer(&self, request: &[u8], now: i64) -> Vec<u8> {
        match &self.failure {
            Some(Failure::Status(status)) => return status.to_der(),
            Some(Failure::Body(body)) => return body.clone(),
            None => {}
        }
        let Ok(request) = OcspRequest::from_der(request) else {
            return ErrorStatus::MalformedRequest.to_der();
        };
        let signed = self
            .template_for(&request, now)
            .and_then(|template| template.sign_with(self.signer.hash, &self.signer.key));
        signed.unwrap_or_else(|_| ErrorStatus::InternalError.to_der())
    }

    /// The parts of the answer to a request, to make a wrong one from; `None` if the request cannot be read.
    ///
    /// # Errors
    /// [`SimError::Time`] if a time cannot be written.
    pub fn template(&self, request: &[u8], now: i64) -> Result<Option<OcspTemplate>, SimError> {
        OcspRequest::from_der(request).ok().map(|request| self.template_for(&request, now)).transpose()
    }

    fn template_for(&self, request: &OcspRequest, now: i64) -> Result<OcspTemplate, SimError> {
        let updated = now.saturating_sub(self.age);
        let next_update = self.next_update.then_some(updated.saturating_add(REFRESH));
        let single = |id, status| SingleResponse::new(id, status, updated, next_update);
        let mut responses = Vec::new();
        for serial in &self.others_first {
            let id = CertId::new(SignatureHash::Sha1, &self.authority, *serial);
            responses.push(single(id, self.status(*serial))?);
        }
        for asked in &request.tbs_request.request_list {
            let id = asked_for(&asked.req_cert);
            let status = if self.is_ours(&id) {
                serial(asked.req_cert.serial_number.as_bytes()).map_or(self.otherwise, |s| self.status(s))
            } else {
                CertificateStatus::Unknown
            };
            responses.push(single(id, status)?);
        }
        let nonce = request.nonce().map(|nonce| nonce.0.into_bytes());
        let nonce = match (nonce, self.nonce) {
            (None, _) | (_, NonceAnswer::Omit) => None,
            (Some(nonce), NonceAnswer::Echo) => Some(nonce),
            (Some(nonce), NonceAnswer::Other) => Some(nonce.iter().map(|octet| !octet).collect()),
        };
        Ok(OcspTemplate {
            version: Vec::new(),
            responder_id: self.signer.responder_id.clone(),
            produced_at: generalized_time(updated)?,
            responses,
            extensions: nonce.iter().map(|nonce| OcspTemplate::nonce(nonce)).collect(),
            algorithm: self.signer.hash.algorithm(),
            certificates: self.signer.certificates.clone(),
        })
    }

    fn status(&self, serial: u64) -> CertificateStatus {
        self.statuses.get(&serial).copied().unwrap_or(self.otherwise)
    }

    /// Whether the issuer hashes are those of the authority, by any hash function.
    fn is_ours(&self, id: &CertId) -> bool {
        SignatureHash::ALL.into_iter().any(|hash| {
            id.issuer_name_hash == hash.digest(self.authority.name())
                && id.issuer_key_hash == hash.digest(&self.authority.key().public_key_der())
        })
    }
}

fn asked_for(id: &x509_ocsp::CertId) -> CertId {
    CertId {
        // What was decoded can be encoded; without it the answer would name no hash function.
        hash_algorithm: id.hash_algorithm.to_der().unwrap_or_default(),
        issuer_name_hash: id.issuer_name_hash.as_bytes().to_vec(),
        issuer_key_hash: id.issuer_key_hash.as_bytes().to_vec(),
        serial_number: writer::tlv(0x02, id.serial_number.as_bytes()),
    }
}

/// A serial number that fits.
fn serial(content: &[u8]) -> Option<u64> {
    let significant: Vec<u8> = content.iter().copied().skip_while(|octet| *octet == 0).collect();
    let is_positive = content.first().is_some_and(|octet| *octet < 0x80);
    (is_positive && significant.len() <= 8)
        .then(|| significant.iter().fold(0, |number, octet| number << 8 | u64::from(*octet)))
}
