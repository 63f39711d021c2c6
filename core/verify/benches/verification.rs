//! One signature and its path: `cargo bench -p kazasu-verify --bench verification`.
//!
//! A raw signature with its certificate goes through [`Verifier::check`], parsing and report included, revocation not.
//! It takes two RSA verifications; the yardstick is what `openssl speed` says two of them take. Both are measured in
//! turn, on one core, ours in time on the CPU.
//!
//! Without `--bench`, as `cargo test --benches` has it, everything runs once and the times mean nothing.

#![allow(
    clippy::cast_precision_loss,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "a measurement that cannot go on ends"
)]

mod moment;

use std::hint::black_box;
use std::process::Command;
use std::sync::Arc;

use kazasu_aws_lc::AwsLc;
use kazasu_cert::{
    Certificate, Digest, HashAlgorithm, PublicKey, SignatureError, SignatureScheme, SignedDataDraft,
};
use kazasu_sim::{Generation, Persona, TestPki};
use kazasu_verify::{
    AcceptedHashes, ClockSkew, CryptoProvider, Document, Policy, Purpose, RevocationPolicy, RustCrypto,
    Scheme, SignatureInput, SignedAttributesPolicy, Submission, TrustAnchor, TrustAnchors, ValidationTime,
    Verifier,
};
use moment::Moment;

const DOCUMENT: &[u8] = "口座開設申込書".as_bytes();

const POLICY: Policy = Policy {
    revocation: RevocationPolicy::NotChecked,
    signed_attributes: SignedAttributesPolicy::Required,
    hashes: AcceptedHashes::SHA2,
    scheme: Scheme::Pkcs1,
    clock_skew: ClockSkew::FIVE_MINUTES,
};

type Subject<'a> = Box<dyn Fn() + 'a>;

/// Says yes: what is left is everything but computing with numbers.
#[derive(Debug)]
struct Yes;

impl CryptoProvider for Yes {
    fn check_signature(
        &self,
        _: &PublicKey,
        _: SignatureScheme,
        _: &Digest,
        _: &[u8],
    ) -> Result<(), SignatureError> {
        Ok(())
    }
}

fn main() {
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    // As long as `openssl speed` takes for each; short and often, so that each meets the machine at its best.
    let (rounds, seconds) = if is_bench { (20, 1) } else { (1, 0) };
    let pki = TestPki::shared().unwrap();
    let (purpose, generation) = (kazasu_sim::Purpose::Signing, Generation::G2023);
    let holder = Persona::named("ichiro").unwrap().holder;
    let template = pki.leaf(purpose, generation, &holder).unwrap();
    let certificate = template.sign(pki.authority(purpose, generation).key()).unwrap();
    let signature = pki.leaf_key(purpose).sign_sha256(DOCUMENT).unwrap();
    let anchors = TrustAnchors::test(Purpose::Signing, pki.anchors_der(purpose)).unwrap();
    let known = AwsLc::knowing(anchors.iter().map(TrustAnchor::public_key));
    let now = ValidationTime::now("2026-04-01T09:00:00+09:00".parse().unwrap());

    let parsed = Certificate::from_der(&certificate).unwrap();
    let draft = SignedDataDraft::new(&parsed, &HashAlgorithm::Sha256.digest(DOCUMENT), Some(now.at)).unwrap();
    let signature_over_draft =
        pki.leaf_key(purpose).sign_padded(&draft.digest_to_sign().digest_info()).unwrap();
    let cms = draft.into_detached(&signature_over_draft).unwrap();

    let raw = SignatureInput::Raw { certificate: &certificate, signature: &signature };
    let cms = SignatureInput::Cms { cms: &cms, certificate: None };
    let verification = |crypto: Arc<dyn CryptoProvider>, input| {
        let verifier = Verifier::with_crypto(anchors.clone(), POLICY, crypto);
        move || {
            let submission = Submission::new(Document::Bytes(DOCUMENT), black_box(input));
            let report = verifier.check(&submission, now);
            assert!(report.is_accepted(), "{:?}", report.errors);
            black_box(report);
        }
    };
    let leaf_key = parsed.public_key().unwrap();
    let issuer_key = anchors.iter().last().unwrap().public_key();
    let tbs_digest = HashAlgorithm::Sha256.digest(parsed.tbs_der());
    let digest = HashAlgorithm::Sha256.digest(DOCUMENT);
    let bare = Arc::new(AwsLc::knowing([issuer_key]));
    let both = || {
        let scheme = SignatureScheme::Pkcs1V15;
        bare.check_signature(issuer_key, scheme, &tbs_digest, parsed.signature_bytes()).unwrap();
        bare.check_signature(&leaf_key, scheme, &digest, &signature).unwrap();
    };
    let subjects: [(&str, Subject<'_>); 6] = [
        ("verification, AWS-LC", Box::new(verification(Arc::new(known), raw))),
        ("  without knowing the anchors", Box::new(verification(Arc::new(AwsLc::default()), raw))),
        ("  its two RSA operations alone", Box::new(both)),
        ("  everything else alone", Box::new(verification(Arc::new(Yes), raw))),
        ("verification of a CMS, AWS-LC", Box::new(verification(bare.clone(), cms))),
        ("verification, RustCrypto", Box::new(verification(Arc::new(RustCrypto), raw))),
    ];
    let mut openssl = f64::INFINITY;
    let mut best = [f64::INFINITY; 6];
    let mut ratios: [Vec<f64>; 6] = Default::default();
    for _ in 0..rounds {
        let one = if is_bench { openssl_speed(seconds) } else { f64::INFINITY };
        openssl = openssl.min(one);
        for ((_, subject), (best, ratios)) in subjects.iter().zip(best.iter_mut().zip(&mut ratios)) {
            let each = microseconds(subject, seconds);
            *best = best.min(each);
            ratios.push(2.0 * one / each);
        }
    }
    println!(
        "\nOne signature and its path, parsing and report included: {rounds} rounds of {seconds} s, the best time, \
         and the median of 2 × openssl / this in the same round"
    );
    println!("  {:34} {openssl:8.2} µs {:8.0} /s", "openssl speed, one RSA verification", 1e6 / openssl);
    for ((name, _), (best, mut ratios)) in subjects.iter().zip(best.into_iter().zip(ratios)) {
        ratios.sort_by(f64::total_cmp);
        println!("  {name:34} {best:8.2} µs {:8.0} /s {:6.3}", 1e6 / best, ratios[ratios.len() / 2]);
    }
}

/// What one call takes, over some seconds.
fn microseconds(subject: &dyn Fn(), seconds: u32) -> f64 {
    subject();
    let started = Moment::now();
    let mut calls = 0u32;
    loop {
        (0..100).for_each(|_| subject());
        calls += 100;
        let spent = started.seconds();
        if spent >= f64::from(seconds) {
            return spent * 1e6 / f64::from(calls);
        }
    }
}

/// What one RSA 2048 verification takes according to `openssl speed`, in microseconds.
fn openssl_speed(seconds: u32) -> f64 {
    let mut command = Command::new("openssl");
    let output = command.args(["speed", "-seconds", &seconds.to_string(), "rsa2048"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    // "Doing 2048 bits public rsa's for 1s: 40349 ...": the rate it computes rests on a clock of hundredths of a second.
    let counted = text.split("public rsa's for ").nth(1).and_then(|rest| rest.split_whitespace().nth(1));
    let count: f64 = counted.and_then(|count| count.parse().ok()).expect(&text);
    1e6 * f64::from(seconds) / count
}
