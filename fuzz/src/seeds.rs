//! The inputs the fuzzers begin with, all of them about invented people.
//!
//! `cargo run --example seeds` writes them to `seeds/`; a test compares them with what is there.

use kazasu_cert::{HashAlgorithm, SignedDataDraft, UnixTime};
use kazasu_sim::pki::profile;
use kazasu_sim::status_services::{
    CertificateStatus, CrlIssuer, CrlTemplate, ErrorStatus, OcspResponder, OcspSigner, RevocationReason,
};
use kazasu_sim::{CertificateAuthority, CertificateTemplate, Generation, Persona, Purpose, TestPki, der};
use kazasu_verify::{
    CertIdHash, Document, EvidenceRecord, OcspRequest, Retention, RevocationEvidence, SignatureInput,
    Submission, ValidationTime,
};

use crate::attributes::{ORDER, SEPARATOR};
use crate::card_session::{Act, FLOWS, Flow, option, script};
use crate::verifier::{Choice, DOCUMENT, NOW};
use crate::{cms, crl, evidence, ocsp, verifier};

/// One input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seed {
    /// Its file name.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

fn seed(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Seed {
    Seed { name: name.into(), bytes: bytes.into() }
}

/// The target's name, and the function behind it.
pub type Target = (&'static str, fn(&[u8]), fn() -> Vec<Seed>);

/// Every target with its seeds.
pub const TARGETS: [Target; 8] = [
    ("apdu_response", crate::apdu_response::run, apdu_response),
    ("attributes", crate::attributes::run, attributes),
    ("card_session", crate::card_session::run, card_session),
    ("certificate", crate::certificate::run, certificate),
    ("cms", cms::run, signed_data),
    ("crl", crl::run, revocation_lists),
    ("evidence", evidence::run, evidence_records),
    ("ocsp", ocsp::run, ocsp_answers),
];

fn apdu_response() -> Vec<Seed> {
    vec![
        seed("word", [0x90, 0x00]),
        seed("tries", [0x63, 0xC3]),
        seed("more", [0x30, 0x82, 0x06, 0x36, 0x30, 0x82, 0x61, 0x10]),
        seed("half-a-word", [0x90]),
        seed("long-length", [0x30, 0x84, 0x00, 0x01, 0x00, 0x00, 0x62, 0x82]),
        seed("longest-length", [0x30, 0x84, 0x0F, 0xFF, 0xFF, 0xFF, 0xFF, 0x63]),
    ]
}

fn leaf(persona: &str, purpose: Purpose) -> CertificateTemplate {
    let holder = Persona::named(persona).unwrap().holder;
    TestPki::shared().unwrap().leaf(purpose, Generation::G2023, &holder).unwrap()
}

fn sign(template: &CertificateTemplate, purpose: Purpose) -> Vec<u8> {
    let ca = TestPki::shared().unwrap().authority(purpose, Generation::G2023);
    template.sign(ca.key()).unwrap()
}

fn certificate() -> Vec<Seed> {
    let mut elliptic = leaf("ichiro", Purpose::Signing);
    let algorithm =
        der::sequence(&[der::oid(&[1, 2, 840, 10045, 2, 1]), der::oid(&[1, 2, 840, 10045, 3, 1, 7])]);
    elliptic.subject_public_key_info = der::sequence(&[algorithm, der::bit_string(0, &[4; 65])]);
    let mut late = leaf("hanako", Purpose::Signing);
    late.validity = der::sequence(&[
        kazasu_sim::pki::utc_time(1_761_528_957).unwrap(),
        der::tlv(0x18, b"20550217145959Z"),
    ]);
    vec![
        seed("signing", sign(&leaf("ichiro", Purpose::Signing), Purpose::Signing)),
        seed("authentication", sign(&leaf("ichiro", Purpose::Authentication), Purpose::Authentication)),
        seed("authority", authority().certificate()),
        seed("elliptic-curve", sign(&elliptic, Purpose::Signing)),
        seed("generalized-time", sign(&late, Purpose::Signing)),
    ]
}

fn attributes() -> Vec<Seed> {
    let raw = |name: &str| {
        let names = profile::attributes(&Persona::named(name).unwrap().holder);
        seed(format!("{name}-der"), [&[0], &names[..]].concat())
    };
    let texts = |name: &str, texts: [&str; 6]| {
        let joined = texts.map(str::as_bytes).join(&SEPARATOR);
        assert_eq!(texts.len(), ORDER.len());
        seed(name, [&[1], &joined[..]].concat())
    };
    let address = "東京都霞町架空一丁目２番３号";
    vec![
        raw("ichiro"),
        raw("substitute-characters"),
        texts("texts", ["甲野　一郎", "319800217", "1", address, "00000", "00000000000000"]),
        texts("partial-date", ["JOHN ROE", "319800200", "2", address, "", ""]),
        texts("unknown-date", ["甲野", "000000000", "9", address, "10", "0"]),
        texts("no-such-date", ["\u{20BB7}野　花子", "419990229", "2", address, "10000", ""]),
    ]
}

fn card_session() -> Vec<Seed> {
    const PHONE: u8 = option::RECOGNISE_CARD | option::EXTENDED_LENGTH | option::FLOOR;
    let mut seeds: Vec<_> =
        FLOWS.into_iter().map(|flow| seed(format!("{flow:?}"), script(flow, PHONE, "ichiro", &[]))).collect();
    let mut add = |name: &str, flow, bits, card: &str, acts: &[Act]| {
        seeds.push(seed(name, script(flow, bits, card, acts)));
    };
    add("short-reads", Flow::OpenAccount, PHONE, "hanako", &[]);
    add("get-response", Flow::ReadSigning, option::RECOGNISE_CARD, "gets-61xx", &[]);
    add("phone", Flow::Authenticate, PHONE, "android-phone", &[]);
    add("pin-per-signature", Flow::SignThree, PHONE, "consent-per-signature", &[]);
    add("last-try", Flow::OpenAccount, PHONE | option::EVEN_IF_LAST_TRY, "last-try", &[]);
    add("no-counter", Flow::Authenticate, PHONE | option::EVEN_IF_LAST_TRY, "tries-9000", &[]);
    add("wrong", Flow::OpenAccount, PHONE | option::WRONG_SECRET, "ichiro", &[]);
    add("selected", Flow::OpenAccount, PHONE | option::APPLICATION_SELECTED, "ichiro", &[]);
    let lost_in_verify = [Act::Truthful, Act::Truthful, Act::Truthful, Act::LostAfter];
    add("lost-in-verify", Flow::OpenAccount, PHONE, "ichiro", &lost_in_verify);
    let lost_after_verify = [&[const { Act::Truthful }; 4][..], &[Act::LostBefore]].concat();
    add("lost-after-verify", Flow::OpenAccount, PHONE, "ichiro", &lost_after_verify);
    let cancelled = [Act::Truthful, Act::Truthful, Act::Truthful, Act::Truthful, Act::Cancel];
    add("cancelled", Flow::OpenAccount, PHONE, "ichiro", &cancelled);
    let odd = [Act::Truthful, Act::Status(0x6700), Act::StatusAfter(0x9000), Act::DataWith(0x6282)];
    add("odd-words", Flow::ReadAuthentication, PHONE, "ichiro", &odd);
    let garbled =
        [Act::Truthful, Act::Truncate(1), Act::Append(3, 0xA5), Act::FlipBit(9), Act::Literal(vec![0x90])];
    add("garbled", Flow::SignCms, PHONE, "ichiro", &garbled);
    let endless = [Act::Truthful, Act::CertificateHead([0x0F, 0xFF], 7), Act::Long(1), Act::Status(0x6101)];
    add("endless", Flow::ReadSigningCa, PHONE | option::REPEAT, "ichiro", &endless);
    add("refused", Flow::ReadSigningCa, PHONE, "ichiro", &[Act::Truthful, Act::Refused, Act::WarmReset]);
    seeds
}

fn with_options(name: &str, options: u8, der: &[u8]) -> Seed {
    seed(name, [&[options], der].concat())
}

fn signed_data() -> Vec<Seed> {
    let parsed = verifier::certificate(kazasu_verify::Purpose::Signing);
    let certificate = parsed.as_der();
    let key = TestPki::shared().unwrap().leaf_key(Purpose::Signing);
    let content = HashAlgorithm::Sha256.digest(DOCUMENT);
    let draft = SignedDataDraft::new(parsed, &content, Some(UnixTime(1_775_000_000))).unwrap();
    let signature = key.sign_padded(&draft.digest_to_sign().digest_info()).unwrap();
    let detached = draft.clone().into_detached(&signature).unwrap();
    let attached = draft.into_attached(DOCUMENT, &signature).unwrap();

    let name_and_number = der::sequence(&[parsed.issuer_der(), &der::tlv(0x02, parsed.serial())]);
    let key_identifier = der::tlv(0x80, &key.key_identifier());
    let direct = key.sign_sha256(DOCUMENT).unwrap();
    let signer = |version, sid: &[u8]| signer_info(version, sid, &direct);
    let one = [signer(1, &name_and_number)];
    let two = [signer(1, &name_and_number), signer(3, &key_identifier)];
    let optional = Choice::ACCEPTS_ALL | Choice::ATTRIBUTES_OPTIONAL;
    vec![
        with_options("detached", Choice::ACCEPTS_ALL, &detached),
        with_options("attached", Choice::ACCEPTS_ALL | cms::DIGESTS, &attached),
        with_options("no-attributes", optional, &content_info(certificate, &one)),
        with_options("two-signers", optional, &content_info(certificate, &two)),
        with_options("certificate-apart", optional | cms::SEPARATE_CERTIFICATE, &content_info(&[], &one)),
        with_options("ber", optional, &indefinite(&content_info(certificate, &one))),
    ]
}

fn sha256() -> Vec<u8> {
    der::sequence(&[der::oid(&[2, 16, 840, 1, 101, 3, 4, 2, 1])])
}

fn signer_info(version: u64, sid: &[u8], signature: &[u8]) -> Vec<u8> {
    let rsa = der::sequence(&[der::oid(&[1, 2, 840, 113_549, 1, 1, 1]), der::null()]);
    der::sequence(&[&der::integer(version), sid, &sha256(), &rsa, &der::octet_string(signature)])
}

fn content_info(certificates: &[u8], signers: &[Vec<u8>]) -> Vec<u8> {
    let pkcs7 = |last| der::oid(&[1, 2, 840, 113_549, 1, 7, last]);
    let certificates =
        if certificates.is_empty() { Vec::new() } else { der::constructed(0xA0, &[certificates]) };
    let signed_data = der::sequence(&[
        der::integer(1),
        der::set(&[sha256()]),
        der::sequence(&[pkcs7(1)]),
        certificates,
        der::set(signers),
    ]);
    der::sequence(&[pkcs7(2), der::constructed(0xA0, &[signed_data])])
}

/// The outermost element with its length left open, as some writers do.
fn indefinite(der: &[u8]) -> Vec<u8> {
    [&[0x30, 0x80], &der[4..], &[0, 0]].concat()
}

/// Of [`verifier::certificate`].
const SERIAL: u64 = 2_025_991;

fn authority() -> &'static CertificateAuthority {
    TestPki::shared().unwrap().authority(Purpose::Signing, Generation::G2023)
}

fn partition(number: u64, this_update: i64) -> CrlTemplate {
    let points = verifier::certificate(kazasu_verify::Purpose::Signing).crl_distribution_points();
    let points = points.unwrap().unwrap().value;
    let name = points[0].directory_name_der().unwrap();
    let mut list =
        CrlIssuer::new(authority()).partition(name, number, this_update, this_update + 172_800).unwrap();
    for (serial, reason) in [(2_000_001, None), (2_000_003, Some(RevocationReason::CertificateHold))] {
        list.revoke(serial, NOW.0 - 500_000, reason).unwrap();
    }
    list
}

fn revocation_lists() -> Vec<Seed> {
    const PIECES: u8 = Choice::ACCEPTS_ALL | crl::PIECES;
    const INDEX: u8 = Choice::ACCEPTS_ALL | crl::INDEX;
    let make = |name, options, list: &CrlTemplate| {
        with_options(name, options, &list.sign(authority().key()).unwrap())
    };
    let good = partition(7, NOW.0 - 3_600);
    let mut revoked = good.clone();
    revoked.revoke(SERIAL, NOW.0 - 90_000, Some(RevocationReason::KeyCompromise)).unwrap();
    let full = CrlIssuer::new(authority()).full(7, NOW.0 - 3_600, NOW.0 + 3_600).unwrap();
    let mut delta = good.clone();
    delta.set_delta(6);
    vec![
        make("good", INDEX, &good),
        make("revoked", INDEX, &revoked),
        make("issued-later", PIECES | crl::EARLIER, &revoked),
        make("verdict", Choice::ACCEPTS_ALL, &revoked),
        make("full", INDEX | crl::FULL, &full),
        make("delta", PIECES, &delta),
    ]
}

fn ocsp_answers() -> Vec<Seed> {
    let choice = Choice(Choice::ACCEPTS_ALL);
    let leaf = verifier::certificate(choice.purpose());
    let ask = |nonce| OcspRequest::new(leaf, ocsp::issuer(choice), CertIdHash::Sha1, nonce).into_der();
    let responder = OcspResponder::new(authority()).unwrap();
    let saying = |change: &dyn Fn(&mut OcspResponder)| {
        let mut responder = responder.clone();
        change(&mut responder);
        responder
    };
    let hold = saying(&|r| _ = r.statuses.insert(SERIAL, CertificateStatus::hold(NOW.0 - 3_600)));
    let unknown = saying(&|r| r.otherwise = CertificateStatus::Unknown);
    let own_key = saying(&|r| r.signer = OcspSigner::authority(authority()));
    let several = saying(&|r| r.others_first = vec![1, 2]);
    let make = |name, options, nonce, responder: &OcspResponder| {
        with_options(name, options, &responder.answer(&ask(nonce), NOW.0))
    };
    vec![
        make("good", ocsp::NONCE_REQUIRED, Some(&ocsp::NONCE), &responder),
        make("hold", ocsp::NONCE_IF_PRESENT, None, &hold),
        make("unknown", 0, None, &unknown),
        make("stale", ocsp::LATER, None, &responder),
        make("own-key", 0, None, &own_key),
        make("several", 0, None, &several),
        with_options("try-later", 0, &ErrorStatus::TryLater.to_der()),
    ]
}

fn evidence_records() -> Vec<Seed> {
    let choice = Choice(Choice::ACCEPTS_ALL | Choice::REVOCATION);
    let verifier = evidence::verifier(choice);
    let list = partition(7, NOW.0 - 3_600).sign(authority().key()).unwrap();
    let revocation = [RevocationEvidence::Crl(&list)];
    let certificate = verifier::certificate(choice.purpose()).as_der();
    let signature = SignatureInput::Raw { certificate, signature: &[1; 256] };
    let submission = Submission::new(Document::Bytes(DOCUMENT), signature).with_revocation(&revocation);
    let report = verifier.check(&submission, ValidationTime::now(NOW));
    let record = |retention| EvidenceRecord::new(verifier, &submission, &report, retention);
    let sealed = record(Retention::HASHES).sealed_by(&evidence::seal_key()).unwrap();
    let compact = |name, record: &EvidenceRecord| {
        let json: serde_json::Value = serde_json::from_str(&record.to_json()).unwrap();
        seed(name, json.to_string())
    };
    let mut seeds = vec![compact("everything", &record(Retention::EVERYTHING)), compact("hashes", &sealed)];
    seeds.extend(
        signed_data().into_iter().filter(|seed| ["detached", "two-signers"].contains(&seed.name.as_str())),
    );
    seeds
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use kazasu_cert::Certificate;
    use kazasu_verify::Verdict;

    use super::*;

    fn files(target: &str) -> Vec<Seed> {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target);
        let mut files: Vec<_> = std::fs::read_dir(directory)
            .unwrap()
            .map(|file| {
                let path = file.unwrap().path();
                seed(path.file_name().unwrap().to_string_lossy(), std::fs::read(&path).unwrap())
            })
            .collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        files
    }

    #[test]
    fn the_files_are_what_is_generated_here() {
        for (target, _, generate) in TARGETS {
            let (mut files, mut seeds) = (files(target), generate());
            seeds.sort_by(|a, b| a.name.cmp(&b.name));
            if target == "evidence" {
                // The version of the software stands in them.
                for seed in files.iter_mut().chain(&mut seeds) {
                    seed.bytes.clear();
                }
            }
            assert!(files == seeds, "{target}: run `cargo run --example seeds`");
        }
    }

    #[test]
    fn files_get_to_where_their_names_say() {
        for Seed { name, bytes } in files("cms") {
            let (choice, submission) = cms::submission(&bytes).unwrap();
            assert_eq!(choice.check(&submission, NOW).codes(), [""; 0], "{name}");
        }
        for Seed { name, bytes } in files("certificate") {
            let certificate = Certificate::from_der(&bytes).unwrap();
            assert!(certificate.check_strict_der().is_ok() && certificate.public_key().is_ok(), "{name}");
        }
        for Seed { name, bytes } in files("evidence").iter().filter(|seed| seed.bytes[0] == b'{') {
            assert_eq!(EvidenceRecord::from_json(bytes).unwrap().verdict(), Verdict::Accepted, "{name}");
        }
    }

    #[test]
    fn no_file_is_a_finding() {
        for (target, run, _) in TARGETS {
            for seed in files(target) {
                run(&seed.bytes);
            }
        }
    }
}
