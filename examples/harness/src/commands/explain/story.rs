use std::time::Duration;

use kazasu_card::trace::{
    AnswerRecord, Code, CommandHeader, CommandRecord, Consent, DataField, Document, Event, Flow, Header,
    Instruction, OutcomeRecord, Trace,
};
use kazasu_card::{SecretAnswer, SecretKind, Stage, Tries, TriesReport};

use super::sentences::Sentences;
use super::telling::{self, Tone};
use crate::catalogue;

/// One session in words: what text and page show alike.
pub(super) struct Story {
    pub(super) title: String,
    /// Where it stands in the file.
    pub(super) line: usize,
    /// Label and value.
    pub(super) facts: Vec<(String, String)>,
    pub(super) verdict: Verdict,
    pub(super) tries: Vec<(String, String)>,
    pub(super) leaving: Option<String>,
    pub(super) taps: Vec<Tap>,
}

/// How it ended, and what to do about it.
pub(super) struct Verdict {
    pub(super) tone: Tone,
    /// `None` where the trace breaks off.
    pub(super) code: Option<&'static str>,
    pub(super) headline: String,
    /// Label and value.
    pub(super) advice: Vec<(String, String)>,
}

pub(super) struct Tap {
    pub(super) title: String,
    pub(super) items: Vec<Item>,
}

pub(super) enum Item {
    Exchange(Box<Exchange>),
    Note(Tone, String),
}

pub(super) struct Exchange {
    /// From 1, over all taps.
    pub(super) number: usize,
    pub(super) title: String,
    /// The command's name in the standard.
    pub(super) name: &'static str,
    pub(super) header: CommandHeader,
    pub(super) asks: String,
    pub(super) tone: Tone,
    /// The status word, if one came.
    pub(super) sw: Option<String>,
    pub(super) answer: String,
    /// What content decided.
    pub(super) judgements: Vec<(Tone, String)>,
    /// Of the secret that this was about, afterwards.
    pub(super) tries: Option<String>,
    pub(super) took: Duration,
    /// Time of the exchanges of this tap before it.
    pub(super) before: Duration,
    /// Where the session failed.
    pub(super) failed_here: bool,
    stage: Stage,
    command: CommandRecord,
}

impl Story {
    pub(super) fn of(trace: &Trace, number: usize, say: &Sentences) -> Self {
        let mut taps = taps(trace, say);
        let outcome = trace.events.iter().find_map(|one| match one.event {
            Event::Outcome(outcome) => Some(outcome),
            _ => None,
        });
        mark_failure(&mut taps, outcome.as_ref());
        let tries = outcome.map_or_else(|| tries_seen(trace), |outcome| outcome.tries);
        let flow = flow(say, &trace.header.request);
        Self {
            title: say.say("label", "session", &[("n", &number.to_string()), ("flow", &flow)]),
            line: trace.line,
            facts: facts(say, &trace.header, &flow, &taps),
            verdict: verdict(say, outcome.as_ref()),
            tries: [SecretKind::AuthenticationPin, SecretKind::SigningPassword]
                .map(|secret| (say.name("secret", &secret), telling::tries(say, secret, tries.of(secret))))
                .into(),
            leaving: outcome.map(|outcome| leaving(say, &outcome)),
            taps,
        }
    }

    /// Time of the longest tap.
    pub(super) fn longest(&self) -> Duration {
        self.taps.iter().map(Tap::time).max().unwrap_or_default()
    }
}

impl Tap {
    pub(super) fn exchanges(&self) -> impl Iterator<Item = &Exchange> {
        self.items.iter().filter_map(|item| match item {
            Item::Exchange(exchange) => Some(&**exchange),
            Item::Note(..) => None,
        })
    }

    pub(super) fn time(&self) -> Duration {
        self.exchanges().map(|exchange| exchange.took).sum()
    }
}

/// Milliseconds, with decimals where they are few.
pub(super) fn milliseconds(say: &Sentences, duration: Duration) -> String {
    let ms = duration.as_secs_f64() * 1000.0;
    let decimals = if ms < 1.0 { 2 } else { usize::from(ms < 10.0) };
    let n = format!("{ms:.decimals$}");
    say.say("label", "ms", &[("n", &n)])
}

/// A header as people write it: `00 A4 04 0C`.
pub(super) fn spaced(CommandHeader([cla, ins, p1, p2]): CommandHeader) -> String {
    format!("{cla:02X} {ins:02X} {p1:02X} {p2:02X}")
}

fn taps(trace: &Trace, say: &Sentences) -> Vec<Tap> {
    let tap = |number: usize| Tap {
        title: say.say("label", "tap", &[("n", &number.to_string())]),
        items: Vec::new(),
    };
    let mut taps = vec![];
    let mut current = tap(1);
    let (mut number, mut pending) = (0, None);
    for event in trace.events.iter().map(|one| one.event) {
        let note = |key| say.say("event", key, &[]);
        match event {
            Event::Command { stage, command } => pending = Some((stage, command)),
            Event::Answer(answer) => {
                number += 1;
                let before = current.time();
                let answered = pending.take().map(|sent| answered(say, number, sent, &answer, before));
                current.items.extend(answered);
            }
            Event::Refused { took_us } | Event::CardLost { took_us } => {
                number += 1;
                let before = current.time();
                let key = if matches!(event, Event::Refused { .. }) { "refused" } else { "card_lost" };
                let unanswered = pending.take().map(|(stage, command)| {
                    let tries = lost_tries(say, stage, &command, event);
                    exchange(
                        say,
                        number,
                        (stage, command),
                        (Tone::Bad, note(key)),
                        None,
                        tries,
                        took_us.into(),
                        before,
                    )
                });
                current.items.extend(unanswered);
            }
            Event::CertificateFile { .. } | Event::Judged { .. } => {
                if let Some(Item::Exchange(last)) = current.items.last_mut() {
                    // The session may ask twice.
                    let told = telling::judgement(say, &event).filter(|told| !last.judgements.contains(told));
                    last.judgements.extend(told);
                }
            }
            Event::NeedTap { known } => {
                let (tone, text) = telling::need_tap(say, known);
                current.items.push(Item::Note(tone, text));
            }
            Event::Resumed { waited_us, new_consent } => {
                let seconds = format!("{:.1}", Duration::from(waited_us).as_secs_f64());
                let key = if new_consent.is_some() { "resumed_with_consent" } else { "resumed" };
                let next = tap(taps.len() + 2);
                taps.push(core::mem::replace(&mut current, next));
                current.items.push(Item::Note(Tone::Good, say.say("event", key, &[("seconds", &seconds)])));
            }
            Event::Cancelled => {
                let key = if pending.take().is_some() { "cancelled" } else { "cancelled_waiting" };
                current.items.push(Item::Note(Tone::Notable, note(key)));
            }
            Event::Abandoned => current.items.push(Item::Note(Tone::Notable, note("abandoned"))),
            Event::Outcome(_) => {}
        }
    }
    if !matches!(trace.events.last().map(|one| one.event), Some(Event::Outcome(_))) {
        current.items.push(Item::Note(Tone::Bad, say.say("event", "broken_off", &[])));
    }
    taps.push(current);
    taps
}

type Sent = (Stage, CommandRecord);

fn answered(say: &Sentences, number: usize, sent: Sent, answer: &AnswerRecord, before: Duration) -> Item {
    let told = telling::answer(say, &sent.1, answer);
    let sw = answer.sw.map(|sw| sw.to_string());
    let tries = tries_after(say, sent, answer);
    exchange(say, number, sent, told, sw, tries, answer.took_us.into(), before)
}

#[expect(clippy::too_many_arguments, reason = "what one row is made of")]
fn exchange(
    say: &Sentences,
    number: usize,
    (stage, command): Sent,
    (tone, answer): (Tone, String),
    sw: Option<String>,
    tries: Option<String>,
    took: Duration,
    before: Duration,
) -> Item {
    Item::Exchange(Box::new(Exchange {
        number,
        title: telling::command(say, stage, &command),
        name: command.name.name(),
        header: command.header,
        asks: asks(say, &command),
        tone,
        sw,
        answer,
        judgements: Vec::new(),
        tries,
        took,
        before,
        failed_here: false,
        stage,
        command,
    }))
}

fn asks(say: &Sentences, command: &CommandRecord) -> String {
    let label = |key, name, n: u32| say.say("label", key, &[(name, &n.to_string())]);
    let data = match command.lc {
        None => label("data_withheld", "", 0),
        Some(0) => label("no_data", "", 0),
        Some(lc) => label("data", "lc", lc.into()),
    };
    let wants = match command.ne {
        0 => return data,
        65_536 => label("wants_all", "", 0),
        ne => label("wants", "ne", ne),
    };
    data + &label("separator", "", 0) + &wants
}

/// What an answer says about the counter of the secret that the command was about.
fn counter(stage: Stage, command: &CommandRecord, answer: &AnswerRecord) -> Option<(SecretKind, Tries)> {
    let secret = telling::secret_of(stage).filter(|_| command.name == Instruction::Verify)?;
    let presented = command.data.is_some();
    let tries = match answer.sw?.about_secret() {
        SecretAnswer::Remaining(n) => Tries::Remaining(n),
        SecretAnswer::Blocked => Tries::Blocked,
        SecretAnswer::Success if presented => Tries::Remaining(secret.max_tries()),
        SecretAnswer::Success | SecretAnswer::NoCounter if !presented => Tries::NotReported,
        _ if presented => Tries::Unknown,
        _ => return None,
    };
    Some((secret, tries))
}

fn tries_after(say: &Sentences, (stage, command): Sent, answer: &AnswerRecord) -> Option<String> {
    counter(stage, &command, answer).map(|(secret, tries)| telling::tries(say, secret, tries))
}

/// A VERIFY that was lost leaves its counter open.
fn lost_tries(say: &Sentences, stage: Stage, command: &CommandRecord, event: Event) -> Option<String> {
    let open = matches!(event, Event::CardLost { .. }) && command.data == Some(DataField::Secret);
    telling::secret_of(stage).filter(|_| open).map(|secret| telling::tries(say, secret, Tries::Unknown))
}

/// What a trace without an outcome has told about the tries.
fn tries_seen(trace: &Trace) -> TriesReport {
    let mut report = TriesReport::default();
    let mut set = |secret, tries| match secret {
        SecretKind::AuthenticationPin => report.authentication = tries,
        SecretKind::SigningPassword => report.signing = tries,
    };
    let mut sent = None;
    for event in trace.events.iter().map(|one| one.event) {
        match event {
            Event::Command { stage, command } => {
                sent = Some((stage, command));
                if let (Stage::Verifying { secret }, Some(_)) = (stage, command.data) {
                    set(secret, Tries::Unknown);
                }
            }
            Event::Answer(answer) => {
                if let Some((secret, tries)) =
                    sent.and_then(|(stage, command)| counter(stage, &command, &answer))
                {
                    set(secret, tries);
                }
            }
            _ => {}
        }
    }
    report
}

/// The exchange that decided a failure: the VERIFY or CHANGE whose outcome is unknown, or was until the next tap, else the
/// last one before the leaving.
fn mark_failure(taps: &mut [Tap], outcome: Option<&OutcomeRecord>) {
    let Some(outcome) = outcome else { return };
    let open = match outcome.code.as_str() {
        "completed" | "interrupted" => return,
        code if code == "verify_outcome_unknown" || outcome.reconciled.is_some() => Some(Instruction::Verify),
        "change_outcome_unknown" => Some(Instruction::ChangeReferenceData),
        _ => None,
    };
    let decided = |exchange: &Exchange| match open {
        Some(name) => exchange.command.name == name && exchange.command.data.is_some(),
        None => exchange.stage != Stage::Leaving,
    };
    let exchanges = taps.iter_mut().flat_map(|tap| tap.items.iter_mut()).filter_map(|item| match item {
        Item::Exchange(exchange) => Some(exchange),
        Item::Note(..) => None,
    });
    if let Some(exchange) = exchanges.filter(|exchange| decided(exchange)).last() {
        exchange.failed_here = true;
        exchange.tone = Tone::Bad;
    }
}

fn flow(say: &Sentences, flow: &Flow) -> String {
    let of_flow = |key, values: &[_]| say.say("flow", key, values);
    match flow {
        Flow::RemainingTries => of_flow("remaining_tries", &[]),
        Flow::CardInfo => of_flow("card_info", &[]),
        Flow::ReadCertificate { certificate, .. } => {
            of_flow("read_certificate", &[("certificate", &say.name("certificate", certificate))])
        }
        Flow::Authenticate { hash, .. } => of_flow("authenticate", &[("hash", &hash.to_string())]),
        Flow::Sign { documents, .. } => {
            let key = if documents.len() == 1 { "sign_one" } else { "sign" };
            of_flow(key, &[("n", &documents.len().to_string())])
        }
        Flow::ChangeSecret { secret, .. } => {
            of_flow("change_secret", &[("secret", &say.name("secret", secret))])
        }
    }
}

fn facts(say: &Sentences, header: &Header, flow: &str, taps: &[Tap]) -> Vec<(String, String)> {
    let separator = say.say("label", "separator", &[]);
    let (options, consent, known, documents) = match &header.request {
        Flow::RemainingTries | Flow::CardInfo => (header.options, None, false, &[][..]),
        Flow::ReadCertificate { consent, .. } => (header.options, *consent, false, &[][..]),
        Flow::Authenticate { consent, known_certificate, .. } => {
            (header.options, Some(*consent), *known_certificate, &[][..])
        }
        Flow::Sign { documents, consent, known_certificate } => {
            (header.options, Some(*consent), *known_certificate, documents.as_slice())
        }
        Flow::ChangeSecret { consent, .. } => (header.options, Some(*consent), false, &[][..]),
    };
    let chosen = [
        Some(if options.extended_length { "extended_length" } else { "no_extended_length" }),
        Some(if options.recognise_card { "recognise_card" } else { "no_recognise_card" }),
        options.application_selected.then_some("application_selected"),
        known.then_some("known_certificate"),
        Some("floor"),
    ];
    let floor = options.floor.to_string();
    let chosen: Vec<_> =
        chosen.into_iter().flatten().map(|key| say.say("option", key, &[("n", &floor)])).collect();
    let forms: Vec<_> = documents.iter().copied().map(form).collect();
    let request = match forms.as_slice() {
        [] => flow.to_owned(),
        forms => format!("{flow} ({})", forms.join(&separator)),
    };
    let consent = match consent {
        None => say.say("consent", "none", &[]),
        Some(Consent::Ordinary) => say.say("consent", "ordinary", &[]),
        Some(Consent::EvenIfLastTry) => say.say("consent", "even_if_last_try", &[]),
    };
    let exchanges = taps.iter().map(|tap| tap.exchanges().count()).sum::<usize>();
    let label = |key| say.say("label", key, &[]);
    vec![
        (label("request"), request),
        (label("consent"), consent),
        (label("channel"), say.name("channel", &header.channel)),
        (label("options"), chosen.join(&separator)),
        (label("exchanges"), exchanges.to_string()),
        (label("time"), milliseconds(say, taps.iter().map(Tap::time).sum())),
        (label("software"), format!("Kazasu {}", header.software)),
    ]
}

fn form(document: Document) -> String {
    match document {
        Document::Digest { hash } => format!("PKCS #1, {hash}"),
        Document::DetachedCms { hash, .. } => format!("CMS, {hash}"),
    }
}

fn verdict(say: &Sentences, outcome: Option<&OutcomeRecord>) -> Verdict {
    let plain =
        |tone, code, key| Verdict { tone, code, headline: say.say("outcome", key, &[]), advice: Vec::new() };
    let Some(outcome) = outcome else { return plain(Tone::Notable, None, "broken_off") };
    if outcome.code == Code::COMPLETED {
        return plain(Tone::Good, Some(Code::COMPLETED.as_str()), "completed");
    }
    let code = outcome.code.as_str();
    let label = |key| say.say("label", key, &[]);
    let mut advice = vec![(label("code"), code.to_owned())];
    if let Some(finding) = outcome.reconciled {
        advice.push((label("tries"), telling::reconciled(say, finding)));
    }
    let sentences = catalogue::sentences(code);
    if let Some(entry) = catalogue::find(code) {
        let who: Vec<_> = entry.who_acts.iter().map(|actor| say.say("actor", actor, &[])).collect();
        // Causes are written in English only.
        advice.extend(say.choose(None, Some((label("cause"), entry.cause))));
        advice.push((label("next"), say.say("next_action", &entry.next_action, &[])));
        advice.push((label("who"), who.join(&say.say("label", "separator", &[]))));
    }
    Verdict { tone: Tone::Bad, code: Some(code), headline: say.choose(sentences.ja, sentences.en), advice }
}

fn leaving(say: &Sentences, outcome: &OutcomeRecord) -> String {
    use kazasu_card::Leaving as L;
    let key = match outcome.leaving {
        L::NotNeeded => "not_needed",
        L::Left => "left",
        L::Refused(_) => "refused",
        L::CardLost => "card_lost",
    };
    say.say("leaving", key, &[])
}
