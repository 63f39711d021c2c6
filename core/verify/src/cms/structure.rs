//! CMS SignedData as slices of the received bytes (RFC 5652 §5).
//!
//! A decoder that builds a tree sorts sets, drops duplicates and re-encodes; what was signed and which certificate
//! was meant can only be told from the bytes as they came.

use std::borrow::Cow;

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5911::ID_SIGNED_DATA;
use der::{Decode, Encode, Header, Reader, SliceReader, Tag, TagNumber};
use x509_cert::spki::AlgorithmIdentifierRef;

use super::ber;
use crate::{CmsProblem, Rejection};

/// More than anybody takes together.
pub(crate) const MAX_SIGNERS: usize = 16;
const MAX_CERTIFICATES: usize = 64;

/// `SignedData` (RFC 5652 §5.1) without the fields nobody relies on.
#[derive(Debug)]
pub(crate) struct SignedData<'a> {
    /// `eContentType`.
    pub(crate) content_type: ObjectIdentifier,
    /// Content octets of `eContent`; absent in a detached signature.
    pub(crate) content: Option<&'a [u8]>,
    /// The X.509 certificates, in the order received. Data, never anchors.
    pub(crate) certificates: Vec<&'a [u8]>,
    /// Whether anything stands where certificates do, X.509 or not.
    pub(crate) has_certificates: bool,
    /// Whether there are CRLs, OCSP answers or the like.
    pub(crate) has_revocation: bool,
    pub(crate) signers: Vec<SignerInfo<'a>>,
}

/// `SignerInfo` (RFC 5652 §5.3).
#[derive(Debug)]
pub(crate) struct SignerInfo<'a> {
    pub(crate) sid: SignerIdentifier<'a>,
    pub(crate) digest_algorithm: AlgorithmIdentifierRef<'a>,
    /// Content octets of `signedAttrs`: attributes one after another.
    pub(crate) signed_attributes: Option<&'a [u8]>,
    pub(crate) signature_algorithm: AlgorithmIdentifierRef<'a>,
    pub(crate) signature: &'a [u8],
    pub(crate) has_unsigned_attributes: bool,
}

/// `SignerIdentifier` (RFC 5652 §5.3).
#[derive(Clone, Copy, Debug)]
pub(crate) enum SignerIdentifier<'a> {
    /// DER of the issuer's name, content octets of the serial number.
    IssuerAndSerialNumber { issuer: &'a [u8], serial: &'a [u8] },
    /// Content octets of the key identifier.
    SubjectKeyIdentifier(&'a [u8]),
}

/// One element, as received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Element<'a> {
    pub(crate) tag: Tag,
    /// Tag, length and content.
    pub(crate) der: &'a [u8],
    pub(crate) content: &'a [u8],
}

impl<'a> Element<'a> {
    /// The next element of `reader`; its length must be definite and minimal.
    pub(crate) fn read(reader: &mut SliceReader<'a>) -> der::Result<Self> {
        let header = reader.peek_header()?;
        let der = reader.tlv_bytes()?;
        let start = usize::try_from(header.encoded_len()?)?;
        Ok(Self { tag: header.tag, der, content: der.get(start..).unwrap_or_default() })
    }

    pub(crate) fn read_as(reader: &mut SliceReader<'a>, tag: Tag) -> der::Result<Self> {
        let element = Self::read(reader)?;
        element.tag.assert_eq(tag)?;
        Ok(element)
    }

    fn read_if(reader: &mut SliceReader<'a>, tag: Tag) -> der::Result<Option<Self>> {
        match reader.peek_byte() {
            Some(byte) if Tag::try_from(byte) == Ok(tag) => Self::read(reader).map(Some),
            _ => Ok(None),
        }
    }

    /// The one element that `input` is.
    pub(crate) fn only(input: &'a [u8], tag: Tag) -> der::Result<Self> {
        let mut reader = SliceReader::new(input)?;
        let element = Self::read_as(&mut reader, tag)?;
        reader.finish(element)
    }

    pub(crate) fn reader(&self) -> der::Result<SliceReader<'a>> {
        SliceReader::new(self.content)
    }

    /// Every element of `content`, one after another: two bytes are an element, so that holding all of them takes
    /// many times the memory of what was received.
    pub(crate) fn all(content: &'a [u8]) -> der::Result<impl Iterator<Item = der::Result<Self>>> {
        let mut reader = SliceReader::new(content)?;
        Ok(std::iter::from_fn(move || (!reader.is_finished()).then(|| Self::read(&mut reader))).fuse())
    }

    /// Every element of `content` if there are no more than `limit`; `None` if there are.
    pub(crate) fn at_most(limit: usize, content: &'a [u8]) -> der::Result<Option<Vec<Self>>> {
        let elements = Self::all(content)?.take(limit + 1).collect::<der::Result<Vec<_>>>()?;
        Ok(Some(elements).filter(|elements| elements.len() <= limit))
    }
}

/// DER of an element around `content`.
pub(crate) fn encode(tag: Tag, content: &[u8]) -> der::Result<Vec<u8>> {
    let mut der = Header::new(tag, content.len())?.to_der()?;
    der.extend_from_slice(content);
    Ok(der)
}

pub(crate) const fn context(number: TagNumber, constructed: bool) -> Tag {
    Tag::ContextSpecific { number, constructed }
}

/// The received bytes, or their DER if they are BER (RFC 5652 §2). What does not even begin like a ContentInfo is
/// left to [`SignedData::read`] to refuse.
pub(crate) fn received_der(input: &[u8]) -> Result<Cow<'_, [u8]>, Rejection> {
    if input.first() != Some(&0x30) {
        return Ok(Cow::Borrowed(input));
    }
    ber::to_der(input).map_err(|problem| Rejection::CmsEncoding(CmsProblem::Ber(problem)))
}

impl<'a> SignedData<'a> {
    /// Reads the DER of a ContentInfo with SignedData and nothing after it.
    pub(crate) fn read(input: &'a [u8]) -> Result<Self, Rejection> {
        let structure = |reason| move |_| Rejection::CmsEncoding(CmsProblem::Structure { reason });
        let (oid, explicit) = content_info(input).map_err(structure("ContentInfo"))?;
        if oid != ID_SIGNED_DATA {
            return Err(Rejection::CmsEncoding(CmsProblem::ContentType { oid }));
        }
        let fields = Fields::read(explicit).map_err(structure("SignedData"))?;
        let (content_type, content) =
            encapsulated_content(fields.content).map_err(structure("EncapsulatedContentInfo"))?;
        let at_most = |what, limit, content, field| {
            let too_many = Rejection::CmsEncoding(CmsProblem::TooMany { what, limit });
            Element::at_most(limit, content).map_err(structure(field))?.ok_or(too_many)
        };
        let certificates = at_most("certificates", MAX_CERTIFICATES, fields.certificates, "certificates")?;
        // The other choices are attribute certificates and formats long obsolete (RFC 5652 §10.2.2).
        let has_certificates = !certificates.is_empty();
        let certificates = certificates.into_iter().filter(|element| element.tag == Tag::Sequence);
        let certificates = certificates.map(|element| element.der).collect();
        let signers = at_most("signers", MAX_SIGNERS, fields.signers, "signerInfos")?;
        let signers = signers.into_iter().map(SignerInfo::read).collect::<der::Result<_>>();
        Ok(Self {
            content_type,
            content,
            certificates,
            has_certificates,
            has_revocation: fields.has_revocation,
            signers: signers.map_err(structure("SignerInfo"))?,
        })
    }
}

/// The fields of SignedData that are read further.
struct Fields<'a> {
    content: Element<'a>,
    certificates: &'a [u8],
    has_revocation: bool,
    signers: &'a [u8],
}

impl<'a> Fields<'a> {
    fn read(explicit: &'a [u8]) -> der::Result<Self> {
        let signed_data = Element::only(explicit, Tag::Sequence)?;
        let mut reader = signed_data.reader()?;
        Element::read_as(&mut reader, Tag::Integer)?;
        Element::read_as(&mut reader, Tag::Set)?;
        let content = Element::read_as(&mut reader, Tag::Sequence)?;
        let certificates = Element::read_if(&mut reader, context(TagNumber::N0, true))?;
        let revocation = Element::read_if(&mut reader, context(TagNumber::N1, true))?;
        let has_revocation = revocation.is_some_and(|element| !element.content.is_empty());
        let signers = Element::read_as(&mut reader, Tag::Set)?;
        let certificates = certificates.map_or(&[][..], |element| element.content);
        reader.finish(Self { content, certificates, has_revocation, signers: signers.content })
    }
}

/// `contentType` and what its `[0] EXPLICIT content` holds (RFC 5652 §3).
fn content_info(input: &[u8]) -> der::Result<(ObjectIdentifier, &[u8])> {
    let info = Element::only(input, Tag::Sequence)?;
    let mut reader = info.reader()?;
    let oid = reader.decode()?;
    let explicit = Element::read_as(&mut reader, context(TagNumber::N0, true))?;
    reader.finish((oid, explicit.content))
}

fn encapsulated_content(info: Element<'_>) -> der::Result<(ObjectIdentifier, Option<&[u8]>)> {
    let mut reader = info.reader()?;
    let oid = reader.decode()?;
    let explicit = Element::read_if(&mut reader, context(TagNumber::N0, true))?;
    let content = explicit.map(|element| Element::only(element.content, Tag::OctetString)).transpose()?;
    reader.finish((oid, content.map(|element| element.content)))
}

impl<'a> SignerInfo<'a> {
    fn read(element: Element<'a>) -> der::Result<Self> {
        element.tag.assert_eq(Tag::Sequence)?;
        let mut reader = element.reader()?;
        Element::read_as(&mut reader, Tag::Integer)?;
        let sid = SignerIdentifier::read(&mut reader)?;
        let digest_algorithm = AlgorithmIdentifierRef::decode(&mut reader)?;
        let attributes = Element::read_if(&mut reader, context(TagNumber::N0, true))?;
        let signature_algorithm = AlgorithmIdentifierRef::decode(&mut reader)?;
        let signature = Element::read_as(&mut reader, Tag::OctetString)?;
        let unsigned_attributes = Element::read_if(&mut reader, context(TagNumber::N1, true))?;
        reader.finish(Self {
            sid,
            digest_algorithm,
            signed_attributes: attributes.map(|element| element.content),
            signature_algorithm,
            signature: signature.content,
            has_unsigned_attributes: unsigned_attributes.is_some(),
        })
    }
}

impl<'a> SignerIdentifier<'a> {
    fn read(reader: &mut SliceReader<'a>) -> der::Result<Self> {
        let element = Element::read(reader)?;
        if element.tag == context(TagNumber::N0, false) {
            return Ok(Self::SubjectKeyIdentifier(element.content));
        }
        element.tag.assert_eq(Tag::Sequence)?;
        let mut reader = element.reader()?;
        let issuer = Element::read_as(&mut reader, Tag::Sequence)?.der;
        let serial = Element::read_as(&mut reader, Tag::Integer)?.content;
        reader.finish(Self::IssuerAndSerialNumber { issuer, serial })
    }
}

/// DER of the issuer's name and content octets of the serial number of a certificate, even one that is otherwise
/// damaged, so that it can be told which one a signer means.
pub(crate) fn issuer_and_serial(certificate: &[u8]) -> der::Result<(&[u8], &[u8])> {
    let certificate = Element::only(certificate, Tag::Sequence)?;
    let tbs = Element::read_as(&mut certificate.reader()?, Tag::Sequence)?;
    let mut reader = tbs.reader()?;
    Element::read_if(&mut reader, context(TagNumber::N0, true))?;
    let serial = Element::read_as(&mut reader, Tag::Integer)?;
    Element::read_as(&mut reader, Tag::Sequence)?;
    let issuer = Element::read_as(&mut reader, Tag::Sequence)?;
    Ok((issuer.der, serial.content))
}
