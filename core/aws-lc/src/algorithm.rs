//! What things are called over there.

use aws_lc_rs::digest;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P256_SHA512_ASN1, ECDSA_P384_SHA256_ASN1,
    ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA512_ASN1, EcdsaVerificationAlgorithm, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RsaParameters,
};
use kazasu_cert::{Digest, HashAlgorithm, SignatureError};

pub(crate) fn rsa(hash: HashAlgorithm) -> &'static RsaParameters {
    match hash {
        HashAlgorithm::Sha256 => &RSA_PKCS1_2048_8192_SHA256,
        HashAlgorithm::Sha384 => &RSA_PKCS1_2048_8192_SHA384,
        HashAlgorithm::Sha512 => &RSA_PKCS1_2048_8192_SHA512,
    }
}

pub(crate) fn p256(hash: HashAlgorithm) -> &'static EcdsaVerificationAlgorithm {
    match hash {
        HashAlgorithm::Sha256 => &ECDSA_P256_SHA256_ASN1,
        HashAlgorithm::Sha384 => &ECDSA_P256_SHA384_ASN1,
        HashAlgorithm::Sha512 => &ECDSA_P256_SHA512_ASN1,
    }
}

pub(crate) fn p384(hash: HashAlgorithm) -> &'static EcdsaVerificationAlgorithm {
    match hash {
        HashAlgorithm::Sha256 => &ECDSA_P384_SHA256_ASN1,
        HashAlgorithm::Sha384 => &ECDSA_P384_SHA384_ASN1,
        HashAlgorithm::Sha512 => &ECDSA_P384_SHA512_ASN1,
    }
}

pub(crate) fn digest(digest: &Digest) -> Result<digest::Digest, SignatureError> {
    let algorithm = match digest.algorithm() {
        HashAlgorithm::Sha256 => &digest::SHA256,
        HashAlgorithm::Sha384 => &digest::SHA384,
        HashAlgorithm::Sha512 => &digest::SHA512,
    };
    // Only a digest of the wrong length is refused, and there is none.
    digest::Digest::import_less_safe(digest.as_bytes(), algorithm).map_err(|_| SignatureError::Mismatch)
}
