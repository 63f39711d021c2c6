use kazasu_cert::{
    Certificate, CertificateError, CryptoProvider, DerRule, HashAlgorithm, KeyError, MAX_CERTIFICATE_LEN,
    PublicKey, RustCrypto, SignatureScheme, UnixTime, der_total_len,
};
use signer_rsa::traits::PublicKeyParts;

use crate::fixture::{
    ADDRESS, NAME, Parts, ca_name, extension, key, public_key_info, rsa_key_der, sequence, tlv,
};

fn rule(der: &[u8]) -> DerRule {
    match Certificate::from_der(der) {
        Err(CertificateError::Der(violation)) => violation.rule,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_field_is_cut_from_the_bytes_received() {
    let parts = Parts::signing();
    let der = parts.der();
    let certificate = Certificate::from_der(&der).unwrap();
    assert_eq!(certificate.as_der(), der);
    assert_eq!(certificate.tbs_der(), parts.tbs());
    assert_eq!(certificate.serial(), [0x00, 0xC1, 0x39]);
    assert_eq!(certificate.issuer_der(), ca_name());
    assert_eq!(certificate.subject_der(), parts.subject);
    assert_eq!(certificate.version(), 3);
    assert_eq!(certificate.not_before().to_string(), "2025-10-27T03:30:15Z");
    assert_eq!(certificate.not_after().to_string(), "2030-04-01T14:59:59Z");
    assert_eq!(certificate.tbs_signature_algorithm_der(), parts.algorithm);
    assert_eq!(certificate.signature_algorithm_der(), parts.algorithm);
    assert_eq!(certificate.subject_public_key_info_der(), parts.public_key_info);
    assert_eq!(certificate.subject_public_key_bits(), rsa_key_der());
    assert_eq!(certificate.sha256()[..], *HashAlgorithm::Sha256.digest(&der).as_bytes());
    assert_eq!(der_total_len(&der[..4]), Some(der.len()));
    assert_eq!(certificate.strict_der_violation(), None);
}

#[test]
fn the_signature_covers_the_tbs_slice() {
    let certificate = Parts::signing().certificate();
    let digest = HashAlgorithm::Sha256.digest(certificate.tbs_der());
    let key = certificate.public_key().unwrap();
    let signature = certificate.signature_bytes();
    assert_eq!(RustCrypto.check_signature(&key, SignatureScheme::Pkcs1V15, &digest, signature), Ok(()));
}

#[test]
fn the_public_key_is_given_as_numbers() {
    let PublicKey::Rsa(parts) = Parts::signing().certificate().public_key().unwrap() else { panic!() };
    assert_eq!(parts.modulus, key().n().to_bytes_be());
    assert_eq!(parts.exponent, [1, 0, 1]);
    assert_eq!(parts.modulus_bits(), 2048);
    assert_eq!(PublicKey::Rsa(parts).signature_len(), Some(256));
}

#[test]
fn a_certificate_is_taken_whole_and_alone() {
    let der = Parts::signing().der();
    for len in 0..der.len() {
        assert_eq!(rule(&der[..len]), DerRule::Truncated, "{len}");
    }
    assert_eq!(rule(&[&der[..], &[0]].concat()), DerRule::TrailingBytes);
    assert_eq!(rule(b"<html>"), DerRule::UnexpectedTag);
}

#[test]
fn a_long_certificate_is_refused_unread() {
    let padded = |len: usize| {
        let filler = extension("1.2.3.4", false, &tlv(0x04, &vec![0; len]));
        Parts::signing().with_extension("1.2.3.4", filler).der()
    };
    let overhead = padded(1000).len() - 1000;
    let longest = padded(MAX_CERTIFICATE_LEN - overhead);
    assert_eq!(longest.len(), MAX_CERTIFICATE_LEN);
    assert!(Certificate::from_der(&longest).is_ok());
    let len = MAX_CERTIFICATE_LEN + 1;
    let too_long = padded(len - overhead);
    assert_eq!(Certificate::from_der(&too_long), Err(CertificateError::TooLong { len }));
}

#[test]
fn a_serial_number_has_at_most_20_octets() {
    let with = |serial: &[u8]| Parts { serial: tlv(0x02, serial), ..Parts::signing() };
    assert_eq!(with(&[0x7F; 20]).certificate().serial(), [0x7F; 20]);
    for octets in [21, 22, 100] {
        let refused = Certificate::from_der(&with(&vec![0x7F; octets]).der());
        assert_eq!(refused, Err(CertificateError::SerialTooLong { octets }));
    }
    // What a serial number must be is for the verifier: it gets the octets as they are.
    assert_eq!(with(&[0x00]).certificate().serial(), [0x00]);
    assert_eq!(with(&[0xFF]).certificate().serial(), [0xFF]);
}

#[test]
fn der_that_is_no_certificate() {
    let no_extensions = sequence(&[&sequence(&[]), &sequence(&[]), &tlv(0x03, &[0])]);
    assert_eq!(rule(&no_extensions), DerRule::Truncated);
    // A validity of three dates is DER all right.
    let parts = Parts { not_before: tlv(0x17, b"251027033015Z").repeat(2), ..Parts::signing() };
    assert!(matches!(Certificate::from_der(&parts.der()), Err(CertificateError::Structure { .. })));
}

#[test]
fn a_signature_of_odd_bits_is_refused() {
    let parts = Parts::signing();
    let der = sequence(&[&parts.tbs(), &parts.algorithm, &tlv(0x03, &[4, 0xF0])]);
    assert_eq!(Certificate::from_der(&der), Err(CertificateError::SignatureBits));
}

#[test]
fn keys_that_cannot_be_used() {
    const RSA: &str = "1.2.840.113549.1.1.1";
    let null: &[u8] = &[0x05, 0x00];
    let rsa = |modulus: &[u8], exponent: &[u8]| {
        let key = sequence(&[&tlv(0x02, modulus), &tlv(0x02, exponent)]);
        PublicKey::from_spki_der(&public_key_info(RSA, null, &key)).map(|_| ())
    };
    let good = key().n().to_bytes_be();
    let good = [&[0], &good[..]].concat();
    assert_eq!(rsa(&good, &[3]), Ok(()));
    assert_eq!(rsa(&good[1..], &[3]), Err(KeyError::Malformed), "negative");
    assert_eq!(rsa(&[&[0], &good[..]].concat(), &[3]), Err(KeyError::Malformed), "padded");
    assert_eq!(rsa(&[0], &[3]), Err(KeyError::Malformed), "zero");
    assert_eq!(rsa(&good, &[]), Err(KeyError::Malformed), "empty");
    assert_eq!(rsa(&[0x7F; 1024], &[3]), Ok(()));
    assert_eq!(rsa(&[0x01; 1026], &[3]), Err(KeyError::ModulusTooLong { bits: 8201 }));
    assert_eq!(rsa(&good, &[1; 9]), Err(KeyError::ExponentTooLong { bits: 65 }));

    let info = |algorithm: &str, parameters: &[u8]| {
        PublicKey::from_spki_der(&public_key_info(algorithm, parameters, &rsa_key_der())).map(|_| ())
    };
    assert_eq!(info(RSA, null), Ok(()));
    assert_eq!(info(RSA, &[]), Err(KeyError::Parameters));
    assert_eq!(info(RSA, &[0x30, 0x00]), Err(KeyError::Parameters));
    assert_eq!(info("1.2.840.113549.1.1.10", null), Err(KeyError::Algorithm));
    assert_eq!(info("1.3.101.112", &[]), Err(KeyError::Algorithm));
    assert_eq!(info("1.2.840.10045.2.1", &[]), Err(KeyError::Parameters));
    assert_eq!(info("1.2.840.10045.2.1", null), Err(KeyError::Parameters));
}

#[test]
fn times_on_both_sides_of_2050() {
    let parts = Parts { not_after: tlv(0x18, b"20500101000000Z"), ..Parts::signing() };
    let certificate = parts.certificate();
    assert_eq!(certificate.not_after(), UnixTime(2_524_608_000));
    assert_eq!(certificate.check_strict_der(), Ok(()));
}

#[test]
fn equal_means_the_same_bytes() {
    let one = Parts::signing().certificate();
    let other = Parts { serial: tlv(0x02, &[0x01]), ..Parts::signing() }.certificate();
    assert_eq!(one, one.clone());
    assert_ne!(one, other);
}

#[test]
fn debug_shows_no_personal_data() {
    let certificate = Parts::signing().certificate();
    let shown = format!("{certificate:?}");
    let [a, b, c, d] = certificate.sha256()[..4] else { panic!() };
    let prefix = u32::from_be_bytes([a, b, c, d]);
    assert_eq!(shown, format!("Certificate({} bytes, sha256 {prefix:08x}..)", certificate.as_der().len()));

    let extensions: Vec<_> = certificate.extensions().collect();
    let shown = format!("{extensions:?} {:?}", certificate.subject_other_names());
    for text in [NAME, ADDRESS] {
        let octets = format!("{:?}", text.as_bytes());
        assert!(!shown.contains(text) && !shown.contains(octets.trim_matches(['[', ']'])));
    }
    assert!(shown.contains("OtherName(1.2.392.200149.8.5.5.1, 17 bytes)"));
}
