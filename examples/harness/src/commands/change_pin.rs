use kazasu_card::{AuthenticationPin, ChangeSecret, Completed, Request, SigningPassword};
use serde_json::json;

use crate::cli::{ChangePinArgs, SecretName};
use crate::failed::Failed;
use crate::output::Finished;
use crate::progress::name;
use crate::settings::Settings;

pub(super) fn run(settings: &Settings, args: &ChangePinArgs) -> Result<Finished, Failed> {
    let secrets = settings.secrets();
    let change = match args.secret {
        SecretName::Auth => ChangeSecret::AuthenticationPin {
            present: settings.attempt(secrets.pin("Present authentication PIN: ")?),
            new: secrets.new_secret("New authentication PIN: ", AuthenticationPin::new)?,
        },
        SecretName::Sign => ChangeSecret::SigningPassword {
            present: settings.attempt(secrets.password("Present signing password: ")?),
            new: secrets.new_secret("New signing password: ", SigningPassword::from_upper_cased)?,
        },
    };
    let driven = settings.with_card(|driver| driver.run(Request::ChangeSecret(change), settings.options()))?;
    let Completed::SecretChanged(secret) = driven.completed else { return Err(super::unexpected()) };
    Ok(Finished::new(format!("The {} was changed.\n", name(secret)), json!({ "changed": secret })))
}
