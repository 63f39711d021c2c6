//! Object identifiers of the certificates, each as a complete DER TLV.

use crate::der::oid;

/// keyUsage, 2.5.29.15.
pub fn key_usage() -> Vec<u8> {
    oid(&[2, 5, 29, 15])
}

/// extKeyUsage, 2.5.29.37.
pub fn extended_key_usage() -> Vec<u8> {
    oid(&[2, 5, 29, 37])
}

/// clientAuth, 1.3.6.1.5.5.7.3.2.
pub fn client_auth() -> Vec<u8> {
    oid(&[1, 3, 6, 1, 5, 5, 7, 3, 2])
}

/// subjectAltName, 2.5.29.17.
pub fn subject_alt_name() -> Vec<u8> {
    oid(&[2, 5, 29, 17])
}

/// issuerAltName, 2.5.29.18.
pub fn issuer_alt_name() -> Vec<u8> {
    oid(&[2, 5, 29, 18])
}

/// basicConstraints, 2.5.29.19.
pub fn basic_constraints() -> Vec<u8> {
    oid(&[2, 5, 29, 19])
}

/// cRLDistributionPoints, 2.5.29.31.
pub fn crl_distribution_points() -> Vec<u8> {
    oid(&[2, 5, 29, 31])
}

/// certificatePolicies, 2.5.29.32.
pub fn certificate_policies() -> Vec<u8> {
    oid(&[2, 5, 29, 32])
}

/// authorityKeyIdentifier, 2.5.29.35.
pub fn authority_key_identifier() -> Vec<u8> {
    oid(&[2, 5, 29, 35])
}

/// subjectKeyIdentifier, 2.5.29.14.
pub fn subject_key_identifier() -> Vec<u8> {
    oid(&[2, 5, 29, 14])
}

/// authorityInfoAccess, 1.3.6.1.5.5.7.1.1.
pub fn authority_info_access() -> Vec<u8> {
    oid(&[1, 3, 6, 1, 5, 5, 7, 1, 1])
}

/// id-ad-ocsp, 1.3.6.1.5.5.7.48.1.
pub fn ocsp() -> Vec<u8> {
    oid(&[1, 3, 6, 1, 5, 5, 7, 48, 1])
}

/// id-qt-cps, 1.3.6.1.5.5.7.2.1.
pub fn cps_qualifier() -> Vec<u8> {
    oid(&[1, 3, 6, 1, 5, 5, 7, 2, 1])
}

/// Certificate policy 1.2.392.200149.8.5.1.`group`.`kind` (docs/certificate-facts.md §2.4): test certificates have
/// group 0, kind 20 for signing and 30 for authentication.
pub fn policy(group: u32, kind: u32) -> Vec<u8> {
    oid(&[1, 2, 392, 200_149, 8, 5, 1, group, kind])
}

/// Attribute 1.2.392.200149.8.5.5.`number` in the `subjectAltName` (docs/certificate-facts.md §2.5): 1 name,
/// 2 substitute characters of the name, 3 sex, 4 date of birth, 5 address, 6 substitute characters of the address.
pub fn attribute(number: u32) -> Vec<u8> {
    oid(&[1, 2, 392, 200_149, 8, 5, 5, number])
}

/// sha256WithRSAEncryption, 1.2.840.113549.1.1.11.
pub fn sha256_with_rsa() -> Vec<u8> {
    oid(&[1, 2, 840, 113_549, 1, 1, 11])
}

/// id-kp-OCSPSigning, 1.3.6.1.5.5.7.3.9.
pub fn ocsp_signing() -> Vec<u8> {
    oid(&[1, 3, 6, 1, 5, 5, 7, 3, 9])
}

/// id-pkix-ocsp-nocheck, 1.3.6.1.5.5.7.48.1.5.
pub fn ocsp_nocheck() -> Vec<u8> {
    oid(&[1, 3, 6, 1, 5, 5, 7, 48, 1, 5])
}

/// id-pkix-ocsp-nonce, 1.3.6.1.5.5.7.48.1.2.
pub fn ocsp_nonce() -> Vec<u8> {
    oid(&[1, 3, 6, 1, 5, 5, 7, 48, 1, 2])
}

/// id-pkix-ocsp-basic, 1.3.6.1.5.5.7.48.1.1.
pub fn ocsp_basic() -> Vec<u8> {
    oid(&[1, 3, 6, 1, 5, 5, 7, 48, 1, 1])
}

/// cRLNumber, 2.5.29.20.
pub fn crl_number() -> Vec<u8> {
    oid(&[2, 5, 29, 20])
}

/// reasonCode, 2.5.29.21.
pub fn reason_code() -> Vec<u8> {
    oid(&[2, 5, 29, 21])
}

/// deltaCRLIndicator, 2.5.29.27.
pub fn delta_crl_indicator() -> Vec<u8> {
    oid(&[2, 5, 29, 27])
}

/// issuingDistributionPoint, 2.5.29.28.
pub fn issuing_distribution_point() -> Vec<u8> {
    oid(&[2, 5, 29, 28])
}
