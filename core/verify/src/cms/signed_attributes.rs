//! The signed attributes of a CMS signer (RFC 5652 §5.3, §5.4 and §11; RFC 5035).

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5911::{
    ID_AA_SIGNING_CERTIFICATE, ID_AA_SIGNING_CERTIFICATE_V_2, ID_CONTENT_TYPE, ID_MESSAGE_DIGEST,
    ID_SIGNING_TIME,
};
use der::{Decode, Reader, SliceReader, Tag, TagNumber};
use kazasu_cert::{Certificate, HashAlgorithm, UnixTime};
use sha1::{Digest as _, Sha1};
use x509_cert::spki::AlgorithmIdentifierRef;
use x509_cert::time::Time;

use super::structure::{Element, context, encode};
use crate::{CmsProblem, Rejection, SignedAttrsProblem};

/// More than anybody signs.
const MAX_ATTRIBUTES: usize = 64;

/// What the attributes say.
#[derive(Debug)]
pub(crate) struct SignedAttributes<'a> {
    /// The DER of the attributes as a SET OF: what the signature is made over (RFC 5652 §5.4).
    pub(crate) to_hash: Vec<u8>,
    pub(crate) message_digest: &'a [u8],
    /// The signer's claim.
    pub(crate) signing_time: Option<UnixTime>,
    /// The values of signing-certificate and signing-certificate-v2, if they are there.
    signing_certificate: Option<&'a [u8]>,
    signing_certificate_v2: Option<&'a [u8]>,
}

impl<'a> SignedAttributes<'a> {
    /// Reads the content octets of `signedAttrs` for content of the type `content_type`.
    pub(crate) fn read(content: &'a [u8], content_type: ObjectIdentifier) -> Result<Self, Rejection> {
        let malformed = |_| Rejection::SignedAttrs(SignedAttrsProblem::Malformed);
        let too_many = CmsProblem::TooMany { what: "signed attributes", limit: MAX_ATTRIBUTES };
        let elements = Element::at_most(MAX_ATTRIBUTES, content)
            .map_err(malformed)?
            .ok_or(Rejection::CmsEncoding(too_many))?;
        let attributes =
            elements.iter().map(Attribute::read).collect::<der::Result<Vec<_>>>().map_err(malformed)?;

        let only = |oid, problem| only_value(&attributes, oid, Rejection::SignedAttrs(problem));
        let missing = |problem| Rejection::SignedAttrs(problem);
        let of_type = only(ID_CONTENT_TYPE, SignedAttrsProblem::ContentTypeCount)?
            .ok_or(missing(SignedAttrsProblem::ContentTypeCount))?;
        if ObjectIdentifier::from_der(of_type.der) != Ok(content_type) {
            return Err(Rejection::SignedAttrs(SignedAttrsProblem::ContentTypeValue));
        }
        let message_digest = only(ID_MESSAGE_DIGEST, SignedAttrsProblem::MessageDigestCount)?
            .ok_or(missing(SignedAttrsProblem::MessageDigestCount))?;
        message_digest.tag.assert_eq(Tag::OctetString).map_err(malformed)?;
        let signing_time = only(ID_SIGNING_TIME, SignedAttrsProblem::SigningTime)?
            .map(|time| unix_time(time.der).ok_or(missing(SignedAttrsProblem::SigningTime)))
            .transpose()?;
        let signing_certificate = |oid| only(oid, SignedAttrsProblem::SigningCertificateCount);
        let signing_certificate_v2 = signing_certificate(ID_AA_SIGNING_CERTIFICATE_V_2)?;
        let signing_certificate = signing_certificate(ID_AA_SIGNING_CERTIFICATE)?;

        // Some signers send the set in another order than the one they hash.
        let mut sorted: Vec<Vec<u8>> = elements.iter().map(|element| element.der.to_vec()).collect();
        sorted.sort();
        Ok(Self {
            to_hash: encode(Tag::Set, &sorted.concat()).map_err(malformed)?,
            message_digest: message_digest.content,
            signing_time,
            signing_certificate: signing_certificate.map(|value| value.der),
            signing_certificate_v2: signing_certificate_v2.map(|value| value.der),
        })
    }

    /// Whether signing-certificate-v2 and its predecessor, where they are there, name `certificate` first (RFC 5035 §4
    /// and §5). The predecessor's SHA-1 can only contradict: it secures nothing.
    pub(crate) fn check_signing_certificate(&self, certificate: &Certificate) -> Result<(), Rejection> {
        let v2 =
            self.signing_certificate_v2.is_none_or(|value| names_v2(value, certificate).unwrap_or(false));
        let v1 = self.signing_certificate.is_none_or(|value| names_v1(value, certificate).unwrap_or(false));
        if v1 && v2 { Ok(()) } else { Err(Rejection::SigningCertificate) }
    }
}

/// `Attribute` (RFC 5652 §5.3).
struct Attribute<'a> {
    oid: ObjectIdentifier,
    /// The value, if there is exactly one.
    value: Option<Element<'a>>,
}

impl<'a> Attribute<'a> {
    fn read(element: &Element<'a>) -> der::Result<Self> {
        element.tag.assert_eq(Tag::Sequence)?;
        let mut reader = element.reader()?;
        let oid = reader.decode()?;
        let values = Element::read_as(&mut reader, Tag::Set)?;
        let mut values = Element::all(values.content)?;
        let (first, second) = (values.next().transpose()?, values.next().transpose()?);
        values.try_for_each(|value| value.map(drop))?;
        reader.finish(Self { oid, value: first.filter(|_| second.is_none()) })
    }
}

/// The one value of the one attribute of this type; `None` if there is no such attribute.
fn only_value<'a>(
    attributes: &[Attribute<'a>],
    oid: ObjectIdentifier,
    otherwise: Rejection,
) -> Result<Option<Element<'a>>, Rejection> {
    let mut found = attributes.iter().filter(|attribute| attribute.oid == oid);
    match (found.next().map(|attribute| attribute.value), found.next()) {
        (None, _) => Ok(None),
        (Some(Some(value)), None) => Ok(Some(value)),
        _ => Err(otherwise),
    }
}

fn unix_time(der: &[u8]) -> Option<UnixTime> {
    let seconds = Time::from_der(der).ok()?.to_unix_duration().as_secs();
    i64::try_from(seconds).ok().map(UnixTime)
}

/// Whether the first ESSCertIDv2 of `SigningCertificateV2` is one of `certificate`.
///
/// ```text
/// SigningCertificateV2 ::= SEQUENCE { certs SEQUENCE OF ESSCertIDv2, policies SEQUENCE OF ... OPTIONAL }
/// ESSCertIDv2 ::= SEQUENCE {
///   hashAlgorithm AlgorithmIdentifier DEFAULT {algorithm id-sha256},
///   certHash OCTET STRING,
///   issuerSerial SEQUENCE { issuer GeneralNames, serialNumber INTEGER } OPTIONAL }
/// ```
fn names_v2(value: &[u8], certificate: &Certificate) -> der::Result<bool> {
    let id = first_certificate_id(value)?;
    let mut reader = id.reader()?;
    let mut algorithm = Some(HashAlgorithm::Sha256);
    if reader.peek_tag()? == Tag::Sequence {
        algorithm = HashAlgorithm::from_oid(&AlgorithmIdentifierRef::decode(&mut reader)?.oid);
    }
    let hash = Element::read_as(&mut reader, Tag::OctetString)?.content;
    let same_hash =
        algorithm.is_some_and(|algorithm| algorithm.digest(certificate.as_der()).as_bytes() == hash);
    let same_name = issuer_and_serial_fit(&mut reader, certificate)?;
    reader.finish(same_hash && same_name)
}

/// The same for `SigningCertificate`, whose ESSCertID is an ESSCertIDv2 without the algorithm: always SHA-1.
fn names_v1(value: &[u8], certificate: &Certificate) -> der::Result<bool> {
    let id = first_certificate_id(value)?;
    let mut reader = id.reader()?;
    let hash = Element::read_as(&mut reader, Tag::OctetString)?.content;
    let same_hash = <[u8; 20]>::from(Sha1::digest(certificate.as_der())) == hash;
    let same_name = issuer_and_serial_fit(&mut reader, certificate)?;
    reader.finish(same_hash && same_name)
}

fn first_certificate_id(value: &[u8]) -> der::Result<Element<'_>> {
    let value = Element::only(value, Tag::Sequence)?;
    let certs = Element::read_as(&mut value.reader()?, Tag::Sequence)?;
    Element::read_as(&mut certs.reader()?, Tag::Sequence)
}

/// `issuerSerial`, which may be left out.
fn issuer_and_serial_fit(reader: &mut SliceReader<'_>, certificate: &Certificate) -> der::Result<bool> {
    let mut fit = true;
    if !reader.is_finished() {
        let issuer_serial = Element::read_as(reader, Tag::Sequence)?;
        let mut fields = issuer_serial.reader()?;
        let issuer = Element::read_as(&mut fields, Tag::Sequence)?;
        let serial = Element::read_as(&mut fields, Tag::Integer)?;
        let directory_name = Element::only(issuer.content, context(TagNumber::N4, true))?;
        fit &= directory_name.content == certificate.issuer_der();
        fit &= serial.content == certificate.serial();
    }
    Ok(fit)
}
