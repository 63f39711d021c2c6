use kazasu_cert::MAX_CERTIFICATE_LEN;

use crate::apdu::{CommandApdu, MAX_EXTENDED_LE, MAX_SHORT_LE, StatusWord};
use crate::application::{CertificateKind, Ef};
use crate::card::{Card, Support};
use crate::failure::Failure;
use crate::judgement::FileStart;
use crate::step::Stage;

/// READ BINARY commands that one certificate may take before the card is given up.
const MOST_READS: usize = 64;
/// Ne for readers that cannot carry a full answer of 256 bytes (docs/card-facts.md §4.2).
const SMALL_CHUNK: usize = 224;
/// Bytes that tell the length of a DER certificate: `30 82 hi lo`.
const DER_HEADER_LEN: usize = 4;

impl StatusWord {
    /// Words that say that the file is there and closed, so that another way of addressing it would not help.
    pub(crate) const fn concerns_access(self) -> bool {
        matches!(self, Self::SECURITY_STATUS | Self::INVALIDATED)
    }
}

impl Card {
    /// Reads one certificate and cuts it by its own DER length: the EF is larger and holds filler behind it
    /// (docs/card-facts.md §4.1; agreed). A short answer is completed by offset, never trusted as whole.
    pub(crate) async fn read_certificate(&self, kind: CertificateKind) -> Result<Vec<u8>, Failure> {
        let mut content = self.read_start(kind).await?;
        if kind == CertificateKind::Authentication && self.state().attempt.is_some() {
            // Before the rest is read, in which the card may be lost and another one come.
            self.recognise_by(&content)?;
        }
        let mut total = None;
        for _ in 0..MOST_READS {
            if total.is_none() {
                total = match self.state().file_start(&content) {
                    // What an EF holds whose certificate is not issued is not known for sure; a certificate it is not.
                    FileStart::NoCertificate => return Err(Failure::NotIssued { certificate: kind }),
                    FileStart::LengthUnknown => None,
                    FileStart::Length(total) => usize::try_from(total).ok(),
                };
            }
            let incomplete = Failure::CertificateIncomplete { certificate: kind, read: content.len(), total };
            let wanted = match total {
                Some(total) if total > MAX_CERTIFICATE_LEN => return Err(incomplete),
                Some(total) if content.len() >= total => {
                    content.truncate(total);
                    return Ok(content);
                }
                Some(total) => total - content.len(),
                None if content.len() >= DER_HEADER_LEN => return Err(incomplete),
                None => DER_HEADER_LEN - content.len(),
            };
            let chunk = wanted.min(self.state().read_chunk);
            match self.read_at(kind, content.len(), chunk, total).await {
                Ok(more) if !more.is_empty() => content.extend(more),
                Ok(_) | Err(Failure::UnexpectedStatus { sw: StatusWord::WRONG_OFFSET, .. }) => {
                    return Err(incomplete);
                }
                Err(failure) => return Err(failure),
            }
        }
        Err(Failure::CertificateIncomplete { certificate: kind, read: content.len(), total })
    }

    /// The first READ. By short EF identifier and, where the channel allows, extended length, it brings the whole file in
    /// one exchange; where card, reader or phone do not know that, the EF is selected and read short for the rest of the
    /// session (docs/card-facts.md §1.2, §2.2, §4.1).
    async fn read_start(&self, kind: CertificateKind) -> Result<Vec<u8>, Failure> {
        let ef = kind.ef();
        let stage = Stage::ReadingCertificate { certificate: kind, read: 0, total: None };
        let (short_identifier, extended) = {
            let state = self.state();
            (state.short_ef_identifier != Support::No, state.extended_length != Support::No)
        };
        if short_identifier {
            let ne = if extended { MAX_EXTENDED_LE } else { self.state().read_chunk };
            match self.read_binary([0x00, 0xB0, ef.short_identifier(), 0x00], ne, stage).await {
                Ok(content) if !content.is_empty() => {
                    self.state().current_ef = Some(ef);
                    return Ok(content);
                }
                Err(failure @ Failure::AnswerTooLong { .. }) => return Err(failure),
                Err(Failure::UnexpectedStatus { sw, .. }) if sw.concerns_access() => {
                    return Err(not_issued(kind, Failure::UnexpectedStatus { stage, sw }));
                }
                refused => self.give_up_probe(extended, refused.as_ref().err()),
            }
        }
        self.select_ef(ef, stage).await.map_err(|failure| not_issued(kind, failure))?;
        let read = [0x00, 0xB0, 0x00, 0x00];
        let chunk = self.state().read_chunk;
        let content = match self.read_binary(read, chunk, stage).await {
            Err(
                Failure::NoStatusWord { .. }
                | Failure::UnexpectedStatus { sw: StatusWord::WRONG_LENGTH, .. }
                | Failure::ChannelRefused { .. },
            ) if chunk > SMALL_CHUNK => {
                self.state().read_chunk = SMALL_CHUNK;
                self.read_binary(read, SMALL_CHUNK, stage).await
            }
            other => other,
        };
        content.map_err(|failure| not_issued(kind, failure))
    }

    /// Notes what a refused first READ says about this card.
    fn give_up_probe(&self, extended: bool, failure: Option<&Failure>) {
        let mut state = self.state();
        let about_addressing = matches!(
            failure,
            Some(Failure::UnexpectedStatus {
                sw: StatusWord::INCORRECT_P1_P2 | StatusWord::WRONG_OFFSET | StatusWord::NOT_FOUND,
                ..
            })
        );
        state.current_ef = None;
        if extended {
            state.extended_length = Support::No;
        }
        // A tries query has proven short identifiers already, or will.
        if state.short_ef_identifier == Support::Unknown && (about_addressing || !extended) {
            state.short_ef_identifier = Support::No;
        }
    }

    async fn read_at(
        &self,
        kind: CertificateKind,
        offset: usize,
        chunk: usize,
        total: Option<usize>,
    ) -> Result<Vec<u8>, Failure> {
        let stage = Stage::ReadingCertificate { certificate: kind, read: offset, total };
        // The offset has fifteen bits; a certificate is far shorter.
        let [high, low] = u16::try_from(offset).unwrap_or(0x7FFF).to_be_bytes();
        let read = [0x00, 0xB0, high & 0x7F, low];
        match self.read_binary(read, chunk, stage).await {
            // No current EF: this card does not make it current when it is read by short identifier.
            Err(Failure::UnexpectedStatus { sw: StatusWord(0x6986), .. }) => {
                self.state().current_ef = None;
                self.select_ef(kind.ef(), stage).await?;
                self.read_binary(read, chunk, stage).await
            }
            other => other,
        }
    }

    /// Reads the first `len` bytes (at most 256) of a small, freely readable EF; `None` where there is no such file.
    pub(crate) async fn read_small(&self, ef: Ef, len: usize) -> Result<Option<Vec<u8>>, Failure> {
        let stage = Stage::ReadingInfo;
        if self.state().short_ef_identifier != Support::No {
            match self.read_binary([0x00, 0xB0, ef.short_identifier(), 0x00], len, stage).await {
                Ok(content) if !content.is_empty() => return Ok(Some(content)),
                Ok(_) | Err(Failure::UnexpectedStatus { .. } | Failure::NoStatusWord { .. }) => {}
                Err(failure) => return Err(failure),
            }
            self.state().short_ef_identifier = Support::No;
        }
        match self.select_ef(ef, stage).await {
            Err(Failure::UnexpectedStatus { sw: StatusWord::NOT_FOUND, .. }) => return Ok(None),
            other => other?,
        }
        self.read_binary([0x00, 0xB0, 0x00, 0x00], len, stage).await.map(Some)
    }

    /// One READ BINARY of at most `ne` bytes (ISO 7816-4 §7.2.3), with the recoveries that reading allows: `6Cxx` is asked
    /// again once with the length the card named, `61xx` is fetched, `6282` is the end of the file.
    pub(crate) async fn read_binary(
        &self,
        header: [u8; 4],
        ne: usize,
        stage: Stage,
    ) -> Result<Vec<u8>, Failure> {
        let command = |ne| {
            if ne > MAX_SHORT_LE {
                CommandApdu::extended(header, ne)
            } else {
                CommandApdu::short(header, None, Some(ne))
            }
        };
        let mut reply = self.send_collecting(command(ne)?, ne, stage).await?;
        if let Some(exact) = reply.sw.exact_length().filter(|exact| *exact <= ne) {
            reply = self.send_collecting(command(exact)?, exact, stage).await?;
        }
        if reply.sw == StatusWord::END_OF_FILE { Ok(reply.data) } else { reply.ok(stage) }
    }
}

/// How a card says that the certificate is not there (docs/card-facts.md §4.1; uncertain, so every plausible way counts).
fn not_issued(kind: CertificateKind, failure: Failure) -> Failure {
    match failure {
        Failure::UnexpectedStatus {
            sw: StatusWord::NOT_FOUND | StatusWord::INVALIDATED | StatusWord::WRONG_OFFSET,
            ..
        } => Failure::NotIssued { certificate: kind },
        other => other,
    }
}
