//! The decision.

use std::sync::Arc;

use kazasu_cert::{Certificate, CryptoProvider, Digest, HashAlgorithm, PublicKey, RustCrypto, UnixTime};
use sha2::{Digest as _, Sha256};

use crate::checks::Checks;
use crate::cms::{SignedAttributes, SignedData, SignerCertificates, SignerInfo, is_one_set, received_der};
use crate::path::{Path, PathContext};
use crate::report::{EvidenceHash, InputHashes, Signer};
use crate::revocation::Inquest;
use crate::submission::DocumentDigests;
use crate::{
    AlgorithmOf, Check, CheckResult, CrlMark, Policy, Purpose, Rejection, Report, RevocationEvidence,
    RevocationPolicy, RevocationStatus, SignatureInput, Signed, SignedAttributesPolicy, SignedAttrsProblem,
    SignerRevocation, Submission, TrustAnchors, Undecided, ValidationTime, Verdict, VerifiedAttributes,
    Warning, algorithm,
};

/// Decides whether signatures may be relied on: one purpose, one environment, one policy.
///
/// It holds no state that a check could change, so one can serve many threads.
#[derive(Clone, Debug)]
pub struct Verifier {
    anchors: TrustAnchors,
    policy: Policy,
    crypto: Arc<dyn CryptoProvider>,
}

impl Verifier {
    /// A verifier that computes with [`RustCrypto`].
    pub fn new(anchors: TrustAnchors, policy: Policy) -> Self {
        Self::with_crypto(anchors, policy, Arc::new(RustCrypto))
    }

    /// A verifier that computes with another implementation of RSA.
    pub fn with_crypto(anchors: TrustAnchors, policy: Policy, crypto: Arc<dyn CryptoProvider>) -> Self {
        Self { anchors, policy, crypto }
    }

    /// The anchors it relies on.
    pub const fn anchors(&self) -> &TrustAnchors {
        &self.anchors
    }

    /// Its policy.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Judges one submission as of `time`.
    ///
    /// A pure function: the same input gives the same report, in ten years as well. Nothing is fetched. What would
    /// be needed for a verdict and was not handed over stands in [`Report::undecided`]; the caller gets it and asks
    /// again with a [`Submission`] that holds it.
    ///
    /// Bad input is never an error here but a rejection, with every check that could be made on record.
    pub fn check(&self, submission: &Submission<'_>, time: ValidationTime) -> Report {
        let mut judge = Judge {
            verifier: self,
            path: PathContext {
                anchors: &self.anchors,
                crypto: &*self.crypto,
                at: time.at,
                clock_skew: self.policy.clock_skew,
            },
            document: DocumentDigests::new(submission.document),
            evidence: submission.revocation,
            seen_crl: submission.seen_crl,
            checks: Checks::default(),
        };
        let signers = match submission.signature {
            SignatureInput::Raw { certificate, signature } => vec![judge.raw(certificate, signature)],
            SignatureInput::Cms { cms, certificate } => judge.cms(cms, certificate),
        };
        judge.report(submission, time, signers)
    }
}

/// One check under way.
struct Judge<'a> {
    verifier: &'a Verifier,
    path: PathContext<'a>,
    document: DocumentDigests<'a>,
    evidence: &'a [RevocationEvidence<'a>],
    seen_crl: Option<CrlMark>,
    checks: Checks,
}

/// What is known about a signer when all checks are made.
struct Judged<'a> {
    path: Option<Path<'a>>,
    hash: Option<HashAlgorithm>,
    signing_time: Option<UnixTime>,
    revocation: SignerRevocation,
}

impl<'a> Judge<'a> {
    fn raw(&mut self, certificate: &[u8], signature: &[u8]) -> Judged<'a> {
        self.checks.signer = Some(0);
        let path = self.path.judge(&mut self.checks, certificate, &[]);
        let result = public_key(path.as_ref()).map(|key| self.raw_signature(key, signature));
        let hash = self.checks.record_if(Check::Signature, result);
        let revocation = self.revocation(path.as_ref(), &[]);
        Judged { path, hash, signing_time: None, revocation }
    }

    /// A raw signature does not say which hash function it was made with; the padding does, by its `DigestInfo` or
    /// its length, so that it fits one of them at most.
    fn raw_signature(&mut self, key: &PublicKey, signature: &[u8]) -> Result<HashAlgorithm, Rejection> {
        let mut accepted = self.policy().hashes.iter();
        let fits = |hash: &HashAlgorithm| {
            self.document.get(*hash).is_some_and(|digest| self.signed(key, &digest, signature))
        };
        accepted.find(fits).ok_or(Rejection::BadSignature(Signed::Document))
    }

    fn cms(&mut self, cms: &'a [u8], certificate: Option<&'a [u8]>) -> Vec<Judged<'a>> {
        let der = received_der(cms);
        let read = der.as_ref().map_err(Clone::clone).and_then(|der| SignedData::read(der));
        let read =
            read.and_then(|data| if data.signers.is_empty() { Err(Rejection::NoSigner) } else { Ok(data) });
        let Some(data) = self.checks.record(Check::CmsStructure, read) else { return Vec::new() };
        if let Some(content) = data.content {
            let same = self.document.is(content).then_some(()).ok_or(Rejection::ContentMismatch);
            self.checks.record(Check::AttachedContent, same);
        }
        let certificates = SignerCertificates::new(&data.certificates, certificate);
        let mut judged = Vec::with_capacity(data.signers.len());
        for (position, signer) in data.signers.iter().enumerate() {
            self.checks.signer = Some(position);
            let one = self.cms_signer(&data, signer, &certificates, &judged);
            judged.push(one);
        }
        judged
    }

    fn cms_signer(
        &mut self,
        data: &SignedData<'_>,
        signer: &SignerInfo<'_>,
        certificates: &SignerCertificates<'_>,
        before: &[Judged<'a>],
    ) -> Judged<'a> {
        let certificate = self.checks.record(Check::SignerCertificate, certificates.find(signer.sid));
        let path = certificate.and_then(|der| self.path.judge(&mut self.checks, der, certificates.all()));
        if certificate.is_none() {
            self.path.skip_all(&mut self.checks);
        }
        let algorithms = self.algorithms(signer);
        let hash = self.checks.record(Check::SignatureAlgorithm, algorithms);
        let attributes = self.signed_attributes(data, signer);
        let attributes = self.checks.record(Check::SignedAttributes, attributes);
        let present = attributes.as_ref().and_then(Option::as_ref);

        // Without signed attributes the signature itself is over the document, and there is nothing to compare.
        if signer.signed_attributes.is_some() {
            let digest = hash.and_then(|hash| self.document.get(hash));
            let same = digest.zip(present).map(|(digest, attributes)| {
                let same = digest.as_bytes() == attributes.message_digest;
                same.then_some(()).ok_or(Rejection::ContentMismatch)
            });
            self.checks.record_if(Check::MessageDigest, same);
            let named = path.as_ref().zip(present);
            let named =
                named.map(|(path, attributes)| attributes.check_signing_certificate(&path.certificate));
            self.checks.record_if(Check::SigningCertificate, named);
        }
        let signature = match (public_key(path.as_ref()), hash, &attributes) {
            (Some(key), Some(hash), Some(attributes)) => {
                Some(self.cms_signature(key, hash, attributes.as_ref(), signer.signature))
            }
            _ => None,
        };
        let verified = self.checks.record_if(Check::Signature, signature);
        let revocation = self.revocation(path.as_ref(), before);
        let signing_time = present.and_then(|attributes| attributes.signing_time);
        Judged { hash: verified.and(hash), signing_time, path, revocation }
    }

    /// Rule 16, about a certificate that a trust anchor has signed: once, however often it signed.
    fn revocation(&mut self, path: Option<&Path<'a>>, before: &[Judged<'a>]) -> SignerRevocation {
        let issued = path.and_then(|path| Some((&path.certificate, path.issuer?)));
        let revocation = match (self.policy().revocation, issued) {
            (RevocationPolicy::NotChecked, _) => {
                SignerRevocation::without_findings(RevocationStatus::NotChecked)
            }
            (RevocationPolicy::Required(_), None) => {
                SignerRevocation::without_findings(RevocationStatus::NotReached)
            }
            (RevocationPolicy::Required(rules), Some((leaf, issuer))) => {
                let seen_crl = self.seen_crl;
                let known =
                    before.iter().find(|one| one.path.as_ref().is_some_and(|path| path.certificate == *leaf));
                let judge =
                    || Inquest { context: &self.path, rules, leaf, issuer, seen_crl }.judge(self.evidence);
                known.map_or_else(judge, |one| one.revocation.clone())
            }
        };
        let result = revocation.check_result();
        self.checks.push(Check::Revocation, result);
        revocation
    }

    fn algorithms(&mut self, signer: &SignerInfo<'_>) -> Result<HashAlgorithm, Rejection> {
        let hash = algorithm::digest(signer.digest_algorithm)?;
        algorithm::signature(signer.signature_algorithm, hash)?;
        if self.policy().hashes.contains(hash) && self.document.get(hash).is_some() {
            Ok(hash)
        } else {
            Err(Rejection::Alg { of: AlgorithmOf::Digest, oid: hash.oid() })
        }
    }

    /// The signed attributes; `None` if there are none and that is allowed.
    fn signed_attributes<'s>(
        &self,
        data: &SignedData<'_>,
        signer: &SignerInfo<'s>,
    ) -> Result<Option<SignedAttributes<'s>>, Rejection> {
        if let Some(content) = signer.signed_attributes {
            return SignedAttributes::read(content, data.content_type).map(Some);
        }
        let is_data = data.content_type == const_oid::db::rfc5911::ID_DATA;
        if self.policy().signed_attributes == SignedAttributesPolicy::Required || !is_data {
            return Err(Rejection::SignedAttrs(SignedAttrsProblem::Missing));
        }
        // Signed attributes are a SET, of whatever attributes: a signature over some would fit content that is one.
        match data.content.or(self.document.bytes()) {
            Some(content) if !is_one_set(content) => Ok(None),
            _ => Err(Rejection::SignedAttrs(SignedAttrsProblem::AttributesAsContent)),
        }
    }

    fn cms_signature(
        &mut self,
        key: &PublicKey,
        hash: HashAlgorithm,
        attributes: Option<&SignedAttributes<'_>>,
        signature: &[u8],
    ) -> Result<(), Rejection> {
        let mut signed_with = |hash: HashAlgorithm| {
            let digest = match attributes {
                Some(attributes) => Some(hash.digest(&attributes.to_hash)),
                None => self.document.get(hash),
            };
            digest.is_some_and(|digest| self.signed(key, &digest, signature))
        };
        if signed_with(hash) {
            return Ok(());
        }
        // If it is right but for the hash function, say so.
        let mut others = HashAlgorithm::ALL.into_iter().filter(|other| *other != hash);
        Err(match others.find(|other| signed_with(*other)) {
            Some(other) => Rejection::Alg { of: AlgorithmOf::Signature, oid: other.oid() },
            None => Rejection::BadSignature(Signed::Document),
        })
    }

    fn signed(&self, key: &PublicKey, digest: &Digest, signature: &[u8]) -> bool {
        let scheme = self.policy().scheme.signature_scheme();
        self.path.crypto.check_signature(key, scheme, digest, signature).is_ok()
    }

    fn policy(&self) -> &'a Policy {
        &self.verifier.policy
    }

    fn report(self, submission: &Submission<'_>, time: ValidationTime, judged: Vec<Judged<'a>>) -> Report {
        let policy = *self.policy();
        let errors = errors(&self.checks, judged.len());
        let undecided = undecided(&judged);
        let verdict = if !errors.is_empty() {
            Verdict::Rejected
        } else if !undecided.is_empty() || judged.is_empty() || !all_passed(&self.checks) {
            Verdict::Indeterminate
        } else {
            Verdict::Accepted
        };
        let revocation = judged.iter().map(|one| one.revocation.status).max();
        let revocation = revocation.unwrap_or(match policy.revocation {
            RevocationPolicy::Required(_) => RevocationStatus::NotReached,
            RevocationPolicy::NotChecked => RevocationStatus::NotChecked,
        });
        let purpose = self.verifier.anchors.purpose();
        let mut warnings = warnings(&judged, purpose, time, &errors);
        let certificate = submission.signature.certificate().map(|der| hash_of(der, &judged));
        let signers = judged.iter().map(Signer::from).collect();
        let attributes = match (verdict, <[Judged<'_>; 1]>::try_from(judged)) {
            (Verdict::Accepted, Ok([judged])) => judged.attributes(),
            _ => None,
        };
        if let Some(attributes) = &attributes {
            warnings.extend(attributes.warnings().into_iter().map(Warning::Attribute));
        }
        let signature = Sha256::digest(submission.signature.bytes()).into();
        Report {
            verdict,
            errors,
            undecided,
            warnings,
            purpose,
            environment: self.verifier.anchors.environment(),
            time,
            policy,
            revocation,
            inputs: InputHashes {
                document: self.document.into_known(),
                signature,
                certificate,
                revocation: self.evidence.iter().map(EvidenceHash::from).collect(),
            },
            signers,
            checks: self.checks.records,
            attributes,
        }
    }
}

impl Judged<'_> {
    fn attributes(self) -> Option<VerifiedAttributes> {
        let path = self.path?;
        path.attributes.map(|attributes| VerifiedAttributes::new(attributes, path.certificate))
    }
}

impl From<&Judged<'_>> for Signer {
    fn from(judged: &Judged<'_>) -> Self {
        let path = judged.path.as_ref();
        Self {
            certificate: path.map(|path| (&path.certificate).into()),
            anchor: path.and_then(|path| path.anchor).map(Into::into),
            carrier: path.and_then(|path| path.carrier),
            hash: judged.hash,
            claimed_signing_time: judged.signing_time,
            revocation: judged.revocation.clone(),
        }
    }
}

fn public_key<'p>(path: Option<&'p Path<'_>>) -> Option<&'p PublicKey> {
    path?.public_key.as_ref()
}

/// SHA-256 of a certificate that was handed over: a signer's, as a rule, which knows its own.
fn hash_of(der: &[u8], judged: &[Judged<'_>]) -> [u8; 32] {
    let mut signers = judged.iter().filter_map(|one| one.path.as_ref()).map(|path| &path.certificate);
    signers
        .find(|certificate| certificate.as_der() == der)
        .map_or_else(|| Sha256::digest(der).into(), Certificate::sha256)
}

/// Every rejection once, the most useful first.
fn errors(checks: &Checks, signers: usize) -> Vec<Rejection> {
    let failed = || {
        checks.records.iter().filter_map(|record| match &record.result {
            CheckResult::Failed(rejection) => Some((record.signer, rejection)),
            _ => None,
        })
    };
    let mut errors: Vec<Rejection> = Vec::new();
    let bad = failed().find_map(|(signer, _)| signer).filter(|_| signers > 1);
    let any_signer_bad = bad.map(|signer| Rejection::AnySignerBad { signer, signers });
    for rejection in any_signer_bad.into_iter().chain(failed().map(|(_, rejection)| rejection.clone())) {
        if !errors.contains(&rejection) {
            let at = errors.partition_point(|earlier| earlier.rank() <= rejection.rank());
            errors.insert(at, rejection);
        }
    }
    errors
}

/// What is missing for a yes, each thing once.
fn undecided(judged: &[Judged<'_>]) -> Vec<Undecided> {
    let mut undecided = Vec::new();
    for missing in judged.iter().flat_map(|one| one.revocation.undecided()) {
        if !undecided.contains(&missing) {
            undecided.push(missing);
        }
    }
    undecided
}

/// Whether every question was asked and answered with yes. Revocation has an answer of its own.
fn all_passed(checks: &Checks) -> bool {
    checks
        .records
        .iter()
        .all(|record| record.check == Check::Revocation || record.result == CheckResult::Passed)
}

fn warnings(
    judged: &[Judged<'_>],
    purpose: Purpose,
    time: ValidationTime,
    errors: &[Rejection],
) -> Vec<Warning> {
    let any = |condition: fn(&Certificate, ValidationTime) -> bool| {
        judged.iter().filter_map(|one| one.path.as_ref()).any(|path| condition(&path.certificate, time))
    };
    let has_names = |certificate: &Certificate, _| !matches!(certificate.subject_other_names(), Ok(None));
    let early = any(|certificate, time| time.at < certificate.not_before());
    let too_early = errors.iter().any(|error| matches!(error, Rejection::NotYetValid { .. }));
    [
        (early && !too_early).then_some(Warning::NotYetValidWithinClockSkew),
        (purpose == Purpose::Authentication && any(has_names)).then_some(Warning::SubjectAltNameIgnored),
        (judged.len() > 1).then_some(Warning::SeveralSigners),
        judged.iter().any(|one| one.revocation.has_unneeded_problems()).then_some(Warning::EvidenceIgnored),
        judged.iter().any(|one| one.revocation.has_lapsed()).then_some(Warning::RevokedByLapsedEvidence),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use kazasu_sim::pki::{oids, profile};
    use kazasu_sim::{Generation, Persona, TestPki};

    use super::*;
    use crate::{AcceptedHashes, ClockSkew, Document, Environment, ExtensionProblem, Scheme, TimeSource};

    /// Attack case 20. Nobody outside has a production key, so the test CA plays the production one.
    #[test]
    fn a_test_policy_under_a_production_anchor() {
        let pki = TestPki::shared().unwrap();
        let purpose = kazasu_sim::Purpose::Signing;
        let policy = Policy {
            revocation: RevocationPolicy::NotChecked,
            signed_attributes: SignedAttributesPolicy::Required,
            hashes: AcceptedHashes::SHA256,
            scheme: Scheme::Pkcs1,
            clock_skew: ClockSkew::ZERO,
        };
        let anchors = TrustAnchors::test(Purpose::Signing, pki.anchors_der(purpose)).unwrap();
        let verifier = Verifier::new(anchors.relabelled(Environment::Production), policy);
        let signature = pki.leaf_key(purpose).sign_sha256(b"document").unwrap();
        let errors = |group| {
            let holder = Persona::named("ichiro").unwrap().holder;
            let mut template = pki.leaf(purpose, Generation::G2023, &holder).unwrap();
            let policies = profile::policies(&oids::policy(group, 20));
            template.extension_mut(&oids::certificate_policies()).unwrap().value = policies;
            let certificate = template.sign(pki.authority(purpose, Generation::G2023).key()).unwrap();
            let input = SignatureInput::Raw { certificate: &certificate, signature: &signature };
            let at =
                ValidationTime { at: "2026-04-01T00:00:00Z".parse().unwrap(), source: TimeSource::Given };
            verifier.check(&Submission::new(Document::Bytes(b"document"), input), at).errors
        };
        assert_eq!(errors(1), []);
        assert_eq!(errors(0), [Rejection::Policy(ExtensionProblem::Value)]);
    }
}
