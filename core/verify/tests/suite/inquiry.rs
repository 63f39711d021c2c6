//! A check that asks for what it needs.

use kazasu_sim::pki::{oids, profile};
use kazasu_sim::status_services::CertificateStatus;
use kazasu_sim::{Generation, der};
use kazasu_verify::{
    CertIdHash, CrlSource, Document, EvidenceSources, Fetch, Inquiry, OcspSource, Progress, Purpose, Report,
    SignatureInput, Submission, ValidationTime, Verdict, Verifier,
};

use crate::common::cms::{CmsTemplate, SignerTemplate};
use crate::common::status::{
    Evidence, NONCE, SERIAL, authority, checked, list, now, partition, request, responder, signed_by,
};
use crate::common::{DOCUMENT, POLICY, Vector, anchors};

const ASK: OcspSource<'_> =
    OcspSource::Ask { responder: Some("http://ocsp.example/"), nonce: NONCE, hash: CertIdHash::Sha1 };

const BOTH: EvidenceSources<'_> = EvidenceSources { crl: CrlSource::Fetch, ocsp: ASK };

/// Answers the first need with `fetch`; what was needed, and the report.
fn drive(
    vector: &Vector,
    cms: bool,
    sources: EvidenceSources<'_>,
    evidence: &[Evidence],
    fetch: impl Fn(&Fetch) -> Option<Vec<u8>>,
) -> (Vec<Fetch>, Report) {
    let verifier = Verifier::new(anchors(vector.purpose), vector.policy);
    let certificate = vector.certificate();
    let signature = if cms {
        CmsTemplate::new(&certificate).build()
    } else {
        vector.holder_key.sign_sha256(DOCUMENT).unwrap()
    };
    let input = if cms {
        SignatureInput::Cms { cms: &signature, certificate: None }
    } else {
        SignatureInput::Raw { certificate: &certificate, signature: &signature }
    };
    let evidence: Vec<_> = evidence.iter().map(Evidence::borrow).collect();
    let submission = Submission::new(Document::Bytes(DOCUMENT), input).with_revocation(&evidence);
    let mut inquiry = Inquiry::new(&verifier, submission, ValidationTime::now(vector.at), sources);
    let mut needed = Vec::new();
    loop {
        match inquiry.step() {
            Progress::Need(fetches) => {
                assert!(needed.is_empty(), "asked once");
                for (position, one) in fetches.iter().enumerate() {
                    inquiry.receive(position, fetch(one));
                }
                inquiry.receive(fetches.len(), Some(Vec::new()));
                needed = fetches;
            }
            Progress::Done(report) => return (needed, *report),
        }
    }
}

#[test]
fn both_sources_are_asked_about_the_certificate() {
    for (purpose, cms) in
        [(Purpose::Signing, false), (Purpose::Signing, true), (Purpose::Authentication, false)]
    {
        let vector = checked(purpose);
        let Evidence::Crl(crl) = signed_by(&list(&vector), authority(purpose, Generation::G2023)) else {
            panic!("a list")
        };
        let (needed, report) = drive(&vector, cms, BOTH, &[], |fetch| match fetch {
            Fetch::Crl { distribution_point } => {
                assert_eq!(*distribution_point, partition(&vector));
                Some(crl.clone())
            }
            Fetch::Ocsp { url, request: der } => {
                assert_eq!((url.as_str(), der), ("http://ocsp.example/", &request(&vector)));
                Some(responder(&vector).answer(der, now()))
            }
            _ => None,
        });
        assert_eq!(needed.len(), 2);
        assert_eq!(report.verdict, Verdict::Accepted, "{:?}", report.codes());
        assert_eq!(report.signers[0].revocation.findings.len(), 2);
    }
}

#[test]
fn what_comes_back_is_what_counts() {
    let vector = checked(Purpose::Signing);
    let (_, report) = drive(&vector, false, BOTH, &[], |_| None);
    assert_eq!(report.codes(), ["evidence_not_received", "evidence_not_received", "indeterminate"]);
    let (_, report) = drive(&vector, false, BOTH, &[], |fetch| match fetch {
        Fetch::Ocsp { request, .. } => {
            let mut responder = responder(&vector);
            responder.statuses.insert(SERIAL, CertificateStatus::hold(now() - 5));
            Some(responder.answer(request, now()))
        }
        _ => None,
    });
    assert_eq!(report.codes(), ["revoked"]);
    let (_, report) = drive(&vector, false, BOTH, &[], |_| Some(b"<html>".to_vec()));
    assert_eq!(report.codes(), ["crl_encoding", "ocsp_encoding", "indeterminate"]);
}

#[test]
fn nothing_is_asked_without_need() {
    let never = |_: &Fetch| -> Option<Vec<u8>> { panic!("nothing is needed") };
    let mut vector = checked(Purpose::Signing);
    let known = signed_by(&list(&vector), authority(Purpose::Signing, Generation::G2023));
    assert_eq!(drive(&vector, false, BOTH, &[known], never).1.verdict, Verdict::Accepted);
    let none = EvidenceSources { crl: CrlSource::None, ocsp: OcspSource::None };
    assert_eq!(drive(&vector, false, none, &[], never).1.verdict, Verdict::Indeterminate);
    // A signing certificate names no responder.
    let unnamed = OcspSource::Ask { responder: None, nonce: NONCE, hash: CertIdHash::Sha1 };
    let unnamed = EvidenceSources { crl: CrlSource::None, ocsp: unnamed };
    assert_eq!(drive(&vector, false, unnamed, &[], never).1.verdict, Verdict::Indeterminate);
    vector.policy = POLICY;
    assert_eq!(drive(&vector, false, BOTH, &[], never).1.verdict, Verdict::Accepted);
    let mut forged = checked(Purpose::Signing);
    forged.issuer_key = forged.holder_key.clone();
    assert_eq!(drive(&forged, false, BOTH, &[], never).1.verdict, Verdict::Rejected);

    let vector = checked(Purpose::Authentication);
    let (needed, report) = drive(&vector, false, unnamed, &[], |fetch| match fetch {
        Fetch::Ocsp { request, .. } => Some(responder(&vector).answer(request, now())),
        _ => None,
    });
    let [Fetch::Ocsp { url, .. }] = &needed[..] else { panic!("{needed:?}") };
    assert_eq!(url, "http://test-ocspauthnorm.jpki.go.jp");
    assert_eq!(report.verdict, Verdict::Accepted);
}

/// Of two signers one is proved good already.
#[test]
fn only_what_is_open_is_asked_about() {
    let (proved, mut open) = (checked(Purpose::Signing), checked(Purpose::Signing));
    open.template.set_serial(SERIAL + 1);
    let name = profile::partition_name(kazasu_sim::Purpose::Signing, "Osaka-fu", "Sakai-shi");
    let points = open.template.extension_mut(&oids::crl_distribution_points()).unwrap();
    points.value = der::sequence(&[der::sequence(&[profile::distribution_point_name(&name)])]);
    let certificates = [proved.certificate(), open.certificate()];
    let mut cms = CmsTemplate::new(&certificates[0]);
    cms.certificates.push(certificates[1].clone());
    cms.signers.push(SignerTemplate::new(&certificates[1]));
    let cms = cms.build();
    let good = signed_by(&list(&proved), authority(Purpose::Signing, Generation::G2023));
    let evidence = [good.borrow()];
    let input = SignatureInput::Cms { cms: &cms, certificate: None };
    let submission = Submission::new(Document::Bytes(DOCUMENT), input).with_revocation(&evidence);
    let verifier = Verifier::new(anchors(Purpose::Signing), proved.policy);
    let mut inquiry = Inquiry::new(&verifier, submission, ValidationTime::now(proved.at), BOTH);
    let Progress::Need(fetches) = inquiry.step() else { panic!("one is open") };
    let [Fetch::Crl { distribution_point }, Fetch::Ocsp { request, .. }] = &fetches[..] else {
        panic!("{fetches:?}")
    };
    assert_eq!(*distribution_point, partition(&open));
    assert_eq!(*request, crate::common::status::request(&open));
}
