//! The whole way: a question by HTTP POST to a responder on this machine, and its answer checked.

use std::io::{Read, Write};
use std::net::TcpStream;

use kazasu_sim::status_services::{CertificateStatus, ErrorStatus, Failure, StatusServer};
use kazasu_verify::{OCSP_REQUEST_MEDIA_TYPE, OcspErrorStatus, OcspProblem, OcspStatus};

use crate::common::{NOW, SERIAL, Vector};

/// The body of the answer.
fn post(server: &StatusServer, body: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let head = format!(
        "POST / HTTP/1.1\r\nHost: {}\r\nContent-Type: {OCSP_REQUEST_MEDIA_TYPE}\r\nContent-Length: {}\r\n\r\n",
        server.address(),
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&answer));
    let head = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    answer.split_off(head + 4)
}

type Case = (&'static str, fn(&mut Vector), Result<OcspStatus, OcspProblem>);

#[test]
fn every_state_over_http() {
    let cases: [Case; 4] = [
        ("good", |_| {}, Ok(OcspStatus::Good)),
        ("unknown", |v| v.responder.otherwise = CertificateStatus::Unknown, Ok(OcspStatus::Unknown)),
        (
            "revoked",
            |v| {
                let status = CertificateStatus::Revoked { at: NOW.0, reason: None };
                v.responder.statuses.insert(SERIAL, status);
            },
            Ok(OcspStatus::Revoked { revocation_time: NOW, reason: None }),
        ),
        (
            "tryLater",
            |v| v.responder.failure = Some(Failure::Status(ErrorStatus::TryLater)),
            Err(OcspProblem::Status(OcspErrorStatus::TryLater)),
        ),
    ];
    for (what, change, expected) in cases {
        let mut vector = Vector::new();
        change(&mut vector);
        let server = StatusServer::ocsp(vector.responder.clone(), || NOW.0).unwrap();
        let received = post(&server, &vector.request());
        assert_eq!(vector.check_bytes(&received).map(|answer| answer.status), expected, "{what}");
        assert_eq!(server.answered(), 1);
    }
}
