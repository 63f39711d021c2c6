//! The relying party's yes or no about JPKI signatures, with everything that was checked on record.
//!
//! A [`Verifier`] is made once, of the anchors of one purpose and environment and of a [`Policy`] that leaves
//! nothing unsaid. It judges a [`Submission`] as of a [`ValidationTime`]: whether the certificate was issued by a
//! pinned CA, was valid then, has the profile of JPKI to the letter, and whether its key has signed this document.
//! The [`Report`] says so, says why not, and lists each check. The basic four attributes are in it only when
//! the answer is yes.
//!
//! ```
//! use kazasu_cert::UnixTime;
//! use kazasu_verify::{
//!     AcceptedHashes, ClockSkew, Document, Policy, Purpose, RevocationPolicy, Scheme, SignatureInput,
//!     SignedAttributesPolicy, Submission, TrustAnchors, ValidationTime, Verdict, Verifier,
//! };
//!
//! # let pki = kazasu_sim::TestPki::shared()?;
//! # let holder = kazasu_sim::Persona::named("ichiro")?.holder;
//! # let (generation, for_signing) = (kazasu_sim::Generation::G2023, kazasu_sim::Purpose::Signing);
//! # let ca = pki.authority(for_signing, generation);
//! # let certificate = pki.leaf(for_signing, generation, &holder)?.sign(ca.key())?;
//! # let document = "口座開設申込書".as_bytes();
//! # let signature = pki.leaf_key(for_signing).sign_sha256(document)?;
//! # let test_cas = pki.anchors_der(for_signing);
//! // For real customers: TrustAnchors::production(Purpose::Signing).
//! let anchors = TrustAnchors::test(Purpose::Signing, &test_cas)?;
//! let policy = Policy {
//!     revocation: RevocationPolicy::NotChecked,
//!     signed_attributes: SignedAttributesPolicy::Required,
//!     hashes: AcceptedHashes::SHA2,
//!     scheme: Scheme::Pkcs1,
//!     clock_skew: ClockSkew::FIVE_MINUTES,
//! };
//! let verifier = Verifier::new(anchors, policy);
//!
//! let signature = SignatureInput::Raw { certificate: &certificate, signature: &signature };
//! let submission = Submission::new(Document::Bytes(document), signature);
//! let now: UnixTime = "2026-04-01T09:00:00+09:00".parse()?;
//! let report = verifier.check(&submission, ValidationTime::now(now));
//!
//! assert_eq!(report.verdict, Verdict::Accepted);
//! let customer = report.attributes.as_ref().ok_or("a signing certificate has attributes")?;
//! assert_eq!(customer.name.text, "甲野　一郎");
//! println!("{}", serde_json::to_string_pretty(&report)?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is relied on
//!
//! * Six production CA certificates are compiled in. Test CAs enter through [`TrustAnchors::test`], which refuses
//!   everything else, and never stand beside production ones. Certificates that come along with a signature, the
//!   CA certificate on the card included, are data.
//! * Which anchors count is settled by purpose and environment before anything received is read. Among the
//!   generations the authority key identifier chooses; no anchor is tried in the hope that it fits.
//! * Signatures are RSASSA-PKCS1-v1_5 with SHA-256, SHA-384 or SHA-512, compared with an encoding made anew; or
//!   CMS SignedData around such a signature. SHA-1 is refused.
//! * "Not revoked" has to be proved, by a CRL for the certificate's own partition or by an OCSP answer
//!   ([`RevocationEvidence`]), unless the policy says otherwise; then the report says
//!   [`RevocationStatus::NotChecked`], which is not "good". Evidence that cannot be relied on proves nothing; evidence
//!   that has merely lapsed still proves a revocation.
//! * Computing is done by a [`CryptoProvider`]; [`RustCrypto`] unless another one is given.
//!
//! # What is not checked
//!
//! * Whether the document is the one the relying party issued, and whether its nonce was used before. That is the
//!   caller's to know: hand over your own copy of the document.
//!
//! The rules are those of docs/certificate-facts.md §4.1. Letters of the law are not interpreted here.

mod algorithm;
mod anchors;
mod attributes;
mod authority_name;
mod checks;
mod cms;
mod crl;
mod evidence;
mod hex;
mod inquiry;
mod ocsp;
mod path;
#[cfg(test)]
#[cfg(feature = "pkits-tests")]
mod pkits;
mod policy;
mod profile;
mod purpose;
mod rejection;
mod report;
mod revocation;
mod revocation_reason;
mod submission;
mod time;
mod verifier;

pub use anchors::{AnchorError, TrustAnchor, TrustAnchors};
pub use attributes::VerifiedAttributes;
pub use checks::{Check, CheckRecord, CheckResult};
pub use cms::BerProblem;
pub use crl::{
    CrlAnswer, CrlCheck, CrlEncodingRule, CrlFacts, CrlIndex, CrlIngest, CrlInvalidity, CrlMark, CrlName,
    CrlNumber, CrlNumberError, CrlProblem, CrlScopeProblem, CrlStatus, IndexError, IndexedCrl, IngestError,
    IngestReport, RevokedEntry,
};
pub use evidence::{
    AnchorSource, EvidenceError, EvidenceRecord, HmacSeal, Keep, P256SealVerifier, RecordedInput, Replay,
    ReplayInputs, ReplayOutcome, ReplayedCheck, ReplayedMember, Retention, Seal, SealAlgorithm, SealError,
    SealKey, SealVerifier, TestAnchors,
};
pub use inquiry::{CrlSource, EvidenceSources, Fetch, Inquiry, OcspSource, Progress};
pub use kazasu_cert::{CryptoProvider, RustCrypto};
pub use ocsp::{
    CertIdHash, CertIdProblem, MAX_OCSP_RESPONSE_LEN, MaxAge, NoncePolicy, NonceProblem, NonceRecord,
    OCSP_PROBLEM_CODES, OCSP_REQUEST_MEDIA_TYPE, OCSP_RESPONSE_MEDIA_TYPE, OcspAddressError, OcspAnswer,
    OcspEncodingProblem, OcspErrorStatus, OcspNonce, OcspPolicy, OcspProblem, OcspRequest, OcspStatus,
    ResponderProblem, StaleProblem, check_ocsp, ocsp_address,
};
pub use policy::{
    AcceptedHashes, ClockSkew, CrlScope, NonceEcho, OnUnknownStatus, Policy, RevocationPolicy,
    RevocationRules, Scheme, SignedAttributesPolicy,
};
pub use profile::{PROFILES, Profile};
pub use purpose::{Carrier, Environment, Purpose};
pub use rejection::{
    AkiProblem, AlgorithmOf, CmsProblem, ExtensionProblem, REJECTION_CODES, Rejection, Signed,
    SignedAttrsProblem, SignerCertProblem,
};
pub use report::{
    AnchorRecord, CertificateRecord, EvidenceHash, InputHashes, Report, Signer, Undecided, Verdict, Warning,
};
pub use revocation::{
    CrlStream, EvidenceKind, EvidenceProblem, Finding, Outcome, RevocationEvidence, RevocationStatus,
    SignerRevocation,
};
pub use revocation_reason::RevocationReason;
pub use submission::{Document, SignatureInput, Submission};
pub use time::{TimeSource, ValidationTime};
pub use verifier::Verifier;
