//! Evidence about revocation: right for the vectors until a part is made wrong.

use kazasu_cert::Certificate;
use kazasu_sim::status_services::{CrlIssuer, CrlTemplate, OcspResponder};
use kazasu_sim::{CertificateAuthority, Generation};
use kazasu_verify::{
    CertIdHash, EvidenceKind, OcspNonce, OcspRequest, Purpose, Report, RevocationEvidence, Verdict,
};

use super::{CHECKED, NOW, Vector, anchors, pki, sim, time};

/// The serial number of every leaf of the test PKI.
pub const SERIAL: u64 = 2_025_991;

pub const NONCE: OcspNonce = [0x5A; 32];

pub const HOUR: i64 = 3_600;
pub const DAY: i64 = 24 * HOUR;

/// What a test hands over.
#[derive(Clone, Debug)]
pub enum Evidence {
    Crl(Vec<u8>),
    Ocsp(Vec<u8>, Option<OcspNonce>),
    NotReceived(EvidenceKind),
}

impl Evidence {
    pub fn borrow(&self) -> RevocationEvidence<'_> {
        match self {
            Self::Crl(crl) => RevocationEvidence::Crl(crl),
            Self::Ocsp(response, nonce) => RevocationEvidence::Ocsp { response, nonce: *nonce },
            Self::NotReceived(kind) => RevocationEvidence::NotReceived(*kind),
        }
    }
}

pub fn now() -> i64 {
    time(NOW).0
}

/// A vector where revocation counts.
pub fn checked(purpose: Purpose) -> Vector {
    Vector { policy: CHECKED, ..Vector::new(purpose) }
}

pub fn authority(purpose: Purpose, generation: Generation) -> &'static CertificateAuthority {
    pki().authority(sim(purpose), generation)
}

/// The partition of the certificate: the DER of its distribution point's name.
pub fn partition(vector: &Vector) -> Vec<u8> {
    let certificate = Certificate::from_der(&vector.certificate()).unwrap();
    let points = certificate.crl_distribution_points().unwrap().unwrap();
    points.value[0].directory_name_der().unwrap().to_vec()
}

/// The partition's list of an hour ago, valid for a day: empty, number 7.
pub fn list(vector: &Vector) -> CrlTemplate {
    list_of(vector, 7, now() - HOUR)
}

pub fn list_of(vector: &Vector, number: u64, this_update: i64) -> CrlTemplate {
    let issuer = CrlIssuer::new(authority(vector.purpose, Generation::G2023));
    issuer.partition(&partition(vector), number, this_update, this_update + DAY).unwrap()
}

pub fn signed(list: &CrlTemplate) -> Evidence {
    signed_by(list, authority(Purpose::Signing, Generation::G2023))
}

pub fn signed_by(list: &CrlTemplate, authority: &CertificateAuthority) -> Evidence {
    Evidence::Crl(list.sign(authority.key()).unwrap())
}

/// The request about the vector's certificate, with [`NONCE`].
pub fn request(vector: &Vector) -> Vec<u8> {
    let certificate = Certificate::from_der(&vector.certificate()).unwrap();
    let anchors = anchors(vector.purpose);
    let key_identifier = authority(vector.purpose, Generation::G2023).key().key_identifier();
    let issuer = anchors.iter().find(|anchor| anchor.key_identifier() == key_identifier).unwrap();
    OcspRequest::new(&certificate, issuer, CertIdHash::Sha1, Some(&NONCE)).into_der()
}

pub fn responder(vector: &Vector) -> OcspResponder {
    OcspResponder::new(authority(vector.purpose, Generation::G2023)).unwrap()
}

/// What a responder answers right now.
pub fn answered(vector: &Vector, responder: &OcspResponder) -> Evidence {
    Evidence::Ocsp(responder.answer(&request(vector), now()), Some(NONCE))
}

/// Neither yes nor no, and this code among the reasons.
#[track_caller]
pub fn assert_open(report: &Report, code: &str, what: &str) {
    assert_eq!(report.errors, [], "{what}");
    assert_eq!(report.verdict, Verdict::Indeterminate, "{what}");
    assert!(report.attributes.is_none(), "{what}");
    let codes = report.codes();
    assert_eq!((codes.first(), codes.last()), (Some(&code), Some(&"indeterminate")), "{what}: {codes:?}");
}
