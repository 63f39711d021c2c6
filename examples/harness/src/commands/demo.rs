use std::time::Duration;

use kazasu_card::{Completed, Options, Request, Sign, Signature, Signed, SigningPassword, ToBeSigned};
use kazasu_cert::HashAlgorithm;
use kazasu_sim::{LinkModel, Persona, TestPki};
use kazasu_verify::{
    AcceptedHashes, ClockSkew, Document, Policy, Purpose, Report, RevocationPolicy, Scheme, SignatureInput,
    SignedAttributesPolicy, Submission, TrustAnchors, ValidationTime, Verdict, Verifier,
};
use serde_json::json;

use super::verify;
use crate::channel::sim::{SimChannel, persona};
use crate::driver::Driver;
use crate::failed::Failed;
use crate::output::Finished;
use crate::settings::Settings;

/// What the customer's app sends to the bank. The document is not in it: the bank has its own copy.
struct Sent {
    signed_data: Vec<u8>,
}

/// The main job, both sides in one program: the bank makes a document, the customer's card signs it in one tap, the
/// bank verifies the signature and takes the four attributes from the certificate.
pub(super) fn run(settings: &Settings) -> Result<Finished, Failed> {
    if settings.reader.is_some() {
        return Err(Failed::usage("the demo uses a simulated card: --sim PERSONA, not --reader"));
    }
    let persona = persona(settings.sim.as_deref().unwrap_or("ichiro"))?;
    let document = application_document()?;
    let (sent, exchanges, at_reader) = customer(&persona, &document, settings)?;
    let report = bank(&document, &sent)?;
    let model = LinkModel::default();
    let text = format!(
        "1. The bank's application document, with a nonce of this application:\n\n{}\n\
         2. The customer holds the card ({}) to the phone once and enters the password.\n   \
         {exchanges} exchanges, the card left closed; about {:.1} s at the reader by a link model \
         (106 kbit/s, {} ms per signature: assumptions, not measurements).\n\n\
         3. The app sends {} bytes of signed data. The bank verifies them against its own copy of the document:\n\n{}\n\
         This certificate comes from a test CA and proves nothing about anybody. In production, revocation is checked too.\n",
        indented(&document),
        persona.name,
        at_reader.as_secs_f64(),
        model.signature.as_millis(),
        sent.signed_data.len(),
        indented(&verify::text(&report)),
    );
    let json = json!({
        "persona": persona.name,
        "exchanges": exchanges,
        "estimated_milliseconds_at_reader": u64::try_from(at_reader.as_millis()).unwrap_or(u64::MAX),
        "report": report,
    });
    let exit = if report.verdict == Verdict::Accepted { 0 } else { 41 };
    Ok(Finished { exit, ..Finished::new(text, json) })
}

fn application_document() -> Result<String, Failed> {
    let mut nonce = [0; 16];
    getrandom::fill(&mut nonce)
        .map_err(|error| Failed::new(70, "bug", format!("no random numbers: {error}")))?;
    Ok(format!(
        "口座開設申込書 / Application for a bank account\n\
         銀行 / Bank: 架空銀行 (Kakuu Bank)\n\
         口座 / Account: 普通預金 (ordinary deposit)\n\
         申込日時 / Time: {}\n\
         受付番号 / Nonce: {}\n",
        super::now(),
        super::hex(&nonce),
    ))
}

/// The customer's phone: signature and certificate in one tap. Also counts the exchanges and estimates the time.
fn customer(persona: &Persona, document: &str, settings: &Settings) -> Result<(Sent, u32, Duration), Failed> {
    let password = SigningPassword::new(persona.secrets.signing_password.value.as_bytes())?;
    let request = Request::Sign(Sign {
        documents: vec![ToBeSigned::DetachedCms {
            content: HashAlgorithm::Sha256.digest(document.as_bytes()),
            signing_time: Some(super::now()),
        }],
        password: settings.attempt(password),
        known_certificate: None,
    });
    let mut channel = SimChannel::open(persona)?;
    let trace = settings.trace_file()?;
    let mut driver = Driver { channel: &mut channel, wait: None, quiet: settings.json, trace };
    let driven = driver.run(request, Options { recognise_card: false, ..Options::default() });
    driver.channel.power_down();
    let driven = driven?;
    let Completed::Signed(Signed { signatures, .. }) = driven.completed else {
        return Err(super::unexpected());
    };
    let Ok([Signature { cms: Some(signed_data), .. }]) = <[Signature; 1]>::try_from(signatures) else {
        return Err(super::unexpected());
    };
    let at_reader = LinkModel::default().time_at_reader(channel.journal());
    Ok((Sent { signed_data }, driven.exchanges, at_reader))
}

/// The relying party: its own copy of the document, pinned CA certificates, a policy without gaps.
fn bank(document: &str, sent: &Sent) -> Result<Report, Failed> {
    let bug = |error: &dyn std::fmt::Display| Failed::new(70, "bug", format!("internal error: {error}"));
    let pki = TestPki::shared().map_err(|error| bug(&error))?;
    let anchors = TrustAnchors::test(Purpose::Signing, pki.anchors_der(kazasu_sim::Purpose::Signing))
        .map_err(|error| bug(&error))?;
    let policy = Policy {
        revocation: RevocationPolicy::NotChecked,
        signed_attributes: SignedAttributesPolicy::Required,
        hashes: AcceptedHashes::SHA256,
        scheme: Scheme::Pkcs1,
        clock_skew: ClockSkew::FIVE_MINUTES,
    };
    let signature = SignatureInput::Cms { cms: &sent.signed_data, certificate: None };
    let submission = Submission::new(Document::Bytes(document.as_bytes()), signature);
    Ok(Verifier::new(anchors, policy).check(&submission, ValidationTime::now(super::now())))
}

fn indented(text: &str) -> String {
    format!("   {}\n", text.trim_end().replace('\n', "\n   "))
}
