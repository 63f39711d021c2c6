use serde_json::json;

use crate::cli::{Format, OpenAccountArgs};
use crate::failed::Failed;
use crate::output::{Finished, Outputs, read_file};
use crate::settings::Settings;

pub(super) fn run(settings: &Settings, args: &OpenAccountArgs) -> Result<Finished, Failed> {
    let digest = args.hash.hash.digest(&read_file(&args.input)?);
    let names = [
        "certificate.der",
        match args.format {
            Format::Cms => "signed.p7s",
            Format::Raw => "signature.bin",
        },
    ];
    let password = settings.password("Signing password: ")?;
    let outputs = Outputs::in_directory(&args.out, &names, &[&args.input])?;
    let made = super::sign::sign(settings, digest, args.format, password)?;
    outputs.write(&[made.certificate.as_der(), &made.bytes])?;
    Ok(Finished::new(
        format!("{}: {} and {}, in {} exchanges\n", args.out.display(), names[0], names[1], made.exchanges),
        json!({
            "out": args.out.display().to_string(),
            "files": names,
            "format": made.format,
            "hash": args.hash.hash,
            "certificate_sha256": super::hex(&made.certificate.sha256()),
            "exchanges": made.exchanges,
        }),
    ))
}
