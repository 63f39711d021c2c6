//! Files of a gigabyte, in every place. They have hardly any blocks, and a run has less memory than that.

use std::fs::File;
use std::io::Write;

use kazasu_sim::Purpose;

use crate::bench::{Bench, USUAL, pki};

const GIGABYTE: u32 = 1 << 30;

/// A file of zeros with this start.
fn write_huge(bench: &Bench, name: &str, start: &[u8]) {
    let mut file = File::create(bench.path(name)).unwrap();
    file.set_len(GIGABYTE.into()).unwrap();
    file.write_all(start).unwrap();
}

/// A file that begins like `good`, but is as long as it says.
fn write_long(bench: &Bench, good: &str) -> String {
    let good_bytes = bench.read(good);
    assert_eq!(good_bytes[..2], [0x30, 0x82]);
    let len = (GIGABYTE - 6).to_be_bytes();
    let name = format!("long-{good}");
    write_huge(bench, &name, &[&[0x30, 0x84], &len[..], &good_bytes[4..]].concat());
    name
}

const LINE: &str = "--in document --environment test --at 2026-04-01T00:00:00Z --no-revocation";

#[test]
fn what_is_to_be_verified() {
    let bench = Bench::new();
    write_huge(&bench, "zeros", &[]);
    let [long_cert, long_crl, long_ocsp] = ["cert", "crl", "ocsp"].map(|good| write_long(&bench, good));
    let code = |more: &str| bench.verify(&format!("{LINE} {more}"), 41)["errors"][0].clone();
    for huge in ["zeros", &long_cert] {
        assert_eq!(code(&format!("--anchor ca-sign-2023 --signature {huge}")), "cms_encoding", "{huge}");
        assert_eq!(code(&format!("--anchor ca-sign-2023 --signature {huge} --cert cert")), "cms_encoding");
        assert_eq!(code(&format!("--anchor ca-sign-2023 --signature raw --cert {huge}")), "der", "{huge}");
        assert_eq!(code(&format!("--anchor {huge} --signature raw --cert cert")), "untrusted_anchor");
    }
    for huge in ["zeros", &long_crl] {
        assert_eq!(bench.usual(&format!("--crl {huge}"), 42), ["crl_encoding", "indeterminate"], "{huge}");
        bench.usual(&format!("--crl {huge} crl"), 0);
    }
    for huge in ["zeros", &long_ocsp] {
        assert_eq!(bench.usual(&format!("--ocsp {huge}"), 42), ["ocsp_encoding", "indeterminate"], "{huge}");
        bench.usual(&format!("--ocsp {huge} ocsp"), 0);
    }
}

#[test]
fn records() {
    let bench = Bench::new();
    write_huge(&bench, "zeros", &[]);
    write_huge(&bench, "record-of-zeros", b"{\"format\":\"kazasu-evidence\",\"version\":1,\"record\":[");
    // Not long, but a value takes many times the memory of its two characters.
    bench.write("many-values", format!("{{\"record\":[0{}]}}", ",0".repeat(20 << 20)).as_bytes());
    for record in ["zeros", "record-of-zeros", "many-values"] {
        assert_eq!(bench.verify(&format!("--replay {record}"), 41)["errors"][0], "evidence_encoding");
        let line = format!("{USUAL} --crl crl --evidence-out new --previous {record}");
        assert_eq!(bench.verify(&line, 41)["errors"][0], "evidence_encoding", "{record}");
    }
    bench.usual("--crl crl --evidence-out record --retain all", 0);
    bench.verify("--replay record --environment test", 0);
    for (option, code) in [
        ("--in", "evidence_input"),
        ("--signature", "evidence_input"),
        ("--cert", "evidence_input"),
        ("--crl", "evidence_input"),
        ("--ocsp", "evidence_input"),
        ("--previous", "evidence_encoding"),
        ("--seal-key", "evidence_seal"),
    ] {
        let json = bench.verify(&format!("--replay record --environment test {option} zeros"), 41);
        assert_eq!(json["errors"][0], code, "{option}");
    }
    bench.verify(&format!("{USUAL} --crl crl --evidence-out new --seal-key zeros"), 2);
}

/// A document may be as long as it likes: it is hashed, not held.
#[test]
fn documents() {
    let bench = Bench::new();
    write_huge(&bench, "long-document", &[]);
    write_huge(&bench, "another", b"1");
    let content = vec![0; GIGABYTE as usize];
    bench.write("raw", &pki().leaf_key(Purpose::Signing).sign_sha256(&content).unwrap());
    drop(content);
    let line = USUAL.replace("--in document", "--in long-document");
    let json = bench.verify(&format!("{line} --crl crl --evidence-out record --retain all"), 0);
    assert_eq!(json["inputs"]["document"].as_object().unwrap().len(), 3, "{json}");
    bench.verify("--replay record --environment test", 0);
    bench.verify("--replay record --environment test --in long-document", 0);
    assert_eq!(
        bench.verify("--replay record --environment test --in another", 41)["errors"][0],
        "evidence_input"
    );
    let line = USUAL.replace("--in document", "--in another");
    assert_eq!(bench.verify(&format!("{line} --crl crl"), 41)["errors"][0], "bad_signature");
}
