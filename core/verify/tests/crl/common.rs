//! A certificate of the test PKI, its partition, and lists that are right until a part is made wrong.

use std::sync::LazyLock;

use kazasu_cert::{Certificate, RustCrypto, UnixTime};
use kazasu_sim::pki::profile;
use kazasu_sim::status_services::{CrlIssuer, CrlTemplate};
use kazasu_sim::{CertificateAuthority, Generation, Persona, TestPki};
use kazasu_verify::{
    CrlAnswer, CrlCheck, CrlIngest, CrlProblem, CrlScope, CrlStatus, IngestError, IngestReport, Purpose,
    RevocationReason, RevokedEntry, TrustAnchors,
};

pub const SIGNING: kazasu_sim::Purpose = kazasu_sim::Purpose::Signing;

/// 2026-04-01T00:00:00Z.
pub const NOW: i64 = 1_775_001_600;
pub const HOUR: i64 = 3_600;
pub const DAY: i64 = 24 * HOUR;

/// The serial number of [`leaf`].
pub const SERIAL: u64 = 2_025_991;

pub static ANCHORS: LazyLock<TrustAnchors> = LazyLock::new(|| {
    let ders = TestPki::shared().unwrap().anchors_der(SIGNING);
    TrustAnchors::test(Purpose::Signing, ders).unwrap()
});

pub static LEAF: LazyLock<Certificate> = LazyLock::new(|| leaf(|_| ()));

/// A certificate after a change, signed.
pub fn leaf(change: impl FnOnce(&mut kazasu_sim::CertificateTemplate)) -> Certificate {
    let holder = Persona::named("ichiro").unwrap().holder;
    let pki = TestPki::shared().unwrap();
    let mut template = pki.leaf(SIGNING, Generation::G2023, &holder).unwrap();
    change(&mut template);
    Certificate::from_der(&template.sign(authority(Generation::G2023).key()).unwrap()).unwrap()
}

pub fn authority(generation: Generation) -> &'static CertificateAuthority {
    TestPki::shared().unwrap().authority(SIGNING, generation)
}

pub fn partition() -> Vec<u8> {
    let holder = Persona::named("ichiro").unwrap().holder;
    profile::partition_name(SIGNING, &holder.prefecture, &holder.municipality)
}

pub fn other_partition() -> Vec<u8> {
    profile::partition_name(SIGNING, "Osaka-fu", "Sakai-shi")
}

/// The list of the certificate's partition: empty, issued at `this_update`, valid for a day.
pub fn list(number: u64, this_update: i64) -> CrlTemplate {
    list_of(&partition(), number, this_update)
}

pub fn list_of(partition: &[u8], number: u64, this_update: i64) -> CrlTemplate {
    CrlIssuer::new(authority(Generation::G2023))
        .partition(partition, number, this_update, this_update + DAY)
        .unwrap()
}

/// A list of everything.
pub fn full_list(number: u64, this_update: i64) -> CrlTemplate {
    CrlIssuer::new(authority(Generation::G2023)).full(number, this_update, this_update + DAY).unwrap()
}

pub fn signed(list: &CrlTemplate) -> Vec<u8> {
    list.sign(authority(Generation::G2023).key()).unwrap()
}

pub fn check_at(at: i64) -> CrlCheck<'static> {
    CrlCheck {
        certificate: &LEAF,
        anchors: &ANCHORS,
        crypto: &RustCrypto,
        scope: CrlScope::Partition,
        at: UnixTime(at),
        seen: None,
    }
}

pub fn ask(list: &[u8]) -> Result<CrlStatus, CrlProblem> {
    status(check_at(NOW).list(list))
}

pub fn status(answer: Result<CrlAnswer, CrlProblem>) -> Result<CrlStatus, CrlProblem> {
    answer.map(|answer| answer.status)
}

/// A revocation as (date, reason), as it is found again.
pub fn revoked(found: Result<CrlStatus, CrlProblem>) -> (i64, Option<RevocationReason>) {
    match found {
        Ok(CrlStatus::Revoked(RevokedEntry { revocation_date, reason, .. })) => (revocation_date.0, reason),
        other => panic!("{other:?}"),
    }
}

pub fn ingest_at(at: i64) -> CrlIngest<'static> {
    CrlIngest { anchors: &ANCHORS, crypto: &RustCrypto, scope: CrlScope::Full, at: UnixTime(at) }
}

pub fn ingest(list: &CrlTemplate, directory: &std::path::Path) -> Result<IngestReport, IngestError> {
    ingest_at(NOW).ingest(&signed(list)[..], directory)
}
