use kazasu_card::{Completed, ReadCertificate, Request};
use kazasu_cert::HashAlgorithm;
use serde_json::json;

use crate::cli::{CertificateName, ReadArgs};
use crate::driver::Driver;
use crate::failed::Failed;
use crate::output::{Finished, Outputs};
use crate::settings::Settings;

pub(super) fn run(settings: &Settings, args: &ReadArgs) -> Result<Finished, Failed> {
    let wanted = match args.certificate {
        CertificateName::Auth => ReadCertificate::Authentication(None),
        CertificateName::Sign => ReadCertificate::Signing(settings.password("Signing password: ")?),
        CertificateName::AuthCa => ReadCertificate::AuthenticationCa,
        CertificateName::SignCa => ReadCertificate::SigningCa,
    };
    let kind = wanted.kind();
    let outputs = Outputs::files([&args.out], &[])?;
    let read = |driver: &mut Driver<'_>, wanted| match driver
        .run(Request::ReadCertificate(wanted), settings.options())?
        .completed
    {
        Completed::Certificate(read) => Ok(read.der),
        _ => Err(super::unexpected()),
    };
    let der = settings.with_card(|driver| match read(driver, wanted) {
        // A phone wants the PIN first; a card is never asked for one.
        Err(failed) if failed.code == "pin_needed" => {
            let pin = settings.pin("Authentication PIN (a phone gives its certificate after it): ")?;
            read(driver, ReadCertificate::Authentication(Some(pin)))
        }
        other => other,
    })?;
    outputs.write(&[&der])?;
    let sha256 = super::hex(HashAlgorithm::Sha256.digest(&der).as_bytes());
    Ok(Finished::new(
        format!("{}: {} bytes, SHA-256 {sha256}\n", args.out.display(), der.len()),
        json!({ "certificate": kind, "out": args.out.display().to_string(), "bytes": der.len(), "sha256": sha256 }),
    ))
}
