//! Cases 43 to 45: signed attributes of a CMS.

use kazasu_sim::der;
use kazasu_verify::{Policy, Rejection, SignedAttributesPolicy, SignedAttrsProblem};

use super::cms::{attack, certificate, question};
use crate::cms::{
    CONTENT_TYPE, CmsTemplate, Hash, MESSAGE_DIGEST, SIGNING_TIME, attribute, content_type, id_data,
    message_digest,
};
use crate::vector::{DOCUMENT, POLICY};
use crate::{Attack, Expected, Question};

pub(super) fn attacks() -> Vec<Attack> {
    [digest_and_content_type(), attributes_passed_off_as_content()].concat()
}

fn digest_and_content_type() -> Vec<Attack> {
    use SignedAttrsProblem as P;
    fn digest() -> Vec<u8> {
        message_digest(Hash::Sha256, DOCUMENT)
    }
    fn value(data: &[u8]) -> Vec<u8> {
        der::octet_string(&Hash::Sha256.digest(data))
    }
    fn set(cms: &mut CmsTemplate, attributes: &[Vec<u8>]) {
        cms.signer().attributes = Some(attributes.to_vec());
    }
    let attrs = Rejection::SignedAttrs;
    vec![
        attack(
            43,
            "messageDigest twice, the same",
            |cms| set(cms, &[content_type(), digest(), digest()]),
            attrs(P::MessageDigestCount),
        ),
        attack(
            43,
            "messageDigest twice, another one first",
            |cms| set(cms, &[content_type(), message_digest(Hash::Sha256, b"x"), digest()]),
            attrs(P::MessageDigestCount),
        ),
        attack(
            43,
            "messageDigest with two values",
            |cms| {
                let two = attribute(MESSAGE_DIGEST, &[value(DOCUMENT), value(b"x")]);
                set(cms, &[content_type(), two]);
            },
            attrs(P::MessageDigestCount),
        ),
        attack(
            43,
            "messageDigest without a value",
            |cms| set(cms, &[content_type(), attribute(MESSAGE_DIGEST, &[])]),
            attrs(P::MessageDigestCount),
        ),
        attack(43, "no messageDigest", |cms| set(cms, &[content_type()]), attrs(P::MessageDigestCount)),
        attack(
            43,
            "messageDigest is no OCTET STRING",
            |cms| set(cms, &[content_type(), attribute(MESSAGE_DIGEST, &[der::null()])]),
            attrs(P::Malformed),
        ),
        attack(44, "no contentType", |cms| set(cms, &[digest()]), attrs(P::ContentTypeCount)),
        attack(
            44,
            "contentType twice",
            |cms| set(cms, &[content_type(), content_type(), digest()]),
            attrs(P::ContentTypeCount),
        ),
        attack(
            44,
            "contentType with two values",
            |cms| set(cms, &[attribute(CONTENT_TYPE, &[id_data(), id_data()]), digest()]),
            attrs(P::ContentTypeCount),
        ),
        attack(
            44,
            "contentType of a time-stamp token",
            |cms| {
                let tst_info = der::oid(&[1, 2, 840, 113_549, 1, 9, 16, 1, 4]);
                set(cms, &[attribute(CONTENT_TYPE, &[tst_info]), digest()]);
            },
            attrs(P::ContentTypeValue),
        ),
        attack(
            44,
            "eContentType of a time-stamp token",
            |cms| cms.content_type = der::oid(&[1, 2, 840, 113_549, 1, 9, 16, 1, 4]),
            attrs(P::ContentTypeValue),
        ),
        attack(44, "no attribute at all", |cms| set(cms, &[]), attrs(P::ContentTypeCount)),
        attack(
            43,
            "an attribute that is none",
            |cms| set(cms, &[content_type(), digest(), der::sequence(&[der::null()])]),
            attrs(P::Malformed),
        ),
        attack(
            43,
            "signing time twice",
            |cms| {
                let time = attribute(SIGNING_TIME, &[der::tlv(0x17, b"260401000000Z")]);
                set(cms, &[content_type(), digest(), time.clone(), time]);
            },
            attrs(P::SigningTime),
        ),
        attack(
            43,
            "signing time that is none",
            |cms| set(cms, &[content_type(), digest(), attribute(SIGNING_TIME, &[der::utf8("now")])]),
            attrs(P::SigningTime),
        ),
    ]
}

/// The signature of a CMS is one over the DER of its attributes. Without them it would be one over the content: so
/// the attributes must not pass as content.
fn attributes_passed_off_as_content() -> Vec<Attack> {
    let optional = Policy { signed_attributes: SignedAttributesPolicy::Optional, ..POLICY };
    let rejected = |problem| Expected::Rejected(Rejection::SignedAttrs(problem));
    let genuine = CmsTemplate::new(&certificate());
    let mut without = genuine.clone();
    without.signer().attributes = None;

    let content = genuine.signers[0].to_be_signed();
    let mut forged = without.clone();
    forged.signer().signed_content.clone_from(&content);
    forged.content = Some(content.clone());
    let attached = Question { document: content.clone(), ..question(&forged) };
    forged.content = None;
    let detached = Question { document: content, ..question(&forged) };

    let digest_only = Question { policy: optional, by_digest: true, ..question(&without) };
    let mut typed = without;
    typed.content_type = der::oid(&[1, 2, 840, 113_549, 1, 9, 16, 1, 4]);
    let typed = Question { policy: optional, ..question(&typed) };
    let forgery = |title, by_digest, policy, question: &Question, problem| {
        let question = Question { policy, by_digest, ..question.clone() };
        Attack::new(45, title, question, rejected(problem))
    };
    use SignedAttrsProblem::{AttributesAsContent, Missing};
    vec![
        forgery("signed attributes as attached content", false, POLICY, &attached, Missing),
        forgery("signed attributes as detached content", false, POLICY, &detached, Missing),
        forgery("signed attributes as content known by digest", true, POLICY, &attached, Missing),
        forgery(
            "signed attributes as attached content where none are demanded",
            false,
            optional,
            &attached,
            AttributesAsContent,
        ),
        forgery(
            "signed attributes as detached content where none are demanded",
            false,
            optional,
            &detached,
            AttributesAsContent,
        ),
        forgery(
            "signed attributes as content known by digest where none are demanded",
            true,
            optional,
            &attached,
            AttributesAsContent,
        ),
        // Nobody can look what the content is.
        Attack::new(45, "any content known by digest", digest_only, rejected(AttributesAsContent)),
        // RFC 5652 §5.3.
        Attack::new(45, "another content type without signed attributes", typed, rejected(Missing)),
    ]
}
