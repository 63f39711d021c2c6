//! Whatever the bytes, an answer or an error, never a panic.

use std::sync::OnceLock;

use kazasu_cert::{
    Certificate, CryptoProvider, Digest, HashAlgorithm, PublicKey, RustCrypto, SignatureScheme,
    SignedDataDraft, UnixTime, basic_attributes, der_total_len,
};
use proptest::{collection::vec, prelude::*, sample::Index};

use crate::fixture::Parts;

fn valid() -> &'static [u8] {
    static DER: OnceLock<Vec<u8>> = OnceLock::new();
    DER.get_or_init(|| Parts::signing().der())
}

/// Uses everything the crate offers for a certificate.
fn exercise(der: &[u8]) {
    let _ = der_total_len(der);
    let _ = PublicKey::from_spki_der(der);
    let certificate = match Certificate::from_der(der) {
        Ok(certificate) => certificate,
        Err(error) => {
            let _ = error.to_string();
            return;
        }
    };
    assert_eq!(certificate.as_der(), der);
    agrees_with_x509_cert(&certificate);
    assert!(!certificate.tbs_der().is_empty() && !certificate.issuer_der().is_empty());
    assert!(certificate.not_before() >= UnixTime(0) && certificate.not_after() >= UnixTime(0));
    let _ = (certificate.check_strict_der(), certificate.version(), certificate.serial());
    let _ = (certificate.key_usage(), certificate.extended_key_usage(), certificate.basic_constraints());
    let _ = (certificate.certificate_policies(), certificate.subject_other_names());
    let _ = (certificate.issuer_alt_name(), certificate.subject_key_identifier(), certificate.ocsp_uris());
    let _ =
        certificate.authority_key_identifier().map(|id| id.map(|id| id.value.issuer_name_der().is_some()));
    let _ = certificate.crl_distribution_points().map(|points| {
        points.map(|points| {
            points.value.iter().filter_map(kazasu_cert::DistributionPoint::directory_name_der).count()
        })
    });
    let _ = (certificate.duplicate_extension(), certificate.unhandled_critical_extension(&[]));
    if let Ok(attributes) = basic_attributes(&certificate) {
        let _ = (attributes.family_and_given(), serde_json::to_string(&attributes).unwrap());
    }
    let digest = HashAlgorithm::Sha256.digest(certificate.tbs_der());
    if let Ok(draft) = SignedDataDraft::new(&certificate, &digest, None) {
        let _ = draft.into_detached(certificate.signature_bytes());
    }
}

/// What is taken the crate `x509-cert` takes as well, and reads alike.
fn agrees_with_x509_cert(certificate: &Certificate) {
    let decoded = certificate.decode().unwrap();
    let tbs = &decoded.tbs_certificate;
    let seconds = |time: UnixTime| u64::try_from(time.0).unwrap();
    assert_eq!(tbs.version as u8 + 1, certificate.version());
    assert_eq!(tbs.validity.not_before.to_unix_duration().as_secs(), seconds(certificate.not_before()));
    assert_eq!(tbs.validity.not_after.to_unix_duration().as_secs(), seconds(certificate.not_after()));
    assert_eq!(decoded.signature.raw_bytes(), certificate.signature_bytes());
    assert_eq!(decoded.signature_algorithm.oid, certificate.signature_algorithm());
    let key = &tbs.subject_public_key_info;
    assert_eq!(key.algorithm.oid, certificate.public_key_algorithm());
    assert_eq!(key.subject_public_key.raw_bytes(), certificate.subject_public_key_bits());
    let extensions = tbs.extensions.iter().flatten();
    let expected: Vec<_> = extensions.map(|e| (e.extn_id, e.critical, e.extn_value.as_bytes())).collect();
    let found: Vec<_> = certificate.extensions().map(|e| (e.oid, e.critical, e.value)).collect();
    assert_eq!(found, expected);
}

fn check_with_odd_key(modulus: Vec<u8>, exponent: Vec<u8>, point: Vec<u8>, signature: &[u8]) {
    let digest = HashAlgorithm::Sha512.digest(b"");
    let rsa = PublicKey::Rsa(kazasu_cert::RsaPublicKeyParts { modulus, exponent });
    for key in [rsa, PublicKey::P256(point.clone()), PublicKey::P384(point)] {
        for scheme in
            [SignatureScheme::Pkcs1V15, SignatureScheme::Pkcs1V15BareHash, SignatureScheme::EcdsaDer]
        {
            assert!(RustCrypto.check_signature(&key, scheme, &digest, signature).is_err());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn arbitrary_bytes(bytes in vec(any::<u8>(), 0..300)) {
        exercise(&bytes);
    }

    #[test]
    fn a_certificate_cut_off(len in any::<Index>()) {
        let len = len.index(valid().len());
        prop_assert!(Certificate::from_der(&valid()[..len]).is_err());
    }

    #[test]
    fn a_certificate_with_bits_flipped(flips in vec((any::<Index>(), 0..8u8), 1..6)) {
        let mut der = valid().to_vec();
        for (position, bit) in flips {
            let position = position.index(der.len());
            der[position] ^= 1 << bit;
        }
        exercise(&der);
    }

    #[test]
    fn a_certificate_with_octets_replaced(at in any::<Index>(), new in vec(any::<u8>(), 1..12)) {
        let mut der = valid().to_vec();
        let at = at.index(der.len());
        let end = (at + new.len()).min(der.len());
        der.splice(at..end, new);
        exercise(&der);
    }

    #[test]
    fn an_extension_of_any_content(kind in 0..7usize, value in vec(any::<u8>(), 0..60)) {
        const IDS: [&str; 7] =
            ["2.5.29.15", "2.5.29.17", "2.5.29.32", "2.5.29.31", "2.5.29.35", "2.5.29.14", "1.3.6.1.5.5.7.1.1"];
        let parts = Parts::signing();
        let new = crate::fixture::extension(IDS[kind], false, &value);
        let parts = parts.with_extension(IDS[kind], new);
        let signature = crate::fixture::tlv(0x03, &[0; 257]);
        exercise(&crate::fixture::sequence(&[&parts.tbs(), &parts.algorithm, &signature]));
    }

    #[test]
    fn keys_and_signatures_of_any_content(
        modulus in vec(any::<u8>(), 0..40),
        exponent in vec(any::<u8>(), 0..10),
        point in vec(any::<u8>(), 0..100),
        signature in vec(any::<u8>(), 0..40),
    ) {
        check_with_odd_key(modulus, exponent, point, &signature);
    }

    #[test]
    fn digests_of_any_length(bytes in vec(any::<u8>(), 0..80)) {
        for algorithm in HashAlgorithm::ALL {
            prop_assert_eq!(Digest::new(algorithm, &bytes).is_ok(), bytes.len() == algorithm.digest_len());
        }
    }

    #[test]
    fn texts_of_any_content(text: String) {
        let _ = text.parse::<UnixTime>();
        let _ = text.parse::<HashAlgorithm>();
    }
}
