use std::sync::Arc;

use kazasu_verify as verify;

use super::{EvidenceSources, Fetch, InputError, Policy, Purpose, Report, Submission, ValidationTime};

/// Decides whether signatures may be relied on: one purpose, one environment, one policy.
///
/// Nothing is fetched in here. What would be needed for a verdict and was not handed over stands in the report, and
/// `fetches` says where it can be had.
#[derive(Debug, uniffi::Object)]
pub struct Verifier(verify::Verifier);

#[uniffi::export]
impl Verifier {
    /// A verifier for real people, with the CA certificates that are built in.
    #[uniffi::constructor]
    pub fn production(purpose: Purpose, policy: Policy) -> Result<Self, InputError> {
        Ok(Self(verify::Verifier::new(verify::TrustAnchors::production(purpose.into()), policy.try_into()?)))
    }

    /// A verifier for invented people, with test CA certificates in DER. Production ones are refused.
    #[uniffi::constructor]
    pub fn test(purpose: Purpose, policy: Policy, anchors: Vec<Vec<u8>>) -> Result<Self, InputError> {
        let anchors = verify::TrustAnchors::test(purpose.into(), anchors)
            .map_err(|error| InputError::Anchors { reason: error.to_string() })?;
        Ok(Self(verify::Verifier::new(anchors, policy.try_into()?)))
    }

    /// Judges one submission as of a time. A pure function: the same input gives the same report, in ten years as well.
    pub fn check(&self, submission: Submission, time: ValidationTime) -> Result<Arc<Report>, InputError> {
        let parts = submission.parts()?;
        Ok(Report::new(self.0.check(&submission.borrow(&parts), time.try_into()?)))
    }

    /// What to get from outside before `check` can give a yes or a no: nothing for a signature that is refused anyway, and
    /// nothing if the submission already proves the status. What was got belongs into the submission's `revocation`,
    /// with the nonce for an OCSP answer; what did not come as `NotReceived`.
    pub fn fetches(
        &self,
        submission: Submission,
        time: ValidationTime,
        sources: EvidenceSources,
    ) -> Result<Vec<Fetch>, InputError> {
        let parts = submission.parts()?;
        let submission = submission.borrow(&parts);
        let mut inquiry = verify::Inquiry::new(&self.0, submission, time.try_into()?, sources.borrow()?);
        Ok(match inquiry.step() {
            verify::Progress::Need(fetches) => fetches.into_iter().filter_map(Fetch::new).collect(),
            verify::Progress::Done(_) => Vec::new(),
        })
    }
}

impl Verifier {
    pub(super) const fn core(&self) -> &verify::Verifier {
        &self.0
    }
}
