//! The question, and where to ask it.

use der::Decode;
use hex_literal::hex;
use kazasu_sim::{Extension, Generation, der as writer, pki::oids};
use kazasu_verify::{CertIdHash, OcspAddressError, OcspRequest, Purpose, ocsp_address};
use sha1::{Digest, Sha1};
use sha2::Sha256;

use crate::common::{NONCE, SERIAL, Vector, authority, leaf};

/// RFC 6960 §4.1.1, octet by octet.
#[test]
fn a_request_octet_by_octet() {
    let vector = Vector::new();
    let ca = vector.authority;
    assert_eq!(SERIAL, 0x1E_EA07);
    let question = [
        &hex!("3040 303E 303C 3009 0605 2B0E03021A 0500 0414")[..],
        &Sha1::digest(ca.name()),
        &hex!("0414"),
        &ca.key().key_identifier(),
        &hex!("0203 1EEA07"),
    ]
    .concat();
    let extension = [&hex!("A233 3031 302F 0609 2B0601050507300102 0422 0420")[..], &NONCE].concat();
    assert_eq!(vector.request(), [&hex!("3079 3077")[..], &question, &extension].concat());

    let bare = OcspRequest::new(&vector.leaf, vector.issuer(), CertIdHash::Sha1, None);
    assert_eq!(bare.as_der(), [&hex!("3044 3042")[..], &question].concat());
}

#[test]
fn a_request_with_sha_256() {
    let vector =
        Vector { hash: CertIdHash::Sha256, ..Vector::of(Purpose::Authentication, Generation::G2019) };
    let ca = vector.authority;
    let request = x509_ocsp::OcspRequest::from_der(&vector.request()).unwrap();
    let [asked] = request.tbs_request.request_list.as_slice() else { panic!("one question") };
    assert_eq!(asked.req_cert.issuer_name_hash.as_bytes(), Sha256::digest(ca.name()).to_vec());
    assert_eq!(asked.req_cert.issuer_key_hash.as_bytes(), Sha256::digest(ca.key().public_key_der()).to_vec());
    assert_eq!(asked.req_cert.serial_number.as_bytes(), vector.leaf.serial());
    assert_eq!(request.nonce().unwrap().0.as_bytes(), NONCE);
}

#[test]
fn the_address_of_the_certificate_or_else_the_configured_one() {
    let (signing, _) = leaf(Purpose::Signing, Generation::G2023);
    let (authentication, mut template) = leaf(Purpose::Authentication, Generation::G2023);
    let configured = Some("https://ocsp.example/sign");
    assert_eq!(ocsp_address(&authentication, configured).unwrap(), "http://test-ocspauthnorm.jpki.go.jp");
    assert_eq!(ocsp_address(&authentication, None).unwrap(), "http://test-ocspauthnorm.jpki.go.jp");
    assert_eq!(ocsp_address(&signing, configured).unwrap(), "https://ocsp.example/sign");
    assert_eq!(ocsp_address(&signing, None), Err(OcspAddressError::Unknown));
    assert_eq!(ocsp_address(&signing, Some("file:///etc/passwd")), Err(OcspAddressError::NotHttp));

    // A certificate may name other kinds of addresses, or none that can be read.
    let access = |uri: &str| {
        let description = writer::sequence(&[oids::ocsp(), writer::tlv(0x86, uri.as_bytes())]);
        Extension::plain(oids::authority_info_access(), writer::sequence(&[description]))
    };
    let ca = authority(Purpose::Authentication, Generation::G2023);
    let mut address = |extension: Extension| {
        *template.extension_mut(&oids::authority_info_access()).unwrap() = extension;
        let der = template.sign(ca.key()).unwrap();
        let certificate = kazasu_cert::Certificate::from_der(&der).unwrap();
        ocsp_address(&certificate, configured).map(std::borrow::Cow::into_owned)
    };
    assert_eq!(address(access("ldap://a/b")).unwrap(), "https://ocsp.example/sign");
    assert_eq!(address(access("HTTP://A/")).unwrap(), "HTTP://A/");
    let broken = Extension::plain(oids::authority_info_access(), writer::null());
    assert!(matches!(address(broken), Err(OcspAddressError::Extension(_))));
}
