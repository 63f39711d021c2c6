//! Cases 42 to 49: CMS.

use kazasu_cert::{Certificate, HashAlgorithm, ObjectIdentifier};
use kazasu_sim::{KeyName, der};
use kazasu_verify::{
    AlgorithmOf, BerProblem, CmsProblem, Document, Policy, Purpose, Rejection, Report, SignatureInput,
    Signed, SignedAttributesPolicy, SignedAttrsProblem, SignerCertProblem, Submission, ValidationTime,
    Verdict,
};

use crate::common::cms::{
    CONTENT_TYPE, CmsTemplate, Hash, MESSAGE_DIGEST, SIGNING_CERTIFICATE_V2, SIGNING_TIME, SignerTemplate,
    attribute, content_info, content_type, ess_certificates, id_data, message_digest, rsa_encryption,
    signing_certificate,
};
use crate::common::{
    DOCUMENT, NOW, POLICY, Vector, assert_accepted, assert_rejected, check, key, time, verifier,
};

fn certificate() -> Vec<u8> {
    Vector::new(Purpose::Signing).certificate()
}

fn report_with(policy: Policy, cms: &[u8], certificate: Option<&[u8]>) -> Report {
    let input = SignatureInput::Cms { cms, certificate };
    check(&verifier(Purpose::Signing, policy), DOCUMENT, input, time(NOW))
}

fn report(cms: &CmsTemplate) -> Report {
    report_with(POLICY, &cms.build(), None)
}

/// What it is, the change, what must be said first.
type Attack = (&'static str, fn(&mut CmsTemplate), Rejection);

/// Each change is made to a CMS that is accepted without it.
#[track_caller]
fn run(attacks: &[Attack]) {
    for (what, change, expected) in attacks {
        let mut cms = CmsTemplate::new(&certificate());
        assert_accepted(&report(&cms), what);
        change(&mut cms);
        assert_rejected(&report(&cms), expected, what);
    }
}

#[test]
fn case_42_no_signer_or_a_bad_one_among_two() {
    run(&[
        ("no signer", |cms| cms.signers.clear(), Rejection::NoSigner),
        (
            "second signature bad",
            |cms| {
                let mut second = cms.signers[0].clone();
                second.key = key(KeyName::Attacker);
                cms.signers.push(second);
            },
            Rejection::AnySignerBad { signer: 1, signers: 2 },
        ),
        (
            "first signature bad",
            |cms| {
                let mut first = cms.signers[0].clone();
                first.key = key(KeyName::Attacker);
                cms.signers.insert(0, first);
            },
            Rejection::AnySignerBad { signer: 0, signers: 2 },
        ),
        (
            "second signer from nowhere",
            |cms| {
                let mut other = Vector::new(Purpose::Signing);
                other.template.set_serial(5);
                other.template.set_public_key(&key(KeyName::Attacker));
                other.issuer_key = key(KeyName::Attacker);
                let other = other.certificate();
                cms.certificates.push(other.clone());
                let second = SignerTemplate { key: key(KeyName::Attacker), ..SignerTemplate::new(&other) };
                cms.signers.push(second);
            },
            Rejection::AnySignerBad { signer: 1, signers: 2 },
        ),
        (
            "too many signers",
            |cms| cms.signers = vec![cms.signers[0].clone(); 17],
            Rejection::CmsEncoding(CmsProblem::TooMany { what: "signers", limit: 16 }),
        ),
        (
            "too many certificates",
            |cms| cms.certificates = vec![cms.certificates[0].clone(); 65],
            Rejection::CmsEncoding(CmsProblem::TooMany { what: "certificates", limit: 64 }),
        ),
    ]);
}

#[test]
fn the_other_errors_of_a_bad_signer_are_said_too() {
    let mut cms = CmsTemplate::new(&certificate());
    let mut second = cms.signers[0].clone();
    second.key = key(KeyName::Attacker);
    cms.signers.push(second);
    let report = report(&cms);
    let expected =
        [Rejection::AnySignerBad { signer: 1, signers: 2 }, Rejection::BadSignature(Signed::Document)];
    assert_eq!(report.errors, expected);
    assert_eq!(report.signers.len(), 2);
}

#[test]
fn cases_43_and_44_message_digest_and_content_type() {
    use SignedAttrsProblem as P;
    fn digest() -> Vec<u8> {
        message_digest(Hash::Sha256, DOCUMENT)
    }
    fn value(data: &[u8]) -> Vec<u8> {
        der::octet_string(&Hash::Sha256.digest(data))
    }
    fn set(cms: &mut CmsTemplate, attributes: &[Vec<u8>]) {
        cms.signer().attributes = Some(attributes.to_vec());
    }
    let attrs = Rejection::SignedAttrs;
    run(&[
        (
            "messageDigest twice, the same",
            |cms| set(cms, &[content_type(), digest(), digest()]),
            attrs(P::MessageDigestCount),
        ),
        (
            "messageDigest twice, another one first",
            |cms| set(cms, &[content_type(), message_digest(Hash::Sha256, b"x"), digest()]),
            attrs(P::MessageDigestCount),
        ),
        (
            "messageDigest with two values",
            |cms| {
                let two = attribute(MESSAGE_DIGEST, &[value(DOCUMENT), value(b"x")]);
                set(cms, &[content_type(), two]);
            },
            attrs(P::MessageDigestCount),
        ),
        (
            "messageDigest without a value",
            |cms| set(cms, &[content_type(), attribute(MESSAGE_DIGEST, &[])]),
            attrs(P::MessageDigestCount),
        ),
        ("no messageDigest", |cms| set(cms, &[content_type()]), attrs(P::MessageDigestCount)),
        (
            "messageDigest is no OCTET STRING",
            |cms| set(cms, &[content_type(), attribute(MESSAGE_DIGEST, &[der::null()])]),
            attrs(P::Malformed),
        ),
        ("no contentType", |cms| set(cms, &[digest()]), attrs(P::ContentTypeCount)),
        (
            "contentType twice",
            |cms| set(cms, &[content_type(), content_type(), digest()]),
            attrs(P::ContentTypeCount),
        ),
        (
            "contentType with two values",
            |cms| set(cms, &[attribute(CONTENT_TYPE, &[id_data(), id_data()]), digest()]),
            attrs(P::ContentTypeCount),
        ),
        (
            "contentType of a time-stamp token",
            |cms| {
                let tst_info = der::oid(&[1, 2, 840, 113_549, 1, 9, 16, 1, 4]);
                set(cms, &[attribute(CONTENT_TYPE, &[tst_info]), digest()]);
            },
            attrs(P::ContentTypeValue),
        ),
        (
            "eContentType of a time-stamp token",
            |cms| cms.content_type = der::oid(&[1, 2, 840, 113_549, 1, 9, 16, 1, 4]),
            attrs(P::ContentTypeValue),
        ),
        ("no attribute at all", |cms| set(cms, &[]), attrs(P::ContentTypeCount)),
        (
            "an attribute that is none",
            |cms| set(cms, &[content_type(), digest(), der::sequence(&[der::null()])]),
            attrs(P::Malformed),
        ),
        (
            "signing time twice",
            |cms| {
                let time = attribute(SIGNING_TIME, &[der::tlv(0x17, b"260401000000Z")]);
                set(cms, &[content_type(), digest(), time.clone(), time]);
            },
            attrs(P::SigningTime),
        ),
        (
            "signing time that is none",
            |cms| set(cms, &[content_type(), digest(), attribute(SIGNING_TIME, &[der::utf8("now")])]),
            attrs(P::SigningTime),
        ),
    ]);
}

/// The signature of a CMS is one over the DER of its attributes. Without them it would be one over the content: so
/// the attributes must not pass as content.
#[test]
fn case_45_attributes_passed_off_as_content() {
    let optional = Policy { signed_attributes: SignedAttributesPolicy::Optional, ..POLICY };
    let genuine = CmsTemplate::new(&certificate());
    let content = genuine.signers[0].to_be_signed();
    let mut forged = genuine.clone();
    forged.signer().attributes = None;
    forged.signer().signed_content.clone_from(&content);
    forged.content = Some(content.clone());
    let forged = forged.build();
    let ask = |policy, document| {
        let signature = SignatureInput::Cms { cms: &forged, certificate: None };
        let submission = Submission::new(document, signature);
        verifier(Purpose::Signing, policy).check(&submission, ValidationTime::now(time(NOW)))
    };
    let attrs = Rejection::SignedAttrs;
    let digests = [HashAlgorithm::Sha256.digest(&content)];
    for document in [Document::Bytes(&content), Document::Digests(&digests)] {
        assert_rejected(&ask(POLICY, document), &attrs(SignedAttrsProblem::Missing), "refused by policy");
        let expected = attrs(SignedAttrsProblem::AttributesAsContent);
        assert_rejected(&ask(optional, document), &expected, "allowed by policy");
    }

    // Detached, and the document known by its digest only: nobody can look what the content is.
    let mut detached = genuine.clone();
    detached.signer().attributes = None;
    let detached = detached.build();
    let digests = [HashAlgorithm::Sha256.digest(DOCUMENT)];
    let signature = SignatureInput::Cms { cms: &detached, certificate: None };
    let submission = Submission::new(Document::Digests(&digests), signature);
    let report = verifier(Purpose::Signing, optional).check(&submission, ValidationTime::now(time(NOW)));
    assert_rejected(&report, &attrs(SignedAttrsProblem::AttributesAsContent), "digest only");

    // RFC 5652 §5.3: content that is not id-data needs signed attributes, whatever the policy says.
    let mut typed = genuine;
    typed.signer().attributes = None;
    typed.content_type = der::oid(&[1, 2, 840, 113_549, 1, 9, 16, 1, 4]);
    let report = report_with(optional, &typed.build(), None);
    assert_rejected(&report, &attrs(SignedAttrsProblem::Missing), "another content type");
}

#[test]
fn case_46_algorithms_that_disagree() {
    fn sha1(cms: &mut CmsTemplate) {
        cms.signer().set_hash(Hash::Sha1);
    }
    let oid = ObjectIdentifier::new_unwrap;
    let alg = |of, text| Rejection::Alg { of, oid: oid(text) };
    run(&[
        (
            "SHA-512 inside the signature, SHA-256 named",
            |cms| cms.signer().hash = Hash::Sha512,
            alg(AlgorithmOf::Signature, "2.16.840.1.101.3.4.2.3"),
        ),
        (
            "sha512WithRSA beside SHA-256",
            |cms| cms.signer().signature_algorithm = Hash::Sha512.with_rsa(),
            alg(AlgorithmOf::Signature, "1.2.840.113549.1.1.13"),
        ),
        (
            "RSASSA-PSS",
            |cms| {
                cms.signer().signature_algorithm =
                    der::sequence(&[der::oid(&[1, 2, 840, 113_549, 1, 1, 10]), der::sequence::<&[u8]>(&[])]);
            },
            alg(AlgorithmOf::Signature, "1.2.840.113549.1.1.10"),
        ),
        (
            "rsaEncryption with parameters",
            |cms| {
                cms.signer().signature_algorithm =
                    der::sequence(&[der::oid(&[1, 2, 840, 113_549, 1, 1, 1]), der::integer(1)]);
            },
            alg(AlgorithmOf::Signature, "1.2.840.113549.1.1.1"),
        ),
        ("SHA-1", sha1, Rejection::WeakAlg { oid: oid("1.3.14.3.2.26") }),
        (
            "sha1WithRSA beside SHA-256",
            |cms| cms.signer().signature_algorithm = Hash::Sha1.with_rsa(),
            Rejection::WeakAlg { oid: oid("1.2.840.113549.1.1.5") },
        ),
        (
            "a digest algorithm nobody knows",
            |cms| cms.signer().digest_algorithm = der::sequence(&[der::oid(&[1, 2, 3, 4])]),
            alg(AlgorithmOf::Digest, "1.2.3.4"),
        ),
    ]);
    let sha512 = Policy { hashes: kazasu_verify::AcceptedHashes::SHA256, ..POLICY };
    let mut cms = CmsTemplate::new(&certificate());
    cms.signer().set_hash(Hash::Sha512);
    assert_accepted(&report(&cms), "SHA-512");
    let expected = alg(AlgorithmOf::Digest, "2.16.840.1.101.3.4.2.3");
    assert_rejected(&report_with(sha512, &cms.build(), None), &expected, "not accepted by policy");
}

/// Another certificate with the issuer and serial number of the signer's.
fn double() -> Vec<u8> {
    let mut vector = Vector::new(Purpose::Signing);
    vector.template.set_public_key(&key(KeyName::Attacker));
    vector.issuer_key = key(KeyName::Attacker);
    vector.certificate()
}

#[test]
fn case_47_which_certificate_is_meant() {
    use SignerCertProblem as P;
    run(&[
        (
            "attacker's certificate of the same name first",
            |cms| cms.certificates.insert(0, double()),
            Rejection::SignerCert(P::Ambiguous),
        ),
        (
            "attacker's certificate of the same name last",
            |cms| cms.certificates.push(double()),
            Rejection::SignerCert(P::Ambiguous),
        ),
        (
            "attacker's certificate with the same key identifier",
            |cms| {
                let mut vector = Vector::new(Purpose::Signing);
                vector.template.set_serial(6);
                vector.issuer_key = key(KeyName::Attacker);
                cms.certificates.insert(0, vector.certificate());
                cms.signer().sid = der::tlv(0x80, &key(KeyName::SigningLeaf).key_identifier());
            },
            Rejection::SignerCert(P::Ambiguous),
        ),
        ("no certificate", |cms| cms.certificates.clear(), Rejection::SignerCert(P::Missing)),
        (
            "another certificate",
            |cms| cms.certificates = vec![Vector::new(Purpose::Authentication).certificate()],
            Rejection::SignerCert(P::Missing),
        ),
    ]);
    let cms = CmsTemplate::new(&certificate()).build();
    let other = Vector::new(Purpose::Authentication).certificate();
    let unexpected = report_with(POLICY, &cms, Some(&other));
    assert_rejected(&unexpected, &Rejection::SignerCert(P::Unexpected), "not the one handed over");
    let ambiguous = report_with(POLICY, &cms, Some(&double()));
    assert_rejected(&ambiguous, &Rejection::SignerCert(P::Ambiguous), "a double handed over");
    assert_accepted(&report_with(POLICY, &cms, Some(&certificate())), "the one handed over");
}

/// A signer's certificate that is damaged is still the one that is meant.
#[test]
fn a_damaged_signer_certificate_is_said_to_be_damaged() {
    let mut damaged = Vector::new(Purpose::Signing);
    damaged.template.validity =
        der::sequence(&[der::tlv(0x17, b"251027013557Z"), der::tlv(0x17, b"3002171459Z")]);
    let mut cms = CmsTemplate::new(&certificate());
    cms.certificates = vec![damaged.certificate()];
    let report = report(&cms);
    assert_rejected(&report, &Rejection::Time, "a time without seconds");
    assert!(report.signers[0].certificate.is_none());
}

#[test]
fn case_48_signing_certificate_of_another() {
    fn add(cms: &mut CmsTemplate, more: &[Vec<u8>]) {
        let mut attributes = vec![content_type(), message_digest(Hash::Sha256, DOCUMENT)];
        attributes.extend_from_slice(more);
        cms.signer().attributes = Some(attributes);
    }
    run(&[
        (
            "hash of another certificate",
            |cms| add(cms, &[signing_certificate(Hash::Sha256, &double())]),
            Rejection::SigningCertificate,
        ),
        (
            "hash with SHA-1",
            |cms| add(cms, &[signing_certificate(Hash::Sha1, &certificate())]),
            Rejection::SigningCertificate,
        ),
        (
            "issuerSerial of another certificate",
            |cms| {
                let certificate = certificate();
                let issuer = Certificate::from_der(&certificate).unwrap().issuer_der().to_vec();
                let names = der::sequence(&[der::constructed(0xA4, &[issuer])]);
                let serial = der::sequence(&[names, der::integer(1)]);
                let value = ess_certificates(Hash::Sha256, &certificate, &serial);
                add(cms, &[attribute(SIGNING_CERTIFICATE_V2, &[value])]);
            },
            Rejection::SigningCertificate,
        ),
        (
            "not a SigningCertificateV2",
            |cms| add(cms, &[attribute(SIGNING_CERTIFICATE_V2, &[der::null()])]),
            Rejection::SigningCertificate,
        ),
        (
            "twice",
            |cms| {
                let right = signing_certificate(Hash::Sha256, &certificate());
                add(cms, &[right.clone(), right]);
            },
            Rejection::SignedAttrs(SignedAttrsProblem::SigningCertificateCount),
        ),
    ]);
}

#[test]
fn case_49_another_content() {
    run(&[
        (
            "signed for another document",
            |cms| {
                let digest = message_digest(Hash::Sha256, b"another document");
                cms.signer().attributes = Some(vec![content_type(), digest]);
            },
            Rejection::ContentMismatch,
        ),
        (
            "another content inside",
            |cms| cms.content = Some(b"another document".to_vec()),
            Rejection::ContentMismatch,
        ),
        ("empty content inside", |cms| cms.content = Some(Vec::new()), Rejection::ContentMismatch),
        (
            "another content inside, signed as well",
            |cms| {
                cms.content = Some(b"another document".to_vec());
                let digest = message_digest(Hash::Sha256, b"another document");
                cms.signer().attributes = Some(vec![content_type(), digest]);
            },
            Rejection::ContentMismatch,
        ),
    ]);
}

#[test]
fn a_changed_attribute_or_signature() {
    run(&[
        (
            "attribute added after signing",
            |cms| {
                let signature =
                    cms.signer().hash.sign(&key(KeyName::SigningLeaf), &cms.signer().to_be_signed());
                cms.signer().attributes.as_mut().unwrap().push(attribute(99, &[der::null()]));
                cms.signer().signature = Some(signature);
            },
            Rejection::BadSignature(Signed::Document),
        ),
        (
            "signed over the attributes as sent, with their own tag",
            |cms| {
                let attributes = cms.signer().attributes.clone().unwrap();
                let sent = der::constructed(0xA0, &attributes);
                cms.signer().signature = Some(Hash::Sha256.sign(&key(KeyName::SigningLeaf), &sent));
            },
            Rejection::BadSignature(Signed::Document),
        ),
        (
            "signed over the document although there are attributes",
            |cms| cms.signer().signature = Some(Hash::Sha256.sign(&key(KeyName::SigningLeaf), DOCUMENT)),
            Rejection::BadSignature(Signed::Document),
        ),
        (
            "truncated signature",
            |cms| cms.signer().signature = Some(vec![1; 255]),
            Rejection::BadSignature(Signed::Document),
        ),
    ]);
}

#[test]
fn what_is_not_a_cms() {
    let structure = |reason| Rejection::CmsEncoding(CmsProblem::Structure { reason });
    let ber = |problem| Rejection::CmsEncoding(CmsProblem::Ber(problem));
    let good = CmsTemplate::new(&certificate()).build();
    let data = der::sequence(&[id_data(), der::constructed(0xA0, &[der::octet_string(DOCUMENT)])]);
    let oid = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
    let cases: Vec<(&str, Vec<u8>, Rejection)> = vec![
        ("nothing", Vec::new(), structure("ContentInfo")),
        ("HTML", b"<!DOCTYPE html>".to_vec(), structure("ContentInfo")),
        ("PEM", b"-----BEGIN CMS-----\n".to_vec(), structure("ContentInfo")),
        ("trailing byte", [&good[..], &[0]].concat(), ber(BerProblem::Trailing)),
        ("cut off", good[..good.len() - 1].to_vec(), ber(BerProblem::Truncated)),
        ("BER without its end", [&[0x30, 0x80], &good[4..]].concat(), ber(BerProblem::Truncated)),
        ("BER with half an end", [&[0x30, 0x80], &good[4..], &[0]].concat(), ber(BerProblem::Truncated)),
        ("an end alone", vec![0x30, 2, 0, 0], ber(BerProblem::Tag)),
        ("a tag of two bytes", vec![0x30, 3, 0x3F, 0x21, 0], ber(BerProblem::Tag)),
        ("a primitive without length", vec![0x30, 0x80, 4, 0x80, 0, 0, 0, 0], ber(BerProblem::Length)),
        ("a length of five bytes", vec![0x30, 0x85, 0, 0, 0, 0, 0], ber(BerProblem::Length)),
        ("an integer inside a string", vec![0x30, 5, 0x24, 3, 2, 1, 0], ber(BerProblem::String)),
        ("a nest of sequences", [0x30, 0x80].repeat(10_000), ber(BerProblem::Depth)),
        (
            "a nest of strings",
            [&[0x30, 0x80][..], &[0x24, 0x80].repeat(10_000)].concat(),
            ber(BerProblem::Depth),
        ),
        ("a gigabyte announced", vec![0x30, 0x84, 0x40, 0, 0, 0, 4, 0], ber(BerProblem::Truncated)),
        ("id-data", data, Rejection::CmsEncoding(CmsProblem::ContentType { oid })),
        ("no SignedData inside", content_info(&der::null()), structure("SignedData")),
        (
            "no eContentType",
            content_info(&der::sequence(&[
                der::integer(1),
                der::set::<&[u8]>(&[]),
                der::sequence(&[der::null()]),
                der::set::<&[u8]>(&[]),
            ])),
            structure("EncapsulatedContentInfo"),
        ),
        (
            "a signer that is none",
            content_info(&der::sequence(&[
                der::integer(1),
                der::set::<&[u8]>(&[]),
                der::sequence(&[id_data()]),
                der::set(&[der::sequence(&[rsa_encryption()])]),
            ])),
            structure("SignerInfo"),
        ),
    ];
    for (what, cms, expected) in cases {
        let report = report_with(POLICY, &cms, None);
        assert_rejected(&report, &expected, what);
        assert!(report.signers.is_empty());
    }
}

/// Any byte may be changed by anybody: never a panic, and never a yes unless the byte is one nobody relies on.
#[test]
fn every_byte_changed() {
    let certificate = certificate();
    let mut template = CmsTemplate::new(&certificate);
    template.signer().attributes.as_mut().unwrap().push(signing_certificate(Hash::Sha256, &certificate));
    let good = template.build();
    let find = |part: &[u8]| good.windows(part.len()).position(|window| window == part).unwrap();
    // SignedData: version and digestAlgorithms, a hint for one-pass readers (RFC 5652 §5.1). SignerInfo: version.
    let set = der::set(&[der::sequence(&[Hash::Sha256.oid()])]);
    let content = find(&[&set[..], &der::sequence(&[id_data()])].concat());
    let signer_version = find(&[&der::integer(1)[..], &template.signers[0].sid].concat()) + 2;
    // All but the lengths in it: what is not even BER is refused.
    let hint = (content + 2..content + set.len()).filter(|at| ![content + 3, content + 5].contains(at));
    let unsigned: Vec<usize> = [content - 1].into_iter().chain(hint).chain([signer_version]).collect();

    let verifier = verifier(Purpose::Signing, POLICY);
    let accepted = |at: &usize| {
        let mut changed = good.clone();
        changed[*at] ^= 0x01;
        let input = SignatureInput::Cms { cms: &changed, certificate: None };
        check(&verifier, DOCUMENT, input, time(NOW)).verdict == Verdict::Accepted
    };
    assert_eq!((0..good.len()).filter(accepted).collect::<Vec<_>>(), unsigned);
}
