//! A check that says what it needs: nothing here opens a connection either.

use kazasu_cert::Certificate;
use sha2::{Digest as _, Sha256};

use crate::{
    CertIdHash, EvidenceKind, OcspNonce, OcspRequest, Report, RevocationEvidence, SignatureInput, Signer,
    Submission, TrustAnchor, ValidationTime, Verdict, Verifier, cms, ocsp_address,
};

/// Where evidence about revocation can be had. Nothing has a default.
#[derive(Clone, Copy, Debug)]
pub struct EvidenceSources<'a> {
    /// CRLs.
    pub crl: CrlSource,
    /// An OCSP responder.
    pub ocsp: OcspSource<'a>,
}

/// Whether CRLs can be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrlSource {
    /// The caller can get the list of a distribution point, from wherever its directory names lead to.
    Fetch,
    /// No.
    None,
}

/// Whether, and whom, an OCSP responder can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OcspSource<'a> {
    /// Yes.
    Ask {
        /// The responder's address. `None`: the one in the certificate, which a signing certificate does not have
        /// (docs/certificate-facts.md §2.4).
        responder: Option<&'a str>,
        /// Random bytes for this inquiry.
        nonce: OcspNonce,
        /// The hash function that names the issuer.
        hash: CertIdHash,
    },
    /// No.
    None,
}

/// Something to get from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fetch {
    /// A CRL.
    Crl {
        /// DER of the `Name` of its distribution point (docs/certificate-facts.md §2.6).
        distribution_point: Vec<u8>,
    },
    /// An OCSP answer.
    Ocsp {
        /// Where to send the request, by HTTP POST (RFC 6960 §A.1).
        url: String,
        /// The OCSPRequest, DER.
        request: Vec<u8>,
    },
}

impl Fetch {
    const fn kind(&self) -> EvidenceKind {
        match self {
            Self::Crl { .. } => EvidenceKind::Crl,
            Self::Ocsp { .. } => EvidenceKind::Ocsp,
        }
    }
}

/// Where an [`Inquiry`] stands.
#[derive(Clone, Debug)]
pub enum Progress {
    /// These would help. Hand over what could be had with [`Inquiry::receive`], by position.
    Need(Vec<Fetch>),
    /// The answer.
    Done(Box<Report>),
}

/// A check with the fetching left to the caller: threads, timeouts and addresses are its business.
///
/// A certificate that is refused anyway is never asked about, nor one whose status the [`Submission`] already proves.
///
/// ```
/// # use kazasu_sim::status_services::{CertificateStatus, OcspResponder};
/// # use kazasu_verify::*;
/// # let pki = kazasu_sim::TestPki::shared()?;
/// # let holder = kazasu_sim::Persona::named("ichiro")?.holder;
/// # let (generation, for_signing) = (kazasu_sim::Generation::G2023, kazasu_sim::Purpose::Signing);
/// # let ca = pki.authority(for_signing, generation);
/// # let certificate = pki.leaf(for_signing, generation, &holder)?.sign(ca.key())?;
/// # let document = "口座開設申込書".as_bytes();
/// # let signature = pki.leaf_key(for_signing).sign_sha256(document)?;
/// # let anchors = TrustAnchors::test(Purpose::Signing, pki.anchors_der(for_signing))?;
/// # let rules = RevocationRules {
/// #     crl_scope: CrlScope::Partition,
/// #     max_ocsp_age: MaxAge::THIRTY_MINUTES,
/// #     ocsp_nonce: NonceEcho::Required,
/// #     unknown_status: OnUnknownStatus::Indeterminate,
/// # };
/// # let policy = Policy {
/// #     revocation: RevocationPolicy::Required(rules),
/// #     signed_attributes: SignedAttributesPolicy::Required,
/// #     hashes: AcceptedHashes::SHA2,
/// #     scheme: Scheme::Pkcs1,
/// #     clock_skew: ClockSkew::ZERO,
/// # };
/// # let verifier = Verifier::new(anchors, policy);
/// # let signature = SignatureInput::Raw { certificate: &certificate, signature: &signature };
/// # let submission = Submission::new(Document::Bytes(document), signature);
/// # let time = ValidationTime::now("2026-04-01T09:00:00+09:00".parse()?);
/// # let responder = OcspResponder::new(ca)?;
/// # let post = |_url: &str, request: &[u8]| Some(responder.answer(request, time.at.0));
/// # let fetch_crl = |_distribution_point: &[u8]| None;
/// # let random_bytes = [7; 32];
/// let sources = EvidenceSources {
///     crl: CrlSource::Fetch,
///     ocsp: OcspSource::Ask {
///         responder: Some("http://ocsp.example/"),
///         nonce: random_bytes,
///         hash: CertIdHash::Sha1,
///     },
/// };
/// let mut inquiry = Inquiry::new(&verifier, submission, time, sources);
/// let report = loop {
///     match inquiry.step() {
///         Progress::Need(fetches) => {
///             for (position, fetch) in fetches.iter().enumerate() {
///                 let received: Option<Vec<u8>> = match fetch {
///                     Fetch::Crl { distribution_point } => fetch_crl(distribution_point),
///                     Fetch::Ocsp { url, request } => post(url, request),
///                     _ => None,
///                 };
///                 inquiry.receive(position, received);
///             }
///         }
///         Progress::Done(report) => break report,
///     }
/// };
/// assert_eq!(report.verdict, Verdict::Accepted);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Inquiry<'a> {
    verifier: &'a Verifier,
    submission: Submission<'a>,
    time: ValidationTime,
    sources: EvidenceSources<'a>,
    /// What was asked for and what came; `None` before anything was.
    asked: Option<Vec<(Fetch, Option<Vec<u8>>)>>,
}

impl<'a> Inquiry<'a> {
    /// The check of `submission` as of `time`. Nothing is computed yet.
    pub const fn new(
        verifier: &'a Verifier,
        submission: Submission<'a>,
        time: ValidationTime,
        sources: EvidenceSources<'a>,
    ) -> Self {
        Self { verifier, submission, time, sources, asked: None }
    }

    /// The next step: at first perhaps what is needed, then the answer. What was needed and did not come makes the
    /// answer [`Indeterminate`](Verdict::Indeterminate) unless something else proves the status.
    pub fn step(&mut self) -> Progress {
        if let Some(asked) = &self.asked {
            let nonce = match self.sources.ocsp {
                OcspSource::Ask { nonce, .. } => Some(nonce),
                OcspSource::None => None,
            };
            let received = asked.iter().map(|(fetch, received)| match (fetch.kind(), received) {
                (EvidenceKind::Ocsp, Some(response)) => RevocationEvidence::Ocsp { response, nonce },
                (_, Some(crl)) => RevocationEvidence::Crl(crl),
                (kind, None) => RevocationEvidence::NotReceived(kind),
            });
            let evidence: Vec<_> = self.submission.revocation.iter().copied().chain(received).collect();
            let submission = self.submission.with_revocation(&evidence);
            return Progress::Done(Box::new(self.verifier.check(&submission, self.time)));
        }
        let report = self.verifier.check(&self.submission, self.time);
        let fetches =
            if report.verdict == Verdict::Indeterminate { self.fetches(&report.signers) } else { Vec::new() };
        if fetches.is_empty() {
            return Progress::Done(Box::new(report));
        }
        self.asked = Some(fetches.iter().map(|fetch| (fetch.clone(), None)).collect());
        Progress::Need(fetches)
    }

    /// Hands over what came for the fetch at `position` of [`Progress::Need`]: any bytes, or `None` if nothing did.
    /// A position that was not asked about is passed over.
    pub fn receive(&mut self, position: usize, received: Option<Vec<u8>>) {
        if let Some((_, place)) = self.asked.as_mut().and_then(|asked| asked.get_mut(position)) {
            *place = received;
        }
    }

    fn fetches(&self, signers: &[Signer]) -> Vec<Fetch> {
        let mut fetches = Vec::new();
        let open = signers.iter().filter(|signer| !signer.revocation.undecided().is_empty());
        for (certificate, issuer) in open.filter_map(|signer| self.certificate(signer)) {
            let crl = (self.sources.crl == CrlSource::Fetch).then(|| crl(&certificate)).flatten();
            let ocsp = ocsp(&certificate, issuer, self.sources.ocsp);
            for fetch in crl.into_iter().chain(ocsp) {
                if !fetches.contains(&fetch) {
                    fetches.push(fetch);
                }
            }
        }
        fetches
    }

    /// The certificate of a signer and its issuer.
    fn certificate(&self, signer: &Signer) -> Option<(Certificate, &'a TrustAnchor)> {
        let wanted = signer.certificate.as_ref()?.sha256;
        let issuer = signer.anchor.as_ref()?.sha256;
        let issuer = self.verifier.anchors().iter().find(|anchor| anchor.certificate().sha256() == issuer)?;
        let embedded = match self.submission.signature {
            SignatureInput::Raw { .. } => Vec::new(),
            SignatureInput::Cms { cms, .. } => {
                cms::carried(cms).map(|carried| carried.certificates).unwrap_or_default()
            }
        };
        let given = self.submission.signature.certificate().map(<[u8]>::to_vec);
        let der =
            given.into_iter().chain(embedded).find(|der| <[u8; 32]>::from(Sha256::digest(der)) == wanted)?;
        Some((Certificate::from_der(&der).ok()?, issuer))
    }
}

fn crl(certificate: &Certificate) -> Option<Fetch> {
    let points = certificate.crl_distribution_points().ok()??.value;
    let distribution_point = points.first()?.directory_name_der()?.to_vec();
    Some(Fetch::Crl { distribution_point })
}

fn ocsp(certificate: &Certificate, issuer: &TrustAnchor, source: OcspSource<'_>) -> Option<Fetch> {
    let OcspSource::Ask { responder, nonce, hash } = source else { return None };
    let url = match responder {
        Some(responder) => responder.to_owned(),
        None => ocsp_address(certificate, None).ok()?.into_owned(),
    };
    let request = OcspRequest::new(certificate, issuer, hash, Some(&nonce)).into_der();
    Some(Fetch::Ocsp { url, request })
}
