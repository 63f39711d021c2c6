//! OCSP on the command line: answers in files, and responders on this machine.

use kazasu_sim::status_services::{
    CertificateStatus, ErrorStatus, Failure, HttpAnswer, NonceAnswer, OcspResponder, StatusServer,
};

use crate::bench::{Bench, DAY, MINUTE, NOW, SERIAL, USUAL, responder, rfc3339, saying};

#[test]
fn a_file_with_an_answer() {
    let bench = Bench::new();
    bench.usual("--ocsp ocsp", 0);
    let line = USUAL.rsplit_once(" --at ").unwrap().0;
    let at = |at: i64, code| {
        bench.verify(&format!("{line} --ocsp ocsp --at {}", rfc3339(at)), code)["errors"][0].clone()
    };
    // nextUpdate is 15 minutes later.
    at(NOW + 15 * MINUTE, 0);
    assert_eq!(at(NOW + 15 * MINUTE + 1, 42), "ocsp_stale");
    let mut responder = responder();
    responder.next_update = false;
    bench.write("ocsp", &responder.answer(&bench.request(), NOW));
    at(NOW + 30 * MINUTE, 0);
    assert_eq!(at(NOW + 30 * MINUTE + 1, 42), "ocsp_stale");
    assert_eq!(at(NOW - DAY, 42), "ocsp_stale");
    // What was revoked once stays so.
    bench.write("ocsp", &saying(CertificateStatus::hold(NOW - DAY)).answer(&bench.request(), NOW));
    assert_eq!(at(NOW + 9 * DAY, 41), "revoked");
}

#[test]
fn any_revoked_wins() {
    let bench = Bench::new();
    bench.write("revoked-crl", &bench.revoking(7, NOW - 60, NOW - DAY));
    let revoked = saying(CertificateStatus::hold(NOW - DAY));
    bench.write("revoked-ocsp", &revoked.answer(&bench.request(), NOW));
    let unknown = saying(CertificateStatus::Unknown);
    bench.write("unknown", &unknown.answer(&bench.request(), NOW));
    bench.usual("--crl crl --ocsp ocsp", 0);
    for evidence in [
        "--crl revoked-crl --ocsp ocsp",
        "--crl crl --ocsp revoked-ocsp",
        "--ocsp ocsp revoked-ocsp",
        "--ocsp revoked-ocsp ocsp unknown",
        "--crl html --ocsp revoked-ocsp",
    ] {
        let codes = bench.usual(evidence, 41);
        assert_eq!(codes, ["revoked"], "{evidence}");
    }
    assert_eq!(bench.usual("--ocsp unknown", 42), ["status_unknown", "indeterminate"]);
    assert_eq!(bench.usual("--ocsp unknown --crl crl", 42), ["status_unknown", "indeterminate"]);
}

#[test]
fn several_single_responses() {
    let bench = Bench::new();
    let mut responder = saying(CertificateStatus::Unknown);
    responder.others_first = vec![1, 2, 3];
    responder.statuses.insert(SERIAL, CertificateStatus::Good);
    bench.write("ocsp", &responder.answer(&bench.request(), NOW));
    bench.usual("--ocsp ocsp", 0);
}

fn with(change: impl FnOnce(&mut OcspResponder)) -> OcspResponder {
    let mut responder = responder();
    change(&mut responder);
    responder
}

fn serve(responder: OcspResponder) -> StatusServer {
    StatusServer::ocsp(responder, || NOW).unwrap()
}

#[test]
fn a_responder_is_asked_over_http() {
    let bench = Bench::new();
    let server = serve(responder());
    let json = bench.verify(&format!("{USUAL} --ocsp {}", server.url()), 0);
    assert_eq!(server.answered(), 1);
    let answer = &json["signers"][0]["revocation"]["evidence"][0]["answer"];
    assert_eq!((&answer["status"], &answer["nonce"]), (&"good".into(), &"matched".into()));
    bench.usual(&format!("--ocsp {}/path", server.url()), 0);
    bench.usual(&format!("--crl crl --ocsp {}", server.url()), 0);
    assert_eq!(server.answered(), 3, "asked although the list says good");

    let revoked = serve(saying(CertificateStatus::hold(NOW - DAY)));
    assert_eq!(bench.usual(&format!("--ocsp {}", revoked.url()), 41), ["revoked"]);
    assert_eq!(bench.usual(&format!("--crl crl --ocsp {} {}", server.url(), revoked.url()), 41), ["revoked"]);
    let without_nonce = serve(with(|r| r.nonce = NonceAnswer::Omit));
    bench.usual(&format!("--ocsp {}", without_nonce.url()), 0);
    let other_nonce = serve(with(|r| r.nonce = NonceAnswer::Other));
    assert_eq!(bench.usual(&format!("--ocsp {}", other_nonce.url()), 42), ["ocsp_nonce", "indeterminate"]);
}

#[test]
fn nobody_is_asked_about_a_signature_that_is_refused() {
    let bench = Bench::new();
    let server = serve(responder());
    bench.write("raw", &[1; 256]);
    bench.usual(&format!("--ocsp {}", server.url()), 41);
    assert_eq!(server.answered(), 0);
}

#[test]
fn what_goes_wrong_on_the_way_is_42() {
    let bench = Bench::new();
    let nobody = StatusServer::start(|_| HttpAnswer::empty(200)).unwrap().url();
    assert_eq!(bench.usual(&format!("--ocsp {nobody}"), 42), ["evidence_not_received", "indeterminate"]);
    let status = |code| StatusServer::start(move |_| HttpAnswer::empty(code)).unwrap();
    for code in [302, 404, 500, 503] {
        let server = status(code);
        let codes = bench.usual(&format!("--ocsp {}", server.url()), 42);
        assert_eq!(codes, ["evidence_not_received", "indeterminate"], "{code}");
    }
    let empty = status(200);
    assert_eq!(bench.usual(&format!("--ocsp {}", empty.url()), 42), ["ocsp_encoding", "indeterminate"]);
    let html = serve(with(|r| r.failure = Some(Failure::html())));
    assert_eq!(bench.usual(&format!("--ocsp {}", html.url()), 42), ["ocsp_encoding", "indeterminate"]);
    let huge =
        StatusServer::start(|_| HttpAnswer::ok("application/ocsp-response", vec![0x30; 10 << 20])).unwrap();
    let codes = bench.usual(&format!("--ocsp {}", huge.url()), 42);
    assert!(["evidence_not_received", "ocsp_encoding"].contains(&codes[0].as_str()), "{codes:?}");
    for failure in [ErrorStatus::TryLater, ErrorStatus::Unauthorized, ErrorStatus::InternalError] {
        let server = serve(with(|r| r.failure = Some(Failure::Status(failure))));
        assert_eq!(bench.usual(&format!("--ocsp {}", server.url()), 42), ["ocsp_status", "indeterminate"]);
    }
    let (code, stdout, stderr) = bench.run(&format!("verify {USUAL} --ocsp {nobody} --json"));
    assert_eq!((code, stdout.lines().count()), (42, 1));
    assert!(stderr.contains(&nobody), "{stderr}");
}
