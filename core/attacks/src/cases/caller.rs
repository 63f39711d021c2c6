//! Cases 67 and 68, as far as a verifier can see them: the document is the relying party's own copy, and what was good
//! in a cache is only good as long as the policy says.

use kazasu_cert::UnixTime;
use kazasu_sim::status_services::{CertificateStatus, RevocationReason};
use kazasu_verify::{Purpose, Rejection, RevocationReason as Reason};

use super::BAD_DOCUMENT;
use super::cms::{certificate, question};
use crate::cms::{CmsTemplate, Hash, content_type, message_digest};
use crate::status::{DAY, Evidence, HOUR, answered, checked, list, list_of, now, responder, signed};
use crate::vector::Vector;
use crate::{Attack, Expected, Question};

pub(super) fn attacks() -> Vec<Attack> {
    [another_document(), stale()].concat()
}

/// The client signs, correctly, something else than what the relying party has issued.
fn another_document() -> Vec<Attack> {
    const ECHOED: &[u8] = b"what the client says it was given";
    let mut raw = Vector::new(Purpose::Signing);
    raw.signature = Some(raw.holder_key.sign_sha256(ECHOED).unwrap());
    let mut cms = CmsTemplate::new(&certificate());
    cms.signer().attributes = Some(vec![content_type(), message_digest(Hash::Sha256, ECHOED)]);
    let detached = question(&cms);
    cms.content = Some(ECHOED.to_vec());
    let attached = question(&cms);
    let mismatch = || Expected::Rejected(Rejection::ContentMismatch);
    vec![
        Attack::new(67, "another document signed", raw.question(), Expected::Rejected(BAD_DOCUMENT)),
        Attack::new(67, "another document signed, detached CMS", detached, mismatch()),
        Attack::new(67, "another document signed, and it comes along", attached, mismatch()),
    ]
}

/// Revoked since, and good in what was kept.
fn stale() -> Vec<Attack> {
    let cached = |title, evidence: fn(&Vector) -> Vec<Evidence>, expected| {
        let vector = checked(Purpose::Signing);
        let question = Question { evidence: evidence(&vector), ..vector.question() };
        Attack::new(68, title, question, expected)
    };
    let since = now() - HOUR;
    let revoked = Rejection::Revoked { since: UnixTime(since), reason: Some(Reason::KeyCompromise) };
    vec![
        cached("answer kept for longer than the policy allows", |v| vec![old_answer(v)], {
            Expected::Open("ocsp_stale")
        }),
        cached("list kept beyond its nextUpdate", |v| vec![signed(&list_of(v, 6, now() - DAY - 1))], {
            Expected::Open("crl_invalid")
        }),
        cached(
            "old good answer beside a list that revokes",
            |v| {
                let mut list = list(v);
                list.revoke(crate::status::SERIAL, now() - HOUR, Some(RevocationReason::KeyCompromise))
                    .unwrap();
                vec![old_answer(v), signed(&list)]
            },
            Expected::Rejected(revoked.clone()),
        ),
        cached(
            "good list in a cache beside an answer that revokes",
            |v| {
                let mut responder = responder(v);
                let reason = Some(RevocationReason::KeyCompromise);
                responder.otherwise = CertificateStatus::Revoked { at: now() - HOUR, reason };
                vec![signed(&list_of(v, 6, now() - 2 * HOUR)), answered(v, &responder)]
            },
            Expected::Rejected(revoked),
        ),
    ]
}

/// An answer of 31 minutes ago that names no end.
fn old_answer(vector: &Vector) -> Evidence {
    let mut responder = responder(vector);
    responder.age = 31 * 60;
    responder.next_update = false;
    answered(vector, &responder)
}
