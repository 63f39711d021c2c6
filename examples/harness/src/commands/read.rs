use kazasu_card::{CertificateKind, Completed, ReadCertificate, Request};
use kazasu_cert::HashAlgorithm;
use serde_json::json;

use crate::cli::ReadArgs;
use crate::driver::Driver;
use crate::failed::Failed;
use crate::output::{Finished, OutputFile};
use crate::settings::Settings;

pub(super) fn run(settings: &Settings, args: &ReadArgs) -> Result<Finished, Failed> {
    let output = OutputFile::prepare(&args.out)?;
    let kind = CertificateKind::from(args.certificate);
    let password = match kind {
        CertificateKind::Signing => Some(settings.secrets().password("Signing password: ")?),
        _ => None,
    };
    let read = |driver: &mut Driver<'_>, read| match driver.keep_powered(Request::ReadCertificate(read), settings.options())?.completed {
        Completed::Certificate(read) => Ok(read.der),
        _ => Err(super::unexpected()),
    };
    let der = settings.with_card(|driver| match kind {
        CertificateKind::SigningCa => read(driver, ReadCertificate::SigningCa),
        CertificateKind::AuthenticationCa => read(driver, ReadCertificate::AuthenticationCa),
        CertificateKind::Signing => {
            let password = password.ok_or_else(super::unexpected)?;
            read(driver, ReadCertificate::Signing(settings.attempt(password)))
        }
        CertificateKind::Authentication => match read(driver, ReadCertificate::Authentication(None)) {
            // A phone wants the PIN first; a card is never asked for one.
            Err(failed) if failed.code == "pin_needed" => {
                let pin = settings.secrets().pin("Authentication PIN (a phone gives its certificate after it): ")?;
                read(driver, ReadCertificate::Authentication(Some(settings.attempt(pin))))
            }
            other => other,
        },
    })?;
    output.write(&der)?;
    let sha256 = super::hex(HashAlgorithm::Sha256.digest(&der).as_bytes());
    Ok(Finished::new(
        format!("{}: {} bytes, SHA-256 {sha256}\n", args.out.display(), der.len()),
        json!({ "certificate": kind, "out": args.out.display().to_string(), "bytes": der.len(), "sha256": sha256 }),
    ))
}
