//! Input that is empty, cut off, something else altogether, or a gigabyte long, in every place where bytes come in:
//! a clear answer, and no memory of that size.
//!
//! A program of its own, because it looks at the memory of the whole process.

// The helpers here are test code as well, which the lints cannot tell.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use kazasu_cert::{Certificate, CertificateError, RustCrypto, UnixTime};
use kazasu_sim::status_services::{CrlIssuer, OcspResponder};
use kazasu_sim::{CertificateAuthority, Generation, Persona, TestPki, der};
use kazasu_verify::{
    AcceptedHashes, CertIdHash, ClockSkew, CrlCheck, CrlIndex, CrlIngest, CrlScope, Document, EvidenceRecord,
    IngestError, MaxAge, NoncePolicy, OcspPolicy, OcspRequest, Policy, Purpose, Retention, RevocationPolicy,
    Scheme, SignatureInput, SignedAttributesPolicy, Submission, TrustAnchors, ValidationTime, Verifier,
    check_ocsp,
};

const GIGABYTE: usize = 1 << 30;

/// What many small elements are tried with.
const MANY: usize = 4 << 20;

/// Resident at any time, in KiB. Inputs of zeros take no memory by themselves.
const MAX_RESIDENT: usize = 192 * 1024;

/// 2026-04-01T00:00:00Z
const NOW: UnixTime = UnixTime(1_775_001_600);

struct Bench {
    certificate: Certificate,
    anchors: TrustAnchors,
    verifier: Verifier,
}

impl Bench {
    fn new() -> Self {
        let holder = Persona::named("ichiro").unwrap().holder;
        let leaf = TestPki::shared().unwrap().leaf(kazasu_sim::Purpose::Signing, Generation::G2023, &holder);
        let certificate = Certificate::from_der(&leaf.unwrap().sign(authority().key()).unwrap()).unwrap();
        let anchors = TrustAnchors::test(Purpose::Signing, [authority().certificate()]).unwrap();
        let policy = Policy {
            revocation: RevocationPolicy::NotChecked,
            signed_attributes: SignedAttributesPolicy::Optional,
            hashes: AcceptedHashes::SHA256,
            scheme: Scheme::Pkcs1,
            clock_skew: ClockSkew::FIVE_MINUTES,
        };
        Self { certificate, verifier: Verifier::new(anchors.clone(), policy), anchors }
    }

    /// The first error code, then the message to it.
    fn check(&self, document: &[u8], signature: SignatureInput<'_>) -> (&'static str, String) {
        let submission = Submission::new(Document::Bytes(document), signature);
        let report = self.verifier.check(&submission, ValidationTime::now(NOW));
        let error = report.errors.first().unwrap();
        (error.code(), error.to_string())
    }

    fn list(&self) -> Vec<u8> {
        let points = self.certificate.crl_distribution_points().unwrap().unwrap().value;
        let partition = points[0].directory_name_der().unwrap();
        let list = CrlIssuer::new(authority()).partition(partition, 7, NOW.0 - 3_600, NOW.0 + 3_600).unwrap();
        list.sign(authority().key()).unwrap()
    }

    fn crl(&self) -> CrlCheck<'_> {
        CrlCheck {
            certificate: &self.certificate,
            anchors: &self.anchors,
            crypto: &RustCrypto,
            scope: CrlScope::Partition,
            at: NOW,
            seen: None,
        }
    }
}

fn authority() -> &'static CertificateAuthority {
    TestPki::shared().unwrap().authority(kazasu_sim::Purpose::Signing, Generation::G2023)
}

/// Calls `each` with everything that can come instead of `good`.
fn instead_of(good: &[u8], each: impl Fn(&str, &[u8])) {
    each("empty", b"");
    each("another format", b"<!DOCTYPE html><html><body>503 Service Unavailable</body></html>");
    for len in [1, 2, 4, good.len() / 2, good.len() - 1] {
        each("cut off", &good[..len]);
    }
    let mut huge = vec![0; GIGABYTE];
    each("zeros", &huge);
    // As long as it says, and at first what it should be.
    huge[..6].copy_from_slice(&[0x30, 0x84, 0x3F, 0xFF, 0xFF, 0xFA]);
    huge[6..good.len() + 2].copy_from_slice(&good[4..]);
    each("long", &huge);
    let resident = resident();
    assert!(resident < MAX_RESIDENT, "{resident} KiB");
}

/// The most this process ever had, in KiB: proc(5).
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

#[test]
fn certificates() {
    let bench = Bench::new();
    instead_of(bench.certificate.as_der(), |what, input| {
        let error = Certificate::from_der(input).unwrap_err();
        let is_too_long = matches!(error, CertificateError::TooLong { len: GIGABYTE });
        assert_eq!(is_too_long, input.len() == GIGABYTE, "{what}: {error}");
        let signature = SignatureInput::Raw { certificate: input, signature: &[1; 256] };
        assert_eq!(bench.check(b"document", signature).0, "der", "{what}");
        TrustAnchors::test(Purpose::Signing, [input]).unwrap_err();
    });
}

#[test]
fn signatures() {
    let bench = Bench::new();
    instead_of(&content_info(bench.certificate.as_der(), &signer(b"")), |what, input| {
        let certificate = bench.certificate.as_der();
        let (code, message) = bench.check(b"document", SignatureInput::Cms { cms: input, certificate: None });
        assert_eq!(code, "cms_encoding", "{what}: {message}");
        let (code, _) = bench.check(b"document", SignatureInput::Raw { certificate, signature: input });
        assert_eq!(code, "bad_signature", "{what}");
    });
}

/// Two bytes are an element, and holding one takes more.
#[test]
fn a_cms_of_many_small_elements() {
    let bench = Bench::new();
    let many = [0x30, 0].repeat(MANY);
    for (cms, of) in [
        (content_info(&many, &signer(b"")), "certificates"),
        (content_info(b"", &many), "signers"),
        (content_info(bench.certificate.as_der(), &signer(&many)), "signed attributes"),
    ] {
        let signature = SignatureInput::Cms { cms: &cms, certificate: Some(bench.certificate.as_der()) };
        let submission = Submission::new(Document::Bytes(b"document"), signature);
        let report = bench.verifier.check(&submission, ValidationTime::now(NOW));
        let errors: Vec<_> = report.errors.iter().map(|error| (error.code(), error.to_string())).collect();
        let found = errors.iter().any(|(code, text)| *code == "cms_encoding" && text.ends_with(of));
        assert!(found, "{of}: {errors:?}");
    }
    let resident = resident();
    assert!(resident < MAX_RESIDENT, "{resident} KiB");
}

#[test]
fn documents() {
    let bench = Bench::new();
    let certificate = bench.certificate.as_der();
    for document in [vec![], vec![0; GIGABYTE]] {
        let (code, _) = bench.check(&document, SignatureInput::Raw { certificate, signature: &[1; 256] });
        assert_eq!(code, "bad_signature");
    }
    let resident = resident();
    assert!(resident < MAX_RESIDENT, "{resident} KiB");
}

#[test]
fn lists_and_the_index_that_stays_in_service() {
    let bench = Bench::new();
    let (list, directory) = (bench.list(), tempfile::tempdir().unwrap());
    let ingest =
        CrlIngest { anchors: &bench.anchors, crypto: &RustCrypto, scope: CrlScope::Partition, at: NOW };
    ingest.ingest(&*list, &directory).unwrap();
    let before = bench.crl().index(&CrlIndex::open(&directory).unwrap()).unwrap();
    instead_of(&list, |what, input| {
        assert_eq!(bench.crl().list(input).unwrap_err().code(), "crl_encoding", "{what}");
        let error = ingest.ingest(input, &directory).unwrap_err();
        assert!(matches!(&error, IngestError::Crl(problem) if problem.code() == "crl_encoding"), "{error:?}");
        let index = CrlIndex::open(&directory).unwrap();
        assert_eq!((index.damaged().count(), index.iter().count()), (0, 1), "{what}");
        assert_eq!(bench.crl().index(&index).unwrap(), before, "{what}");
    });
}

#[test]
fn ocsp_answers() {
    let bench = Bench::new();
    let issuer = bench.anchors.iter().next().unwrap();
    let request = OcspRequest::new(&bench.certificate, issuer, CertIdHash::Sha1, None).into_der();
    let good = OcspResponder::new(authority()).unwrap().answer(&request, NOW.0);
    let policy = OcspPolicy {
        max_age: MaxAge::THIRTY_MINUTES,
        nonce: NoncePolicy::NotSent,
        clock_skew: ClockSkew::FIVE_MINUTES,
    };
    instead_of(&good, |what, input| {
        let answer = check_ocsp(input, &bench.certificate, issuer, &RustCrypto, &policy, NOW);
        assert_eq!(answer.unwrap_err().code(), "ocsp_encoding", "{what}");
    });
}

#[test]
fn evidence_records() {
    let bench = Bench::new();
    let signature = SignatureInput::Raw { certificate: bench.certificate.as_der(), signature: &[1; 256] };
    let submission = Submission::new(Document::Bytes(b"document"), signature);
    let report = bench.verifier.check(&submission, ValidationTime::now(NOW));
    let record = EvidenceRecord::new(&bench.verifier, &submission, &report, Retention::EVERYTHING);
    let json = record.to_json();
    instead_of(json.trim_end().as_bytes(), |what, input| {
        assert_eq!(EvidenceRecord::from_json(input).unwrap_err().code(), "evidence_encoding", "{what}");
    });
    let many = format!("{{\"record\":[0{}]}}", ",0".repeat(MANY));
    assert_eq!(EvidenceRecord::from_json(many.as_bytes()).unwrap_err().code(), "evidence_encoding");
    let resident = resident();
    assert!(resident < MAX_RESIDENT, "{resident} KiB");
}

fn sha256() -> Vec<u8> {
    der::sequence(&[der::oid(&[2, 16, 840, 1, 101, 3, 4, 2, 1])])
}

/// A SignerInfo with these signed attributes, made by whoever.
fn signer(attributes: &[u8]) -> Vec<u8> {
    let bench = Bench::new();
    let sid = der::sequence(&[bench.certificate.issuer_der(), &der::tlv(0x02, bench.certificate.serial())]);
    let rsa = der::sequence(&[der::oid(&[1, 2, 840, 113_549, 1, 1, 1]), der::null()]);
    let attributes = if attributes.is_empty() { Vec::new() } else { der::constructed(0xA0, &[attributes]) };
    let signature = der::octet_string(&[1; 256]);
    der::sequence(&[der::integer(1), sid, sha256(), attributes, rsa, signature])
}

fn content_info(certificates: &[u8], signers: &[u8]) -> Vec<u8> {
    let pkcs7 = |last| der::oid(&[1, 2, 840, 113_549, 1, 7, last]);
    let certificates =
        if certificates.is_empty() { Vec::new() } else { der::constructed(0xA0, &[certificates]) };
    let signed_data = der::sequence(&[
        der::integer(1),
        der::set(&[sha256()]),
        der::sequence(&[pkcs7(1)]),
        certificates,
        der::constructed(0x31, &[signers]),
    ]);
    der::sequence(&[pkcs7(2), der::constructed(0xA0, &[signed_data])])
}
