//! What a session takes from content, as opposed to lengths and status words: the few yes and no that lead it one way or
//! the other. They are all settled here, so that a trace can hold them in place of the content, and a replay can follow them
//! without it.

use std::collections::VecDeque;

use kazasu_cert::{Certificate, der_total_len};
use serde::{Deserialize, Serialize};

use crate::card::State;

/// A question that content decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// Whether the start of the authentication certificate tells this card from another.
    TellsApart,
    /// Whether it is the card of the tap before, or the one that the caller named.
    SameCard,
    /// Whether the certificate can be parsed and its key used.
    CertificateUsable,
    /// Whether the signed attributes could be composed.
    SignedAttributes,
    /// Whether the signature fits the certificate's key.
    SignatureFits,
    /// Whether the CMS could be completed.
    SignedData,
}

impl Question {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::TellsApart,
        Self::SameCard,
        Self::CertificateUsable,
        Self::SignedAttributes,
        Self::SignatureFits,
        Self::SignedData,
    ];
}

/// How the content of a certificate file begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileStart {
    /// Not as a certificate does: none is issued.
    NoCertificate,
    /// As one, but its length cannot be read, or not yet.
    LengthUnknown,
    /// With the DER header of a certificate of so many bytes.
    Length(u32),
}

impl FileStart {
    fn of(content: &[u8]) -> Self {
        if content.first() != Some(&0x30) {
            return Self::NoCertificate;
        }
        let total = der_total_len(content);
        total.map_or(Self::LengthUnknown, |total| Self::Length(u32::try_from(total).unwrap_or(u32::MAX)))
    }
}

/// One answer to what content decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judgement {
    FileStart(FileStart),
    Verdict(Question, bool),
}

/// What a replay goes by.
pub(crate) struct Replay {
    /// The recorded judgements, in order.
    pub(crate) given: VecDeque<Judgement>,
    /// Stands in for the certificates that a trace does not hold.
    pub(crate) certificate: Option<Certificate>,
}

impl State {
    /// How a certificate file begins.
    pub(crate) fn file_start(&mut self, content: &[u8]) -> FileStart {
        let seen = FileStart::of(content);
        let start = match self.given() {
            Some(Judgement::FileStart(given)) => given,
            _ => seen,
        };
        self.judgements.push(Judgement::FileStart(start));
        start
    }

    /// Answers a question: as the content does, or in a replay as it did.
    pub(crate) fn judge(&mut self, question: Question, seen: bool) -> bool {
        let verdict = match self.given() {
            Some(Judgement::Verdict(given, verdict)) if given == question => verdict,
            _ => seen,
        };
        self.judgements.push(Judgement::Verdict(question, verdict));
        verdict
    }

    /// As [`State::judge`], where the answer is whether something could be made. In a replay `stand_in` takes its place.
    pub(crate) fn judge_result<T, E>(
        &mut self,
        question: Question,
        seen: Result<T, E>,
        stand_in: impl FnOnce(&Replay) -> Option<T>,
    ) -> Result<T, E> {
        let made = self.judge(question, seen.is_ok());
        match &self.replay {
            Some(replay) if made && seen.is_err() => stand_in(replay).map_or(seen, Ok),
            _ => seen,
        }
    }

    fn given(&mut self) -> Option<Judgement> {
        self.replay.as_mut()?.given.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::Card;
    use crate::request::Options;

    #[test]
    fn a_file_begins_as_a_certificate_or_not() {
        for (content, start) in [
            (&[][..], FileStart::NoCertificate),
            (&[0x00], FileStart::NoCertificate),
            (&[0x30], FileStart::LengthUnknown),
            (&[0x30, 0x82, 0x06], FileStart::LengthUnknown),
            (&[0x30, 0x82, 0x06, 0x10], FileStart::Length(0x614)),
            (&[0x30, 0x80, 0x00, 0x00], FileStart::LengthUnknown),
            (&[0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF], FileStart::Length(u32::MAX)),
        ] {
            assert_eq!(FileStart::of(content), start, "{content:02X?}");
        }
    }

    fn replaying(given: Judgement) -> Card {
        let card = Card::new(Options::default());
        card.state().replay = Some(Replay { given: VecDeque::from([given]), certificate: None });
        card
    }

    #[test]
    fn a_replay_goes_by_what_was_given_for_this_question_alone() {
        let verdict = |question, made| Judgement::Verdict(question, made);
        for (given, seen, expected) in [
            (verdict(Question::SameCard, true), false, true),
            (verdict(Question::SameCard, false), true, false),
            (verdict(Question::TellsApart, true), false, false),
            (Judgement::FileStart(FileStart::NoCertificate), true, true),
        ] {
            let card = replaying(given);
            assert_eq!(card.state().judge(Question::SameCard, seen), expected, "{given:?}");
            assert_eq!(card.state().judgements, [verdict(Question::SameCard, expected)]);
        }
    }

    #[test]
    fn the_stand_in_takes_the_place_of_what_could_be_made_then_and_cannot_now() {
        for (made, seen, expected) in [
            (true, Err("content"), Ok("stand-in")),
            (true, Ok("content"), Ok("content")),
            (false, Err("content"), Err("content")),
            (false, Ok("content"), Ok("content")),
        ] {
            let card = replaying(Judgement::Verdict(Question::SignedData, made));
            let result = card.state().judge_result(Question::SignedData, seen, |_| Some("stand-in"));
            assert_eq!(result, expected);
        }
        let card = Card::new(Options::default());
        let result: Result<_, &str> =
            card.state().judge_result(Question::SignedData, Err("x"), |_| Some("stand-in"));
        assert_eq!(result, Err("x"), "without a replay nothing stands in");
    }
}
