//! BER to DER, as far as a CMS needs it: RFC 5652 lets the outside be BER, and some writers stream.
//!
//! Lengths become definite and minimal, constructed octet strings become primitive. Nothing else is changed: a SET
//! keeps its order, and the certificates are copied byte for byte, because a certificate in BER is a wrong one.

use std::borrow::Cow;

use thiserror::Error;

/// SignedData with everything a signer may add is about ten levels deep; each level of BER strings is one more.
const MAX_DEPTH: usize = 24;

/// A CMS that is not DER is copied while it is read, so there is an end to its length: 64 MiB.
const MAX_LEN: usize = 64 << 20;

/// `ContentInfo { [0] { SignedData {` : the level at which the certificates stand, as `[0]`.
const CERTIFICATES_DEPTH: usize = 3;

const CONSTRUCTED: u8 = 0x20;
const OCTET_STRING: u8 = 0x04;
const SET: u8 = 0x31;
const CERTIFICATES: u8 = 0xA0;
const INDEFINITE: u8 = 0x80;
const END_OF_CONTENTS: [u8; 2] = [0, 0];

/// Why an encoding is not BER, or not one that is read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BerProblem {
    /// It ends before its elements do.
    #[error("it is cut off")]
    Truncated,
    /// Something follows the outermost element.
    #[error("bytes follow its end")]
    Trailing,
    /// A tag of more than one byte, or an end-of-contents where none belongs.
    #[error("a tag is not one of a CMS")]
    Tag,
    /// A length of more than four bytes, the reserved first byte FF, or an indefinite one on a primitive element.
    #[error("a length is not one of BER")]
    Length,
    /// A constructed string with something else inside than strings of its kind.
    #[error("a constructed string holds something else than strings")]
    String,
    /// More levels than any CMS has.
    #[error("it is nested too deeply")]
    Depth,
    /// Not DER, and longer than is converted.
    #[error("it is not DER and longer than {MAX_LEN} bytes")]
    Size,
}

/// The DER of one BER element; `input` itself if it is that already. Certificates in it are left alone.
pub(super) fn to_der(input: &[u8]) -> Result<Cow<'_, [u8]>, BerProblem> {
    if is_normal(input, 0) == Ok(true) {
        return Ok(Cow::Borrowed(input));
    }
    if input.len() > MAX_LEN {
        return Err(BerProblem::Size);
    }
    let mut reader = Reader(input);
    let mut der = Vec::with_capacity(input.len());
    reader.convert(0, &mut der)?;
    if reader.0.is_empty() { Ok(Cow::Owned(der)) } else { Err(BerProblem::Trailing) }
}

/// Whether every length is definite and minimal and no octet string constructed, outside the certificates.
fn is_normal(input: &[u8], depth: usize) -> Result<bool, BerProblem> {
    if depth > MAX_DEPTH {
        return Err(BerProblem::Depth);
    }
    let mut reader = Reader(input);
    while !reader.0.is_empty() {
        let start = reader.0.len();
        let header = reader.header()?;
        let Some(len) = header.len else { return Ok(false) };
        if start - reader.0.len() != header_len(len) || header.tag == OCTET_STRING | CONSTRUCTED {
            return Ok(false);
        }
        let content = reader.take(len)?;
        if header.is_constructed() && !header.holds_certificates(depth) && !is_normal(content, depth + 1)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether `input` is one SET in BER, whatever is in it: nothing that an encoder could make of one is missed.
pub(crate) fn is_one_set(input: &[u8]) -> bool {
    match input {
        [SET, INDEFINITE, content @ ..] => content.ends_with(&END_OF_CONTENTS),
        [SET, first @ 0..INDEFINITE, content @ ..] => content.len() == usize::from(*first),
        [SET, first, rest @ ..] => {
            let Some((len, content)) = rest.split_at_checked(usize::from(first & 0x7F)) else { return false };
            let significant =
                |bytes: &[u8]| bytes.iter().copied().skip_while(|byte| *byte == 0).collect::<Vec<_>>();
            significant(len) == significant(&content.len().to_be_bytes())
        }
        _ => false,
    }
}

#[derive(Clone, Copy)]
struct Header {
    tag: u8,
    /// `None` for the indefinite form.
    len: Option<usize>,
}

impl Header {
    const fn is_constructed(self) -> bool {
        self.tag & CONSTRUCTED != 0
    }

    const fn holds_certificates(self, depth: usize) -> bool {
        depth == CERTIFICATES_DEPTH && self.tag == CERTIFICATES
    }
}

/// What is left to read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], BerProblem> {
        let (taken, rest) = self.0.split_at_checked(len).ok_or(BerProblem::Truncated)?;
        self.0 = rest;
        Ok(taken)
    }

    fn header(&mut self) -> Result<Header, BerProblem> {
        let &[tag, first, ref rest @ ..] = self.0 else { return Err(BerProblem::Truncated) };
        self.0 = rest;
        if tag & 0x1F == 0x1F || tag == 0 {
            return Err(BerProblem::Tag);
        }
        let len = match first {
            0..INDEFINITE => Some(usize::from(first)),
            INDEFINITE if tag & CONSTRUCTED != 0 => None,
            0x81..=0x84 => {
                let bytes = self.take(usize::from(first & 0x7F))?;
                Some(bytes.iter().fold(0, |len, byte| len << 8 | usize::from(*byte)))
            }
            _ => return Err(BerProblem::Length),
        };
        Ok(Header { tag, len })
    }

    /// Runs `each` for every element of the content that follows a header, and takes the end of it.
    fn content(
        &mut self,
        len: Option<usize>,
        mut each: impl FnMut(&mut Self) -> Result<(), BerProblem>,
    ) -> Result<(), BerProblem> {
        let Some(len) = len else {
            while self.0.get(..2).ok_or(BerProblem::Truncated)? != END_OF_CONTENTS {
                each(self)?;
            }
            return self.take(2).map(drop);
        };
        let mut content = Self(self.take(len)?);
        while !content.0.is_empty() {
            each(&mut content)?;
        }
        Ok(())
    }

    /// Appends the DER of the next element.
    fn convert(&mut self, depth: usize, der: &mut Vec<u8>) -> Result<(), BerProblem> {
        if depth > MAX_DEPTH {
            return Err(BerProblem::Depth);
        }
        let header = self.header()?;
        let Header { tag, len } = header;
        let start = der.len();
        match len {
            Some(len) if !header.is_constructed() => der.extend_from_slice(self.take(len)?),
            _ if tag == OCTET_STRING | CONSTRUCTED => {
                self.content(len, |strings| strings.octets(depth + 1, der))?;
                return put_header(OCTET_STRING, start, der);
            }
            _ if header.holds_certificates(depth) => self.content(len, |one| one.copy(depth + 1, der))?,
            _ => self.content(len, |child| child.convert(depth + 1, der))?,
        }
        put_header(tag, start, der)
    }

    /// Appends the content of a piece of an octet string.
    fn octets(&mut self, depth: usize, out: &mut Vec<u8>) -> Result<(), BerProblem> {
        if depth > MAX_DEPTH {
            return Err(BerProblem::Depth);
        }
        match self.header()? {
            Header { tag: OCTET_STRING, len: Some(len) } => out.extend_from_slice(self.take(len)?),
            Header { tag, len } if tag == OCTET_STRING | CONSTRUCTED => {
                self.content(len, |strings| strings.octets(depth + 1, out))?;
            }
            _ => return Err(BerProblem::String),
        }
        Ok(())
    }

    /// Appends the next element as it is.
    fn copy(&mut self, depth: usize, out: &mut Vec<u8>) -> Result<(), BerProblem> {
        let all = self.0;
        self.skip(depth)?;
        out.extend_from_slice(all.get(..all.len() - self.0.len()).unwrap_or_default());
        Ok(())
    }

    fn skip(&mut self, depth: usize) -> Result<(), BerProblem> {
        if depth > MAX_DEPTH {
            return Err(BerProblem::Depth);
        }
        match self.header()? {
            Header { len: Some(len), .. } => self.take(len).map(drop),
            Header { len: None, .. } => self.content(None, |child| child.skip(depth + 1)),
        }
    }
}

/// Puts tag and length before the content that begins at `start`.
fn put_header(tag: u8, start: usize, der: &mut Vec<u8>) -> Result<(), BerProblem> {
    let len = der.len() - start;
    let long = u32::try_from(len).map_err(|_| BerProblem::Size)?.to_be_bytes();
    let mut header = vec![tag];
    match u8::try_from(len) {
        Ok(short) if short < INDEFINITE => header.push(short),
        _ => {
            let bytes = header_len(len) - 2;
            header.push(INDEFINITE | u8::try_from(bytes).map_err(|_| BerProblem::Size)?);
            header.extend(long.into_iter().skip(4 - bytes));
        }
    }
    der.splice(start..start, header);
    Ok(())
}

/// Bytes of tag and minimal length for content of `len` bytes.
const fn header_len(len: usize) -> usize {
    match len {
        0..0x80 => 2,
        0x80..=0xFF => 3,
        0x100..=0xFFFF => 4,
        0x1_0000..=0xFF_FFFF => 5,
        _ => 6,
    }
}
