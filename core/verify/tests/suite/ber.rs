//! CMS in BER, as streaming writers send it: the same answer as for the DER.

use kazasu_sim::der;
use kazasu_verify::{Purpose, Rejection, Report, SignatureInput, Verdict};

use crate::common::cms::{CmsTemplate, Hash, signing_certificate};
use crate::common::{DOCUMENT, NOW, POLICY, Vector, assert_accepted, assert_rejected, check, time, verifier};

/// How a BER writer can differ from a DER one.
#[derive(Clone, Copy)]
struct Style {
    indefinite: bool,
    /// Bytes of length beyond those needed.
    longer: usize,
    /// Octet strings come in pieces of this many bytes.
    pieces: Option<usize>,
    /// The certificates as well, which must stay DER.
    certificates: bool,
}

const STREAMING: Style = Style { indefinite: true, longer: 0, pieces: Some(100), certificates: false };

impl Style {
    fn element(self, tag: u8, content: &[u8]) -> Vec<u8> {
        if self.indefinite && tag & 0x20 != 0 {
            return [&[tag, 0x80], content, &[0, 0]].concat();
        }
        let mut len: Vec<u8> =
            content.len().to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
        if self.longer == 0 {
            return der::tlv(tag, content);
        }
        len = [vec![0; self.longer], len].concat();
        [&[tag, 0x80 | u8::try_from(len.len()).unwrap()], &len[..], content].concat()
    }

    /// The BER of some DER elements.
    fn write(self, mut der: &[u8], depth: usize) -> Vec<u8> {
        let mut out = Vec::new();
        while let [tag, first, ..] = *der {
            let (header, len) = if first < 0x80 {
                (2, usize::from(first))
            } else {
                let bytes = usize::from(first & 0x7F);
                (2 + bytes, der[2..2 + bytes].iter().fold(0, |len, byte| len << 8 | usize::from(*byte)))
            };
            let (content, rest) = der[header..].split_at(len);
            if depth == 3 && tag == 0xA0 && !self.certificates {
                out.extend(self.element(tag, content));
            } else if tag & 0x20 != 0 {
                out.extend(self.element(tag, &self.write(content, depth + 1)));
            } else if let (0x04, Some(pieces)) = (tag, self.pieces) {
                let pieces: Vec<u8> =
                    content.chunks(pieces).flat_map(|piece| self.element(tag, piece)).collect();
                // A string in pieces may itself be a piece.
                out.extend(self.element(0x24, &self.element(0x24, &pieces)));
            } else {
                out.extend(self.element(tag, content));
            }
            der = rest;
        }
        out
    }
}

fn template() -> CmsTemplate {
    let certificate = Vector::new(Purpose::Signing).certificate();
    let mut cms = CmsTemplate::new(&certificate);
    cms.signer().attributes.as_mut().unwrap().push(signing_certificate(Hash::Sha256, &certificate));
    cms
}

fn report(cms: &[u8]) -> Report {
    let input = SignatureInput::Cms { cms, certificate: None };
    check(&verifier(Purpose::Signing, POLICY), DOCUMENT, input, time(NOW))
}

#[test]
fn every_way_to_write_it() {
    let styles = [
        STREAMING,
        Style { indefinite: false, ..STREAMING },
        Style { longer: 1, ..STREAMING },
        Style { longer: 2, indefinite: false, pieces: None, ..STREAMING },
        Style { pieces: Some(1), ..STREAMING },
        Style { pieces: None, ..STREAMING },
    ];
    for content in [None, Some(DOCUMENT.to_vec())] {
        let mut cms = template();
        cms.content = content;
        let der = cms.build();
        let expected = report(&der);
        for (at, style) in styles.into_iter().enumerate() {
            let ber = style.write(&der, 0);
            assert_ne!(ber, der);
            let found = report(&ber);
            assert_accepted(&found, &format!("style {at}"));
            assert_eq!((found.checks, found.signers), (expected.checks.clone(), expected.signers.clone()));
        }
    }
}

#[test]
fn the_attributes_are_hashed_as_der() {
    // Whoever signs the BER they send has not signed what RFC 5652 §5.4 says.
    let mut cms = template();
    let to_be_signed = cms.signer().to_be_signed();
    let wrong = STREAMING.write(&to_be_signed, 4);
    cms.signer().signature = Some(Hash::Sha256.sign(&cms.signers[0].key, &wrong));
    let report = report(&STREAMING.write(&cms.build(), 0));
    assert_eq!(report.errors.first().map(Rejection::code), Some("bad_signature"));
}

#[test]
fn certificates_stay_as_they_are() {
    let report = report(&Style { certificates: true, ..STREAMING }.write(&template().build(), 0));
    assert_eq!(report.errors.first().map(Rejection::code), Some("cms_encoding"));
    // In definite lengths that are too long it can be cut out, and is then a certificate in BER.
    let longer = Style { indefinite: false, longer: 1, pieces: None, certificates: true };
    assert_eq!(self::report(&longer.write(&template().build(), 0)).verdict, Verdict::Rejected);
}

#[test]
fn other_content_is_still_told() {
    let mut cms = template();
    cms.content = Some(b"another document".to_vec());
    assert_rejected(&report(&STREAMING.write(&cms.build(), 0)), &Rejection::ContentMismatch, "attached");
}

#[test]
fn every_cut_and_every_byte_of_a_streamed_one() {
    let ber = STREAMING.write(&template().build(), 0);
    assert_accepted(&report(&ber), "whole");
    for len in 0..ber.len() {
        assert_eq!(report(&ber[..len]).verdict, Verdict::Rejected, "{len}");
    }
    for at in (0..ber.len()).step_by(3) {
        let mut changed = ber.clone();
        changed[at] ^= 0x21;
        let report = report(&changed);
        assert_eq!(report.verdict == Verdict::Rejected, !report.errors.is_empty());
    }
}
