use std::{fs, path::Path, process::Command};

use kazasu_cert::{
    Certificate, CmsError, Digest, HashAlgorithm, KeyError, SignedDataDraft, UnixTime, der_total_len,
};
use signer_p256::ecdsa::signature::hazmat::PrehashSigner;
use signer_p384::elliptic_curve::sec1::ToEncodedPoint;

use crate::fixture::{Parts, VALID_AT, oid, public_key_info, sign, tlv};

const CONTENT: &[u8] = b"I apply for an account.\r\nbranch 001\n\0\xFF";
const TIME: Option<UnixTime> = Some(UnixTime(VALID_AT));

/// What `openssl cms -verify` prints as content, or its complaint.
fn openssl_verify(cms: &[u8], detached: Option<&[u8]>) -> Result<Vec<u8>, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let write = |name: &str, bytes: &[u8]| fs::write(path(name), bytes).unwrap();
    write("ca.der", &Parts::authority().der());
    write("signed.p7s", cms);
    let pem = openssl(&["x509", "-inform", "DER"], &[("-in", &path("ca.der"))]).unwrap();
    write("ca.pem", &pem);

    let time = VALID_AT.to_string();
    // -cades: signing-certificate-v2 must be there and name the signer's certificate.
    let arguments =
        ["cms", "-verify", "-inform", "DER", "-binary", "-cades", "-purpose", "any", "-attime", &time];
    let (signed, ca, content) = (path("signed.p7s"), path("ca.pem"), path("content"));
    let mut files = vec![("-in", signed.as_path()), ("-CAfile", ca.as_path())];
    if let Some(bytes) = detached {
        write("content", bytes);
        files.push(("-content", content.as_path()));
    }
    openssl(&arguments, &files)
}

fn openssl(arguments: &[&str], files: &[(&str, &Path)]) -> Result<Vec<u8>, String> {
    let mut command = Command::new("openssl");
    command.args(arguments);
    for (option, file) in files {
        command.arg(option).arg(file);
    }
    let output = command.output().unwrap_or_else(|error| {
        panic!("this test needs the openssl program (Debian package openssl) on PATH: {error}")
    });
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn draft(algorithm: HashAlgorithm, time: Option<UnixTime>) -> SignedDataDraft {
    let certificate = Parts::signing().certificate();
    SignedDataDraft::new(&certificate, &algorithm.digest(CONTENT), time).unwrap()
}

fn signature_for(draft: &SignedDataDraft) -> Vec<u8> {
    sign(draft.digest_to_sign().algorithm(), draft.digest_to_sign().as_bytes())
}

#[test]
fn openssl_accepts_what_was_signed_and_nothing_else() {
    for algorithm in HashAlgorithm::ALL {
        for time in [None, TIME] {
            let draft = draft(algorithm, time);
            let signature = signature_for(&draft);
            let detached = draft.clone().into_detached(&signature).unwrap();
            assert_eq!(openssl_verify(&detached, Some(CONTENT)), Ok(CONTENT.to_vec()), "{algorithm}");
            let refused = openssl_verify(&detached, Some(b"another content")).unwrap_err();
            assert!(refused.contains("verification failure"), "{refused}");

            let attached = draft.into_attached(CONTENT, &signature).unwrap();
            assert_eq!(openssl_verify(&attached, None), Ok(CONTENT.to_vec()), "{algorithm}");
        }
    }
}

#[test]
fn openssl_accepts_the_elliptic_curves() {
    let p256 = signer_p256::ecdsa::SigningKey::from_slice(&[0x11; 32]).unwrap();
    let p384 = signer_p384::ecdsa::SigningKey::from_slice(&[0x22; 48]).unwrap();
    let certificate = |curve: &str, point: &[u8]| {
        let public_key_info = public_key_info("1.2.840.10045.2.1", &oid(curve), point);
        Parts { public_key_info, ..Parts::signing() }.certificate()
    };
    let check = |certificate: &Certificate, algorithm: HashAlgorithm, sign: &dyn Fn(&Digest) -> Vec<u8>| {
        let draft = SignedDataDraft::new(certificate, &algorithm.digest(CONTENT), TIME).unwrap();
        let signature = sign(draft.digest_to_sign());
        let cms = draft.into_detached(&signature).unwrap();
        assert_eq!(openssl_verify(&cms, Some(CONTENT)), Ok(CONTENT.to_vec()), "{algorithm}");
    };
    let on_p256 = certificate("1.2.840.10045.3.1.7", p256.verifying_key().to_encoded_point(false).as_bytes());
    let point = p384.verifying_key().as_affine().to_encoded_point(false);
    let on_p384 = certificate("1.3.132.0.34", point.as_bytes());
    for algorithm in HashAlgorithm::ALL {
        check(&on_p256, algorithm, &|digest| {
            let signature: signer_p256::ecdsa::Signature = p256.sign_prehash(digest.as_bytes()).unwrap();
            signature.to_der().as_bytes().to_vec()
        });
        check(&on_p384, algorithm, &|digest| {
            let signature: signer_p384::ecdsa::Signature = p384.sign_prehash(digest.as_bytes()).unwrap();
            signature.to_der().as_bytes().to_vec()
        });
    }
}

#[test]
fn the_certificate_and_its_name_are_copied_byte_for_byte() {
    let parts = Parts::signing();
    let draft = draft(HashAlgorithm::Sha256, TIME);
    let signature = signature_for(&draft);
    let cms = draft.into_detached(&signature).unwrap();
    let contains = |needle: &[u8]| cms.windows(needle.len()).any(|window| window == needle);
    assert!(contains(&tlv(0xA0, &parts.der())));
    assert!(contains(&tlv(0x30, &[&parts.issuer[..], &parts.serial].concat())));
}

#[test]
fn the_digest_is_that_of_the_set_sent() {
    for algorithm in HashAlgorithm::ALL {
        let draft = draft(algorithm, TIME);
        let to_sign = draft.digest_to_sign().clone();
        let signature = signature_for(&draft);
        let cms = draft.into_detached(&signature).unwrap();
        // The attributes start with the shortest, contentType; [0] stands in the place of SET.
        let content_type =
            tlv(0x30, &[oid("1.2.840.113549.1.9.3"), tlv(0x31, &oid("1.2.840.113549.1.7.1"))].concat());
        let start = cms.windows(content_type.len()).position(|window| window == content_type).unwrap();
        let header = (2..=4).find(|len| cms[start - len] == 0xA0).unwrap();
        let len = match cms[start - header + 1..start] {
            [len] | [0x81, len] => usize::from(len),
            [0x82, high, low] => usize::from(high) << 8 | usize::from(low),
            _ => panic!(),
        };
        let attributes = &cms[start..start + len];
        assert_eq!(algorithm.digest(&tlv(0x31, attributes)), to_sign);
        let mut rest = attributes;
        let mut elements = Vec::new();
        while let Some(len) = der_total_len(rest) {
            elements.push(&rest[..len]);
            rest = &rest[len..];
        }
        assert_eq!((elements.len(), rest.len()), (4, 0));
        assert!(elements.is_sorted());
    }
}

#[test]
fn the_parts_that_must_fit_are_checked() {
    let draft = draft(HashAlgorithm::Sha256, TIME);
    let signature = signature_for(&draft);
    assert_eq!(draft.clone().into_attached(b"another", &signature), Err(CmsError::Content));
    for len in [0, 255, 257] {
        let refused = Err(CmsError::Signature { len });
        assert_eq!(draft.clone().into_detached(&vec![1; len]), refused);
        assert_eq!(draft.clone().into_attached(CONTENT, &vec![1; len]), refused);
    }
    let unknown =
        Parts { public_key_info: public_key_info("1.3.101.112", &[], &[0; 32]), ..Parts::signing() };
    let refused = SignedDataDraft::new(&unknown.certificate(), &HashAlgorithm::Sha256.digest(b""), None);
    assert!(matches!(refused, Err(CmsError::Key(KeyError::Algorithm))));
}

#[test]
fn signing_time_has_two_forms() {
    let der = |seconds| {
        let draft = draft(HashAlgorithm::Sha256, Some(UnixTime(seconds)));
        let signature = signature_for(&draft);
        draft.into_detached(&signature).unwrap()
    };
    let contains = |cms: &[u8], needle: &[u8]| cms.windows(needle.len()).any(|window| window == needle);
    assert!(contains(&der(VALID_AT), &tlv(0x17, b"260401000000Z")));
    assert!(contains(&der(2_524_607_999), &tlv(0x17, b"491231235959Z")));
    assert!(contains(&der(2_524_608_000), &tlv(0x18, b"20500101000000Z")));
    let certificate = Parts::signing().certificate();
    for seconds in [-1, i64::MIN, i64::MAX, 253_402_300_800] {
        let time = UnixTime(seconds);
        let refused = SignedDataDraft::new(&certificate, &HashAlgorithm::Sha256.digest(CONTENT), Some(time))
            .map(|_| ());
        assert_eq!(refused, Err(CmsError::SigningTime { time }));
    }
}
