//! What must be accepted, so that a verifier that refuses everything fails; and what is plainly revoked.

use kazasu_cert::{Certificate, HashAlgorithm, SignedDataDraft, UnixTime};
use kazasu_sim::pki::oids;
use kazasu_sim::status_services::{
    CertificateStatus, CrlIssuer, OcspSigner, RevocationReason, SignatureHash,
};
use kazasu_sim::{Generation, KeyName, der};
use kazasu_verify::{Policy, Purpose, Rejection, RevocationReason as Reason, Scheme, SignedAttributesPolicy};

use super::cms::{certificate, question};
use crate::cms::{CmsTemplate, Hash, SIGNING_TIME, SignerTemplate, attribute, signing_certificate};
use crate::status::{
    DAY, Evidence, HOUR, SERIAL, answered, authority, checked, list, now, partition, responder, signed_by,
};
use crate::vector::{CHECKED_FULL, DOCUMENT, POLICY, Vector, key, time};
use crate::{Attack, Expected, Question, Signature};

/// Everything that must be accepted, then what must be rejected as revoked.
pub fn controls() -> Vec<Attack> {
    let accepted = [paths(), encodings(), raw_signatures(), messages(), of_the_sdk(), lists(), answers()];
    let accepted = accepted.concat().into_iter().map(|(title, question)| {
        let attributes = question.purpose == Purpose::Signing && title != TWO_SIGNERS;
        (title, question, Expected::Accepted { attributes })
    });
    accepted
        .chain(revoked())
        .map(|(title, question, expected)| Attack { case: None, title, question, expected })
        .collect()
}

type Control = (String, Question);

/// Whose attributes would they be?
const TWO_SIGNERS: &str = "CMS of two signers";

fn vector(title: &str, purpose: Purpose, change: impl FnOnce(&mut Vector)) -> Control {
    let mut vector = Vector::new(purpose);
    change(&mut vector);
    (title.to_owned(), vector.question())
}

fn paths() -> Vec<Control> {
    let mut all = Vec::new();
    for (purpose, name) in [(Purpose::Signing, "signature"), (Purpose::Authentication, "log-in")] {
        for (generation, year) in [(Generation::G2019, 2019), (Generation::G2023, 2023)] {
            all.push((format!("{name} of generation {year}"), Vector::of(purpose, generation).question()));
        }
        all.push(vector(&format!("{name} of generation 2015, of the past"), purpose, |v| {
            *v = Vector::of(purpose, Generation::G2015);
            v.set_validity("2019-01-01T00:00:00Z", "2023-05-05T14:59:59Z");
            v.at = time("2020-01-01T00:00:00Z");
        }));
        let mut at = |title, at| all.push(vector(&format!("{name}, {title}"), purpose, |v| v.at = time(at)));
        at("first second of the certificate", "2025-10-27T01:35:57Z");
        at("last second of the certificate", "2045-02-17T14:59:59Z");
        at("not yet valid within the clock skew", "2025-10-27T01:30:57Z");
    }
    all
}

fn encodings() -> Vec<Control> {
    let signing = |title, change: fn(&mut Vector)| vector(title, Purpose::Signing, change);
    vec![
        signing("serial number of 20 octets", |v| v.template.serial_number = der::tlv(0x02, &[0x7F; 20])),
        signing("GeneralizedTime from 2050", |v| {
            let times = [der::tlv(0x17, b"251027013557Z"), der::tlv(0x18, b"20500217145959Z")];
            v.template.validity = der::sequence(&times);
        }),
        signing("seventh attribute", |v| {
            let mut attributes = Vector::attributes();
            attributes.push((7, der::utf8("コウノ　イチロウ")));
            v.set_attributes(&attributes);
        }),
    ]
}

fn raw_signatures() -> Vec<Control> {
    let raw = |title, scheme, signature: Vec<u8>| {
        vector(title, Purpose::Signing, |v| {
            v.policy.scheme = scheme;
            v.signature = Some(signature);
        })
    };
    let leaf = key(KeyName::SigningLeaf);
    let bare = leaf.sign_padded(&Hash::Sha256.digest(DOCUMENT)).unwrap();
    vec![
        raw("raw signature with SHA-384", Scheme::Pkcs1, Hash::Sha384.sign(&leaf, DOCUMENT)),
        raw("raw signature with SHA-512", Scheme::Pkcs1, Hash::Sha512.sign(&leaf, DOCUMENT)),
        raw("bare hash where one is expected", Scheme::BareHash, bare),
    ]
}

fn messages() -> Vec<Control> {
    let message = |title: &str, change: fn(&mut CmsTemplate)| {
        let mut cms = CmsTemplate::new(&certificate());
        change(&mut cms);
        (title.to_owned(), question(&cms))
    };
    let mut all = vec![
        message("detached CMS", |_| {}),
        message("attached CMS", |cms| cms.content = Some(DOCUMENT.to_vec())),
        message("CMS by subjectKeyIdentifier", |cms| {
            cms.signer().sid = der::tlv(0x80, &key(KeyName::SigningLeaf).key_identifier());
        }),
        message("CMS with SHA-512", |cms| {
            cms.signer().set_hash(Hash::Sha512);
            cms.signer().signature_algorithm = Hash::Sha512.with_rsa();
        }),
        message("CMS with signing time and signing-certificate-v2", |cms| {
            let time = attribute(SIGNING_TIME, &[der::tlv(0x17, b"260401000000Z")]);
            let own = signing_certificate(Hash::Sha256, &certificate());
            let attributes = cms.signer().attributes.as_mut().unwrap();
            attributes.extend([time, own]);
            attributes.sort();
        }),
        message("CMS with signed attributes out of order", |cms| {
            cms.signer().attributes.as_mut().unwrap().reverse();
        }),
        message("CMS with other certificates before the signer's", |cms| {
            cms.certificates.insert(0, Vector::new(Purpose::Authentication).certificate());
        }),
        message(TWO_SIGNERS, |cms| {
            let mut other = Vector::of(Purpose::Signing, Generation::G2019);
            other.template.set_serial(77);
            let other = other.certificate();
            cms.signers.push(SignerTemplate::new(&other));
            cms.certificates.push(other);
        }),
    ];
    let mut cms = CmsTemplate::new(&certificate());
    cms.certificates.clear();
    let beside = Question { certificate: Some(certificate()), ..question(&cms) };
    all.push(("CMS without certificates, the certificate beside it".to_owned(), beside));
    let mut cms = CmsTemplate::new(&certificate());
    cms.signer().attributes = None;
    let optional = Policy { signed_attributes: SignedAttributesPolicy::Optional, ..POLICY };
    let without = Question { policy: optional, ..question(&cms) };
    all.push(("CMS without signed attributes where none are demanded".to_owned(), without));
    all
}

/// What the SDK itself writes.
fn of_the_sdk() -> Vec<Control> {
    let vector = Vector::new(Purpose::Signing);
    let certificate = Certificate::from_der(&vector.certificate()).unwrap();
    let content = HashAlgorithm::Sha256.digest(DOCUMENT);
    let draft = || SignedDataDraft::new(&certificate, &content, Some(vector.at)).unwrap();
    let signature = vector.holder_key.sign_padded(&draft().digest_to_sign().digest_info()).unwrap();
    let cms = |bytes| Question { signature: Signature::Cms(bytes), certificate: None, ..vector.question() };
    vec![
        ("detached CMS as the SDK writes it".to_owned(), cms(draft().into_detached(&signature).unwrap())),
        (
            "attached CMS as the SDK writes it".to_owned(),
            cms(draft().into_attached(DOCUMENT, &signature).unwrap()),
        ),
    ]
}

fn with(purpose: Purpose, evidence: impl FnOnce(&Vector) -> Vec<Evidence>) -> Question {
    let vector = checked(purpose);
    Question { evidence: evidence(&vector), ..vector.question() }
}

fn own_list(vector: &Vector) -> Evidence {
    signed_by(&list(vector), authority(vector.purpose, Generation::G2023))
}

fn lists() -> Vec<Control> {
    let other_generation = |v: &Vector| {
        let other = authority(v.purpose, Generation::G2019);
        let list = CrlIssuer::new(other).partition(&partition(v), 7, now() - HOUR, now() + DAY).unwrap();
        vec![signed_by(&list, other)]
    };
    let others_revoked = |v: &Vector| {
        let mut list = list(v);
        for serial in [1, SERIAL - 1, SERIAL + 1] {
            list.revoke(serial, now() - DAY, Some(RevocationReason::Superseded)).unwrap();
        }
        vec![signed_by(&list, authority(v.purpose, Generation::G2023))]
    };
    let everything = |v: &Vector| {
        let mut list = list(v);
        assert!(list.remove_extension(&oids::issuing_distribution_point()));
        vec![signed_by(&list, authority(v.purpose, Generation::G2023))]
    };
    let full = Question { policy: CHECKED_FULL, ..with(Purpose::Signing, everything) };
    vec![
        ("good by CRL".to_owned(), with(Purpose::Signing, |v| vec![own_list(v)])),
        ("good by CRL, log-in".to_owned(), with(Purpose::Authentication, |v| vec![own_list(v)])),
        ("others on the CRL".to_owned(), with(Purpose::Signing, others_revoked)),
        ("CRL signed by another generation".to_owned(), with(Purpose::Signing, other_generation)),
        ("list of everything where one is expected".to_owned(), full),
    ]
}

fn answers() -> Vec<Control> {
    let by_the_ca = |v: &Vector| {
        let mut responder = responder(v);
        responder.signer = OcspSigner::authority(authority(v.purpose, Generation::G2023));
        vec![answered(v, &responder)]
    };
    let sha512 = |v: &Vector| {
        let mut responder = responder(v);
        responder.signer.hash = SignatureHash::Sha512;
        vec![answered(v, &responder)]
    };
    let others_first = |v: &Vector| {
        let mut responder = responder(v);
        responder.others_first = vec![1, 2, 3];
        responder.otherwise = CertificateStatus::Unknown;
        responder.statuses.insert(SERIAL, CertificateStatus::Good);
        vec![answered(v, &responder)]
    };
    let good = |v: &Vector| vec![answered(v, &responder(v))];
    vec![
        ("good by OCSP".to_owned(), with(Purpose::Signing, good)),
        ("good by OCSP, log-in".to_owned(), with(Purpose::Authentication, good)),
        ("OCSP answer signed by the CA".to_owned(), with(Purpose::Signing, by_the_ca)),
        ("OCSP answer signed with SHA-512".to_owned(), with(Purpose::Signing, sha512)),
        ("OCSP answer about others first".to_owned(), with(Purpose::Signing, others_first)),
        (
            "good by CRL and by OCSP".to_owned(),
            with(Purpose::Signing, |v| vec![own_list(v), answered(v, &responder(v))]),
        ),
    ]
}

fn revoked() -> Vec<(String, Question, Expected)> {
    let since = now() - DAY;
    let mut all = Vec::new();
    for (ours, why, word) in [
        (RevocationReason::KeyCompromise, Reason::KeyCompromise, "revoked"),
        (RevocationReason::CertificateHold, Reason::CertificateHold, "on hold"),
    ] {
        let expected =
            || Expected::Rejected(Rejection::Revoked { since: UnixTime(since), reason: Some(why) });
        let by_list = |v: &Vector| {
            let mut list = list(v);
            list.revoke(SERIAL, since, Some(ours)).unwrap();
            vec![signed_by(&list, authority(v.purpose, Generation::G2023))]
        };
        let by_answer = |v: &Vector| {
            let mut responder = responder(v);
            responder.otherwise = CertificateStatus::Revoked { at: since, reason: Some(ours) };
            vec![answered(v, &responder)]
        };
        for (purpose, name) in [(Purpose::Signing, "signature"), (Purpose::Authentication, "log-in")] {
            all.push((format!("{word} by CRL, {name}"), with(purpose, by_list), expected()));
            all.push((format!("{word} by OCSP, {name}"), with(purpose, by_answer), expected()));
        }
    }
    all
}
