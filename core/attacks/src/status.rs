//! Evidence about revocation: right for the vectors until a part is made wrong.

use kazasu_cert::Certificate;
use kazasu_sim::status_services::{CrlIssuer, CrlTemplate, OcspResponder};
use kazasu_sim::{CertificateAuthority, Generation};
use kazasu_verify::{CertIdHash, EvidenceKind, OcspNonce, OcspRequest, Purpose, RevocationEvidence};

use crate::vector::{CHECKED, NOW, Vector, anchors, pki, sim, time};

/// The serial number of every leaf of the test PKI.
pub const SERIAL: u64 = 2_025_991;

/// The nonce of each request.
pub const NONCE: OcspNonce = [0x5A; 32];

/// In seconds.
pub const HOUR: i64 = 3_600;
/// In seconds.
pub const DAY: i64 = 24 * HOUR;

/// A piece of evidence.
#[derive(Clone, Debug)]
pub enum Evidence {
    /// A CRL.
    Crl(Vec<u8>),
    /// An OCSP answer, and the nonce of the request if that is known.
    Ocsp(Vec<u8>, Option<OcspNonce>),
    /// Nothing came.
    NotReceived(EvidenceKind),
}

impl Evidence {
    /// As the verifier takes it.
    pub fn borrow(&self) -> RevocationEvidence<'_> {
        match self {
            Self::Crl(crl) => RevocationEvidence::Crl(crl),
            Self::Ocsp(response, nonce) => RevocationEvidence::Ocsp { response, nonce: *nonce },
            Self::NotReceived(kind) => RevocationEvidence::NotReceived(*kind),
        }
    }
}

/// [`NOW`] in seconds since 1970-01-01T00:00:00Z.
pub fn now() -> i64 {
    time(NOW).0
}

/// A vector where revocation counts.
pub fn checked(purpose: Purpose) -> Vector {
    Vector { policy: CHECKED, ..Vector::new(purpose) }
}

/// The authority of a purpose and generation.
pub fn authority(purpose: Purpose, generation: Generation) -> &'static CertificateAuthority {
    pki().authority(sim(purpose), generation)
}

/// The partition of the certificate: the DER of its distribution point's name.
pub fn partition(vector: &Vector) -> Vec<u8> {
    let certificate = Certificate::from_der(&vector.certificate()).expect("a certificate");
    let points = certificate.crl_distribution_points().expect("readable").expect("in the profile");
    points.value[0].directory_name_der().expect("a directory name").to_vec()
}

/// The partition's list of an hour ago, valid for a day: empty, number 7.
pub fn list(vector: &Vector) -> CrlTemplate {
    list_of(vector, 7, now() - HOUR)
}

/// The same with another number and time.
pub fn list_of(vector: &Vector, number: u64, this_update: i64) -> CrlTemplate {
    let issuer = CrlIssuer::new(authority(vector.purpose, Generation::G2023));
    issuer.partition(&partition(vector), number, this_update, this_update + DAY).expect("a time")
}

/// Signed by the authority for signing certificates.
pub fn signed(list: &CrlTemplate) -> Evidence {
    signed_by(list, authority(Purpose::Signing, Generation::G2023))
}

/// Signed by an authority.
pub fn signed_by(list: &CrlTemplate, authority: &CertificateAuthority) -> Evidence {
    Evidence::Crl(list.sign(authority.key()).expect("any list can be signed"))
}

/// The request about the vector's certificate, with [`NONCE`].
pub fn request(vector: &Vector) -> Vec<u8> {
    let certificate = Certificate::from_der(&vector.certificate()).expect("a certificate");
    let anchors = anchors(vector.purpose);
    let key_identifier = authority(vector.purpose, Generation::G2023).key().key_identifier();
    let issuer = anchors.iter().find(|anchor| anchor.key_identifier() == key_identifier).expect("an anchor");
    OcspRequest::new(&certificate, issuer, CertIdHash::Sha1, Some(&NONCE)).into_der()
}

/// The responder of the vector's authority.
pub fn responder(vector: &Vector) -> OcspResponder {
    OcspResponder::new(authority(vector.purpose, Generation::G2023)).expect("the key is embedded")
}

/// What a responder answers right now.
pub fn answered(vector: &Vector, responder: &OcspResponder) -> Evidence {
    Evidence::Ocsp(responder.answer(&request(vector), now()), Some(NONCE))
}
