use std::path::{Path, PathBuf};

use kazasu_card::{Authenticate, Completed, Options, Request};
use kazasu_cert::Certificate;
use serde_json::json;

use crate::cli::AuthenticateArgs;
use crate::failed::Failed;
use crate::output::{Finished, Outputs, read_file};
use crate::settings::Settings;

pub(super) fn run(settings: &Settings, args: &AuthenticateArgs) -> Result<Finished, Failed> {
    let challenge = args.hash.hash.digest(&read_file(&args.input)?);
    let known_certificate = args.cert.as_deref().map(known).transpose()?;
    let pin = settings.pin("Authentication PIN: ")?;
    let inputs: Vec<&Path> = std::iter::once(&args.input).chain(&args.cert).map(PathBuf::as_path).collect();
    let outputs = Outputs::files(std::iter::once(&args.out).chain(&args.cert_out), &inputs)?;
    let options = options(settings, known_certificate.is_some());
    let request = Request::Authenticate(Authenticate { challenge, pin, known_certificate });
    let driven = settings.with_card(|driver| driver.run(request, options))?;
    let Completed::Authenticated(authenticated) = driven.completed else { return Err(super::unexpected()) };
    outputs.write(&[&authenticated.signature.bytes, authenticated.certificate.as_der()])?;
    Ok(Finished::new(
        format!("{}: signature by the authentication key, {}\n", args.out.display(), args.hash.hash),
        json!({
            "out": args.out.display().to_string(),
            "hash": args.hash.hash,
            "certificate_sha256": super::hex(&authenticated.certificate.sha256()),
            "exchanges": driven.exchanges,
        }),
    ))
}

/// A known certificate tells a wrong card before its PIN is tried there.
pub(super) fn options(settings: &Settings, known_certificate: bool) -> Options {
    Options { recognise_card: settings.wait.is_some() || known_certificate, ..settings.options() }
}

fn known(path: &Path) -> Result<Certificate, Failed> {
    Certificate::from_der(&read_file(path)?).map_err(|error| Failed::file("unreadable_input", path, &error))
}
