//! Who may answer for an issuer (RFC 6960 §4.2.2.2): the key of the issuer itself, or a delegate to which that very key
//! has given a certificate for nothing else.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280::{
    ID_CE_BASIC_CONSTRAINTS, ID_CE_CERTIFICATE_POLICIES, ID_CE_EXT_KEY_USAGE, ID_CE_KEY_USAGE,
    ID_KP_OCSP_SIGNING,
};
use const_oid::db::rfc5912::RSA_ENCRYPTION;
use const_oid::db::rfc6960::ID_PKIX_OCSP_NOCHECK;
use der::Decode;
use kazasu_cert::{
    Certificate, CryptoProvider, Extension, ExtensionError, HashAlgorithm, KeyUsage, PublicKey,
    SignatureScheme, UnixTime,
};
use sha1::{Digest, Sha1};
use x509_cert::spki::AlgorithmIdentifierRef;
use x509_ocsp::ResponderId;

use super::response::BasicResponse;
use super::{OcspProblem, ResponderProblem};
use crate::{ExtensionProblem, TrustAnchor, algorithm};

/// The critical extensions of a delegate that are looked at or, like the policy, limit nothing here.
const HANDLED: &[ObjectIdentifier] = &[
    ID_CE_KEY_USAGE,
    ID_CE_EXT_KEY_USAGE,
    ID_CE_BASIC_CONSTRAINTS,
    ID_CE_CERTIFICATE_POLICIES,
    ID_PKIX_OCSP_NOCHECK,
];

/// A signer, its own certificate and those a careful responder may add.
const MAX_CERTIFICATES: usize = 8;

/// The value of id-pkix-ocsp-nocheck.
const NULL: &[u8] = &[5, 0];

const MIN_MODULUS_BITS: usize = 2048;

pub(super) struct Authorisation<'a> {
    pub(super) issuer: &'a TrustAnchor,
    pub(super) crypto: &'a dyn CryptoProvider,
    pub(super) produced_at: UnixTime,
}

impl Authorisation<'_> {
    /// Whether the answer is signed by somebody authorised: the delegate, or `None` for the issuer itself.
    pub(super) fn check(&self, response: &BasicResponse<'_>) -> Result<Option<Certificate>, OcspProblem> {
        if response.signature.is_empty() {
            return Err(OcspProblem::Unsigned);
        }
        let hash = signature_hash(response.algorithm)?;
        self.check_validity(self.issuer.certificate())?;
        let id = &response.data.responder_id;
        let delegate =
            if names(id, self.issuer.certificate()) { None } else { Some(delegate(id, response)?) };
        let delegate_key = delegate.as_ref().map(|delegate| self.check_delegate(delegate)).transpose()?;
        let key = delegate_key.as_ref().unwrap_or(self.issuer.public_key());
        let digest = hash.digest(response.signed);
        self.crypto
            .check_signature(key, SignatureScheme::Pkcs1V15, &digest, response.signature)
            .map_err(|_| ResponderProblem::BadSignature)?;
        Ok(delegate)
    }

    /// The delegate's key, if its certificate makes it one.
    fn check_delegate(&self, delegate: &Certificate) -> Result<PublicKey, OcspProblem> {
        if let Some(violation) = delegate.strict_der_violation() {
            return Err(ResponderProblem::Certificate(violation.into()).into());
        }
        self.check_issued(delegate)?;
        let key = check_profile(delegate)?;
        self.check_validity(delegate)?;
        Ok(key)
    }

    /// Name, authority key identifier as far as there is one, and signature.
    fn check_issued(&self, delegate: &Certificate) -> Result<(), OcspProblem> {
        let issuer = self.issuer.certificate();
        let refused = OcspProblem::from(ResponderProblem::NotFromIssuer);
        let Ok(aki) = delegate.authority_key_identifier() else { return Err(refused) };
        let is_named = delegate.issuer_der() == issuer.subject_der()
            && aki.is_none_or(|aki| {
                let aki = aki.value;
                aki.key_identifier.is_none_or(|id| id == self.issuer.key_identifier())
                    && aki.authority_cert_serial_number.is_none_or(|serial| serial == issuer.serial())
                    && (aki.authority_cert_issuer.is_none()
                        || aki.issuer_name_der() == Some(issuer.issuer_der()))
            });
        let algorithm = delegate.signature_algorithm_der();
        if !is_named || algorithm != delegate.tbs_signature_algorithm_der() {
            return Err(refused);
        }
        let algorithm = AlgorithmIdentifierRef::from_der(algorithm).map_err(|_| refused.clone())?;
        let digest = signature_hash(algorithm)?.digest(delegate.tbs_der());
        let (key, signature) = (self.issuer.public_key(), delegate.signature_bytes());
        self.crypto.check_signature(key, SignatureScheme::Pkcs1V15, &digest, signature).map_err(|_| refused)
    }

    /// Both ends are inclusive.
    fn check_validity(&self, certificate: &Certificate) -> Result<(), ResponderProblem> {
        let (not_before, not_after) = (certificate.not_before(), certificate.not_after());
        let produced_at = self.produced_at;
        if (not_before..=not_after).contains(&produced_at) {
            return Ok(());
        }
        Err(ResponderProblem::NotValid { not_before, not_after, produced_at })
    }
}

/// What a delegate's certificate must be, and its key.
fn check_profile(delegate: &Certificate) -> Result<PublicKey, ResponderProblem> {
    if let Some(oid) = delegate.duplicate_extension() {
        return Err(ResponderProblem::DuplicateExtension { oid });
    }
    if let Some(oid) = delegate.unhandled_critical_extension(HANDLED) {
        return Err(ResponderProblem::UnhandledCritical { oid });
    }
    match delegate.basic_constraints() {
        Ok(None) => {}
        Ok(Some(extension)) if !extension.value.ca => {}
        _ => return Err(ResponderProblem::IsCa),
    }
    let answers = |purposes: &Vec<_>| purposes.contains(&ID_KP_OCSP_SIGNING);
    demand(delegate.extended_key_usage(), answers).map_err(ResponderProblem::ExtKeyUsage)?;
    let signs = |usage: &KeyUsage| {
        let ca = KeyUsage::KEY_CERT_SIGN | KeyUsage::CRL_SIGN;
        usage.contains(KeyUsage::DIGITAL_SIGNATURE) && !usage.intersects(ca)
    };
    demand(delegate.key_usage(), signs).map_err(ResponderProblem::KeyUsage)?;
    match delegate.extension(ID_PKIX_OCSP_NOCHECK) {
        Ok(Some(extension)) if extension.value == NULL => {}
        _ => return Err(ResponderProblem::StatusUnproven),
    }
    match delegate.public_key() {
        Ok(PublicKey::Rsa(key)) if key.modulus_bits() >= MIN_MODULUS_BITS => Ok(PublicKey::Rsa(key)),
        _ => Err(ResponderProblem::Key),
    }
}

/// The one certificate among those that came along that answers to `id`.
fn delegate(id: &ResponderId, response: &BasicResponse<'_>) -> Result<Certificate, ResponderProblem> {
    if response.certificates.len() > MAX_CERTIFICATES {
        return Err(ResponderProblem::TooManyCertificates { limit: MAX_CERTIFICATES });
    }
    let mut found: Option<Certificate> = None;
    let mut problem = ResponderProblem::Unknown;
    for der in &response.certificates {
        match Certificate::from_der(der) {
            Ok(certificate) if !names(id, &certificate) => {}
            Ok(certificate) if found.as_ref().is_none_or(|found| *found == certificate) => {
                found = Some(certificate);
            }
            Ok(_) => return Err(ResponderProblem::Ambiguous),
            Err(error) => problem = ResponderProblem::Certificate(error),
        }
    }
    found.ok_or(problem)
}

/// Whether `id` is the subject, or the SHA-1 of the public key, of `certificate`.
fn names(id: &ResponderId, certificate: &Certificate) -> bool {
    match id {
        ResponderId::ByName(name) => {
            certificate.decode().is_ok_and(|decoded| decoded.tbs_certificate.subject == *name)
        }
        ResponderId::ByKey(hash) => {
            *hash.as_bytes() == <[u8; 20]>::from(Sha1::digest(certificate.subject_public_key_bits()))
        }
    }
}

/// An extension must be there, and right.
fn demand<T>(
    extension: Result<Option<Extension<T>>, ExtensionError>,
    is_right: impl FnOnce(&T) -> bool,
) -> Result<(), ExtensionProblem> {
    match extension {
        Err(_) => Err(ExtensionProblem::Malformed),
        Ok(None) => Err(ExtensionProblem::Missing),
        Ok(Some(extension)) if is_right(&extension.value) => Ok(()),
        Ok(Some(_)) => Err(ExtensionProblem::Value),
    }
}

/// The hash function of an RSA signature, SHA-2 only.
fn signature_hash(algorithm: AlgorithmIdentifierRef<'_>) -> Result<HashAlgorithm, OcspProblem> {
    let oid = algorithm.oid;
    if algorithm::is_weak(oid) {
        return Err(OcspProblem::WeakAlg { oid });
    }
    HashAlgorithm::ALL
        .into_iter()
        // rsaEncryption alone, which CMS allows, names no hash function.
        .find(|hash| oid != RSA_ENCRYPTION && algorithm::signature(algorithm, *hash).is_ok())
        .ok_or(ResponderProblem::Algorithm { oid }.into())
}
