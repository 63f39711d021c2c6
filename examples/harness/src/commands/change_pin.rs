use kazasu_card::{AuthenticationPin, ChangeSecret, Completed, Request, SigningPassword};
use serde_json::json;

use crate::cli::{ChangePinArgs, SecretName};
use crate::failed::Failed;
use crate::output::Finished;
use crate::settings::Settings;
use crate::wording::name;

pub(super) fn run(settings: &Settings, args: &ChangePinArgs) -> Result<Finished, Failed> {
    let change = match args.secret {
        SecretName::Auth => ChangeSecret::AuthenticationPin {
            present: settings.pin("Present authentication PIN: ")?,
            new: settings.secrets()?.new_secret("New authentication PIN: ", AuthenticationPin::new)?,
        },
        SecretName::Sign => ChangeSecret::SigningPassword {
            present: settings.password("Present signing password: ")?,
            new: settings
                .secrets()?
                .new_secret("New signing password: ", SigningPassword::from_upper_cased)?,
        },
    };
    let driven =
        settings.with_card(|driver| driver.run(Request::ChangeSecret(change), settings.options()))?;
    let Completed::SecretChanged(secret) = driven.completed else { return Err(super::unexpected()) };
    Ok(Finished::new(format!("The {} was changed.\n", name(secret)), json!({ "changed": secret })))
}
