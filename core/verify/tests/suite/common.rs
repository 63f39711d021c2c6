//! What the tests share: the vectors of `kazasu-attacks`, and what is said about a report.

pub use kazasu_attacks::cms;
pub use kazasu_attacks::vector::{
    CHECKED, DOCUMENT, NOW, POLICY, Vector, anchors, holder, key, pki, sim, time,
};
use kazasu_cert::UnixTime;
use kazasu_verify::{
    Document, Policy, Purpose, Rejection, Report, SignatureInput, Submission, ValidationTime, Verdict,
    Verifier,
};

pub mod status {
    pub use kazasu_attacks::status::*;

    use super::{Report, Verdict};

    /// Neither yes nor no, and this code among the reasons.
    #[track_caller]
    pub fn assert_open(report: &Report, code: &str, what: &str) {
        assert_eq!(report.errors, [], "{what}");
        assert_eq!(report.verdict, Verdict::Indeterminate, "{what}");
        assert!(report.attributes.is_none(), "{what}");
        let codes = report.codes();
        assert_eq!((codes.first(), codes.last()), (Some(&code), Some(&"indeterminate")), "{what}: {codes:?}");
    }
}

pub fn verifier(purpose: Purpose, policy: Policy) -> Verifier {
    Verifier::new(anchors(purpose), policy)
}

pub fn check(verifier: &Verifier, document: &[u8], signature: SignatureInput<'_>, at: UnixTime) -> Report {
    verifier.check(&Submission::new(Document::Bytes(document), signature), ValidationTime::now(at))
}

#[track_caller]
pub fn assert_accepted(report: &Report, what: &str) {
    assert_eq!(report.errors, [], "{what}");
    assert_eq!(report.verdict, Verdict::Accepted, "{what}");
    assert_eq!(report.attributes.is_some(), report.purpose == Purpose::Signing, "{what}");
}

/// Rejected, and this is what is said first.
#[track_caller]
pub fn assert_rejected(report: &Report, expected: &Rejection, what: &str) {
    assert_eq!(report.errors.first(), Some(expected), "{what}: {:?}", report.errors);
    assert_eq!(report.verdict, Verdict::Rejected, "{what}");
    assert!(report.attributes.is_none(), "{what}");
}
