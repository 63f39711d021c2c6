//! Cases 42 and 46 to 49: CMS.

use kazasu_cert::Certificate;
use kazasu_sim::{KeyName, der};
use kazasu_verify::{
    AcceptedHashes, AlgorithmOf, CmsProblem, Policy, Purpose, Rejection, Signed, SignedAttrsProblem,
    SignerCertProblem,
};

use super::oid;
use crate::cms::{
    CmsTemplate, Hash, SIGNING_CERTIFICATE_V2, SignerTemplate, attribute, content_type, ess_certificates,
    message_digest, signing_certificate,
};
use crate::vector::{DOCUMENT, POLICY, Vector, key};
use crate::{Attack, Expected, Question, Signature};

pub(super) fn attacks() -> Vec<Attack> {
    [
        signers(),
        algorithms(),
        signer_certificate(),
        certificates_beside(),
        signing_certificates(),
        contents(),
        signatures(),
    ]
    .concat()
}

pub(super) fn certificate() -> Vec<u8> {
    Vector::new(Purpose::Signing).certificate()
}

/// A CMS alone.
pub(super) fn question(cms: &CmsTemplate) -> Question {
    let signature = Signature::Cms(cms.build());
    Question { signature, certificate: None, ..Vector::new(Purpose::Signing).question() }
}

/// One change to a CMS.
pub(super) fn attack(
    case: u8,
    title: &str,
    change: impl FnOnce(&mut CmsTemplate),
    expected: Rejection,
) -> Attack {
    let mut cms = CmsTemplate::new(&certificate());
    change(&mut cms);
    Attack::new(case, title, question(&cms), Expected::Rejected(expected))
}

fn signers() -> Vec<Attack> {
    vec![
        attack(42, "no signer", |cms| cms.signers.clear(), Rejection::NoSigner),
        attack(
            42,
            "second signature bad",
            |cms| {
                let mut second = cms.signers[0].clone();
                second.key = key(KeyName::Attacker);
                cms.signers.push(second);
            },
            Rejection::AnySignerBad { signer: 1, signers: 2 },
        ),
        attack(
            42,
            "first signature bad",
            |cms| {
                let mut first = cms.signers[0].clone();
                first.key = key(KeyName::Attacker);
                cms.signers.insert(0, first);
            },
            Rejection::AnySignerBad { signer: 0, signers: 2 },
        ),
        attack(
            42,
            "second signer from nowhere",
            |cms| {
                let mut other = Vector::new(Purpose::Signing);
                other.template.set_serial(5);
                other.template.set_public_key(&key(KeyName::Attacker));
                other.issuer_key = key(KeyName::Attacker);
                let other = other.certificate();
                cms.certificates.push(other.clone());
                let second = SignerTemplate { key: key(KeyName::Attacker), ..SignerTemplate::new(&other) };
                cms.signers.push(second);
            },
            Rejection::AnySignerBad { signer: 1, signers: 2 },
        ),
        attack(
            42,
            "too many signers",
            |cms| cms.signers = vec![cms.signers[0].clone(); 17],
            Rejection::CmsEncoding(CmsProblem::TooMany { what: "signers", limit: 16 }),
        ),
        attack(
            42,
            "too many certificates",
            |cms| cms.certificates = vec![cms.certificates[0].clone(); 65],
            Rejection::CmsEncoding(CmsProblem::TooMany { what: "certificates", limit: 64 }),
        ),
    ]
}

fn algorithms() -> Vec<Attack> {
    fn sha1(cms: &mut CmsTemplate) {
        cms.signer().set_hash(Hash::Sha1);
    }
    let alg = |of, text| Rejection::Alg { of, oid: oid(text) };
    let mut sha512 = CmsTemplate::new(&certificate());
    sha512.signer().set_hash(Hash::Sha512);
    vec![
        attack(
            46,
            "SHA-512 inside the signature, SHA-256 named",
            |cms| cms.signer().hash = Hash::Sha512,
            alg(AlgorithmOf::Signature, "2.16.840.1.101.3.4.2.3"),
        ),
        attack(
            46,
            "sha512WithRSA beside SHA-256",
            |cms| cms.signer().signature_algorithm = Hash::Sha512.with_rsa(),
            alg(AlgorithmOf::Signature, "1.2.840.113549.1.1.13"),
        ),
        attack(
            46,
            "RSASSA-PSS in a CMS",
            |cms| {
                cms.signer().signature_algorithm =
                    der::sequence(&[der::oid(&[1, 2, 840, 113_549, 1, 1, 10]), der::sequence::<&[u8]>(&[])]);
            },
            alg(AlgorithmOf::Signature, "1.2.840.113549.1.1.10"),
        ),
        attack(
            46,
            "rsaEncryption with parameters",
            |cms| {
                cms.signer().signature_algorithm =
                    der::sequence(&[der::oid(&[1, 2, 840, 113_549, 1, 1, 1]), der::integer(1)]);
            },
            alg(AlgorithmOf::Signature, "1.2.840.113549.1.1.1"),
        ),
        attack(46, "SHA-1 in a CMS", sha1, Rejection::WeakAlg { oid: oid("1.3.14.3.2.26") }),
        attack(
            46,
            "sha1WithRSA beside SHA-256",
            |cms| cms.signer().signature_algorithm = Hash::Sha1.with_rsa(),
            Rejection::WeakAlg { oid: oid("1.2.840.113549.1.1.5") },
        ),
        attack(
            46,
            "a digest algorithm nobody knows",
            |cms| cms.signer().digest_algorithm = der::sequence(&[der::oid(&[1, 2, 3, 4])]),
            alg(AlgorithmOf::Digest, "1.2.3.4"),
        ),
        Attack::new(
            46,
            "SHA-512 where the policy accepts SHA-256 only",
            Question { policy: Policy { hashes: AcceptedHashes::SHA256, ..POLICY }, ..question(&sha512) },
            Expected::Rejected(alg(AlgorithmOf::Digest, "2.16.840.1.101.3.4.2.3")),
        ),
    ]
}

/// Another certificate with the issuer and serial number of the signer's.
fn double() -> Vec<u8> {
    let mut vector = Vector::new(Purpose::Signing);
    vector.template.set_public_key(&key(KeyName::Attacker));
    vector.issuer_key = key(KeyName::Attacker);
    vector.certificate()
}

fn signer_certificate() -> Vec<Attack> {
    use SignerCertProblem as P;
    vec![
        attack(
            47,
            "attacker's certificate of the same name first",
            |cms| cms.certificates.insert(0, double()),
            Rejection::SignerCert(P::Ambiguous),
        ),
        attack(
            47,
            "attacker's certificate of the same name last",
            |cms| cms.certificates.push(double()),
            Rejection::SignerCert(P::Ambiguous),
        ),
        attack(
            47,
            "attacker's certificate with the same key identifier",
            |cms| {
                let mut vector = Vector::new(Purpose::Signing);
                vector.template.set_serial(6);
                vector.issuer_key = key(KeyName::Attacker);
                cms.certificates.insert(0, vector.certificate());
                cms.signer().sid = der::tlv(0x80, &key(KeyName::SigningLeaf).key_identifier());
            },
            Rejection::SignerCert(P::Ambiguous),
        ),
        attack(
            47,
            "no certificate in the CMS",
            |cms| cms.certificates.clear(),
            Rejection::SignerCert(P::Missing),
        ),
        attack(
            47,
            "another certificate in the CMS",
            |cms| cms.certificates = vec![Vector::new(Purpose::Authentication).certificate()],
            Rejection::SignerCert(P::Missing),
        ),
    ]
}

/// The certificate is handed over beside the CMS.
fn certificates_beside() -> Vec<Attack> {
    let beside = |title, certificate, problem| {
        let question = question(&CmsTemplate::new(&self::certificate()));
        let question = Question { certificate: Some(certificate), ..question };
        Attack::new(47, title, question, Expected::Rejected(Rejection::SignerCert(problem)))
    };
    let other = Vector::new(Purpose::Authentication).certificate();
    vec![
        beside("not the certificate handed over", other, SignerCertProblem::Unexpected),
        beside("a double handed over", double(), SignerCertProblem::Ambiguous),
    ]
}

fn signing_certificates() -> Vec<Attack> {
    fn add(cms: &mut CmsTemplate, more: &[Vec<u8>]) {
        let mut attributes = vec![content_type(), message_digest(Hash::Sha256, DOCUMENT)];
        attributes.extend_from_slice(more);
        cms.signer().attributes = Some(attributes);
    }
    vec![
        attack(
            48,
            "signing-certificate-v2 with the hash of another certificate",
            |cms| add(cms, &[signing_certificate(Hash::Sha256, &double())]),
            Rejection::SigningCertificate,
        ),
        attack(
            48,
            "signing-certificate-v2 with SHA-1",
            |cms| add(cms, &[signing_certificate(Hash::Sha1, &certificate())]),
            Rejection::SigningCertificate,
        ),
        attack(
            48,
            "signing-certificate-v2 with the issuerSerial of another certificate",
            |cms| {
                let certificate = certificate();
                let issuer = Certificate::from_der(&certificate).unwrap().issuer_der().to_vec();
                let names = der::sequence(&[der::constructed(0xA4, &[issuer])]);
                let serial = der::sequence(&[names, der::integer(1)]);
                let value = ess_certificates(Hash::Sha256, &certificate, &serial);
                add(cms, &[attribute(SIGNING_CERTIFICATE_V2, &[value])]);
            },
            Rejection::SigningCertificate,
        ),
        attack(
            48,
            "not a SigningCertificateV2",
            |cms| add(cms, &[attribute(SIGNING_CERTIFICATE_V2, &[der::null()])]),
            Rejection::SigningCertificate,
        ),
        attack(
            48,
            "signing-certificate-v2 twice",
            |cms| {
                let right = signing_certificate(Hash::Sha256, &certificate());
                add(cms, &[right.clone(), right]);
            },
            Rejection::SignedAttrs(SignedAttrsProblem::SigningCertificateCount),
        ),
    ]
}

fn contents() -> Vec<Attack> {
    vec![
        attack(
            49,
            "signed for another document",
            |cms| {
                let digest = message_digest(Hash::Sha256, b"another document");
                cms.signer().attributes = Some(vec![content_type(), digest]);
            },
            Rejection::ContentMismatch,
        ),
        attack(
            49,
            "another content inside",
            |cms| cms.content = Some(b"another document".to_vec()),
            Rejection::ContentMismatch,
        ),
        attack(49, "empty content inside", |cms| cms.content = Some(Vec::new()), Rejection::ContentMismatch),
        attack(
            49,
            "another content inside, signed as well",
            |cms| {
                cms.content = Some(b"another document".to_vec());
                let digest = message_digest(Hash::Sha256, b"another document");
                cms.signer().attributes = Some(vec![content_type(), digest]);
            },
            Rejection::ContentMismatch,
        ),
    ]
}

fn signatures() -> Vec<Attack> {
    vec![
        attack(
            37,
            "attribute added after signing",
            |cms| {
                let signature =
                    cms.signer().hash.sign(&key(KeyName::SigningLeaf), &cms.signer().to_be_signed());
                cms.signer().attributes.as_mut().unwrap().push(attribute(99, &[der::null()]));
                cms.signer().signature = Some(signature);
            },
            Rejection::BadSignature(Signed::Document),
        ),
        attack(
            37,
            "signed over the attributes as sent, with their own tag",
            |cms| {
                let attributes = cms.signer().attributes.clone().unwrap();
                let sent = der::constructed(0xA0, &attributes);
                cms.signer().signature = Some(Hash::Sha256.sign(&key(KeyName::SigningLeaf), &sent));
            },
            Rejection::BadSignature(Signed::Document),
        ),
        attack(
            37,
            "signed over the document although there are attributes",
            |cms| cms.signer().signature = Some(Hash::Sha256.sign(&key(KeyName::SigningLeaf), DOCUMENT)),
            Rejection::BadSignature(Signed::Document),
        ),
        attack(
            37,
            "truncated signature in a CMS",
            |cms| cms.signer().signature = Some(vec![1; 255]),
            Rejection::BadSignature(Signed::Document),
        ),
    ]
}
