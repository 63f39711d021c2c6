//! Which certificate a request or an answer is about.

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5912::{ID_SHA_1, ID_SHA_256};
use kazasu_cert::{Certificate, HashAlgorithm};
use sha1::{Digest, Sha1};
use x509_ocsp::{CertId, CertStatus, SingleResponse};

use super::CertIdProblem;
use crate::TrustAnchor;

/// The hash function by which a request names the issuer. It identifies and secures nothing, so SHA-1 does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CertIdHash {
    /// SHA-1, which every responder knows.
    Sha1,
    /// SHA-256.
    Sha256,
}

impl CertIdHash {
    pub(super) const fn oid(self) -> ObjectIdentifier {
        match self {
            Self::Sha1 => ID_SHA_1,
            Self::Sha256 => ID_SHA_256,
        }
    }
}

/// `issuerNameHash` and `issuerKeyHash` (RFC 6960 §4.1.1); `None` for a hash function that is not known.
pub(super) fn issuer_hashes(hash: ObjectIdentifier, issuer: &TrustAnchor) -> Option<[Vec<u8>; 2]> {
    let issuer = issuer.certificate();
    let parts = [issuer.subject_der(), issuer.subject_public_key_bits()];
    if hash == ID_SHA_1 {
        Some(parts.map(|part| Sha1::digest(part).to_vec()))
    } else {
        let hash = HashAlgorithm::from_oid(&hash)?;
        Some(parts.map(|part| hash.digest(part).as_bytes().to_vec()))
    }
}

/// The answer about `leaf` among those to other questions. There can be several, one for each hash function: then the
/// most cautious counts, which is a revocation, then "unknown", then what rests on the oldest data.
pub(super) fn find<'a>(
    responses: &'a [SingleResponse],
    leaf: &Certificate,
    issuer: &TrustAnchor,
) -> Result<&'a SingleResponse, CertIdProblem> {
    // Both are minimal, or they would not have been decoded: equal octets are equal numbers.
    let ours = |id: &CertId| id.serial_number.as_bytes() == leaf.serial();
    let caution = |response: &&SingleResponse| {
        let rank = match response.cert_status {
            CertStatus::Revoked(_) => 0,
            CertStatus::Unknown(_) => 1,
            CertStatus::Good(_) => 2,
        };
        (rank, response.this_update.0.to_unix_duration())
    };
    let mut problem = CertIdProblem::OtherCertificate;
    let mut found: Vec<&SingleResponse> = Vec::new();
    for response in responses.iter().filter(|response| ours(&response.cert_id)) {
        let id = &response.cert_id;
        let oid = id.hash_algorithm.oid;
        match issuer_hashes(oid, issuer) {
            None => problem = CertIdProblem::HashAlgorithm { oid },
            Some([name, key])
                if name != id.issuer_name_hash.as_bytes() || key != id.issuer_key_hash.as_bytes() =>
            {
                problem = CertIdProblem::OtherIssuer;
            }
            Some(_) => found.push(response),
        }
    }
    found.into_iter().min_by_key(caution).ok_or(problem)
}
