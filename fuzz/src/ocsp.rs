//! OCSP answers.
//!
//! The first byte of the input chooses: bits 0 and 1 the crypto, bit 2 the purpose (both as in `verifier.rs`), bits 3 and
//! 4 the nonce (none was sent, one may come back, one must), bit 5 asks forty minutes later, bit 6 a day earlier. The rest
//! is the answer.

use der::Decode;
use kazasu_cert::UnixTime;
use kazasu_verify::{
    ClockSkew, Document, MaxAge, NoncePolicy, NonceRecord, OcspAnswer, OcspNonce, OcspPolicy, OcspProblem,
    OcspStatus, RevocationEvidence, SignatureInput, Submission, TrustAnchor, Verdict, check_ocsp,
};
use x509_ocsp::{BasicOcspResponse, CertStatus, OcspResponse};

use crate::BerMutator;
use crate::crypto::FakeCrypto;
use crate::verifier::{Choice, DOCUMENT, NOW, anchors, certificate};

/// How inputs are mutated.
pub const MUTATOR: BerMutator = BerMutator { prefix: 1 };

pub(crate) const NONCE_IF_PRESENT: u8 = 8;
pub(crate) const NONCE_REQUIRED: u8 = 16;
pub(crate) const LATER: u8 = 32;
const EARLIER: u8 = 64;

/// What was sent.
pub(crate) const NONCE: OcspNonce = [0x5A; 32];

/// The CA of [`certificate`].
pub(crate) fn issuer(choice: Choice) -> &'static TrustAnchor {
    let aki = certificate(choice.purpose()).authority_key_identifier().unwrap().unwrap().value;
    anchors(choice.purpose()).iter().find(|one| Some(one.key_identifier()) == aki.key_identifier).unwrap()
}

/// An answer is fresh, about the certificate, and says what another decoder finds in it.
pub fn run(input: &[u8]) {
    let Some((options, received)) = input.split_first() else { return };
    let has = |bit: u8| options & bit != 0;
    let choice = Choice(options & (3 | Choice::AUTHENTICATION));
    let policy = OcspPolicy {
        max_age: MaxAge::THIRTY_MINUTES,
        nonce: match options >> 3 & 3 {
            0 => NoncePolicy::NotSent,
            1 => NoncePolicy::IfPresent(NONCE),
            _ => NoncePolicy::Required(NONCE),
        },
        clock_skew: ClockSkew::FIVE_MINUTES,
    };
    let later = if has(LATER) { 2_400 } else { 0 };
    let at = UnixTime(NOW.0 + later - if has(EARLIER) { 86_400 } else { 0 });
    let leaf = certificate(choice.purpose());
    let answer = check_ocsp(received, leaf, issuer(choice), &choice.crypto(), &policy, at);
    if let Ok(answer) = &answer {
        assert!(!matches!(choice.crypto(), FakeCrypto::RefusesAll), "an answer without a signature");
        check_answer(answer, &policy, at);
        compare(answer, leaf.serial(), received);
    }
    if matches!(choice.crypto(), FakeCrypto::AcceptsAll) && !matches!(policy.nonce, NoncePolicy::Required(_))
    {
        let nonce = matches!(policy.nonce, NoncePolicy::IfPresent(_)).then_some(NONCE);
        verdict(choice, &answer, RevocationEvidence::Ocsp { response: received, nonce }, at);
    }
}

fn check_answer(answer: &OcspAnswer, policy: &OcspPolicy, at: UnixTime) {
    let expected = match policy.nonce {
        NoncePolicy::NotSent => answer.nonce == NonceRecord::NotSent,
        NoncePolicy::IfPresent(_) => answer.nonce != NonceRecord::NotSent,
        NoncePolicy::Required(_) => answer.nonce == NonceRecord::Matched,
    };
    assert!(expected);
    let oldest = answer.this_update.min(answer.produced_at);
    if answer.this_update.max(answer.produced_at).0 > at.0 + 300 {
        assert!(
            matches!(answer.status, OcspStatus::Revoked { revocation_time, .. } if revocation_time <= at)
        );
    } else {
        // What has lapsed can only say no.
        let is_fresh = at.0 - oldest.0 <= 1_800 && answer.next_update.is_none_or(|next| next >= at);
        assert_eq!(answer.lapsed.is_none(), is_fresh);
        assert!(is_fresh || matches!(answer.status, OcspStatus::Revoked { .. }));
    }
    assert!(serde_json::to_value(answer).is_ok_and(|json| json["status"].is_string()));
}

fn compare(answer: &OcspAnswer, serial: &[u8], received: &[u8]) {
    let response = OcspResponse::from_der(received).unwrap().response_bytes.unwrap();
    let Ok(basic) = BasicOcspResponse::from_der(response.response.as_bytes()) else { return };
    let ours = basic.tbs_response_data.responses.into_iter();
    let ours = ours.filter(|single| single.cert_id.serial_number.as_bytes() == serial);
    let same = |status: CertStatus| {
        matches!(
            (status, answer.status),
            (CertStatus::Good(_), OcspStatus::Good)
                | (CertStatus::Revoked(_), OcspStatus::Revoked { .. })
                | (CertStatus::Unknown(_), OcspStatus::Unknown)
        )
    };
    assert!(ours.into_iter().any(|single| same(single.cert_status)));
}

/// The verdict on a signature that is otherwise in order.
fn verdict(
    choice: Choice,
    answer: &Result<OcspAnswer, OcspProblem>,
    evidence: RevocationEvidence<'_>,
    at: UnixTime,
) {
    let certificate = certificate(choice.purpose()).as_der();
    let signature = SignatureInput::Raw { certificate, signature: &[1; 256] };
    let evidence = [evidence];
    let submission = Submission::new(Document::Bytes(DOCUMENT), signature).with_revocation(&evidence);
    let report = Choice(choice.0 | Choice::REVOCATION).check(&submission, at);
    let expected = match answer.as_ref().map(|answer| answer.status) {
        Ok(OcspStatus::Good) => Verdict::Accepted,
        Ok(OcspStatus::Revoked { .. }) => Verdict::Rejected,
        Ok(OcspStatus::Unknown) | Err(_) => Verdict::Indeterminate,
    };
    assert_eq!(report.verdict, expected, "{answer:?}");
}
