use kazasu_card::{Attempt, Completed, Request, Sign, Signature, Signed, SigningPassword, ToBeSigned};
use kazasu_cert::{Certificate, Digest};
use serde_json::json;

use crate::cli::{Format, SignArgs};
use crate::failed::Failed;
use crate::output::{Finished, Outputs, read_file};
use crate::settings::Settings;

pub(super) fn run(settings: &Settings, args: &SignArgs) -> Result<Finished, Failed> {
    let digest = args.hash.hash.digest(&read_file(&args.input)?);
    let paths = std::iter::once(&args.out).chain(&args.cert_out);
    let password = settings.password("Signing password: ")?;
    let outputs = Outputs::files(paths, &[&args.input])?;
    let made = sign(settings, digest, args.format, password)?;
    outputs.write(&[&made.bytes, made.certificate.as_der()])?;
    Ok(Finished::new(
        format!("{}: signature by the signing key, {}\n", args.out.display(), args.hash.hash),
        json!({
            "out": args.out.display().to_string(),
            "format": made.format,
            "hash": args.hash.hash,
            "certificate_sha256": super::hex(&made.certificate.sha256()),
            "exchanges": made.exchanges,
        }),
    ))
}

/// One signature with its certificate.
pub(super) struct Made {
    pub(super) certificate: Certificate,
    /// CMS or the bare signature.
    pub(super) bytes: Vec<u8>,
    pub(super) format: &'static str,
    pub(super) exchanges: u32,
}

/// Makes one signature in one session.
pub(super) fn sign(
    settings: &Settings,
    digest: Digest,
    format: Format,
    password: Attempt<SigningPassword>,
) -> Result<Made, Failed> {
    let (document, format) = match format {
        Format::Cms => (ToBeSigned::DetachedCms { content: digest, signing_time: Some(super::now()) }, "cms"),
        Format::Raw => (ToBeSigned::Digest(digest), "raw"),
    };
    let request = Request::Sign(Sign { documents: vec![document], password, known_certificate: None });
    let driven = settings.with_card(|driver| driver.run(request, settings.options()))?;
    let Completed::Signed(Signed { certificate, signatures }) = driven.completed else {
        return Err(super::unexpected());
    };
    let Ok([Signature { bytes, cms, .. }]) = <[Signature; 1]>::try_from(signatures) else {
        return Err(super::unexpected());
    };
    Ok(Made { certificate, bytes: cms.unwrap_or(bytes), format, exchanges: driven.exchanges })
}
