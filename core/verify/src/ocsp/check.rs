//! Whether an answer may be relied on, and what it says.

use const_oid::db::rfc6960::ID_PKIX_OCSP_NONCE;
use der::Decode;
use der::asn1::OctetStringRef;
use kazasu_cert::{Certificate, CryptoProvider, UnixTime};
use x509_cert::ext::pkix::CrlReason;
use x509_ocsp::{CertStatus, OcspGeneralizedTime, ResponseData};

use super::responder::Authorisation;
use super::response::{BasicResponse, basic_response, check_extensions};
use super::{
    NoncePolicy, NonceProblem, NonceRecord, OcspAnswer, OcspPolicy, OcspProblem, OcspStatus, StaleProblem,
    cert_id,
};
use crate::{RevocationReason, TrustAnchor};

/// What an OCSP answer says about `leaf` at the instant `at` (RFC 6960 §3.2; docs/certificate-facts.md §5.5).
///
/// `issuer` is the anchor that the check of the leaf's path has found. `received` is the body as it came, of any
/// length. In order: the answer can be read and is a successful one; it is signed with SHA-2 by the issuer's own key,
/// or by one delegate that this key has authorised; one of its single responses is about the leaf, by serial number
/// and by both hashes of the issuer; nothing critical in it is unknown; the nonce is right; it is fresh.
///
/// An answer made after `at` can prove that the leaf was already revoked, never that it was good. One that is too old
/// still proves a revocation, which nothing takes back; [`OcspAnswer::lapsed`] then says how old it is.
///
/// # Errors
/// [`OcspProblem`], which never means "revoked" and never "good": the question stays open.
pub fn check_ocsp(
    received: &[u8],
    leaf: &Certificate,
    issuer: &TrustAnchor,
    crypto: &dyn CryptoProvider,
    policy: &OcspPolicy,
    at: UnixTime,
) -> Result<OcspAnswer, OcspProblem> {
    let basic = basic_response(received)?;
    let response = BasicResponse::read(&basic)?;
    let produced_at = unix_time(response.data.produced_at);
    let delegate = Authorisation { issuer, crypto, produced_at }.check(&response)?;

    let data = &response.data;
    check_extensions(data.response_extensions.as_ref(), &[ID_PKIX_OCSP_NONCE])?;
    let single = cert_id::find(&data.responses, leaf, issuer)?;
    check_extensions(single.single_extensions.as_ref(), &[])?;
    let nonce = check_nonce(data, policy.nonce)?;
    let mut answer = OcspAnswer {
        status: status(single.cert_status),
        this_update: unix_time(single.this_update),
        next_update: single.next_update.map(unix_time),
        produced_at,
        issuer: issuer.into(),
        delegate: delegate.as_ref().map(Into::into),
        nonce,
        lapsed: None,
    };
    let is_revoked = matches!(answer.status, OcspStatus::Revoked { .. });
    answer.lapsed = match check_time(&answer, policy, at) {
        Ok(()) => None,
        Err(old) if is_revoked && !matches!(old, StaleProblem::Later { .. }) => Some(old),
        Err(problem) => return Err(problem.into()),
    };
    Ok(answer)
}

fn check_nonce(data: &ResponseData, policy: NoncePolicy) -> Result<NonceRecord, NonceProblem> {
    let found = data.response_extensions.iter().flatten().find(|e| e.extn_id == ID_PKIX_OCSP_NONCE);
    let (sent, found) = match (policy, found) {
        (NoncePolicy::NotSent, _) => return Ok(NonceRecord::NotSent),
        (NoncePolicy::IfPresent(_), None) => return Ok(NonceRecord::Missing),
        (NoncePolicy::Required(_), None) => return Err(NonceProblem::Missing),
        (NoncePolicy::Required(sent) | NoncePolicy::IfPresent(sent), Some(found)) => (sent, found),
    };
    match OctetStringRef::from_der(found.extn_value.as_bytes()) {
        Ok(found) if found.as_bytes() == sent => Ok(NonceRecord::Matched),
        _ => Err(NonceProblem::Different),
    }
}

/// nextUpdate has no allowance, the age exactly that of the policy; only the future has one, for a slow clock here.
fn check_time(answer: &OcspAnswer, policy: &OcspPolicy, at: UnixTime) -> Result<(), StaleProblem> {
    let newest = answer.this_update.max(answer.produced_at);
    if newest.0 > at.0.saturating_add(policy.clock_skew.as_secs().into()) {
        return match answer.status {
            OcspStatus::Revoked { revocation_time, .. } if revocation_time <= at => Ok(()),
            _ => Err(StaleProblem::Later { of: newest }),
        };
    }
    let oldest = answer.this_update.min(answer.produced_at);
    let max_age = policy.max_age.as_secs();
    if at.0.saturating_sub(oldest.0) > max_age.into() {
        return Err(StaleProblem::TooOld { of: oldest, max_age });
    }
    match answer.next_update {
        Some(next_update) if next_update < at => Err(StaleProblem::NextUpdatePassed { next_update }),
        _ => Ok(()),
    }
}

fn status(status: CertStatus) -> OcspStatus {
    match status {
        CertStatus::Good(_) => OcspStatus::Good,
        CertStatus::Revoked(info) => OcspStatus::Revoked {
            revocation_time: unix_time(info.revocation_time),
            reason: info.revocation_reason.and_then(revocation_reason),
        },
        CertStatus::Unknown(_) => OcspStatus::Unknown,
    }
}

fn revocation_reason(reason: CrlReason) -> Option<RevocationReason> {
    Some(match reason {
        CrlReason::Unspecified => RevocationReason::Unspecified,
        CrlReason::KeyCompromise => RevocationReason::KeyCompromise,
        CrlReason::CaCompromise => RevocationReason::CaCompromise,
        CrlReason::AffiliationChanged => RevocationReason::AffiliationChanged,
        CrlReason::Superseded => RevocationReason::Superseded,
        CrlReason::CessationOfOperation => RevocationReason::CessationOfOperation,
        CrlReason::CertificateHold => RevocationReason::CertificateHold,
        CrlReason::PrivilegeWithdrawn => RevocationReason::PrivilegeWithdrawn,
        CrlReason::AaCompromise => RevocationReason::AaCompromise,
        // What is revoked is revoked, even for a reason that cannot be one.
        CrlReason::RemoveFromCRL => return None,
    })
}

fn unix_time(time: OcspGeneralizedTime) -> UnixTime {
    // The decoder knows the years 1970 to 9999 only, so the seconds always fit.
    UnixTime(i64::try_from(time.0.to_unix_duration().as_secs()).unwrap_or(i64::MAX))
}
