//! NIST PKITS: what of it is about one certificate, its issuer and the issuer's CRL.
//!
//! Each of the 224 cases is an S/MIME message. The signer's certificate is judged as if the CA that issued it were a
//! pinned anchor, the CRLs of the collection are handed over all together, and the signature is checked as that of a
//! CMS. `tests/pkits/cases.toml` says what must come out, and why where NIST's answer rests on something else.
//!
//! The collection comes in the Debian package `python3-cryptography-vectors`; `cargo xtask test --only rust`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use base64ct::{Base64, Encoding as _};
use kazasu_cert::{Certificate, CryptoProvider, HashAlgorithm, RustCrypto, SignatureScheme, UnixTime};
use serde::Deserialize;

use crate::cms::{SignedData, SignerCertificates, received_der};
use crate::path::{PathContext, encoding, issued_within};
use crate::{
    AcceptedHashes, Check, CheckResult, ClockSkew, CrlCheck, CrlProblem, CrlScope, CrlStatus, Document,
    Policy, RevocationPolicy, Scheme, SignatureInput, SignedAttributesPolicy, Submission, TimeSource,
    TrustAnchors, ValidationTime, Verifier,
};

/// Where the Debian package puts it; `PKITS_DATA` for another place.
const DATA: &str = "/usr/lib/python3/dist-packages/cryptography_vectors/x509/PKITS_data";

/// Within the validity of what is not expired on purpose: 2020-01-01T00:00:00Z.
const AT: UnixTime = UnixTime(1_577_836_800);

/// What is peculiar to JPKI, or is looked at below without the peculiarities.
const PROFILE: [Check; 9] = [
    Check::Issuer,
    Check::CertificateSignature,
    Check::AnchorValidity,
    Check::IssuedWithinAnchor,
    Check::KeyUsage,
    Check::ExtendedKeyUsage,
    Check::CertificatePolicy,
    Check::Attributes,
    Check::Revocation,
];

const POLICY: Policy = Policy {
    revocation: RevocationPolicy::NotChecked,
    signed_attributes: SignedAttributesPolicy::Required,
    hashes: AcceptedHashes::SHA256,
    scheme: Scheme::Pkcs1,
    clock_skew: ClockSkew::ZERO,
};

/// Files of a folder of the collection by name without ending.
fn files(folder: &str) -> BTreeMap<String, Vec<u8>> {
    let folder = env::var_os("PKITS_DATA").map_or(PathBuf::from(DATA), PathBuf::from).join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let read =
        |path: &Path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read(path).unwrap());
    entries.map(|entry| read(&entry.unwrap().path())).collect()
}

/// The signed part of an S/MIME message, and its signature.
fn message(eml: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let text = str::from_utf8(eml).unwrap().replace("\r\n", "\n");
    let boundary = text.split("boundary=\"").nth(1).unwrap().split('"').next().unwrap();
    let delimiter = format!("--{boundary}");
    let mut parts = text.split(&delimiter).skip(1);
    let [signed, signature] = [(); 2].map(|()| parts.next().unwrap());
    let signed = signed.strip_prefix('\n').unwrap().strip_suffix('\n').unwrap();
    let base64: String = signature.split("\n\n").nth(1).unwrap().split_whitespace().collect();
    (signed.replace('\n', "\r\n").into_bytes(), Base64::decode_vec(&base64).unwrap())
}

/// The certificate of the one signer.
fn signer(cms: &[u8]) -> Vec<u8> {
    let der = received_der(cms).unwrap();
    let data = SignedData::read(&der).unwrap();
    let [signer] = &data.signers[..] else { panic!("one signer") };
    SignerCertificates::new(&data.certificates, None).find(signer.sid).unwrap().to_vec()
}

/// The CA whose name and key the certificate gives as its issuer's.
fn issuer(certificate: &Certificate, cas: &[Certificate]) -> Option<Certificate> {
    let key = certificate.authority_key_identifier().ok()??.value.key_identifier?;
    let is_issuer = |ca: &&Certificate| {
        ca.subject_der() == certificate.issuer_der()
            && ca.subject_key_identifier().ok().flatten().is_some_and(|id| id.value == key)
    };
    cas.iter().find(is_issuer).cloned()
}

/// Every reason to refuse the message; none: it is good.
fn judge(eml: &[u8], cas: &[Certificate], crls: &[Vec<u8>]) -> Vec<&'static str> {
    let (signed, cms) = message(eml);
    let Ok(certificate) = Certificate::from_der(&signer(&cms)) else { return vec!["der"] };
    let Some(ca) = issuer(&certificate, cas) else { return vec!["unknown_issuer"] };
    let Some(anchors) = TrustAnchors::foreign(ca) else { return vec!["alg"] };

    let verifier = Verifier::new(anchors, POLICY);
    let input = SignatureInput::Cms { cms: &cms, certificate: None };
    let time = ValidationTime { at: AT, source: TimeSource::Given };
    let report = verifier.check(&Submission::new(Document::Bytes(&signed), input), time);
    let asked = report.checks.iter().filter(|record| !PROFILE.contains(&record.check));
    let mut codes: Vec<_> = asked
        .filter_map(|record| match &record.result {
            CheckResult::Passed => None,
            CheckResult::Failed(rejection) => Some(rejection.code()),
            _ => Some("not_performed"),
        })
        .collect();

    let anchors = verifier.anchors();
    let anchor = anchors.iter().next().unwrap();
    let path = PathContext { anchors, crypto: &RustCrypto, at: AT, clock_skew: ClockSkew::ZERO };
    let anchor_checks = [path.anchor_validity(anchor), issued_within(&certificate, anchor)];
    codes.extend(anchor_checks.into_iter().filter_map(Result::err).map(|rejection| rejection.code()));
    let digest = HashAlgorithm::Sha256.digest(certificate.tbs_der());
    let (key, signature) = (anchor.public_key(), certificate.signature_bytes());
    if RustCrypto.check_signature(key, SignatureScheme::Pkcs1V15, &digest, signature).is_err() {
        codes.push("bad_signature");
    }
    codes.extend(revocation(&certificate, anchors, crls));
    codes
}

/// What the lists that name the issuer say.
fn revocation(certificate: &Certificate, anchors: &TrustAnchors, crls: &[Vec<u8>]) -> Option<&'static str> {
    let scope = CrlScope::Full;
    let check = CrlCheck { certificate, anchors, crypto: &RustCrypto, scope, at: AT, seen: None };
    let issuer = certificate.issuer_der();
    let named = crls.iter().filter(|crl| crl.windows(issuer.len()).any(|part| part == issuer));
    let answer = check.lists(named.map(Vec::as_slice)).map(|answer| answer.status);
    // The lists of others change nothing.
    assert_eq!(
        check.lists(crls.iter().map(Vec::as_slice)).map(|answer| answer.status).ok(),
        answer.clone().ok()
    );
    match answer {
        Ok(CrlStatus::Good) => None,
        Ok(CrlStatus::Revoked(_)) => Some("revoked"),
        Err(problem) => Some(problem.code()),
    }
}

/// `tests/pkits/cases.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    reasons: BTreeMap<String, String>,
    unreadable: BTreeMap<String, String>,
    cases: BTreeMap<String, Case>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    codes: Vec<String>,
    reason: Option<String>,
}

fn table() -> Table {
    toml::from_str(include_str!("../tests/pkits/cases.toml")).unwrap()
}

#[test]
fn every_case_comes_out_as_the_table_says() {
    let Table { reasons, mut cases, .. } = table();
    let cas: Vec<_> = files("certs").values().filter_map(|der| Certificate::from_der(der).ok()).collect();
    let crls: Vec<_> = files("crls").into_values().collect();
    let mut applied = 0;
    for (name, eml) in files("smime") {
        let name = name.strip_prefix("Signed").unwrap();
        let Case { codes, reason } =
            cases.remove(name).unwrap_or_else(|| panic!("{name} is not in the table"));
        assert_eq!(judge(&eml, &cas, &crls), codes, "{name}");
        if let Some(reason) = reason {
            assert!(reasons.contains_key(&reason), "{name}: {reason}");
        } else {
            let is_valid = name.starts_with("Valid");
            assert!(is_valid || name.starts_with("Invalid") || name == "MissingCRLTest1", "{name}");
            assert_eq!(codes.is_empty(), is_valid, "{name}: NIST says otherwise");
            applied += 1;
        }
    }
    assert!(cases.is_empty(), "not in the collection: {:?}", cases.keys());
    println!("{applied} cases of one certificate");
}

#[test]
fn every_certificate_and_list_can_be_read_or_is_in_the_table() {
    let mut found = BTreeMap::new();
    let certificates = files("certs");
    for (name, der) in &certificates {
        let certificate = Certificate::from_der(der);
        let strict = certificate.and_then(|certificate| Ok(certificate.check_strict_der()?));
        if let Err(error) = strict {
            found.insert(name.clone(), encoding(error).code().to_owned());
        }
    }
    let root = Certificate::from_der(&certificates["TrustAnchorRootCertificate"]).unwrap();
    let anchors = TrustAnchors::foreign(root.clone()).unwrap();
    let (certificate, anchors) = (&root, &anchors);
    let scope = CrlScope::Full;
    let check = CrlCheck { certificate, anchors, crypto: &RustCrypto, scope, at: AT, seen: None };
    for (name, crl) in files("crls") {
        if let Err(problem @ CrlProblem::Encoding { .. }) = check.list(&crl[..]) {
            found.insert(name, problem.code().to_owned());
        }
    }
    assert_eq!(found, table().unreadable);
}
