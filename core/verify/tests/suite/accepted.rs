//! What must be accepted, so that the attacks cannot be refused for another reason.

use crate::common::cms::{
    CmsTemplate, Hash, SIGNING_CERTIFICATE_V2, SIGNING_TIME, attribute, content_type, ess_certificates,
    message_digest, signing_certificate,
};
use crate::common::{
    DOCUMENT, NOW, POLICY, Vector, assert_accepted, assert_rejected, check, holder, time, verifier,
};
use kazasu_cert::{Certificate, HashAlgorithm, SignedDataDraft};
use kazasu_sim::pki::oids;
use kazasu_sim::{Extension, Generation, der};
use kazasu_verify::{
    AcceptedHashes, AlgorithmOf, Carrier, Check, CheckResult, Document, Policy, Purpose, Rejection, Scheme,
    SignatureInput, Signed, SignedAttributesPolicy, SignedAttrsProblem, Submission, ValidationTime, Verdict,
    Warning,
};

fn cms_report(policy: Policy, template: &CmsTemplate) -> kazasu_verify::Report {
    let cms = template.build();
    let input = SignatureInput::Cms { cms: &cms, certificate: None };
    check(&verifier(Purpose::Signing, policy), DOCUMENT, input, time(NOW))
}

#[test]
fn both_purposes_and_each_generation() {
    for purpose in Purpose::ALL {
        for generation in [Generation::G2019, Generation::G2023] {
            let report = Vector::of(purpose, generation).report();
            assert_accepted(&report, "raw");
            let [signer] = &report.signers[..] else { panic!("one signer") };
            let year = if generation == Generation::G2019 { "2019" } else { "2023" };
            assert!(signer.anchor.as_ref().unwrap().name.ends_with(year));
            assert_eq!(signer.carrier, Some(Carrier::Card));
            assert_eq!(signer.hash, Some(HashAlgorithm::Sha256));
        }
        let mut oldest = Vector::of(purpose, Generation::G2015);
        oldest.set_validity("2019-01-01T00:00:00Z", "2023-05-05T14:59:59Z");
        oldest.at = time("2020-01-01T00:00:00Z");
        assert_accepted(&oldest.report(), "a signature of the past");
    }
}

#[test]
fn the_attributes_are_those_of_the_holder() {
    let vector = Vector::new(Purpose::Signing);
    let report = vector.report();
    let attributes = report.attributes.unwrap();
    assert_eq!(attributes.name.text, holder().name);
    assert_eq!(attributes.address.text, holder().address);
    assert_eq!(attributes.date_of_birth.known().unwrap().to_string(), "1980-02-17");
    assert_eq!(attributes.certificate().as_der(), vector.certificate());
    assert!(Vector::new(Purpose::Authentication).report().attributes.is_none());
}

#[test]
fn each_hash_and_each_padding_where_it_is_asked_for() {
    let bare = Policy { scheme: Scheme::BareHash, ..POLICY };
    let refused = Rejection::BadSignature(Signed::Document);
    for hash in [Hash::Sha256, Hash::Sha384, Hash::Sha512] {
        let mut vector = Vector::new(Purpose::Signing);
        vector.signature = Some(hash.sign(&vector.holder_key, DOCUMENT));
        assert_accepted(&vector.report(), "DigestInfo");
        vector.policy = bare;
        assert_rejected(&vector.report(), &refused, "DigestInfo where a bare hash is expected");

        vector.signature = Some(vector.holder_key.sign_padded(&hash.digest(DOCUMENT)).unwrap());
        assert_accepted(&vector.report(), "bare hash");
        vector.policy = POLICY;
        assert_rejected(&vector.report(), &refused, "bare hash where DigestInfo is expected");

        if hash != Hash::Sha256 {
            vector.policy.hashes = AcceptedHashes::SHA256;
            vector.signature = Some(hash.sign(&vector.holder_key, DOCUMENT));
            assert_rejected(&vector.report(), &refused, "a hash the policy does not accept");
        }
    }
}

#[test]
fn what_the_sdk_produces() {
    let vector = Vector::new(Purpose::Signing);
    let certificate = Certificate::from_der(&vector.certificate()).unwrap();
    for hash in HashAlgorithm::ALL {
        for signing_time in [None, Some(time("2026-03-31T23:59:00Z")), Some(time("2051-01-01T00:00:00Z"))] {
            let draft = || SignedDataDraft::new(&certificate, &hash.digest(DOCUMENT), signing_time).unwrap();
            let to_sign = draft().digest_to_sign().digest_info();
            let signature = vector.holder_key.sign_padded(&to_sign).unwrap();
            let detached = draft().into_detached(&signature).unwrap();
            let attached = draft().into_attached(DOCUMENT, &signature).unwrap();
            for cms in [detached, attached] {
                let verifier = verifier(Purpose::Signing, POLICY);
                for certificate in [None, Some(certificate.as_der())] {
                    let input = SignatureInput::Cms { cms: &cms, certificate };
                    let report = check(&verifier, DOCUMENT, input, time(NOW));
                    assert_accepted(&report, &format!("{hash} {signing_time:?} {}", cms.len()));
                    assert_eq!(report.signers[0].claimed_signing_time, signing_time);
                    assert_eq!(report.signers[0].hash, Some(hash));
                }
                let detected = SignatureInput::detect(&cms, None);
                assert!(matches!(detected, Some(SignatureInput::Cms { .. })));
            }
        }
    }
}

type Change = Box<dyn Fn(&mut CmsTemplate)>;

#[test]
fn cms_as_others_write_it() {
    let certificate = Vector::new(Purpose::Signing).certificate();
    let issuer_serial = {
        let parsed = Certificate::from_der(&certificate).unwrap();
        let name = der::sequence(&[der::constructed(0xA4, &[parsed.issuer_der()])]);
        der::sequence(&[name, der::tlv(0x02, parsed.serial())])
    };
    let key_identifier = crate::common::key(kazasu_sim::KeyName::SigningLeaf).key_identifier();
    let attributes = |hash, more: Vec<u8>| Some(vec![content_type(), message_digest(hash, DOCUMENT), more]);
    let changes: Vec<(&str, Change)> = vec![
        ("as it is", Box::new(|_| {})),
        ("attached", Box::new(|cms| cms.content = Some(DOCUMENT.to_vec()))),
        ("subjectKeyIdentifier", Box::new(move |cms| cms.signer().sid = der::tlv(0x80, &key_identifier))),
        ("attributes out of order", Box::new(|cms| cms.signer().attributes.as_mut().unwrap().reverse())),
        ("sha256WithRSA", Box::new(|cms| cms.signer().signature_algorithm = Hash::Sha256.with_rsa())),
        (
            "NULL parameters",
            Box::new(|cms| {
                cms.signer().digest_algorithm = der::sequence(&[Hash::Sha256.oid(), der::null()]);
            }),
        ),
        (
            "sha512WithRSA",
            Box::new(|cms| {
                cms.signer().set_hash(Hash::Sha512);
                cms.signer().signature_algorithm = Hash::Sha512.with_rsa();
            }),
        ),
        (
            "signing time",
            Box::new(move |cms| {
                let time = der::tlv(0x17, b"260401000000Z");
                cms.signer().attributes = attributes(Hash::Sha256, attribute(SIGNING_TIME, &[time]));
            }),
        ),
        (
            "unknown attribute",
            Box::new(move |cms| {
                cms.signer().attributes =
                    attributes(Hash::Sha256, attribute(99, &[der::null(), der::null()]));
            }),
        ),
        ("signing-certificate-v2", {
            let certificate = certificate.clone();
            Box::new(move |cms| {
                let more = signing_certificate(Hash::Sha256, &certificate);
                cms.signer().attributes = attributes(Hash::Sha256, more);
            })
        }),
        ("signing-certificate-v2 with SHA-512 and issuerSerial", {
            let certificate = certificate.clone();
            Box::new(move |cms| {
                let value = ess_certificates(Hash::Sha512, &certificate, &issuer_serial);
                let more = attribute(SIGNING_CERTIFICATE_V2, &[value]);
                cms.signer().attributes = attributes(Hash::Sha256, more);
            })
        }),
        (
            "the certificate twice, byte for byte",
            Box::new(|cms| {
                let again = cms.certificates[0].clone();
                cms.certificates.push(again);
            }),
        ),
        (
            "other certificates before it",
            Box::new(|cms| {
                let other = Vector::new(Purpose::Authentication).certificate();
                cms.certificates.insert(0, other);
            }),
        ),
        (
            "an attribute certificate beside it",
            Box::new(|cms| cms.certificates.push(der::constructed(0xA2, &[der::integer(1)]))),
        ),
    ];
    for (what, change) in changes {
        let mut cms = CmsTemplate::new(&certificate);
        change(&mut cms);
        assert_accepted(&cms_report(POLICY, &cms), what);
    }
}

#[test]
fn a_cms_without_certificates_is_served_by_the_one_handed_over() {
    let certificate = Vector::new(Purpose::Signing).certificate();
    let mut cms = CmsTemplate::new(&certificate);
    cms.certificates.clear();
    let cms = cms.build();
    let input = SignatureInput::Cms { cms: &cms, certificate: Some(&certificate) };
    let report = check(&verifier(Purpose::Signing, POLICY), DOCUMENT, input, time(NOW));
    assert_accepted(&report, "certificate aside");
}

#[test]
fn without_signed_attributes_only_if_the_policy_says_so() {
    let certificate = Vector::new(Purpose::Signing).certificate();
    let mut cms = CmsTemplate::new(&certificate);
    cms.signer().attributes = None;
    let optional = Policy { signed_attributes: SignedAttributesPolicy::Optional, ..POLICY };
    assert_accepted(&cms_report(optional, &cms), "detached");
    cms.content = Some(DOCUMENT.to_vec());
    assert_accepted(&cms_report(optional, &cms), "attached");
    assert_eq!(cms_report(POLICY, &cms).verdict, Verdict::Rejected);
}

/// A signature over signed attributes is one over a SET. Of which kinds the attributes are is the signer's business, so
/// nothing that is one SET passes as content that was signed itself.
#[test]
fn no_set_passes_as_content() {
    use crate::common::cms::{Hash, content_type, message_digest};
    let certificate = Vector::new(Purpose::Signing).certificate();
    let optional = Policy { signed_attributes: SignedAttributesPolicy::Optional, ..POLICY };
    let report = |content: &[u8]| {
        let mut cms = CmsTemplate::new(&certificate);
        cms.signer().attributes = None;
        cms.signer().signed_content = content.to_vec();
        let cms = cms.build();
        let input = SignatureInput::Cms { cms: &cms, certificate: None };
        check(&verifier(Purpose::Signing, optional), content, input, time(NOW))
    };
    // A value with a tag of two bytes, which is not read here.
    let odd = der::sequence(&[der::oid(&[1, 2, 3, 4]), der::set(&[vec![0x9F, 0x1F, 0x01, 0x00]])]);
    let mut all = vec![content_type(), message_digest(Hash::Sha256, b"other"), odd];
    all.sort();
    let problem = Rejection::SignedAttrs(SignedAttrsProblem::AttributesAsContent);
    for content in [
        der::set(&all),
        vec![0x31, 0x80, 0x30, 0x00, 0x00, 0x00],
        vec![0x31, 0x82, 0x00, 0x02, 0x30, 0x00],
        der::set(&[vec![0x9F, 0x81, 0x01, 0x00]]),
    ] {
        assert_rejected(&report(&content), &problem, &format!("{content:02x?}"));
    }
    for content in [&der::set(&all)[1..], &[der::set(&all), vec![0]].concat(), b"1", b"10. Payment", b""] {
        assert_accepted(&report(content), &format!("{content:02x?}"));
    }
}

#[test]
fn several_signers_are_each_judged() {
    let (first, second) = (Vector::of(Purpose::Signing, Generation::G2019), Vector::new(Purpose::Signing));
    let mut cms = CmsTemplate::new(&first.certificate());
    // Both generations have the same name, so the serial numbers must differ.
    let mut template = second.template.clone();
    template.set_serial(77);
    let second = template.sign(&second.issuer_key).unwrap();
    cms.certificates.push(second.clone());
    cms.signers.push(crate::common::cms::SignerTemplate::new(&second));
    let report = cms_report(POLICY, &cms);
    assert_eq!((report.verdict, &report.errors[..]), (Verdict::Accepted, &[][..]));
    let anchors: Vec<_> = report.signers.iter().map(|s| s.anchor.as_ref().unwrap().name.as_str()).collect();
    assert_eq!(anchors, ["signca-test-2019", "signca-test-2023"]);
    assert!(report.attributes.is_none(), "whose would they be?");
    assert_eq!(report.warnings, [Warning::SeveralSigners]);
}

#[test]
fn a_document_by_its_digests() {
    let vector = Vector::new(Purpose::Signing);
    let certificate = vector.certificate();
    let (raw, cms) = (vector.holder_key.sign_sha256(DOCUMENT).unwrap(), CmsTemplate::new(&certificate));
    let attached = CmsTemplate { content: Some(DOCUMENT.to_vec()), ..cms.clone() };
    let digests = [HashAlgorithm::Sha256.digest(DOCUMENT)];
    let sha512_only = [HashAlgorithm::Sha512.digest(DOCUMENT)];
    let verifier = verifier(Purpose::Signing, POLICY);
    let check = |document, signature| {
        verifier.check(&Submission::new(document, signature), ValidationTime::now(time(NOW)))
    };
    let (cms, attached) = (cms.build(), attached.build());
    let raw = SignatureInput::Raw { certificate: &certificate, signature: &raw };
    for input in [
        raw,
        SignatureInput::Cms { cms: &cms, certificate: None },
        SignatureInput::Cms { cms: &attached, certificate: None },
    ] {
        assert_accepted(&check(Document::Digests(&digests), input), "by digest");
        assert_eq!(check(Document::Digests(&sha512_only), input).verdict, Verdict::Rejected);
        assert_eq!(check(Document::Digests(&[]), input).verdict, Verdict::Rejected);
    }
    let refused =
        check(Document::Digests(&sha512_only), SignatureInput::Cms { cms: &cms, certificate: None });
    let oid = HashAlgorithm::Sha256.oid();
    assert_rejected(&refused, &Rejection::Alg { of: AlgorithmOf::Digest, oid }, "no digest of that kind");
}

/// Attack case 26, and the rule that what is not critical may be ignored.
#[test]
fn a_subject_alt_name_of_an_authentication_certificate_is_not_read() {
    let signing = Vector::new(Purpose::Signing);
    let names = signing.template.clone().extension_mut(&oids::subject_alt_name()).unwrap().value.clone();
    let mut vector = Vector::new(Purpose::Authentication);
    vector.template.extensions.push(Extension::plain(oids::subject_alt_name(), names));
    let report = vector.report();
    assert_accepted(&report, "authentication certificate with attributes");
    assert_eq!(report.warnings, [Warning::SubjectAltNameIgnored]);
    let json = serde_json::to_string(&report).unwrap();
    assert!(!json.contains(&holder().name) && !json.contains("\"attributes\""));

    vector.template.extensions.last_mut().unwrap().critical = Some(0xFF);
    let oid = kazasu_cert::ObjectIdentifier::new_unwrap("2.5.29.17");
    assert_rejected(&vector.report(), &Rejection::UnhandledCritical { oid }, "critical");
}

#[test]
fn unknown_attributes_are_kept() {
    let mut vector = Vector::new(Purpose::Signing);
    let mut attributes = Vector::attributes();
    attributes.push((7, der::utf8("コウノ　イチロウ")));
    vector.set_attributes(&attributes);
    let report = vector.report();
    assert_accepted(&report, "a seventh attribute");
    assert_eq!(report.attributes.unwrap().other.len(), 1);
}

#[test]
fn every_check_is_made_and_none_is_missing() {
    use Check as C;
    const PATH: [Check; 17] = [
        C::Encoding,
        C::Version,
        C::Serial,
        C::CertificateAlgorithm,
        C::Issuer,
        C::CertificateSignature,
        C::Validity,
        C::AnchorValidity,
        C::IssuedWithinAnchor,
        C::EndEntity,
        C::KeyUsage,
        C::ExtendedKeyUsage,
        C::CertificatePolicy,
        C::ExtensionsUnique,
        C::CriticalExtensions,
        C::PublicKey,
        C::Attributes,
    ];
    let passed = |report: &kazasu_verify::Report| -> Vec<Check> {
        let passed = report.checks.iter().filter(|record| record.result == CheckResult::Passed);
        passed.map(|record| record.check).collect()
    };
    let raw = Vector::new(Purpose::Signing).report();
    assert_eq!(passed(&raw), [&PATH[..], &[C::Signature]].concat());
    let login = Vector::new(Purpose::Authentication).report();
    assert_eq!(passed(&login), [&PATH[..16], &[C::Signature]].concat());

    let certificate = Vector::new(Purpose::Signing).certificate();
    let mut cms = CmsTemplate::new(&certificate);
    cms.content = Some(DOCUMENT.to_vec());
    let cms = cms_report(POLICY, &cms);
    let before = [C::CmsStructure, C::AttachedContent, C::SignerCertificate];
    let after =
        [C::SignatureAlgorithm, C::SignedAttributes, C::MessageDigest, C::SigningCertificate, C::Signature];
    assert_eq!(passed(&cms), [&before[..], &PATH, &after].concat());
    for report in [raw, login, cms] {
        let last = report.checks.last().unwrap();
        assert_eq!((last.check, &last.result), (C::Revocation, &CheckResult::NotPerformed));
        assert_eq!(report.checks.len(), passed(&report).len() + 1);
    }
}

#[test]
fn raw_and_cms_are_told_apart_by_length() {
    let certificate = Vector::new(Purpose::Signing).certificate();
    let detect = SignatureInput::detect;
    assert!(matches!(detect(&[0; 256], Some(&certificate)), Some(SignatureInput::Raw { .. })));
    assert!(matches!(detect(&[0; 255], Some(&certificate)), Some(SignatureInput::Cms { .. })));
    assert!(matches!(detect(&[0; 257], None), Some(SignatureInput::Cms { .. })));
    assert!(matches!(detect(&[0; 256], Some(b"<html>")), Some(SignatureInput::Raw { .. })));
    assert!(detect(&[0; 256], None).is_none());
}
