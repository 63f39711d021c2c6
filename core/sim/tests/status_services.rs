//! Lists, answers and the server against OpenSSL and against clients that misbehave.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use kazasu_sim::pki::profile::partition_name;
use kazasu_sim::status_services::{
    CrlIssuer, ErrorStatus, HttpAnswer, IssuingDistributionPoint, MAX_BODY_LEN, OcspResponder,
    RevocationReason, SignatureHash, StatusServer,
};
use kazasu_sim::{CertificateAuthority, Extension, Generation, KeyName, Purpose, TestKey, TestPki, der, pki};

/// 2026-03-31T23:33:20Z.
const NOW: i64 = 1_775_000_000;

fn authority(purpose: Purpose, generation: Generation) -> &'static CertificateAuthority {
    TestPki::shared().unwrap().authority(purpose, generation)
}

fn signing() -> &'static CertificateAuthority {
    authority(Purpose::Signing, Generation::G2023)
}

fn openssl(directory: &Path, arguments: &str) -> (bool, String) {
    let output = Command::new("openssl")
        .args(arguments.split_whitespace())
        .current_dir(directory)
        .output()
        .unwrap_or_else(|error| panic!("openssl (Debian package openssl) is needed: {error}"));
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

/// What OpenSSL reads in a list, and whether it finds it signed by `issuer`.
fn crl(list: &[u8], issuer: &CertificateAuthority) -> (bool, String) {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("crl"), list).unwrap();
    std::fs::write(directory.path().join("ca"), issuer.certificate()).unwrap();
    assert!(openssl(directory.path(), "x509 -inform DER -in ca -out ca.pem").0);
    let (readable, text) = openssl(
        directory.path(),
        "crl -inform DER -in crl -CAfile ca.pem -noout -text -nameopt utf8,sep_comma_plus",
    );
    assert!(readable, "{text}");
    (text.contains("verify OK"), text)
}

#[test]
fn a_full_list_with_every_reason() {
    for purpose in [Purpose::Signing, Purpose::Authentication] {
        for generation in Generation::ALL {
            let authority = authority(purpose, generation);
            let mut list = CrlIssuer::new(authority).full(41, NOW, NOW + 86_400).unwrap();
            for (serial, reason) in (0x10_u64..).zip(RevocationReason::ALL) {
                list.revoke(serial, NOW - 60, Some(reason)).unwrap();
            }
            list.revoke(0x00FF_EEDD_CCBB, NOW - 60, None).unwrap();
            let (verified, text) = crl(&list.sign(authority.key()).unwrap(), authority);
            assert!(verified, "{text}");
            for fact in [
                "Version 2",
                "Last Update: Mar 31 23:33:20 2026 GMT",
                "Next Update: Apr  1 23:33:20 2026 GMT",
                "X509v3 CRL Number: \n                41",
                "Serial Number: FFEEDDCCBB",
                "Key Compromise",
                "CA Compromise",
                "Affiliation Changed",
                "Superseded",
                "Cessation Of Operation",
                "Certificate Hold",
                "Remove From CRL",
            ] {
                assert!(text.contains(fact), "{fact}: {text}");
            }
        }
    }
}

#[test]
fn a_partition_names_its_municipality() {
    let name = partition_name(Purpose::Signing, "Tokyo-to", "Kiyose-shi");
    let list = CrlIssuer::new(signing()).partition(&name, 1, NOW, NOW + 60).unwrap();
    let (verified, text) = crl(&list.sign(signing().key()).unwrap(), signing());
    assert!(verified && text.contains("No Revoked Certificates"), "{text}");
    assert!(text.contains("Issuing Distribution Point: critical"), "{text}");
    assert!(text.contains("Kiyose-shi CRLDP"), "{text}");
}

/// Each hook changes what it says, and nothing else keeps the list from being read.
#[test]
fn wrong_lists() {
    let issuer = CrlIssuer::new(signing());
    let full = || issuer.full(5, NOW, NOW + 60).unwrap();

    let mut delta = full();
    delta.set_delta(4);
    assert!(
        crl(&delta.sign(signing().key()).unwrap(), signing()).1.contains("Delta CRL Indicator: critical")
    );

    let mut arl = full();
    for (scope, shown) in [
        (
            IssuingDistributionPoint { only_ca_certificates: true, ..Default::default() },
            "Only CA Certificates",
        ),
        (
            IssuingDistributionPoint { only_user_certificates: true, ..Default::default() },
            "Only User Certificates",
        ),
        (IssuingDistributionPoint { indirect: true, ..Default::default() }, "Indirect CRL"),
        (
            IssuingDistributionPoint { only_attribute_certificates: true, ..Default::default() },
            "Only Attribute",
        ),
        (
            IssuingDistributionPoint { only_some_reasons: Some(vec![6, 0x40]), ..Default::default() },
            "Key Compromise",
        ),
    ] {
        arl.set_scope(&scope);
        let (verified, text) = crl(&arl.sign(signing().key()).unwrap(), signing());
        assert!(verified && text.contains(shown), "{shown}: {text}");
        assert_eq!(arl.extensions.len(), 3);
    }
    assert!(arl.remove_extension(&pki::oids::issuing_distribution_point()));
    assert_eq!(arl, full());

    let mut unknown = full();
    unknown.revoke(9, NOW, None).unwrap();
    let extension = Extension::critical(der::oid(&[1, 2, 3, 4]), der::null());
    unknown.extensions.push(extension.clone());
    unknown.entries[0].extensions.push(extension);
    let text = crl(&unknown.sign(signing().key()).unwrap(), signing()).1;
    assert_eq!(text.matches("1.2.3.4: critical").count(), 2, "{text}");

    for key in [KeyName::Attacker, KeyName::SigningCa2019, KeyName::AuthenticationCa2023] {
        let list = full().sign(&TestKey::load(key).unwrap()).unwrap();
        assert!(!crl(&list, signing()).0, "{key:?}");
    }
    for hash in SignatureHash::ALL {
        let (verified, text) = crl(&full().sign_with(hash, signing().key()).unwrap(), signing());
        assert!(verified, "{text}");
        assert_eq!(
            text.to_lowercase().matches(&format!("{hash:?}withrsaencryption").to_lowercase()).count(),
            2
        );
    }
}

fn talk(server: &StatusServer, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    // A server that refuses at once may hang up before all of it is sent.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn files_over_http() {
    let files = BTreeMap::from([("/kiyose.crl".to_owned(), b"a list".to_vec())]);
    let server = StatusServer::files(files).unwrap();
    let found = talk(&server, b"GET /kiyose.crl HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert!(found.starts_with("HTTP/1.1 200 ") && found.ends_with("\r\n\r\na list"), "{found}");
    assert!(found.contains("Content-Type: application/pkix-crl\r\nContent-Length: 6\r\n"), "{found}");
    for (request, status) in [
        (&b"GET /other.crl HTTP/1.1\r\n\r\n"[..], 404),
        (b"DELETE /kiyose.crl HTTP/1.1\r\n\r\n", 405),
        (b"not http\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: many\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: 18446744073709551615\r\n\r\n", 413),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
    ] {
        let answer = talk(&server, request);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{status}: {answer}");
    }
    assert_eq!(server.answered(), 7);
}

#[test]
fn nobody_can_make_the_server_swell_or_hang() {
    let server = StatusServer::start(|_| HttpAnswer::empty(204)).unwrap();
    let endless = [b"GET / HTTP/1.1\r\nX: ".to_vec(), vec![b'a'; 20_000]].concat();
    assert!(talk(&server, &endless).starts_with("HTTP/1.1 431 "));
    let many = [b"GET / HTTP/1.1\r\n".to_vec(), b"A: b\r\n".repeat(40)].concat();
    assert!(talk(&server, &many).starts_with("HTTP/1.1 431 "));
    let large = format!("POST / HTTP/1.1\r\nContent-Length: {}\r\n\r\n", MAX_BODY_LEN + 1);
    assert!(talk(&server, large.as_bytes()).starts_with("HTTP/1.1 413 "));

    // One hangs up in the middle, one says nothing more; the next one is served, and stopping takes no long wait.
    let mut gone = TcpStream::connect(server.address()).unwrap();
    gone.write_all(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf").unwrap();
    gone.shutdown(Shutdown::Both).unwrap();
    assert!(talk(&server, b"GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 204 "));
    let silent = TcpStream::connect(server.address()).unwrap();
    let address = server.address();
    let before = Instant::now();
    drop(server);
    assert!(before.elapsed() < Duration::from_secs(3));
    drop(silent);
    assert!(TcpStream::connect(address).is_err(), "nobody listens any more");
}

#[test]
fn the_responder_over_http_takes_only_what_is_a_request() {
    let responder = OcspResponder::new(signing()).unwrap();
    let server = StatusServer::ocsp(responder, || NOW).unwrap();
    let post = |kind: &str, body: &str| {
        let len = body.len();
        talk(
            &server,
            format!("POST / HTTP/1.1\r\nContent-Type: {kind}\r\nContent-Length: {len}\r\n\r\n{body}")
                .as_bytes(),
        )
    };
    let malformed = post("application/ocsp-request", "nonsense");
    let expected = String::from_utf8(ErrorStatus::MalformedRequest.to_der()).unwrap();
    assert!(malformed.starts_with("HTTP/1.1 200 ") && malformed.ends_with(&expected), "{malformed}");
    assert!(post("text/plain", "nonsense").starts_with("HTTP/1.1 415 "));
    assert!(talk(&server, b"GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405 "));
}
