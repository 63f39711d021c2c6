//! What the certificate itself must be (rules 2, 3 and 8 to 14).

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280::{ID_CE_BASIC_CONSTRAINTS, ID_CE_CERTIFICATE_POLICIES, ID_CE_KEY_USAGE};
use const_oid::db::rfc5912::RSA_ENCRYPTION;
use kazasu_cert::{
    AttributeError, BasicAttributes, Certificate, Extension, ExtensionError, KeyError, KeyUsage, PublicKey,
    basic_attributes,
};

use crate::algorithm::{SHA_256_WITH_RSA_AND_NULL, is_weak};
use crate::{AlgorithmOf, ExtensionProblem, Profile, Rejection, TrustAnchors};

/// The critical extensions that are looked at. The profile has the first two critical; basicConstraints may be.
const HANDLED: &[ObjectIdentifier] = &[ID_CE_KEY_USAGE, ID_CE_CERTIFICATE_POLICIES, ID_CE_BASIC_CONSTRAINTS];

type Policies = Result<Option<Extension<Vec<ObjectIdentifier>>>, ExtensionError>;

pub(super) fn version(certificate: &Certificate) -> Result<(), Rejection> {
    if certificate.version() == 3 { Ok(()) } else { Err(Rejection::Version) }
}

/// Length is a matter of parsing, minimal form one of DER.
pub(super) fn serial(certificate: &Certificate) -> Result<(), Rejection> {
    match certificate.serial() {
        [] | [0] | [0x80..=0xFF, ..] => Err(Rejection::Serial),
        _ => Ok(()),
    }
}

/// sha256WithRSAEncryption with NULL, the same bytes inside and outside (rule 3).
pub(super) fn algorithm(certificate: &Certificate) -> Result<(), Rejection> {
    let outer = certificate.signature_algorithm_der();
    if certificate.tbs_signature_algorithm_der() != outer {
        return Err(Rejection::AlgMismatch);
    }
    if outer == SHA_256_WITH_RSA_AND_NULL {
        return Ok(());
    }
    let oid = certificate.signature_algorithm();
    Err(if is_weak(oid) {
        Rejection::WeakAlg { oid }
    } else {
        Rejection::Alg { of: AlgorithmOf::Certificate, oid }
    })
}

/// The profile whose policy the certificate has, or else the first: its other facts can still be compared.
pub(super) fn profile(
    anchors: &TrustAnchors,
    policies: Option<&Option<Extension<Vec<ObjectIdentifier>>>>,
) -> Option<&'static Profile> {
    let mut candidates = Profile::of(anchors.purpose(), anchors.environment());
    let policies = policies.and_then(Option::as_ref).map_or(&[][..], |extension| &extension.value);
    let first = candidates.next();
    candidates.find(|profile| policies == [profile.policy]).or(first)
}

pub(super) fn end_entity(certificate: &Certificate) -> Result<(), Rejection> {
    let is_ca = match certificate.basic_constraints() {
        Ok(extension) => extension.is_some_and(|extension| extension.value.ca),
        Err(error) => return Err(extension_rejection(error, |_| Rejection::LeafIsCa)),
    };
    if is_ca || certificate.issuer_der() == certificate.subject_der() {
        return Err(Rejection::LeafIsCa);
    }
    Ok(())
}

pub(super) fn key_usage(certificate: &Certificate, profile: &Profile) -> Result<(), Rejection> {
    let usage = critical(certificate.key_usage(), Rejection::KeyUsage)?;
    let expected = profile.key_usage.iter().copied().reduce(|a: KeyUsage, b| a | b);
    if Some(usage) == expected { Ok(()) } else { Err(Rejection::KeyUsage(ExtensionProblem::Value)) }
}

pub(super) fn extended_key_usage(certificate: &Certificate, profile: &Profile) -> Result<(), Rejection> {
    let found =
        certificate.extended_key_usage().map_err(|e| extension_rejection(e, Rejection::ExtKeyUsage))?;
    let problem = match (found, profile.extended_key_usage) {
        (None, []) => return Ok(()),
        (None, _) => ExtensionProblem::Missing,
        // Also if it names no purpose at all, which RFC 5280 does not allow.
        (Some(_), []) => ExtensionProblem::Unexpected,
        (Some(found), expected) if found.value == expected => return Ok(()),
        (Some(_), _) => ExtensionProblem::Value,
    };
    Err(Rejection::ExtKeyUsage(problem))
}

/// Exactly one policy; qualifiers are ignored, and their address is never fetched.
pub(super) fn policy(policies: Policies, profile: &Profile) -> Result<(), Rejection> {
    let found = critical(policies, Rejection::Policy)?;
    if found == [profile.policy] { Ok(()) } else { Err(Rejection::Policy(ExtensionProblem::Value)) }
}

pub(super) fn extensions_unique(certificate: &Certificate) -> Result<(), Rejection> {
    match certificate.duplicate_extension() {
        None => Ok(()),
        Some(oid) => Err(Rejection::DuplicateExtension { oid }),
    }
}

pub(super) fn critical_extensions(certificate: &Certificate) -> Result<(), Rejection> {
    match certificate.unhandled_critical_extension(HANDLED) {
        None => Ok(()),
        Some(oid) => Err(Rejection::UnhandledCritical { oid }),
    }
}

pub(super) fn public_key(certificate: &Certificate, profile: &Profile) -> Result<PublicKey, Rejection> {
    let oid = certificate.public_key_algorithm();
    let key = certificate.public_key().map_err(|error| match error {
        KeyError::ModulusTooLong { bits } => Rejection::KeySize { bits },
        KeyError::ExponentTooLong { .. } => Rejection::Exponent,
        _ => Rejection::Alg { of: AlgorithmOf::PublicKey, oid },
    })?;
    let PublicKey::Rsa(parts) = &key else {
        return Err(Rejection::Alg { of: AlgorithmOf::PublicKey, oid });
    };
    let bits = parts.modulus_bits();
    let is_odd = parts.modulus.last().is_some_and(|last| last & 1 == 1);
    if oid != RSA_ENCRYPTION {
        Err(Rejection::Alg { of: AlgorithmOf::PublicKey, oid })
    } else if bits != profile.modulus_bits || !is_odd {
        Err(Rejection::KeySize { bits })
    } else if parts.exponent != profile.exponent {
        Err(Rejection::Exponent)
    } else {
        Ok(key)
    }
}

pub(super) fn attributes(certificate: &Certificate) -> Result<BasicAttributes, Rejection> {
    basic_attributes(certificate).map_err(|error| match error {
        AttributeError::Duplicate { kind } => Rejection::DuplicateAttribute(kind),
        AttributeError::Extension(ExtensionError::Duplicate { oid }) => Rejection::DuplicateExtension { oid },
        error => Rejection::AttributeEncoding(error),
    })
}

/// The value of an extension that must be there and critical.
fn critical<T>(
    extension: Result<Option<Extension<T>>, ExtensionError>,
    rejection: fn(ExtensionProblem) -> Rejection,
) -> Result<T, Rejection> {
    match extension {
        Err(error) => Err(extension_rejection(error, rejection)),
        Ok(None) => Err(rejection(ExtensionProblem::Missing)),
        Ok(Some(extension)) if !extension.critical => Err(rejection(ExtensionProblem::NotCritical)),
        Ok(Some(extension)) => Ok(extension.value),
    }
}

fn extension_rejection(error: ExtensionError, rejection: fn(ExtensionProblem) -> Rejection) -> Rejection {
    match error {
        ExtensionError::Duplicate { oid } => Rejection::DuplicateExtension { oid },
        _ => rejection(ExtensionProblem::Malformed),
    }
}
