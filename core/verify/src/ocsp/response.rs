//! The answer as slices of the received bytes (RFC 6960 §4.2.1).

use const_oid::ObjectIdentifier;
use const_oid::db::rfc6960::ID_PKIX_OCSP_BASIC;
use der::asn1::{AnyRef, BitStringRef, ContextSpecific};
use der::{Decode, Reader, SliceReader, TagNumber};
use x509_cert::ext::Extensions;
use x509_cert::spki::AlgorithmIdentifierRef;
use x509_ocsp::{OcspResponse, OcspResponseStatus, ResponseData};

use super::{OcspEncodingProblem, OcspErrorStatus, OcspProblem};

/// The longest answer that is looked at, in bytes. One about a single certificate has about 2 KiB.
pub const MAX_OCSP_RESPONSE_LEN: usize = 64 * 1024;

/// The `BasicOCSPResponse`, as received.
pub(super) fn basic_response(received: &[u8]) -> Result<Vec<u8>, OcspProblem> {
    match received {
        [] => return Err(OcspEncodingProblem::Empty.into()),
        _ if received.len() > MAX_OCSP_RESPONSE_LEN => {
            return Err(OcspEncodingProblem::TooLong { len: received.len() }.into());
        }
        // An answer starts with 30; what starts with another printable character is a page or PEM or base64.
        [first, ..] if *first != 0x30 && (first.is_ascii_graphic() || first.is_ascii_whitespace()) => {
            return Err(OcspEncodingProblem::Text.into());
        }
        _ => {}
    }
    let response = OcspResponse::from_der(received).map_err(structure("OCSPResponse"))?;
    let status = match response.response_status {
        OcspResponseStatus::Successful => {
            let bytes = response.response_bytes.ok_or(OcspEncodingProblem::NoResponseBytes)?;
            return match bytes.response_type {
                ID_PKIX_OCSP_BASIC => Ok(bytes.response.into_bytes()),
                oid => Err(OcspEncodingProblem::ResponseType { oid }.into()),
            };
        }
        OcspResponseStatus::MalformedRequest => OcspErrorStatus::MalformedRequest,
        OcspResponseStatus::InternalError => OcspErrorStatus::InternalError,
        OcspResponseStatus::TryLater => OcspErrorStatus::TryLater,
        OcspResponseStatus::SigRequired => OcspErrorStatus::SigRequired,
        OcspResponseStatus::Unauthorized => OcspErrorStatus::Unauthorized,
    };
    Err(OcspProblem::Status(status))
}

/// `BasicOCSPResponse`. What is signed is kept as it came, never encoded again.
pub(super) struct BasicResponse<'a> {
    /// `tbsResponseData`, tag and length included.
    pub(super) signed: &'a [u8],
    pub(super) data: ResponseData,
    pub(super) algorithm: AlgorithmIdentifierRef<'a>,
    pub(super) signature: &'a [u8],
    /// Data, never anchors.
    pub(super) certificates: Vec<&'a [u8]>,
}

/// The fields beside the signed part.
type Signature<'a> = (AlgorithmIdentifierRef<'a>, &'a [u8], Vec<&'a [u8]>);

impl<'a> BasicResponse<'a> {
    pub(super) fn read(basic: &'a [u8]) -> Result<Self, OcspProblem> {
        let (signed, signature) = split(basic).map_err(structure("BasicOCSPResponse"))?;
        let (algorithm, signature, certificates) = signature.ok_or(OcspProblem::Unsigned)?;
        let data = ResponseData::from_der(signed).map_err(structure("ResponseData"))?;
        Ok(Self { signed, data, algorithm, signature, certificates })
    }
}

fn split(basic: &[u8]) -> der::Result<(&[u8], Option<Signature<'_>>)> {
    let mut reader = SliceReader::new(basic)?;
    let parts = reader.sequence(|reader| {
        let signed = reader.tlv_bytes()?;
        if reader.is_finished() {
            return Ok((signed, None));
        }
        let algorithm = reader.decode()?;
        let signature: BitStringRef<'_> = reader.decode()?;
        let signature = signature.as_bytes().ok_or_else(|| der::Tag::BitString.value_error())?;
        let certificates = ContextSpecific::<AnyRef<'_>>::decode_explicit(reader, TagNumber::N0)?;
        let certificates = match certificates {
            Some(field) => elements(field.value.sequence(|reader| reader.read_slice(reader.input_len()))?)?,
            None => Vec::new(),
        };
        Ok((signed, Some((algorithm, signature, certificates))))
    })?;
    reader.finish(parts)
}

/// Elements that stand one after another.
fn elements(content: &[u8]) -> der::Result<Vec<&[u8]>> {
    let mut reader = SliceReader::new(content)?;
    let mut elements = Vec::new();
    while !reader.is_finished() {
        elements.push(reader.tlv_bytes()?);
    }
    Ok(elements)
}

/// Refuses an extension that occurs twice, and a critical one that is not among `handled`.
pub(super) fn check_extensions(
    extensions: Option<&Extensions>,
    handled: &[ObjectIdentifier],
) -> Result<(), OcspProblem> {
    let mut seen = Vec::new();
    for extension in extensions.into_iter().flatten() {
        let oid = extension.extn_id;
        if seen.contains(&oid) {
            return Err(OcspEncodingProblem::DuplicateExtension { oid }.into());
        }
        if extension.critical && !handled.contains(&oid) {
            return Err(OcspEncodingProblem::UnhandledCritical { oid }.into());
        }
        seen.push(oid);
    }
    Ok(())
}

fn structure(expected: &'static str) -> impl Fn(der::Error) -> OcspProblem {
    move |source| OcspEncodingProblem::Structure { expected, source }.into()
}
