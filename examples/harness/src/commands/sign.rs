use kazasu_card::{Completed, Request, Sign, Signature, Signed, ToBeSigned};
use kazasu_cert::{Certificate, Digest};
use serde_json::json;

use crate::cli::{Format, SignArgs};
use crate::driver::OutcomeFacts;
use crate::failed::Failed;
use crate::output::{Finished, OutputFile, read_file};
use crate::settings::Settings;

pub(super) fn run(settings: &Settings, args: &SignArgs) -> Result<Finished, Failed> {
    let digest = args.hash.hash.digest(&read_file(&args.input)?);
    let output = OutputFile::prepare(&args.out)?;
    let certificate_output = args.cert_out.as_deref().map(OutputFile::prepare).transpose()?;
    let made = sign(settings, digest, args.format)?;
    if let Some(output) = certificate_output {
        output.write(made.certificate.as_der())?;
    }
    output.write(&made.bytes)?;
    Ok(Finished::new(
        format!("{}: signature by the signing key, {}\n", args.out.display(), args.hash.hash),
        json!({
            "out": args.out.display().to_string(),
            "format": made.format,
            "hash": args.hash.hash,
            "certificate_sha256": super::hex(&made.certificate.sha256()),
            "exchanges": made.facts.exchanges,
        }),
    ))
}

/// One signature with its certificate.
pub(super) struct Made {
    pub(super) certificate: Certificate,
    /// CMS or the bare signature.
    pub(super) bytes: Vec<u8>,
    pub(super) format: &'static str,
    pub(super) facts: OutcomeFacts,
}

/// Asks for the password and makes one signature in one session.
pub(super) fn sign(settings: &Settings, digest: Digest, format: Format) -> Result<Made, Failed> {
    let (document, format) = match format {
        Format::Cms => (ToBeSigned::DetachedCms { content: digest, signing_time: Some(super::now()) }, "cms"),
        Format::Raw => (ToBeSigned::Digest(digest), "raw"),
    };
    let password = settings.attempt(settings.secrets().password("Signing password: ")?);
    let request = Request::Sign(Sign { documents: vec![document], password, known_certificate: None });
    let driven = settings.with_card(|driver| driver.run(request, settings.options()))?;
    let Completed::Signed(Signed { certificate, signatures }) = driven.completed else { return Err(super::unexpected()) };
    let Ok([Signature { bytes, cms, .. }]) = <[Signature; 1]>::try_from(signatures) else {
        return Err(super::unexpected());
    };
    Ok(Made { certificate, bytes: cms.unwrap_or(bytes), format, facts: driven.outcome })
}
