use kazasu_card::{
    ASSUMPTIONS, BitRate, CardProfile, CertificateKind, LinkModel, Options, SecretKind, Work, plan,
};
use kazasu_sim::{BitRate as SimBitRate, Persona, Purpose, SigningCertificate, TestPki, Token};
use serde_json::json;

use crate::channel::sim::persona;
use crate::cli::{CertificateName, Command, SecretName};
use crate::failed::Failed;
use crate::output::Finished;
use crate::settings::Settings;

/// A card and a link that a command is estimated for.
struct Case {
    card: String,
    profile: CardProfile,
    model: LinkModel,
}

/// What a command would take at the reader. No card, secret or file is touched.
pub(super) fn run(settings: &Settings, command: &Command) -> Result<Finished, Failed> {
    let (work, options) = work(settings, command)
        .ok_or_else(|| Failed::usage("--estimate is for commands that make one request to a card"))?;
    let cases = match &settings.sim {
        Some(name) => vec![of_persona(&persona(name)?, work)?],
        None => of_any_card(),
    };
    let mut lines = Vec::new();
    let mut rows = Vec::new();
    for Case { card, profile, model } in cases {
        let exchanges = plan(work, options, profile);
        let milliseconds = model.time_at_reader(&exchanges).as_millis();
        let (count, kbit) = (exchanges.len(), model.bit_rate.kbit());
        let tenths = milliseconds.div_ceil(100);
        let card_and_rate = format!("{card}, {kbit} kbit/s");
        lines.push(format!("{card_and_rate}: {count} exchanges, about {}.{} s", tenths / 10, tenths % 10));
        rows.push(json!({
            "card": card,
            "bit_rate": kbit,
            "exchanges": count,
            "milliseconds": u64::try_from(milliseconds).unwrap_or(u64::MAX),
        }));
    }
    lines.push(
        "By a link model for contactless cards. How long a card computes is assumed, not measured; no card was touched."
            .to_owned(),
    );
    let json = json!({ "estimate": work, "cases": rows, "assumptions": ASSUMPTIONS });
    Ok(Finished::new(lines.join("\n"), json))
}

fn work(settings: &Settings, command: &Command) -> Option<(Work, Options)> {
    let options = settings.options();
    let sign = Work::Sign { documents: 1, known_certificate: false };
    Some(match command {
        Command::Info => (Work::CardInfo, options),
        Command::Tries => (Work::RemainingTries, options),
        Command::Read(args) => {
            let certificate = match args.certificate {
                CertificateName::Auth => CertificateKind::Authentication,
                CertificateName::Sign => CertificateKind::Signing,
                CertificateName::AuthCa => CertificateKind::AuthenticationCa,
                CertificateName::SignCa => CertificateKind::SigningCa,
            };
            (Work::ReadCertificate { certificate }, options)
        }
        Command::Authenticate(args) => {
            let known_certificate = args.cert.is_some();
            (
                Work::Authenticate { known_certificate },
                super::authenticate::options(settings, known_certificate),
            )
        }
        Command::Sign(_) | Command::OpenAccount(_) => (sign, options),
        Command::ChangePin(args) => {
            let secret = match args.secret {
                SecretName::Auth => SecretKind::AuthenticationPin,
                SecretName::Sign => SecretKind::SigningPassword,
            };
            (Work::ChangeSecret { secret }, options)
        }
        _ => return None,
    })
}

/// The best and the worst that is known to be in the field, at each bit rate.
fn of_any_card() -> Vec<Case> {
    let cards = [
        ("capable card", CardProfile::CAPABLE),
        ("card without short EF identifiers and extended length", CardProfile::CLASSIC),
    ];
    let cases = |(card, profile): (&str, CardProfile)| {
        BitRate::ALL.map(|bit_rate| Case {
            card: card.to_owned(),
            profile,
            model: LinkModel { bit_rate, ..LinkModel::default() },
        })
    };
    cards.into_iter().flat_map(cases).collect()
}

/// A simulated card as its persona describes it.
fn of_persona(persona: &Persona, work: Work) -> Result<Case, Failed> {
    let unusable = |error: kazasu_sim::SimError| Failed::new(2, "persona", error.to_string());
    let certificates = &persona.certificates;
    let authority = match work {
        Work::ReadCertificate { certificate: CertificateKind::SigningCa } => Purpose::Signing,
        _ => Purpose::Authentication,
    };
    let pki = TestPki::shared().map_err(unusable)?;
    let signing = match certificates.signing {
        SigningCertificate::Issued => persona.certificate(Purpose::Signing).map_err(unusable)?.len(),
        _ => 0,
    };
    let profile = CardProfile {
        short_ef_identifiers: persona.capabilities.sfi.read,
        extended_length: persona.capabilities.extended_length,
        phone: persona.token.is_phone(),
        card_face: persona.token == Token::Card,
        authentication_certificate: persona.certificate(Purpose::Authentication).map_err(unusable)?.len(),
        signing_certificate: signing,
        ca_certificate: pki.authority(authority, certificates.generation).certificate().len(),
        filler: certificates.filler.len.into(),
        password: persona.secrets.signing_password.value.as_bytes().len(),
    };
    let kazasu_sim::LinkModel { bit_rate, frame_size, activation, exchange, signature } = persona.timing;
    let bit_rate = match bit_rate {
        SimBitRate::Kbit106 => BitRate::Kbit106,
        SimBitRate::Kbit212 => BitRate::Kbit212,
        SimBitRate::Kbit424 => BitRate::Kbit424,
    };
    let model = LinkModel { bit_rate, frame_size, activation, exchange, signature };
    Ok(Case { card: persona.name.clone(), profile, model })
}
