//! CMS beyond the attack cases 42 to 49.

use kazasu_cert::ObjectIdentifier;
use kazasu_sim::{KeyName, der};
use kazasu_verify::{
    BerProblem, CmsProblem, Policy, Purpose, Rejection, Report, SignatureInput, Signed, Verdict,
};

use crate::common::cms::{CmsTemplate, Hash, content_info, id_data, rsa_encryption, signing_certificate};
use crate::common::{DOCUMENT, NOW, POLICY, Vector, assert_rejected, check, key, time, verifier};

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

/// The predecessor of signing-certificate-v2, by SHA-1 alone: it may be there, but must not name another certificate.
#[test]
fn signing_certificate_of_the_first_version() {
    let id = der::oid(&[1, 2, 840, 113_549, 1, 9, 16, 2, 12]);
    let errors = |named: &[u8]| {
        let mut cms = CmsTemplate::new(&certificate());
        let hash = der::octet_string(&Hash::Sha1.digest(named));
        let value = der::sequence(&[der::sequence(&[der::sequence(&[hash])])]);
        let attributes = cms.signer().attributes.as_mut().unwrap();
        attributes.push(der::sequence(&[id.clone(), der::set(&[value])]));
        report(&cms).errors
    };
    assert_eq!(errors(&certificate()), []);
    let other = Vector::new(Purpose::Authentication).certificate();
    assert_eq!(errors(&other), [Rejection::SigningCertificate]);
    assert!(!Rejection::SigningCertificate.to_string().contains("v2"), "it may be either");
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
