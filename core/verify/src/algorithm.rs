//! Algorithm identifiers.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912;
use kazasu_cert::HashAlgorithm;
use x509_cert::spki::AlgorithmIdentifierRef;

use crate::{AlgorithmOf, Rejection};

/// DER of the AlgorithmIdentifier of sha256WithRSAEncryption with NULL (RFC 4055 §5): what JPKI's CAs sign with.
pub(crate) const SHA_256_WITH_RSA_AND_NULL: &[u8] =
    &[0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0B, 0x05, 0x00];

/// MD2, MD4, MD5 and SHA-1, alone and with RSA.
const WEAK: &[ObjectIdentifier] = &[
    rfc5912::ID_SHA_1,
    rfc5912::SHA_1_WITH_RSA_ENCRYPTION,
    rfc5912::MD_2_WITH_RSA_ENCRYPTION,
    rfc5912::MD_5_WITH_RSA_ENCRYPTION,
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.3"),
    ObjectIdentifier::new_unwrap("1.2.840.113549.2.2"),
    ObjectIdentifier::new_unwrap("1.2.840.113549.2.4"),
    ObjectIdentifier::new_unwrap("1.2.840.113549.2.5"),
    ObjectIdentifier::new_unwrap("1.3.14.3.2.29"),
];

pub(crate) fn is_weak(oid: ObjectIdentifier) -> bool {
    WEAK.contains(&oid)
}

/// digestAlgorithm (RFC 5754 §2: parameters absent or NULL).
pub(crate) fn digest(algorithm: AlgorithmIdentifierRef<'_>) -> Result<HashAlgorithm, Rejection> {
    let oid = algorithm.oid;
    match HashAlgorithm::from_oid(&oid) {
        Some(hash) if has_no_parameters(algorithm) => Ok(hash),
        _ if is_weak(oid) => Err(Rejection::WeakAlg { oid }),
        _ => Err(Rejection::Alg { of: AlgorithmOf::Digest, oid }),
    }
}

/// signatureAlgorithm: rsaEncryption, or RSA with the hash function of digestAlgorithm (RFC 5754 §3.2).
pub(crate) fn signature(algorithm: AlgorithmIdentifierRef<'_>, hash: HashAlgorithm) -> Result<(), Rejection> {
    let oid = algorithm.oid;
    let with_hash = match hash {
        HashAlgorithm::Sha256 => rfc5912::SHA_256_WITH_RSA_ENCRYPTION,
        HashAlgorithm::Sha384 => rfc5912::SHA_384_WITH_RSA_ENCRYPTION,
        HashAlgorithm::Sha512 => rfc5912::SHA_512_WITH_RSA_ENCRYPTION,
    };
    if is_weak(oid) {
        Err(Rejection::WeakAlg { oid })
    } else if [rfc5912::RSA_ENCRYPTION, with_hash].contains(&oid) && has_no_parameters(algorithm) {
        Ok(())
    } else {
        Err(Rejection::Alg { of: AlgorithmOf::Signature, oid })
    }
}

fn has_no_parameters(algorithm: AlgorithmIdentifierRef<'_>) -> bool {
    algorithm.parameters.is_none_or(der::AnyRef::is_null)
}
