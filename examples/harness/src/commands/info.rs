use kazasu_card::{Completed, Request, TokenKind};
use serde_json::json;

use crate::failed::Failed;
use crate::output::Finished;
use crate::settings::Settings;

pub(super) fn run(settings: &Settings) -> Result<Finished, Failed> {
    let driven = settings.with_card(|driver| driver.run(Request::CardInfo, settings.options()))?;
    let Completed::CardInfo(info) = driven.completed else { return Err(super::unexpected()) };
    let available = |issued: Option<bool>| match issued {
        Some(true) => "issued",
        Some(false) => "not issued",
        None => "not told by this card",
    };
    let text = format!(
        "token: {}, label {:?}\nsigning certificate: {}\nauthentication certificate: {}\n",
        match info.kind {
            TokenKind::MyNumberCard => "My Number Card",
            TokenKind::JukiCard => "Juki card, the predecessor of the My Number Card",
            TokenKind::AndroidPhone => "Android phone",
            TokenKind::IPhone => "iPhone",
            _ => "of unknown kind",
        },
        info.label,
        available(info.availability.map(|a| a.signing)),
        available(info.availability.map(|a| a.authentication)),
    );
    Ok(Finished::new(
        text,
        json!({ "token": { "kind": info.kind, "label": info.label }, "certificates": info.availability }),
    ))
}
