use kazasu_card::{Request, SecretKind, Tries};
use serde_json::{Value, json};

use crate::failed::{Failed, remaining};
use crate::output::Finished;
use crate::settings::Settings;
use crate::wording::name;

pub(super) fn run(settings: &Settings) -> Result<Finished, Failed> {
    let tries = settings.with_card(|driver| driver.run(Request::RemainingTries, settings.options()))?.tries;
    let line = |secret: SecretKind| {
        let state = match tries.of(secret) {
            Tries::Remaining(remaining) => format!("{remaining} of {} tries remain", secret.max_tries()),
            Tries::Blocked => "blocked, or not issued".to_owned(),
            Tries::NotAsked | Tries::NotReported | Tries::Unknown => "not reported by this card".to_owned(),
        };
        format!("{}: {state}\n", name(secret))
    };
    Ok(Finished::new(
        line(SecretKind::AuthenticationPin) + &line(SecretKind::SigningPassword),
        json!({ "authentication": object(tries.authentication), "signing": object(tries.signing) }),
    ))
}

fn object(tries: Tries) -> Value {
    json!({ "remaining_tries": remaining(tries), "blocked": tries == Tries::Blocked })
}
