//! The card as a flow sees it: `card.send(command).await` is one exchange.
//!
//! A flow is an `async fn`. It suspends in exactly one place, [`Card::send`], which leaves the command in the state shared
//! with the session and waits for the session to put the answer there. No executor and no waker are involved: the session
//! polls when it has an answer (docs/adr/0002).

use core::future::poll_fn;
use core::task::Poll;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kazasu_cert::{Certificate, MAX_CERTIFICATE_LEN};
use zeroize::Zeroizing;

use crate::apdu::{CommandApdu, MAX_SHORT_LE, ResponseApdu, StatusWord};
use crate::application::Ef;
use crate::failure::Failure;
use crate::judgement::{Judgement, Question, Replay};
use crate::outcome::{Completed, Leaving, Signature, TriesReport};
use crate::request::Options;
use crate::secret::PendingAttempt;
use crate::step::{Stage, Transmit};

/// What came back for a command.
pub(crate) enum Incoming {
    Answer(Zeroizing<Vec<u8>>),
    /// The channel did not send the command and says that nothing of it reached the card.
    Refused,
}

/// A well-formed answer.
pub(crate) struct Reply {
    pub(crate) data: Vec<u8>,
    pub(crate) sw: StatusWord,
}

/// What is known of a feature of this card; sticky for the session.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Support {
    Unknown,
    Yes,
    No,
}

/// The VERIFY ledger: what became of the one VERIFY that a consent allows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verify {
    NotSent,
    /// Sent and not answered intelligibly; tries before it, if reported.
    Unanswered {
        before: Option<u8>,
    },
    Accepted,
    Refused,
}

/// What is known of which card this is: the first bytes of its authentication certificate.
pub(crate) enum Identity {
    Unread,
    /// The caller named the certificate; the card has not shown it yet.
    Expected(Vec<u8>),
    /// The card showed it.
    Seen(Vec<u8>),
    /// The card does not show it before a VERIFY, or the option is off.
    Unreadable,
}

/// What outlives a suspension and a lost card.
pub(crate) struct State {
    outgoing: Option<Transmit>,
    incoming: Option<Incoming>,
    pub(crate) options: Options,
    pub(crate) exchanges: u32,
    /// Of the command sent last.
    pub(crate) stage: Stage,
    /// The consent, until its VERIFY is composed.
    pub(crate) attempt: Option<PendingAttempt>,
    pub(crate) verify: Verify,
    pub(crate) tries: TriesReport,
    /// `Yes` only after a tries query by short EF identifier was answered `63Cx`.
    pub(crate) short_ef_identifier: Support,
    pub(crate) extended_length: Support,
    /// Ne of a short READ BINARY.
    pub(crate) read_chunk: usize,
    pub(crate) current_ef: Option<Ef>,
    pub(crate) identity: Identity,
    /// The certificate of the key in use, read or given by the caller.
    pub(crate) certificate: Option<Certificate>,
    pub(crate) signatures: Vec<Signature>,
    /// Set once the work is over and only the leaving remains.
    pub(crate) result: Option<Result<Completed, Failure>>,
    pub(crate) leaving: Leaving,
    /// What content has decided, until a trace takes it.
    pub(crate) judgements: Vec<Judgement>,
    /// Only while a trace is replayed, which reaches no card and returns no result.
    pub(crate) replay: Option<Replay>,
}

#[derive(Clone)]
pub(crate) struct Card(Arc<Mutex<State>>);

impl Card {
    pub(crate) fn new(options: Options) -> Self {
        Self(Arc::new(Mutex::new(State {
            outgoing: None,
            incoming: None,
            options,
            exchanges: 0,
            stage: Stage::Selecting,
            attempt: None,
            verify: Verify::NotSent,
            tries: TriesReport::default(),
            short_ef_identifier: Support::Unknown,
            extended_length: if options.extended_length { Support::Unknown } else { Support::No },
            read_chunk: MAX_SHORT_LE,
            current_ef: None,
            identity: if options.recognise_card { Identity::Unread } else { Identity::Unreadable },
            certificate: None,
            signatures: Vec::new(),
            result: None,
            leaving: Leaving::NotNeeded,
            judgements: Vec::new(),
            replay: None,
        })))
    }

    /// Never held across an await. A poisoned lock would mean that a flow panicked; the state is plain data either way.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn take_outgoing(&self) -> Option<Transmit> {
        self.state().outgoing.take()
    }

    pub(crate) fn deliver(&self, incoming: Incoming) {
        self.state().incoming = Some(incoming);
    }

    /// One exchange. Answers of under two bytes and answers longer than asked are refused here, for every step alike.
    pub(crate) async fn send(&self, command: CommandApdu, stage: Stage) -> Result<Reply, Failure> {
        let asked = command.expected_len();
        {
            let mut state = self.state();
            state.stage = stage;
            state.exchanges = state.exchanges.saturating_add(1);
            state.outgoing = Some(Transmit::new(command, stage));
        }
        let incoming = poll_fn(|_| match self.state().incoming.take() {
            Some(incoming) => Poll::Ready(incoming),
            None => Poll::Pending,
        });
        let Incoming::Answer(answer) = incoming.await else {
            return Err(Failure::ChannelRefused { stage });
        };
        let reply =
            ResponseApdu::parse(&answer).map_err(|error| Failure::NoStatusWord { stage, len: error.len })?;
        if reply.data.len() > asked {
            return Err(Failure::AnswerTooLong { stage, asked, got: reply.data.len() });
        }
        Ok(Reply { data: reply.data.to_vec(), sw: reply.sw })
    }

    /// As [`Card::send`], followed by GET RESPONSE while the card says `61xx`. Bounded by the number of bytes asked for, by
    /// progress and by count. Never used around VERIFY and CHANGE.
    pub(crate) async fn send_collecting(
        &self,
        command: CommandApdu,
        asked: usize,
        stage: Stage,
    ) -> Result<Reply, Failure> {
        const MOST_CONTINUATIONS: usize = 64;
        let mut reply = self.send(command, stage).await?;
        for _ in 0..MOST_CONTINUATIONS {
            let Some(waiting) = reply.sw.more_data() else { break };
            let get_response = CommandApdu::short([0x00, 0xC0, 0x00, 0x00], None, Some(waiting))?;
            let next = self.send(get_response, stage).await?;
            if next.data.is_empty() && next.sw.more_data().is_some() {
                break;
            }
            reply.data.extend(next.data);
            reply.sw = next.sw;
            if reply.data.len() > asked {
                return Err(Failure::AnswerTooLong { stage, asked, got: reply.data.len() });
            }
        }
        Ok(reply)
    }

    /// Parses and keeps the certificate of the key in use, refusing a key this SDK does not sign with.
    pub(crate) fn keep_certificate(&self, der: &[u8]) -> Result<Certificate, Failure> {
        let mut state = self.state();
        let usable = usable(der);
        let usable =
            state.judge_result(Question::CertificateUsable, usable, |replay| replay.certificate.clone());
        let certificate = usable?;
        state.certificate = Some(certificate.clone());
        Ok(certificate)
    }
}

fn usable(der: &[u8]) -> Result<Certificate, Failure> {
    let certificate = Certificate::from_der(der)?;
    certificate.public_key()?;
    Ok(certificate)
}

impl Reply {
    /// The data of a `9000`; any other word is the failure of its step.
    pub(crate) fn ok(self, stage: Stage) -> Result<Vec<u8>, Failure> {
        if self.sw == StatusWord::OK {
            Ok(self.data)
        } else {
            Err(Failure::UnexpectedStatus { stage, sw: self.sw })
        }
    }
}

const _: () = assert!(MAX_CERTIFICATE_LEN < 0x8000, "READ BINARY offsets have fifteen bits");
