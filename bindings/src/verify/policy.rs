use kazasu_cert::UnixTime;
use kazasu_verify as verify;

use super::InputError;

/// Which of the two JPKI certificates a check is about. Chosen by the caller before anything received is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Purpose {
    /// The signing certificate (署名用電子証明書): signatures of its holder, with the basic four attributes.
    Signing,
    /// The authentication certificate (利用者証明用電子証明書): log-in, without attributes.
    Authentication,
}

/// Which hierarchy of CAs is relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Environment {
    /// `O=JPKI`: real people.
    Production,
    /// `O=JPKI-TEST`: test cards and simulations. Proves nothing about anybody.
    Test,
}

/// The relying party's choices. Nothing here has a default: each is written down by the caller, and the report repeats it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Policy {
    /// What happens without proof that the certificate is not revoked.
    pub revocation: RevocationPolicy,
    /// Whether a CMS signer must have signed attributes (RFC 5652 §5.3). Without them a signature made directly over the
    /// content is accepted as well.
    pub signed_attributes_required: bool,
    /// Whether SHA-384 and SHA-512 are accepted beside SHA-256.
    pub longer_hashes: bool,
    /// Whether signatures pad the bare digest, as some JPKI services sign, in place of `DigestInfo` (RFC 8017 §8.2).
    pub bare_hash: bool,
    /// Seconds by which a fresh certificate's notBefore may lie in the future, 300 at most.
    pub clock_skew_seconds: u16,
}

/// Whether an accepted certificate must be proved not to be revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum RevocationPolicy {
    /// Without proof the verdict is `Indeterminate`.
    Required {
        /// Which CRLs are complete for a certificate.
        crl_scope: CrlScope,
        /// How old an OCSP answer may be, in seconds. JPKI's responder has data up to 15 minutes old by design; 1800 suits it.
        max_ocsp_age_seconds: u32,
        /// Whether the nonce of an OCSP request must come back. A different one is fatal in any case.
        ocsp_nonce_required: bool,
        /// Whether the OCSP answer `unknown` is a rejection; otherwise the verdict stays open. It is never good.
        reject_unknown_status: bool,
    },
    /// Revocation is not looked at, and the report says so. For tests, and for callers that ask a platform operator about
    /// the status themselves.
    NotChecked,
}

/// Which CRLs are complete for a certificate (RFC 5280 §5.2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum CrlScope {
    /// Those whose issuingDistributionPoint names the partition of the certificate, and no other.
    Partition,
    /// Those, and also those without issuingDistributionPoint: the caller knows that they are lists of everything.
    Full,
}

/// The instant at which certificates must be valid, and where it was taken from.
///
/// For a log-in or a document just received this is now. For a stored signature it is the time at which the relying party
/// can prove it already had it. The signingTime inside a CMS is a claim of the signer and never belongs here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct ValidationTime {
    /// The instant, in seconds (not milliseconds) since 1970 UTC, up to the year 9999: 0 to 253402300799.
    pub at: i64,
    /// Where it comes from; the report names it.
    pub source: TimeSource,
}

/// Where a validation time comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum TimeSource {
    /// The caller's clock at the moment of the check.
    Clock,
    /// The relying party's own record of when it received the signature.
    ReceiptRecord,
    /// A person or program named the time.
    Given,
}

impl From<Purpose> for verify::Purpose {
    fn from(purpose: Purpose) -> Self {
        match purpose {
            Purpose::Signing => Self::Signing,
            Purpose::Authentication => Self::Authentication,
        }
    }
}

impl From<verify::Purpose> for Purpose {
    fn from(purpose: verify::Purpose) -> Self {
        match purpose {
            verify::Purpose::Signing => Self::Signing,
            verify::Purpose::Authentication => Self::Authentication,
        }
    }
}

impl From<verify::Environment> for Environment {
    fn from(environment: verify::Environment) -> Self {
        match environment {
            verify::Environment::Production => Self::Production,
            verify::Environment::Test => Self::Test,
        }
    }
}

/// A time in seconds since 1970 UTC that is one of the years up to 9999.
pub(super) fn to_time(at: i64) -> Result<UnixTime, InputError> {
    // 9999-12-31T23:59:59Z
    if (0..=253_402_300_799).contains(&at) { Ok(UnixTime(at)) } else { Err(InputError::Time { at }) }
}

impl TryFrom<ValidationTime> for verify::ValidationTime {
    type Error = InputError;

    fn try_from(time: ValidationTime) -> Result<Self, InputError> {
        let source = match time.source {
            TimeSource::Clock => verify::TimeSource::Clock,
            TimeSource::ReceiptRecord => verify::TimeSource::ReceiptRecord,
            TimeSource::Given => verify::TimeSource::Given,
        };
        Ok(Self { at: to_time(time.at)?, source })
    }
}

impl TryFrom<Policy> for verify::Policy {
    type Error = InputError;

    fn try_from(policy: Policy) -> Result<Self, InputError> {
        use verify::{AcceptedHashes, Scheme, SignedAttributesPolicy};
        let seconds = policy.clock_skew_seconds;
        Ok(Self {
            revocation: policy.revocation.into(),
            signed_attributes: if policy.signed_attributes_required {
                SignedAttributesPolicy::Required
            } else {
                SignedAttributesPolicy::Optional
            },
            hashes: if policy.longer_hashes { AcceptedHashes::SHA2 } else { AcceptedHashes::SHA256 },
            scheme: if policy.bare_hash { Scheme::BareHash } else { Scheme::Pkcs1 },
            clock_skew: verify::ClockSkew::seconds(seconds).ok_or(InputError::ClockSkew { seconds })?,
        })
    }
}

impl From<RevocationPolicy> for verify::RevocationPolicy {
    fn from(policy: RevocationPolicy) -> Self {
        let RevocationPolicy::Required {
            crl_scope,
            max_ocsp_age_seconds,
            ocsp_nonce_required,
            reject_unknown_status,
        } = policy
        else {
            return Self::NotChecked;
        };
        Self::Required(verify::RevocationRules {
            crl_scope: match crl_scope {
                CrlScope::Partition => verify::CrlScope::Partition,
                CrlScope::Full => verify::CrlScope::Full,
            },
            max_ocsp_age: verify::MaxAge::seconds(max_ocsp_age_seconds),
            ocsp_nonce: if ocsp_nonce_required {
                verify::NonceEcho::Required
            } else {
                verify::NonceEcho::Optional
            },
            unknown_status: if reject_unknown_status {
                verify::OnUnknownStatus::Reject
            } else {
                verify::OnUnknownStatus::Indeterminate
            },
        })
    }
}

impl From<verify::Policy> for Policy {
    fn from(policy: verify::Policy) -> Self {
        Self {
            revocation: policy.revocation.into(),
            signed_attributes_required: policy.signed_attributes == verify::SignedAttributesPolicy::Required,
            longer_hashes: policy.hashes != verify::AcceptedHashes::SHA256,
            bare_hash: policy.scheme == verify::Scheme::BareHash,
            clock_skew_seconds: policy.clock_skew.as_secs(),
        }
    }
}

impl From<verify::RevocationPolicy> for RevocationPolicy {
    fn from(policy: verify::RevocationPolicy) -> Self {
        let verify::RevocationPolicy::Required(rules) = policy else { return Self::NotChecked };
        Self::Required {
            crl_scope: match rules.crl_scope {
                verify::CrlScope::Partition => CrlScope::Partition,
                verify::CrlScope::Full => CrlScope::Full,
            },
            max_ocsp_age_seconds: rules.max_ocsp_age.as_secs(),
            ocsp_nonce_required: rules.ocsp_nonce == verify::NonceEcho::Required,
            reject_unknown_status: rules.unknown_status == verify::OnUnknownStatus::Reject,
        }
    }
}
